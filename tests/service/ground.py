"""What the service's tests share: names, an empty database, somebody signed in, a folder as an archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

PASSWORD = "correct horse battery"
Client = TestClient
Signed = Callable[..., Client]
"""Signs somebody of a role in, with rights of their own."""


def fresh(address: str, name: str) -> str:
    """Make an empty database on a server; return its address."""
    whole = make_url(address).set(drivername="postgresql+psycopg")
    engine = create_engine(whole, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return whole.set(database=name).render_as_string(hide_password=False)


def sign_in(client: Client, name: str, password: str = PASSWORD) -> Client:
    found = client.post("/api/v1/token", data={"username": name, "password": password})
    assert found.status_code == 200, found.text
    client.headers["Authorization"] = f"Bearer {found.json()['access_token']}"
    return client


def packed(place: Path, **more: bytes) -> bytes:
    """Return a folder as a zip archive, with files more or written over."""
    held = io.BytesIO()
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())} | more
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"north/{name}", content)
    return held.getvalue()

"""The typed client that is made from the OpenAPI document, used against a real server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.repair_case import WEEK
from tests.service.ground import packed
from tests.service.live import key_of, served

pytestmark = pytest.mark.slow

MADE = Path(__file__).parents[2] / "out" / "client"
USE = Path(__file__).parent / "client_use.py"


@pytest.fixture
def python() -> Path:
    """The interpreter of the client's own environment."""
    found = MADE / "venv" / "bin" / "python"
    if not (MADE / "seatwise-client").exists() or not found.exists():
        if os.environ.get("CI"):
            pytest.fail("there is no client: make client makes it")
        pytest.skip("there is no client: make client makes it")
    return found


def run(python: Path, *words: str | Path) -> str:
    place = str(MADE / "seatwise-client")
    environment = {**os.environ, "PYTHONPATH": place, "MYPYPATH": place}
    done = subprocess.run([python, *words], env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_uses_the_client_is_typed(python: Path) -> None:
    run(python, "-m", "mypy", "--strict", "--no-incremental", USE)


def test_a_week_is_planned_and_published_by_the_client(
    python: Path, sqlite_url: str, folder: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "north.zip"
    archive.write_bytes(packed(folder))
    with served(sqlite_url, tmp_path / "log") as (address, _):
        key = key_of(address)
        told = json.loads(run(python, USE, address, key, archive, WEEK.isoformat()))
    assert told["state"] == "published" and told["rows"] >= 2 and told["roster"] > 1000

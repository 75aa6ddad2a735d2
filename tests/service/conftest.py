"""The service on both databases, with somebody of every role signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.access.first_admin import first_admin
from api.access.passwords import hashed
from api.access.roles import Right, Role
from api.app import make_app
from api.jobs.planning import plan_summary
from api.jobs.work import Made, keep_result
from api.observe import log_lines
from api.service import Service
from api.settings import Settings
from api.store.tables import User
from benchmarks.postgres import cluster, programs
from planning.files.folder_out import write_tables
from tests.integration.repair_case import WEEK, centre_keys, published, tables
from tests.service.ground import PASSWORD, Client, Signed, fresh, packed, sign_in


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server's maintenance database."""
    if programs() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed; .ci/run installs it")
        pytest.skip("PostgreSQL is not installed")
    with cluster() as address:
        yield address


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'seatwise.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of either kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return fresh(request.getfixturevalue("postgres"), f"t{os.urandom(6).hex()}")


@pytest.fixture
def settings(url: str) -> Settings:
    return Settings.of({}, database_url=url, admin_password=PASSWORD, workers=0, cores=1)


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    log_lines(50)
    made = Service.start(settings)
    first_admin(made, "127.0.0.1")
    yield made
    made.database.close()


@pytest.fixture
def anyone(service: Service) -> Client:
    """A client that has not signed in."""
    return TestClient(make_app(service), raise_server_exceptions=False)


@pytest.fixture
def signed(service: Service, anyone: Client) -> Signed:
    """Sign somebody of a role in, with rights of their own."""

    def made(role: Role, *rights: Right, centre: str | None = None, agent: str | None = None) -> Client:
        name = f"{role.value}-{len(rights)}-{agent or ''}"
        with service.database.writing() as session:
            session.add(
                User(
                    name=name,
                    secret=hashed(PASSWORD),
                    role=role.value,
                    rights=[right.value for right in rights],
                    centre_id=centre,
                    agent_id=agent,
                )
            )
        client = TestClient(anyone.app, raise_server_exceptions=False)
        return sign_in(client, name)

    return made


@pytest.fixture
def admin(anyone: Client) -> Client:
    return sign_in(TestClient(anyone.app, raise_server_exceptions=False), "admin")


@pytest.fixture
def planner(signed: Signed) -> Client:
    return signed(Role.PLANNER)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre's planning folder."""
    place = tmp_path_factory.mktemp("centre")
    write_tables(place, centre_keys(), tables())
    return place


@pytest.fixture
def north(planner: Client, folder: Path) -> str:
    """A centre that is there."""
    made = planner.post("/api/v1/centres/north", content=packed(folder))
    assert made.status_code == 201, made.text
    return "north"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder of the small centre."""
    return published(tmp_path_factory.mktemp("published"))[1]


@pytest.fixture
def plan(service: Service, north: str, made: Path) -> str:
    """A plan of the small centre, kept as a draft."""
    with service.database.writing() as session:
        return keep_result(session, Made("plan", made, plan_summary(made), WEEK), "north", 1, "me").id

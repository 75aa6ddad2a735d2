"""Backup and restore between both databases, and retention: what goes, what stays, byte for byte."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.app import make_app
from api.jobs.work import Made, files_of_result, keep_result
from api.jobs.worker import Worker
from api.service import Service
from api.settings import Settings
from api.store.backup import back_up, restore
from api.store.blobs import fetch
from api.store.columns import now
from api.store.database import Database
from api.store.tables import Audit, Base, Blob, CentreVersion, Result
from domain.errors import InputError
from tests.service.ground import PASSWORD, Client, fresh, sign_in


def kept(service: Service, tmp_path: Path, text: str, version: int = 1, state: str = "draft") -> str:
    place = tmp_path / f"made-{text}"
    place.mkdir()
    (place / "roster.csv").write_text(text)
    with service.database.writing() as session:
        made = keep_result(session, Made("plan", place, {"text": text}), "north", version, "me")
        made.state = state
        return made.id


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_restored_database_holds_what_was_backed_up_byte_for_byte(
    service: Service, planner: Client, north: str, tmp_path: Path, postgres: str, target: str
) -> None:
    result = kept(service, tmp_path, "published", state="published")
    archive = tmp_path / "seatwise.backup"
    told = back_up(service.database, archive)
    assert told["result"] == 1 and told["audit"] > 1
    url = f"sqlite:///{tmp_path / 'other.db'}" if target == "sqlite" else fresh(postgres, f"r{os.urandom(6).hex()}")
    other = Database(url)
    assert restore(other, archive) == told
    with service.database.engine.connect() as one, other.engine.connect() as two:
        for table in Base.metadata.sorted_tables:
            if table.name not in {"attempt", "repeat"}:
                rows = select(table).order_by(*table.primary_key.columns)
                assert one.execute(rows).all() == two.execute(rows).all(), table.name
    # and it goes on: the same people sign in, the audit counts on and is sealed
    again = Service.start(Settings.of({}, database_url=other.url.render_as_string(hide_password=False), workers=0))
    client = sign_in(TestClient(make_app(again)), "admin", PASSWORD)
    assert client.get(f"/api/v1/centres/north/results/{result}/files/roster.csv").content == b"published"
    with pytest.raises(Exception, match="sealed"), again.database.writing() as session:
        session.execute(update(Audit).values(by="nobody"))
    again.database.close()
    with pytest.raises(InputError, match="empty database"):
        restore(other, archive)
    other.close()


@pytest.mark.parametrize("harm", ["cut", "changed", "other form", "newer", "no archive"])
def test_an_archive_that_is_not_whole_is_refused_and_nothing_is_filled(
    service: Service, north: str, tmp_path: Path, harm: str
) -> None:
    archive, bad = tmp_path / "a", tmp_path / "b"
    back_up(service.database, archive)
    if harm == "cut":
        bad.write_bytes(archive.read_bytes()[:-2000])
    elif harm == "no archive":
        bad.write_text("hello")
    else:
        with zipfile.ZipFile(archive) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "audit.jsonl" and harm == "changed":
                    content = content.replace(b'"service"', b'"nobody"')
                if name == "backup.json" and harm == "other form":
                    content = json.dumps({**json.loads(content), "form": 99}).encode()
                if name == "backup.json" and harm == "newer":
                    content = json.dumps({**json.loads(content), "revision": "9999"}).encode()
                new.writestr(name, content)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(InputError, match="backup of ours"):
        restore(other, bad)
    assert restore(other, archive)["centre"] == 1
    other.close()


def test_a_backup_that_cannot_be_written_leaves_nothing(service: Service, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        back_up(service.database, tmp_path / "none" / "x")
    assert not list(tmp_path.rglob(".x*"))


def test_a_backup_is_its_owners_and_writes_nothing_else_over(service: Service, tmp_path: Path) -> None:
    place = tmp_path / "b"
    for _ in range(2):
        back_up(service.database, place)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    other = tmp_path / "seatwise.db"
    other.write_bytes(b"SQLite format 3")
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as archive:
        archive.writestr("backup.json", "[]")
    for there in (other, tmp_path / "foreign.zip"):
        before = there.read_bytes()
        with pytest.raises(InputError, match="an earlier backup"):
            back_up(service.database, there)
        assert there.read_bytes() == before
    link = tmp_path / "link"
    link.symlink_to(place)
    back_up(service.database, link)
    assert link.is_symlink() and not list(tmp_path.glob(".*"))


def test_backups_at_one_moment_are_all_whole(service: Service, north: str, tmp_path: Path) -> None:
    place = tmp_path / "b"
    made = [threading.Thread(target=back_up, args=(service.database, place)) for _ in range(4)]
    for one in made:
        one.start()
    for one in made:
        one.join()
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    assert restore(other, place)["centre"] == 1
    other.close()


def test_an_archive_without_tables_is_no_backup(tmp_path: Path) -> None:
    place = tmp_path / "b"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("backup.json", json.dumps({"form": 1, "revision": "0003", "tables": {}}))
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(InputError):
        restore(other, place)
    other.close()


def test_retention_deletes_what_is_old_and_not_in_force(
    service: Service, admin: Client, planner: Client, north: str, tmp_path: Path
) -> None:
    path = "/api/v1/centres/north/tables/agents"
    for version, cost in ((1, "25"), (2, "26"), (3, "27")):
        body = {"upsert": [{"agent_id": "a00", "hourly_cost": cost}]}
        assert planner.patch(path, json=body, headers={"If-Match": f'"{version}"'}).status_code == 200
    draft, held = kept(service, tmp_path, "draft"), kept(service, tmp_path, "held", version=2, state="published")
    young = kept(service, tmp_path, "young", version=4)
    with service.database.writing() as session:
        old = now() - timedelta(days=40)
        session.execute(update(CentreVersion).values(at=old))
        session.execute(update(Result).where(Result.id.in_([draft, held])).values(created_at=old))
    refused = admin.post("/api/v1/retention", json={})
    assert refused.status_code == 422 and "SEATWISE_KEEP_DAYS" in refused.json()["detail"]
    assert planner.post("/api/v1/retention", json={"days": 30}).status_code == 403
    job = admin.post("/api/v1/retention", json={"days": 30}).json()["id"]
    Worker(service, "w").run(1)
    told = admin.get(f"/api/v1/jobs/{job}").json()
    assert told["state"] == "done" and (told["answer"]["results"], told["answer"]["versions"]) == (1, 2)
    versions = [v["number"] for v in planner.get("/api/v1/centres/north/versions").json()["items"]]
    assert versions == [4, 2]
    assert planner.get(f"{path}?version=2").json()["items"][0]["hourly_cost"] == "25"
    assert planner.get(path).json()["items"][0]["hourly_cost"] == "27"
    with service.database.reading() as session:
        assert {row.id for row in session.scalars(select(Result))} == {held, young}
        names = files_of_result(session, held)
        assert fetch(session, names.values())[names["roster.csv"]] == b"held"
        left = set(session.scalars(select(Blob.sha)))
    # the agents of versions 1 and 3, and the draft's roster; everything that is in force stays
    assert told["answer"]["files"] == 3 and set(names.values()) <= left

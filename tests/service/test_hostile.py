"""What a hostile client tries: races, withdrawn keys, texts that nothing can hold, rights by the back door."""

from __future__ import annotations

import gzip
import io
import threading
import zipfile
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.access.roles import Right, Role
from api.jobs.webhooks import check_address
from api.jobs.work import Made, keep_result
from api.problems import Refusal
from api.service import Service
from api.settings import Settings
from api.store.backup import back_up
from api.store.tables import Result, User
from tests.integration.repair_case import WEEK
from tests.service.ground import Client, Signed
from tests.service.test_edits import PLANS, RESULTS, done, starts

NORTH = "/api/v1/centres/north"


def at_once(*work: Callable[[], object]) -> None:
    gate = threading.Barrier(len(work))

    def go(one: Callable[[], object]) -> None:
        gate.wait()
        one()

    threads = [threading.Thread(target=go, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_plans_published_at_one_moment_one_holds(signed: Signed, service: Service, plan: str, made) -> None:  # type: ignore[no-untyped-def]
    publisher, tag = signed(Role.PLANNER, Right.PUBLISH), {"If-Match": '"1"'}
    for _ in range(3):
        with service.database.writing() as session:
            two = [keep_result(session, Made("plan", made, {}, WEEK), "north", 1, "me").id for _ in range(2)]
        at_once(*(lambda one=one: publisher.post(f"{RESULTS}/{one}/publish", headers=tag) for one in two))
        with service.database.reading() as session:
            held = select(func.count()).select_from(Result).where(Result.state == "published")
            assert session.scalar(held) == 1


def test_two_administrators_cannot_remove_each_other(signed: Signed, admin: Client, service: Service) -> None:
    other = signed(Role.ADMIN)
    at_once(lambda: admin.delete("/api/v1/people/admin-0-"), lambda: other.delete("/api/v1/people/admin"))
    with service.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User).where(User.role == "admin")) == 1


def test_a_withdrawn_key_fetches_no_kept_answer(admin: Client, anyone: Client, north: str) -> None:
    made = admin.post("/api/v1/keys", json={"name": "old", "role": "planner"}).json()
    client = TestClient(anyone.app, raise_server_exceptions=False, headers={"X-API-Key": made["key"]})
    headers = {"Idempotency-Key": "k"}
    job = {"kind": "forecast", "asked": {"week": WEEK.isoformat()}}
    assert client.post(f"{NORTH}/jobs", json=job, headers=headers).status_code == 202
    assert admin.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    assert client.post(f"{NORTH}/jobs", json=job, headers=headers).status_code == 401


def test_a_refusal_that_may_pass_is_tried_anew(signed: Signed, plan: str) -> None:
    publisher = signed(Role.PLANNER, Right.PUBLISH)
    path, key = f"{RESULTS}/{plan}/publish", {"Idempotency-Key": "k"}
    assert publisher.post(path, headers={**key, "If-Match": '"7"'}).status_code == 412
    assert publisher.post(path, headers={**key, "If-Match": '"1"'}).status_code == 200


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_a_text_that_nothing_can_hold_is_refused_and_nothing_is_kept(
    planner: Client, service: Service, plan: str, tmp_path, text: str
) -> None:  # type: ignore[no-untyped-def]
    body = f'{{"centre": "north", "plan": "{plan}", "scenarios": [{{"name": "{text}", "volume": 1.1}}]}}'
    for query in ("", "?exact=true"):
        answer = planner.post(f"/api/v1/whatif{query}", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
    cell = f'{{"upsert": [{{"agent_id": "a01", "name": "{text}"}}]}}'
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}
    assert planner.patch(f"{NORTH}/tables/agents", content=cell, headers=headers).status_code == 422
    assert planner.get("/api/v1/jobs").json()["items"] == []
    assert planner.get("/api/v1/jobs?centre=%00").status_code in {200, 422}
    assert planner.post("/api/v1/token", data={"username": "a\0", "password": "x" * 12}).status_code in {401, 422}
    assert back_up(service.database, tmp_path / "backup")["centre"] == 1


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", f"{NORTH}/files?version={10**30}", {}),
        ("GET", f"{NORTH}/tables/agents?version=99", {}),
        ("POST", f"{NORTH}/versions/99999999999999/restore", {"If-Match": '"1"'}),
        ("DELETE", NORTH, {"If-Match": f'"{10**24}"'}),
        ("GET", f"{NORTH}/versions?after={'9' * 50}", {}),
        ("GET", f"/api/v1/audit?after={'9' * 50}", {}),
        ("GET", f"{NORTH}/routing?before=0001-01-01", {}),
    ],
)
def test_numbers_and_dates_beyond_bounds_are_the_clients_fault(
    admin: Client, north: str, method: str, path: str, headers: dict[str, str]
) -> None:
    assert admin.request(method, path, headers=headers).status_code < 500


def test_the_centre_of_a_person_has_to_be_there(admin: Client, north: str) -> None:
    body = {"role": "agent", "centre": "nowhere", "agent": "a01"}
    assert admin.put("/api/v1/people/ghost", json=body).status_code == 404


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8:abc/", "http://[::1", "http://8.8.8.8/\x7f", "http://224.0.0.1/", "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/", "http://８.8.8.8/", "http://8.8.8.8:80 /x"]
)  # fmt: skip
def test_a_webhook_that_cannot_be_told_is_refused(sqlite_url: str, url: str) -> None:
    service = Service.start(Settings.of({}, database_url=sqlite_url, webhook_secret="s" * 20, workers=0))
    with pytest.raises(Refusal) as refused:
        check_address(service, url)
    assert refused.value.status == 422
    service.database.close()


def test_a_plan_of_another_centre_is_none_of_this_one(planner: Client, plan: str, folder) -> None:  # type: ignore[no-untyped-def]
    from tests.service.ground import packed

    assert planner.post("/api/v1/centres/south", content=packed(folder)).status_code == 201
    for asked in ({"plan": plan}, {"plan": "0" * 20}):
        job = {"kind": "repair", "asked": asked}
        assert planner.post("/api/v1/centres/south/jobs", json=job).status_code == 404
    assert planner.post(f"{NORTH}/jobs", json={"kind": "repair", "asked": {"plan": "/tmp/x"}}).status_code == 422


def test_how_people_do_is_not_read_by_what_a_change_would_do(
    planner: Client, signed: Signed, folder, north: str
) -> None:  # type: ignore[no-untyped-def]
    from tests.service.ground import packed

    rows = "date,agent_id,queue,handled,handle_time_s\n2026-02-02,a01,phone,77,12345\n"
    allowed = signed(Role.PLANNER, Right.SCORES)
    path = f"{NORTH}/files/performance.csv"
    assert allowed.put(path, content=rows.encode(), headers={"If-Match": '"1"'}).status_code == 200
    tag = {"If-Match": '"2"'}
    for answer in (
        planner.delete(f"{path}?dry_run=true", headers=tag),
        planner.put(f"{NORTH}/folder?dry_run=true", content=packed(folder), headers=tag),
        planner.post(f"{NORTH}/versions/1/restore?dry_run=true", headers=tag),
        planner.put(f"{NORTH}/folder", content=packed(folder), headers={"If-Match": '"1"'}),
    ):
        assert answer.status_code in {403, 412} and "12345" not in answer.text


def test_a_log_that_unpacks_without_end_is_stopped(planner: Client, service: Service, north: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("map.toml", "[columns]\n")
        archive.writestr("log.csv.gz", gzip.compress(gzip.compress(b"0" * 2**20) and b"0" * (1100 * 2**20), 1))
    answer = planner.post(f"{NORTH}/interactions", content=held.getvalue())
    assert answer.status_code == 413


@pytest.mark.slow
def test_leave_that_an_edit_gave_holds_in_the_next(service: Service, planner: Client, plan: str) -> None:
    day = next(start[:10] for start in starts(planner, plan, "a01"))
    first = done(service, planner, planner.post(f"{PLANS}/{plan}/edits", json={"day_off": [f"a01,{day}"]}))
    assert first["state"] == "done"
    given = planner.get(f"{RESULTS}/{first['result']}/files/leave_given.csv").text
    assert given.splitlines()[1].startswith(f"a01,{day}T00:00:00")
    other = next(start[:10] for start in starts(planner, plan, "a04") if start[:10] != day)
    body = {"day_off": [f"a04,{other}"]}
    for mend in (False, True):
        path = f"{PLANS}/{first['result']}/edits"
        second = done(service, planner, planner.post(path, json={**body, "mend": mend}))
        assert second["state"] == "done", second
        assert not any(start.startswith(day) for start in starts(planner, second["result"], "a01"))
        assert f"a01,{day}" in planner.get(f"{RESULTS}/{second['result']}/files/leave_given.csv").text


def test_many_wrong_passwords_at_one_moment_are_many(anyone: Client, service: Service, admin: Client) -> None:
    codes: list[int] = []

    def guess() -> None:
        answer = anyone.post("/api/v1/token", data={"username": "admin", "password": "wrong wrong wrong"})
        codes.append(answer.status_code)

    at_once(*[guess] * 12)
    assert codes.count(401) <= 5 and codes.count(429) >= 7

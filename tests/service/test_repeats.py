"""POSTs under an idempotency key: done once, answered again as the first time, and a key names one request."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.access.roles import Right, Role
from api.service import Service
from api.store.tables import Audit, Repeat
from tests.integration.repair_case import WEEK
from tests.service.ground import Client, Signed, packed

KEY = {"Idempotency-Key": "once"}
NORTH = "/api/v1/centres/north"


def test_every_kind_of_post_is_done_once(signed: Signed, service: Service, plan: str) -> None:
    """A key made, a plan published, counts added, a what-if asked: the second answer is the first one's bytes."""
    admin = signed(Role.ADMIN, Right.PUBLISH, Right.SCORES)
    day = f"interval_start,queue,offered\n{WEEK}T08:00,phone,9\n".encode()
    asked = {"centre": "north", "plan": plan, "scenarios": [{"name": "more", "volume": 1.2}]}
    for k, (path, more) in enumerate(
        (
            (f"{NORTH}/results/{plan}/publish", {"headers": {"If-Match": '"1"'}}),
            (f"{NORTH}/results/{plan}/withdraw", {"headers": {"If-Match": '"2"'}}),
            (f"{NORTH}/history", {"content": day}),
            ("/api/v1/whatif", {"json": asked}),
            ("/api/v1/retention", {"json": {"days": 900}}),
            (f"{NORTH}/plans/{plan}/questions", {"json": {"day_off": [f"a01,{WEEK}"]}}),
        )
    ):
        headers = {**more.pop("headers", {}), "Idempotency-Key": f"key-{k}"}
        first, second = (admin.post(path, headers=headers, **more) for _ in range(2))
        assert first.status_code < 300, (path, first.text)
        assert (second.status_code, second.content) == (first.status_code, first.content), path
        assert "Idempotent-Replayed" not in first.headers and second.headers["Idempotent-Replayed"] == "true"
    with service.database.reading() as session:
        published = select(func.count()).select_from(Audit).where(Audit.action == "plan.publish")
        assert session.scalar(published) == 1


@pytest.mark.parametrize("path", ["/api/v1/keys", f"{NORTH}/agents/a01/feed"])
def test_a_secret_is_told_once_and_not_kept(admin: Client, service: Service, north: str, path: str) -> None:
    body = {"name": "bi", "role": "viewer"}
    first, second = (admin.post(path, json=body, headers=KEY) for _ in range(2))
    assert first.status_code == 201 and second.status_code == 409 and second.json()["type"].endswith("told-once")
    with service.database.reading() as session:
        (kept,) = session.scalars(select(Repeat))
    assert kept.status == 201 and not kept.body and len(first.content) > 20
    wrong = [admin.post("/api/v1/keys", json={"name": ""}, headers={"Idempotency-Key": "w"}) for _ in range(2)]
    assert wrong[0].status_code == 422 and wrong[0].content == wrong[1].content


def test_a_key_names_one_request_of_one_caller(planner: Client, signed: Signed, plan: str) -> None:
    path = f"{NORTH}/plans/{plan}/questions"
    body = {"day_off": [f"a01,{WEEK}"]}
    assert planner.post(path, json=body, headers=KEY).status_code == 200
    other = planner.post(path, json={"day_off": [f"a02,{WEEK}"]}, headers=KEY)
    assert other.status_code == 422 and "one request" in other.json()["detail"]
    elsewhere = signed(Role.PLANNER, Right.SCORES).post(path, json=body, headers=KEY)
    assert elsewhere.status_code == 200 and "Idempotent-Replayed" not in elsewhere.headers
    assert planner.post(path, json=body, headers={"Idempotency-Key": "x" * 201}).status_code == 400


def test_a_refusal_is_repeated_and_a_fault_is_not(planner: Client, service: Service, north: str, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    wrong = {"kind": "plan", "asked": {"week": "soon"}}
    first, second = (planner.post(f"{NORTH}/jobs", json=wrong, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (422, 422) and second.headers["Idempotent-Replayed"] == "true"
    right = {"kind": "plan", "asked": {"week": WEEK.isoformat()}}
    with monkeypatch.context() as broken:
        broken.setattr("api.routes.jobs.record", lambda *_, **__: 1 / 0)
        assert planner.post(f"{NORTH}/jobs", json=right, headers={"Idempotency-Key": "two"}).status_code == 500
    assert planner.post(f"{NORTH}/jobs", json=right, headers={"Idempotency-Key": "two"}).status_code == 202


def test_the_same_request_at_the_same_moment_is_done_once(planner: Client, service: Service, north: str) -> None:
    """Of many at once one does the work; the others are told that it is being done, or its answer."""
    found: list[int] = []

    def ask() -> None:
        body = {"kind": "plan", "asked": {"week": WEEK.isoformat()}}
        found.append(planner.post(f"{NORTH}/jobs", json=body, headers=KEY).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {202, 409} and 202 in found
    assert len(planner.get("/api/v1/jobs").json()["items"]) == 1
    with service.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Repeat)) == 1


def test_what_is_not_there_yet_may_be_there_the_next_time(planner: Client, folder: Path) -> None:
    body = {"kind": "forecast", "asked": {"week": "2026-03-02"}}
    assert planner.post(f"{NORTH}/jobs", json=body, headers=KEY).status_code == 404
    assert planner.post(NORTH, content=packed(folder)).status_code == 201
    assert planner.post(f"{NORTH}/jobs", json=body, headers=KEY).status_code == 202

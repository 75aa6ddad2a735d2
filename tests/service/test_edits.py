"""Edits of a roster: judged by questions, made by a job, certified as a plan of its own."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest

from api.jobs.worker import Worker
from api.service import Service
from tests.integration.repair_case import WEEK
from tests.service.ground import Client

PLANS = "/api/v1/centres/north/plans"
RESULTS = "/api/v1/centres/north/results"


def done(service: Service, client: Client, answer) -> dict:  # type: ignore[no-untyped-def]
    assert answer.status_code == 202, answer.text
    Worker(service, "w").run(1)
    return client.get(answer.headers["Location"]).json()


def table(client: Client, result: str, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(client.get(f"{RESULTS}/{result}/files/{name}.csv").text.splitlines()))


def starts(client: Client, result: str, who: str) -> list[str]:
    rows = table(client, result, "roster")
    first = {row["shift_id"]: row["start"] for row in reversed(rows) if row["agent_id"] == who}
    return sorted(first.values())


@pytest.mark.slow
def test_a_swap_is_judged_made_and_certified(service: Service, planner: Client, plan: str) -> None:
    """The two take each other's shifts, nobody else changes, and the plan it was made from stays."""
    people = {who: starts(planner, plan, who) for who in ("a01", "a03", "a05", "a07")}
    legal, swap = None, ""
    for day in (WEEK + timedelta(days=k) for k in range(5)):
        for one, other in (("a01", "a03"), ("a01", "a05"), ("a03", "a05"), ("a05", "a07")):
            times = [next((s for s in people[who] if s.startswith(day.isoformat())), "") for who in (one, other)]
            if all(times) and times[0] != times[1]:
                swap = f"{one},{other},{day.isoformat()}"
                told = planner.post(f"{PLANS}/{plan}/questions", json={"swap": [swap]}).json()["answers"][0]
                legal = (one, other, *times) if told["legal"] else None
            if legal:
                break
        if legal:
            break
    assert legal is not None
    one, other, mine, theirs = legal
    job = done(service, planner, planner.post(f"{PLANS}/{plan}/edits", json={"swap": [swap]}))
    assert job["state"] == "done", job
    made = planner.get(f"{RESULTS}/{job['result']}").json()
    assert (made["kind"], made["state"], made["parent"]) == ("plan", "draft", plan)
    assert theirs in starts(planner, made["id"], one) and mine in starts(planner, made["id"], other)
    changes = table(planner, made["id"], "changes")
    edited = {row["agent_id"] for row in changes if row["what"] != "seat"}
    assert edited == {one, other} and {row["why"] for row in changes if row["what"] != "seat"} == {"as edited"}
    assert starts(planner, plan, one) == people[one]


@pytest.mark.slow
def test_who_is_on_leave_since_is_no_hindrance(service: Service, planner: Client, plan: str) -> None:
    """Leave that came after the plan is minded beside an edit of somebody else."""
    day = next(start[:10] for start in starts(planner, plan, "a02"))
    leave = {"upsert": [{"agent_id": "a02", "start": f"{day}T00:00", "end": f"{day}T23:59"}]}
    path = "/api/v1/centres/north/tables/time_off"
    assert planner.patch(path, json=leave, headers={"If-Match": '"1"'}).status_code == 200
    other = next(start[:10] for start in starts(planner, plan, "a05") if start[:10] != day)
    job = done(service, planner, planner.post(f"{PLANS}/{plan}/edits", json={"day_off": [f"a05,{other}"]}))
    assert job["state"] == "done", job
    assert not any(start.startswith(other) for start in starts(planner, job["result"], "a05"))
    assert not any(start.startswith(day) for start in starts(planner, job["result"], "a02"))


def test_an_edit_that_breaks_a_rule_is_a_conflict_and_nothing_is_made(
    service: Service, planner: Client, plan: str
) -> None:
    day = WEEK.isoformat()
    job = done(
        service, planner, planner.post(f"{PLANS}/{plan}/edits", json={"shift": [f"a01,{day}T07:00,{day}T20:00"]})
    )
    assert job["state"] == "failed" and job["problem"]["status"] == 409 and job["result"] is None
    assert {conflict["who"][0] for conflict in job["problem"]["conflicts"]} == {"a01"}


def test_edits_that_cannot_be_read_are_told_at_once(planner: Client, plan: str) -> None:
    wrong = planner.post(f"{PLANS}/{plan}/edits", json={"swap": ["a01,zz,2026-03-03"], "day_off": ["a01,soon"]})
    assert wrong.status_code == 422 and {fault["column"] for fault in wrong.json()["errors"]} == {"swap", "day_off"}
    assert planner.post(f"{PLANS}/{plan}/edits", json={}).status_code == 422
    job = {"kind": "repair", "asked": {"plan": plan, "swap": ["a01,zz,2026-03-03"]}}
    assert planner.post("/api/v1/centres/north/jobs", json=job).status_code == 202

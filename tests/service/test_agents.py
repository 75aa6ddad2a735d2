"""What agents and planners read of a published plan: roster, score, feed, beside the files published."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import update

from api.access.roles import Right, Role
from api.jobs.work import Made, keep_result
from api.service import Service
from api.store.columns import now
from api.store.tables import Result
from tests.integration.repair_case import WEEK
from tests.service.ground import Client, Signed, sign_in


def publish(client: Client, plan: str, version: int = 1) -> None:
    answer = client.post(f"/api/v1/centres/north/results/{plan}/publish", headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def publisher(signed: Signed) -> Client:
    return signed(Role.PLANNER, Right.PUBLISH)


def test_an_agent_reads_the_own_roster_score_and_feed_of_what_is_published(
    signed: Signed, publisher: Client, anyone: Client, plan: str, made: Path, north: str
) -> None:
    ann = signed(Role.AGENT, centre="north", agent="a01")
    since = f"?first={WEEK.isoformat()}"
    assert ann.get(f"/api/v1/me/roster{since}").json() == []
    assert ann.get("/api/v1/me/score").status_code == 404
    publish(publisher, plan)
    rows = ann.get(f"/api/v1/me/roster{since}").json()
    lines = [line for line in (made / "roster.csv").read_text().splitlines() if line.startswith("a01,")]
    assert len(rows) == len(lines) > 5 and {row["agent_id"] for row in rows} == {"a01"}
    late = ann.get(f"/api/v1/me/roster?first={(WEEK + timedelta(days=4)).isoformat()}").json()
    assert 0 < len(late) < len(rows)
    score = ann.get("/api/v1/me/score").json()
    assert score["agent"] == "a01" and score["explained"] and {row["agent_id"] for row in score["scores"]} == {"a01"}
    assert ann.get("/api/v1/centres/north/agents/a02/roster").status_code == 403
    path = ann.post("/api/v1/me/feed").json()["path"]
    events = Calendar.from_ical(anyone.get(path).content).walk("VEVENT")
    assert len(events) == len({row["shift_id"] for row in rows})
    again = ann.post("/api/v1/me/feed").json()["path"]
    assert anyone.get(path).status_code == 404 and anyone.get(again).status_code == 200
    assert signed(Role.AGENT, centre="north", agent="nobody").get("/api/v1/me/score").status_code == 404
    assert publisher.get("/api/v1/me/roster").status_code == 404


def test_scores_of_others_need_their_right_and_are_audited(
    signed: Signed, publisher: Client, admin: Client, plan: str
) -> None:
    publish(publisher, plan)
    path = "/api/v1/centres/north/agents/a01/score"
    assert publisher.get(path).status_code == 403
    manager = signed(Role.MANAGER)
    assert manager.get(path).status_code == 200
    file = f"/api/v1/centres/north/results/{plan}/files/scores.csv"
    assert publisher.get(file).status_code == 403 and manager.get(file).status_code == 200
    assert manager.get("/api/v1/centres/north/scores").status_code == 200
    routes = manager.get("/api/v1/centres/north/routing").json()["routes"]
    assert routes and {"agent_id", "queue", "level", "weight"} <= set(routes[0])
    assert manager.get("/api/v1/centres/north/routing?policy=magic").status_code == 422
    read = admin.get("/api/v1/audit?action=scores.read").json()["items"]
    assert [row["by"] for row in read] == ["manager-0-"] * 4


def test_publishing_withdraws_what_held_and_reverting_publishes_that_again(
    service: Service, publisher: Client, plan: str, made: Path
) -> None:
    with service.database.writing() as session:
        second = keep_result(session, Made("plan", made, {}, WEEK), "north", 1, "me").id
    publish(publisher, plan)
    publish(publisher, second)
    states = {row["id"]: row["state"] for row in publisher.get("/api/v1/centres/north/results").json()["items"]}
    assert states == {plan: "withdrawn", second: "published"}
    base = "/api/v1/centres/north/results"
    late = publisher.post(f"{base}/{plan}/publish", headers={"If-Match": '"1"'})
    assert late.status_code == 412 and late.json()["difference"]["state"] == "withdrawn"
    publish(publisher, plan, version=3)
    assert publisher.get(f"{base}/{second}").json()["state"] == "withdrawn"
    assert publisher.post(f"{base}/{plan}/publish", headers={"If-Match": '"4"'}).status_code == 409
    assert publisher.delete(f"{base}/{second}", headers={"If-Match": '"3"'}).status_code == 409
    assert publisher.post(f"{base}/{plan}/withdraw", headers={"If-Match": '"4"'}).json()["state"] == "withdrawn"
    assert publisher.post(f"{base}/{plan}/withdraw", headers={"If-Match": '"5"'}).status_code == 409
    named = publisher.patch(f"{base}/{plan}", json={"label": "first"}, headers={"If-Match": '"5"'})
    assert named.json()["label"] == "first" and named.headers["ETag"] == '"6"'


def test_a_centre_with_published_plans_is_not_deleted_unawares(
    admin: Client, publisher: Client, signed: Signed, plan: str
) -> None:
    publish(publisher, plan)
    agent = signed(Role.AGENT, centre="north", agent="a01")
    path, seen = "/api/v1/centres/north", {"If-Match": '"1"'}
    refused = admin.delete(path, headers=seen)
    assert refused.status_code == 409 and refused.json()["plans"] == [plan]
    assert agent.get("/api/v1/me").status_code == 200
    assert admin.delete(f"{path}?published=true", headers=seen).status_code == 204
    assert agent.get("/api/v1/me").status_code == 401
    people = {row["name"]: row["active"] for row in admin.get("/api/v1/people").json()["items"]}
    assert people["agent-0-a01"] is False
    (gone,) = admin.get("/api/v1/audit?action=centre.delete").json()["items"]
    assert gone["detail"] == {"version": 1, "published": [plan], "people": ["agent-0-a01"]}


def test_deleting_a_centre_leaves_administrators_and_managers_in_peace(admin: Client, north: str) -> None:
    admin.put("/api/v1/people/admin", json={"role": "admin", "centre": "north"})
    assert admin.delete("/api/v1/centres/north", headers={"If-Match": '"1"'}).status_code == 401
    again = sign_in(admin, "admin")
    assert again.delete("/api/v1/centres/north", headers={"If-Match": '"1"'}).status_code == 204
    assert again.get("/api/v1/people").json()["items"][0]["active"] is True


def test_why_tells_how_fast_people_are_to_those_who_may_know(
    publisher: Client, signed: Signed, admin: Client, plan: str
) -> None:
    path = f"/api/v1/centres/north/plans/{plan}/why?queue=phone&at={WEEK}T12:00"
    for client, told in ((publisher, False), (signed(Role.MANAGER), True)):
        text = client.get(path).text
        assert ("handle-time factor" in text) == told and "seats by formula" in text
    assert len(admin.get("/api/v1/audit?action=scores.read").json()["items"]) == 1


def test_nobody_is_an_agent_that_the_centre_does_not_have(admin: Client, publisher: Client, plan: str) -> None:
    publish(publisher, plan)
    base = "/api/v1/centres/north/agents/zz"
    assert publisher.post(f"{base}/feed").status_code == 404
    assert publisher.get(f"{base}/roster?first=2026-01-01").status_code == 404
    wrong = admin.put("/api/v1/people/zoe", json={"role": "agent", "centre": "north", "agent": "zz"})
    assert wrong.status_code == 422 and "zz" in wrong.json()["detail"]


def test_days_are_not_left_without_a_roster_unawares(
    service: Service, publisher: Client, plan: str, made: Path
) -> None:
    with service.database.writing() as session:
        late = keep_result(session, Made("plan", made, {}, WEEK + timedelta(days=1)), "north", 1, "me").id
    publish(publisher, plan)
    path = f"/api/v1/centres/north/results/{late}/publish"
    refused = publisher.post(path, headers={"If-Match": '"1"'})
    assert refused.status_code == 409 and refused.json()["plans"] == [plan]
    assert publisher.post(f"{path}?uncover=true", headers={"If-Match": '"1"'}).json()["withdrawn"] == [plan]


def test_drafts_are_deleted(publisher: Client, plan: str) -> None:
    path = f"/api/v1/centres/north/results/{plan}"
    assert publisher.delete(path).status_code == 428
    assert publisher.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    assert publisher.get(path).status_code == 404


def test_rows_of_a_result_are_filtered_by_agent_day_and_queue(publisher: Client, plan: str, made: Path) -> None:
    base = f"/api/v1/centres/north/results/{plan}/tables"
    everything = publisher.get(f"{base}/roster?limit=1000").json()["items"]
    assert len(everything) == len((made / "roster.csv").read_text().splitlines()) - 1
    day = publisher.get(
        f"{base}/roster", params={"limit": 1000, "where": ["agent_id=a01", f"start>={WEEK}", f"start<={WEEK}T99"]}
    ).json()["items"]
    assert {row["start"][:10] for row in day} <= {WEEK.isoformat()}
    phone = publisher.get(f"{base}/roster", params={"limit": 1000, "where": "queues=phone"}).json()["items"]
    assert phone and all("phone" in row["queues"].split(";") for row in phone)
    forecast = publisher.get(f"{base}/forecast", params={"where": "queue=phone", "limit": 3}).json()
    assert len(forecast["items"]) == 3 and forecast["next"] == "3" and forecast["items"][0]["mean"] == 0
    unknown = publisher.get(f"{base}/secrets")
    assert unknown.status_code == 404 and "roster" in unknown.json()["tables"]
    assert publisher.get(f"{base}/roster", params={"where": "colour=red"}).status_code == 422


def test_a_plan_is_asked_about(publisher: Client, plan: str, north: str) -> None:
    base = f"/api/v1/centres/north/plans/{plan}"
    rows = publisher.get(f"/api/v1/centres/north/results/{plan}/tables/roster?limit=1000").json()["items"]
    shift = next(row for row in rows if row["agent_id"] == "a01")
    answers = publisher.post(f"{base}/questions", json={"day_off": [f"a01,{shift['start'][:10]}"]}).json()["answers"]
    assert len(answers) == 1 and isinstance(answers[0]["legal"], bool) and answers[0]["people"] is not None
    wrong = publisher.post(f"{base}/questions", json={"swap": ["a01,zz,2026-03-02"], "gap": ["phone,now,then"]})
    assert wrong.status_code == 422
    assert {fault["column"] for fault in wrong.json()["errors"]} == {"swap", "gap"}
    assert publisher.post(f"{base}/questions", json={}).status_code == 422
    why = publisher.get(f"{base}/why", params={"queue": "phone", "at": f"{WEEK}T11:30:00+01:00"}).json()
    assert why and all(figure["how"] for figure in why)
    assert publisher.get(f"{base}/why", params={"queue": "phone", "at": f"{WEEK}T11:30:00"}).json() == why
    twice = publisher.get(f"{base}/why", params={"queue": "phone", "at": "2026-10-25T02:30"})
    assert twice.status_code == 422 and "2026-10-25" in twice.json()["detail"]
    assert publisher.get(f"{base}/why", params={"queue": "fax", "at": f"{WEEK}T11:30:00+01:00"}).status_code == 422
    far = publisher.get(f"{base}/why", params={"queue": "phone", "at": "2030-01-01T11:30:00+01:00"})
    assert far.status_code == 422


def test_the_rest_of_today_comes_back_with_actions(publisher: Client, plan: str) -> None:
    counts = "interval_start,queue,offered,aht_s\n" + "".join(
        f"{WEEK}T{8 + k // 2:02d}:{30 * (k % 2):02d},phone,{22 if k > 3 else 14},300\n" for k in range(8)
    )
    answer = publisher.post(f"/api/v1/centres/north/plans/{plan}/today", content=counts.encode())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["now"].startswith(f"{WEEK}T11:00") or "T12:00" in told["now"]
    assert told["net_staffing"] and told["forecast"] and told["said"] and told["roster"]
    assert {row["agent_id"] for row in told["roster"]} >= {"a01", "a02"}
    local = publisher.post(
        f"/api/v1/centres/north/plans/{plan}/today?now={WEEK}T12:00&most=0", content=counts.encode()
    ).json()
    assert local["now"] == f"{WEEK}T12:00:00+01:00" and not [row for row in local["actions"] if row["recommended"]]
    odd = publisher.post(f"/api/v1/centres/north/plans/{plan}/today", content=counts.replace("aht_s", "ath_s").encode())
    assert "did you mean aht_s?" in str(odd.json()["notices"]) and told["notices"] == []
    bad = publisher.post(
        f"/api/v1/centres/north/plans/{plan}/today", content=b"interval_start,queue,offered\nx,fax,1\n"
    )
    assert bad.status_code == 422 and {fault["column"] for fault in bad.json()["errors"]} == {"interval_start", "queue"}


def test_scenarios_beside_a_plan_are_answered_in_the_request(publisher: Client, signed: Signed, plan: str) -> None:
    body = {"centre": "north", "plan": plan, "scenarios": [{"name": "more", "volume": 1.3}, {"name": "same"}]}
    answer = publisher.post("/api/v1/whatif", json=body).json()
    found = {(r["scenario"], r["queue"], r["scope"], r["measure"]): r for r in answer["rows"]}
    assert (
        found["more", "phone", "week", "mean_wait_s"]["value"] > found["more", "phone", "week", "mean_wait_s"]["base"]
    )
    same = found["same", "phone", "week", "mean_wait_s"]
    assert same["value"] == pytest.approx(same["base"])
    assert answer["input_sha256"]
    few = publisher.post("/api/v1/whatif", json={**body, "scope": "week", "measures": ["cost"]}).json()["rows"]
    assert {(row["scope"], row["measure"]) for row in few} == {("week", "cost")}
    none = publisher.post("/api/v1/whatif", json={**body, "scope": "day", "measures": ["cost"]}).json()
    assert none["rows"] == [] and "by week" in none["notes"][-1]
    wrong = publisher.post("/api/v1/whatif", json={**body, "scenarios": [{"name": "x", "volum": 2}, {"volume": -1}]})
    assert wrong.status_code == 422 and len(wrong.json()["errors"]) >= 2
    assert publisher.post("/api/v1/whatif", json={**body, "plan": "0" * 20}).status_code == 404
    job = publisher.post("/api/v1/whatif?exact=true", json=body)
    assert job.status_code == 202 and job.json()["job"]["kind"] == "whatif"
    assert job.headers["Location"] == f"/api/v1/jobs/{job.json()['job']['id']}"
    assert signed(Role.VIEWER).post("/api/v1/whatif?exact=true", json=body).status_code == 403
    for query in ("?exact=true", ""):
        for fault in ({"scenarios": [{"name": "x", "volum": 2}]}, {"measures": ["joy"]}):
            answer = publisher.post(f"/api/v1/whatif{query}", json={**body, **fault})
            assert answer.status_code == 422 and answer.json()["errors"]


def test_history_is_added_to_and_read(publisher: Client, north: str) -> None:
    path = "/api/v1/centres/north/history"
    day = {"first": "2026-02-28", "last": "2026-02-28"}
    before = publisher.get(path, params={**day, "queue": "phone"}).json()["items"]
    more = b"interval_start,queue,offered,aht_s\n2026-02-28T12:00,phone,99,310\n2026-03-02T08:00,phone,9,300\n"
    added = publisher.post(path, content=more)
    assert added.status_code == 200 and added.json() == {"version": 2, "rows": 2, "notices": []}
    after = publisher.get(path, params={**day, "queue": "phone"}).json()["items"]
    assert len(after) == len(before)
    assert [row["offered"] for row in after if row["interval_start"] == "2026-02-28T11:00:00Z"] == [99]
    assert publisher.post(path, content=more).json()["version"] == 2
    text = publisher.get(path, params=day, headers={"Accept": "text/csv"})
    assert text.text.startswith("interval_start,queue,offered")
    late = publisher.post(path, content=b"interval_start,queue,offered,aht_s\n2066-02-28T12:00,phone,9,310\n").json()
    assert late["rows"] == 1 and "days to come" in late["notices"][-1]
    assert publisher.post(path, content=b"interval_start,queue,offered").status_code == 422
    bad = publisher.post(path, content=b"interval_start,queue,offered\n2026-02-28T12:07,fax,-1\n")
    assert bad.status_code == 422 and {fault["line"] for fault in bad.json()["errors"]} == {2}
    assert publisher.get(path, params={"first": "2026-02-28", "last": "2020-01-01"}).status_code == 422


def test_who_takes_a_contact_is_decided_by_the_rules_of_the_roster(publisher: Client, north: str) -> None:
    body = {
        "waiting": [{"queue": "phone", "since": 5, "contact": "c1"}, {"queue": "phone", "since": 1, "contact": "c2"}],
        "idle": [{"agent_id": "a01", "since": 3}],
    }
    path = "/api/v1/centres/north/routing/decide"
    assert publisher.post(path, json=body).json()["matches"] == [{"contact": "c2", "queue": "phone", "agent_id": "a01"}]
    stranger = publisher.post(path, json={**body, "idle": [{"agent_id": "zz", "since": 3}]})
    assert stranger.status_code == 422 and "zz" in stranger.json()["detail"]
    fax = {**body, "waiting": [{"queue": "fax", "since": 1}]}
    assert publisher.post(path, json=fax).status_code == 422
    twice = {**body, "idle": [{"agent_id": "a01", "since": 3}] * 2}
    assert publisher.post(path, json=twice).status_code == 422


def test_a_result_that_is_old_keeps_its_tables(service: Service, publisher: Client, plan: str) -> None:
    with service.database.writing() as session:
        session.execute(update(Result).values(created_at=now() - timedelta(days=400)))
    assert publisher.get(f"/api/v1/centres/north/results/{plan}/files/report.html").status_code == 403
    assert publisher.get(f"/api/v1/centres/north/results/{plan}/files/roster.csv").status_code == 200


def test_two_plans_are_laid_side_by_side(
    service: Service, publisher: Client, plan: str, made: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(made, other)
    lines = (other / "roster.csv").read_text().splitlines(keepends=True)
    gone = next(line.split(",")[2] for line in lines if line.startswith("a01,"))
    (other / "roster.csv").write_text("".join(line for line in lines if f",{gone}," not in line))
    document = json.loads((other / "plan.json").read_text())
    document["cost"]["total"] += 100.0
    document["targets"][0]["met"] = not document["targets"][0]["met"]
    (other / "plan.json").write_text(json.dumps(document))
    with service.database.writing() as session:
        second = keep_result(session, Made("plan", other, {}, WEEK), "north", 1, "me").id
    told = publisher.get(f"/api/v1/centres/north/plans/{plan}/compare/{second}").json()
    figures = {row["name"]: row for row in told["figures"]}
    assert figures["cost"]["other"] == pytest.approx(figures["cost"]["this"] + 100)
    assert len(told["turned"]) == 1 and told["turned"][0]["met_here"] != told["turned"][0]["met_there"]
    assert [(row["agent_id"], row["other"], row["what"]) for row in told["days"]] == [("a01", "off", "shift")]
    same = publisher.get(f"/api/v1/centres/north/plans/{plan}/compare/{plan}").json()
    assert same["days"] == [] == same["turned"]
    assert publisher.get(f"/api/v1/centres/north/plans/{plan}/compare/{'0' * 20}").status_code == 404

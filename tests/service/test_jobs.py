"""Jobs on both databases: claimed once, heard of, taken back from the dead, ended once, cancelled."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from api.jobs import kinds
from api.jobs.states import MOST_CLAIMS, Asking, State, ask, beat, cancel, claim, end, give_back, take_back
from api.jobs.work import Asked, Kind, Made, Outcome, Work
from api.jobs.worker import Worker
from api.service import Service
from api.store.columns import now
from api.store.tables import Job, JobEvent, Repeat, Result
from domain.errors import Conflict, ConflictError
from tests.service.ground import Client

ME = Asking("me", "r1")


class Small(Asked):
    centre_version: int = 1
    text: str = ""


def small(work: Work, asked: Small) -> Outcome:
    if asked.text == "wait":
        assert work.control.cancel.wait(20), "told to stop"
    if asked.text == "conflict":
        raise ConflictError(
            [
                Conflict(("ann",), ("2026-11-24",), ("rest",), "another day"),
            ]
        )
    if asked.text == "break":
        raise ZeroDivisionError("secret figures")
    work.control.report("small", 0.5, "half")
    out = work.place / "out"
    (out / "deep").mkdir(parents=True)
    (out / "a.csv").write_text(f"text\n{asked.text}\n")
    (out / "deep" / "b.ics").write_text("x")
    return Outcome({"text": asked.text}, Made("forecast", out, {"text": asked.text}))


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "small", Kind(Small, small))
    monkeypatch.setattr("api.jobs.worker.BEAT_S", 0.05)


def asked_for(service: Service, text: str = "", **more) -> str:  # type: ignore[no-untyped-def]
    with service.database.writing() as session:
        return ask(session, "small", {"centre_version": 1, "text": text}, ME, centre_id="north", **more).id


def job_of(service: Service, job_id: str) -> Job:
    with service.database.reading() as session:
        return session.get_one(Job, job_id)


def test_every_job_is_claimed_by_one_of_many(service: Service, north: str) -> None:
    made = [asked_for(service) for _ in range(60)]
    found: list[str] = []

    def work(name: str) -> None:
        while (job := claim(service.database, name)) is not None:
            found.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{k}",)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # a claim that met a locked row may have found nothing; what is left is claimed now
    work("last")
    assert Counter(found) == Counter(made)


def test_higher_priority_goes_first_then_age(service: Service, north: str) -> None:
    low, high, lower = asked_for(service), asked_for(service, priority=5), asked_for(service)
    order = [claim(service.database, "w") for _ in range(3)]
    assert [job.id for job in order if job] == [high, low, lower]
    assert claim(service.database, "w") is None


def test_a_job_is_done_and_its_files_are_kept(service: Service, planner: Client, north: str) -> None:
    job_id = asked_for(service, "hello")
    assert Worker(service, "w").run(1) == 1
    told = planner.get(f"/api/v1/jobs/{job_id}").json()
    assert (told["state"], told["answer"], told["share"]) == ("done", {"text": "hello"}, 1.0)
    files = planner.get(f"/api/v1/centres/north/results/{told['result']}/files").json()
    assert [file["name"] for file in files] == ["a.csv", "deep/b.ics"]
    rows = planner.get(f"/api/v1/centres/north/results/{told['result']}/tables/a").json()
    assert rows["items"] == [{"text": "hello"}]
    events = planner.get(f"/api/v1/jobs/{job_id}/events").text
    assert [line[7:] for line in events.splitlines() if line.startswith("event: ")][0::2] == ["queued", "done"]
    first = int(events.split("id: ")[1].split()[0])
    rest = planner.get(f"/api/v1/jobs/{job_id}/events", headers={"Last-Event-ID": str(first)}).text
    assert "event: queued" not in rest and "event: done" in rest


def test_what_went_wrong_is_told_without_inner_figures(service: Service, planner: Client, north: str) -> None:
    conflict, broken = asked_for(service, "conflict"), asked_for(service, "break")
    Worker(service, "w").run(2)
    first, second = (planner.get(f"/api/v1/jobs/{job_id}").json() for job_id in (conflict, broken))
    assert first["state"] == second["state"] == "failed"
    assert first["problem"]["status"] == 409 and first["problem"]["conflicts"][0]["change"] == "another day"
    assert second["problem"]["status"] == 500 and "secret" not in str(second)


def test_a_job_of_a_dead_worker_is_taken_back_and_what_the_dead_one_made_is_not_kept(
    service: Service, north: str
) -> None:
    job_id = asked_for(service)
    dead = claim(service.database, "dead")
    assert dead is not None and beat(service.database, dead, "step", 0.1) is False
    assert take_back(service.database) == 0
    with service.database.writing() as session:
        session.execute(update(Job).values(beat_at=now() - timedelta(minutes=5)))
    assert take_back(service.database) == 1
    alive = claim(service.database, "alive")
    assert alive is not None and alive.claim == 2
    # the dead one comes back
    assert beat(service.database, dead, "step", 0.9) is None
    with service.database.writing() as session:
        assert end(session, dead, State.DONE, answer={"by": "dead"}) is False
    with service.database.writing() as session:
        assert end(session, alive, State.DONE, answer={"by": "alive"}) is True
        assert end(session, alive, State.FAILED) is False
    assert job_of(service, job_id).answer == {"by": "alive"}


def test_a_job_that_takes_down_its_workers_is_given_up(service: Service, north: str) -> None:
    job_id = asked_for(service)
    for _ in range(MOST_CLAIMS):
        assert claim(service.database, "w") is not None
        assert take_back(service.database, timedelta(seconds=-1)) == 1
    assert claim(service.database, "w") is None
    ended = job_of(service, job_id)
    assert ended.state == "failed" and ended.problem is not None and "3 workers" in ended.problem["detail"]


def test_a_worker_that_is_asked_to_end_gives_its_job_back(service: Service, north: str) -> None:
    job_id = asked_for(service, "wait")
    worker = Worker(service, "w")
    thread = threading.Thread(target=worker.run)
    thread.start()
    while job_of(service, job_id).state != "running":
        pass
    worker.stop()
    thread.join(20)
    back = job_of(service, job_id)
    assert (back.state, back.claim, back.result_id) == ("queued", 0, None)


def test_cancelling_ends_a_waiting_job_at_once_and_lets_a_running_one_keep_its_best(
    service: Service, planner: Client, north: str
) -> None:
    waiting = asked_for(service)
    assert planner.delete(f"/api/v1/jobs/{waiting}").json()["state"] == "cancelled"
    assert claim(service.database, "w") is None
    running = asked_for(service, "wait")
    thread = threading.Thread(target=Worker(service, "w").run, args=(1,))
    thread.start()
    while job_of(service, running).state != "running":
        pass
    assert planner.delete(f"/api/v1/jobs/{running}").json()["cancelled"] is True
    thread.join(20)
    done = job_of(service, running)
    assert done.state == "done" and done.result_id is not None
    assert planner.delete("/api/v1/jobs/nothing").status_code == 404
    with service.database.writing() as session:
        assert cancel(session, running) is not None
    assert job_of(service, running).state == "done"


def test_a_given_back_job_counts_no_claim(service: Service, north: str) -> None:
    job_id = asked_for(service)
    job = claim(service.database, "w")
    assert job is not None
    give_back(service.database, job)
    again = claim(service.database, "w")
    assert again is not None and (again.id, again.claim) == (job_id, 1)


def test_under_one_key_there_is_one_job(service: Service, planner: Client, north: str) -> None:
    body = {"kind": "plan", "asked": {"week": "2026-03-02"}}
    answers = [
        planner.post("/api/v1/centres/north/jobs", json=body, headers={"Idempotency-Key": "k"}) for _ in range(3)
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true", "true"]
    # even where the answer was lost: the key names the job
    with service.database.writing() as session:
        first = ask(session, "small", {}, Asking("me", "", "ab" * 32), centre_id="north").id
        assert ask(session, "small", {}, Asking("me", "", "ab" * 32), centre_id="north").id == first
    with service.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 2
        assert session.scalar(select(func.count()).select_from(JobEvent)) == 2
        assert session.scalar(select(func.count()).select_from(Result)) == 0


def test_jobs_under_keys_stand_in_their_order_and_a_key_is_free_in_time(
    service: Service, planner: Client, north: str
) -> None:
    path, body = "/api/v1/centres/north/jobs", {"kind": "forecast", "asked": {"week": "2026-03-02"}}
    made = [planner.post(path, json=body, headers={"Idempotency-Key": f"k{k}"}).json()["id"] for k in range(6)]
    assert [row["id"] for row in planner.get("/api/v1/jobs").json()["items"]] == made[::-1]
    assert [claim(service.database, "w").id for _ in made] == made  # type: ignore[union-attr]
    with service.database.writing() as session:
        session.execute(update(Job).values(created_at=now() - timedelta(days=3)))
        session.execute(delete(Repeat))
    again = planner.post(path, json=body, headers={"Idempotency-Key": "k0"}).json()["id"]
    assert again not in made
    with service.database.writing() as session:
        # the process died between the job and the answer that is kept
        session.execute(delete(Repeat))
    assert planner.post(path, json=body, headers={"Idempotency-Key": "k0"}).json()["id"] == again
    with service.database.writing() as session:
        session.execute(delete(Repeat))
    other = planner.post(path, json={**body, "kind": "requirement"}, headers={"Idempotency-Key": "k0"})
    assert other.status_code == 422 and other.json()["type"].endswith(":key-reused")


def test_what_is_asked_is_checked_before_it_waits(planner: Client, north: str) -> None:
    path = "/api/v1/centres/north/jobs"
    unknown = planner.post(path, json={"kind": "magic"})
    assert unknown.status_code == 422 and "'plan'" in unknown.text
    wrong = planner.post(path, json={"kind": "plan", "asked": {"week": "soon", "weeks": 99, "colour": "red"}})
    fields = {fault["field"] for fault in wrong.json()["errors"]}
    assert wrong.status_code == 422 and fields == {"asked.week", "asked.weeks", "asked.colour"}
    job = {"kind": "plan", "asked": {"week": "2026-03-02"}}
    assert planner.post(path, json={**job, "asked": {**job["asked"], "centre_version": 9}}).status_code == 404
    hook = planner.post(path, json={**job, "webhook": "http://example.com"})
    assert hook.status_code == 422 and "SEATWISE_WEBHOOK_SECRET" in hook.json()["detail"]
    assert planner.post("/api/v1/centres/south/jobs", json=job).status_code == 404
    listed = planner.get("/api/v1/jobs?state=queued").json()
    assert listed == {"items": [], "next": None}

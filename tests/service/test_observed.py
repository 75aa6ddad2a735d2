"""What is seen from outside: signed webhooks, logs with ids, slow statements, metrics, health."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from api.access.roles import Role
from api.app import make_app
from api.jobs.states import Asking, ask, cancel
from api.jobs.webhooks import TIMEOUT_S, check_address, tell_ended
from api.jobs.worker import Worker
from api.problems import Refusal
from api.service import Service
from api.settings import Settings
from api.store.columns import now
from api.store.database import Database
from api.store.tables import Job
from tests.service.ground import PASSWORD, Client, Signed
from tests.service.live import key_of, served

SECRET = "a secret between two systems"


@dataclass
class Listener:
    """A system that is told; it refuses the first so many times."""

    address: str = ""
    refuse: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.heard.append((dict(self.headers), body))
            self.send_response(503 if len(made.heard) <= made.refuse else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.address = f"http://localhost:{server.server_port}/told"
        yield made
        server.shutdown()


@pytest.fixture
def telling(url: str, service: Service) -> Iterator[Service]:
    """The same database, served with webhooks on."""
    settings = {"database_url": url, "webhook_secret": SECRET, "webhook_private": True, "workers": 0}
    made = Service.start(Settings.of({}, **settings))
    yield made
    made.database.close()


def asked_for(service: Service, address: str) -> str:
    with service.database.writing() as session:
        form = {"days": 3000, "audit_days": None}
        return ask(session, "retention", form, Asking("me", "r1"), webhook=address).id


def test_the_end_of_a_job_is_told_once_and_signed(telling: Service, listener: Listener) -> None:
    job_id = asked_for(telling, listener.address)
    Worker(telling, "w").run(1)
    tell_ended(telling)
    ((headers, body),) = listener.heard
    told = json.loads(body)
    assert (told["job"], told["kind"], told["state"]) == (job_id, "retention", "done")
    moment = headers["X-Seatwise-Timestamp"]
    assert abs(int(moment) - time.time()) < 60
    proof = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Seatwise-Signature"] == f"sha256={proof}"
    assert headers["Host"] == listener.address.split("/")[2]


def later(service: Service, job_id: str, seconds: float) -> None:
    """Let a job have ended so long ago."""
    with service.database.writing() as session:
        moment = now() - timedelta(seconds=seconds)
        session.execute(update(Job).where(Job.id == job_id).values(ended_at=moment))


def test_a_webhook_is_tried_a_few_times_until_it_is_heard(telling: Service, listener: Listener) -> None:
    listener.refuse = 2
    job_id = asked_for(telling, listener.address)
    Worker(telling, "w").run(1)
    for _ in range(3):
        tell_ended(telling)
    assert len(listener.heard) == 1  # the next try is not due
    later(telling, job_id, 125)
    for _ in range(5):
        tell_ended(telling)
    assert len(listener.heard) == 3
    with telling.database.reading() as session:
        assert session.get_one(Job, job_id).told_at is not None
    listener.refuse = 100
    other = asked_for(telling, listener.address)
    Worker(telling, "w").run(1)
    later(telling, other, 4000)
    for _ in range(10):
        tell_ended(telling)
    with telling.database.reading() as session:
        assert session.get_one(Job, other).tries_left == 0
    assert len(listener.heard) == 3 + 5


class Endless(BaseHTTPRequestHandler):
    """Answers at once, and then for ever: slowly, or as fast as it can."""

    slow = True

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(10**9))
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(10 if self.slow else 20_000):
                self.wfile.write(b"x" * (1 if self.slow else 50_000))
                if self.slow:
                    time.sleep(2)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("slow", [True, False])
def test_a_receiver_that_does_not_end_holds_up_nobody(telling: Service, slow: bool) -> None:
    handler = type("Handler", (Endless,), {"slow": slow})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    job_id = asked_for(telling, f"http://127.0.0.1:{server.server_port}/x")
    begun = time.monotonic()
    Worker(telling, "w").run(1)
    assert time.monotonic() - begun < TIMEOUT_S
    with telling.database.reading() as session:
        assert session.get_one(Job, job_id).told_at is not None
    server.shutdown()
    server.server_close()


def test_a_job_that_is_cancelled_before_it_began_is_told_of_too(telling: Service, listener: Listener) -> None:
    job_id = asked_for(telling, listener.address)
    with telling.database.writing() as session:
        cancel(session, job_id)
    others = [threading.Thread(target=tell_ended, args=(telling,)) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    ((_, body),) = listener.heard
    assert json.loads(body)["state"] == "cancelled"


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]/", "http://10.0.0.1/", "ftp://example.com/x"],
)
def test_private_addresses_are_no_place_for_webhooks(sqlite_url: str, address: str) -> None:
    service = Service.start(Settings.of({}, database_url=sqlite_url, webhook_secret=SECRET, workers=0))
    with pytest.raises(Refusal) as refused:
        check_address(service, address)
    assert refused.value.status == 422
    # nor is it told should the address have been let in before
    asked_for(service, address)
    begun = time.monotonic()
    Worker(service, "w").run(1)
    assert time.monotonic() - begun < TIMEOUT_S
    with service.database.reading() as session:
        assert all(job.told_at is None for job in session.query(Job))
    service.database.close()


@pytest.mark.slow
def test_requests_their_jobs_and_slow_statements_are_found_in_the_log_and_no_secret(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a real server: lines of JSON, a request's id in what its job logs, statements without their values."""
    monkeypatch.setenv("SEATWISE_SLOW_MS", "0.0001")
    log = tmp_path / "log"
    with served(sqlite_url, log) as (address, _):
        key = key_of(address, "admin")
        client = httpx2.Client(base_url=f"{address}/api/v1", headers={"X-API-Key": key}, timeout=60)
        asked = client.post("/retention", json={"days": 3000}, headers={"X-Request-ID": "ticket-17"})
        assert asked.status_code == 202 and asked.headers["X-Request-ID"] == "ticket-17"
        while client.get(f"/jobs/{asked.json()['id']}").json()["state"] != "done":
            time.sleep(0.2)
        wrong = client.post("/token", data={"username": "admin", "password": "wrong wrong wrong"})
        odd = client.get("/health", headers={"X-Request-ID": "a b {}"})
        assert wrong.status_code == 401 and odd.headers["X-Request-ID"].isalnum()
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    request = next(line for line in lines if line["event"] == "request" and line["route"] == "/retention")
    assert (request["request_id"], request["by"], request["status"]) == ("ticket-17", "key:test-admin", 202)
    done = next(line for line in lines if line["event"] == "job done")
    assert (done["request_id"], done["job_id"]) == ("ticket-17", asked.json()["id"])
    slow = [line for line in lines if line["event"] == "slow query" and line.get("request_id") == "ticket-17"]
    assert any("INSERT INTO job" in line["statement"] and "3000" not in line["statement"] for line in slow)
    assert not any(secret in text for secret in (PASSWORD, key, "wrong wrong"))


def test_metrics_count_requests_by_route_and_jobs_by_state(service: Service, admin: Client, signed: Signed) -> None:
    asked_for(service, "")
    admin.get("/api/v1/centres")
    admin.get("/api/v1/centres/nowhere")
    text = signed(Role.VIEWER).get("/api/v1/metrics").text
    assert 'seatwise_request_seconds_count{method="GET",route="/centres",status="200"} 1.0' in text
    assert 'route="/centres/{centre_id}",status="404"} 1.0' in text and "nowhere" not in text
    assert 'seatwise_jobs{state="queued"} 1.0' in text and "seatwise_oldest_job_seconds" in text


def test_a_service_without_its_database_lives_and_is_not_ready(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(make_app(service), raise_server_exceptions=False)
    assert client.get("/api/v1/ready").status_code == 200

    def away(self: Database) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(Database, "reading", away)
    away_ = client.get("/api/v1/ready")
    assert client.get("/api/v1/health").status_code == 200
    assert away_.status_code == 503 and away_.headers["Retry-After"] and "route" not in away_.text

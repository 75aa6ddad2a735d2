"""Measure the service under load.

``python -m benchmarks.service`` prints its table and writes ``service.md`` beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx2
import numpy as np

from api.store.backup import back_up, restore
from api.store.database import Database
from api.store.migrate import migrate, revisions
from benchmarks.postgres import cluster
from benchmarks.run import keep, teller
from benchmarks.service import killed
from benchmarks.service.load import measure
from benchmarks.service.prepared import (
    BIG,
    PLANS,
    REFERENCE,
    ROWS,
    day_of,
    interactions,
    keep_history,
    keep_plans,
    packed,
    planned,
)
from benchmarks.service.server import Served, served
from benchmarks.table import Part, goal
from planning.reference.parameters import DEMO_WEEK

Say = Callable[[str], None]
Row = tuple[str, ...]

DAY = "first=2026-11-02&last=2026-11-02&queue=q017"
WANTED = {"scope": "week", "measures": ["mean_wait_s"]}


def main() -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for the page")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--jobs", type=int, default=killed.JOBS)
    asked = parser.parse_args()
    killed.JOBS = asked.jobs
    say = teller("service")
    with ExitStack() as held:
        place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="seatwise-bench-")))
        here = f"sqlite:///{place / 'seatwise.db'}"
        rows, notes = run(held.enter_context(cluster(durable=True)) if asked.postgres else here, place, say)
    kind = "PostgreSQL" if asked.postgres else "SQLite"
    about = (
        f"A real server on loopback over {kind}, one web process, loaded from another process on the same two cores. "
        "The plan asked about is the reference centre's: 15 queues in 6 channels, a week of half hours, its service "
        "simulated and the formula fitted to that. Times are of whole requests, as a client sees them."
    )
    part = Part(kind.lower(), f"The service under load, on {kind}", ("what", "found"), tuple(rows), (about, *notes))
    keep(part, asked.out)
    print(f"\n{part.text()}\n", flush=True)
    return 0


def run(url: str, place: Path, say: Say) -> tuple[list[Row], list[str]]:
    """Measure everything; return the rows and the goals."""
    rows: list[Row] = []
    notes: list[str] = []
    centre, plan_folder = planned(place)
    say("plan made")
    with served(url, place / "log") as server:
        client = server.client()
        begun = time.perf_counter()
        _check(client.post(f"/centres/{REFERENCE}", content=packed(centre)))
        rows.append(("a centre of 15 queues, 104 weeks of history made from its archive", _s(begun)))
        plan = keep_plans(url, plan_folder)
        writing, reading, count = keep_history(url)
        assert count == ROWS
        rows.append((f"{ROWS:,} rows of history kept, read back whole", f"{writing.wall:.1f} s, {reading.wall:.1f} s"))
        say("history kept")
        _whatif(server, plan, rows, notes, say)
        _reads(server, plan, rows, notes, say)
        _uploads(server, rows, notes, say)
        rows.append(("most memory of the web process", f"{server.most_memory_mb():,.0f} MB"))
        tag = {"If-Match": f'"{client.get(f"/centres/{REFERENCE}/results/{plan}").json()["version"]}"'}
        _check(client.post(f"/centres/{REFERENCE}/results/{plan}/publish", headers=tag))
        found = killed.survive(server, REFERENCE, plan, place / "workers.log", 1500)
        _jobs(found, rows, notes, say)
        _kept(server, plan, plan_folder, place, rows, notes)
    return rows, notes


def _whatif(server: Served, plan: str, rows: list[Row], notes: list[str], say: Say) -> None:
    body = {"centre": REFERENCE, "plan": plan, "scenarios": [{"name": "more", "volume": 1.2}], **WANTED}
    _check(server.client().post("/whatif", json=body))
    one = measure(server.address, server.key, "POST", "/whatif", body, 1, 200)
    everything = measure(
        server.address, server.key, "POST", "/whatif", {**body, "measures": None, "scope": None}, 1, 50
    )
    many = measure(server.address, server.key, "POST", "/whatif", body, 32, 640)
    scenarios = [
        {"name": f"s{k}", "volume": 0.7 + 0.0006 * k, "aht": 1.0 + 0.0001 * k, "patience": 1.0 + 0.0002 * (k % 7)}
        for k in range(1000)
    ]
    begun = time.perf_counter()
    answer = server.client().post("/whatif", json={**body, "scenarios": scenarios})
    took = time.perf_counter() - begun
    _check(answer)
    rows += [
        ("what-if, one scenario, mean waits of the week: p50, p95", _ms(one, 50, 95)),
        ("the same with every measure of every day: p50, p95", _ms(everything, 50, 95)),
        ("the same scenario, 32 clients: p50, p99", _ms(many, 50, 99)),
        ("1,000 scenarios in one call, mean waits of the week", f"{took:.1f} s"),
    ]
    p95, p99 = float(np.percentile(one, 95)), float(np.percentile(many, 99))
    notes += [
        goal("what-if for a week x 10 queues at p95 under 50 ms, 1 client", p95 < 50, f"{p95:.0f} ms, 15 queues"),
        goal("32 clients at p99 under 500 ms", p99 < 500, f"{p99:.0f} ms"),
        goal("1,000 scenarios in one call under 2 s", took < 2, f"{took:.1f} s"),
    ]
    say("what-if measured")


def _reads(server: Served, plan: str, rows: list[Row], notes: list[str], say: Say) -> None:
    base = f"/centres/{REFERENCE}"
    other = server.client().get(f"{base}/results?kind=plan").json()["items"][0]["id"]
    at = f"{DEMO_WEEK.isoformat()}T12:00:00%2B08:00"
    paths = {
        "centres": "/centres",
        "a day of a queue's history among 10 million rows": f"/centres/{BIG}/history?{DAY}",
        "a page of plans": f"{base}/results?kind=plan",
        "a plan": f"{base}/results/{plan}",
        "a person's roster rows": f"{base}/results/{plan}/tables/roster?where=agent_id%3DA007",
        "a page of the forecast": f"{base}/results/{plan}/tables/forecast?limit=100",
        "people of the centre": f"{base}/tables/agents",
        "everybody's scores": f"{base}/scores",
        "recommended routing": f"{base}/routing",
        "where an interval's numbers come from": f"{base}/plans/{plan}/why?queue=pre-sales-phone&at={at}",
        "two plans compared": f"{base}/plans/{plan}/compare/{other}",
        "a roster as CSV": f"{base}/results/{plan}/exports/roster",
        "versions": f"/centres/{BIG}/versions",
        "jobs": "/jobs",
        "the audit": "/audit",
    }
    worst = 0.0
    first = 0.0
    for name, path in paths.items():
        begun = time.perf_counter()
        _check(server.client().get(path))
        first = max(first, time.perf_counter() - begun)
        took = measure(server.address, server.key, "GET", path, None, 1, 60)
        worst = max(worst, float(np.percentile(took, 95)))
        rows.append((f"read {name}: p50, p95", _ms(took, 50, 95)))
    notes.append(
        goal(
            f"any read at p95 under 100 ms with 10 million history rows and {PLANS} plans",
            worst < 100,
            f"at most {worst:.0f} ms of {len(paths)} reads",
        )
    )
    notes.append(
        f"The first read of a plan, of scores or of routing works out what later ones share: {first:.1f} s at most. "
        "A whole planning folder, history and all, is packed anew each time and not among these reads."
    )
    say("reads measured")


def _uploads(server: Served, rows: list[Row], notes: list[str], say: Say) -> None:
    client = server.client()
    queues = tuple(row["id"] for row in _queues(client))
    archive = interactions(100_000, queues)
    begun = time.perf_counter()
    _check(client.post(f"/centres/{REFERENCE}/interactions", content=archive))
    logged = time.perf_counter() - begun
    begun = time.perf_counter()
    _check(client.post(f"/centres/{REFERENCE}/history", content=day_of(DEMO_WEEK, queues)))
    day = time.perf_counter() - begun
    rows += [
        ("100,000 interactions uploaded and counted", f"{logged:.1f} s"),
        ("a day's counts of 15 queues added", f"{day:.2f} s"),
    ]
    notes += [
        goal("100,000 interactions uploaded in under 10 s", logged < 10, f"{logged:.1f} s"),
        goal("a day's actuals appended in under 1 s", day < 1, f"{day:.2f} s"),
    ]
    say("uploads measured")


def _queues(client: httpx2.Client) -> list[dict[str, str]]:
    import tomllib

    text = client.get(f"/centres/{REFERENCE}/files/centre.toml").text
    found: list[dict[str, str]] = tomllib.loads(text)["queues"]
    return found


def _jobs(found: dict[str, float], rows: list[Row], notes: list[str], say: Say) -> None:
    told = (
        f"{found['done']:.0f} done, {found['other']:.0f} not, {found['twice']:.0f} twice, "
        f"{found['results']:.0f} results"
    )
    rows.append(
        (
            f"{killed.JOBS:,} jobs, {killed.WORKERS} workers, {found['kills']:.0f} of them killed",
            f"{told}; {found['claims']:.0f} claims, {found['seconds']:.0f} s",
        )
    )
    good = found["done"] == killed.JOBS == found["results"] and not found["other"] and not found["twice"]
    notes.append(
        goal(
            f"{killed.JOBS:,} jobs through 4 workers with kill -9 at random: each once in effect, none lost", good, told
        )
    )
    say("jobs done")


def _kept(server: Served, plan: str, folder: Path, place: Path, rows: list[Row], notes: list[str]) -> None:
    """Compare a published roster's bytes: as planned, as served, and as served from a restored database."""
    path = f"/centres/{REFERENCE}/results/{plan}/files/roster.csv"
    planned_, now = (folder / "roster.csv").read_bytes(), server.client().get(path).content
    begun = time.perf_counter()
    database = Database(server.url)
    back_up(database, place / "backup")
    database.close()
    backed = time.perf_counter() - begun
    begun = time.perf_counter()
    other = f"sqlite:///{place / 'restored.db'}"
    again = Database(other)
    restore(again, place / "backup")
    restored = time.perf_counter() - begun
    for revision in (revisions()[0], "head"):
        migrate(again, revision)
    again.close()
    # the key of the first server is among what was restored
    with served(other, place / "log2", key=server.key) as second:
        then = second.client().get(path).content
    digests = {hashlib.sha256(content).hexdigest() for content in (planned_, now, then)}
    size = (place / "backup").stat().st_size / 1e6
    rows.append((f"backup ({size:,.0f} MB), restore", f"{backed:.0f} s, {restored:.0f} s"))
    found = "one digest as planned, as served after the kills, and as restored and migrated back and forth"
    notes.append(
        goal("published rosters byte-identical after a crash, a restore and a migration", len(digests) == 1, found)
    )


def _check(answer: httpx2.Response) -> None:
    assert answer.status_code < 300, f"{answer.status_code}: {answer.text[:1000]}"


def _ms(took: np.ndarray[tuple[int], np.dtype[np.float64]], *percents: int) -> str:
    return ", ".join(f"{np.percentile(took, percent):.0f}" for percent in percents) + " ms"


def _s(begun: float) -> str:
    return f"{time.perf_counter() - begun:.1f} s"


if __name__ == "__main__":
    sys.exit(main())

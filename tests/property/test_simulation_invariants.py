"""What holds of every simulated service, whatever the centre."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capacity.requirement import Requirement
from capacity.service import MEASURES
from capacity.simulation import simulate
from domain.centre import Centre, Shrinkage
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow
from domain.queues import Channel, Queue, Target

HOURS = (WeeklyWindow(frozenset(range(7)), 60, 240),)


@st.composite
def centres(draw: st.DrawFn) -> tuple[Coverage, Requirement, Centre]:
    queues = []
    for q in range(draw(st.integers(1, 4))):
        channel = draw(st.sampled_from(list(Channel)))
        text = channel in (Channel.CHAT, Channel.MESSAGING)
        concurrency = draw(st.integers(1, 4)) if text else 1
        target = Target(response_h=draw(st.floats(0.2, 3)), share=0.9) if channel is Channel.DEFERRED else None
        queues.append(
            Queue(
                id=f"q{q}",
                channel=channel,
                concurrency=concurrency,
                slowdown=tuple(np.linspace(0.6, 1.0, concurrency)),
                patience_s=draw(st.one_of(st.none(), st.floats(5, 2000))),
                open=draw(st.sampled_from([(), HOURS])),
                targets=(target,) if target else (),
            )
        )
    number, size = len(queues), 10
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    grid = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), 30, size, "UTC")
    people = draw(st.integers(0, 5))
    servers = tuple(
        Server(f"a{a}", "elastic" if a % 3 == 2 else "core", rng.uniform(0.7, 1.3, number),
               rng.uniform(0, 1, number), rng.integers(0, 3, number), rng.uniform(0, 1, number))
        for a in range(people)
    )  # fmt: skip
    rows: list[tuple[float, ...]] = []
    for a in range(people):
        cuts = np.sort(rng.choice(np.arange(0, 301, 15), 4, replace=False))
        rows += [(a, 2 * a, cuts[0], cuts[1]), (a, 2 * a + draw(st.integers(0, 1)), cuts[2], cuts[3])]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    coverage = Coverage(grid, tuple(q.id for q in queues), servers, table[:, 0].astype(np.int64),
                        table[:, 1].astype(np.int64), table[:, 2], table[:, 3],
                        rng.random((len(table), number)) < 0.7)  # fmt: skip
    nothing = np.zeros((number, size))
    requirement = Requirement(grid, coverage.queues, rng.uniform(0, 25, (number, size)),
                              rng.uniform(60, 500, (number, size)), *(nothing,) * 6)  # fmt: skip
    centre = Centre(name="Any", timezone="UTC", queues=tuple(queues), contracts=(),
                    shrinkage=Shrinkage(absence=draw(st.sampled_from([0.0, 0.3])),
                                        in_shift=draw(st.sampled_from([0.0, 0.2]))))  # fmt: skip
    return coverage, requirement, centre


anything: Any = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@anything
@given(centres(), st.integers(0, 1000))
def test_measures_stay_within_their_bounds_and_add_up(made: tuple[Coverage, Requirement, Centre], seed: int) -> None:
    coverage, requirement, centre = made
    report = simulate(coverage, requirement, centre, seed=seed, replications=2)
    k = {measure: i for i, measure in enumerate(MEASURES)}
    for row in report.rows:
        for measure in ("service_level", "abandonment", "fcr", "occupancy", "share"):
            value = row.value[k[measure]]
            assert np.isnan(value) or -1e-9 <= value <= 1 + 1e-9
        assert row.value[k["offered"]] >= 0
        assert row.value[k["agents"]] >= 0
        lost, answered = row.value[k["abandonment"]], row.value[k["service_level"]]
        assert np.isnan(lost) or lost + answered <= 1 + 1e-9
    day = {q: report.row("day", "2026-11-23", q) for q in (*report.queues, "all")}
    week = {q: report.row("week", "2026-11-23", q) for q in (*report.queues, "all")}
    for queue, row in day.items():
        assert row is not None
        assert np.array_equal(row.value, week[queue].value, equal_nan=True)  # type: ignore[union-attr]
        parts = [r.value[k["offered"]] for r in report.rows if r.scope == "interval" and r.queue == queue]
        assert np.isclose(row.value[k["offered"]], sum(parts))
    total = sum(day[q].value[k["offered"]] for q in report.queues)  # type: ignore[union-attr]
    assert np.isclose(day["all"].value[k["offered"]], total)  # type: ignore[union-attr]


@anything
@given(centres(), st.integers(0, 1000))
def test_people_are_on_duty_no_longer_than_their_stretches_and_what_they_finish(
    made: tuple[Coverage, Requirement, Centre], seed: int
) -> None:
    """With neither work nor losses it is exactly the stretches; and the time is all divided over queues."""
    coverage, requirement, centre = made
    quiet = Requirement(requirement.grid, requirement.queues, requirement.volume * 0, *(requirement.aht_s,) * 7)
    steady = centre.model_copy(update={"shrinkage": Shrinkage()})
    report = simulate(coverage, quiet, steady, seed=seed, replications=1)
    level = np.array([s.level for s in coverage.servers]).reshape(-1, len(report.queues))
    able = (coverage.serves & (level[coverage.server] > 0)).any(axis=1)
    expected = (coverage.to_minute - coverage.from_minute)[able].sum() / 30
    found = sum(row.get("agents") for row in report.rows if row.scope == "interval" and row.queue == "all")
    assert np.isclose(found, expected)

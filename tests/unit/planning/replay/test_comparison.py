"""Measured beside simulated: the same intervals on both sides, and the range of single days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from capacity.simulation.replication import Tally
from capacity.simulation.world import ABANDONED, COUNTS, IN_TIME, OFFERED, WAIT
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.queues import Channel, Queue
from planning.replay import ActualDays, ReplayRow
from planning.replay.comparison import Comparison
from planning.replay.words import MOST, parts, summary_lines, warning_lines

GRID = IntervalGrid.of_days(date(2026, 3, 3), 2, "UTC", 12 * 60)  # two days of two intervals
NAN = float("nan")


def centre_of(*channels: Channel) -> Centre:
    queues = tuple(Queue(id=f"q{k}", channel=channel) for k, channel in enumerate(channels))
    return Centre(name="c", timezone="UTC", queues=queues, contracts=())


def actual_of(offered: list[list[float]], wait: list[list[float]], **more: list[list[float]]) -> ActualDays:
    counted = np.array(offered, dtype=np.float64)
    blank = np.full_like(counted, NAN)
    table = {name: np.array(values, dtype=np.float64) for name, values in more.items()}
    return ActualDays(
        grid=GRID,
        queues=tuple(f"q{k}" for k in range(len(offered))),
        volume=np.nan_to_num(counted),
        offered=counted,
        aht_s=blank,
        wait_s=np.array(wait, dtype=np.float64),
        in_target=table.get("in_target", blank),
        abandoned=table.get("abandoned", blank),
    )


def tally(offered: list[list[float]], wait: list[list[float]], quick: float = 0.0, left: float = 0.0) -> Tally:
    counts = np.zeros((COUNTS, len(offered), GRID.size))
    counts[OFFERED], counts[WAIT], counts[IN_TIME + 1], counts[ABANDONED] = offered, wait, quick, left
    nothing = np.zeros(0)
    return Tally(counts, nothing, nothing, nothing, np.zeros(0, dtype=np.bool_))


def found(rows: list[ReplayRow]) -> dict[tuple[str, str, str, str], ReplayRow]:
    return {(row.queue, row.scope, row.start, row.measure): row for row in rows}


def test_an_unknown_interval_is_on_neither_side() -> None:
    comparison = Comparison(actual_of([[10, NAN, 20, 0]], [[100, NAN, 400, 0]]), centre_of(Channel.VOICE))
    for k in range(39):
        comparison.add(tally([[10, 7, 20, 0]], [[100 + k, 9999, 400, 0]]))
    rows = found(comparison.rows())
    day = rows["q0", "day", "2026-03-03", "mean_wait_s"]
    assert (day.observed, day.contacts) == (10.0, 10.0)
    assert day.simulated == pytest.approx(11.9) and day.low == 10.0 and day.high == 13.8
    whole = rows["q0", "all", "2026-03-03", "mean_wait_s"]
    assert (whole.observed, whole.contacts) == (pytest.approx(500 / 30), 30.0)
    labels = {start for _, scope, start, measure in rows if scope == "interval" and measure == "offered"}
    assert labels == {"2026-03-03T00:00+00:00", "2026-03-04T00:00+00:00", "2026-03-04T12:00+00:00"}
    assert ("q0", "interval", "2026-03-04T12:00+00:00", "mean_wait_s") not in rows, "nobody came, nobody waited"
    assert not any(measure in {"service_level", "abandonment"} for *_, measure in rows), "never measured"


def test_deferred_work_counts_as_offered_alone() -> None:
    voice_and_mail = centre_of(Channel.VOICE, Channel.DEFERRED)
    comparison = Comparison(actual_of([[10, 10, 10, 10], [5, 5, 5, 5]], [[50] * 4, [9000] * 4]), voice_and_mail)
    for _ in range(3):
        comparison.add(tally([[10] * 4, [5] * 4], [[60] * 4, [8000] * 4]))
    rows = found(comparison.rows())
    assert rows["all", "all", "2026-03-03", "offered"].observed == 60
    every = rows["all", "all", "2026-03-03", "mean_wait_s"]
    assert (every.observed, every.simulated, every.contacts) == (5.0, 6.0, 40.0)
    assert ("q1", "all", "2026-03-03", "mean_wait_s") not in rows


def test_shares_are_of_the_intervals_that_tell_them() -> None:
    actual = actual_of([[10, 10, 10, 10]], [[NAN] * 4], in_target=[[8, NAN, 8, 8]], abandoned=[[1, 1, NAN, 0]])
    comparison = Comparison(actual, centre_of(Channel.VOICE))
    for _ in range(3):
        comparison.add(tally([[10] * 4], [[0] * 4], quick=9.0, left=1.0))
    rows = found(comparison.rows())
    level = rows["q0", "all", "2026-03-03", "service_level"]
    assert (level.observed, level.simulated, level.contacts) == (0.8, 0.9, 30.0)
    assert rows["q0", "all", "2026-03-03", "abandonment"].observed == pytest.approx(2 / 30)


def row(observed: float, simulated: float, low: float, high: float, measure: str = "mean_wait_s", **more) -> ReplayRow:  # type: ignore[no-untyped-def]
    base = {"queue": "phone", "scope": "all", "start": "2026-03-03", "contacts": 100.0} | more
    return ReplayRow(measure=measure, observed=observed, simulated=simulated, low=low, high=high, **base)


@pytest.mark.parametrize(
    ("observed", "simulated", "low", "high", "measure", "inside", "apart"),
    [
        (52.0, 54.0, 45.0, 63.0, "mean_wait_s", True, False),
        (44.6, 54.0, 45.0, 63.0, "mean_wait_s", True, False),  # within the clock's half second
        (44.0, 48.0, 45.0, 51.0, "mean_wait_s", False, False),  # less than a tenth
        (1.0, 2.9, 2.0, 4.0, "mean_wait_s", False, False),  # less than two seconds
        (90.0, 54.0, 45.0, 63.0, "mean_wait_s", False, True),
        (0.80, 0.70, 0.65, 0.81, "service_level", True, False),  # far, but chance
        (0.80, 0.78, 0.77, 0.79, "service_level", False, False),  # not chance, but near
        (0.80, 0.70, 0.65, 0.75, "service_level", False, True),
    ],
)
def test_only_what_matters_and_is_not_chance_is_warned_about(
    observed: float, simulated: float, low: float, high: float, measure: str, inside: bool, apart: bool
) -> None:
    one = row(observed, simulated, low, high, measure)
    assert (one.inside, parts(one)) == (inside, apart)
    assert bool(warning_lines([one])) == apart


def test_the_summary_says_it_in_words() -> None:
    rows = [
        row(100, 100, 100, 100, "offered"),
        row(52.0, 54.0, 45.0, 63.0),
        row(0.8, 0.81, 0.75, 0.87, "service_level"),
        row(30.0, 20.0, 0.0, 40.0, scope="interval"),
        row(50.0, 20.0, 0.0, 40.0, scope="interval"),
        row(100, 100, 100, 100, "offered", queue="all"),
        row(52.0, 54.0, 45.0, 63.0, queue="all"),
    ]
    assert summary_lines(rows) == [
        "phone: 100 contacts",
        "  mean wait: the simulator says 54 s (such days give 45 s – 63 s), you measured 52 s",
        "  service level: the simulator says 81.0 % (such days give 75.0 % – 87.0 %), you measured 80.0 %",
        "intervals inside the range of 95 % of such days: mean wait 50 % of 2",
    ]


def test_days_are_warned_about_where_there_are_several_and_many_are_counted() -> None:
    one = [row(90, 54, 45, 63), row(90, 54, 45, 63, scope="day")]
    first, hint = warning_lines(one)
    assert first == (
        "phone: mean wait: the simulator says 54 s (such days give 45 s – 63 s), you measured 90 s: further apart than "
        "10 % and than chance explains"
    )
    assert "in_shift" in hint
    many = [*one, *(row(90, 54, 45, 63, scope="day", start=f"2026-03-{k:02d}") for k in range(4, 16))]
    said = warning_lines(many)
    assert said[1].startswith("phone, 2026-03-03: mean wait")
    assert said[MOST].startswith("and 4 figures more, told in replay.csv") and len(said) == MOST + 2

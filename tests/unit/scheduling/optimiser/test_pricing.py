"""The pricing program against plain enumeration of everything one person may do."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
import small

from domain.contracts import Limits, NightWindow, StartWindow, WeekendRule
from domain.roster import Stretch
from scheduling.instance import Instance
from scheduling.patterns import WeekDays, legal_patterns, pattern_graph
from scheduling.pricing import best_week
from scheduling.shift_values import NEVER, place_breaks, room_for


def enumerate_week(inst: Instance, agent: int, values: np.ndarray) -> float:
    """Return the best week by looking at every combination of shifts that the rules allow."""
    days = inst.days
    people, options = inst.people, inst.options
    worth: list[list[tuple[int, float]]] = []
    for d in range(days):
        rows = []
        for i in range(options.pointer[agent * days + d], options.pointer[agent * days + d + 1]):
            rows.append((i, max(enumerate_breaks(inst, i, values[k]) for k in range(len(values))) - options.cost[i]))
        worth.append(rows)
    best = NEVER
    graph = people.graph[agent]
    for chosen in product(*[[None, *rows] for rows in worth]):
        node = 0
        for d, pick in enumerate(chosen):
            node = (inst.graphs.off if pick is None else inst.graphs.on)[graph, d, node]
            if node < 0:
                break
        if node < 0:
            continue
        picks = [pick for pick in chosen if pick is not None]
        paid = sum(options.paid[i] for i, _ in picks)
        if not people.paid_min[agent] <= paid <= people.paid_max[agent]:
            continue
        starts = [options.start[i] for i, _ in picks]
        ends = [options.start[i] + options.length[i] for i, _ in picks]
        if starts and starts[0] < people.ready[agent]:
            continue
        if any(b < a + people.rest[agent] for a, b in zip(ends, starts[1:], strict=False)):
            continue
        if people.weekly_rest[agent]:
            rest = people.weekly_rest[agent]
            edges = [people.rested[agent] - rest, *ends], [*starts, inst.day_first[days]]
            if not any(b - a >= rest for a, b in zip(*edges, strict=True)):
                continue
        nights = sum(options.night[i] for i, _ in picks)
        if not people.night_min[agent] <= nights <= people.night_max[agent]:
            continue
        if people.spread[agent] >= 0 and picks:
            minutes = [options.minute[i] for i, _ in picks]
            if max(minutes) - min(minutes) > people.spread[agent]:
                continue
        best = max(best, sum(value for _, value in picks))
    return best


def enumerate_breaks(inst: Instance, option: int, values: np.ndarray) -> float:
    """Return the worth of a shift under the best legal placement of its breaks, by trying them all."""
    start, length = inst.options.start[option], inst.options.length[option]
    shape = inst.options.shape[option]
    total = values[start : start + length].sum()
    seqs = range(inst.shapes.first[shape], inst.shapes.last[shape])
    if not len(seqs):
        return float(total)
    best = NEVER
    for seq in seqs:
        n = inst.shapes.pauses[seq]
        windows = [range(inst.shapes.after[seq, j], inst.shapes.before[seq, j] + 1) for j in range(n)]
        for places in product(*windows):
            spans = sorted((p, p + inst.shapes.length[seq, j]) for j, p in enumerate(places))
            inside = spans[0][0] >= 1 and spans[-1][1] <= length - 1
            apart = all(b[0] > a[1] for a, b in pairwise(spans))
            if inside and apart:
                lost = sum(values[start + a : start + b].sum() for a, b in spans)
                best = max(best, float(total - lost))
    return best


def price(inst: Instance, agent: int, values: np.ndarray) -> tuple[float, np.ndarray]:
    tour = np.full((inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    free = np.full(inst.days, -1, dtype=np.int64)
    return best_week(inst, agent, values, free, tour), tour


SMALL_DAYS = StartWindow(from_minute=8 * 60, to_minute=11 * 60, step_minutes=180)

CONTRACTS = {
    "five days of eight hours": small.contract(start=SMALL_DAYS),
    "long rest": small.contract(start=StartWindow(from_minute=8 * 60, to_minute=12 * 60, step_minutes=240), rest_h=14),
    "hours that may vary": small.contract(
        start=SMALL_DAYS,
        weekly_hours=Limits(min=16, max=22),
        days_per_week=Limits(min=3, max=4),
        shift_hours=Limits(min=5, max=6),
    ),
    "free days together": small.contract(start=SMALL_DAYS, days_off_together=2, max_consecutive_days=3),
    "weekends worked whole": small.contract(start=SMALL_DAYS, complete_weekends=True, max_consecutive_days=5),
    "a long weekly rest": small.contract(
        start=SMALL_DAYS, weekly_rest_h=62, days_per_week=Limits(min=4, max=5), weekly_hours=Limits(min=32, max=40)
    ),
    "one night at most": small.contract(
        start=StartWindow(from_minute=8 * 60, to_minute=11 * 60, step_minutes=180),
        night=NightWindow(from_minute=19 * 60, to_minute=6 * 60),
        nights_per_week=Limits(min=1, max=2),
    ),
    "starts close together": small.contract(start=SMALL_DAYS, start_spread_minutes=60),
    "the same start all week": small.contract(start=SMALL_DAYS, rotation="weekly"),
}


@pytest.mark.parametrize("name", CONTRACTS)
def test_best_week_equals_enumeration(name: str) -> None:
    """The dynamic program finds exactly the best of all legal weeks."""
    planning = small.folder(1, contracts=(CONTRACTS[name],))
    inst = small.model(planning).instance
    rng = np.random.default_rng(5)
    for _ in range(3):
        values = rng.normal(3, 4, (1, inst.slots))
        found, tour = price(inst, 0, values)
        assert found == pytest.approx(enumerate_week(inst, 0, values), abs=1e-9)
        assert (tour[:, 0] >= 0).sum() >= 3


def test_previous_roster_delays_the_first_start() -> None:
    """A shift that ended late on Sunday leaves the rest before Monday's start."""
    planning = small.folder(1, contracts=(small.contract(start=SMALL_DAYS),))
    inst = small.model(planning).instance
    late = inst._replace(people=inst.people._replace(ready=np.array([10 * 4])))
    values = np.zeros((1, inst.slots))
    values[0, 8 * 4 : 9 * 4] = 100.0
    _, tour = price(inst, 0, values)
    assert inst.options.start[tour[0, 0]] == 8 * 4
    _, tour = price(late, 0, values)
    assert tour[0, 0] < 0 or inst.options.start[tour[0, 0]] == 11 * 4


def test_no_legal_week_is_told() -> None:
    """Hours that no number of days can hold leave no week."""
    impossible = small.contract(weekly_hours=Limits(min=60, max=60))
    inst = small.model(small.folder(1, contracts=(impossible,))).instance
    found, _ = price(inst, 0, np.zeros((1, inst.slots)))
    assert found <= NEVER


def test_breaks_that_cannot_fit_cost_everything() -> None:
    """A shift too short for its break has an infinite loss."""
    inst = small.model(small.folder(1)).instance
    loss, _ = place_breaks(inst, 0, 0, 4, room_for(inst))
    assert loss == np.inf


def test_pinned_work_is_kept() -> None:
    """A pin holds its minutes whatever they are worth."""
    grid = small.demand(small.folder(1)).grid
    pin = Stretch("a00", grid.at(13 * 60), grid.at(14 * 60), queues=("phone",))
    planning = small.folder(1, pins=(pin,))
    inst = small.model(planning).instance
    values = np.zeros((inst.people.team_last[0], inst.slots))
    values[:, : 24 * 4] = -50.0
    _, tour = price(inst, 0, values)
    option = tour[0, 0]
    assert option >= 0
    start, end = inst.options.start[option], inst.options.start[option] + inst.options.length[option]
    assert start <= 13 * 4 and end >= 14 * 4
    seq = tour[0, 2]
    for j in range(inst.shapes.pauses[seq]):
        low = tour[0, 3 + j]
        assert not (low < 14 * 4 and low + inst.shapes.length[seq, j] > 13 * 4)


def test_pattern_graph_holds_exactly_the_patterns() -> None:
    """Walking the graph meets every legal pattern and no other."""
    rule = small.contract(weekends_off=WeekendRule(at_least=1, in_weeks=1))
    patterns = legal_patterns(rule, small.FIRST, WeekDays((True,) * 7, (False,) * 7, 3, 5), frozenset(), None)
    off, on = pattern_graph(patterns, 7)
    walked = set()
    for pattern in product((False, True), repeat=7):
        node = 0
        for d, worked in enumerate(pattern):
            node = (on if worked else off)[d][node] if node >= 0 else -1
        if node >= 0:
            walked.add(pattern)
    assert walked == set(patterns)
    assert all(not (p[5] or p[6]) for p in patterns)

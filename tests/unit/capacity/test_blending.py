"""Mixing deferred work in: against the whole Markov chain, a simulated team, and the pure queues at both ends."""

import heapq
import math

import numpy as np
import pytest
from numba import njit
from scipy.sparse import coo_matrix, diags
from scipy.sparse.linalg import spsolve

from capacity.blending import blended_service
from capacity.interval import interval_service
from capacity.limits import Limits
from capacity.reserve import reserve_for


def chain(rate: float, deferred: float, n: int, reserve: int, patience: float) -> dict[str, float]:
    """Solve for the stationary law of (contacts in service and live ones waiting, deferred ones waiting), mu = 1."""
    size, depth, least = n + 30, 100, n - reserve
    states = [(x, m) for x in range(size) for m in range(depth) if m == 0 or x >= least]
    number = {state: k for k, state in enumerate(states)}
    flows: list[tuple[int, int, float]] = []
    for x, m in states:
        down = min(x, n) + max(x - n, 0) / patience
        for to, pace in [
            ((x + 1, m), rate),
            ((x, m + 1) if x >= least else (x + 1, m), deferred),
            ((x, m - 1) if m > 0 and x == least else (x - 1, m), down),
        ]:
            if to in number and pace > 0:
                flows.append((number[x, m], number[to], pace))
    source, to, pace = (np.array(column) for column in zip(*flows, strict=True))
    leaving = np.bincount(source, pace, len(states))
    balance = coo_matrix((pace, (to, source)), (len(states), len(states))).tocsc() - diags(leaving)
    # the weight of the first state is set, its own balance follows from the others
    law = np.append(1.0, spsolve(balance[1:, 1:].tocsc(), -balance[1:, 0].toarray().ravel()))
    law /= law.sum()
    x, m = np.array(states).T
    assert law[(x == size - 1) | (m == depth - 1)].sum() < 1e-9
    lost = (law * np.maximum(x - n, 0)).sum() / patience
    busy = (law * np.minimum(x, n)).sum()
    return {"waiting": law[x >= n].sum(), "lost": lost / rate, "busy": busy / n, "done": busy - rate + lost}


@pytest.mark.parametrize(
    ("rate", "deferred", "n", "reserve", "patience"),
    [(5.0, 0.8, 8, 0, 1.0), (5.0, 1.2, 8, 2, 1.0), (5.0, 0.3, 8, 4, 0.3), (2.5, 1.0, 5, 1, 4.0), (7.0, 0.8, 9, 1, 0.5)],
)
def test_one_handle_time_agrees_with_the_whole_chain(
    rate: float, deferred: float, n: int, reserve: int, patience: float
) -> None:
    wanted = chain(rate, deferred, n, reserve, patience)
    got = blended_service(
        3600 * rate, 1.0, n, reserve=reserve, deferred_per_h=3600 * deferred, deferred_aht_s=1.0, patience_s=patience
    )
    assert float(got.live.wait_probability) == pytest.approx(wanted["waiting"], rel=1e-7)
    assert float(got.live.abandonment) == pytest.approx(wanted["lost"], rel=1e-7)
    assert float(got.live.occupancy) == pytest.approx(wanted["busy"], rel=1e-7)
    assert float(got.deferred_per_h) / 3600 == pytest.approx(deferred, rel=1e-12)
    assert wanted["done"] == pytest.approx(deferred, rel=1e-7)


@njit
def team(
    rng: np.random.Generator,
    live: float,
    deferred: float,
    n: int,
    reserve: int,
    handle: float,
    patience: float,
    within: float,
    end: float,
) -> tuple[float, float, float]:
    """Serve both kinds event by event, live ones first; return live level, lost, and deferred done a time."""
    ends = [0.0][:0]
    line = [(0.0, 0.0)][:0]
    waiting, free, offered, good, lost, done = 0, n, 0, 0, 0, 0
    next_live, next_deferred, now = rng.exponential(1 / live), rng.exponential(1 / deferred), 0.0
    first = 0
    while now < end:
        now = min(next_live, next_deferred)
        if len(ends) > 0 and ends[0] <= now:
            now = heapq.heappop(ends)
            free += 1
        elif next_live <= next_deferred:
            next_live = now + rng.exponential(1 / live)
            line.append((now, now + rng.exponential(patience)))
            offered += 1
        else:
            next_deferred = now + rng.exponential(1 / deferred)
            waiting += 1
        while free > 0 and first < len(line):
            came, leaves = line[first]
            first += 1
            if leaves <= now:
                lost += 1
                continue
            good += now - came <= within
            free -= 1
            heapq.heappush(ends, now + rng.exponential(1.0))
        while waiting > 0 and free > reserve:
            waiting -= 1
            free -= 1
            done += 1
            heapq.heappush(ends, now + rng.exponential(handle))
    return good / offered, lost / offered, done / now


@pytest.mark.parametrize("reserve", [0, 1, 2, 3, 5])
@pytest.mark.parametrize(("handle", "deferred"), [(1.0, 2.0), (2.0, 1.0), (0.5, 4.0), (2.0, 30.0)])
def test_a_simulated_team_of_two_handle_times(handle: float, deferred: float, reserve: int) -> None:
    """Fourteen people, 10 Erlang of calls, 2 Erlang of mails or mails without end."""
    level, lost, done = team(np.random.default_rng(4), 10.0, deferred, 14, reserve, handle, 1.0, 1 / 15, 60_000.0)
    got = blended_service(
        36_000.0,
        1.0,
        14,
        reserve=reserve,
        deferred_per_h=3600 * deferred,
        deferred_aht_s=handle,
        patience_s=1.0,
        within_s=1 / 15,
    )
    points = 0.006 if handle == 1.0 else 0.025
    assert float(got.live.service_level) == pytest.approx(level, abs=points)
    assert float(got.live.abandonment) == pytest.approx(lost, abs=points)
    assert float(got.deferred_per_h) / 3600 == pytest.approx(done, rel=0.11 if handle != 1.0 else 0.01)


def test_nothing_deferred_is_the_live_queue_alone() -> None:
    seats = np.array([0.7, 9.5, 12.0, 25.3])
    for patience in (200.0, None):
        for reserve in (0, 3, 40):
            got = blended_service(
                120.0, 300.0, seats, reserve=reserve, deferred_per_h=0.0, deferred_aht_s=500.0, patience_s=patience,
                within_s=20.0,
            )  # fmt: skip
            alone = interval_service(120.0, 300.0, seats, patience_s=patience, within_s=20.0)
            for name in ("mean_wait_s", "service_level", "abandonment", "occupancy", "wait_probability"):
                np.testing.assert_allclose(getattr(got.live, name), getattr(alone, name), rtol=1e-9, atol=1e-12)


def test_a_reserve_of_everybody_begins_nothing_deferred() -> None:
    got = blended_service(120.0, 300.0, 12.0, reserve=12, deferred_aht_s=600.0, patience_s=200.0)
    alone = interval_service(120.0, 300.0, 12.0, patience_s=200.0)
    assert float(got.deferred_per_h) == 0.0
    assert float(got.live.mean_wait_s) == pytest.approx(float(alone.mean_wait_s), rel=1e-12)


def test_without_end_and_reserve_nobody_is_ever_idle() -> None:
    got = blended_service(120.0, 300.0, 12.0, reserve=0, deferred_aht_s=300.0, patience_s=200.0)
    assert float(got.live.wait_probability) == 1.0
    assert float(got.live.occupancy) == 1.0
    answered = 120.0 * (1 - float(got.live.abandonment))
    assert float(got.deferred_per_h) == pytest.approx(12 * 12.0 - answered, rel=1e-9)


def test_service_betters_and_deferred_work_falls_with_the_reserve() -> None:
    reserve = np.arange(15)
    for mails in (12.0, 60.0, math.inf):
        got = blended_service(
            120.0, 300.0, 14.0, reserve=reserve, deferred_per_h=mails, deferred_aht_s=600.0, patience_s=300.0,
            within_s=20.0,
        )  # fmt: skip
        assert np.all(np.diff(got.live.service_level) > -1e-12)
        assert np.all(np.diff(got.live.mean_wait_s) < 1e-12)
        assert np.all(np.diff(got.deferred_per_h) < 1e-9)


LIMITS = [
    Limits(service_levels=((20.0, 0.85),)),
    Limits(service_levels=((20.0, 0.85),), definition="answered", speed_of_answer_s=15.0),
    Limits(mean_wait_s=12.0, abandonment=0.05, wait_probability=0.3),
    Limits(wait_percentiles=((0.9, 25.0),), occupancy=0.5),
]


@pytest.mark.parametrize("limits", LIMITS)
def test_the_least_reserve_keeps_the_limits_and_one_less_does_not(limits: Limits) -> None:
    mails = np.array([2.0, 12.0, 24.0, math.inf])
    options = {"deferred_per_h": mails, "deferred_aht_s": 600.0, "patience_s": 300.0}
    found = reserve_for(120.0, 300.0, 14.0, limits, **options)  # type: ignore[arg-type]
    assert np.all(np.diff(found) >= 0)
    assert 0 < found[-1] < 14
    for k, mail in enumerate(mails):
        for reserve, expected in [(int(found[k]), True), (int(found[k]) - 1, False)]:
            if reserve < 0:
                continue
            got = blended_service(
                120.0, 300.0, 14.0, reserve=reserve, deferred_per_h=mail, deferred_aht_s=600.0, patience_s=300.0,
                within_s=limits.service_levels[0][0] if limits.service_levels else 0.0,
            ).live  # fmt: skip
            level, lost = float(got.service_level), float(got.abandonment)
            kept = float(got.mean_wait_s) <= limits.mean_wait_s and lost <= limits.abandonment
            kept &= float(got.wait_probability) <= limits.wait_probability
            if limits.definition == "offered" and not limits.wait_percentiles:
                kept &= all(level >= share for _, share in limits.service_levels)
                assert kept == expected


def test_where_no_reserve_helps_nothing_is_mixed_in() -> None:
    strict = Limits(service_levels=((20.0, 0.99),))
    assert int(reserve_for(120.0, 300.0, 10.4, strict, deferred_aht_s=600.0, patience_s=300.0)) == 11
    assert int(reserve_for(0.0, 300.0, 10.0, strict, deferred_aht_s=600.0)) == 0


def test_what_makes_no_sense_is_refused() -> None:
    good = {"reserve": 1, "deferred_aht_s": 300.0}
    for change, name in [
        ({"reserve": 1.5}, "reserve"),
        ({"reserve": -1}, "reserve"),
        ({"deferred_aht_s": 0.0}, "deferred_aht_s"),
        ({"deferred_per_h": math.nan}, "deferred_per_h"),
        ({"patience_s": 0.0}, "patience"),
    ]:
        with pytest.raises(ValueError, match=name):
            blended_service(10.0, 300.0, 3.0, **{**good, **change})  # type: ignore[arg-type]

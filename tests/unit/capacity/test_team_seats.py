"""People's time shared among queues: the compiled loops against the slow formula, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.live_lines import PLACES
from capacity.roster_service import LIVE_RATES, Need, live_line, live_lines, live_seats, roster_service
from capacity.team_seats import BALANCING, OnDuty, TeamSeats, team_seats
from domain.history import Floats
from tests.unit.planning.whatif_case import world_of


def slow(duty: OnDuty, load: Floats, queues: np.ndarray, hours: Floats) -> TeamSeats:  # type: ignore[type-arg]
    """Divide everybody's time by what is wanted, turned towards the busier queues: with whole arrays."""

    def shares(wanted: Floats) -> Floats:
        weight = np.where(may, wanted, 0.0)
        even = may / np.maximum(may.sum(axis=1, keepdims=True), 1)
        total = weight.sum(axis=1, keepdims=True)
        return np.where(total > 0, np.divide(weight, total, out=np.zeros_like(weight), where=total > 0), even)

    def summed(rows: Floats) -> Floats:
        return np.array([np.bincount(at, column, minlength=duty.size) for column in rows.T], dtype=np.float64)

    may, at = duty.serves & queues, duty.interval
    pull, whole_load = np.ones_like(load), load.sum(axis=0)
    for _ in range(BALANCING):
        seats = summed(hours[:, None] * shares(load.T[at] * pull.T[at]) / duty.factor)
        busy = np.divide(load, seats, out=np.zeros_like(load), where=seats > 0)
        mean = np.divide((load * busy).sum(axis=0), whole_load, out=np.ones(duty.size), where=whole_load > 0)
        apart = np.divide(busy, mean, out=np.ones_like(busy), where=(mean > 0) & (busy > 0))
        pull *= np.sqrt(np.clip(apart, 0.5, 2.0))
    part = shares(load.T[at] * pull.T[at])
    given_ = hours[:, None] * part / duty.factor
    seats, whole = summed(given_), summed(hours[:, None] * may / duty.factor)
    chance = np.sqrt(summed(duty.odds[:, None] * (hours[:, None] * may / duty.factor) ** 2))
    known = np.isfinite(duty.fcr)
    told = summed(np.where(known, given_, 0.0))
    resolved = summed(np.where(known, given_ * np.nan_to_num(duty.fcr), 0.0))
    return TeamSeats(
        seats,
        np.maximum(np.divide(whole, seats, out=np.ones_like(seats), where=seats > 1e-9), 1.0),
        np.divide(chance, whole, out=np.zeros_like(whole), where=whole > 1e-9),
        np.divide(resolved, told, out=np.full_like(told, np.nan), where=told > 0),
        part,
    )


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 6), st.integers(0, 30))
@settings(deadline=None)
def test_the_loops_share_time_as_the_slow_formula_does(seed: int, queues: int, size: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    fcr = rng.uniform(0.3, 0.9, (rows, queues))
    fcr[rng.random(fcr.shape) < 0.2] = np.nan
    duty = OnDuty(
        server=np.arange(rows),
        interval=np.sort(rng.integers(0, size, rows)),
        time=rng.uniform(0, 1, rows) * (rng.random(rows) > 0.1),
        odds=rng.uniform(0, 0.3, rows),
        serves=rng.random((rows, queues)) < 0.7,
        factor=rng.uniform(0.7, 1.3, (rows, queues)),
        fcr=fcr,
        size=size,
    )
    load = rng.uniform(0, 8, (queues, size)) * (rng.random((queues, size)) > 0.2)
    taking = rng.random(queues) < 0.8
    fast, other = team_seats(duty, load, taking), slow(duty, load, taking, duty.time)
    for name in ("seats", "pooling", "spread", "fcr", "part"):
        np.testing.assert_allclose(getattr(fast, name), getattr(other, name), rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("worth", [{}, {"mean_wait_s": 0.9, "service_level": 1.1, "abandonment": 0.8}])
@pytest.mark.parametrize("patience", [300.0, None])
def test_all_measures_in_one_pass_are_those_of_one_after_the_other(worth: dict[str, float], patience) -> None:  # type: ignore[no-untyped-def]
    world = world_of()
    first, *rest = world.folder.centre.queues
    centre = world.folder.centre.model_copy(
        update={"queues": (first.model_copy(update={"patience_s": patience}), *rest)}
    )
    need = world.need
    need.volume[0, 20:22] = 0.0
    live = np.array([not queue.deferred for queue in centre.queues])
    team = live_seats(world.duty, need.load(centre.queues), live)
    worths = {name: np.full_like(need.volume, value) for name, value in worth.items()}
    found = live_lines(centre, need, team, worths)
    for measure in LIVE_RATES:
        expected = live_line(centre, need, team, measure, worths.get(measure))
        np.testing.assert_allclose(found[measure], expected, rtol=1e-12, err_msg=measure)
    few = live_lines(centre, need, team, worths, ["mean_wait_s"])
    np.testing.assert_array_equal(few["mean_wait_s"], found["mean_wait_s"])
    assert np.isnan(few["occupancy"]).all() and set(PLACES) == set(LIVE_RATES)


def test_what_is_not_wanted_is_not_worked_out_and_the_rest_is_the_same() -> None:
    world = world_of()
    whole = roster_service(world.folder.centre, world.duty, world.need)
    part = roster_service(world.folder.centre, world.duty, world.need, wanted=["fcr"])
    np.testing.assert_allclose(part.fcr, whole.fcr)
    np.testing.assert_allclose(part.abandonment, whole.abandonment)
    wait = roster_service(world.folder.centre, world.duty, world.need, wanted=["mean_wait_s"])
    np.testing.assert_allclose(wait.mean_wait_s, whole.mean_wait_s)
    assert np.isnan(wait.share).all() and np.isnan(wait.abandonment).all()
    need = Need(**{**vars(world.need), "volume": 2 * world.need.volume})
    live = np.array([not queue.deferred for queue in world.folder.centre.queues])
    team = live_seats(world.duty, world.need.load(world.folder.centre.queues), live)
    fresh = roster_service(world.folder.centre, world.duty, need)
    again = roster_service(world.folder.centre, world.duty, need, team=team)
    np.testing.assert_allclose(again.mean_wait_s, fresh.mean_wait_s, rtol=1e-9)

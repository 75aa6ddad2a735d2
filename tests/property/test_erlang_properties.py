"""What must hold of the queueing formulas whatever the numbers."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.erlang import erlang_b, erlang_c
from capacity.interval import interval_service
from capacity.search import Limits, seats_for

loads = st.floats(-3, 3).map(lambda x: 10.0**x)
patiences = st.one_of(st.none(), st.floats(0.5, 5).map(lambda x: 10.0**x))
slowdowns = st.lists(st.floats(0.5, 2.0), min_size=1, max_size=5).map(lambda x: tuple(sorted(x)))
withins = st.sampled_from([0.0, 5.0, 20.0, 180.0])
AHT = 300.0


@settings(deadline=None)
@given(loads, st.floats(0, 3))
def test_blocking_and_waiting_fall_with_agents_and_lie_in_order(load: float, ratio: float) -> None:
    agents = np.linspace(0.0, load * ratio + 3.0, 60)
    blocking, waiting = erlang_b(agents, load), erlang_c(agents, load)
    assert np.all(np.diff(blocking) <= 1e-14) and np.all(np.diff(waiting) <= 1e-14)
    assert np.all((blocking >= 0) & (blocking <= waiting) & (waiting <= 1))


@settings(deadline=None)
@given(loads, st.floats(0.0, 50.0))
def test_blocking_obeys_its_recursion_at_real_agents(load: float, agents: float) -> None:
    before, after = float(erlang_b(agents, load)), float(erlang_b(agents + 1, load))
    assert np.isclose(after, load * before / (agents + 1 + load * before), rtol=1e-12, atol=0)


@settings(max_examples=150, deadline=None)
@given(loads, patiences, slowdowns, withins)
def test_service_improves_with_every_bit_of_a_seat(
    load: float, patience: float | None, slowdown: tuple[float, ...], within: float
) -> None:
    seats = np.concatenate([np.linspace(0, 2, 80), np.linspace(2, 2.5 * load + 6, 80)[1:]])
    got = interval_service(
        3600 * load / AHT,
        AHT,
        seats,
        patience_s=patience,
        within_s=within,
        concurrency=len(slowdown),
        slowdown=slowdown,
    )
    finite = np.isfinite(got.mean_wait_s)
    assert np.all(np.diff(finite.astype(int)) >= 0)
    wait = got.mean_wait_s[finite]
    assert np.all(np.diff(wait) <= 1e-11 * wait.max(initial=0.0))
    assert np.all(np.diff(got.service_level) >= -1e-11)
    assert np.all(np.diff(got.abandonment) <= 1e-11)
    for values in (got.service_level, got.abandonment, got.occupancy, got.wait_probability):
        assert np.all((values >= 0) & (values <= 1))


@settings(max_examples=150, deadline=None)
@given(loads, patiences, slowdowns)
def test_occupancy_falls_with_seats_above_one(load: float, patience: float | None, slowdown: tuple[float, ...]) -> None:
    seats = np.linspace(1.0, 2.5 * load + 6, 100)
    got = interval_service(
        3600 * load / AHT,
        AHT,
        seats,
        patience_s=patience,
        concurrency=len(slowdown),
        slowdown=slowdown,
    )
    rises = np.diff(got.occupancy) - 2e-4 * got.occupancy[:-1]
    # Agents who get slower in total the more they carry are beyond what the spread was fitted to.
    sane = all(b / a <= (k + 2) / (k + 1) for k, (a, b) in enumerate(pairwise(slowdown)))
    # Where another contact adds no speed at all, a seat may raise it by a trace: a limit of the fitted spread.
    assert rises.max() <= (1e-3 if sane else 1e-2)


@settings(max_examples=100, deadline=None)
@given(loads, st.floats(1.0, 5.0).map(lambda x: 10.0**x), st.floats(0.3, 2.0))
def test_contacts_are_either_lost_or_served(load: float, patience: float, ratio: float) -> None:
    seats = load * ratio
    got = interval_service(3600 * load / AHT, AHT, seats, patience_s=patience)
    assert np.isclose(got.occupancy * seats, load * (1 - got.abandonment), rtol=1e-10)


@settings(max_examples=60, deadline=None)
@given(loads, st.floats(0.3, 2.0))
def test_a_patient_queue_is_the_limit_of_impatient_ones(load: float, room: float) -> None:
    seats = load + room * np.sqrt(load) + 0.1
    rate = 3600 * load / AHT
    waits = interval_service(rate, AHT, seats, within_s=20)
    gaps = [
        abs(float(interval_service(rate, AHT, seats, patience_s=p, within_s=20).service_level - waits.service_level))
        for p in (1e4, 1e6, 1e8)
    ]
    assert gaps[2] <= gaps[1] + 1e-9 <= gaps[0] + 2e-9
    assert gaps[2] < 1e-4


@settings(max_examples=80, deadline=None)
@given(
    loads, patiences, slowdowns, st.floats(2.0, 300.0), st.floats(0.01, 0.5), st.floats(0.5, 0.99), st.floats(0.5, 0.95)
)
def test_seats_meet_every_limit_and_more_work_needs_more_seats(
    load: float,
    patience: float | None,
    slowdown: tuple[float, ...],
    wait: float,
    lost: float,
    level: float,
    busy: float,
) -> None:
    limits = Limits(wait, lost, busy, ((20.0, level),))
    rate = 3600 * load / AHT * np.array([1.0, 1.1])
    queue = {"patience_s": patience, "concurrency": len(slowdown), "slowdown": slowdown}
    seats = seats_for(rate, AHT, limits, **queue)
    got = interval_service(rate, AHT, seats, within_s=20.0, **queue)
    assert np.all(got.mean_wait_s <= wait * (1 + 1e-12)) and np.all(got.abandonment <= lost * (1 + 1e-12))
    assert np.all(got.occupancy <= busy * (1 + 1e-12)) and np.all(got.service_level >= level - 1e-12)
    assert seats[1] > seats[0]

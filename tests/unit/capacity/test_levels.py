"""Definitions of the service level against quadrature at 40 digits, a simulation of the queue, and one another."""

import heapq
import math

import mpmath
import numpy as np
import pytest

from capacity.interval import interval_service
from capacity.levels import LEVEL_DEFINITIONS, service_levels, speed_of_answer
from capacity.percentiles import wait_percentile


def exact(load: float, agents: float, patience: float, within: float, early: float) -> dict[str, float]:
    """Integrate the density of the virtual wait, handle time 1, at 40 digits."""
    with mpmath.workdps(40):
        theta = 1 / mpmath.mpf(patience)
        k, inverse, term = mpmath.mpf(agents), mpmath.mpf(0), mpmath.mpf(1)
        while k >= 1:
            inverse, term, k = inverse + term, term * k / load, k - 1
        inverse += term * mpmath.exp(load) * mpmath.mpf(load) ** -k * mpmath.gammainc(1 + k, load)
        y = load / theta
        density = lambda w: agents * mpmath.exp(y * (1 - mpmath.exp(-theta * w)) - agents * w)  # noqa: E731
        peak = max(mpmath.log(load / mpmath.mpf(agents)) / theta, mpmath.mpf(0))
        width = (
            mpmath.mpf(1) / mpmath.sqrt(load) + mpmath.mpf(1) / (agents + theta) + mpmath.mpf(patience) / agents / 50
        )

        def integral(weigh, until):  # type: ignore[no-untyped-def]
            far = peak + 60 * width + 40 / mpmath.mpf(agents)
            end = far if until is None else mpmath.mpf(until)
            cuts = [mpmath.mpf(0), *(peak + step * width for step in range(-8, 9)), peak + 20 * width, end]
            inner = sorted({cut for cut in cuts if 0 <= cut <= end})
            return mpmath.quad(lambda w: density(w) * weigh(w), inner)

        stays = lambda w: mpmath.exp(-theta * w)  # noqa: E731
        # V's mass at 0 are the states with someone free, in units of the one just full, whose customers wait
        below, waiting = inverse - 1, integral(lambda w: mpmath.mpf(1), None)
        norm = below + waiting
        in_time = (below + integral(stays, within)) / norm
        answered = (below + integral(stays, None)) / norm
        late = 1 - (below + integral(lambda w: mpmath.mpf(1), within)) / norm
        gone = integral(lambda w: 1 - stays(w), early) / norm
        beyond = 1 - (below + integral(lambda w: mpmath.mpf(1), early)) / norm
        gone += beyond * (1 - mpmath.exp(-theta * early))
        speed = integral(lambda w: w * stays(w), None) / norm / answered
        return {
            "offered": float(in_time),
            "answered": float(in_time / answered),
            "less_early_abandons": float(in_time / (1 - gone)),
            "with_early_abandons": float(in_time + gone),
            "virtual_wait": float(1 - late),
            "speed": float(speed),
        }


CASES = [
    # load, agents, patience, threshold and early threshold in handle times
    (3.0, 3.0, 2.0, 0.1, 0.1),
    (3.0, 4.4, 0.3, 0.3, 0.02),
    (30.0, 25.3, 4.0, 0.3, 0.3),
    (30.0, 36.0, 4.0, 0.25, 0.05),
    (30.0, 12.0, 4.0, 2.0, 0.1),
    (200.0, 193.7, 0.5, 0.07, 0.07),
    (0.4, 0.7, 3.0, 0.1, 0.1),
    (400.0, 300.0, 5.0, 1.0, 0.05),
]


@pytest.mark.parametrize(("load", "agents", "patience", "within", "early"), CASES)
def test_every_definition_agrees_with_quadrature(
    load: float, agents: float, patience: float, within: float, early: float
) -> None:
    wanted = exact(load, agents, patience, within, early)
    for definition in LEVEL_DEFINITIONS:
        got = service_levels(
            load * 3600, 1.0, agents, within_s=within, definition=definition, early_s=early, patience_s=patience
        )
        assert float(got) == pytest.approx(wanted[definition], abs=1e-10), definition
    speed = speed_of_answer(load * 3600, 1.0, agents, patience_s=patience)
    assert float(speed) == pytest.approx(wanted["speed"], rel=1e-9)


def simulated(load: float, agents: int, patience: float, within: float, contacts: int) -> dict[str, float]:
    """Serve a stream of calls one by one and count each definition as an ACD would."""
    rng = np.random.default_rng(7)
    arrival = np.cumsum(rng.exponential(1 / load, contacts))
    handle, stay = rng.exponential(1.0, contacts), rng.exponential(patience, contacts)
    free = [0.0] * agents
    heapq.heapify(free)
    virtual = np.empty(contacts)
    for i in range(contacts):
        virtual[i] = max(free[0] - arrival[i], 0.0)
        if virtual[i] < stay[i]:
            heapq.heapreplace(free, arrival[i] + virtual[i] + handle[i])
    answered = virtual < stay
    in_time = (answered & (virtual <= within)).mean()
    early = (~answered & (stay <= within)).mean()
    return {
        "offered": in_time,
        "answered": in_time / answered.mean(),
        "less_early_abandons": in_time / (1 - early),
        "with_early_abandons": in_time + early,
        "virtual_wait": (virtual <= within).mean(),
        "speed": virtual[answered].mean(),
        "p90": float(np.quantile(np.minimum(virtual, stay), 0.9)),
        "p90 answered": float(np.quantile(virtual[answered], 0.9)),
        "p90 virtual": float(np.quantile(virtual, 0.9)),
    }


def test_a_simulated_queue_counts_the_same() -> None:
    load, agents, patience, within = 12.0, 12, 1.5, 0.1
    seen = simulated(load, agents, patience, within, 400_000)
    shape = (load * 3600, 1.0, agents)
    for definition in LEVEL_DEFINITIONS:
        got = service_levels(*shape, within_s=within, definition=definition, patience_s=patience)
        assert float(got) == pytest.approx(seen[definition], abs=0.005)
    assert float(speed_of_answer(*shape, patience_s=patience)) == pytest.approx(seen["speed"], rel=0.02)
    for whose, name in [("offered", "p90"), ("answered", "p90 answered"), ("virtual", "p90 virtual")]:
        found = wait_percentile(*shape, share=0.9, whose=whose, patience_s=patience)  # type: ignore[arg-type]
        assert float(found) == pytest.approx(seen[name], rel=0.02)


def test_offered_is_the_contract_s_own() -> None:
    seats = np.linspace(0.0, 60.0, 40)
    for options in [{"patience_s": 300.0}, {"patience_s": None}, {"concurrency": 3, "slowdown": (0.6, 0.8, 1.0)}]:
        mine = service_levels(300.0, 300.0, seats, within_s=20.0, **options)  # type: ignore[arg-type]
        table = interval_service(300.0, 300.0, seats, within_s=20.0, **options)  # type: ignore[arg-type]
        np.testing.assert_allclose(mine, table.service_level, rtol=1e-13, atol=1e-15)


def test_without_patience_all_definitions_are_one_and_the_answered_are_all() -> None:
    levels = [service_levels(100.0, 360.0, 11.5, within_s=20.0, definition=d) for d in LEVEL_DEFINITIONS]
    assert len({float(level) for level in levels}) == 1
    table = interval_service(100.0, 360.0, 11.5)
    assert float(speed_of_answer(100.0, 360.0, 11.5)) == pytest.approx(float(table.mean_wait_s), rel=1e-13)
    room = (11.5 / 360 - 100 / 3600) / 1.0
    tail = float(table.wait_probability) / 0.05
    assert float(wait_percentile(100.0, 360.0, 11.5, share=0.95)) == pytest.approx(math.log(tail) / room, rel=1e-11)


@pytest.mark.parametrize("whose", ["offered", "answered", "virtual"])
def test_percentiles_invert_the_levels(whose: str) -> None:
    definition = {"offered": "with_early_abandons", "answered": "answered", "virtual": "virtual_wait"}[whose]
    seats = np.array([20.0, 24.3, 26.0, 29.5])
    for share in (0.5, 0.9, 0.99):
        found = wait_percentile(300.0, 300.0, seats, share=share, whose=whose, patience_s=400.0)  # type: ignore[arg-type]
        for n, within in zip(seats, found, strict=True):
            level = service_levels(300.0, 300.0, n, within_s=within, definition=definition, patience_s=400.0)  # type: ignore[arg-type]
            assert float(level) == pytest.approx(share, abs=1e-9) if within > 0 else float(level) >= share


def test_the_order_of_the_definitions() -> None:
    """Who counts early abandons as good reports the most, the contract's own the least."""
    seats = np.linspace(5.0, 40.0, 30)
    of = {
        d: service_levels(300.0, 300.0, seats, within_s=20.0, definition=d, patience_s=90.0) for d in LEVEL_DEFINITIONS
    }
    for other in LEVEL_DEFINITIONS[1:4]:
        assert np.all(of["offered"] <= of[other] + 1e-12)
    assert np.all(of["less_early_abandons"] <= of["with_early_abandons"] + 1e-12)
    assert np.all(of["less_early_abandons"] <= of["answered"] + 1e-12)
    for values in of.values():
        assert np.all(np.diff(values) >= -1e-12)


def test_both_forms_of_the_answered_wait_meet() -> None:
    seats = np.linspace(18.0, 28.0, 4001)
    speed = speed_of_answer(300.0, 360.0, seats, patience_s=900.0)
    assert np.all(np.diff(speed) < 0)
    assert np.abs(np.diff(speed, 3)).max() < 1e-2 * np.abs(np.diff(speed, 2)).max() + 1e-11 * speed.max()


def test_nobody_there() -> None:
    def level(definition: str) -> float:
        return float(service_levels(10.0, 300.0, 0.0, within_s=20.0, definition=definition, patience_s=60.0))  # type: ignore[arg-type]

    assert (level("offered"), level("less_early_abandons"), level("virtual_wait")) == (0.0, 0.0, 0.0)
    assert level("with_early_abandons") == pytest.approx(1 - math.exp(-1 / 3))
    assert math.isnan(level("answered"))
    assert math.isnan(float(speed_of_answer(10.0, 300.0, 0.0, patience_s=60.0)))
    assert float(wait_percentile(10.0, 300.0, 0.0, share=0.9, patience_s=60.0)) == pytest.approx(60 * math.log(10))
    assert math.isinf(float(wait_percentile(10.0, 300.0, 0.0, share=0.9, whose="virtual", patience_s=60.0)))
    assert math.isinf(float(wait_percentile(100.0, 360.0, 9.0, share=0.9)))


def test_nothing_offered_is_nan_and_odd_names_are_refused() -> None:
    assert np.isnan(service_levels([0.0, math.nan], 300.0, 3.0, within_s=20.0)).all()
    with pytest.raises(ValueError, match="definition is one of offered, answered"):
        service_levels(10.0, 300.0, 3.0, within_s=20.0, definition="handled")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="share"):
        wait_percentile(10.0, 300.0, 3.0, share=1.0)
    with pytest.raises(ValueError, match="within_s"):
        service_levels(10.0, 300.0, 3.0, within_s=-1.0)

"""Allowance for uncertain volume, against seats found by brute force over many days."""

from datetime import date

import numpy as np
import pytest
from scipy.optimize import brentq

from capacity.interval import interval_service
from capacity.requirement import agents_for
from capacity.risk import allowance, day_factors
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.queues import Channel, Queue, Target

GRID = IntervalGrid.of_days(date(2026, 11, 23), 2, "UTC", 30)
AHT = 300.0


def centre_of(**more):
    queue = Queue(id="phone", patience_s=AHT, targets=(Target(service_level=0.8, within_s=20),), **more)
    return Centre(name="c", timezone="UTC", queues=(queue,), contracts=())


def busy_days(cv, size=4000):
    rng = np.random.default_rng(1)
    return np.sort(rng.gamma(1 / cv**2, cv**2, size))[:, None, None]


def case(load):
    volume = np.full((1, GRID.size), load * 1800 / AHT)
    return volume, np.full_like(volume, AHT)


@pytest.mark.parametrize(("load", "cv"), [(50.0, 0.1), (8.0, 0.2)])
def test_mean_service_over_many_days_meets_the_target_with_the_seats_of_the_allowance(load, cv):
    centre, (volume, aht) = centre_of(), case(load)
    factors = busy_days(cv)
    times = allowance(centre, GRID, volume, aht, factors * volume, volume, "mean")
    seats = agents_for(centre.queues[0], GRID, volume[0] * times[0, 0], aht[0])[0]

    def mean_level(number):
        busy = factors[:, 0, 0]
        found = interval_service(2 * volume[0, 0] * busy, AHT, number, patience_s=AHT, within_s=20.0)
        return float((busy * found.service_level).sum() / busy.sum())

    exact = brentq(lambda n: mean_level(n) - 0.8, 0.8 * load, 2 * load)
    assert seats == pytest.approx(exact, rel=0.008)
    assert times[0, 0] > 1.005


def test_a_share_of_days_is_a_quantile_of_busyness():
    centre, (volume, aht) = centre_of(), case(50.0)
    factors = busy_days(0.1)
    times = allowance(centre, GRID, volume, aht, factors * volume, volume, 0.8)
    assert times == pytest.approx(np.full((1, 2), np.quantile(factors[:, 0, 0], 0.8)))


def test_a_known_volume_asks_for_nothing_more():
    centre, (volume, aht) = centre_of(), case(20.0)
    paths = np.repeat(volume[None], 50, axis=0)
    for risk in ("mean", 0.9):
        assert allowance(centre, GRID, volume, aht, paths, volume, risk) == pytest.approx(np.ones((1, 2)))


def test_deferred_work_and_silent_queues_are_planned_for_their_mean():
    mail = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=24, share=0.9),))
    centre = Centre(name="c", timezone="UTC", queues=(mail, *centre_of().queues), contracts=())
    volume = np.stack([np.full(GRID.size, 5.0), np.zeros(GRID.size)])
    found = allowance(centre, GRID, volume, np.full_like(volume, AHT), busy_days(0.3, 200) * volume, volume, "mean")
    assert found == pytest.approx(np.ones((2, 2)))


def test_more_doubt_asks_for_more():
    centre, (volume, aht) = centre_of(), case(30.0)
    found = [
        float(allowance(centre, GRID, volume, aht, busy_days(cv, 500) * volume, volume, "mean")[0, 0])
        for cv in (0.05, 0.1, 0.2)
    ]
    assert found == sorted(found)
    assert found[0] < found[2]


def test_busyness_is_a_days_contacts_over_its_forecast():
    volume = np.full((1, GRID.size), 2.0)
    paths = np.stack([volume, volume * np.where(GRID.day_of == 0, 1.5, 0.5)])
    assert day_factors(paths, volume, GRID.day_of).tolist() == [[[1.0, 1.0]], [[1.5, 0.5]]]


def test_intervals_that_vary_within_the_day_count_too():
    """Days that come out as forecast, their half hours varying by 20 %: a day's total tells nothing of the need."""
    centre, (volume, aht) = centre_of(), case(20.0)
    factor = 1 + 0.2 * np.random.default_rng(2).choice([-1.0, 1.0], (400, 1, GRID.size))
    found = allowance(centre, GRID, volume, aht, factor * volume, volume, "mean")
    assert found.min() > 1.01

"""Arguments that make no sense are refused by name; none gives a silent answer or hangs."""

import math
from datetime import date

import numpy as np
import pytest

from capacity.arguments import check_amounts, check_positive, check_share
from capacity.chat import agent_speeds
from capacity.deferred import DeferredWork, deferred_requirement, work_done
from capacity.interval import interval_service
from capacity.repeats import replanned_volume, steady_factor
from capacity.search import Limits, seats_for
from domain.grid import IntervalGrid, local_midnight

LEVEL = Limits(service_levels=((20.0, 0.8),))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"service_levels": ((20.0, 1.2),)}, "service_levels"),
        ({"service_levels": ((20.0, 1.0),)}, "service_levels"),
        ({"service_levels": ((-1.0, 0.8),)}, "service_levels"),
        ({"service_levels": ((math.nan, 0.8),)}, "service_levels"),
        ({"abandonment": -0.1}, "abandonment"),
        ({"abandonment": 0.0}, "abandonment"),
        ({"abandonment": math.nan}, "abandonment"),
        ({"occupancy": 0.0}, "occupancy"),
        ({"occupancy": 1.1}, "occupancy"),
        ({"mean_wait_s": math.nan}, "mean_wait_s"),
        ({"mean_wait_s": 0.0}, "mean_wait_s"),
    ],
)
def test_limits_no_seats_can_keep(given, name):
    with pytest.raises(ValueError, match=name):
        Limits(**given)


@pytest.mark.parametrize("rate", [math.nan, -5.0, [3.0, math.nan]])
def test_contacts_that_are_no_number_need_no_seats_but_an_error(rate):
    with pytest.raises(ValueError, match="rate_per_h"):
        seats_for(rate, 300.0, LEVEL, patience_s=100.0)


@pytest.mark.parametrize("slowdown", [(1.0, -1.0), (0.0,), (math.nan,), (1.0, math.inf)])
def test_slowdowns(slowdown):
    """A negative one made the search run for ever."""
    with pytest.raises(ValueError, match="slowdown"):
        seats_for(50.0, 300.0, LEVEL, concurrency=2, slowdown=slowdown)
    with pytest.raises(ValueError, match="slowdown"):
        interval_service(50.0, 300.0, 5.0, concurrency=2, slowdown=slowdown)


@pytest.mark.parametrize("concurrency", [0, -1, 1.5, math.nan])
def test_concurrency(concurrency):
    with pytest.raises(ValueError, match="concurrency"):
        agent_speeds(concurrency, (1.0,))


@pytest.mark.parametrize("within", [-1.0, math.nan])
def test_threshold(within):
    with pytest.raises(ValueError, match="within_s"):
        interval_service(50.0, 300.0, 5.0, patience_s=100.0, within_s=within)


@pytest.mark.parametrize("patience", [0.0, -1.0, math.nan])
def test_patience(patience):
    with pytest.raises(ValueError, match="patience"):
        seats_for(50.0, 300.0, LEVEL, patience_s=patience)


def test_repeats():
    with pytest.raises(ValueError, match="planned_fcr"):
        steady_factor(0.5, 0.0, 1.0)
    with pytest.raises(ValueError, match="today_fcr"):
        steady_factor(1.5, 0.5, 0.5)
    options = {"today_fcr": 0.5, "planned_fcr": 0.6, "repeat_probability": 0.7}
    takes = np.ones(2, bool)
    for volume, more, name in [
        ([1.0, math.nan], {}, "volume"),
        ([1.0, -1.0], {}, "volume"),
        ([1.0, 1.0], {"repeat_probability": 1.7}, "repeat_probability"),
        ([1.0, 1.0], {"repeat_delay_h": 0.0}, "repeat_delay_h"),
        ([1.0, 1.0], {"step_minutes": -30}, "step_minutes"),
    ]:
        with pytest.raises(ValueError, match=name):
            replanned_volume(np.array(volume), takes, **{**options, "repeat_delay_h": 24.0, "step_minutes": 30, **more})


def test_deferred_work():
    grid = IntervalGrid(local_midnight(date(2026, 11, 23), "UTC"), 60, 4, "UTC")
    flat, opening = np.full(4, 60.0), np.ones(4, bool)
    for volume, response, backlog, name in [
        (math.nan, 1.0, 0.0, "volume"),
        (1.0, -1.0, 0.0, "response_h"),
        (1.0, 1.0, math.inf, "backlog"),
    ]:
        with pytest.raises(ValueError, match=name):
            DeferredWork(grid, np.full(4, volume), flat, flat, opening, response, backlog)
    work = DeferredWork(grid, flat, flat, flat, opening, 1.0)
    with pytest.raises(ValueError, match="share"):
        deferred_requirement(work, 1.1)
    with pytest.raises(ValueError, match="seats"):
        work_done(work, np.full(4, math.nan))


def test_the_first_wrong_value_is_named():
    with pytest.raises(ValueError, match="load is 0 or more and finite, not -2"):
        check_amounts(load=[1.0, -2.0])
    with pytest.raises(ValueError, match="fcr is a share from 0 to 1, not nan"):
        check_share(fcr=math.nan)
    with pytest.raises(ValueError, match="delay is above 0 and finite, not 0"):
        check_positive(delay=0.0)

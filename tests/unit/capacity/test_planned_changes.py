"""Planned growth and deflection move volume and handle time as they say, and nothing else."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.requirement import planned_growth, planned_volume
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.queues import Growth, Queue
from forecasting.forecast import LEVELS, Forecast

GRID = IntervalGrid.of_days(date(2026, 11, 23), 7, "Europe/Paris", 60)
MEAN = 30.0 * (1 + 0.5 * np.sin(np.arange(GRID.size) / 7.0))[None]
FORECAST = Forecast(
    GRID, ("q",), MEAN, np.repeat(MEAN[None], len(LEVELS), 0), np.full_like(MEAN, 360.0), np.ones_like(MEAN, bool)
)
REPEATING = {"repeat_probability": 0.7, "fcr": 0.55, "planned_fcr": 0.75, "repeat_delay_h": 5.0}


def planned(**keys):
    centre = Centre(name="c", timezone=GRID.zone, queues=(Queue(id="q", **keys),), contracts=())
    return planned_volume(centre, FORECAST, today_fcr={})


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 0.99), st.floats(0.2, 3.0), st.booleans())
def test_deflection_takes_its_share_of_first_contacts_and_repeats_and_the_factor_is_the_handle_times(d, factor, fcr):
    keys = REPEATING if fcr else {}
    volume, aht = planned(**keys)
    left, longer = planned(deflection=d, deflected_aht_factor=factor, **keys)
    np.testing.assert_allclose(left, (1 - d) * volume, rtol=1e-12)
    np.testing.assert_allclose(longer, aht * factor if d > 0 else aht, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.2, 3.0))
def test_deflection_of_nothing_changes_nothing(factor):
    volume, aht = planned(deflection=0.0, deflected_aht_factor=factor, **REPEATING)
    plain, usual = planned(**REPEATING)
    np.testing.assert_array_equal(volume, plain)
    np.testing.assert_array_equal(aht, usual)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(0, 0.99))
def test_a_bots_coverage_times_containment_is_the_deflection(coverage, containment):
    by_bot, _ = planned(bot_coverage=coverage, bot_containment=containment)
    by_share, _ = planned(deflection=coverage * containment)
    np.testing.assert_array_equal(by_bot, by_share)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"bot_coverage": 0.5}, "given together"),
        ({"bot_coverage": 0.5, "bot_containment": 0.5, "deflection": 0.4}, "one of the two is enough"),
        ({"bot_coverage": 1.0, "bot_containment": 1.0}, "less than 1"),
    ],
)
def test_a_bot_that_contradicts_itself_is_refused(keys, words):
    with pytest.raises(ValueError, match=words):
        Queue(id="q", **keys)


def test_growth_begins_at_its_local_day_and_multiplies():
    growth = (Growth(start=date(2026, 1, 1), factor=1.1), Growth(start=date(2026, 11, 25), factor=2.0))
    volume, aht = planned(growth=growth)
    np.testing.assert_allclose(volume[0] / MEAN[0], np.where(GRID.day_of < 2, 1.1, 2.2))
    np.testing.assert_array_equal(aht, 360.0)


def test_growth_after_the_horizon_changes_nothing():
    queue = Queue(id="q", growth=(Growth(start=date(2027, 1, 1), factor=2.0),))
    assert np.all(planned_growth(queue, GRID) == 1.0)

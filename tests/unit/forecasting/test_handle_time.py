from datetime import UTC, date, timedelta

import numpy as np
import pytest

from domain.grid import IntervalGrid
from domain.people import Event
from forecasting.handle_time import forecast_handle_time

FIRST = date(2024, 1, 1)
AHEAD = date(2024, 5, 6)
DAYS = (AHEAD - FIRST).days


def horizon(centre, days=7):
    return IntervalGrid.of_days(AHEAD, days, centre.timezone, centre.interval_minutes)


def test_without_any_history_the_queues_own_is_used_else_nothing_is_known(make_centre, make_history):
    for stated, wanted in ((240.0, 240.0), (None, np.nan)):
        centre = make_centre(aht_s=stated)
        history = make_history(centre, FIRST, DAYS)  # contacts, but no handle times
        found = forecast_handle_time(history, centre, (), horizon(centre), AHEAD)
        assert found.shape == (1, horizon(centre).size)
        assert np.array_equal(found, np.full_like(found, wanted), equal_nan=True)


def test_the_time_of_day_is_learned(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, aht=lambda m: np.where(m < 720, 300.0, 400.0))
    grid = horizon(centre)
    found = forecast_handle_time(history, centre, (), grid, AHEAD)[0]
    open_ = (grid.minute_of_day >= 480) & (grid.minute_of_day < 1200)
    truth = np.where(grid.minute_of_day < 720, 300.0, 400.0)
    assert np.abs(found[open_] / truth[open_] - 1).max() < 0.03


def test_noise_at_few_contacts_is_shrunk_away(make_centre, make_history):
    rng = np.random.default_rng(0)
    centre = make_centre()
    history = make_history(centre, FIRST, 60, lambda _: 20.0, aht=lambda m: rng.lognormal(np.log(300), 0.9, len(m)))
    grid = horizon(centre)
    found = forecast_handle_time(history, centre, (), grid, AHEAD)[0]
    assert found.std() / found.mean() < 0.12


def test_a_trend_goes_on_and_is_held(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, aht=lambda m: np.linspace(300, 360, len(m)))
    near = forecast_handle_time(history, centre, (), horizon(centre), AHEAD)[0].mean()
    far = forecast_handle_time(history, centre, (), horizon(centre, 300), AHEAD)[0].max()
    assert 352 < near < 372
    assert far < 1.15 * 360


def test_volume_weighs_the_mean(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, FIRST, 1, aht=lambda m: np.where(m == 480, 900.0, 300.0))
    found = forecast_handle_time(history, centre, (), horizon(centre), AHEAD)[0].mean()
    mine = history.offered
    assert found == pytest.approx(np.average(history.aht_s, weights=mine), rel=0.05)


def test_rows_of_outages_and_wild_rows_do_not_count(make_centre, make_history):
    centre = make_centre()
    clean = make_history(centre, FIRST, DAYS, aht=lambda m: np.full(len(m), 300.0))
    clean.aht_s[100:124] = 3000.0
    clean.aht_s[5] = 1e6
    moment = clean.start[100].item().replace(tzinfo=UTC)
    end = clean.start[124].item().replace(tzinfo=UTC)
    outage = Event(start=moment, end=end, name="down", kind="outage")
    found = forecast_handle_time(clean, centre, [outage], horizon(centre), AHEAD)[0]
    assert np.allclose(found, 300.0, rtol=0.01)


def test_a_handful_of_rows_leans_on_what_is_stated(make_centre, make_history):
    centre = make_centre(aht_s=300.0)
    history = make_history(centre, FIRST, 1, lambda _: 4.0, aht=lambda m: np.full(len(m), 600.0))
    found = forecast_handle_time(history, centre, (), horizon(centre), AHEAD)[0]
    assert 300 < found.mean() < 420


def test_only_rows_before_the_horizon_count(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS + 30, aht=lambda m: np.full(len(m), 300.0))
    later = history.start >= horizon(centre).starts[0]
    history.aht_s[later] = 999.0
    found = forecast_handle_time(history, centre, (), horizon(centre), AHEAD)[0]
    assert np.allclose(found, 300.0, rtol=0.01)


def test_rows_older_than_the_days_that_are_read_are_left_out(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, AHEAD - timedelta(days=1400), 1400, aht=lambda minute: np.full(len(minute), 240.0))
    grid = IntervalGrid.of_days(AHEAD, 7, centre.timezone, 30)
    assert np.allclose(forecast_handle_time(history, centre, (), grid, AHEAD), 240.0)

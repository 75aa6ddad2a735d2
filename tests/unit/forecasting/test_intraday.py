from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.grid import IntervalGrid
from domain.history import History
from domain.people import Event
from domain.progress import Control
from forecasting.bands import Calibration, bands
from forecasting.forecast import LEVELS, Forecast
from forecasting.forecaster import make_forecast
from forecasting.intraday import counts_so_far, learn_intraday, revise
from forecasting.intraday_model import HOURS, IntradayModel

FIRST = date(2024, 5, 6)  # a Monday


def history_of(names, start, queue, offered):
    blank = np.full(len(start), np.nan)
    return History(
        tuple(names), start, np.asarray(queue, dtype=np.int64), np.asarray(offered, dtype=float), *([blank] * 6)
    )


def counts_of(forecast, factor, until=None, drop=None, queue=0):
    """Counts that are ``factor`` times the forecast of one queue, without noise."""
    grid = forecast.grid
    keep = forecast.mean[queue] > 0
    if until is not None:
        keep &= grid.starts < np.datetime64(until.astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
    if drop is not None:
        keep &= ~drop
    offered = forecast.mean[queue] * factor
    return history_of(forecast.queues, grid.starts[keep], np.full(keep.sum(), queue), offered[keep])


def plain_forecast(first=FIRST, days=7, mean=100.0, zone="Europe/Paris", step=30, queues=("q",)):
    grid = IntervalGrid.of_days(first, days, zone, step)
    shape = np.where(grid.minute_of_day < 1320, mean, 0.0) if zone == "UTC" else np.full(grid.size, mean)
    shape = np.where((grid.minute_of_day >= 60) & (grid.minute_of_day < 1320), shape, 0.0)
    volume = np.tile(shape, (len(queues), 1))
    score = np.linspace(-2, 2, len(LEVELS))[None]
    band = bands(volume, Calibration(0.2, np.ones(1), score, True), np.zeros_like(volume))
    return Forecast(grid, tuple(queues), volume, band, np.full(volume.shape, 300.0), volume > 0)


def shared_model(queue="q", step=30, strength=1.0, carry=0.5):
    """A model in which all errors of a day are one."""
    slots = 1440 // step
    every = np.full(HOURS, strength)
    return IntradayModel(queue, step, np.full((slots, slots), 0.04), every, carry, every, 100)


def noon(day=FIRST, zone="Europe/Paris", hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))


def test_a_day_that_runs_high_is_revised_upwards_and_narrower():
    before = plain_forecast()
    after = revise(before, counts_of(before, 1.2, noon()), noon(), (shared_model(),))
    grid = before.grid
    rest = (grid.day_of == 0) & (grid.minute_of_day >= 720) & (before.mean[0] > 0)
    ratio = after.mean[0, rest] / before.mean[0, rest]
    assert np.all((ratio > 1.15) & (ratio < 1.2))
    width = [f.bands[-1, 0, rest] - f.bands[0, 0, rest] for f in (before, after)]
    assert np.all(width[1] < 0.8 * width[0])


def test_what_was_counted_is_known_and_what_was_not_stays():
    before = plain_forecast()
    gap = (before.grid.minute_of_day >= 300) & (before.grid.minute_of_day < 420)
    after = revise(before, counts_of(before, 0.9, noon(), gap), noon(), (shared_model(),))
    past = (before.grid.day_of == 0) & (before.grid.minute_of_day < 720) & (before.mean[0] > 0)
    assert np.allclose(after.mean[0, past & ~gap], 90.0)
    assert np.all(after.bands[:, 0, past & ~gap] == after.mean[0, past & ~gap])
    assert np.all(after.mean[0, past & gap] == 100.0)


def test_an_interval_that_is_not_over_does_not_count():
    before = plain_forecast()
    now = noon() + timedelta(minutes=20)
    rows = counts_of(before, 0.1, noon() + timedelta(minutes=30), before.grid.minute_of_day < 720)
    assert not np.isfinite(counts_so_far(rows, before, now)).any()
    assert np.array_equal(revise(before, rows, now, (shared_model(),)).mean, before.mean)


def test_tomorrow_moves_by_a_part_and_later_days_stay():
    before = plain_forecast()
    after = revise(before, counts_of(before, 1.2, noon()), noon(), (shared_model(),))
    day = before.grid.day_of
    open_ = before.mean[0] > 0
    ratio = after.mean[0, (day == 1) & open_] / before.mean[0, (day == 1) & open_]
    assert np.all((ratio > 1.07) & (ratio < 1.12))
    assert np.array_equal(after.mean[:, day > 1], before.mean[:, day > 1])
    assert np.array_equal(after.bands[:, :, day > 1], before.bands[:, :, day > 1])


def test_yesterday_speaks_until_today_does():
    before = plain_forecast()
    early = noon(FIRST + timedelta(days=1), hour=0)
    after = revise(before, counts_of(before, 1.2, early), early, (shared_model(),))
    today = (before.grid.day_of == 1) & (before.mean[0] > 0)
    assert np.all(after.mean[0, today] > 1.05 * before.mean[0, today])


def test_without_strength_or_counts_nothing_moves():
    before = plain_forecast()
    rows = counts_of(before, 1.3, noon())
    kept = revise(before, rows, noon(), (shared_model(strength=0.0),))
    ahead = before.grid.starts >= np.datetime64("2024-05-06T10:00")
    assert np.array_equal(kept.mean[:, ahead], before.mean[:, ahead])
    none = history_of(before.queues, rows.start[:0], [], [])
    assert np.array_equal(revise(before, none, noon(), (shared_model(),)).bands, before.bands)


def test_moments_outside_the_horizon_revise_nothing_ahead():
    before = plain_forecast()
    rows = counts_of(before, 1.3)
    early = noon(FIRST - timedelta(days=2))
    assert np.array_equal(revise(before, rows, early, (shared_model(),)).mean, before.mean)
    late = revise(before, rows, noon(FIRST + timedelta(days=20)), (shared_model(),))
    assert np.allclose(late.mean, 1.3 * before.mean)


@pytest.mark.parametrize("day", [date(2024, 3, 31), date(2024, 10, 27)])
def test_days_on_which_the_clock_changes(day):
    before = plain_forecast(day)
    now = noon(day, hour=4)
    after = revise(before, counts_of(before, 1.3, now), now, (shared_model(),))
    assert np.isfinite(after.bands).all()
    rest = (before.grid.day_of == 0) & (before.grid.minute_of_day >= 240) & (before.mean[0] > 0)
    assert np.all(after.mean[0, rest] > 1.15 * before.mean[0, rest])
    past = (before.grid.day_of == 0) & (before.grid.minute_of_day < 240) & (before.mean[0] > 0)
    assert np.allclose(after.mean[0, past], 130.0)


def test_finer_counts_are_added_up():
    before = plain_forecast()
    start = before.grid.start + timedelta(hours=1)
    fine = [np.datetime64((start + timedelta(minutes=15 * k)).replace(tzinfo=None), "s") for k in range(7)]
    found = counts_so_far(history_of(("q",), np.array(fine), [0] * 7, [50.0] * 7), before, noon())
    assert found[0, np.isfinite(found[0])].tolist() == [100.0] * 4  # the last has one row of two


def test_what_does_not_fit_is_refused():
    before = plain_forecast()
    rows = counts_of(before, 1.0, noon())
    with pytest.raises(ValueError, match="order"):
        revise(before, rows, noon(), (shared_model("other"),))
    with pytest.raises(ValueError, match="step"):
        revise(before, rows, noon(), (shared_model(step=15),))
    with pytest.raises(ValueError, match="zone"):
        revise(before, rows, noon().replace(tzinfo=None), (shared_model(),))


def test_learned_from_days_that_err_as_a_whole_it_helps(make_centre, make_history, weekly_total):
    centre = make_centre("phone")
    rng = np.random.default_rng(5)
    level = {FIRST - timedelta(days=k): float(np.exp(0.2 * rng.normal())) for k in range(-1, 200)}

    def total(day):
        return 6 * weekly_total(day) * level[day]

    history = make_history(centre, FIRST - timedelta(days=180), 181, total)
    made, _ = make_forecast(history, centre, (), FIRST, 1, seed=1, control=Control())
    (model,) = learn_intraday(history, centre, (), FIRST, Control())
    assert model.days > 100
    assert model.strength[12] > 0
    after = revise(made, history, noon(hour=13), (model,))
    truth = counts_so_far(history, made, noon(FIRST + timedelta(days=2)))[0]
    rest = (made.grid.minute_of_day >= 780) & made.open[0]
    miss = [abs((f.mean[0] - truth)[rest].sum()) for f in (made, after)]
    assert miss[1] < 0.5 * miss[0]


def test_days_that_do_not_hang_together_are_left_alone(make_centre, make_history):
    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=150), 150, lambda day: 300.0)
    (model,) = learn_intraday(history, centre, (), FIRST, Control())
    assert np.mean(model.strength) < 0.1


@pytest.mark.parametrize("days", [0, 5, 20])
def test_a_short_history_revises_nothing(make_centre, make_history, days):
    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=max(days, 1)), days or 1)
    if not days:
        history = history.select(np.zeros(len(history), dtype=bool))
    (model,) = learn_intraday(history, centre, (), FIRST, Control())
    assert not model.strength.any()
    assert not model.carry_strength.any()


def test_closed_intervals_stay_closed(make_centre, make_history):
    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=60), 60)
    zone = ZoneInfo("Europe/Paris")
    shut = Event(
        start=datetime(2024, 5, 6, 14, tzinfo=zone),
        end=datetime(2024, 5, 6, 16, tzinfo=zone),
        name="fire drill",
        kind="closed",
    )
    made, _ = make_forecast(history, centre, (shut,), FIRST, 1, seed=1, control=Control())
    after = revise(made, counts_of(made, 1.3, noon()), noon(), (shared_model("phone"),))
    assert not after.mean[~made.open].any()
    assert not after.bands[:, ~made.open].any()

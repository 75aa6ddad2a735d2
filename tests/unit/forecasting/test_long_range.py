from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.people import Event
from domain.progress import Control
from forecasting.forecast import LEVELS
from forecasting.long_range import forecast_long_range, whole_months
from forecasting.long_range_errors import LongErrors, long_bands, usual_variance

FIRST = date(2024, 6, 10)
P10, P90 = LEVELS.index(0.10), LEVELS.index(0.90)


def seasonal(day):
    """Twice as much in July as in January, by a smooth course."""
    return 500.0 * (1 - 0.33 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 15) / 365.25))


def made(centre, history, events=(), months=12, first=FIRST):
    return forecast_long_range(history, centre, events, first, months, control=Control())


def of(totals, period):
    return [t for t in totals if t.period == period]


def test_twelve_whole_months_follow_and_days_reach_their_end(make_centre, make_history):
    centre = make_centre("phone", country="")
    history = make_history(centre, FIRST - timedelta(days=200), 200)
    totals, (choice,) = made(centre, history)
    months, days = of(totals, "month"), of(totals, "day")
    assert [m.start for m in months] == [date(2024 + (6 + k) // 12, (6 + k) % 12 + 1, 1) for k in range(12)]
    assert days[0].start == FIRST
    assert days[-1].start == date(2025, 6, 30)
    for month, (start, after) in zip(months, whole_months(FIRST, 12), strict=True):
        assert month.mean == pytest.approx(sum(d.mean for d in days if start <= d.start < after), rel=1e-12)
    assert "under a year" in choice.note


def test_a_season_known_for_two_years_comes_back(make_centre, make_history):
    centre = make_centre("phone", country="")
    history = make_history(centre, FIRST - timedelta(days=760), 760, seasonal)
    totals, (choice,) = made(centre, history)
    assert choice.errors.yearly
    for month in of(totals, "month"):
        truth = sum(seasonal(month.start + timedelta(days=k)) for k in range(28)) / 28
        assert month.mean / _length(month.start) == pytest.approx(truth, rel=0.12), month.start


def test_growth_goes_on_and_is_damped(make_centre, make_history):
    centre = make_centre("phone", country="")
    start = FIRST - timedelta(days=760)
    history = make_history(centre, start, 760, lambda day: 1000 * 1.3 ** ((day - FIRST).days / 365))
    months = of(made(centre, history)[0], "month")
    per_day = [m.mean / _length(m.start) for m in months]
    assert 1000 < per_day[5] < 1000 * 1.3**0.75
    assert per_day[11] < 1000 * 1.3


def test_weekdays_that_are_closed_stay_empty(make_centre, make_history):
    centre = make_centre("phone", open=(), country="")
    history = make_history(centre, FIRST - timedelta(days=420), 420, keep=lambda grid: grid.weekday < 5)
    days = of(made(centre, history, months=3)[0], "day")
    weekend = [d for d in days if d.start.weekday() >= 5]
    assert all(d.mean == 0 and not d.bands.any() for d in weekend)
    assert all(d.mean > 300 for d in days if d.start.weekday() < 5)


def test_holidays_closures_and_lifts_ahead_count(make_centre, make_history):
    def total(day):
        return 150.0 if (day.month, day.day) in ((7, 14), (11, 11), (5, 1), (5, 8), (8, 15)) else 500.0

    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=760), 760, total)
    zone = ZoneInfo("Europe/Paris")

    def event(day, kind, lift=None):
        start = datetime.combine(day, datetime.min.time(), zone)
        return Event(start=start, end=start + timedelta(days=1), name=f"{kind}", kind=kind, lift=lift)

    shut, loud = date(2024, 9, 10), date(2024, 9, 17)
    events = (event(shut, "closed"), event(loud, "campaign", 2.0))
    days = {d.start: d.mean for d in of(made(centre, history, events, 6)[0], "day")}
    assert days[date(2024, 11, 11)] < 0.6 * days[date(2024, 11, 18)]
    assert days[shut] == 0
    assert days[loud] == pytest.approx(2 * days[loud + timedelta(days=7)], rel=0.15)


def test_bands_widen_with_the_lead_and_a_season_not_known_widens_them(make_centre, make_history):
    centre = make_centre("phone", country="")
    width = {}
    for days in (120, 760):
        months = of(made(centre, make_history(centre, FIRST - timedelta(days=days), days))[0], "month")
        width[days] = [(m.bands[P90] - m.bands[P10]) / m.mean for m in months]
    assert width[760][11] > 1.2 * width[760][0]
    assert width[120][5] > width[760][5]


@pytest.mark.parametrize("days", [1, 5, 20, 70])
def test_however_short_the_history_it_is_finite_and_said(days, make_centre, make_history):
    centre = make_centre("phone", country="")
    totals, (choice,) = made(centre, make_history(centre, FIRST - timedelta(days=days), days))
    assert all(np.isfinite(t.mean) and np.isfinite(t.bands).all() and (t.bands >= 0).all() for t in totals)
    assert "under a year" in choice.note
    assert sum(t.mean for t in of(totals, "day")) > 0


def test_without_history_zero_is_said_loudly(make_centre, make_history):
    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=5), 5)
    totals, (choice,) = made(centre, history.select(np.zeros(len(history), dtype=bool)))
    assert not any(t.mean for t in totals)
    assert "NO HISTORY" in choice.note


def test_rows_from_the_first_day_on_are_not_looked_at(make_centre, make_history):
    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=400), 500, seasonal)
    before = history.select(history.start < np.datetime64(FIRST))
    first, second = (made(centre, h, months=4)[0] for h in (history, before))
    midnight = [t for t in zip(first, second, strict=True) if t[0].mean != pytest.approx(t[1].mean, rel=1e-9)]
    assert not midnight


def test_it_is_the_same_each_time(make_centre, make_history):
    centre = make_centre("phone")
    history = make_history(centre, FIRST - timedelta(days=500), 500, seasonal)
    first, second = (made(centre, history)[0] for _ in range(2))
    assert all(a.mean == b.mean and np.array_equal(a.bands, b.bands) for a, b in zip(first, second, strict=True))


def test_months_begin_on_the_first():
    assert whole_months(date(2024, 2, 1), 2) == [
        (date(2024, 2, 1), date(2024, 3, 1)),
        (date(2024, 3, 1), date(2024, 4, 1)),
    ]
    assert whole_months(date(2024, 12, 31), 1) == [(date(2025, 1, 1), date(2025, 2, 1))]
    with pytest.raises(ValueError, match="month"):
        whole_months(FIRST, 0)


def test_bands_of_totals_are_ordered_and_hold_four_in_five():
    mean = np.array([0.0, 3.0, 1000.0])
    found = long_bands(mean, np.full(3, 0.01))
    assert (np.diff(found, axis=0) >= 0).all()
    assert found[P90, 2] / found[P10, 2] == pytest.approx(np.exp(2 * 1.2816 * 0.1), rel=0.02)
    assert not found[:, 0].any()
    errors = LongErrors("", {}, 0, 1.0, 0.0, True, 12)
    assert np.all(np.diff(errors.month_variance(np.arange(1.0, 13.0))) > 0)
    assert usual_variance(np.array([12.0]))[0] > 4 * usual_variance(np.array([0.0]))[0]


def _length(day):
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - day).days


def test_origins_too_early_for_the_model_do_not_rule_it_out(make_centre, make_history):
    centre = make_centre("phone", country="")
    _, (choice,) = made(centre, make_history(centre, FIRST - timedelta(days=365), 365))
    assert {"mean of both", "level, growth and season"} <= set(choice.errors.errors)


def test_months_beyond_those_that_were_tested_are_said(make_centre, make_history):
    centre = make_centre("phone", country="")
    history = make_history(centre, FIRST - timedelta(days=150), 150)
    _, (far,) = made(centre, history)
    assert "1 to 3 months ahead" in far.note
    assert "further ahead are untested" in far.note
    _, (near,) = made(centre, history, months=3)
    assert "untested" not in near.note


def test_when_stopped_the_recent_level_stands_and_says_so(make_centre, make_history):
    centre = make_centre("phone", country="")
    control = Control()
    control.cancel.set()
    history = make_history(centre, FIRST - timedelta(days=400), 400)
    totals, (choice,) = forecast_long_range(history, centre, (), FIRST, 2, control=control)
    assert "stopped before a back-test" in choice.note
    assert sum(t.mean for t in of(totals, "day")) > 0

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import norm

from domain.grid import IntervalGrid
from domain.progress import Control
from forecasting.bands import Calibration, bands
from forecasting.day_errors import DayErrors
from forecasting.forecast import LEVELS, Forecast
from forecasting.scenarios import scenarios
from forecasting.total_spread import TotalSpread, learn_spreads, spread_of
from forecasting.totals import forecast_totals

MONDAY = date(2024, 4, 29)
P10, P90 = LEVELS.index(0.10), LEVELS.index(0.90)


def forecast(first=MONDAY, days=7, mean=60.0, variation=0.12, queues=("a",)):
    grid = IntervalGrid.of_days(first, days, "Europe/Paris", 30)
    volume = np.tile(np.where((grid.minute_of_day >= 480) & (grid.minute_of_day < 1200), mean, 0.0), (len(queues), 1))
    calibration = Calibration(variation, np.ones(1), norm.ppf(np.array(LEVELS))[None], True)
    band = bands(volume, calibration, np.zeros_like(volume))
    return Forecast(grid, tuple(queues), volume, band, np.full(volume.shape, 300.0), volume > 0)


def of(totals, period, queue="a"):
    return [t for t in totals if t.period == period and t.queue == queue]


def test_days_weeks_and_whole_months_are_totalled_in_order():
    totals = forecast_totals(forecast(days=35, queues=("a", "b")))
    assert [len(of(totals, p)) for p in ("day", "week", "month")] == [35, 5, 1]
    assert of(totals, "month")[0].start == date(2024, 5, 1)
    assert [t.queue for t in totals[:4]] == ["a", "b", "a", "b"]
    assert not of(forecast_totals(forecast(days=8)), "month")


def test_means_add_up_exactly():
    made = forecast(days=14)
    totals = forecast_totals(made)
    for day in of(totals, "day"):
        mine = made.grid.day_of == (day.start - MONDAY).days
        assert day.mean == made.mean[0, mine].sum()
    for week in of(totals, "week"):
        days = [d.mean for d in of(totals, "day") if week.start <= d.start < week.start + timedelta(days=7)]
        assert week.mean == pytest.approx(sum(days), rel=1e-12)


def test_the_band_of_a_sum_is_narrower_than_the_sum_of_bands_and_wider_than_chance():
    made = forecast()
    day = of(forecast_totals(made), "day")[0]
    mine = made.grid.day_of == 0
    width = day.bands[P90] - day.bands[P10]
    assert width < 0.9 * (made.bands[P90] - made.bands[P10])[0, mine].sum()
    assert width > 3 * np.sqrt(day.mean)  # of Poisson noise alone: 2.56 of these


def test_without_a_record_bands_are_those_of_the_scenarios():
    made = forecast()
    rng = np.random.default_rng(3)
    drawn = rng.poisson(scenarios(made, 4000, rng)[:, 0].sum(axis=1))
    week = of(forecast_totals(made), "week")[0]
    assert np.quantile(drawn, 0.9) - np.quantile(drawn, 0.1) == pytest.approx(
        week.bands[P90] - week.bands[P10], rel=0.08
    )


@pytest.mark.parametrize(("spread", "wanted"), [(0.02, "narrower"), (0.4, "wider")])
def test_a_long_record_of_past_totals_sets_the_width(spread, wanted):
    made = forecast()
    plain = forecast_totals(made)
    learned = forecast_totals(made, (TotalSpread("a", spread, spread, 150.0, 25.0),))
    for period in ("day", "week"):
        width = [t.bands[P90] - t.bands[P10] for t in (of(plain, period)[0], of(learned, period)[0])]
        assert (width[1] < width[0]) == (wanted == "narrower")
    assert [t.mean for t in plain] == [t.mean for t in learned]


def test_what_is_known_stays_known():
    made = forecast()
    band = made.bands.copy()
    morning = (made.grid.day_of == 0) & (made.grid.minute_of_day < 840)
    band[:, 0, morning] = made.mean[0, morning]
    part = Forecast(made.grid, made.queues, made.mean, band, made.aht_s, made.open)
    halved, whole = of(forecast_totals(part), "day")[0], of(forecast_totals(made), "day")[0]
    assert halved.bands[P90] - halved.bands[P10] < 0.8 * (whole.bands[P90] - whole.bands[P10])
    assert halved.bands[0] > made.mean[0, morning].sum()
    known = Forecast(made.grid, made.queues, made.mean, np.tile(made.mean, (9, 1, 1)), made.aht_s, made.open)
    for total in forecast_totals(known):
        assert np.all(total.bands == total.mean)


def test_the_same_seed_gives_the_same_bands():
    first, second, other = (forecast_totals(forecast(), seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a.bands, b.bands) for a, b in zip(first, second, strict=True))
    assert any(not np.array_equal(a.bands, b.bands) for a, b in zip(first, other, strict=True))


def test_spreads_of_other_queues_are_refused():
    with pytest.raises(ValueError, match="order"):
        forecast_totals(forecast(), (TotalSpread("b", 0.1, 0.1, 10.0, 5.0),))


def errors_with(day, week, seed=0, weeks=26):
    rng = np.random.default_rng(seed)
    expected = np.full((7 * weeks, 24), 200.0)
    factor = np.exp(day * rng.normal(size=7 * weeks) + np.repeat(week * rng.normal(size=weeks), 7))
    actual = rng.poisson(expected * factor[:, None]).astype(float)
    return DayErrors(expected, actual, np.arange(7 * weeks), np.repeat(7 * np.arange(weeks), 7), 60)


def test_spreads_are_those_put_in():
    alone = spread_of(errors_with(0.15, 0.0), "a")
    assert alone.day == pytest.approx(0.15, rel=0.2)
    assert alone.week < 0.1
    together = spread_of(errors_with(0.0, 0.15), "a")
    assert together.week == pytest.approx(0.15, rel=0.4)
    assert spread_of(errors_with(0.0, 0.0), "a").day < 0.01


def test_a_record_too_short_leaves_the_scenarios_alone(make_centre, make_history):
    centre = make_centre("phone")
    history = make_history(centre, MONDAY - timedelta(days=9), 9)
    (spread,) = learn_spreads(history, centre, (), MONDAY, Control())
    assert spread.of("day", 0.1) == pytest.approx(0.1)
    assert spread.of("week", 0.07) == pytest.approx(0.07)


def test_spreads_are_learned_from_history(make_centre, make_history):
    centre = make_centre("phone", "mail")
    rng = np.random.default_rng(2)
    wild = {MONDAY - timedelta(days=k): float(np.exp(0.25 * rng.normal())) for k in range(200)}
    history = make_history(centre, MONDAY - timedelta(days=150), 150, lambda day: 2000 * wild[day])
    spreads = learn_spreads(history, centre, (), MONDAY, Control())
    assert [s.queue for s in spreads] == ["phone", "mail"]
    assert 0.15 < spreads[0].day < 0.4
    assert spreads[0].week < spreads[0].day

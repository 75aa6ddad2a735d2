from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm

from forecasting.calendar import day_calendar
from forecasting.day_series import DaySeries
from forecasting.design import calendar_design
from forecasting.local_level import local_level_totals, whiten
from forecasting.regression import regress_totals
from forecasting.ridge import ridge, robust_weights


@pytest.fixture
def problem():
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(60, 4))
    target = matrix @ [1.0, -2.0, 0.5, 0.0] + 0.1 * rng.normal(size=60)
    return target, matrix, rng.uniform(0.2, 1, 60), np.array([0.1, 1.0, 2.0, 0.5])


def test_ridge_is_weighted_least_squares_on_observations_and_pseudo_observations(problem):
    target, matrix, weights, penalty = problem
    prior = np.array([0.5, 0.0, 0.0, 1.0])
    slow = (
        sm.WLS(
            np.concatenate([target, prior]),
            np.concatenate([matrix, np.eye(4)]),
            weights=np.concatenate([weights, penalty]),
            hasconst=False,
        )
        .fit()
        .params
    )
    assert np.allclose(ridge(target, matrix, weights, penalty, prior), slow)
    normal = matrix.T @ np.diag(weights) @ matrix + np.diag(penalty)
    obvious = np.linalg.solve(normal, matrix.T @ (weights * target) + penalty * prior)
    assert np.allclose(slow, obvious)


def test_ridge_solves_several_targets_at_once(problem):
    target, matrix, weights, penalty = problem
    both = ridge(np.column_stack([target, 2 * target]), matrix, weights, penalty)
    assert np.allclose(both[:, 1], 2 * both[:, 0])


def test_whitening_equals_the_filter_step_by_step():
    rng = np.random.default_rng(1)
    rows, noise = rng.normal(size=(40, 3)), rng.uniform(0.5, 3, 40)
    steps = rng.integers(1, 4, 40)
    found = whiten(rows, steps, noise, np.array([0.0, 0.2]))
    for k, ratio in enumerate((0.0, 0.2)):
        level, variance = rows[0].copy(), noise[0]
        for t in range(1, 40):
            variance += ratio * steps[t]
            total = variance + noise[t]
            assert np.allclose(found.innovations[k, t], (rows[t] - level) / np.sqrt(total))
            level = level + variance / total * (rows[t] - level)
            variance *= 1 - variance / total
        assert np.allclose(found.level[k], level)


def test_whitening_equals_the_local_level_model_of_statsmodels_with_missing_days():
    rng = np.random.default_rng(5)
    series = np.cumsum(0.3 * rng.normal(size=80)) + rng.normal(size=80)
    series[[10, 11, 40]] = np.nan
    model = sm.tsa.UnobservedComponents(series, "llevel")
    theirs = model.filter([1.0, 0.09])  # variance of the noise, of the level's step
    known = np.flatnonzero(np.isfinite(series))
    steps = np.diff(known, prepend=known[0])
    ours = whiten(series[known, None], steps, np.ones(len(known)), np.array([0.09]))
    assert np.isclose(ours.level[0, 0], theirs.filtered_state[0, -1], atol=1e-4)
    standard = theirs.standardized_forecasts_error[0, known[1:]]
    assert np.allclose(ours.innovations[0, 1:, 0], standard, atol=1e-3)
    size = len(known) - 1
    squares = float((ours.innovations[0] ** 2).sum())
    likelihood = -0.5 * (size * np.log(2 * np.pi) + ours.log_variance[0] + squares)
    assert np.isclose(likelihood, theirs.llf_obs[known[1:]].sum(), atol=1e-3)


def series_of(totals, country="FR", first=date(2022, 1, 3), gap=0, horizon=7):
    calendar = day_calendar(first, len(totals) + gap + horizon, country)
    return DaySeries(totals, calendar_design(calendar), calendar.special[: len(totals)], gap, horizon), calendar


def usual(days, calendar_special=None):
    factor = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.5, 0.3])
    return 1000 * factor[np.arange(days) % 7]


@pytest.mark.parametrize("forecast", ["regression", "level"])
def test_a_weekly_course_is_forecast(forecast):
    rng = np.random.default_rng(0)
    truth = usual(217)
    series, _ = series_of(truth[:210] * np.exp(0.03 * rng.normal(size=210)), country="")
    found = regress_totals(series, {}) if forecast == "regression" else local_level_totals(series)[0]
    assert np.abs(found.usual / truth[210:] - 1).max() < 0.06
    assert np.allclose(found.special, 1.0)


@pytest.mark.parametrize("forecast", ["regression", "level"])
def test_holidays_are_learned_and_kept_apart_from_the_usual_course(forecast):
    rng = np.random.default_rng(0)
    first, days = date(2022, 1, 3), 483  # 1 May 2023 is a Monday in the horizon
    truth = usual(days + 7)
    calendar = day_calendar(first, days + 7, "FR")
    truth = np.where(calendar.is_holiday & (calendar.weekday < 5), 0.4 * truth, truth)
    series, _ = series_of(truth[:days] * np.exp(0.03 * rng.normal(size=days)))
    found = regress_totals(series, {}) if forecast == "regression" else local_level_totals(series)[0]
    monday = [k for k in range(7) if calendar.is_holiday[days + k]]
    assert monday == [0]
    assert 0.3 < found.special[0] < 0.55
    assert abs(found.usual[0] / 1300 - 1) < 0.1


def test_a_level_shift_is_followed():
    rng = np.random.default_rng(0)
    truth = usual(217)
    truth[150:] *= 1.4
    series, _ = series_of(truth[:210] * np.exp(0.03 * rng.normal(size=210)), country="")
    for found in (regress_totals(series, {}), local_level_totals(series)[0]):
        assert np.abs(found.usual / truth[210:] - 1).mean() < 0.06


def test_one_wild_day_leaves_the_forecast_where_it_was():
    rng = np.random.default_rng(0)
    totals = usual(210) * np.exp(0.03 * rng.normal(size=210))
    before = regress_totals(series_of(totals, country="")[0], {}).usual
    totals[205] *= 6
    after = regress_totals(series_of(totals, country="")[0], {}).usual
    assert np.abs(after / before - 1).max() < 0.04


def test_missing_days_and_weeks_are_bridged():
    rng = np.random.default_rng(0)
    truth = usual(224)
    totals = truth[:210] * np.exp(0.03 * rng.normal(size=210))
    totals[100:107] = np.nan
    totals[160:167] = np.nan
    series, _ = series_of(totals, country="", gap=7)
    for found in (regress_totals(series, {}), local_level_totals(series)[0]):
        assert np.abs(found.usual / truth[217:] - 1).mean() < 0.05


def test_huber_weights_spare_exempt_days():
    residual = np.concatenate([np.random.default_rng(0).normal(size=50), [30.0, 30.0]])
    exempt = np.zeros(52, dtype=bool)
    exempt[-1] = True
    weights = robust_weights(residual, exempt)
    assert weights[-2] < 0.2
    assert weights[-1] == 1.0
    assert np.array_equal(robust_weights(np.zeros(5), np.zeros(5, dtype=bool)), np.ones(5))

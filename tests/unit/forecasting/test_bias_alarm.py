"""The alarm on one-sided errors, and how often it cries wolf."""

from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.bias_alarm import FALSE_ALARMS, alarm_limit, cumulative, judge

FIRST = date(2026, 1, 5)


def series(days=56, bias=0.0, since=0, cv=0.08, memory=0.0, level=800.0, seed=1):
    rng = np.random.default_rng(seed)
    shock = rng.normal(size=days)
    for t in range(1, days):
        shock[t] = memory * shock[t - 1] + np.sqrt(1 - memory**2) * shock[t]
    expected = np.full(days, level)
    actual = rng.poisson(level * np.maximum(1 + cv * shock, 0.01) / np.where(np.arange(days) >= since, 1 + bias, 1.0))
    return [FIRST + timedelta(days=k) for k in range(days)], expected, actual.astype(float)


@pytest.mark.parametrize(("days", "memory"), [(56, 0.0), (56, 0.4), (120, 0.3)])
def test_false_alarms_are_as_rare_as_stated(days, memory):
    raised = sum(judge("q", *series(days, memory=memory, seed=s)).raised for s in range(300))
    assert raised / 300 < 2.2 * FALSE_ALARMS


def test_a_lasting_bias_is_found_and_dated():
    alarm = judge("phone", *series(days=70, bias=0.15, since=42))
    assert alarm.raised
    assert abs((alarm.since - (FIRST + timedelta(days=42))).days) <= 7
    assert alarm.bias == pytest.approx(0.15, abs=0.05)
    assert "phone: forecasts have been too high since 2026-0" in alarm.sentence()
    assert "once in 20 queues" in alarm.sentence()
    low = judge("phone", *series(days=70, bias=-0.15, since=42))
    assert low.raised
    assert "too low" in low.sentence()


def test_most_biases_of_fifteen_per_cent_for_a_month_are_found():
    found = sum(judge("q", *series(56, 0.15, 28, seed=s)).raised for s in range(100))
    assert found > 90


def test_a_bias_all_along_is_found_too():
    assert judge("q", *series(bias=0.12)).raised


def test_no_bias_says_so_with_its_tracking_signal():
    alarm = judge("phone", *series())
    assert not alarm.raised
    assert alarm.since is None
    assert "no lasting bias in 56 days" in alarm.sentence()
    assert abs(alarm.tracking_signal) < 25


def test_one_wild_day_is_no_bias():
    days, expected, actual = series()
    actual[20] *= 8
    assert not judge("q", days, expected, actual).raised


def test_cumulative_sums_forget_and_limits_grow_with_length_and_memory():
    high, low = cumulative(np.array([1.0, 1.0, -3.0, 0.2]))
    assert np.allclose(high, [0.75, 1.5, 0.0, 0.0])
    assert low[2] == pytest.approx(2.75)
    assert alarm_limit(28, 0.0) < alarm_limit(112, 0.0) < alarm_limit(112, 0.5)


def test_days_without_any_contact_are_borne():
    days, expected, actual = series()
    assert judge("q", days, expected, np.zeros_like(actual)).raised

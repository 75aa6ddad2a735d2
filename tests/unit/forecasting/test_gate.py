import numpy as np

from forecasting.calendar import day_calendar
from forecasting.day_series import DaySeries
from forecasting.design import calendar_design
from forecasting.gate import Gate, believable

WEEKS = 12
FIRST = np.datetime64("2024-01-01")


def gate_of(totals):
    totals = np.asarray(totals, dtype=float)
    calendar = day_calendar(FIRST.item(), len(totals) + 7, "")
    series = DaySeries(totals, calendar_design(calendar), np.zeros(len(totals), dtype=bool), 0, 7)
    return believable(series, calendar.weekday)


def test_totals_are_held_between_both_ends():
    gate = Gate(np.array([5.0, 5.0, 1.0, np.nan]), np.array([20.0, 20.0, 60.0, np.nan]))
    assert gate.held(np.array([10.0, 1.0, 70.0, 5.0])).tolist() == [10, 5, 60, 5]


def test_steady_days_are_believed_from_half_to_twice():
    gate = gate_of(np.full(7 * WEEKS, 100.0))
    assert np.array_equal(gate.low, np.full(7, 50.0))
    assert np.array_equal(gate.high, np.full(7, 200.0))


def test_seven_low_days_leave_the_old_level_possible_and_eight_do_not():
    for days, possible in ((7, True), (8, False)):
        totals = np.full(7 * WEEKS, 90.0)
        totals[-days:] = 12.0
        assert (gate_of(totals).high.max() >= 90) == possible


def test_a_proven_surge_lifts_the_least_that_is_believed():
    totals = np.full(7 * WEEKS, 100.0)
    totals[-8:] = 400.0
    gate = gate_of(totals)
    assert gate.low.min() > 250
    assert gate.high.max() < 650


def test_one_day_of_eight_that_is_usual_disproves_a_new_level():
    totals = np.full(7 * WEEKS, 90.0)
    totals[-8:] = 12.0
    totals[-4] = 80.0
    assert gate_of(totals).high.max() >= 90

"""Forecast errors in seats."""

import numpy as np
import pytest

from capacity.search import seats_for
from capacity.targets import interval_limits
from domain.centre import Centre
from domain.queues import Channel, Queue, Target
from forecasting.backtest import CHOSEN, Judged
from forecasting.backtest_row import BacktestRow
from planning.seat_errors import SeatErrors, seats_needed

PHONE = Queue(id="phone", targets=(Target(mean_wait_s=60, service_level=0.8, within_s=20),), patience_s=600)
CENTRE = Centre(name="c", timezone="UTC", queues=(PHONE,), contracts=())


def row(member=CHOSEN):
    return BacktestRow("phone", member, 1, 1, *[0.0] * 7)


def test_seats_are_those_of_the_requirement():
    contacts = np.array([[0.0, 3.0], [20.0, 3.0]])
    found = seats_needed(PHONE, contacts, 300.0, 30)
    wanted = seats_for(contacts.ravel() * 2, 300.0, interval_limits(PHONE), patience_s=600)
    assert np.allclose(found.ravel(), wanted, rtol=1e-6)
    assert found[0, 0] == 0


def test_deferred_work_needs_its_workload():
    mail = Queue(id="mail", channel=Channel.DEFERRED, targets=(Target(response_h=24, share=0.9),))
    assert seats_needed(mail, np.array([12.0]), 300.0, 60) == pytest.approx(1.0)


def test_a_forecast_that_is_right_is_off_by_nothing():
    seats = SeatErrors(CENTRE, {"phone": 300.0})
    week = np.full((7, 48), 10.0)
    seats(Judged("phone", CHOSEN, 1, week, week))
    error = seats.of(row())
    assert (error.off, error.wape, error.bias, error.short) == (0.0, 0.0, 0.0, 0.0)
    assert error.seats > 10 * 300 / 1800


def test_too_few_are_short_and_unknown_intervals_do_not_count():
    seats = SeatErrors(CENTRE, {"phone": 300.0})
    actual = np.full((7, 48), 20.0)
    actual[3] = np.nan
    seats(Judged("phone", CHOSEN, 1, np.full((7, 48), 10.0), actual))
    error = seats.of(row())
    assert error.bias < 0
    assert error.short == pytest.approx(error.off)
    assert error.wape == pytest.approx(error.off / error.seats)


def test_members_that_are_not_told_in_seats_are_unknown():
    seats = SeatErrors(CENTRE, {"phone": 300.0})
    seats(Judged("phone", "day shapes", 1, np.ones((7, 48)), np.ones((7, 48))))
    assert np.isnan(seats.of(row("day shapes")).wape)

"""Weeks logged as zeros: not learned from, and told; holidays and quiet queues are left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from domain.progress import Control
from forecasting.forecaster import make_forecast

FIRST, AHEAD = date(2023, 6, 5), date(2024, 3, 4)
DAYS = (AHEAD - FIRST).days


def zeroed(history, centre, first: date, days: int):
    """Return the history with some days' counts at zero."""
    start = history.start.astype("datetime64[s]").astype(np.int64)
    low = int(np.datetime64(first.isoformat()).astype("datetime64[s]").astype(np.int64)) - 3600
    gone = (start >= low) & (start < low + days * 86400)
    return replace(history, offered=np.where(gone, 0.0, history.offered))


def forecast(history, centre):
    return make_forecast(history, centre, (), AHEAD, 7, seed=1, control=Control())


def test_a_week_of_zeros_is_taken_for_an_outage_and_told(make_centre, make_history, weekly_total):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, weekly_total)
    usual, _ = forecast(history, centre)
    found, (choice,) = forecast(zeroed(history, centre, AHEAD - timedelta(days=21), 7), centre)
    assert found.mean.sum() == pytest.approx(usual.mean.sum(), rel=0.03)
    note = next(note for note in choice.notes if "nothing but zeros" in note)
    assert note.startswith("phone: 2024-02-12 to 2024-02-18: ")


def test_zeros_of_a_holiday_and_of_a_quiet_queue_are_learned(make_centre, make_history):
    centre = make_centre()
    christmas = zeroed(make_history(centre, FIRST, DAYS), centre, date(2023, 12, 25), 1)
    _, (choice,) = forecast(christmas, centre)
    assert not any("nothing but zeros" in note for note in choice.notes)
    quiet = zeroed(make_history(centre, FIRST, DAYS, lambda day: 3.0), centre, AHEAD - timedelta(days=21), 7)
    _, (choice,) = forecast(quiet, centre)
    assert not any("nothing but zeros" in note for note in choice.notes)

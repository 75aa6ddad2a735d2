"""A queue that died or was renamed: zero where it is certain, a message either way."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.people import Event
from domain.progress import Control
from forecasting.forecaster import make_forecast
from forecasting.short_history import SILENT

FIRST, AHEAD = date(2023, 10, 2), date(2024, 2, 5)
DAYS = (AHEAD - FIRST).days


def forecast(history, centre, events=()):
    return make_forecast(history, centre, events, AHEAD, 7, seed=1, control=Control())


def ago(days):
    return np.datetime64(AHEAD - timedelta(days=days))


def moment(day):
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Paris"))


def test_a_queue_without_rows_for_weeks_while_others_have_some_is_zero_and_warned(
    make_centre, make_history, weekly_total
):
    centre = make_centre("old", "other")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    history = history.select((history.queue == 1) | (history.start < ago(30)))
    found, choices = forecast(history, centre)
    assert choices[0].member == SILENT
    assert not found.mean[0].any()
    assert not found.bands[:, 0].any()
    assert any("NOTHING since 2024-01-06" in note and "no row" in note for note in choices[0].notes)
    assert found.mean[1].sum() > 0


@pytest.mark.parametrize("gap", [7, 20])
def test_a_shorter_gap_is_a_hole_in_the_log(make_centre, make_history, weekly_total, gap):
    centre = make_centre("old", "other")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    found, choices = forecast(history.select((history.queue == 1) | (history.start < ago(gap))), centre)
    assert found.mean[0].sum() > 2000
    assert any("not in the history" in note for note in choices[0].notes)


def test_a_gap_in_the_whole_log_tells_nothing_of_one_queue(make_centre, make_history, weekly_total):
    centre = make_centre("a", "b")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    found, _ = forecast(history.select(history.start < ago(40)), centre)
    assert (found.mean.sum(axis=1) > 2000).all()


def test_a_closure_excuses_a_queue(make_centre, make_history, weekly_total):
    centre = make_centre("old", "other")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    history = history.select((history.queue == 1) | (history.start < ago(40)))
    shut = Event(start=moment(AHEAD - timedelta(days=42)), end=moment(AHEAD), name="Works", kind="closed", queue="old")
    found, _ = forecast(history, centre, [shut])
    assert found.mean[0].sum() > 2000


@pytest.mark.parametrize(("days", "dead"), [(21, True), (5, False)])
def test_weeks_of_zeros_are_believed_and_a_few_days_are_not(make_centre, make_history, weekly_total, days, dead):
    centre = make_centre("old")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    history.offered[history.start >= ago(days)] = 0.0
    found, (choice,) = forecast(history, centre)
    assert (not found.mean.any()) == dead
    assert any("only zeros" in note for note in choice.notes) == dead


def test_zeros_of_a_queue_that_seldom_has_contacts_are_chance(make_centre, make_history):
    centre = make_centre("rare")
    history = make_history(centre, FIRST, DAYS, lambda day: 0.3)
    history.offered[history.start >= ago(15)] = 0.0
    _, (choice,) = forecast(history, centre)
    assert not any("only zeros" in note for note in choice.notes)


def test_a_renamed_queue_is_pointed_out(make_centre, make_history, weekly_total):
    centre = make_centre("sales", "sales-new", "other")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    history.offered[history.queue == 2] *= 5
    keep = np.select(
        [history.queue == 0, history.queue == 1], [history.start < ago(30), history.start >= ago(30)], True
    )
    found, choices = forecast(history.select(keep), centre)
    assert any("sales-new begins where it ends" in note for note in choices[0].notes)
    assert not found.mean[0].any()
    assert found.mean[1].sum() == pytest.approx(
        sum(weekly_total(AHEAD + timedelta(days=k)) for k in range(7)), rel=0.15
    )


def test_a_new_queue_of_another_size_is_not_taken_for_the_old_one(make_centre, make_history, weekly_total):
    centre = make_centre("sales", "tiny", "other")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    history.offered[history.queue == 1] = np.round(history.offered[history.queue == 1] / 10)
    keep = np.select(
        [history.queue == 0, history.queue == 1], [history.start < ago(30), history.start >= ago(30)], True
    )
    _, choices = forecast(history.select(keep), centre)
    assert not any("begins where it ends" in note for note in choices[0].notes)


def test_a_dead_queue_is_nobodys_sibling(make_centre, make_history, weekly_total):
    centre = make_centre("dead", "new")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    keep = np.where(history.queue == 0, history.start < ago(30), history.start >= ago(10))
    _, choices = forecast(history.select(keep), centre)
    assert not any("lean on" in note for note in choices[1].notes)

"""Little history is helped by queues of the same channel."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.people import Event
from domain.progress import Control
from domain.queues import Channel, Queue
from forecasting.forecaster import make_forecast
from forecasting.siblings import BORROWED, Sibling, borrow, siblings_of

FIRST, AHEAD = date(2023, 10, 2), date(2024, 2, 5)
DAYS = (AHEAD - FIRST).days


def forecast(history, centre, days=7):
    return make_forecast(history, centre, (), AHEAD, days, seed=1, control=Control())


def of_day(found, queue=0):
    return np.bincount(found.grid.day_of, weights=found.mean[queue])


def since(history, queue, day):
    """Leave out a queue's rows before a day."""
    return history.select((history.queue != queue) | (history.start >= np.datetime64(day)))


def test_siblings_share_the_channel_and_have_eight_weeks():
    queues = [Queue(id=n, channel=c) for n, c in zip("abcd", ("voice", "voice", "voice", "chat"), strict=True)]
    assert siblings_of(queues[0], queues, [0, 56, 55, 400]) == [1]


def test_three_days_take_week_and_growth_from_siblings(make_centre, make_history, weekly_total):
    centre = make_centre("old", "older", "new")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    history.offered[history.queue == 2] = np.round(0.3 * history.offered[history.queue == 0])
    found, choices = forecast(since(history, 2, AHEAD - timedelta(days=3)), centre)
    truth = 0.3 * np.array([weekly_total(AHEAD + timedelta(days=k)) for k in range(7)])
    assert np.abs(of_day(found, 2) / truth - 1).max() < 0.15
    assert choices[2].member == BORROWED
    assert any("lean on old, older" in note for note in choices[2].notes)
    busy = np.argmax(found.mean[2])
    width = (found.bands[-1] - found.bands[0])[2, busy] / found.mean[2, busy]
    assert width > 1.2


def test_without_siblings_of_the_channel_three_days_stand_alone(make_centre, make_history, weekly_total):
    centre = make_centre("old", "new")
    queues = (centre.queues[0], centre.queues[1].model_copy(update={"channel": Channel.CHAT}))
    centre = centre.model_copy(update={"queues": queues})
    history = since(make_history(centre, FIRST, DAYS, weekly_total), 1, AHEAD - timedelta(days=3))
    found, choices = forecast(history, centre)
    assert choices[1].member != BORROWED
    assert any("too short" in note for note in choices[1].notes)
    assert found.mean[1].sum() > 0


def test_no_history_takes_the_planned_level_and_the_siblings_course(make_centre, make_history, weekly_total):
    centre = make_centre("old", "new", expected_per_day=100.0)
    history = make_history(centre, FIRST, DAYS, weekly_total).select
    found, choices = forecast(history(make_history(centre, FIRST, DAYS, weekly_total).queue == 0), centre)
    days = of_day(found, 1)
    assert days.sum() == pytest.approx(700, rel=0.1)
    assert days[0] > 2.5 * days[6]
    assert any("expected_per_day" in note and "wide" in note for note in choices[1].notes)
    assert not any("forecast is zero" in note for note in choices[1].notes)
    busy = np.argmax(found.mean[1])
    assert (found.bands[-1] - found.bands[0])[1, busy] > 1.5 * found.mean[1, busy]


def test_no_history_and_no_siblings_is_zero_and_says_what_would_help(make_centre, make_history):
    for planned, words in ((None, "NO HISTORY"), (100.0, "overrides.csv would tell")):
        centre = make_centre("new", expected_per_day=planned)
        nothing = make_history(centre, FIRST, 7)
        found, choices = forecast(nothing.select(np.zeros(len(nothing), bool)), centre)
        assert not found.mean.any()
        assert any(words in note for note in choices[0].notes)


def test_queues_that_are_unlike_each_other_leave_more_to_a_queues_own_days():
    weekday = np.arange(70) % 7

    def own_course(shapes):
        days = np.ones((63, 1)) * 400
        siblings = [Sibling(str(k), days * s, np.ones((7, 1)) * 400 * s) for k, s in enumerate(shapes)]
        counts = np.full((63, 4), np.nan)
        counts[-2:] = [160, 80, 80, 80]
        found = borrow(counts, weekday, siblings, None, np.ones((7, counts.shape[1]), dtype=bool))
        return found.path[0, 0] / found.path[0].sum()

    alike = [np.full(4, 0.25)] * 4
    unlike = [np.roll([0.7, 0.1, 0.1, 0.1], k) for k in range(4)]
    assert 0.25 < own_course(alike) < own_course(unlike) < 0.41


def test_a_hole_in_a_siblings_log_does_not_raise_the_level():
    weekday = np.arange(70) % 7
    whole = [np.full((63, 2), 50.0) for _ in range(2)]
    whole[1][-7:] = np.nan
    siblings = [Sibling(str(k), counts, np.full((7, 2), 50.0)) for k, counts in enumerate(whole)]
    counts = np.full((63, 2), np.nan)
    counts[-7:] = 10.0
    assert borrow(counts, weekday, siblings, None, np.ones((7, counts.shape[1]), dtype=bool)).ratio == pytest.approx(
        0.1
    )


def test_siblings_that_expect_nothing_lend_nothing():
    weekday = np.arange(70) % 7
    empty = [Sibling("a", np.zeros((63, 2)), np.zeros((7, 2)))]
    assert borrow(np.full((63, 2), 5.0), weekday, empty, None, np.ones((7, 2), dtype=bool)) is None
    assert borrow(np.full((63, 2), np.nan), weekday, empty, 10.0, np.ones((7, 2), dtype=bool)) is None


def test_events_of_one_queue_alone_are_neither_lent_nor_left_out(make_centre, make_history, weekly_total):
    centre = make_centre("old", "new")
    history = since(make_history(centre, FIRST, DAYS, weekly_total), 1, AHEAD - timedelta(days=5))
    plain, _ = forecast(history, centre)
    zone = ZoneInfo("Europe/Paris")

    def sale(queue):
        start = datetime.combine(AHEAD + timedelta(days=2), datetime.min.time(), zone)
        return Event(start=start, end=start + timedelta(days=1), name="Sale", queue=queue, lift=3.0)

    mine, theirs = (
        make_forecast(history, centre, [sale(name)], AHEAD, 7, seed=1, control=Control())[0] for name in ("new", "old")
    )
    assert of_day(mine, 1)[2] == pytest.approx(3 * of_day(plain, 1)[2], rel=1e-6)
    assert of_day(theirs, 1)[2] == pytest.approx(of_day(plain, 1)[2], rel=1e-6)
    assert of_day(theirs, 0)[2] == pytest.approx(3 * of_day(plain, 0)[2], rel=1e-6)


def test_what_is_expected_a_day_is_kept_within_shorter_hours_and_beside_one_row():
    """Siblings have half of their contacts in the second slot, in which the queue is closed."""
    weekday = np.arange(70) % 7
    siblings = [Sibling("a", np.full((63, 2), 50.0), np.full((7, 2), 50.0))]
    live = np.zeros((7, 2), dtype=bool)
    live[:, 0] = True
    none = np.full((63, 2), np.nan)
    found = borrow(none, weekday, siblings, 100.0, live)
    assert np.where(live, found.path, 0.0).sum(axis=1) == pytest.approx(np.full(7, 100.0))
    one = none.copy()
    one[-1, 0] = 5.0
    found = borrow(one, weekday, siblings, 100.0, live)
    assert 60.0 < np.where(live, found.path, 0.0).sum(axis=1).mean() < 100.0

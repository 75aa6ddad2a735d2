"""The board: fast changes against the slow obvious reckoning, and what is settled of a day's targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from capacity.roster_service import roster_service
from domain.queues import Channel, Queue, Target
from domain.roster import Roster
from planning.today.board import WAITS
from planning.today.duty import DutyBook
from planning.today.effects import best_possible
from planning.today.run import _boards
from tests.scheduling_case import at, window
from tests.unit.planning.today_case import TUESDAY, centre_of, counts, folder_of, rows_of, seat, today_of, world_of


@pytest.fixture(scope="module")
def busy():
    return today_of(1.4)


def with_mail():
    """Return the centre with mail, which early people do beside calls."""
    hours = (window("Mon-Sun", "08:00", "20:00"),)
    mail = Queue(
        id="mail", channel=Channel.DEFERRED, aht_s=420.0, open=hours, targets=(Target(response_h=24, share=0.9),)
    )
    return folder_of(queues=(*centre_of().queues, mail))


def test_a_day_without_measured_waits_is_that_of_the_roster_service(busy):
    board, start = busy.board, busy.start.usual
    slow = roster_service(board.centre, start.duty.on, board.need, board.worth)
    for measure in WAITS:
        np.testing.assert_allclose(board.figure(start, measure), getattr(slow, measure), rtol=1e-9, equal_nan=True)
    np.testing.assert_allclose(start.team.seats, slow.seats, rtol=1e-9)


@pytest.mark.parametrize("folder", [folder_of, with_mail], ids=["live", "with mail"])
def test_changes_of_one_shift_are_those_of_the_whole_day_laid_anew(folder):
    today = today_of(1.4, folder=folder())
    board, state = today.board, today.start
    book = DutyBook(
        today.situation.day.grid,
        board.centre.queue_ids,
        tuple(today.situation.servers.values()),
        board.centre.shrinkage,
    )
    duty = book.of_roster(state.shifts.roster())
    now = board.standing(duty)
    assert now.shortfall == pytest.approx(state.usual.shortfall)
    for key in (("e0", "e0-240700"), ("l3", "l3-241300"), ("elastic-001", "new")):
        old = state.shifts.of.get(key)
        rows = (
            seat()
            if old is None
            else tuple(replace(row, queues=("phone", "chat")) if row.queues else row for row in old.stretches)
        )
        rows = tuple(
            replace(row, shift_id=key[1], end=row.end + timedelta(hours=1)) if row is rows[-1] else row for row in rows
        )
        fast = board.changed(now, book.number(key), book.of_rows(rows))
        slow = board.standing(book.of_roster(state.shifts.put(key, rows).roster()))
        np.testing.assert_allclose(fast.team.seats, slow.team.seats, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(fast.values, slow.values, rtol=1e-9)
        assert fast.shortfall == pytest.approx(slow.shortfall)
        now, state = fast, replace(state, shifts=state.shifts.put(key, rows))


def test_measured_waits_count_for_what_is_over_and_not_for_the_rest():
    told, untold = today_of(1.0, "12:00", mean_wait_s=5.0), today_of(1.0, "12:00")
    ahead = told.board.ahead
    waits = told.board.figure(told.start.usual, "mean_wait_s")
    over = ~ahead & (told.board.need.volume[0] > 0)
    np.testing.assert_array_equal(waits[0, over], 5.0)
    np.testing.assert_allclose(waits[:, ahead], untold.board.figure(untold.start.usual, "mean_wait_s")[:, ahead])
    row = next(k for k, row in enumerate(told.board.promises.rows) if row.measure == "mean_wait_s" and row.queue == 0)
    volume = told.board.need.volume[0]
    expected = np.nansum(waits[0] * volume) / volume.sum()
    assert told.start.usual.values[row] == pytest.approx(expected)


def test_targets_that_are_over_are_not_among_the_promises(busy):
    assert {row.start for row in busy.board.promises.rows} == {"2026-11-24"}
    assert len(busy.board.promises.rows) == 2


def test_the_price_of_a_miss_is_the_plans(busy):
    """Ten hours of mean pay for each contact of the day that misses by 100 %."""
    promises = busy.board.promises
    for k, row in enumerate(promises.rows):
        contacts = busy.outlook.requirement.volume[row.queue, row.intervals].sum()
        assert promises.price[k] == pytest.approx(10 * 20.0 * contacts)
    doubled = np.array([2 * row.limit for row in promises.rows])
    assert promises.shortfall(doubled) == pytest.approx(promises.price.sum())
    assert promises.shortfall(np.array([row.limit for row in promises.rows])) == 0.0
    assert promises.shortfall(np.full(2, np.nan)) == 0.0


def test_one_more_seat_is_worth_what_the_formula_gains(busy):
    board, start = busy.board, busy.start.usual
    worth = board.seat_worth(start)
    assert (worth[:, ~board.ahead] == 0).all() and worth[0, board.ahead].max() > 0
    i = int(np.argmax(worth[0]))
    more = start.team.seats.copy()
    more[0, i] += 0.5
    figure = board._line("mean_wait_s", replace(start.team, seats=more), board.live)[0]
    volume = board.need.volume[0]
    gained = (np.nansum((board.figure(start, "mean_wait_s")[0] - figure) * volume) / volume.sum()) / 0.5
    assert worth[0, i] == pytest.approx(board.promises.price[0] * gained / 45.0, rel=1e-6)


def test_the_best_possible_is_what_is_over_with_a_perfect_rest():
    today = today_of(1.0, "19:00", mean_wait_s=100.0)
    best = best_possible(today.board, today.start.usual)
    volume, ahead = today.board.need.volume, today.board.ahead
    for k, row in enumerate(today.board.promises.rows):
        mine = volume[row.queue]
        assert best[k] == pytest.approx(100.0 * mine[~ahead].sum() / mine.sum())


def test_the_busy_board_has_more_in_what_is_not_over():
    today, world = today_of(1.0), world_of(folder_of(), Roster.of(rows_of()))
    seen = counts(world, at(TUESDAY, "11:00"))
    usual, more = _boards(today.situation, world, today.outlook, today.board.promises, seen)
    ahead = usual.ahead & (usual.need.volume[0] > 0)
    assert (more.need.volume[0, ahead] > usual.need.volume[0, ahead]).all()
    np.testing.assert_array_equal(more.need.volume[:, ~usual.ahead], usual.need.volume[:, ~usual.ahead])

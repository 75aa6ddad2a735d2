"""Contacts that nobody is there for: hours without anyone on a live queue, deferred days without a target."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from capacity.requirement import Requirement
from capacity.targets import target_rows
from domain.centre import Centre
from domain.contracts import Contract, StartWindow
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow
from domain.people import Event
from domain.queues import Channel, Queue, Target
from domain.roster import Stretch
from planning.steps import targets_of
from planning.unserved import uncovered, unpromised

MONDAY = date(2026, 11, 23)
WORKDAYS = (WeeklyWindow(frozenset(range(5)), 8 * 60, 18 * 60),)


def centre(*queues: Queue) -> Centre:
    contract = Contract(id="full", start=StartWindow(from_minute=480, to_minute=480))
    return Centre(name="c", timezone="Europe/Berlin", queues=queues, contracts=(contract,))


def requirement(planned: Centre, volume: np.ndarray, grid: IntervalGrid) -> Requirement:
    blank = np.full_like(volume, np.nan)
    return Requirement(grid, planned.queue_ids, volume, np.full_like(volume, 300.0), *(blank.copy() for _ in range(6)))


def test_hours_without_anyone_are_told_with_their_contacts() -> None:
    """Two contacts an hour from 8 to 18; one person until 12, another from 13:30: 12:00-13:30 is bare."""
    planned = centre(Queue(id="phone"), Queue(id="mail", channel=Channel.DEFERRED))
    grid = IntervalGrid.of_days(MONDAY, 1, "Europe/Berlin", 30)
    hour = grid.minute_of_day / 60
    volume = np.array([np.where((hour >= 8) & (hour < 18), 1.0, 0.0), np.ones(48)])
    at = lambda h: grid.start + timedelta(hours=h)  # noqa: E731
    rows = [
        Stretch("a", at(8), at(12), queues=("phone",)),
        Stretch("a", at(12), at(13), "meal"),
        Stretch("b", at(13.5), at(18), queues=("phone", "mail")),
    ]
    ((queue, spans, contacts),) = uncovered(rows, requirement(planned, volume, grid), planned)
    assert (queue, contacts) == ("phone", pytest.approx(3.0))
    assert spans == [(at(12), at(13.5))]
    assert uncovered([], requirement(planned, volume, grid), planned) == []


def test_weekend_mail_that_no_target_holds_is_counted() -> None:
    """Worked on five days, written on seven: two days' contacts lie outside every target."""
    mail = Queue(
        id="mail", channel=Channel.DEFERRED, open=WORKDAYS, targets=(Target(scope="day", response_h=24, share=0.95),)
    )
    planned = centre(mail)
    grid = IntervalGrid.of_days(MONDAY, 7, "Europe/Berlin", 60)
    needed = requirement(planned, np.ones((1, grid.size)), grid)
    rows = target_rows(planned, grid, np.ones((1, grid.size), dtype=bool), needed.volume)
    assert unpromised(rows, needed, planned) == {"mail": pytest.approx(48.0)}
    assert datetime.fromisoformat(rows[0].start).date() == MONDAY


def test_a_day_that_an_event_shuts_carries_no_target_of_deferred_work() -> None:
    """Mail worked from Monday to Friday, Wednesday shut: four days are promised."""
    mail = Queue(
        id="mail", channel=Channel.DEFERRED, open=WORKDAYS, targets=(Target(scope="day", response_h=24, share=0.95),)
    )
    planned = centre(mail)
    grid = IntervalGrid.of_days(MONDAY, 7, "Europe/Berlin", 60)
    shut = Event(name="works", kind="closed", start=grid.at(2 * 1440), end=grid.at(3 * 1440))
    folder = SimpleNamespace(centre=planned, events=(shut,))
    rows = targets_of(folder, requirement(planned, np.ones((1, grid.size)), grid))
    assert [row.start for row in rows] == ["2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27"]

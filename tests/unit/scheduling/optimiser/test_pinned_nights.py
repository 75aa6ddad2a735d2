"""Pins of night shifts: rows after midnight belong to the shift of the evening before, in one week or over its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import small

from domain.contracts import StartWindow
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow
from domain.people import Skill
from domain.progress import Control
from domain.roster import WORK, Roster, Stretch
from scheduling.conflicts import person_conflicts
from scheduling.handout import roster_of
from scheduling.pin_check import fitting_week
from scheduling.pinned import AWAY, FREE, WORKS
from scheduling.pinned_days import PinnedDays, Span
from scheduling.published import published_roll
from scheduling.result import Effort
from scheduling.rules import validate
from scheduling.solve import solve

LITTLE = Effort(ascent=40, steps=40, chains=1, moves=60_000, assembly=0.1)
DAY = 24 * 4
GRID = IntervalGrid.of_days(small.FIRST, 9, small.ZONE, 15)
DAYS = np.arange(8) * DAY
NIGHT = small.contract(start=StartWindow(from_minute=20 * 60, to_minute=23 * 60, step_minutes=60))
WRAPPED = small.contract(start=StartWindow(from_minute=20 * 60, to_minute=4 * 60, step_minutes=60))
ALWAYS = (WeeklyWindow(small.EVERY_DAY, 0, 24 * 60),)


def work(low: int, high: int, shift_id: str = "") -> Stretch:
    at = GRID.start
    return Stretch("a00", at + low * GRID.step, at + high * GRID.step, activity=WORK, shift_id=shift_id)


def between(first: int, last: int):
    """Return a rule by which a day's shifts lie in these slots from its midnight."""
    return lambda day, span: day * DAY + first <= span[0] and span[1] <= day * DAY + last


NIGHTLY = between(80, 130)


def spans(*pins: Stretch, fits=NIGHTLY, rest_h: float = 11, worked=()) -> list[Span | None]:
    found = PinnedDays.of(pins, GRID, DAYS, fits, rest_h, worked)
    assert found is not None
    return list(found.spans)


def test_what_only_the_evening_before_can_hold_is_its_own() -> None:
    assert spans(work(2 * DAY + 4, 2 * DAY + 8)) == [None, (2 * DAY + 4, 2 * DAY + 8), *[None] * 5]


def test_what_both_days_may_hold_is_of_the_day_that_its_shift_is_named_after() -> None:
    row, either = (2 * DAY + 4, 2 * DAY + 8), between(0, 130)
    assert spans(work(*row), fits=either)[2] == row
    assert spans(work(*row, "a00-2026-11-24"), fits=either)[1] == row
    assert spans(work(*row, "a00-2026-11-25"), fits=either)[2] == row


def test_what_lies_nearer_than_the_rest_is_one_shift() -> None:
    """Pinned at 22:00 and at 01:00, it is the evening's, though a shift of the second day could hold the latter."""
    late, early = (DAY + 88, DAY + 90), (2 * DAY + 4, 2 * DAY + 8)
    found = spans(work(*late), work(*early), fits=between(0, 130))
    assert found[1] == (late[0], early[1]) and found[2] is None
    apart = spans(work(*late), work(*early), fits=between(0, 130), rest_h=0)
    assert apart[1] == late and apart[2] == early


def test_what_belongs_to_other_weeks_is_theirs() -> None:
    """A shift of last week has it done; next week's is away for this one's shifts."""
    pins = (work(2, 4), work(7 * DAY + 40, 7 * DAY + 44), work(7 * DAY + 2, 7 * DAY + 4))
    found = PinnedDays.of(pins, GRID, DAYS, between(80, 130), 0, [(-20, 12)])
    assert found is not None
    assert found.spans == (*[None] * 6, (7 * DAY + 2, 7 * DAY + 4))
    assert set(found.row[2:4]) == {FREE} and set(found.row[7 * DAY + 40 : 7 * DAY + 44]) == {AWAY}
    assert set(found.row[7 * DAY + 2 : 7 * DAY + 4]) == {WORKS}


@pytest.mark.parametrize("contract", [NIGHT, WRAPPED])
def test_single_rows_of_nights_can_be_pinned(contract) -> None:
    """Every break of a roster of nights, most of them after midnight, is kept where it is pinned."""
    planning = small.folder(2, queues=(small.queue(open=ALWAYS),), contracts=(contract,))
    model = small.model(planning)
    roster = roster_of(model, solve(model, seed=2, effort=LITTLE, control=Control()).roll)
    end = small.demand(planning).grid.end
    breaks = [row for row in roster.stretches if row.activity != WORK and row.start < end]
    assert any(row.start.astimezone(model.grid.local_starts[0].tzinfo).hour < 6 for row in breaks)
    for pins in (breaks, [replace(row, shift_id="") for row in breaks]):
        held = replace(planning, pins=tuple(pins))
        pinned = small.model(held)
        assert person_conflicts(pinned) == ()
        made = roster_of(pinned, solve(pinned, seed=2, effort=LITTLE, control=Control()).roll)
        assert [v.text for v in validate(held, made, small.FIRST, 1) if v.hard] == []


def test_what_is_pinned_after_the_week_leaves_its_people_legal() -> None:
    """Training on the Monday after makes nobody's week illegal."""
    planning = small.folder(2)
    model = small.model(planning)
    roster = roster_of(model, solve(model, seed=2, effort=LITTLE, control=Control()).roll)
    later = model.grid.start + timedelta(days=7, hours=12)
    talk = Stretch("a01", later, later + timedelta(hours=1), activity="training")
    held = small.model(replace(planning, pins=(talk,)))
    tours = published_roll(held, Roster.of(roster.stretches)).roll.tours
    assert [bool(fitting_week(held.instance, a, tours[a])) for a in range(2)] == [True, True]


def test_pinned_queues_are_served_on_no_day_after_a_certificate_ends() -> None:
    """Mail is pinned on Tuesday and its certificate ends then: later shifts are of other kinds, however late."""
    mail, phone = (small.queue(name, open=ALWAYS) for name in ("mail", "phone"))
    planning = small.folder(1, queues=(phone, mail), contracts=(NIGHT,))
    last = small.FIRST + timedelta(days=1)
    skills = (Skill(agent_id="a00", queue="phone"), Skill(agent_id="a00", queue="mail", certified_until=last))
    pin = Stretch("a00", GRID.at(DAY * 15 + 21 * 60), GRID.at(DAY * 15 + 22 * 60), queues=("phone", "mail"))
    model = small.model(replace(planning, skills=skills, pins=(pin,)))
    assert {kind.until for kind in model.kinds if 1 in kind.queues} == {last}

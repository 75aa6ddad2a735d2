"""What a repair may not touch: the past, elastic seats within notice, activities; and the words of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.centre import ElasticPool
from domain.roster import OFF, Roster, Stretch
from planning.repair.changes import changes_between, counted
from planning.repair.frozen import as_published, hold_past, left_out
from scheduling.rules import validate
from tests.scheduling_case import MONDAY, at, block, leave, legal, make_folder, shift, swap, week

POOL = ElasticPool(share=0.5, block_hours=(3, 4), hourly_cost=26.0, queues=("phone",), notice_h=24.0)


def broken(folder, roster) -> list[str]:
    return [v.rule for v in validate(folder, roster, MONDAY, 1) if v.hard]


@pytest.mark.parametrize("clock", ["00:00", "09:00", "10:15", "10:37", "12:00", "13:30", "18:00"])
@pytest.mark.parametrize("day", [0, 2])
def test_the_published_roster_keeps_the_pins_of_its_own_past(day: int, clock: str) -> None:
    """Whatever the moment, breaks and shifts in progress included, what was published keeps what is held."""
    folder = make_folder()
    since = at(day, clock)
    held = hold_past(folder, legal(), MONDAY, since, at(0, "00:00"))
    assert broken(held, legal()) == []
    rows = [pin for pin in held.pins if pin.activity == "work"]
    assert all(pin.end <= since for pin in rows)
    past = [row for row in legal().stretches if row.end <= since]
    assert {(p.agent_id, p.start, p.end, p.activity) for p in past} <= {
        (p.agent_id, p.start, p.end, p.activity) for p in held.pins
    }


def test_any_change_of_the_past_breaks_a_pin() -> None:
    """A row moved, a shift added or taken away before the moment is what the validator calls a broken pin."""
    folder = make_folder()
    held = hold_past(folder, legal(), MONDAY, at(2, "12:00"), at(0, "00:00"))
    first = legal().stretches[0]
    assert "pins" in broken(held, swap(legal(), first, end=first.end - timedelta(minutes=15)))
    gone = Roster.of(row for row in legal().stretches if row.start >= at(1, "00:00") or row.agent_id != "ann")
    assert "pins" in broken(held, gone)
    later = Roster.of(row for row in legal().stretches if row.start < at(4, "00:00") or row.agent_id != "ann")
    assert "pins" not in broken(held, later)


def test_leave_of_the_past_that_the_roster_contradicts_is_left_out_and_said() -> None:
    """Sick on Monday and Thursday, seen on Wednesday: Monday stays as published, Thursday is off."""
    rows = (leave("ann", at(0, "00:00"), at(1, "00:00")), leave("ann", at(3, "00:00"), at(4, "00:00")))
    folder = make_folder(time_off=rows)
    held = hold_past(folder, legal(), MONDAY, at(2, "00:00"), at(0, "00:00"))
    assert [row.start for row in held.time_off] == [at(3, "00:00")]
    assert len(left_out(folder, held)) == 1
    assert "ann: leave from 2026-11-2" in left_out(folder, held)[0]
    assert hold_past(folder, legal(), MONDAY, at(0, "00:00"), at(0, "00:00")).time_off == rows


def test_leave_that_runs_on_is_cut_at_the_moment() -> None:
    folder = make_folder(time_off=[leave("bob", at(1, "00:00"), at(4, "00:00"))])
    held = hold_past(folder, legal(), MONDAY, at(2, "00:00"), at(0, "00:00"))
    assert [(row.start, row.end) for row in held.time_off] == [(at(2, "00:00"), at(4, "00:00"))]


def test_seats_within_notice_stay_booked() -> None:
    """Blocks that start before notice is over, or before the moment, are pinned whole; later ones are free."""
    folder = make_folder(centre={"elastic": POOL})
    blocks = [block("elastic-001", at(day, "10:00"), 3) for day in (0, 1, 4)]
    roster = Roster.of([*legal().stretches, *(row for rows in blocks for row in rows)])
    held = hold_past(folder, roster, MONDAY, at(0, "12:00"), at(1, "12:00"))
    seats = [pin for pin in held.pins if pin.pool == "elastic"]
    assert [(pin.start, pin.end) for pin in seats] == [
        (at(0, "10:00"), at(0, "13:00")),
        (at(1, "10:00"), at(1, "13:00")),
    ]


def test_activities_stay_where_they_were_placed() -> None:
    """Training on Thursday is held, unless its person is on leave then."""
    laid = (("break", 90, 15, True), ("meal", 240, 60, False), ("training", 360, 60, True))
    rows = [*week("ann", days=(0, 1, 2, 4)), *shift("ann", at(3, "09:00"), breaks=laid)]
    roster = Roster.of([*rows, *week("bob")])
    folder = make_folder()
    held = hold_past(folder, roster, MONDAY, at(0, "00:00"), at(0, "00:00"))
    assert [(pin.agent_id, pin.activity, pin.start) for pin in held.pins] == [("ann", "training", at(3, "15:00"))]
    away = replace(folder, time_off=(leave("ann", at(3, "00:00"), at(4, "00:00")),))
    assert hold_past(away, roster, MONDAY, at(0, "00:00"), at(0, "00:00")).pins == ()


def test_an_activity_pinned_elsewhere_is_held_there() -> None:
    """Training moved by a pin is not held where it was; another of the kind is, the one that is farther away."""
    laid = (("break", 90, 15, True), ("meal", 240, 60, False), ("training", 360, 60, True))
    rows = [
        *week("ann", days=(0, 1, 4)),
        *(row for day in (2, 3) for row in shift("ann", at(day, "09:00"), breaks=laid)),
    ]
    moved = Stretch("ann", at(4, "15:00"), at(4, "16:00"), activity="training")
    held = hold_past(make_folder(pins=[moved]), Roster.of(rows), MONDAY, at(0, "00:00"), at(0, "00:00"))
    assert [pin.start for pin in held.pins] == [moved.start, at(2, "15:00")]


def test_own_pins_of_the_future_are_kept_and_of_the_past_replaced() -> None:
    off = Stretch("dee", at(1, "22:00"), at(2, "22:00"), activity=OFF, paid=False)
    late = Stretch("ann", at(4, "10:00"), at(4, "11:00"), queues=("phone",))
    folder = make_folder(pins=[off, late])
    held = hold_past(folder, legal(), MONDAY, at(2, "12:00"), at(0, "00:00"))
    assert late in held.pins and off not in held.pins
    assert replace(off, start=at(2, "12:00")) in held.pins


def test_the_folder_of_the_published_roster_has_no_leave_against_it() -> None:
    folder = make_folder(
        time_off=[leave("ann", at(0, "00:00"), at(1, "00:00")), leave("ann", at(6, "00:00"), at(7, "00:00"))]
    )
    found = as_published(folder, legal(), MONDAY)
    assert [row.start for row in found.time_off] == [at(6, "00:00")] and found.pins == ()


def test_the_folder_of_the_published_roster_holds_its_activities() -> None:
    """Without them the planning model would have no word for those shifts, and would learn from a roster without."""
    laid = (("break", 90, 15, True), ("meal", 240, 60, False), ("training", 360, 60, True))
    roster = Roster.of([*week("ann", days=(0, 1, 2, 4)), *shift("ann", at(3, "09:00"), breaks=laid), *week("bob")])
    found = as_published(make_folder(), roster, MONDAY)
    assert [(pin.agent_id, pin.activity, pin.start) for pin in found.pins] == [("ann", "training", at(3, "15:00"))]
    assert as_published(make_folder(), roster, MONDAY + timedelta(days=4)).pins == ()


def test_changes_are_told_as_people_say_them() -> None:
    """Another start, a day gone, other breaks, other queues, a seat: each is one change with its words."""
    folder = make_folder()
    named = replace(folder, agents=tuple(a.model_copy(update={"name": f"{a.id.title()} X"}) for a in folder.agents))
    moved = Roster.of(
        [
            *week("ann", days=(1, 2, 3, 4)),
            *shift("ann", at(0, "12:00")),
            *week("bob", days=(1, 2, 3, 4)),
            *week("cy", days=(1, 2, 3, 4)),
            *shift("cy", at(0, "09:00"), breaks=(("break", 60, 15, True), ("meal", 240, 60, False))),
            *week("dee", days=(1, 2, 3, 4)),
            *shift("dee", at(0, "09:00"), queues=("chat",)),
            *block("elastic-001", at(0, "10:00"), 3),
        ]
    )
    found = changes_between(named, legal(), moved, {("bob", MONDAY): "on leave"})
    assert [str(change) for change in found] == [
        "Ann X: Mon 09:00-18:00 -> 12:00-21:00",
        "Bob X: Mon 09:00-18:00 -> off",
        "Cy X: Mon 09:00-18:00, break 10:30 meal 13:00 -> 09:00-18:00, break 10:00 meal 13:00 (breaks)",
        "Dee X: Mon 09:00-18:00 phone -> 09:00-18:00 chat (queues)",
        "elastic-001: Mon off -> 10:00-13:00",
    ]
    assert counted(found) == {"shift": 2, "breaks": 1, "queues": 1, "seat": 1}
    assert found[1].why == "on leave"
    assert changes_between(named, legal(), legal(), {}) == ()

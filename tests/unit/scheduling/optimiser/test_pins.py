"""Pins of every kind: a whole roster, one break, an activity, certain queues, a time off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import small
from test_solve import ELASTIC, hard

from domain.centre import Planning
from domain.contracts import Limits
from domain.people import Activity
from domain.progress import Control
from domain.queues import Channel, Target
from domain.roster import OFF, WORK, Roster, Stretch
from scheduling.conflicts import activity_conflicts, elastic_conflicts, person_conflicts
from scheduling.cost import roster_cost
from scheduling.handout import roster_of
from scheduling.leave import with_unpaid
from scheduling.result import Effort
from scheduling.solve import solve

LITTLE = Effort(ascent=40, steps=40, chains=1, moves=60_000, assembly=0.1)
MAIL = small.queue(
    "mail", channel=Channel.DEFERRED, patience_s=None, targets=(Target(scope="day", response_h=24, share=0.9),)
)
TUESDAY = 24 * 60


def rostered(planning) -> Roster:
    model = small.model(planning)
    return roster_of(model, solve(model, seed=2, effort=LITTLE, control=Control()).roll)


def pin(planning, agent: str, start: int, end: int, activity: str = WORK, queues: tuple[str, ...] = ()) -> Stretch:
    """Return a pin of some minutes from the week's first midnight on."""
    grid = small.demand(planning).grid
    return Stretch(
        agent_id=agent, start=grid.at(start), end=grid.at(end), activity=activity, queues=queues, paid=activity != OFF
    )


@pytest.mark.parametrize("elastic", [None, ELASTIC])
def test_a_roster_can_be_pinned_whole(elastic) -> None:
    """Every stretch of a roster handed back as pins is kept to the minute."""
    planning = small.folder(5, queues=(small.queue(), MAIL), elastic=elastic)
    first = rostered(planning)
    held = replace(planning, pins=first.stretches)
    again = rostered(held)
    assert hard(held, again) == []

    def said(roster: Roster) -> set[tuple[object, ...]]:
        return {(r.agent_id, r.start, r.end, r.activity, frozenset(r.queues)) for r in roster.stretches}

    people = {row for row in said(first) if not str(row[0]).startswith("elastic")}
    assert people <= said(again)


@pytest.mark.parametrize(
    ("activity", "queues", "start", "end"),
    [
        (WORK, ("phone", "mail"), 10 * 60, 12 * 60),
        (WORK, ("mail",), 14 * 60, 16 * 60),
        ("meal", (), 12 * 60 + 30, 13 * 60 + 30),
        ("break", (), 10 * 60 + 15, 10 * 60 + 30),
        ("training", (), 14 * 60, 16 * 60),
        (OFF, (), 8 * 60, 20 * 60),
    ],
)
def test_one_stretch_is_kept(activity: str, queues: tuple[str, ...], start: int, end: int) -> None:
    """Work on certain queues, a meal, a break, training and time off on Tuesday stay where they are pinned."""
    planning = small.folder(5, queues=(small.queue(), MAIL))
    held = replace(planning, pins=(pin(planning, "a01", TUESDAY + start, TUESDAY + end, activity, queues),))
    roster = rostered(held)
    assert hard(held, roster) == []


def test_a_pinned_week_is_worth_at_least_its_pay_to_the_bound() -> None:
    """What keeps pins in the pricing program is no part of the bound."""
    planning = small.folder(5)
    held = replace(planning, pins=rostered(planning).stretches)
    model = small.model(held)
    result = solve(model, seed=2, effort=LITTLE, control=Control())
    assert result.pay - 1e-6 <= result.bound <= result.objective + 1e-6


def test_pins_of_another_week_are_no_part_of_this_weeks_bound() -> None:
    """A shift pinned on the Monday after the week is the next week's: the bound stays below the roster."""
    planning = small.folder(5)
    monday = 7 * 24 * 60
    free = small.demand(planning).grid
    late = Stretch(
        agent_id="a01",
        start=free.start + timedelta(minutes=monday + 540),
        end=free.start + timedelta(minutes=monday + 720),
        activity=WORK,
        queues=("phone",),
        paid=True,
    )
    model = small.model(replace(planning, pins=(late,)))
    result = solve(model, seed=2, effort=LITTLE, control=Control())
    assert result.bound <= result.objective + 1e-6


@pytest.mark.parametrize(("seats", "hours", "rule"), [(3, 3, "Elastic cap"), (1, 5, "Elastic blocks")])
def test_pinned_seats_beyond_cap_or_block_are_a_conflict(seats: int, hours: int, rule: str) -> None:
    """Three seats at once where two are allowed, five hours where blocks have three or four."""
    planning = small.folder(5, elastic=ELASTIC)
    end = TUESDAY + 600 + 60 * hours
    blocks = [pin(planning, f"elastic-{k + 1:03d}", TUESDAY + 600, end, WORK, ("phone",)) for k in range(seats)]
    pins = tuple(replace(block, pool="elastic") for block in blocks)
    found = elastic_conflicts(small.model(replace(planning, pins=pins)))
    assert found and all(rule in conflict.rules for conflict in found)


def test_queues_that_change_within_a_shift_are_kept_where_they_may() -> None:
    """Calls in the morning and mail after lunch, pinned in a centre that lets queues change by the stretch."""
    planning = small.folder(5, queues=(small.queue(), MAIL), planning=Planning(queue_changes="stretch"))
    pins = (
        pin(planning, "a01", TUESDAY + 9 * 60, TUESDAY + 11 * 60, WORK, ("phone",)),
        pin(planning, "a01", TUESDAY + 14 * 60, TUESDAY + 16 * 60, WORK, ("mail",)),
    )
    held = replace(planning, pins=pins)
    assert hard(held, rostered(held)) == []


@pytest.mark.parametrize("hours", [(8, 8), (6, 9)])
def test_an_unpaid_activity_that_is_pinned_lengthens_its_shift_and_is_not_paid(hours: tuple[int, int]) -> None:
    """Half an hour of unpaid talk: paid hours stay the contract's, the shift is longer, and cost is what is paid."""
    contract = small.contract(shift_hours=Limits(min=hours[0], max=hours[1]))
    planning = small.folder(4, contracts=(contract,))
    talk = replace(pin(planning, "a01", TUESDAY + 14 * 60, TUESDAY + 14 * 60 + 30, "talk"), paid=False)
    held = replace(planning, pins=(talk,))
    model = small.model(held)
    result = solve(model, seed=2, effort=LITTLE, control=Control())
    roster = roster_of(model, result.roll)
    assert hard(held, roster) == []
    assert result.pay + result.elastic == pytest.approx(roster_cost(held, roster, small.FIRST, 1).total)
    row = next(row for row in roster.stretches if row.activity == "talk")
    (mine,) = [shift for shift in roster.by_agent["a01"] if row in shift.stretches]
    assert (mine.end - mine.start).total_seconds() / 60 == contract.elapsed_minutes(round(mine.paid_minutes)) + 30
    assert result.bound <= result.objective + 1e-6


@pytest.mark.parametrize(("start", "minutes"), [(12 * 60, 30), (12 * 60 + 45, 15)])
def test_a_part_of_a_meal_may_be_pinned(start: int, minutes: int) -> None:
    """The meal of an hour lies over the half hour that is pinned."""
    planning = small.folder(3)
    part = pin(planning, "a01", TUESDAY + start, TUESDAY + start + minutes, "meal")
    held = replace(planning, pins=(part,))
    assert hard(held, rostered(held)) == []


@pytest.mark.parametrize("kind", ["meal", "break"])
def test_a_break_that_the_contract_has_not_cannot_be_pinned(kind: str) -> None:
    """Under a name of breaks it is no activity."""
    planning = small.folder(2, contracts=(small.contract(breaks=()),))
    held = replace(planning, pins=(pin(planning, "a01", TUESDAY + 600, TUESDAY + 615, kind),))
    (found,) = person_conflicts(small.model(held))
    assert found.who == ("a01",) and set(found.rules) == {"Breaks", "Pins"}


def test_activities_pinned_too_often_or_apart_are_a_conflict() -> None:
    """Twice where once is listed, and at two times what is held together: named before anything is planned."""
    planning = small.folder(3)
    grid = small.demand(planning).grid
    agents = tuple(agent.model_copy(update={"team": "red"}) for agent in planning.agents)
    meeting = Activity(activity="meeting", minutes=30, earliest=grid.start, latest=grid.end, team="red", together=True)
    folder = replace(planning, agents=agents, activities=(meeting,))
    at = [pin(planning, who, TUESDAY + m, TUESDAY + m + 30, "meeting") for who, m in (("a01", 780), ("a01", 900))]
    (often,) = activity_conflicts(small.model(replace(folder, pins=tuple(at))))[:1]
    assert often.rules == ("Pins", "Activities a week") and "raise times_per_week" in often.change
    apart = replace(folder, pins=(at[0], replace(at[1], agent_id="a02")))
    (found,) = activity_conflicts(small.model(apart))
    assert found.rules == ("Pins", "Activities held together")
    once = replace(folder, pins=(at[0], replace(at[0], agent_id="a02")))
    assert activity_conflicts(small.model(once)) == ()


def test_what_an_unpaid_activity_leaves_no_room_for_is_a_conflict_of_rules() -> None:
    """A start at 12:00 alone in a centre that closes at 21:00 leaves no half hour more."""
    start = small.contract().start.model_copy(update={"from_minute": 12 * 60})
    planning = small.folder(2, contracts=(small.contract(start=start),))
    talk = replace(pin(planning, "a01", TUESDAY + 14 * 60, TUESDAY + 14 * 60 + 30, "talk"), paid=False)
    held = replace(planning, pins=(talk,))
    (found,) = person_conflicts(small.model(held))
    assert found.who == ("a01",) and "Pins" in found.rules


@pytest.mark.parametrize(
    ("unpaid", "found"), [(0, [360, 480]), (30, [360, 450, 480]), (120, [360, 480]), (150, [360, 480])]
)
def test_lengths_of_shifts_with_unpaid_activities(unpaid: int, found: list[int]) -> None:
    """As ever and longer, or the unpaid minutes taken off where the contract allows it."""
    contract = small.contract(shift_hours=Limits(min=6, max=8))
    assert with_unpaid(contract, (360, 480), unpaid) == found

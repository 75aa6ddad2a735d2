"""What a planner is told of activities: how many have a time, what they cost, who has none and why."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from domain.people import Activity
from planning.activity_notes import activity_notes, placed_activities
from scheduling.missed import Missed


def folder(*activities):
    agents = (SimpleNamespace(id="a", name="Ann"), SimpleNamespace(id="b", name=""))
    return SimpleNamespace(activities=activities, agents=agents, centre=SimpleNamespace(currency="EUR"))


def week(slots, *missed):
    table = np.array([[0, 0, 40, n, 0] for n in slots], dtype=np.int64).reshape(-1, 5)
    result = SimpleNamespace(roll=SimpleNamespace(activities=table), lost_service=1234.4, missed=missed)
    return SimpleNamespace(instance=SimpleNamespace(slot_hours=0.25)), result


ITEM = Activity.model_construct(activity="training")


def missing(who, why="no shift"):
    return Missed("training", who, "2026-11-23", 1, 2, why, 12.5)


def test_without_activities_nothing_is_said():
    assert placed_activities(folder(), [week([])]) is None and activity_notes(folder(), [week([])]) == []


def test_weeks_add_up():
    found = placed_activities(folder(ITEM), [week([4, 2]), week([2], missing("a"))])
    assert (found.placed, found.hours, len(found.missed)) == (3, 2.0, 1)
    assert found.lost_service == pytest.approx(2468.8)


def test_people_with_one_reason_share_a_sentence():
    said = activity_notes(folder(ITEM), [week([4], missing("a"), missing("b"), missing("b", "no common time"))])
    assert said[0] == (
        "Activities: 1 placed off-peak, 1.0 hours of duty, which changes the price of missed targets by EUR +1,234."
    )
    assert said[1] == (
        "training has no time 1 of 2 times in the week of 2026-11-23 for Ann (a), b: no shift. "
        "Its hours are priced at EUR 25.00."
    )
    assert len(said) == 3 and "no common time" in said[2]


def test_none_placed_is_said():
    assert activity_notes(folder(ITEM), [week([], missing("a"))])[0] == "Activities: none placed by the plan."

"""Desks beyond planning itself: repair, stand-ins, wishes, and what is said of those who find none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import repairs
import small
from test_desks import NO_BLOCKS, hub, over

from domain.contracts import Limits
from domain.hours import WeeklyWindow
from domain.people import Availability
from domain.roster import Roster, Stretch
from domain.sites import Site
from scheduling.leave import LegalShifts
from scheduling.placing import place_all
from scheduling.repair import RepairEffort
from scheduling.roll import Roll
from scheduling.stand_ins import stand_ins
from scheduling.who_could import Gap, who_could

FREE = small.contract(days_per_week=Limits(min=0, max=5), weekly_hours=Limits(min=0, max=40))


def at(day: int, hour: float) -> datetime:
    return datetime(2026, 11, 23, tzinfo=ZoneInfo(small.ZONE)) + timedelta(days=day, hours=hour)


def test_a_repair_takes_people_from_desks_that_are_gone() -> None:
    """Four came from Monday to Friday; with three desks left, and weekends free, some move until nobody stands."""
    weekdays = WeeklyWindow(frozenset(range(5)), 0, 1440)
    plan = hub(4, 4)
    case = repairs.Case.of(
        replace(plan, availability=tuple(Availability(agent_id=a.id, window=weekdays) for a in plan.agents))
    )
    folder = hub(4, 3)
    assert over(folder, case.roster)
    found = case.repaired(folder, effort=RepairEffort())
    assert found.result.floor_gap == 0 and not over(folder, found.roster)
    assert found.shifts_changed > 0


def test_nobody_stands_in_without_a_desk() -> None:
    """One works; the other could come for the gap, but for the only desk."""

    def found(desks: int | None) -> list[int]:
        model = small.model(hub(2, desks, contracts=(FREE,)), load=0.1)
        inst = model.instance
        tours = place_all(inst, model.crew, inst.service.price, np.array([0]))
        day = int(np.flatnonzero(tours[0, :, 0] >= 0)[0])
        start = int(inst.options.start[tours[0, day, 0]])
        return [one.agent for one in stand_ins(model, Roll(tours, NO_BLOCKS), 0, start + 1, start + 3)]

    assert found(None) == [1] and found(2) == [1] and found(1) == []


def test_who_has_no_desk_or_a_closed_building_is_told() -> None:
    sites = (
        Site(id="hub", desks=1),
        Site(id="hill", open=(WeeklyWindow(frozenset(range(5)), 8 * 60, 17 * 60),)),
    )
    folder = small.seated(small.folder(3, contracts=(FREE,), sites=sites), "hub", "hub", "hill")
    model = small.model(folder)
    row = Stretch("a00", at(0, 12), at(0, 21), queues=("phone",), shift_id="s")
    legal = LegalShifts.of(folder, small.FIRST, 7)
    nothing: Any = None
    gap = Gap(model, nothing, Roster.of([row]), legal, 0, at(0, 18), at(0, 20))
    assert who_could(gap) == (
        "Of the 3 who may serve it, 1 is on it and 2 cannot work more "
        "(1 has no free desk at the site and 1 is at a site that is closed then)."
    )

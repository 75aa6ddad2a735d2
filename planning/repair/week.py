"""One published week mended: taught by its simulation, read back, repaired, and written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.errors import ConflictError
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.progress import Control
from domain.roster import Roster, Stretch
from planning.files.plan_in import PlanIn
from planning.repair.base import taught
from planning.repair.demand import changed_days
from planning.repair.handout import repaired_roster, without_lost
from planning.repair.reasons import reasons_of
from planning.rounds import week_of
from planning.steps import WEEK, Options, People, targets_of
from planning.whatif.world import World
from scheduling.build import build_model
from scheduling.change_price import ChangePrice
from scheduling.conflicts import activity_conflicts, elastic_conflicts, floor_conflicts, person_conflicts
from scheduling.model import Model
from scheduling.pauses.activities import count_missed
from scheduling.published import Published, published_roll
from scheduling.repair import Repaired, repair
from scheduling.repair_search import RepairEffort
from scheduling.rules.rule import Violation
from scheduling.rules.validator import validate
from scheduling.soft_price import soft_costs

PRICED = 20_000
"""Weeks priced for the bound of a repaired week, all people together."""

LEFT = "a repair holds the activities of the published roster and places no others"
"""Why an activity has no time after a repair."""


@dataclass(frozen=True)
class RepairTerms:
    """How a repair is made.

    Attributes
    ----------
    change_price : float or None
        Of a changed agent-day; None: an hour of the people's mean pay.
    since : datetime or None
        People are held as published up to here; None: the first day's midnight.
    keep_people : bool
        Re-book elastic seats only.
    effort : RepairEffort
    """

    change_price: float | None = None
    since: datetime | None = None
    keep_people: bool = False
    effort: RepairEffort = field(default_factory=lambda: RepairEffort(priced=PRICED))


@dataclass(frozen=True)
class RepairedWeek:
    """One repaired week.

    Attributes
    ----------
    model : Model
    result : Repaired
    published : Published
    roster, before : Roster
        The week repaired, and as published without the shifts that cannot be worked.
    why : mapping of (agent id, day) to str
    """

    model: Model
    result: Repaired
    published: Published
    roster: Roster
    before: Roster
    why: Mapping[tuple[str, date], str]


def broken_rules(folder: PlanningFolder, roster: Roster, options: Options) -> dict[str, list[Violation]]:
    """Return what the published roster breaks today, by person."""
    found: dict[str, list[Violation]] = {}
    ids = {agent.id for agent in folder.agents}
    for violation in validate(
        folder, roster, options.week, options.weeks, emergency=options.emergency, now=options.now
    ):
        if violation.hard and violation.who in ids:
            found.setdefault(violation.who, []).append(violation)
    return found


def repaired_week(
    world: World,
    base: World,
    folder: PlanningFolder,
    plan: PlanIn,
    people: People,
    options: Options,
    terms: RepairTerms,
    w: int,
    price: float,
    broken: Mapping[str, Sequence[Violation]],
    previous: list[Stretch],
    control: Control,
) -> RepairedWeek:
    """Repair one week."""
    first = options.week + timedelta(days=WEEK * w)
    now = options.now or local_midnight(options.week, folder.centre.timezone) - timedelta(days=WEEK)
    part = week_of(world.requirement, folder, first)
    zone = folder.centre.timezone
    soft = soft_costs(folder, previous, first, fair=bool(folder.previous) or options.weeks > 1)
    changes = ChangePrice.of(plan.roster, zone, price, _waived(folder, plan.roster, zone))
    model = build_model(
        folder,
        part,
        targets_of(folder, part),
        people.servers,
        first,
        learned=taught(base.folder, plan, base.people, options, first, previous),
        previous=previous,
        emergency=options.emergency,
        now=now,
        weeks_after=options.weeks - 1 - w,
        soft=(*soft, changes),
    )
    conflicts = (*elastic_conflicts(model), *activity_conflicts(model), *person_conflicts(model))
    if conflicts:
        raise ConflictError(conflicts)
    published = published_roll(model, plan.roster)
    days = {*changed_days(base.requirement, world.requirement, WEEK * w, WEEK), *published.lost_blocks}
    last = first + timedelta(days=WEEK)
    mine = {who: [v for v in found if first.isoformat() <= v.day < last.isoformat()] for who, found in broken.items()}
    illegal = [a for a, agent in enumerate(model.agents) if mine.get(agent.id) and not published.lost[a].any()]
    result = repair(
        model,
        published.roll,
        lost=published.lost,
        # other targets, prices or seats are for every day
        days=sorted(days) if base.folder.centre == world.folder.centre else None,
        illegal=illegal,
        seed=options.seed,
        effort=terms.effort,
        control=control,
        keep_people=terms.keep_people,
    )
    if result.floor_gap > 0:
        raise ConflictError(floor_conflicts(model, result))
    result = count_missed(model, result, LEFT)
    return RepairedWeek(
        model,
        result,
        published,
        repaired_roster(model, result.roll, published, plan.roster),
        without_lost(plan.roster, model, published),
        reasons_of(model, result, published, plan.roster, {who: found for who, found in mine.items() if found}),
    )


def _waived(folder: PlanningFolder, roster: Roster, zone: str) -> list[tuple[str, date]]:
    """Return the days whose published shift leave has taken away: what comes there is no choice of the repair."""
    calendar_day = ChangePrice.of(roster, zone, 0.0).shifts
    return [
        (leave.agent_id, day)
        for leave in folder.time_off
        for (who, day), (start, minutes) in calendar_day.items()
        if who == leave.agent_id and leave.start < start + timedelta(minutes=minutes) and start < leave.end
    ]

"""The planning model of a gap's week, and one person's other week as a roster the validator judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.roster import Roster, Stretch
from planning.files.plan_in import PlanIn
from planning.repair.base import taught
from planning.repair.frozen import activities_in
from planning.rounds import week_of
from planning.steps import WEEK, targets_of
from planning.whatif.world import World
from scheduling.build import build_model
from scheduling.change_price import CHANGE_HOURS, ChangePrice, usual_price
from scheduling.handout import roster_of
from scheduling.model import Model
from scheduling.roll import Roll
from scheduling.rules.validator import validate
from scheduling.soft_price import soft_costs
from scheduling.stand_ins import HOLD_HOURS, StandIn


def gap_model(world: World, plan: PlanIn, first: date, base: World) -> Model:
    """Build the planning model of the gap's week: activities stay where they are, changes of the roster are priced."""
    folder = world.folder
    begin = local_midnight(first, folder.centre.timezone)
    held = tuple(activities_in(folder, world.roster, begin, folder.pins))
    folder = replace(folder, pins=(*folder.pins, *held), pin_lines=())
    now = world.options.now or local_midnight(plan.week, folder.centre.timezone) - timedelta(days=WEEK)
    previous = [*folder.previous, *(row for row in world.roster.stretches if row.start < begin)]
    part = week_of(world.requirement, folder, first)
    changes = ChangePrice.of(world.roster, folder.centre.timezone, HOLD_HOURS / CHANGE_HOURS * usual_price(folder))
    fair = bool(folder.previous) or plan.weeks > 1
    return build_model(
        folder,
        part,
        targets_of(folder, part),
        world.people.servers,
        first,
        learned=taught(base.folder, plan, base.people, base.options, first, previous),
        previous=previous,
        emergency=world.options.emergency,
        now=now,
        weeks_after=plan.weeks - 1 - (first - plan.week).days // WEEK,
        soft=(*soft_costs(folder, previous, first, fair=fair), changes),
    )


def with_week(model: Model, roll: Roll, one: StandIn, roster: Roster) -> Roster:
    """Return the roster with one person's other week; days that stay keep their rows."""
    tours = np.full_like(roll.tours, -1)
    tours[one.agent] = one.week
    made = roster_of(model, Roll(tours, np.zeros((0, 3), dtype=np.int64)))
    who, zone = model.agents[one.agent].id, ZoneInfo(model.folder.centre.timezone)
    kept = {
        model.first + timedelta(days=d)
        for d in range(model.instance.days)
        if (one.week[d] == roll.tours[one.agent, d]).all()
    }
    days = [model.first + timedelta(days=d) for d in range(model.instance.days)]

    def stays(row: Stretch) -> bool:
        day = begins.get((row.agent_id, row.shift_id), row.start).astimezone(zone).date()
        return row.agent_id != who or day not in days or day in kept

    begins = {(shift.agent_id, shift.shift_id): shift.start for shift in roster.shifts}
    rows = [row for row in roster.stretches if stays(row)]
    for shift in made.by_agent.get(who, ()):
        if shift.start.astimezone(zone).date() not in kept:
            rows += shift.stretches
    return Roster.of(rows)


def legal_for(folder: PlanningFolder, roster: Roster, who: str, plan: PlanIn) -> bool:
    """Tell whether the validator finds nothing against a person's weeks, the team's start among it."""
    me = next(agent for agent in folder.agents if agent.id == who)
    mates = {agent.id for agent in folder.agents if agent.id == who or (me.team and agent.team == me.team)}
    part = replace(
        folder,
        centre=folder.centre.model_copy(update={"minimum_staff": ()}),
        agents=tuple(agent for agent in folder.agents if agent.id in mates),
        pins=tuple(pin for pin in folder.pins if pin.agent_id in mates),
        pin_lines=(),
    )
    rows = Roster.of(row for row in roster.stretches if row.agent_id in mates)
    return not any(v.hard and v.who == who for v in validate(part, rows, plan.week, plan.weeks))

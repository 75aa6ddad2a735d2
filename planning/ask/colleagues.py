"""The best people for a gap: legal by the validator, with what each costs, mends and has worked so far."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.hours import WEEKDAYS
from domain.roster import Roster
from planning.ask.gap_week import gap_model, legal_for, with_week
from planning.files.plan_in import PlanIn
from planning.repair.changes import changes_between
from planning.report.wording import MEASURE_WORDS, measured
from planning.steps import WEEK
from planning.whatif.world import World
from scheduling.ascent import Prices
from scheduling.leave import LegalShifts
from scheduling.ledger import measures_of
from scheduling.model import Model
from scheduling.published import published_roll
from scheduling.roll import Roll
from scheduling.solve import measured as measured_roll
from scheduling.stand_ins import StandIn, stand_ins
from scheduling.who_could import Gap as Span
from scheduling.who_could import who_could

BEST = 5
"""People who are named."""


@dataclass(frozen=True)
class Colleague:
    """One person for a gap.

    Attributes
    ----------
    agent_id, name : str
    covered : float
        Share of the gap, of what is not covered already by the same person.
    change : str
        What becomes of the person's week, in words.
    cost : float
        Pay beyond what is paid anyway.
    mended : float
        Price of the misses that it mends (negative: makes worse).
    hours : float
        Paid hours of the week then.
    shifts : dict of str to int
        Weekend, night and unpopular shifts so far, the previous rosters and this plan.
    service : str
        What the planning model says of the queue's waiting on that day, and of the target that becomes worse most.
    why : str
        The reasons for the rank, in one sentence.
    """

    agent_id: str
    name: str
    covered: float
    change: str
    cost: float
    mended: float
    hours: float
    shifts: dict[str, int]
    service: str
    why: str


def colleagues(
    world: World,
    plan: PlanIn,
    queue: str,
    start: datetime,
    end: datetime,
    base: World | None = None,
    *,
    absent: str = "",
) -> tuple[tuple[Colleague, ...], str]:
    """Return the best people for a gap, and what keeps the others.

    Parameters
    ----------
    world : World
        Its roster is the one with the gap.
    plan : PlanIn
    queue : str
    start, end : datetime
        Inside the plan's days.
    base : World, optional
        The plan's own, whose simulated service teaches the model; default: ``world``.
    absent : str
        Who leaves the gap, and is not asked to fill it.
    """
    base = base or world
    folder, zone = world.folder, ZoneInfo(world.folder.centre.timezone)
    day = start.astimezone(zone).date()
    first = plan.week + timedelta(days=(day - plan.week).days // WEEK * WEEK)
    model = gap_model(world, plan, first, base)
    roll = published_roll(model, world.roster).roll
    step = model.grid.step_minutes
    low = int(model.grid.minutes_at(start) // step)
    high = int(-(-model.grid.minutes_at(end) // step))
    q = folder.centre.queue_ids.index(queue)
    found: list[Colleague] = []
    for one in stand_ins(model, roll, q, low, high):
        agent = model.agents[one.agent]
        if agent.id == absent:
            continue
        edited = with_week(model, roll, one, world.roster)
        if not legal_for(folder, edited, agent.id, plan):
            continue
        found.append(_told(world, plan, model, one, edited, queue, day, high - low))
        if len(found) == BEST:
            break
    return tuple(found), _others(model, roll, world.roster, q, start, end)


def _told(
    world: World, plan: PlanIn, model: Model, one: StandIn, edited: Roster, queue: str, day: date, slots: int
) -> Colleague:
    """Say what one person would do, cost and mend."""
    agent = model.agents[one.agent]
    changes = [c for c in changes_between(world.folder, world.roster, edited, {}) if c.agent_id == agent.id]
    words = "; ".join(f"{WEEKDAYS[c.day.weekday()]} {c.before} -> {c.after}" for c in changes) or "no other shift"
    week = range((model.first - plan.week).days, (model.first - plan.week).days + WEEK)
    zone = ZoneInfo(world.folder.centre.timezone)
    hours = sum(
        shift.paid_minutes / 60
        for shift in edited.by_agent.get(agent.id, ())
        if (shift.start.astimezone(zone).date() - plan.week).days in week
    )
    shifts = _burden(world, agent.id)
    money = world.folder.centre.currency
    service = _service(model, one, queue, day)
    reasons = [
        f"covers {100 * one.covered / slots:.0f} %",
        f"pay {money} {one.pay:+,.0f}" if abs(one.pay) >= 0.5 else "no further pay",
        f"{len(one.days)} changed {'day' if len(one.days) == 1 else 'days'}" if one.days else "shift stays",
        f"{hours:g} h that week",
        ", ".join(f"{count} {name}" for name, count in shifts.items()) + " shifts so far",
    ]
    return Colleague(
        agent.id,
        agent.name or agent.id,
        one.covered / slots,
        words,
        one.pay,
        -one.shortfall,
        hours,
        shifts,
        service,
        "; ".join(reasons),
    )


def _burden(world: World, who: str) -> dict[str, int]:
    """Count a person's weekend, night and unpopular shifts in the previous rosters and the plan."""
    centre = world.folder.centre
    agent = next(agent for agent in world.folder.agents if agent.id == who)
    contract = next(each for each in centre.contracts if each.id == agent.contract)
    zone = ZoneInfo(centre.timezone)
    before = Roster.of(world.folder.previous).by_agent.get(who, ())
    found: Counter[str] = Counter(dict.fromkeys(("weekend", "night", "unpopular"), 0))
    for shift in (*before, *world.roster.by_agent.get(who, ())):
        found.update(measures_of(shift.start, shift.end, contract, centre.fairness, zone))
    return dict(found)


def _service(model: Model, one: StandIn, queue: str, day: date) -> str:
    """Say what the planning model expects of the queue's targets on the day."""
    said = []
    for r, (before, after) in sorted(one.values.items()):
        target = model.targets[int(model.rows[r])]
        if model.folder.centre.queue_ids[target.queue] != queue or target.start[:10] != day.isoformat():
            continue
        if target.measure == "mean_wait_s":
            said.append(f"the day's mean wait {max(before, 0):,.0f} -> {max(after, 0):,.0f} s")
        elif target.measure == "service_level":
            said.append(f"the day's service level {100 * before:.1f} -> {100 * after:.1f} %")
    return ", ".join(dict.fromkeys([*said, *_worse(model, one, queue, day)]))


def _worse(model: Model, one: StandIn, queue: str, day: date) -> list[str]:
    """Name the other target that misses by most more, for whoever covers a gap may leave one on another day."""
    found: list[tuple[float, str]] = []
    for r, (before, after) in sorted(one.values.items()):
        target = model.targets[int(model.rows[r])]
        name = model.folder.centre.queue_ids[target.queue]
        more = float(model.prices[r]) * (target.miss(after) - target.miss(before))
        if (name, target.start[:10]) != (queue, day.isoformat()) and more > 1e-6:
            begin = date.fromisoformat(target.start[:10])
            when = f"in the week of {begin}" if target.scope == "week" else f"on {WEEKDAYS[begin.weekday()]} {begin}"
            # the planning model's figures run on beyond what a share can be
            top = math.inf if target.measure == "mean_wait_s" else 1.0
            figures = " -> ".join(measured(target.measure, min(max(value, 0.0), top)) for value in (before, after))
            found.append((more, f"worse {when}: {name}, {MEASURE_WORDS[target.measure].lower()} {figures}"))
    return [max(found)[1]] if found else []


def _others(model: Model, roll: Roll, roster: Roster, q: int, start: datetime, end: datetime) -> str:
    """Say what keeps those who may serve the queue."""
    pool = next(g for g, pool in enumerate(model.pools) if q in pool.queues)
    result = measured_roll(model, roll, 0.0, 0.0, Prices(model.instance))
    legal = LegalShifts.of(model.folder, model.first, model.instance.days)
    return who_could(Span(model, result, roster, legal, pool, start, end))

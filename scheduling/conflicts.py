"""Hard rules in conflict, in words: people without a legal week, floors nobody can fill, and desks too few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.errors import Conflict
from domain.history import Ints
from domain.people import Agent
from domain.roster import OFF, WORK, Roster
from scheduling.bound import price_person
from scheduling.desks import limited_sites, over_desks
from scheduling.explain_person import explain_person
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.result import Result
from scheduling.roll import measure
from scheduling.rules.activities import not_too_often, together
from scheduling.rules.context import Context
from scheduling.shift_values import NEVER

SPANS = 3
"""Times of a day that are named."""


def legal_weeks(inst: Instance, agents: Sequence[int]) -> list[int]:
    """Return those of some agents who have no legal week at all."""
    prices = np.zeros(inst.service.fixed.shape)
    rows = np.zeros(inst.service.limit.shape)
    floors = np.zeros(inst.floors.need.shape)
    allowed = np.full(inst.days, -1, dtype=np.int64)
    tour: Ints = np.full((inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    return [a for a in agents if price_person(inst, a, prices, rows, floors, allowed, tour) <= NEVER / 2]


def person_conflicts(model: Model) -> tuple[Conflict, ...]:
    """Return the smallest conflict of everyone who has no legal week."""
    stuck = {model.agents[a].id for a in legal_weeks(model.instance, range(len(model.agents)))} | set(model.stuck)
    found = []
    for agent in model.agents:
        if agent.id not in stuck:
            continue
        conflict = explain_person(model.folder, agent.id, model.first, model.instance.days // 7)
        found.append(conflict or _off_the_grid(model, agent))
    return tuple(found)


def _off_the_grid(model: Model, agent: Agent) -> Conflict:
    """Return the conflict of somebody whose rules could be kept, but not by shifts as they are planned."""
    change = (
        f"allow contract {agent.contract} one more shift length or start, or lower its weekly_hours.min (centre.toml)"
    )
    rules = ["the contract's week on the planning grid"]
    if any(pin.agent_id == agent.id for pin in model.folder.pins):
        rules.append("Pins")
        why = "what is pinned needs work before and after it"
        change = f"move or remove pins of {_named(agent)}: {why} (pins.csv); or {change}"
    return Conflict(who=(_named(agent),), days=(model.first.isoformat(),), rules=tuple(rules), change=change)


def activity_conflicts(model: Model) -> tuple[Conflict, ...]:
    """Return the pinned activities that are more, or at more times together, than `activities.csv` says."""
    people = {agent.id: agent for agent in model.agents}
    week = (model.intervals.start, model.intervals.end)
    pins = [p for p in model.folder.pins if p.agent_id in people and week[0] <= p.start < week[1]]
    # each is a shift of its own: only how often and when it takes place is judged
    rows = [replace(pin, shift_id=f"{k}") for k, pin in enumerate(pins) if pin.activity not in (WORK, OFF)]
    if not rows or not model.folder.activities:
        return ()
    context = Context(model.folder, Roster.of(rows), model.first, 1)
    found = []
    for label, findings in (
        ("Activities a week", not_too_often(context)),
        ("Activities held together", together(context)),
    ):
        for finding in findings:
            change = f"remove a pin (pins.csv), or raise times_per_week (activities.csv): {finding.text}"
            who = (_named(people[finding.who]),)
            found.append(Conflict(who=who, days=(finding.day,), rules=("Pins", label), change=change))
    return tuple(found)


def team_conflict(model: Model, person: int) -> Conflict:
    """Return the conflict of a team that must start together and cannot."""
    agent = model.agents[person]
    mates = [_named(a) for k, a in enumerate(model.agents) if model.crew[k] == model.crew[person]]
    days = tuple((model.first + timedelta(days=d)).isoformat() for d in range(model.instance.days))
    return Conflict(
        who=tuple(mates),
        days=(days[0],),
        rules=(f"one start for team {agent.team} (team_same_shift)", "the pins, availability and hours of its people"),
        change=f"give {_named(agent)} another team (agents.csv), pin the team to the same starts (pins.csv), or drop "
        f"team_same_shift of contract {agent.contract} (centre.toml)",
    )


def expert_conflict(model: Model, agent: Agent) -> Conflict:
    """Return the conflict of an expert whose contract asks for hours that the experts' share leaves no room for."""
    rule = model.folder.centre.experts
    share, core = rule.share if rule is not None else 0.0, sum(a.pool == "core" for a in model.agents)
    least = 1 / max(core, 1)
    return Conflict(
        who=(_named(agent),),
        days=(model.first.isoformat(),),
        rules=(f"weekly_hours.min of contract {agent.contract}", f"experts' share {share:g} of the core heads on duty"),
        change=f"set weekly_hours.min of contract {agent.contract} to 0; or raise share in [experts]: one expert takes "
        f"1 over the core heads on duty, {least:.2g} where all {core} are there (centre.toml)",
    )


def _named(agent: Agent) -> str:
    return f"{agent.name} ({agent.id})" if agent.name and agent.name != agent.id else agent.id


def elastic_conflicts(model: Model) -> tuple[Conflict, ...]:
    """Return the pinned elastic blocks that no block length or the cap allows."""
    pool = model.folder.centre.elastic
    if pool is None or not model.booked:
        return ()
    found = []
    step = model.grid.step_minutes
    lengths = {round(hours * 60) // step for hours in pool.block_hours}
    cap = len(model.elastic_ids)
    busy = np.zeros(model.grid.size, dtype=np.int64)
    for block in model.booked:
        busy[block.start : block.start + block.length] += 1
        day = model.grid.local_starts[block.start].date().isoformat()
        if block.length not in lengths:
            hours = ", ".join(f"{hours:g}" for hours in pool.block_hours)
            change = f"pin it for one of {hours} hours (pins.csv), or add {block.length * step / 60:g} to block_hours"
            found.append(Conflict(who=(block.seat,), days=(day,), rules=("Pins", "Elastic blocks"), change=change))
        if block.seat not in model.elastic_ids or busy[block.start : block.start + block.length].max() > cap:
            change = f"remove the pin (pins.csv), or raise the share of elastic seats: it allows {cap} at once"
            found.append(Conflict(who=(block.seat,), days=(day,), rules=("Pins", "Elastic cap"), change=change))
    return tuple(found)


def floor_conflicts(model: Model, result: Result, enough: Sequence[int] = ()) -> tuple[Conflict, ...]:
    """Return, for each minimum-staff rule that the best roster leaves open, when and how many are missing; then desks.

    Parameters
    ----------
    model : Model
    result : Result
    enough : sequence of int, one a rule
        By how many lower each minimum could be kept, where that was tried.
    """
    inst = model.instance
    _, _, heads, _ = measure(inst, result.roll)
    found = []
    for f, rule in enumerate(model.folder.centre.minimum_staff):
        lack = np.maximum(inst.floors.need[f] - inst.floors.fixed[f] - heads[f], 0)
        days = [d for d in range(inst.days) if lack[inst.day_first[d] : inst.day_first[d + 1]].any()]
        if not days:
            continue
        worst = int(lack.max())
        less = min(enough[f], worst) if len(enough) > f else worst
        skills = model.folder.skills_of
        able = sum(any(skill.queue == rule.queue for skill in skills.get(agent.id, ())) for agent in model.agents)
        who = f"{able} {'person' if able == 1 else 'people'}"
        pinned = _pinned_away(model, rule.queue, days)
        found.append(
            Conflict(
                who=(rule.queue,),
                days=tuple((model.first + timedelta(days=d)).isoformat() for d in days),
                rules=(
                    f"minimum staff of {rule.agents} on {rule.queue}",
                    f"the contracts, leave and skills of the {who} who may serve it",
                    *(["Pins"] if pinned else []),
                ),
                change=f"lower the minimum from {rule.agents} to {rule.agents - less} (centre.toml), which is missed "
                f"{_when(model, lack, days[0])}; or {pinned}skill or hire more for it",
            )
        )
    return (*found, *_desk_conflicts(model, over_desks(inst.floors, heads), enough))


def _pinned_away(model: Model, queue: str, days: Sequence[int]) -> str:
    """Say which pins of some days keep people from a queue that they may serve; empty where none does."""
    folder = model.folder
    dates = {model.first + timedelta(days=d) for d in days}
    able = {agent.id for agent in model.agents if any(s.queue == queue for s in folder.skills_of.get(agent.id, ()))}
    zone = ZoneInfo(folder.centre.timezone)
    mine = [
        k
        for k, pin in enumerate(folder.pins)
        if pin.agent_id in able and queue not in pin.queues and pin.start.astimezone(zone).date() in dates
    ]
    if not mine:
        return ""
    people = ", ".join(dict.fromkeys(folder.pins[k].agent_id for k in mine))
    lines = [str(folder.pin_lines[k]) for k in mine if k < len(folder.pin_lines)]
    where = f"pins.csv, line{'s' if len(lines) > 1 else ''} {', '.join(lines)}" if lines else "pins.csv"
    return f"take out what is pinned then for {people} ({where}); or "


def _desk_conflicts(model: Model, over: Ints, enough: Sequence[int]) -> tuple[Conflict, ...]:
    """Return, for each site with fewer desks than the best roster takes, when, by how many, and how many would do."""
    centre, found = model.folder.centre, []
    for f, site in enumerate(limited_sites(centre), len(centre.minimum_staff)):
        if not over[f].any():
            continue
        days = np.unique(model.grid.day_of[np.flatnonzero(over[f])]).tolist()
        worst, desks = int(over[f].max()), site.desks or 0
        more = min(enough[f], worst) if len(enough) > f else worst
        people = sum(agent.site == site.id and agent.pool == "core" for agent in model.agents)
        found.append(
            Conflict(
                who=(site.id,),
                days=tuple((model.first + timedelta(days=d)).isoformat() for d in days),
                rules=(
                    f"desks {desks} of site {site.id}",
                    f"the hours that contracts owe its {people} core {'person' if people == 1 else 'people'}",
                ),
                change=f"raise the desks of {site.id} from {desks} to {desks + more} (centre.toml), which are exceeded "
                f"{_when(model, over[f], days[0])}; or give some of its people another site (agents.csv)",
            )
        )
    return tuple(found)


def _when(model: Model, lack: Ints, day: int) -> str:
    """Say at which times of a day heads are missing."""
    first, last = np.searchsorted(model.grid.day_of, [day, day + 1]).tolist()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (lack[first:last] > 0).astype(np.int8), [0])))).reshape(-1, 2)
    starts = model.grid.local_starts
    spans = []
    for low, high in edges.tolist():
        end = starts[first + high - 1] + model.grid.step
        spans.append(f"{starts[first + low]:%H:%M}-{'24:00' if first + high == last else f'{end:%H:%M}'}")
    day_name = (model.first + timedelta(days=day)).isoformat()
    more = " and more" if len(spans) > SPANS else ""
    return f"by {int(lack[first:last].max())} on {day_name} {', '.join(spans[:SPANS])}{more}"

"""Hard rules in conflict, in words: people without a legal week, and floors nobody can fill."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from domain.errors import Conflict
from scheduling.explain_person import explain_person
from scheduling.model import Model
from scheduling.placing import legal_weeks
from scheduling.result import Result
from scheduling.roll import measure


def person_conflicts(model: Model) -> tuple[Conflict, ...]:
    """Return the smallest conflict of everyone who has no legal week."""
    stuck = {model.agents[a].id for a in legal_weeks(model.instance, range(len(model.agents)))} | set(model.stuck)
    found = []
    for agent in model.agents:
        if agent.id not in stuck:
            continue
        conflict = explain_person(model.folder, agent.id, model.first, model.instance.days // 7)
        found.append(
            conflict
            or Conflict(
                who=(f"{agent.name} ({agent.id})" if agent.name and agent.name != agent.id else agent.id,),
                days=(model.first.isoformat(),),
                rules=("the contract's week on the planning grid",),
                change=f"allow contract {agent.contract} one more shift length or start, or lower its weekly_hours.min "
                "(centre.toml)",
            )
        )
    return tuple(found)


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


def floor_conflicts(model: Model, result: Result) -> tuple[Conflict, ...]:
    """Return, for each minimum-staff rule that the best roster leaves open, when and how many are missing."""
    inst = model.instance
    _, _, heads, _ = measure(inst, result.roll)
    found = []
    for f, rule in enumerate(model.folder.centre.minimum_staff):
        lack = inst.floors.need[f] - inst.floors.fixed[f] - heads[f]
        for d in range(inst.days):
            part = lack[inst.day_first[d] : inst.day_first[d + 1]]
            worst = int(part.max(initial=0))
            if worst <= 0:
                continue
            slots = np.flatnonzero(part > 0) + inst.day_first[d]
            first = model.grid.local_starts[int(slots[0])]
            last = model.grid.local_starts[int(slots[-1])] + model.grid.step
            day = model.first + timedelta(days=d)
            able = sum(
                any(skill.queue == rule.queue for skill in model.folder.skills_of.get(agent.id, ()))
                for agent in model.agents
            )
            found.append(
                Conflict(
                    who=(rule.queue,),
                    days=(day.isoformat(),),
                    rules=(
                        f"minimum staff of {rule.agents} on {rule.queue}",
                        f"the contracts, leave and skills of the {able} {'person' if able == 1 else 'people'} who may "
                        "serve it",
                    ),
                    change=f"lower the minimum by {worst} between {first:%H:%M} and {last:%H:%M} (centre.toml); or "
                    f"skill or hire {worst} more for it",
                )
            )
    return tuple(found)

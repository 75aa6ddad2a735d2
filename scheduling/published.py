"""A published roster in the words of a planning model: tours and elastic blocks, and what the model has no word for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.history import Ints
from domain.roster import WORK, Roster, Shift
from scheduling.calendar import Calendar
from scheduling.model import Model
from scheduling.roll import Roll
from scheduling.shapes import ACTIVITY


@dataclass(frozen=True)
class Published:
    """A published roster as a planning model sees it.

    Attributes
    ----------
    roll : Roll
        Tours and blocks as far as the model can say them; a shift that it cannot is left out.
    lost : bool array, shape (agents, days)
        Days with a published shift that the model has no legal option for: leave, a pin, another contract.
    lost_blocks : tuple of int
        Days of the elastic blocks that the cap, the notice, the block lengths or closed hours no longer allow.
    seats : tuple of Shift
        The published block of each row of ``roll.blocks``.
    """

    roll: Roll
    lost: NDArray[np.bool_]
    lost_blocks: tuple[int, ...]
    seats: tuple[Shift, ...] = ()


def published_roll(model: Model, roster: Roster) -> Published:
    """Find the tours and elastic blocks of a roster among a model's options.

    Parameters
    ----------
    model : Model
    roster : Roster
        Ours, a planner's or another tool's; only shifts that start in the model's days are read.

    Notes
    -----
    A shift is the option with its start and length whose breaks can lie where they lie. Its queues are those of the
    team that serves the same ones, or most of them where none does (a roster changed by hand). What is written out
    for a day that stays is the published row, not ours, so nothing is lost by that.
    """
    inst = model.instance
    calendar = Calendar(model.folder, model.first, inst.days)
    tours: Ints = np.full((len(model.agents), inst.days, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    lost = np.zeros((len(model.agents), inst.days), dtype=np.bool_)
    for a, agent in enumerate(model.agents):
        for shift in roster.by_agent.get(agent.id, ()):
            d = (calendar.day(shift.start) - model.first).days
            if not 0 <= d < inst.days:
                continue
            row = _row(model, calendar, a, d, shift)
            if row is None or tours[a, d, 0] >= 0:
                lost[a, d] = True
            else:
                tours[a, d, : len(row)] = row
    blocks, gone, seats = _blocks(model, calendar, roster)
    return Published(Roll(tours, blocks), lost, gone, seats)


def _row(model: Model, calendar: Calendar, a: int, d: int, shift: Shift) -> list[int] | None:
    """Return option, team, sequence and break starts of one shift; None where no option is like it."""
    inst, step = model.instance, model.grid.step_minutes
    low, high = (model.grid.minutes_at(moment) / step for moment in (shift.start, shift.end))
    pauses = [
        (model.grid.minutes_at(row.start) / step, row.minutes / step, row.activity, row.paid)
        for row in shift.stretches
        if row.activity != WORK
    ]
    first, last = inst.options.pointer[a * inst.days + d : a * inst.days + d + 2].tolist()
    for option in range(first, last):
        if inst.options.start[option] != low or inst.options.length[option] != high - low:
            continue
        seq = _sequence(model, calendar, a, int(inst.options.shape[option]), pauses)
        if seq is not None:
            team = _team(model, calendar, a, option, model.first + timedelta(days=d), shift)
            return [option, team, seq, *(round(start) for start, *_ in pauses)]
    return None


def _sequence(
    model: Model, calendar: Calendar, a: int, shape: int, pauses: Sequence[tuple[float, float, str, bool]]
) -> int | None:
    """Return the order of breaks that a shift's are in, -1 where it has none; None where no order is like it."""
    shapes = model.instance.shapes
    rules = calendar.contract(model.agents[a]).breaks
    first, last = int(shapes.first[shape]), int(shapes.last[shape])
    if first == last:
        return None if pauses else -1
    for seq in range(first, last):
        if shapes.pauses[seq] != len(pauses):
            continue
        alike = True
        for j, (_, length, activity, paid) in enumerate(pauses):
            number = int(shapes.rule[seq, j])
            other = number - ACTIVITY
            named = model.activities[other] if other >= 0 else (rules[number].kind, rules[number].paid)
            alike &= named == (activity, paid) and shapes.length[seq, j] == length
        if alike:
            return seq
    return None


def _team(model: Model, calendar: Calendar, a: int, option: int, day: date, shift: Shift) -> int:
    """Return the team that serves a shift's queues, or most of them."""
    inst = model.instance
    teams = range(int(inst.people.team_first[a]), int(inst.people.team_last[a]))
    pinned = int(inst.options.kind[option])
    if pinned >= 0:
        return next(team for team in teams if inst.teams.kind[team] == pinned)
    ends = calendar.skill_ends(model.agents[a])
    may = {queue for queue, end in ends.items() if end is None or day <= end} & _opened(model, calendar, shift)
    named = {queue for row in shift.stretches if row.activity == WORK for queue in row.queues}
    return max(teams, key=lambda team: (_likeness(model, int(inst.teams.kind[team]), may, named), -team))


def _opened(model: Model, calendar: Calendar, shift: Shift) -> set[str]:
    """Return the queues that are open at some time of a shift's work."""
    parts = [(calendar.minute(row.start), calendar.minute(row.end)) for row in shift.stretches if row.activity == WORK]
    return {
        queue
        for queue in model.folder.centre.queue_ids
        if any(calendar.opening(queue)[low:high].any() for low, high in parts)
    }


def _likeness(model: Model, kind: int, may: set[str], named: set[str]) -> float:
    """Return the share of queues in common between a kind, as it is written out, and what a shift names."""
    served = {model.folder.centre.queue_ids[q] for q in model.kinds[kind].queues} & may
    return len(served & named) / max(len(served | named), 1)


def _blocks(model: Model, calendar: Calendar, roster: Roster) -> tuple[Ints, tuple[int, ...], tuple[Shift, ...]]:
    """Return a roster's elastic blocks beside the pinned ones, the days of those allowed no more, and their shifts."""
    inst, pool = model.instance, model.instance.elastic
    step = model.grid.step_minutes
    booked = {(block.seat, block.start) for block in model.booked}
    used = np.zeros(inst.slots, dtype=np.int64)
    found: list[list[int]] = []
    seats: list[Shift] = []
    gone: list[int] = []
    shifts = [shift for shift in roster.shifts if shift.pool == "elastic" and shift.agent_id not in calendar.agents]
    for shift in sorted(shifts, key=lambda shift: (shift.start, shift.agent_id)):
        start = round(model.grid.minutes_at(shift.start) / step)
        length = round((shift.end - shift.start) / model.grid.step)
        if not 0 <= start < inst.day_first[inst.days] or (shift.agent_id, start) in booked:
            continue
        part = slice(start, start + length)
        named = {queue for row in shift.stretches for queue in row.queues}
        open_ = [k for k, kind in enumerate(pool.kind.tolist()) if inst.kinds.open[kind, part].all()]
        inside = start + length <= inst.intervals * inst.per_interval and length in pool.lengths
        if not open_ or not inside or (used[part] >= pool.cap[part]).any():
            gone.append((calendar.day(shift.start) - model.first).days)
            continue
        may = _opened(model, calendar, shift)
        kind = max(open_, key=lambda k: (_likeness(model, int(pool.kind[k]), may, named), -k))
        used[part] += 1
        found.append([kind, start, length])
        seats.append(shift)
    return np.array(found, dtype=np.int64).reshape(-1, 3), tuple(gone), tuple(seats)

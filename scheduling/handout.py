"""From tours and blocks to a roster of named people and seats, and back to what it promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from capacity.targets import TargetRow
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.roster import WORK, Pool, Roster, Stretch
from scheduling.calendar import Calendar
from scheduling.model import Model
from scheduling.roll import Roll
from scheduling.shapes import ACTIVITY


def roster_of(model: Model, roll: Roll) -> Roster:
    """Write tours and elastic blocks as stretches.

    A work stretch names the queues of its team that the person is certified for that day and that are open at
    some time of the stretch.
    """
    calendar = Calendar(model.folder, model.first, model.instance.days)
    placed: dict[tuple[int, int], list[tuple[int, int, str, bool]]] = {}
    for a, d, start, length, item in roll.activities.tolist():
        activity = model.folder.activities[item]
        placed.setdefault((a, d), []).append((start, start + length, activity.activity, activity.paid))
    stretches: list[Stretch] = []
    for a, agent in enumerate(model.agents):
        contract = calendar.contract(agent)
        ends = calendar.skill_ends(agent)
        for d in range(model.instance.days):
            tour = roll.tours[a, d]
            if tour[0] < 0:
                continue
            day = model.first + timedelta(days=d)
            low = int(model.instance.options.start[tour[0]])
            high = low + int(model.instance.options.length[tour[0]])
            kind = model.kinds[model.instance.teams.kind[tour[1]]]
            names = [model.folder.centre.queue_ids[q] for q in kind.queues]
            served = tuple(q for q in names if q in ends and _certified(ends[q], day))
            pauses = list(placed.get((a, d), ()))
            seq = int(tour[2])
            if seq >= 0:
                shapes = model.instance.shapes
                for j in range(int(shapes.pauses[seq])):
                    start = int(tour[3 + j])
                    number = int(shapes.rule[seq, j])
                    if number >= ACTIVITY:
                        name, paid = model.activities[number - ACTIVITY]
                    else:
                        name, paid = contract.breaks[number].kind, contract.breaks[number].paid
                    pauses.append((start, start + int(shapes.length[seq, j]), name, paid))
            shift_id = f"{agent.id}-{day.isoformat()}"
            stretches += _stretches(model, agent.id, agent.pool, shift_id, low, high, served, sorted(pauses))
    stretches += _elastic(model, roll)
    return Roster.of(_as_pinned(model.folder, _without_closed(calendar, stretches)))


def shift_span(model: Model, option: int) -> tuple[datetime, datetime]:
    """Return the instants at which a shift of the model starts and ends."""
    start = model.grid.start + int(model.instance.options.start[option]) * model.grid.step
    return start, start + int(model.instance.options.length[option]) * model.grid.step


def _certified(last: object, day: object) -> bool:
    return last is None or day <= last  # type: ignore[operator]


def _stretches(
    model: Model,
    person: str,
    pool: Pool,
    shift_id: str,
    low: int,
    high: int,
    queues: tuple[str, ...],
    pauses: list[tuple[int, int, str, bool]],
) -> list[Stretch]:
    grid = model.grid

    def row(start: int, end: int, activity: str, served: tuple[str, ...], paid: bool) -> Stretch:
        return Stretch(
            agent_id=person,
            start=grid.start + start * grid.step,
            end=grid.start + end * grid.step,
            activity=activity,
            queues=served,
            paid=paid,
            pool=pool,
            shift_id=shift_id,
        )

    rows = []
    at = low
    for start, end, kind, paid in pauses:
        if start > at:
            rows.append(row(at, start, WORK, queues, True))
        rows.append(row(start, end, kind, (), paid))
        at = end
    if high > at:
        rows.append(row(at, high, WORK, queues, True))
    return rows


def _elastic(model: Model, roll: Roll) -> list[Stretch]:
    """Give blocks to seats in order of time, around the pinned ones: the first seat that is free takes the next."""
    names = model.folder.centre.queue_ids
    week = model.intervals.days[0].isoformat()  # blocks of several weeks must not be taken for one shift
    taken: dict[str, list[tuple[int, int]]] = {seat: [] for seat in model.elastic_ids}
    rows: list[Stretch] = []
    for n, block in enumerate(model.booked):
        taken.setdefault(block.seat, []).append((block.start, block.start + block.length))
        name = f"pinned-{week}-{n + 1:04d}"
        end = block.start + block.length
        rows += _stretches(model, block.seat, "elastic", name, block.start, end, block.queues, [])
    order = sorted(roll.blocks.tolist(), key=lambda block: (block[1], block[0], block[2]))
    for n, (k, start, length) in enumerate(order):
        end = start + length
        seat = next((s for s, spans in taken.items() if all(b <= start or end <= a for a, b in spans)), None)
        if seat is None:
            continue  # pinned seats can leave a moment's spare capacity on two seats and none for a whole block
        taken[seat].append((start, end))
        queues = tuple(names[q] for q in model.kinds[model.instance.elastic.kind[k]].queues)
        rows += _stretches(model, seat, "elastic", f"block-{week}-{n + 1:04d}", start, end, queues, [])
    return rows


def _without_closed(calendar: Calendar, rows: list[Stretch]) -> list[Stretch]:
    """Leave out queues that are closed all through a shift's work; a shift's stretches keep the same queues."""
    used: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.activity == WORK:
            low, high = calendar.minute(row.start), calendar.minute(row.end)
            used.setdefault((row.agent_id, row.shift_id), set()).update(
                q for q in row.queues if bool(calendar.opening(q)[low:high].any())
            )
    return [
        replace(row, queues=tuple(q for q in row.queues if q in used[row.agent_id, row.shift_id]))
        if row.activity == WORK
        else row
        for row in rows
    ]


def _as_pinned(folder: PlanningFolder, rows: list[Stretch]) -> list[Stretch]:
    """Give pinned stretches the very queues of their pins, where queues may change within a shift."""
    pins = [pin for pin in folder.pins if pin.activity == WORK and pin.queues]
    if folder.centre.planning.queue_changes != "stretch" or not pins:
        return rows
    kept = []
    for row in rows:
        mine = [p for p in pins if p.agent_id == row.agent_id and p.start < row.end and row.start < p.end]
        if row.activity != WORK or not mine:
            kept.append(row)
            continue
        edges = sorted({row.start, row.end, *(m for p in mine for m in (p.start, p.end) if row.start < m < row.end)})
        for start, end in pairwise(edges):
            pin = next((p for p in mine if p.start <= start < p.end), None)
            kept.append(replace(row, start=start, end=end, queues=pin.queues if pin else row.queues))
    return kept


def promises(model: Model, values: Floats, seats: Floats) -> list[tuple[TargetRow, float, float]]:
    """Return each target that the model has a row for, with its planned value and the price of a contact.

    An occupancy that is kept is given as busy time over duty; one that is missed as the model prices it, which is the
    same to first order. Of deferred work no more is promised than opening hours let anybody do in time.
    """
    prices = model.prices / np.maximum(model.contacts, 1e-12)
    found = []
    for r, i in enumerate(model.rows.tolist()):
        target, value = model.targets[i], float(values[r])
        if target.measure == "occupancy" and value <= target.limit:
            g = int(model.instance.service.row_pool[r])
            duty = float(seats[g, target.intervals].sum())
            scale = float(model.learned.duty[g, target.intervals].sum())
            value = target.limit + (value - target.limit) * scale / duty if duty > 0 else value
        planned = max(value, 0.0) if target.upper else min(value, model.most(r))
        found.append((target, planned, float(prices[r])))
    return found

"""Tours of a planning model as shifts with pauses, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from domain.history import Ints
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.pauses.duty import Duty, Pause
from scheduling.pinned import WORKS
from scheduling.roll import Roll


def duties_of(model: Model, roll: Roll) -> list[Duty]:
    """Return the shifts of a roster's people, by person and day; its activities are left out."""
    inst = model.instance
    found = []
    for a, tours in enumerate(roll.tours):
        hourly = float(inst.hourly[a]) * inst.slot_hours
        pin = int(inst.people.pin[a])
        for d, tour in enumerate(tours):
            if tour[0] < 0:
                continue
            low, length = int(inst.options.start[tour[0]]), int(inst.options.length[tour[0]])
            span = slice(low, low + length)
            team = int(tour[1])
            found.append(
                Duty(
                    who=a,
                    day=d,
                    kind=int(inst.teams.kind[team]),
                    seat=inst.teams.seat[team],
                    gain=inst.teams.gain[team],
                    low=low,
                    length=length,
                    pauses=_breaks(inst, tour, low),
                    premium=inst.premium[inst.people.premium[a], span] * hourly,
                    slot_pay=hourly,
                    held=inst.pins[pin, span] == WORKS if pin >= 0 else np.zeros(length, dtype=np.bool_),
                    shift_id=f"{model.agents[a].id}-{(model.first + timedelta(days=d)).isoformat()}",
                )
            )
    return found


def _breaks(inst: Instance, tour: Ints, low: int) -> list[Pause]:
    seq = int(tour[2])
    if seq < 0:
        return []
    shapes = inst.shapes
    return [
        Pause(
            length=int(shapes.length[seq, j]),
            first=low + int(shapes.after[seq, j]),
            last=low + int(shapes.before[seq, j]),
            paid=bool(shapes.paid[seq, j]),
            start=int(tour[3 + j]),
            rule=int(shapes.rule[seq, j]),
        )
        for j in range(int(shapes.pauses[seq]))
    ]


def roll_with(model: Model, roll: Roll, duties: Sequence[Duty]) -> Roll:
    """Return a roster with the breaks and activities of its shifts as they are placed."""
    inst = model.instance
    tours = roll.tours.copy()
    activities = []
    for duty in duties:
        tour = tours[duty.who, duty.day]
        breaks = sorted((pause for pause in duty.pauses if pause.item < 0), key=lambda pause: pause.start)
        if breaks:
            tour[2] = _sequence(inst, int(inst.options.shape[tour[0]]), breaks, duty.low)
            tour[3 : 3 + len(breaks)] = [pause.start for pause in breaks]
        activities += [(duty.who, duty.day, p.start, p.length, p.item) for p in duty.pauses if p.item >= 0]
    table = np.array(sorted(activities), dtype=np.int64).reshape(-1, 5)
    paid = np.array([item.paid for item in model.folder.activities], dtype=np.bool_)
    return replace(roll, tours=tours, activities=table, paid=paid)


def _sequence(inst: Instance, shape: int, breaks: Sequence[Pause], low: int) -> int:
    """Return the sequence of a shape in which breaks come in this order."""
    shapes = inst.shapes
    for seq in range(int(shapes.first[shape]), int(shapes.last[shape])):
        if int(shapes.pauses[seq]) == len(breaks) and all(
            shapes.rule[seq, j] == pause.rule
            and shapes.length[seq, j] == pause.length
            and shapes.after[seq, j] <= pause.start - low <= shapes.before[seq, j]
            for j, pause in enumerate(breaks)
        ):
            return seq
    raise AssertionError("breaks in an order that no sequence of their shift has")

"""Breaks and activities of a published roster placed anew, in seconds; shifts stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.roster import WORK, Roster, Stretch
from scheduling.pauses.desk import Desk
from scheduling.pauses.of_roster import duties_of, rows_of
from scheduling.pauses.published import Published, publish
from scheduling.service_model import shortfall_of

MOVE_MINUTES = 1.0
"""What a moved break must gain, in minutes of mean pay: nobody's break moves for nothing."""

EASE = 1e-4
"""What service better than its target is worth against a miss: a break moves for seconds of a day's wait, not less."""


@dataclass(frozen=True, order=True)
class Move:
    """One break or activity that moves.

    Attributes
    ----------
    agent_id, shift_id, activity : str
    start, to : datetime
        Where it began, and where it begins.
    minutes : float
        Its length.
    """

    agent_id: str
    shift_id: str
    start: datetime
    to: datetime
    activity: str
    minutes: float


@dataclass(frozen=True)
class Replaced:
    """A roster with its breaks and activities placed anew.

    Attributes
    ----------
    roster : Roster
        All of it, rows that did not move included.
    moves : tuple of Move
    targets : tuple of TargetRow
        Of the days that were looked at.
    before, after : float arrays, shape (targets,)
        What the planning model expects of each target with the old roster and the new one; NaN where it has no row.
    shortfall_before, shortfall_after : float
        Priced misses of those targets.
    """

    roster: Roster
    moves: tuple[Move, ...]
    targets: tuple[TargetRow, ...]
    before: Floats
    after: Floats
    shortfall_before: float
    shortfall_after: float


def replace_breaks(
    folder: PlanningFolder,
    roster: Roster,
    requirement: Requirement,
    moment: datetime,
    *,
    targets: Sequence[TargetRow],
    servers: Sequence[Server],
    worth: Floats | None = None,
    move_minutes: float = MOVE_MINUTES,
) -> Replaced:
    """Place breaks and activities after a moment where they lose the least service.

    Parameters
    ----------
    folder : PlanningFolder
    roster : Roster
        As published; shifts and elastic blocks stay.
    requirement : Requirement
        Of the days that count, as it is seen now; its first day is that of the moment, or the one before.
    moment : datetime
        Aware. What began before it stays where it is.
    targets : sequence of TargetRow
        Promises on the requirement's grid.
    servers : sequence of Server
        Everybody whom the roster names.
    worth : float array, shape (queues, intervals), optional
        What a seat is worth in each queue against the formula, as simulations found it.
    move_minutes : float
        What moving a break is priced at, in minutes of mean pay.

    Returns
    -------
    Replaced
        Its shortfall is never above the old one.

    Notes
    -----
    Each shift in turn gets the best places for all its pauses together, by an exact dynamic program over the marginal
    prices of a seat that everybody else's duty leaves; an answer is kept if priced misses do not grow and the whole
    gains. That is repeated until nobody gains. Work stands on both sides of every pause that moves.
    """
    published = publish(folder, roster, requirement, targets, servers, worth)
    desk = Desk(
        published.inst,
        published.seats,
        published.gains,
        published.heads,
        move_price=move_minutes * published.mean_cost / 60,
        ease=EASE,
    )
    duties = duties_of(folder, published, roster, moment)
    before = desk.now.value.copy()
    desk.settle(duties)
    shifts = {(shift.agent_id, shift.shift_id): shift for shift in roster.shifts}
    kept = set(roster.stretches)
    moved: list[Stretch] = []
    moves: list[Move] = []
    for duty in duties:
        shift = shifts[folder.agents[duty.who].id, duty.shift_id]
        rows = rows_of(published, shift, duty)
        if set(rows) != set(shift.stretches):
            kept -= set(shift.stretches)
            moved += rows
            moves += _moves(shift.stretches, rows)
    return Replaced(
        roster=Roster.of((*kept, *moved)),
        moves=tuple(sorted(moves)),
        targets=tuple(targets),
        before=_by_target(published, before),
        after=_by_target(published, desk.now.value),
        shortfall_before=shortfall_of(published.inst, before),
        shortfall_after=shortfall_of(published.inst, desk.now.value),
    )


def _moves(old: Sequence[Stretch], new: Sequence[Stretch]) -> list[Move]:
    """Return what moved in a shift; of like rows the first goes to the first place."""
    found = []
    for like in sorted({(row.activity, row.minutes, row.paid) for row in old if row.activity != WORK}):
        was, now = (
            sorted((row for row in rows if (row.activity, row.minutes, row.paid) == like), key=lambda row: row.start)
            for rows in (old, new)
        )
        found += [
            Move(before.agent_id, before.shift_id, before.start, after.start, before.activity, before.minutes)
            for before, after in zip(was, now, strict=True)
            if before.start != after.start
        ]
    return found


def _by_target(published: Published, values: Floats) -> Floats:
    """Return the value of each target; NaN for those without a row in the model."""
    found = np.full(len(published.targets), np.nan)
    found[published.rows] = values
    return found

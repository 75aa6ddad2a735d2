"""From shares of lines to a roster: cells that the master is nearly sure of are settled, and lines are added again."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.nurse_rostering.clock import Limit
from benchmarks.nurse_rostering.columns import Closed, Columns, whole
from benchmarks.nurse_rostering.instance import Instance
from benchmarks.nurse_rostering.master import Answer, Flags
from domain.history import Floats, Ints

SURE = 0.98
"""Share of a nurse's lines from which a cell is settled."""

LEAST_SETTLED = 0.04
"""Share of the open cells that a round settles at least: the surest lines, or the surest cells."""

SLACK = 0.2
"""Distance of bound and cost at which a round of the dive has lines enough."""

ROUNDS = (12, 40)
"""Answers of the master in a round of the dive: either may lead further."""


def roster_cost(inst: Instance, roster: Ints) -> int:
    """Return what a roster costs: requests not met, and cover."""
    nurse, day = np.nonzero(roster >= 0)
    shift = roster[nurse, day]
    there = np.zeros_like(inst.need)
    np.add.at(there, (day, shift), 1)
    asked = inst.want.sum() + (inst.shun - inst.want)[nurse, day, shift].sum()
    lack = inst.need - there
    return int(asked + (np.maximum(lack, 0) * inst.under).sum() + (np.maximum(-lack, 0) * inst.over).sum())


def dive(
    columns: Columns, allowed: Flags, closed: Closed, best: int, limit: Limit, rng: np.random.Generator
) -> Ints | None:
    """Return a roster within the cells allowed that costs less than the best; None where none is found.

    Parameters
    ----------
    columns : Columns
    allowed : bool array, shape (nurses, days, 1 + shifts)
    closed : Closed
        The master's answer within them.
    best : int
        Cost of the best roster so far.
    limit : Limit
    rng : Generator
        Of the way of diving: by whole lines or by cells, with few or many rounds.
    """
    allowed = allowed.copy()
    found = None
    by_line, rounds = bool(rng.integers(2)), int(rng.choice(ROUNDS))
    while limit.left > 0:
        leads = _leads(columns, closed.answer)
        roster = columns.master.lines[leads]
        if (cost := roster_cost(columns.inst, roster)) < best:
            found, best = roster, cost
        if whole(closed.bound) >= best or (allowed.sum(axis=2) <= 1).all():
            break
        _settle(columns, allowed, closed.answer, leads, by_line=by_line)
        closed = columns.close(allowed, limit, stop=best - 1 + 1e-4, slack=SLACK, rounds=rounds)
    return found


def _leads(columns: Columns, answer: Answer) -> Ints:
    """Return each nurse's line with the largest share."""
    owner = columns.master.owner
    order = np.lexsort((answer.shares, owner[: len(answer.shares)]))
    last = np.flatnonzero(np.diff(owner[order], append=-1))
    return order[last]


def _settle(columns: Columns, allowed: Flags, answer: Answer, leads: Ints, *, by_line: bool) -> None:
    """Settle cells in which a nurse's lines nearly agree, and as many more as a round asks for."""
    master, inst = columns.master, columns.inst
    nurses, days = np.arange(len(inst.nurses))[:, None], np.arange(inst.days)
    lead = master.lines[leads] + 1
    held = _held(columns, answer, allowed.shape)[nurses, days, lead]
    opened = allowed.sum(axis=2) > 1
    sure = opened & (held >= SURE)
    more = math.ceil(LEAST_SETTLED * opened.sum()) - int(sure.sum())
    if by_line:
        for n in np.argsort(-answer.shares[leads], kind="stable").tolist():
            if more <= 0:
                break
            more -= int((opened[n] & ~sure[n]).sum())
            sure[n] = opened[n]
    elif more > 0:
        rank = np.where(opened & ~sure, held, -1.0).ravel()
        sure.ravel()[np.argsort(-rank, kind="stable")[:more]] = True
    # the lead's own cells only: so that the lead, at least, still fits
    sure &= opened
    n, d = np.nonzero(sure)
    allowed[n, d] = False
    allowed[n, d, lead[n, d]] = True


def _held(columns: Columns, answer: Answer, shape: tuple[int, ...]) -> Floats:
    master = columns.master
    held = np.zeros(shape)
    used = np.flatnonzero(answer.shares > 1e-9)
    days = np.arange(columns.inst.days)
    np.add.at(held, (master.owner[used, None], days, master.lines[used] + 1), answer.shares[used, None])
    return held

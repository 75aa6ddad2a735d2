"""Targets as rows of the planning model, laid over the service curves of the pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from capacity.requirement import Requirement
from capacity.targets import TargetRow
from domain.history import Floats, Ints
from scheduling.calendar import Calendar
from scheduling.curves import Curves, Learned
from scheduling.deadlines import most_in_time
from scheduling.instance import Service
from scheduling.pools import Pool

SHORT_RESPONSE_H = 4.0
"""Deferred work due sooner is planned interval by interval, else by the day it falls due around."""

SHORTFALL_HOURS = 10.0
"""Price of a contact that misses its target by 100 %, in mean agent-hours, where no priority sets it:
so dear that shortfall comes before cost."""

FCR_HOURS = 1.0
"""The same for FCR: an unresolved contact comes back, and about ten times its handling is priced; but a week's roster
moves FCR little, and at the price of waiting it would buy any number of seats for a fraction of a point."""


LEAST_LIMIT = 1e-6
"""Limits of the model stay above this: misses are relative to them."""


class ServiceModel(NamedTuple):
    """The service of a week, and what its indices mean.

    Attributes
    ----------
    service : Service
    targets : int array, shape (rows,)
        Target that each row stands for.
    measures : tuple of str
        What each curve measures.
    contacts, reach : float arrays, shape (rows,)
        ``reach`` is the most that any roster can give of a row with a lower limit.
    """

    service: Service
    targets: Ints
    measures: tuple[str, ...]
    contacts: Floats
    reach: Floats


class _Row(NamedTuple):
    """One target: its curve (-1 for none) over intervals with weights, the value without them, its contacts."""

    curve: int
    weight: Floats
    base: float
    contacts: float


def build_service(
    calendar: Calendar,
    requirement: Requirement,
    pools: Sequence[Pool],
    targets: Sequence[TargetRow],
    learned: Learned,
    fixed: Floats,
    top_seats: float,
    mean_cost: float,
) -> ServiceModel:
    """Tabulate the curves and lay the targets over them; a target that nothing falls under gets no row.

    Parameters
    ----------
    fixed : float array, shape (pools, intervals)
        Seats that are there in any case.
    top_seats : float
        More seats than anybody could roster.
    mean_cost : float
        Mean pay of an hour, in which misses are priced where no priority is set.
    """
    centre = calendar.folder.centre
    curves = Curves(centre, requirement, pools, top_seats)
    pool_of = {q: g for g, pool in enumerate(pools) for q in pool.queues}
    made = [
        (i, _row(target, i, pool_of[target.queue], requirement, learned, curves)) for i, target in enumerate(targets)
    ]
    rows = [(i, row) for i, row in made if row is not None]
    for g, pool in enumerate(pools):
        if not pool.deferred:
            # what the simulation of a roster is compared with
            curves.number(g, "mean_wait_s")
    chosen = [targets[i] for i, _ in rows]
    contacts = np.array([row.contacts for _, row in rows], dtype=np.float64)
    weight = np.array([row.weight for _, row in rows], dtype=np.float64).reshape(len(rows), requirement.grid.size)
    used = [np.flatnonzero(line) for line in weight]
    set_price = centre.priorities.shortfall_per_contact
    hours = [FCR_HOURS if target.measure == "fcr" else SHORTFALL_HOURS for target in chosen]
    each = np.array([h * mean_cost if set_price is None else set_price for h in hours], dtype=np.float64)
    # a share that closing hours put out of reach is missed whatever the roster
    reach = np.array([most_in_time(calendar, requirement, t) if t.measure == "share" else 1.0 for t in chosen])
    asked = np.array([target.limit for target in chosen], dtype=np.float64)
    limit = np.where([target.upper for target in chosen], asked, np.maximum(np.minimum(asked, reach), LEAST_LIMIT))
    price = each * contacts
    service = Service(
        step=curves.step,
        curves=curves.stacked(),
        curve_pool=np.array(curves.pool_of, dtype=np.int64),
        row_curve=np.array([row.curve for _, row in rows], dtype=np.int64),
        row_pool=np.array([pool_of[target.queue] for target in chosen], dtype=np.int64),
        sign=np.array([1.0 if target.upper else -1.0 for target in chosen], dtype=np.float64),
        limit=limit,
        price=price * limit / asked,
        base=np.array([row.base for _, row in rows], dtype=np.float64),
        weight=weight,
        row_first=np.array([at[0] for at in used], dtype=np.int64),
        row_last=np.array([at[-1] + 1 for at in used], dtype=np.int64),
        efficiency=learned.efficiency,
        fixed=fixed,
        given=float((price * (asked - limit) / asked).sum()),
    )
    return ServiceModel(service, np.array([i for i, _ in rows], dtype=np.int64), curves.measures, contacts, reach)


def _row(target: TargetRow, i: int, g: int, requirement: Requirement, learned: Learned, curves: Curves) -> _Row | None:
    """Lay one target over its pool; None where no contact falls under it, or nothing is known of it."""
    volume = requirement.volume[target.queue, target.intervals]
    contacts = float(volume.sum())
    weight = np.zeros(requirement.grid.size)
    offset = float(learned.offset[i])
    if contacts <= 0 or len(target.intervals) == 0:
        return None
    if target.measure == "fcr":
        if np.isnan(learned.fcr[i]):
            return None
        weight[target.intervals] = 1.0
        return _Row(-1, weight, float(learned.fcr[i]) + offset, contacts)
    if target.measure == "share" and target.response_h > SHORT_RESPONSE_H:
        window, due = due_window(target, requirement)
        if due <= 0 or not len(window):
            return None
        weight[window] = 1.0
        return _Row(-1, weight, offset, due)
    if target.measure == "occupancy":
        duty = float(learned.duty[g, target.intervals].sum())
        weight[target.intervals] = 1.0 / max(duty, 1e-9)
        return _Row(curves.number(g, "occupancy", target.limit), weight, target.limit, contacts)
    weight[target.intervals] = volume / contacts
    within = target.within_s if target.measure == "service_level" else 0.0
    return _Row(curves.number(g, target.measure, within), weight, offset, contacts)


def due_window(target: TargetRow, requirement: Requirement) -> tuple[Ints, float]:
    """Return the intervals in which a deferred day's work is planned, and the contacts due inside the horizon.

    Work arriving over a day is planned half a response time later, so that the days' windows tile the horizon.
    """
    grid = requirement.grid
    response = round(target.response_h * 60 / grid.step_minutes)
    shift = response // 2
    arrived = target.intervals
    due = arrived[arrived + response <= grid.size]
    contacts = float(requirement.volume[target.queue, due].sum())
    low = 0 if arrived[0] < shift else int(arrived[0]) + shift
    high = min(int(arrived[-1]) + 1 + shift, grid.size)
    return np.arange(low, high, dtype=np.int64), contacts

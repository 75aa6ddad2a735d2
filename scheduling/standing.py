"""Where a set of tours and blocks stands in the planning model, and what a small change would do to its objective.

A change is written stretch by stretch into a scratch table, priced, and then kept or dropped; the work is in
proportion to the intervals and target rows that it touches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from domain.history import Floats, Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.service_model import elastic_cost, miss_of, read_curve, row_values

SAME = 1e-12
"""Seats that differ by less are the same."""


class Standing(NamedTuple):
    """Seats, curves, rows and heads of the roster in hand, with room for a change.

    Attributes
    ----------
    first, row, weight : arrays
        Rows that read a curve in an interval: ``row[first[c * intervals + t]]`` up to the next, with their weights.
    gain_first, gain_row : int arrays
        FCR rows that people of a pool move in an interval: ``gain_row[gain_first[g * intervals + t]]`` up to the next.
    seats : float array, shape (pools, intervals)
        Fixed seats included.
    height : float array, shape (curves, intervals)
    value : float array, shape (rows,)
    heads : int array, shape (floors, slots)
    more_seats, more_value, more_heads, new_height : arrays
        The change: differences, and the curves' new heights.
    touched, marked : int arrays, shape (rows,)
        Rows whose value changes, and whether a row is among them.
    span : int array, shape (4,)
        First and last touched interval, first and last touched slot.
    touches : int array, shape (1,)
        Number of touched rows.
    moved : int array, shape (pools,)
        Whether a pool's seats change.
    edges : int array, shape (2, 2 + 2 * most breaks)
        Starts and ends of work in the shifts of a change.
    """

    first: Ints
    row: Ints
    weight: Floats
    gain_first: Ints
    gain_row: Ints
    seats: Floats
    height: Floats
    value: Floats
    heads: Ints
    more_seats: Floats
    more_value: Floats
    more_heads: Ints
    new_height: Floats
    touched: Ints
    marked: Ints
    span: Ints
    touches: Ints
    moved: Ints
    edges: Ints


@njit(cache=True, nogil=True)
def heights(inst: Instance, seats: Floats) -> Floats:
    """Read every curve at the seats of its pool, shape (curves, intervals)."""
    curves = inst.service.curves.shape[0]
    found = np.zeros((curves, inst.intervals))
    for c in range(curves):
        g = inst.service.curve_pool[c]
        for t in range(inst.intervals):
            found[c, t] = read_curve(inst, c, t, seats[g, t])
    return found


def standing_of(inst: Instance, seats: Floats, fcr: Floats, heads: Ints) -> Standing:
    """Lay out a roster measured by ``measure``.

    Parameters
    ----------
    inst : Instance
    seats : float array, shape (pools, intervals)
        Fixed seats included.
    fcr : float array, shape (rows,)
    heads : int array, shape (floors, slots)
    """
    service = inst.service
    height = heights(inst, seats)
    first, row, when = _by_cell(inst, service.row_curve, len(height))
    gain_first, gain_row, _ = _by_cell(inst, np.where(service.row_curve < 0, service.row_pool, -1), len(seats))
    return Standing(
        first=first,
        row=row,
        weight=service.weight[row, when],
        gain_first=gain_first,
        gain_row=gain_row,
        seats=seats.copy(),
        height=height,
        value=row_values(inst, seats, fcr),
        heads=heads.copy(),
        more_seats=np.zeros_like(seats),
        more_value=np.zeros_like(service.limit),
        more_heads=np.zeros_like(heads),
        new_height=height.copy(),
        touched=np.zeros(len(service.limit), dtype=np.int64),
        marked=np.zeros(len(service.limit), dtype=np.int64),
        span=np.array([inst.intervals, -1, inst.slots, -1], dtype=np.int64),
        touches=np.zeros(1, dtype=np.int64),
        moved=np.zeros(len(seats), dtype=np.int64),
        edges=np.zeros((2, 2 + 2 * inst.shapes.length.shape[1]), dtype=np.int64),
    )


def _by_cell(inst: Instance, owner: Ints, owners: int) -> tuple[Ints, Ints, Ints]:
    """List rows and the intervals they weigh by what they belong to, and where each cell's begin.

    Parameters
    ----------
    owner : int array, shape (rows,)
        Number below ``owners``, -1 for rows to be left out; its cell in interval t is ``owner * intervals + t``.
    """
    rows, when = np.nonzero(inst.service.weight)
    kept = owner[rows] >= 0
    rows, when = rows[kept], when[kept]
    cells = owner[rows] * inst.intervals + when
    order = np.argsort(cells, kind="stable")
    first = np.searchsorted(cells[order], np.arange(owners * inst.intervals + 1)).astype(np.int64)
    return first, rows[order].astype(np.int64), when[order]


@leaf
def touch(now: Standing, r: int) -> None:
    """Remember that a row's value changes."""
    if now.marked[r] == 0:
        now.marked[r] = 1
        now.touched[now.touches[0]] = r
        now.touches[0] += 1


@leaf
def change_stretch(
    inst: Instance, now: Standing, kind: int, seat: Floats, gain: Floats, low: int, high: int, sign: float
) -> None:
    """Add (``sign`` 1) or take away (-1) work from slot ``low`` up to ``high``, without breaks."""
    per = inst.per_interval
    floors = now.heads.shape[0]
    if floors > 0 and high > low:
        now.span[2] = min(now.span[2], low)
        now.span[3] = max(now.span[3], high - 1)
        for f in range(floors):
            count = inst.kinds.floor[kind, f]
            if count != 0:
                for s in range(low, high):
                    now.more_heads[f, s] += int(sign) * count
    high = min(high, inst.intervals * per)
    if high <= low:
        return
    first, last = low // per, (high - 1) // per
    now.span[0] = min(now.span[0], first)
    now.span[1] = max(now.span[1], last)
    for g in range(seat.shape[0]):
        if seat[g] != 0.0:
            now.moved[g] = 1
            for t in range(first, last + 1):
                part = sign / per * (min((t + 1) * per, high) - max(t * per, low)) * inst.kinds.share[kind, g, t]
                now.more_seats[g, t] += seat[g] * part
                cell = g * inst.intervals + t
                for k in range(now.gain_first[cell], now.gain_first[cell + 1]):
                    r = now.gain_row[k]
                    if gain[r] != 0.0:
                        touch(now, r)
                        now.more_value[r] += gain[r] * part


@leaf
def change_shift(inst: Instance, now: Standing, row: Ints, sign: float) -> None:
    """Add or take away one day of a person's week; nothing on a free day."""
    if row[0] < 0:
        return
    team = row[1]
    kind, seat, gain = inst.teams.kind[team], inst.teams.seat[team], inst.teams.gain[team]
    s = inst.options.start[row[0]]
    last = s + inst.options.length[row[0]]
    seq = row[2]
    if seq >= 0:
        for j in range(inst.shapes.pauses[seq]):
            change_stretch(inst, now, kind, seat, gain, s, row[3 + j], sign)
            s = row[3 + j] + inst.shapes.length[seq, j]
    change_stretch(inst, now, kind, seat, gain, s, last, sign)


@leaf
def find_edges(inst: Instance, row: Ints, edges: Ints) -> int:
    """Fill starts and ends of a shift's work, between its breaks, one after the other; return how many there are."""
    s = inst.options.start[row[0]]
    edges[0] = s
    n = 1
    seq = row[2]
    if seq >= 0:
        for j in range(inst.shapes.pauses[seq]):
            edges[n] = row[3 + j]
            edges[n + 1] = row[3 + j] + inst.shapes.length[seq, j]
            n += 2
    edges[n] = s + inst.options.length[row[0]]
    return n + 1


@leaf
def exchange_shift(inst: Instance, now: Standing, old: Ints, new: Ints) -> None:
    """Put one day of a person's week in the place of another; with the same team only where the two differ."""
    if old[0] < 0 or new[0] < 0 or old[1] != new[1]:
        change_shift(inst, now, old, -1.0)
        change_shift(inst, now, new, 1.0)
        return
    team = old[1]
    kind, seat, gain = inst.teams.kind[team], inst.teams.seat[team], inst.teams.gain[team]
    gone, came = now.edges[0], now.edges[1]
    n, m = find_edges(inst, old, gone), find_edges(inst, new, came)
    i = j = level = at = 0
    while i < n or j < m:
        first = j == m or (i < n and gone[i] <= came[j])
        edge = gone[i] if first else came[j]
        if level != 0 and edge > at:
            change_stretch(inst, now, kind, seat, gain, at, edge, float(level))
        at = edge
        if first:
            level += -1 if i % 2 == 0 else 1
            i += 1
        else:
            level += 1 if j % 2 == 0 else -1
            j += 1


@leaf
def price_change(inst: Instance, now: Standing, guide: Floats) -> tuple[float, float]:
    """Return what the change does to shortfall, to missing minimum staff and to people beyond the desks, as money.

    Parameters
    ----------
    guide : float array, shape (rows,)
        Money for a relative miss of 1 by which a search is led, in the place of the full prices.

    Returns
    -------
    tuple
        The difference at full prices, and at the guide's.
    """
    service = inst.service
    for c in range(service.curves.shape[0]):
        g = service.curve_pool[c]
        if now.moved[g] == 0:
            continue
        for t in range(now.span[0], now.span[1] + 1):
            if abs(now.more_seats[g, t]) > SAME:
                found = read_curve(inst, c, t, now.seats[g, t] + now.more_seats[g, t])
                now.new_height[c, t] = found
                rise = found - now.height[c, t]
                if rise != 0.0:
                    cell = c * inst.intervals + t
                    for k in range(now.first[cell], now.first[cell + 1]):
                        touch(now, now.row[k])
                        now.more_value[now.row[k]] += now.weight[k] * rise
    total = guided = 0.0
    for k in range(now.touches[0]):
        r = now.touched[k]
        more = miss_of(inst, r, now.value[r] + now.more_value[r]) - miss_of(inst, r, now.value[r])
        total += service.price[r] * more
        guided += guide[r] * more
    for f in range(now.heads.shape[0]):
        for s in range(now.span[2], now.span[3] + 1):
            if now.more_heads[f, s] != 0:
                need = inst.floors.need[f, s] - inst.floors.fixed[f, s] - now.heads[f, s]
                more = inst.floors.price * (max(0, need - now.more_heads[f, s]) - max(0, need))
                total += more
                guided += more
    return total, guided


@leaf
def settle_change(inst: Instance, now: Standing, keep: bool) -> None:
    """Keep the change or drop it, and clear the room for the next."""
    for c in range(now.height.shape[0]):
        if now.moved[inst.service.curve_pool[c]] == 0:
            continue
        for t in range(now.span[0], now.span[1] + 1):
            if keep:
                now.height[c, t] = now.new_height[c, t]
            else:
                now.new_height[c, t] = now.height[c, t]
    for g in range(now.seats.shape[0]):
        if now.moved[g] == 0:
            continue
        now.moved[g] = 0
        for t in range(now.span[0], now.span[1] + 1):
            if now.more_seats[g, t] != 0.0:
                if keep:
                    now.seats[g, t] += now.more_seats[g, t]
                now.more_seats[g, t] = 0.0
    for k in range(now.touches[0]):
        r = now.touched[k]
        if keep:
            now.value[r] += now.more_value[r]
        now.more_value[r] = 0.0
        now.marked[r] = 0
    now.touches[0] = 0
    for f in range(now.heads.shape[0]):
        for s in range(now.span[2], now.span[3] + 1):
            if keep:
                now.heads[f, s] += now.more_heads[f, s]
            now.more_heads[f, s] = 0
    now.span[0], now.span[1] = inst.intervals, -1
    now.span[2], now.span[3] = inst.slots, -1


@leaf
def elastic_change(inst: Instance, booked: int, more: int) -> float:
    """Return what booking so many slots more (or fewer) costs."""
    return elastic_cost(inst, booked + more) - elastic_cost(inst, booked)

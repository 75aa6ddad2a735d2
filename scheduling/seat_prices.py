"""Up to which price an elastic seat pays: interval by interval, block by block, and for the cap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.progress import Control
from scheduling.ascent import Prices, added, ascend
from scheduling.block_worth import savings
from scheduling.blocks import add_block
from scheduling.bound import best_chain
from scheduling.instance import Instance
from scheduling.model import Model
from scheduling.result import Result
from scheduling.roll import measure
from scheduling.service_model import elastic_cost, row_values

MOST_BLOCKS = 200
"""Blocks that are added at most to see what one more seat of the cap is worth."""

NOTHING = 1e-6
"""Money that is none."""

CLIMB = 120
"""Steps by which the bound's prices are sought anew where the search's own do not prove its bound."""


@dataclass(frozen=True)
class SeatPrices:
    """Break-even prices of elastic seats in one week, by the planning model and its roster.

    Attributes
    ----------
    grid : IntervalGrid
    queues : tuple of tuple of str
        The sets of queues that a seat may work together.
    worth : float array, shape (sets, intervals)
        What one more seat saves of priced misses in the interval, per hour; NaN while closed.
    block : float array, shape (sets, intervals)
        The same per hour of the best further block that covers the interval, NaN where none fits.
    kept : float array, shape (sets, intervals)
        What is lost per hour with one seat less, where a seat is booked; NaN elsewhere.
    dual : float array, shape (sets, intervals)
        The price at which the bound's Lagrangian is indifferent to a seat, per hour: people may be rostered anew.
    booked : int array, shape (sets, intervals)
        Most seats booked at once.
    left : int array, shape (intervals,)
        Seats that the cap and the notice leave, all along the interval.
    cap : int
        Most seats at once.
    reached_h : float
        Hours at the cap.
    cap_worth : float
        What one more seat of the cap saves in the week, its blocks paid and people as they are; 0 where the cap is
        not in the way.
    cap_dual : float
        How far the proven bound falls at most with one seat more: rostering people anew is counted in.
    """

    grid: IntervalGrid
    queues: tuple[tuple[str, ...], ...]
    worth: Floats
    block: Floats
    kept: Floats
    dual: Floats
    booked: Ints
    left: Ints
    cap: int
    reached_h: float
    cap_worth: float
    cap_dual: float


def seat_prices(model: Model, result: Result, *, bookable: Ints | None = None) -> SeatPrices | None:
    """Return the break-even prices of a week's roster; None where no elastic seat may be booked.

    Parameters
    ----------
    model : Model
    result : Result
    bookable : int array, shape (slots,), optional
        1 where the notice lets a seat be booked; where absent, from the first slot that has a seat under the cap.

    Notes
    -----
    `worth`, `block` and `kept` are exact differences of the planning model's shortfall, people staying as they are.
    One more seat of the cap is tried out: the best block is booked until none pays, with the cap as it is and with one
    seat more; the difference of what both save is the worth of the seat.
    """
    inst = model.instance
    elastic, per, size = inst.elastic, inst.per_interval, inst.intervals
    if bookable is None:
        bookable = bookable_of(model)
    if not len(elastic.kind) or not bookable[: size * per].any():
        return None
    seats, gains, _, _ = measure(inst, result.roll)
    values = row_values(inst, seats, gains)
    everywhere: Ints = np.ones(inst.slots, dtype=np.int64)
    hours = per * inst.slot_hours
    prices = _proving(inst, result, seats, values)
    worth = _per_hour(savings(inst, seats, values, everywhere, per, 1.0), hours)
    lost = -_per_hour(savings(inst, seats, values, everywhere, per, -1.0), hours)
    used, by_set = _booked(model, result)
    free = bookable * (elastic.cap - used)
    left = free[: size * per].reshape(size, per).min(axis=1)
    taken = int(result.roll.blocks[:, 2].sum())
    now = _saved(inst, seats, gains, used, elastic.cap, taken)
    then = _saved(inst, seats, gains, used, bookable * (elastic.cap + 1), taken)
    names = model.folder.centre.queue_ids
    return SeatPrices(
        grid=model.intervals,
        queues=tuple(tuple(names[q] for q in model.kinds[k].queues) for k in elastic.kind.tolist()),
        worth=worth,
        block=_best_covering(inst, seats, values, everywhere),
        kept=np.where(by_set > 0, np.maximum(lost, 0.0), np.nan),
        dual=_dual(inst, prices, hours),
        booked=by_set,
        left=np.maximum(left, 0),
        cap=len(model.elastic_ids),
        reached_h=_reached(inst, bookable, free),
        cap_worth=max(then - now, 0.0) if then - now > NOTHING else 0.0,
        cap_dual=_chain(inst._replace(elastic=elastic._replace(cap=bookable)), prices),
    )


def _per_hour(saved: Floats, hours: float) -> Floats:
    return np.where(np.isfinite(saved), saved / hours, np.nan)


def bookable_of(model: Model) -> Ints:
    """Return 1 in the slots whose notice is kept: all from the first that has a seat under the cap on."""
    cap = model.instance.elastic.cap
    there: Ints = (np.arange(len(cap)) >= int(np.argmax(cap > 0))).astype(np.int64)
    return there if cap.any() else np.zeros_like(cap)


def _reached(inst: Instance, bookable: Ints, free: Ints) -> float:
    """Return the hours in which the queues of some set are open and no seat is left."""
    inner = slice(0, inst.intervals * inst.per_interval)
    opened = inst.kinds.open[inst.elastic.kind].any(axis=0)
    return float(((bookable > 0) & opened & (free <= 0))[inner].sum() * inst.slot_hours)


def _booked(model: Model, result: Result) -> tuple[Ints, Ints]:
    """Return seats booked by slot, pinned ones apart, and the most at once by set of queues and interval."""
    inst = model.instance
    used = np.zeros(inst.slots, dtype=np.int64)
    by_set = np.zeros((len(inst.elastic.kind), inst.slots), dtype=np.int64)
    for k, start, length in result.roll.blocks.tolist():
        used[start : start + length] += 1
        by_set[k, start : start + length] += 1
    ids = model.folder.centre.queue_ids
    sets = [frozenset(ids[q] for q in model.kinds[k].queues) for k in inst.elastic.kind.tolist()]
    for block in model.booked:
        if frozenset(block.queues) in sets:
            by_set[sets.index(frozenset(block.queues)), block.start : block.start + block.length] += 1
    inner = by_set[:, : inst.intervals * inst.per_interval]
    return used, inner.reshape(len(by_set), inst.intervals, inst.per_interval).max(axis=2)


def _best_covering(inst: Instance, seats: Floats, values: Floats, room: Ints) -> Floats:
    """Return the saving per hour of the best block over each interval, whether or not the cap has room for it."""
    best = np.full((len(inst.elastic.kind), inst.intervals), np.nan)
    for length in inst.elastic.lengths.tolist():
        each = _per_hour(savings(inst, seats, values, room, length, 1.0), length * inst.slot_hours)
        span = -(-length // inst.per_interval)
        for shift in range(span):
            best[:, shift:] = np.fmax(best[:, shift:], each[:, : each.shape[1] - shift])
    return best


def _proving(inst: Instance, result: Result, seats: Floats, values: Floats) -> Prices:
    """Return prices that prove about as much as the result's bound.

    Where misses cannot be avoided, prices far above pay prove more than those that the search began from.
    """
    if result.prices.bound + added(inst) >= result.bound * (1 - 1e-9):
        return result.prices
    near = ascend(inst, result.prices.at(inst, seats, values), CLIMB, Control())
    return near if near.bound > result.prices.bound else result.prices


def _dual(inst: Instance, prices: Prices, hours: float) -> Floats:
    """Return the bound's price of each set's seat per hour, never below nothing."""
    elastic, service = inst.elastic, inst.service
    per_value = np.where(service.row_curve < 0, prices.rows / service.limit, 0.0)
    found = np.full((len(elastic.kind), inst.intervals), np.nan)
    for k, kind in enumerate(elastic.kind.tolist()):
        value = (elastic.seat[k][:, None] * inst.kinds.share[kind] * prices.seats).sum(axis=0)
        for r in np.flatnonzero(elastic.gain[k] * per_value).tolist():
            there = inst.kinds.share[kind, service.row_pool[r]] * (service.weight[r] != 0)
            value = value + elastic.gain[k, r] * per_value[r] * there
        opened = inst.kinds.open[kind, : inst.intervals * inst.per_interval].reshape(inst.intervals, -1).all(axis=1)
        found[k] = np.where(opened, np.maximum(value, 0.0) / hours, np.nan)
    return found


def _chain(inst: Instance, prices: Prices) -> float:
    """Return what the best chain of blocks of one seat is worth to the bound; the cap given is one seat."""
    service = inst.service
    per_value = np.where(service.row_curve < 0, prices.rows / service.limit, 0.0)
    unused = np.zeros_like(prices.seats), np.zeros_like(per_value), np.zeros_like(inst.floors.need)
    return float(best_chain(inst, prices.seats, per_value, prices.floors, *unused))


def _saved(inst: Instance, seats: Floats, gains: Floats, used: Ints, cap: Ints, taken: int) -> float:
    """Return what further blocks save beyond their price under a cap, booked one by one, the best first."""
    seats, gains, used = seats.copy(), gains.copy(), used.copy()
    fixed = inst.service.fixed
    heads = np.zeros(inst.floors.need.shape, dtype=np.int64)
    paid = elastic_cost(inst, taken)
    # hours inside the booked minimum are paid already, or will be with the first block
    minimum = inst.elastic.least_cost / inst.elastic.slot_cost if inst.elastic.slot_cost > 0 else 0.0
    saved = best = 0.0
    for _ in range(MOST_BLOCKS):
        values = row_values(inst, seats, gains)
        chosen, most, gain = None, NOTHING, 0.0
        for length in inst.elastic.lengths.tolist():
            found = savings(inst, seats, values, cap - used, length, 1.0)
            due = max(taken + inst.elastic.booked + length - max(taken + inst.elastic.booked, minimum), 0.0)
            k, t = np.unravel_index(int(np.argmax(found)), found.shape)
            net = float(found[k, t]) - due * inst.elastic.slot_cost
            if net > most:
                chosen, most, gain = (int(k), int(t) * inst.per_interval, length), net, float(found[k, t])
        if chosen is None:
            break
        inner = seats - fixed
        add_block(inst, np.array(chosen, dtype=np.int64), 1.0, inner, gains, heads, used)
        seats = inner + fixed
        saved += gain
        taken += chosen[2]
        best = max(best, saved - (elastic_cost(inst, taken) - paid))
    return best

"""Why no elastic seat is booked where seats are missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.history import Ints
from scheduling.roll import objective_of_roll
from scheduling.service_model import elastic_cost
from scheduling.who_could import Gap


def elastic_left(gap: Gap) -> str:
    """Say whether elastic seats are left in a gap, and why none of them is booked; nothing where a centre has none.

    Notes
    -----
    Every block that reaches the gap, and that the cap, the notice and the opening hours allow, is added to the roster
    of the planning model in turn; the best of them is told with its price and with what it would save.
    """
    centre = gap.model.folder.centre
    pool, elastic = centre.elastic, gap.model.instance.elastic
    if pool is None:
        return ""
    if not gap.queues & set(pool.queues):
        return "Elastic seats may not serve it."
    if not len(elastic.kind):
        return "The cap allows no elastic seat."
    low, high = _slots(gap)
    if not elastic.cap[:high].any():
        return f"It is too late to book elastic seats: their notice is {pool.notice_h:g} hours."
    free = elastic.cap - _booked(gap)
    left = int(free[low:high].max(initial=0))
    if left <= 0:
        return "All the elastic seats that the cap allows are booked then."
    seats = "1 elastic seat is left" if left == 1 else f"{left} elastic seats are left"
    if gap.priced <= 0:
        return f"{seats}."
    found = _best_block(gap, free)
    if found is None:
        return f"{seats}, but no block ({min(pool.block_hours):g} hours or more) fits opening hours, notice and cap."
    (_, start, length), cost, saved = found
    hours, at = length * gap.model.grid.step_minutes / 60, gap.model.grid.local_starts[start]
    text = f"{seats}; the best block ({hours:g} hours from {at:%H:%M}) costs {centre.currency} {cost:,.0f}"
    if saved < cost:
        worth = f"only {centre.currency} {saved:,.0f} of misses" if saved >= 0.5 else "nothing, FCR counted in"
        return f"{text} and would save {worth}."
    return f"{text} and would save {centre.currency} {saved:,.0f} of misses; the search did not find it."


def _slots(gap: Gap) -> tuple[int, int]:
    """Return the gap's slots of the schedule's grid, half open."""
    grid = gap.model.grid
    return grid.index_at(gap.start), max(grid.index_at(gap.end), grid.index_at(gap.start) + 1)


def _booked(gap: Gap) -> Ints:
    """Return how many elastic seats are booked in each slot."""
    booked = np.zeros(gap.model.grid.size, dtype=np.int64)
    for _, start, length in gap.result.roll.blocks.tolist():
        booked[start : start + length] += 1
    return booked


def _best_block(gap: Gap, free: Ints) -> tuple[tuple[int, int, int], float, float] | None:
    """Return the further block with the most saved beyond its cost, that cost, and what it saves."""
    inst, roll = gap.model.instance, gap.result.roll
    low, high = _slots(gap)
    taken = int(roll.blocks[:, 2].sum())
    now = objective_of_roll(inst, roll)
    best: tuple[tuple[int, int, int], float, float] | None = None
    for k, kind in enumerate(inst.elastic.kind.tolist()):
        if gap.pool not in gap.model.kinds[kind].pools:
            continue
        for length in inst.elastic.lengths.tolist():
            cost = elastic_cost(inst, taken + length) - elastic_cost(inst, taken)
            # starts on the demand grid are enough to judge by
            first = -(-max(0, low - length + 1) // inst.per_interval) * inst.per_interval
            for start in range(first, high, inst.per_interval):
                span = slice(start, start + length)
                if start + length > inst.slots or free[span].min() < 1 or not inst.kinds.open[kind, span].all():
                    continue
                more = replace(roll, blocks=np.vstack([roll.blocks, [[k, start, length]]]).astype(np.int64))
                saved = now + cost - objective_of_roll(inst, more)
                if best is None or saved - cost > best[2] - best[1]:
                    best = (k, start, length), cost, saved
    return best

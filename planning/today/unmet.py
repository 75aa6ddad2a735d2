"""What remains unmet after the recommended actions, and what stops each lever, in words."""

from __future__ import annotations

import numpy as np

from planning.today.effects import best_possible
from planning.today.lever_hours import STAYS
from planning.today.lever_seats import blocks_to_book, booked, earliest_block
from planning.today.run import Today

MISSED = 1e-6
SHOWN = 12
"""Missed targets that are spelt out."""


def unmet_lines(today: Today) -> list[str]:
    """Say what is still missed, and why nothing more is done about it; nothing where all is kept."""
    board, end = today.board, today.end.usual
    misses = board.promises.misses(end.values)
    missed = np.flatnonzero(misses > MISSED).tolist()
    if not missed:
        return []
    best = best_possible(board, end)
    missed.sort(key=lambda k: -float(board.promises.price[k] * misses[k]))
    currency = today.situation.folder.centre.currency
    lines = []
    for k in missed[:SHOWN]:
        row = board.promises.rows[k]
        name = board.centre.queue_ids[row.queue]
        priced = board.promises.price[k] * misses[k]
        line = (
            f"{name}: {told(row.measure, end.values[k])} against {shown(row.measure, row.limit)} "
            f"({row.scope} {row.start}), priced at {currency} {priced:,.0f}"
        )
        if np.isfinite(best[k]) and row.miss(float(best[k])) > MISSED:
            line += (
                f"; what is over decides it: served at once from now on it would be {told(row.measure, float(best[k]))}"
            )
        lines.append(line + ".")
    if len(missed) > SHOWN:
        lines.append(f"And {len(missed) - SHOWN} more targets are missed.")
    short = sorted({board.centre.queue_ids[board.promises.queue[k]] for k in missed})
    return [*lines, _seats(today, short), _stays(today), _changes(today)]


def told(measure: str, value: float) -> str:
    """Write a figure with its measure."""
    names = {"mean_wait_s": "mean wait", "fcr": "FCR"}
    name = names.get(measure, measure.replace("_", " "))
    return f"{name} {shown(measure, value)}"


def shown(measure: str, value: float) -> str:
    """Write a figure in its unit."""
    return f"{value:,.0f} s" if measure == "mean_wait_s" else f"{100 * value:.1f} %"


def _seats(today: Today, short: list[str]) -> str:
    """Say why no more elastic seats are booked."""
    situation = today.situation
    pool, day = situation.folder.centre.elastic, situation.day
    if pool is None:
        return "Elastic seats: the centre has none."
    if not set(short) & set(pool.queues):
        return f"Elastic seats: they do not serve {', '.join(short)}."
    first = earliest_block(situation)
    if first >= day.grid.end:
        return f"Elastic seats: with a notice of {pool.notice_h:g} h no block can begin before {day.clock(first)}."
    mine = [one for one in blocks_to_book(situation) if set(one.queues) & set(short)]
    if not mine:
        hours = min(pool.block_hours)
        return f"Elastic seats: no block of {hours:g} h or more fits between {day.clock(first)} and the end of opening."
    declared = situation.cap(emergency=True)
    more = f"; a declared emergency would allow {declared}" if declared > situation.cap() else ""
    if not any(booked(situation, today.end.shifts, one) for one in mine):
        return f"Elastic seats: all {situation.cap()} of the cap are booked wherever a block could still begin{more}."
    price = situation.elastic_price(today.end.shifts, min(pool.block_hours))
    currency = situation.folder.centre.currency
    return (
        f"Elastic seats: within the cap of {situation.cap()} no further block was found that mends more than its price "
        f"({currency} {price:,.0f} or more){more}."
    )


def _stays(today: Today) -> str:
    """Say why nobody else stays longer."""
    counts = today.longer.stopped
    asked = sum(step.proposal.lever == "extend" for step in today.steps)
    could = len({one.key for one in today.longer.proposals}) - asked
    parts = [f"{count} {STAYS[why]}" for why, count in counts.most_common()]
    if could > 0:
        parts.append(f"{could} could be asked, but the pay would be more than it mends or others serve better")
    return f"Staying longer: {', '.join(parts) if parts else 'nobody else works today'}."


def _changes(today: Today) -> str:
    """Say what the rules leave of queue changes."""
    allowed = today.situation.folder.centre.planning.queue_changes
    if allowed == "none":
        return "Queue changes: the plan lets nobody's queues change (queue_changes = none)."
    if allowed == "shift":
        return "Queue changes: only shifts that have not begun may change queue (queue_changes = shift)."
    return "Queue changes: nobody else is worth more on another queue that they may serve."

"""The elastic frontier in words: a table for the terminal, and one sentence of what to take."""

from __future__ import annotations

import math

from planning.frontier.points import Frontier, FrontierPoint
from planning.report import wording

MEASURES = ("mean_wait_s", "service_level", "fcr")
HEADS = (
    "cap",
    "seats",
    "cost",
    "of it elastic",
    "mean wait",
    "service level",
    "FCR",
    "elastic h",
    "saving taken",
    "next seat",
)


def row_of(frontier: Frontier, point: FrontierPoint) -> list[str]:
    """Return a point's figures as text, in the order of ``HEADS``."""
    service = []
    for measure in MEASURES:
        value, low, high = point.figure(measure)
        text = f"{wording.number(value, 1)} s" if measure == "mean_wait_s" else wording.percent(value)
        half = 0.5 * (high - low) * (1.0 if measure == "mean_wait_s" else 100.0)
        service.append(f"{text} ±{wording.number(half, 1)}" if math.isfinite(half) else text)
    worth = point.prices.cap_worth if point.prices else 0.0
    return [
        wording.percent(point.share, 0 if round(100 * point.share, 6).is_integer() else 1),
        wording.number(point.seats),
        wording.number(point.cost.total),
        wording.number(point.cost.elastic),
        *service,
        wording.number(point.hours, 1),
        wording.percent(frontier.taken(point), 0) if frontier.saving > 0 else wording.UNKNOWN,
        wording.number(worth),
    ]


def table_lines(frontier: Frontier) -> list[str]:
    """Return the points side by side, for the terminal."""
    rows = [list(HEADS), *(row_of(frontier, point) for point in frontier.points)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]


def advice(frontier: Frontier) -> str:
    """Say in one sentence which cap to take, and what it buys."""
    money = frontier.folder.centre.currency
    first, last = frontier.points[0], frontier.points[-1]
    if len(frontier.points) < 2:
        return "One cap alone shows no frontier."
    if frontier.saving <= 0:
        return (
            f"A cap above {_cap(first)} saves nothing: cost and priced misses stay at {money} "
            f"{wording.number(first.objective)} a week up to {_cap(last)}."
        )
    best = frontier.recommended
    text = (
        f"A cap of {_cap(best)} takes {wording.percent(frontier.taken(best), 0)} of what {_cap(last)} saves "
        f"({money} {wording.number(frontier.saving)} of cost and priced misses a week): mean wait "
        f"{wording.number(best.figure('mean_wait_s')[0], 1)} s in place of "
        f"{wording.number(first.figure('mean_wait_s')[0], 1)} s, for {money} "
        f"{wording.number(best.cost.total - first.cost.total)} of cost"
    )
    enough = next(point for point in frontier.points if frontier.taken(point) >= 1 - 1e-6)
    beyond = f"; beyond {_cap(enough)} a higher cap saves nothing" if enough.seats < last.seats else ""
    open_left = max(point.objective - point.bound for point in (first, best, last))
    doubt = ""
    if open_left > frontier.saving:
        left = f"{money} {wording.number(open_left)}"
        doubt = f" The saving is less than the {left} that the proof leaves open: the caps may be equally good."
    return f"{text}{beyond}.{doubt}"


def _cap(point: FrontierPoint) -> str:
    share = wording.percent(point.share, 0 if round(100 * point.share, 6).is_integer() else 1)
    return f"{share} ({wording.counted(point.seats, 'seat')})"

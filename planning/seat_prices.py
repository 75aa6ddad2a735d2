"""Up to which price an elastic seat pays, of a whole plan: gathered from its weeks, and as keys of `plan.json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from domain.centre import Centre
from domain.history import Floats
from scheduling.model import Model
from scheduling.result import Result
from scheduling.seat_prices import SeatPrices, seat_prices

PAYS = 0.005
"""Money an hour below which a seat is worth nothing."""


@dataclass(frozen=True)
class Peak:
    """Where a seat pays most: an interval, the queues it works, and money an hour."""

    start: datetime
    queues: tuple[str, ...]
    per_hour: float


def prices_of(weeks: Sequence[tuple[Model, Result]]) -> tuple[SeatPrices, ...]:
    """Return the break-even prices of each week in which elastic seats may be booked."""
    return tuple(found for model, result in weeks if (found := seat_prices(model, result)) is not None)


def next_seat(weeks: Sequence[SeatPrices]) -> Peak | None:
    """Return where one more block pays most an hour; None where it pays nothing."""
    return _peak([(week, week.block) for week in weeks])


def booked_seat(weeks: Sequence[SeatPrices]) -> Peak | None:
    """Return where the booked seats pay most an hour by the bound's prices; None where none is booked or pays."""
    return _peak([(week, np.where(week.booked > 0, week.dual, np.nan)) for week in weeks])


def cap_worth(weeks: Sequence[SeatPrices]) -> float:
    """Return what one more seat of the cap saves a week, on average over the weeks."""
    return float(np.mean([week.cap_worth for week in weeks])) if weeks else 0.0


def _peak(tables: Sequence[tuple[SeatPrices, Floats]]) -> Peak | None:
    best: Peak | None = None
    for week, table in tables:
        known = np.nan_to_num(table, nan=-1.0)
        if not known.size or known.max() < PAYS:
            continue
        # a block pays the same over all its intervals: the one named is where a seat is worth most
        ties = np.where(known >= known.max() - PAYS, np.nan_to_num(week.worth, nan=0.0), -np.inf)
        k, t = np.unravel_index(int(np.argmax(ties)), ties.shape)
        found = Peak(week.grid.local_starts[int(t)], week.queues[int(k)], float(table[k, t]))
        if best is None or found.per_hour > best.per_hour:
            best = found
    return best


def price_document(weeks: Sequence[SeatPrices], centre: Centre) -> dict[str, Any]:
    """Return the optional keys of ``elastic`` in `plan.json`."""
    if not weeks or centre.elastic is None:
        return {}

    def peak(found: Peak | None) -> dict[str, Any] | None:
        if found is None:
            return None
        start = found.start.isoformat(timespec="minutes")
        return {"start": start, "queues": list(found.queues), "per_hour": found.per_hour}

    return {
        "price_per_hour": centre.elastic.hourly_cost,
        "break_even": {"next_seat": peak(next_seat(weeks)), "booked_seat": peak(booked_seat(weeks))},
        "cap": {
            "seats": max(week.cap for week in weeks),
            "reached_h": sum(week.reached_h for week in weeks),
            "worth_per_seat": cap_worth(weeks),
            "worth_per_seat_by_bound": float(np.mean([week.cap_dual for week in weeks])),
        },
    }

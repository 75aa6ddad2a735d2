"""One number for one day: the long range takes the detailed forecast's totals as far as that reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from forecasting.totals import Total


def joined(ahead: Sequence[Total], detailed: Iterable[Total]) -> tuple[Total, ...]:
    """Put the totals of a detailed forecast into the long range.

    Parameters
    ----------
    ahead : sequence of Total
        Days and months of `forecasting.long_range`.
    detailed : iterable of Total
        Days and months of the forecast that begins on the same day, the planner's overrides and counts in it.

    Returns
    -------
    tuple of Total
        As ``ahead``, in its order. A day or month that the detailed forecast covers is its own, bands included. A month
        that it covers in part stays the sum of its days: those it covers move the mean, and the bands in proportion.
    """
    own = {(total.queue, total.period, total.start): total for total in detailed}
    moved: dict[tuple[str, date], float] = {}
    for total in ahead:
        if total.period == "day" and (known := own.get((total.queue, "day", total.start))):
            month = (total.queue, total.start.replace(day=1))
            moved[month] = moved.get(month, 0.0) + known.mean - total.mean
    return tuple(
        own.get((total.queue, total.period, total.start))
        or (_moved(total, moved.get((total.queue, total.start), 0.0)) if total.period == "month" else total)
        for total in ahead
    )


def _moved(total: Total, change: float) -> Total:
    """Return a total with another mean, its bands as wide as before against it."""
    if change == 0:
        return total
    mean = max(total.mean + change, 0.0)
    bands = total.bands * (mean / total.mean) if total.mean > 0 else np.full_like(total.bands, mean)
    return replace(total, mean=mean, bands=bands)


def joined_note(detailed: Iterable[Total]) -> str:
    """Say up to which day the long range is the detailed forecast."""
    last = max(total.start for total in detailed if total.period == "day")
    return (
        f"long_range.csv: days up to {last} are those of forecast_totals.csv; from {last + timedelta(days=1)} on the "
        "long-range model speaks, and no override of overrides.csv"
    )

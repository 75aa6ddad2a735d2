"""Planners' overrides laid over a model's forecast, the model's own kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from domain.grid import IntervalGrid
from domain.history import Floats
from domain.overrides import Override
from forecasting.bands import around, root, unrooted
from forecasting.forecast import LEVELS, Forecast

OVERRIDE_VARIATION = 0.15
"""Coefficient of variation that an override of kind ``event`` adds to the bands."""
UNKNOWN_VARIATION = 0.30
"""Coefficient of variation of contacts that a planner expects where the model expects none."""

_COUNT_NOISE = 0.25  # variance of a count on the square-root scale
_SCORES = np.asarray(norm.ppf(np.array(LEVELS)))


@dataclass(frozen=True)
class Overridden:
    """A forecast after overrides, and what it was before.

    Attributes
    ----------
    forecast : Forecast
        What is planned for.
    model : Forecast
        The model's own.
    reason, author : object arrays, shape (queues, intervals)
        Of the overrides that changed an interval, several joined by ``; ``; empty where none did.
    changed : bool array, shape (queues, intervals)
        Where an override applied, even if it left the volume as it was.
    """

    forecast: Forecast
    model: Forecast
    reason: NDArray[np.object_]
    author: NDArray[np.object_]
    changed: NDArray[np.bool_]


def apply_overrides(forecast: Forecast, overrides: Sequence[Override]) -> Overridden:
    """Lay overrides over a forecast.

    Parameters
    ----------
    forecast : Forecast
        The model's; left as it is.
    overrides : sequence of Override
        In the order of their file.

    Returns
    -------
    Overridden
        Handle times and closed intervals stay the model's: an override opens no queue.

    Notes
    -----
    1. Factors (``level`` and ``event``) multiply, those of every row that covers an interval; one that covers
       a share s of it counts as 1 + s (factor - 1).
    2. Rows of kind ``interval`` then set the volume, the last row last.
    3. Bands keep their coefficient of variation, count noise following the new volume; ``event`` adds 15 %.
       A volume that was known stays known. Where the model expects nothing and the planner something, 30 %.
    """
    shape = forecast.mean.shape
    mean, extra, changed = forecast.mean.copy(), np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    reason, author = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    ordered = sorted(overrides, key=lambda row: row.kind == "interval")  # stable: rows keep their order
    for override in ordered:
        share = covered(override, forecast.grid)
        if not share.any():
            continue
        for q, queue in enumerate(forecast.queues):
            if not override.concerns(queue):
                continue
            touched = (share > 0) & forecast.open[q]
            before = mean[q].copy()
            wanted = override.value if override.kind == "interval" else before * override.value
            mean[q] = np.where(touched, before + share * (wanted - before), before)
            if override.kind == "event":
                extra[q] = np.hypot(extra[q], np.where(touched, OVERRIDE_VARIATION * share, 0.0))
            changed[q] |= touched
            _join(reason[q], touched, override.reason)
            _join(author[q], touched, override.author)
    bands = np.where(changed[None], rescaled_bands(forecast.mean, forecast.bands, mean, extra), forecast.bands)
    final = replace(forecast, mean=mean, bands=bands)
    return Overridden(final, forecast, reason, author, changed)


def covered(override: Override, grid: IntervalGrid) -> Floats:
    """Return the share of each interval that an override covers, shape (grid.size,)."""
    edges = np.arange(grid.size, dtype=np.float64) * grid.step_minutes
    start, end = grid.minutes_at(override.start), grid.minutes_at(override.end)
    inside = np.minimum(edges + grid.step_minutes, end) - np.maximum(edges, start)
    return np.asarray(np.clip(inside, 0.0, None) / grid.step_minutes)


def rescaled_bands(mean: Floats, bands: Floats, wanted: Floats, extra: Floats) -> Floats:
    """Return the bands around another mean.

    Parameters
    ----------
    mean : float array, any shape
        Contacts around which ``bands`` lie.
    bands : float array, shape (levels, ...)
    wanted : float array, shape of ``mean``
        The new mean.
    extra : float array, shape of ``mean``
        Coefficient of variation to be added.

    Returns
    -------
    float array, shape (levels, ...)
        Not below zero, ascending, the mean between the outermost.

    Notes
    -----
    On the square-root scale, where a count's variance is 1/4 and a volume's is variation squared times
    mean / 4, the width is split into the two; the first stays, the second goes with the new mean.
    """
    known = np.all(bands == mean[None], axis=0)
    offset = root(bands) - root(mean)[None]
    low, high = LEVELS.index(0.10), LEVELS.index(0.90)
    spread = np.maximum(offset[high], -offset[low]) / _SCORES[high]
    square = np.maximum(spread, 1e-6) ** 2
    noise = np.minimum(square, _COUNT_NOISE)
    with np.errstate(divide="ignore", invalid="ignore"):
        variation = np.where(mean > 0, 4 * (square - noise) / np.where(mean > 0, mean, 1.0), 0.0)
    width = np.sqrt((noise + (variation + extra**2) * wanted / 4) / square)
    fresh = np.sqrt(_COUNT_NOISE + (UNKNOWN_VARIATION**2 + extra**2) * wanted / 4)
    column = _SCORES.reshape(-1, *(1,) * mean.ndim)
    moved = root(wanted)[None] + np.where((mean > 0)[None], offset * width[None], column * fresh[None])
    result = np.where((known & (mean > 0))[None], wanted[None], unrooted(moved))
    return around(np.where(wanted[None] > 0, result, 0.0), wanted)


def _join(texts: NDArray[np.object_], where: NDArray[np.bool_], said: str) -> None:
    """Add a text to those of some intervals, once."""
    for i in np.flatnonzero(where) if said else ():
        if said not in texts[i].split("; "):
            texts[i] = f"{texts[i]}; {said}" if texts[i] else said

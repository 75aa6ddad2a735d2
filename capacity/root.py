"""The one root of a gap that falls as seats are added: bracketed and closed in on."""

from __future__ import annotations

import math

from numba import njit

from capacity.limits import FLOOR, gap_of
from domain.history import Floats

TOLERANCE = 1e-8
"""How far above the least number an answer may lie, as a share of it."""

_NOBODY = 1e-9
"""Agents, as a share of the load, below which there are none: limits that they keep ask for nobody."""


@njit(cache=True, error_model="numpy")
def toward(a: float, fa: float, b: float, fb: float, c: float, fc: float) -> float:
    """Return how far from a, the newest point, to b, on the other side, to go next (Chandrupatla)."""
    if math.isinf(fa) or math.isinf(fb) or math.isinf(fc) or min(fa, fb) <= FLOOR or c == b:
        return 0.5
    xi = (a - b) / (c - b)
    phi = (fa - fb) / (fc - fb)
    if not (phi * phi < xi and (1.0 - phi) * (1.0 - phi) < 1.0 - xi):
        return 0.5
    t = fa / (fb - fa) * fc / (fb - fc)
    return float(t + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb))


@njit(cache=True, error_model="numpy")
def least_seats(rate: float, aht: float, patience: float, speeds: Floats, upper: Floats, levels: Floats) -> float:
    """Return the least seats that keep the limits, from above."""
    load = rate * aht / speeds[-1]
    waits = math.isinf(patience)
    bottom = load if waits else 0.0
    # Bracket: from a square-root guess, in steps that double.
    high = load + 0.5 * math.sqrt(load)
    step = 0.25 * math.sqrt(load) + 0.01 * load
    at_high = gap_of(rate, aht, high, patience, speeds, upper, levels)
    low, at_low = high, at_high
    if at_high > 0.0:
        while at_high > 0.0:
            low, at_low = high, at_high
            high += step
            step *= 2.0
            at_high = gap_of(rate, aht, high, patience, speeds, upper, levels)
    else:
        while at_low <= 0.0:
            high, at_high = low, at_low
            low -= step
            step *= 2.0
            if low <= bottom:
                low = bottom
                at_low = math.inf
                if not waits:
                    at_low = gap_of(rate, aht, 0.0, patience, speeds, upper, levels)
                    if at_low <= 0.0:
                        return 0.0
                break
            at_low = gap_of(rate, aht, low, patience, speeds, upper, levels)
    a, fa, b, fb, c, fc = low, at_low, high, at_high, low, at_low
    t = 0.5
    while abs(b - a) > TOLERANCE * max(a, b):
        if max(a, b) < _NOBODY * load:
            return 0.0  # however few there are, the limits are kept
        n = a + t * (b - a)
        gap = gap_of(rate, aht, n, patience, speeds, upper, levels)
        c, fc = a, fa
        if (gap > 0.0) != (fa > 0.0):
            c, fc = b, fb
            b, fb = a, fa
        a, fa = n, gap
        edge = 0.45 * TOLERANCE * max(a, b) / abs(b - a)
        t = min(max(toward(a, fa, b, fb, c, fc), edge), 1.0 - edge)
    return float(max(a, b))

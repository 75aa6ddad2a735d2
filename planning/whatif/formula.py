"""A scenario by formula: every figure of the base moved as the formula moves, and what that may be off by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from capacity.roster_service import RATES, RosterService, roster_service
from domain.history import Floats, Ints
from domain.scenario import Scenario
from planning.whatif.base import Base
from planning.whatif.figures import MEASURES
from planning.whatif.world import World

DRIFT: Mapping[str, float] = {
    "mean_wait_s": 0.30,
    "service_level": 0.22,
    "abandonment": 0.35,
    "fcr": 0.35,
    "occupancy": 0.22,
    "share": 1.00,
}
"""Share of a change that the formulas may miss, either way: see `benchmarks/capacity/capacity.md`."""

REROUTED = 0.10
"""By how much FCR may be off besides, as a share of the change in occupancy: who is free decides who answers, and
people differ in FCR (reference centre, nine scenarios: nine queue-days in ten lie within .05 to .11 of it)."""

LEAST_OFF = 0.01
"""Whatever a scenario changes may be off by this share of a point or of a wait, or more."""

EXACT = 1e-9
"""Relative change below which a figure is taken to be what it was: sums in another order differ by as much."""

OCCUPANCY = MEASURES.index("occupancy")


def service_of(base: Base, there: World, scenario: Scenario, wanted: Collection[str] = RATES) -> RosterService:
    """Return the service of a scenario's world by formula; what stays as it is in the base is taken from there."""
    same = there.roster is base.world.roster and there.folder.previous is base.world.folder.previous
    same = same and scenario.absence is None and not scenario.fcr and scenario.elastic is None
    need = replace(base.need, volume=there.requirement.volume, aht_s=there.requirement.aht_s)
    if not same:
        return roster_service(there.folder.centre, there.duty, need, base.fitted, wanted=wanted)
    team = base.team if _in_proportion(need.load(there.folder.centre.queues), base.load, base.windows.live) else None
    return roster_service(there.folder.centre, base.duty, need, base.fitted, wanted=wanted, team=team)


def _in_proportion(load: Floats, before: Floats, live: Ints) -> bool:
    """Tell whether the load of all live queues changes by one factor: people then share their time as before."""
    whole = before[live].sum()
    factor = load[live].sum() / whole if whole > 0 else 0.0
    return bool(factor > 0 and np.allclose(load[live], factor * before[live], rtol=1e-12, atol=0.0))


def by_formula(base: Base, becomes: Floats) -> Floats:
    """Return base, value, low and high of every figure, shape (4, ..., measures, queues and all, spans).

    Parameters
    ----------
    base : Base
    becomes : float array, shape (..., measures, queues and all, spans)
        By formula, from `Windows.figures`; of one scenario or of several.

    Notes
    -----
    NaN where a measure does not apply. What chance brought the simulation beyond the volume planned for comes in every
    world.
    """
    seen, was = base.seen, base.figures
    found = np.full((4, *becomes.shape), np.nan)
    drawn = np.ones_like(was[0])
    np.divide(seen[0, 0], was[0], out=drawn, where=np.isfinite(seen[0, 0]) & (was[0] > 0))
    found[0, ..., 0, :, :] = was[0] * drawn
    found[1:, ..., 0, :, :] = becomes[..., 0, :, :] * drawn
    busier = np.abs(np.nan_to_num(becomes[..., OCCUPANCY, -1:, :] - was[OCCUPANCY, -1:]))
    for k, measure in enumerate(MEASURES[1:], start=1):
        now = becomes[..., k, :, :]
        told = np.isfinite(seen[0, k]) & np.isfinite(was[k])
        if not told.any() or not np.isfinite(now).any():
            found[0, ..., k, :, :] = np.where(told, seen[0, k], np.nan)
            continue
        start, low, high = seen[:, k]
        value = moved(measure, start, was[k], now)
        width = 0.5 * np.where(np.isfinite(high - low), high - low, 0.0)
        changed = np.abs(value - start) > EXACT * np.maximum(np.abs(start), 1.0)
        least = np.where(changed, LEAST_OFF * (start if measure == "mean_wait_s" else 0.5), 0.0)
        if measure == "fcr":
            least = least + REROUTED * busier
        off = np.hypot(width, DRIFT[measure] * np.abs(value - start) + least)
        most = np.inf if measure == "mean_wait_s" else 1.0
        ends = np.maximum(value - off, 0.0), np.minimum(value + off, most)
        for end, figures in enumerate((np.broadcast_to(start, value.shape), value, *ends)):
            found[end, ..., k, :, :] = np.where(told, figures, np.nan)
    return found


def moved(measure: str, base: Floats, was: Floats, becomes: Floats) -> Floats:
    """Return figures moved as the formula moves: waits in proportion where they can be, shares by points."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "mean_wait_s":
            near = was > 0.02 * np.maximum(base, 1.0)
            value = np.where(near, base * becomes / was, np.maximum(base + becomes - was, 0.0))
        else:
            value = np.clip(base + becomes - was, 0.0, 1.0)
            # nothing, or everything, whatever the base is
            value = np.where((becomes != was) & ~((becomes > EXACT) & (becomes < 1.0 - EXACT)), becomes, value)
    return np.where(np.isfinite(becomes), value, np.nan)

"""What a formula's seats are worth, so that it gives a plan's own simulated service exactly."""

from __future__ import annotations

import numpy as np

from capacity.roster_service import Need, live_line
from capacity.service import ServiceReport
from capacity.team_seats import team_seats
from domain.history import Floats
from planning.whatif.world import World

MEASURES = ("service_level", "mean_wait_s", "abandonment")
"""Measures of live queues that seats decide; each is fitted by itself."""

LEAST, MOST = 0.4, 1.8
"""Bounds on what a seat is worth."""

HALVINGS = 14


def fit(world: World, report: ServiceReport) -> dict[str, Floats]:
    """Find what seats must be worth for the formula to give each day's simulated figures.

    Parameters
    ----------
    world : World
        As planned.
    report : ServiceReport
        Its roster, simulated.

    Returns
    -------
    dict of measure to float array, shape (queues, intervals)
        One figure a queue and day, for `roster_service`.

    Notes
    -----
    Halving on the efficiency, all queues and days at once: every measure moves one way with it. Shared people, load
    carried from one interval to the next, chance absence and routing are all in it, as far as a changed world leaves
    them alone. Days without a simulated figure keep the mean of the queue's others.
    """
    grid = world.requirement.grid
    centre, need = world.folder.centre, world.need
    live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)
    team = team_seats(world.duty, np.where(live[:, None], need.load(centre.queues), 0.0), live)
    days = [day.isoformat() for day in grid.days]
    found: dict[str, Floats] = {}
    for measure in MEASURES:
        seen = np.array([[report.simulated("day", day, name, measure)[0] for day in days] for name in centre.queue_ids])
        known = np.isfinite(seen) & live[:, None]
        low, high = np.full(seen.shape, LEAST), np.full(seen.shape, MOST)
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            value = _by_day(live_line(centre, need, team, measure, middle[:, grid.day_of]), need)
            better = value > seen if measure == "service_level" else value < seen
            high, low = np.where(better, middle, high), np.where(better, low, middle)
        worth = np.where(known, 0.5 * (low + high), np.nan)
        # A figure at its end (all answered at once, nobody lost) tells nothing of how much room there is.
        edge = (worth < LEAST + 0.01) | (worth > MOST - 0.01)
        worth[edge] = np.nan
        told = np.isfinite(worth)
        mean = np.where(told.any(axis=1), np.nansum(worth, axis=1) / np.maximum(told.sum(axis=1), 1), 1.0)
        found[measure] = np.where(told, worth, mean[:, None])[:, grid.day_of]
    return found


def _by_day(figures: Floats, need: Need) -> Floats:
    """Return the contact-weighted mean of each queue and day, shape (queues, days)."""
    weight = np.where(np.isfinite(figures), need.volume, 0.0)
    size = len(need.grid.days)
    above, below = (
        np.array([np.bincount(need.grid.day_of, row, minlength=size) for row in rows])
        for rows in (weight * np.nan_to_num(figures), weight)
    )
    return np.asarray(np.divide(above, below, out=np.full_like(below, np.nan), where=below > 0))

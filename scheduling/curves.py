"""Service curves of the pools: what the queueing formulas say of every number of seats in every interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from capacity.interval import IntervalService, interval_service
from capacity.requirement import Requirement
from domain.centre import Centre
from domain.history import Floats
from scheduling.pools import Pool

KNOTS = 320


@dataclass(frozen=True)
class Learned:
    """What the simulation taught the planning model.

    Attributes
    ----------
    efficiency : float array, shape (pools, intervals)
        Seats are multiplied by this before a service curve is read.
    offset : float array, shape (target rows,)
        Added to the planned value of a row; nothing is added to occupancy.
    duty : float array, shape (pools, intervals)
        Seats of the last roster: the scale on which FCR and occupancy are weighed.
    fcr : float array, shape (target rows,)
        FCR of the last roster's duty: the point around which the ratio of resolved to handled is made linear.
    """

    efficiency: Floats
    offset: Floats
    duty: Floats
    fcr: Floats


def pooled(requirement: Requirement, pool: Pool) -> tuple[Floats, Floats]:
    """Return a pool's contacts and its contact-weighted handle time per interval."""
    queues = list(pool.queues)
    volume = requirement.volume[queues]
    total = volume.sum(axis=0)
    aht = np.nan_to_num(requirement.aht_s[queues])
    plain = np.where(np.isfinite(requirement.aht_s[queues]), aht, 0).max(axis=0)
    mean = np.where(total > 0, (volume * aht).sum(axis=0) / np.maximum(total, 1e-12), plain)
    return total, np.maximum(mean, 1.0)


def load_of(requirement: Requirement, centre: Centre, pool: Pool) -> Floats:
    """Return the seats of an average agent that a pool's contacts keep busy, per interval."""
    volume, aht = pooled(requirement, pool)
    queue = centre.queues[pool.queues[0]]
    slow = queue.slowdowns()
    return volume * aht * slow[-1] / len(slow) / (60.0 * requirement.grid.step_minutes)


def _patience(centre: Centre, requirement: Requirement, pool: Pool) -> float | None:
    weights, rates = 0.0, 0.0
    for q in pool.queues:
        volume = float(requirement.volume[q].sum()) + 1e-9
        patience = centre.queues[q].patience_s
        weights += volume
        rates += volume / patience if patience else 0.0
    return weights / rates if rates > 0 else None


def _wait_without_patience(curve: Floats, seats: Floats, load: Floats) -> Floats:
    """Extend a wait that is unbounded below the load by its steepest known slope, so that it stays convex."""
    out = curve.copy()
    for t in range(out.shape[0]):
        good = np.isfinite(out[t]) & (seats > load[t] * 1.02)
        k = int(np.argmax(good)) if good.any() else len(seats) - 1
        if not good.any():
            out[t] = 1e5
            continue
        slope = (out[t, k] - out[t, min(k + 1, len(seats) - 1)]) if k + 1 < len(seats) else 0.0
        out[t, :k] = out[t, k] + slope * (k - np.arange(k))
    return out


def _with_absence(table: Floats, step: float, absence: float, in_shift: float) -> Floats:
    """Average a curve over who is absent: the people there are binomial, and service is worse than at their mean.

    Three points carry the mean and the variance of the seats that are there (Gauss-Hermite).
    """
    x = step * np.arange(table.shape[1])
    away = np.sqrt(3.0 * x * absence * (1.0 - in_shift))
    out = table * (2.0 / 3.0)
    for seats in (np.maximum(x - away, 0.0), x + away):
        at = np.minimum(seats / step, table.shape[1] - 1)
        k = np.minimum(at.astype(np.int64), table.shape[1] - 2)
        part = at - k
        out += (table[:, k] * (1.0 - part) + table[:, k + 1] * part) / 6.0
    return out


@dataclass(frozen=True)
class Curves:
    """Tables made so far; ``number`` makes those that are missing.

    Attributes
    ----------
    centre, requirement, pools
        What is served, and by which lines.
    top_seats : float
        Where the last knot must lie at least.
    """

    centre: Centre
    requirement: Requirement
    pools: Sequence[Pool]
    top_seats: float
    _tables: dict[tuple[int, str, float], Floats] = field(default_factory=dict)
    _services: dict[tuple[int, float], IntervalService] = field(default_factory=dict)

    @property
    def step(self) -> float:
        """Distance of two knots, in seats."""
        return max(self.top_seats / (KNOTS - 1), 0.05)

    @property
    def seats(self) -> Floats:
        """The knots, shape (knots,)."""
        return self.step * np.arange(KNOTS, dtype=np.float64)

    @property
    def pool_of(self) -> list[int]:
        """Pool of each curve."""
        return [g for g, _, _ in self._tables]

    @property
    def measures(self) -> tuple[str, ...]:
        """What each curve measures."""
        return tuple(measure for _, measure, _ in self._tables)

    def stacked(self) -> Floats:
        """Return every table, shape (curves, intervals, knots)."""
        shape = (len(self._tables), self.requirement.grid.size, KNOTS)
        return np.array(list(self._tables.values()), dtype=np.float64).reshape(shape)

    def number(self, g: int, measure: str, extra: float = 0.0) -> int:
        """Return the number of a pool's curve.

        Parameters
        ----------
        g : int
            Pool.
        measure : str
            A field of the interval's service, ``share`` of deferred work done, or ``occupancy``: busy seats beyond the
            share ``extra`` of them.
        extra : float
            Seconds of a service level, limit of an occupancy; else 0.
        """
        key = (g, measure, extra)
        if key not in self._tables:
            self._tables[key] = self._table(*key)
        return list(self._tables).index(key)

    def _table(self, g: int, measure: str, extra: float) -> Floats:
        pool, seats, shrinkage = self.pools[g], self.seats, self.centre.shrinkage
        volume, _ = pooled(self.requirement, pool)
        load = load_of(self.requirement, self.centre, pool)
        if measure == "share":
            table = np.minimum(1.0, seats[None, :] / np.maximum(load, 1e-9)[:, None])
        elif measure == "occupancy":
            table = (np.nan_to_num(self._service(g).occupancy) - extra) * seats[None, :]
        else:
            result = self._service(g, extra) if measure == "service_level" else self._service(g)
            table = np.array(getattr(result, measure), dtype=np.float64)
            if measure == "mean_wait_s" and _patience(self.centre, self.requirement, pool) is None:
                table = _wait_without_patience(table, seats, load)
            table = np.nan_to_num(table, nan=0.0)
        if measure != "share" and shrinkage.absence > 0:
            table = _with_absence(table, self.step, shrinkage.absence, shrinkage.in_shift)
        table[volume <= 0] = 0.0
        return table

    def _service(self, g: int, within_s: float = 20.0) -> IntervalService:
        """Return a pool's service at every knot, arrays of shape (intervals, knots)."""
        if (g, within_s) not in self._services:
            volume, aht = pooled(self.requirement, self.pools[g])
            queue = self.centre.queues[self.pools[g].queues[0]]
            self._services[g, within_s] = interval_service(
                (volume * 60.0 / self.requirement.grid.step_minutes)[:, None],
                aht[:, None],
                self.seats[None, :],
                patience_s=_patience(self.centre, self.requirement, self.pools[g]),
                within_s=within_s,
                concurrency=queue.concurrency,
                slowdown=queue.slowdowns(),
            )
        return self._services[g, within_s]

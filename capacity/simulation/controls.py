"""What chance brought to a replication, beside what it brings on average: the controls of its results.

How busy the days were, how long the work drawn was and who was absent explain most of a week's service, and their
means are known. A regression on them takes their part out of the error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.simulation.replication import Tally
from capacity.simulation.world import DRAWN, World
from domain.coverage import Coverage
from domain.history import Floats, Ints

ALL, ALL_SQUARED, OWN, OWN_SQUARED, WORK, PRESENT = range(6)
CONTROLS = 6
"""How much more work came than expected, and its square; the queue's own; how much longer the work drawn was; how many
more were present. In this order they are left out, the last first, where replications are few."""


@dataclass(frozen=True)
class Controls:
    """The days' controls, each of mean 0 over the scenarios.

    Attributes
    ----------
    first : int array, shape (days,)
        Interval in which each begins.
    step : float
        Seconds of an interval.
    volume, handle_s : float arrays, shape (queues, days)
        Mean contacts over the scenarios, and their mean handle time.
    square : float array, shape (queues + 1, days)
        Expected square of the relative excess of contacts; in the last row, of work.
    hours : float array, shape (shifts, days)
        On duty, over what is expected of everybody.
    absence : float array, shape (shifts,)
    """

    first: Ints
    step: float
    volume: Floats
    handle_s: Floats
    square: Floats
    hours: Floats
    absence: Floats

    @classmethod
    def of(cls, world: World, coverage: Coverage, scenarios: Floats, first: Ints) -> Controls:
        """Reckon the means from the volumes of all scenarios, shape (scenarios, queues, intervals)."""
        volume = np.add.reduceat(scenarios, first, axis=2)
        mean = volume.mean(axis=0)
        work = np.add.reduceat(scenarios.mean(axis=0) * world.aht, first, axis=1)
        handle_s = np.divide(work, mean, out=np.zeros_like(work), where=mean > 0)
        # Contacts of a scenario are Poisson: their variance is added to that of the scenarios.
        each = _square(volume, mean, mean)
        total = (volume * handle_s).sum(axis=1)
        everything = _square(total, work.sum(axis=0), (mean * handle_s**2).sum(axis=0))
        hours, absence = _hours(world, coverage, first), world.shift_absence
        usual = (1.0 - absence) @ hours
        hours = np.divide(hours, usual, out=np.zeros_like(hours), where=usual > 0)
        return cls(first, world.step, mean, handle_s, np.vstack([each, everything]), hours, absence)

    def measure(self, times: Floats, begins: Ints, tally: Tally) -> Floats:
        """Return a replication's controls by queue (last: all) and day, shape (queues + 1, days, CONTROLS).

        Parameters
        ----------
        times, begins : float array, int array
            Arrivals, as the event loop reads them.
        tally : Tally
        """
        queues, days = self.volume.shape
        edges = np.append(self.first * self.step, np.inf)
        came = np.array([np.diff(np.searchsorted(times[begins[q] : begins[q + 1]], edges)) for q in range(queues)])
        excess = np.zeros((queues + 1, days))
        excess[:-1] = _relative(came - self.volume, self.volume)
        work = (self.volume * self.handle_s).sum(axis=0)
        excess[-1] = _relative(((came - self.volume) * self.handle_s).sum(axis=0), work)
        squared = excess**2 - self.square
        drawn = np.add.reduceat(tally.counts[DRAWN], self.first, axis=1).sum(axis=0)
        found = np.empty((queues + 1, days, CONTROLS))
        found[..., OWN], found[..., OWN_SQUARED] = excess, squared
        found[-1 if queues > 1 else slice(None), :, (OWN, OWN_SQUARED)] = 0.0  # the same as of all
        found[..., ALL], found[..., ALL_SQUARED] = excess[-1], squared[-1]
        found[..., WORK] = _relative(drawn, work)
        found[..., PRESENT] = (self.absence - tally.absent) @ self.hours
        return found

    def weights(self) -> Floats:
        """Return the expected work by queue (last: all) and day, by which days weigh in a week."""
        work = self.volume * self.handle_s
        return np.vstack([work, work.sum(axis=0)])


def _relative(excess: Floats, usual: Floats) -> Floats:
    found: Floats = np.divide(excess, usual, out=np.zeros_like(usual), where=usual > 0)
    return found


def _square(values: Floats, mean: Floats, variance: Floats) -> Floats:
    """Return the mean square of values' (axis 0) relative excess, with a variance that each has besides."""
    spread = ((values - mean) ** 2).mean(axis=0) + variance
    found: Floats = np.divide(spread, mean**2, out=np.zeros_like(mean), where=mean > 0)
    return found


def _hours(world: World, coverage: Coverage, first: Ints) -> Floats:
    """Return each shift's hours on duty by day, shape (shifts, days)."""
    edges = np.append(first, world.intervals) * world.step / 60.0
    low = np.maximum(coverage.from_minute[:, None], edges[:-1])
    high = np.minimum(coverage.to_minute[:, None], edges[1:])
    useful = np.any(world.rank > 0, axis=1, keepdims=True)
    hours = np.zeros((world.shift_absence.size, first.size))
    np.add.at(hours, world.stretch_shift, np.maximum(high - low, 0.0) / 60.0 * useful)
    return hours

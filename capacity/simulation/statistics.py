"""From counts of replications to measures with their error."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from capacity.service import AGENT_MEASURES, MEASURES, AgentRow, ServiceRow
from capacity.simulation.inputs import SCOPE_NAMES
from capacity.simulation.world import (
    ABANDONED,
    BASE,
    BUSY,
    DONE,
    DUE,
    DUTY,
    FIXED,
    IN_TIME,
    KNOWN,
    OFFERED,
    WAIT,
)
from domain.grid import IntervalGrid
from domain.history import Floats, Ints

Masks = NDArray[np.bool_]
_UNBOUNDED = ("offered", "mean_wait_s", "agents", "handled", "duty_h")


@dataclass(frozen=True)
class Windows:
    """The intervals, days or weeks of a horizon.

    Attributes
    ----------
    scope : int
        0 interval, 1 day, 2 week.
    labels : tuple of str
    first : int array, shape (windows,)
        Interval in which each begins.
    open_s : float array, shape (queues + 1, windows)
        Seconds a queue (last: any queue) is open; the whole window where it never is.
    """

    scope: int
    labels: tuple[str, ...]
    first: Ints
    open_s: Floats

    @classmethod
    def of(cls, grid: IntervalGrid, scope: int, is_open: Masks) -> Windows:
        """Cut a grid into the windows of a scope; weeks are blocks of seven days from the first."""
        number = (np.arange(grid.size), grid.day_of, grid.day_of // 7)[scope]
        first = np.flatnonzero(np.diff(number, prepend=-1)).astype(np.int64)
        if scope == 0:
            labels = tuple(grid.label(i) for i in range(grid.size))
        else:
            labels = tuple(grid.days[grid.day_of[i]].isoformat() for i in first)
        opened = np.vstack([is_open, is_open.any(axis=0)]).astype(np.float64)
        steps = np.add.reduceat(opened, first, axis=1)
        whole = np.diff(first, append=grid.size).astype(np.float64)
        return cls(scope, labels, first, np.where(steps > 0, steps, whole) * grid.step_minutes * 60.0)

    def fractions(self, counts: Floats, duty: Floats, live: Masks) -> tuple[Floats, Floats]:
        """Return numerators and denominators of every measure in one replication.

        Parameters
        ----------
        counts, duty : float arrays
            As the event loop returns them.
        live : bool array, shape (queues,)

        Returns
        -------
        above, below : float arrays, shape (measures, queues + 1, windows)
            The last row is all queues: waits, and occupancy, of the live ones.
        """
        sums = np.add.reduceat(counts, self.first, axis=2)
        time = duty[self.scope][:, :, : self.first.size]
        alive = live[:, None].astype(np.float64)

        def add(values: Floats, part: Floats | None = None) -> Floats:
            whole = values if part is None else values * part
            return np.concatenate((values, whole.sum(axis=0, keepdims=True)))

        offered = sums[OFFERED]
        callers = add(offered, alive)
        one = np.ones_like(callers)
        served = add(offered * alive, None)
        pairs = {
            "offered": (add(offered), one),
            "mean_wait_s": (add(sums[WAIT], alive), callers),
            "service_level": (add(sums[IN_TIME + self.scope] * alive), served),
            "abandonment": (add(sums[ABANDONED]), served),
            "fcr": (add(sums[FIXED]), add(sums[KNOWN])),
            "occupancy": (add(time[BUSY], alive), add(time[BASE], alive)),
            "agents": (add(time[DUTY]), self.open_s),
            "share": (add(sums[DONE + self.scope]), add(sums[DUE + self.scope])),
        }
        return np.array([pairs[m][0] for m in MEASURES]), np.array([pairs[m][1] for m in MEASURES])


@dataclass
class Ratios:
    """Ratios of sums over replications, and their 95 % intervals by the delta method.

    Notes
    -----
    With sums N and D of R replications and r = N / D, the residuals n - r d have mean 0, and the standard error is
    their standard deviation over the square root of R and the mean of d [1]_. Student's t has R - 1 degrees.

    References
    ----------
    .. [1] Asmussen and Glynn (2007), Stochastic Simulation, section III.4.
    """

    count: int = 0
    sums: list[Floats] = field(default_factory=list)

    def add(self, above: Floats, below: Floats) -> None:
        """Take in one replication."""
        terms = (above, below, above * above, above * below, below * below)
        if not self.sums:
            self.sums = [np.zeros_like(above) for _ in terms]
        for total, term in zip(self.sums, terms, strict=True):
            total += term
        self.count += 1

    def estimate(self) -> tuple[Floats, Floats]:
        """Return values and half-widths; NaN where nothing was offered, and half-widths of one replication."""
        n, d, nn, nd, dd = self.sums
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(d > 0, n / d, np.nan)
            if self.count < 2:
                return value, np.full_like(value, np.nan)
            spread = np.maximum(nn - 2 * value * nd + value**2 * dd, 0.0) / (self.count - 1)
            half = stdtrit(self.count - 1, 0.975) * np.sqrt(spread * self.count) / d
        return value, half


def bounds(value: Floats, half: Floats, measures: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return the ends of intervals, shares between 0 and 1; measures stand first."""
    low, high = value - half, value + half
    for k, measure in enumerate(measures):
        low[k] = np.maximum(low[k], 0.0)
        if measure not in _UNBOUNDED:
            high[k] = np.minimum(high[k], 1.0)
    return low, high


def service_rows(windows: Windows, queues: tuple[str, ...], value: Floats, half: Floats) -> list[ServiceRow]:
    """Write estimates as rows, window by window, each queue and then ``all``."""
    low, high = bounds(value, half, MEASURES)
    value, low, high = (np.ascontiguousarray(np.moveaxis(a, 0, 2)) for a in (value, low, high))
    scope = SCOPE_NAMES[windows.scope]
    return [
        ServiceRow(scope, label, queue, value[q, t], low[q, t], high[q, t])
        for t, label in enumerate(windows.labels)
        for q, queue in enumerate((*queues, "all"))
    ]


def agent_fractions(handled: Floats, worked: Floats, fcr: Floats) -> tuple[Floats, Floats]:
    """Return numerators and denominators of every agent measure in one replication.

    Parameters
    ----------
    handled : float array, shape (agents, queues)
    worked : float array, shape (2, agents)
        Seconds busy and on duty.
    fcr : float array, shape (agents, queues)
        NaN where unknown.

    Returns
    -------
    above, below : float arrays, shape (measures, agents)
    """
    one = np.ones(len(handled))
    known = np.isfinite(fcr)
    pairs = {
        "occupancy": (worked[BUSY], worked[DUTY]),
        "handled": (handled.sum(axis=1), one),
        "fcr": ((handled * np.where(known, fcr, 0.0)).sum(axis=1), (handled * known).sum(axis=1)),
        "duty_h": (worked[DUTY] / 3600.0, one),
    }
    return np.array([pairs[m][0] for m in AGENT_MEASURES]), np.array([pairs[m][1] for m in AGENT_MEASURES])


def agent_rows(agents: tuple[str, ...], ratios: Ratios) -> tuple[AgentRow, ...]:
    """Write estimates as rows, one an agent."""
    value, half = ratios.estimate()
    low, high = bounds(value, half, AGENT_MEASURES)
    return tuple(AgentRow(name, value[:, a], low[:, a], high[:, a]) for a, name in enumerate(agents))

"""From counts of replications to each tier's waits with their error."""

from __future__ import annotations

import numpy as np

from capacity.service import TIER_MEASURES, TierRow
from capacity.simulation.inputs import SCOPE_NAMES
from capacity.simulation.replication import Tally
from capacity.simulation.statistics import Ratios, Windows, bounds
from capacity.simulation.tiers import Streams
from capacity.simulation.world import ABANDONED, IN_TIME, OFFERED, WAIT
from domain.centre import Centre
from domain.history import Floats
from domain.tiers import REST


class TierRows:
    """Replications taken in one by one, by tier.

    Parameters
    ----------
    centre : Centre
    streams : Streams
    windows : tuple of Windows
        Days and weeks.

    Notes
    -----
    A row is a tier on one queue that has tiers, or over all live queues; contacts of no tier are one too.
    """

    def __init__(self, centre: Centre, streams: Streams, windows: tuple[Windows, ...]) -> None:
        names = (*(tier.id for tier in centre.tiers), REST)
        parted = np.diff(streams.first)[streams.queue] > 1
        live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)[streams.queue]
        self.windows = windows
        self._labels: list[tuple[str, str]] = []
        masks = []
        for t, name in enumerate(names):
            for s in np.flatnonzero(parted & (streams.tier == t)):
                self._labels.append((name, centre.queue_ids[streams.queue[s]]))
                masks.append(np.arange(streams.tier.size) == s)
            self._labels.append((name, "all"))
            masks.append((streams.tier == t) & live)
        self._sums = np.array(masks, dtype=np.float64)
        self._ratios = tuple(Ratios() for _ in windows)

    def add(self, tally: Tally) -> None:
        """Take in one replication."""
        assert tally.by_stream is not None
        for windows, ratios in zip(self.windows, self._ratios, strict=True):
            ratios.add(*self._fractions(tally.by_stream, windows))

    def rows(self) -> tuple[TierRow, ...]:
        """Write estimates as rows, window by window, tier by tier, each queue and then ``all``."""
        found = []
        for windows, ratios in zip(self.windows, self._ratios, strict=True):
            value, half = ratios.estimate()
            low, high = bounds(value, half, TIER_MEASURES)
            scope = SCOPE_NAMES[windows.scope]
            found += [
                TierRow(scope, label, tier, queue, value[:, k, t], low[:, k, t], high[:, k, t])
                for t, label in enumerate(windows.labels)
                for k, (tier, queue) in enumerate(self._labels)
            ]
        return tuple(found)

    def _fractions(self, counts: Floats, windows: Windows) -> tuple[Floats, Floats]:
        """Return numerators and denominators of every measure, shape (measures, rows, windows)."""
        columns = (OFFERED, WAIT, IN_TIME + windows.scope, ABANDONED)
        sums = self._sums @ np.add.reduceat(counts[list(columns)], windows.first, axis=2)
        below = np.broadcast_to(sums[:1], sums.shape).copy()
        below[0] = 1.0
        return sums, below

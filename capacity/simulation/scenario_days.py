"""Service over the scenarios of a forecast: what single days bring, and the mean that is to be expected."""

from __future__ import annotations

import numpy as np

from capacity.service import MEASURES, ServiceRow
from capacity.simulation.adjusted import Adjusted
from capacity.simulation.controls import Controls
from capacity.simulation.replication import Tally
from capacity.simulation.statistics import Masks, Windows, service_rows
from domain.history import Floats

PRECISE = ("service_level", "abandonment", "share")


class ScenarioDays:
    """Replications of scenarios, taken in one by one.

    Parameters
    ----------
    windows : tuple of Windows
        Days and weeks.
    live : bool array, shape (queues,)
    controls : Controls
    """

    def __init__(self, windows: tuple[Windows, ...], live: Masks, controls: Controls) -> None:
        self.windows, self.live, self.controls = windows, live, controls
        self._weight = controls.weights()[..., None]
        self.found = tuple(Adjusted() for _ in windows)

    @property
    def count(self) -> int:
        """Return how many there were."""
        return len(self.found[0].above)

    def add(self, tally: Tally, controls: Floats) -> None:
        """Take in a replication with its days' controls; those of a week weigh its days by their expected work."""
        days = self.windows[0]
        for windows, found in zip(self.windows, self.found, strict=True):
            begins = np.searchsorted(days.first, windows.first)
            total = np.add.reduceat(self._weight, begins, axis=1)
            sums = np.add.reduceat(self._weight * controls, begins, axis=1)
            means = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
            found.add(*windows.fractions(tally.counts, tally.duty, self.live), means)

    def precise(self, half_width: float | None) -> bool:
        """Tell whether every queue's every week is known to a half-width; never without one."""
        if half_width is None:
            return False
        _, half = self.found[-1].estimate()
        widths = half[[MEASURES.index(measure) for measure in PRECISE]]
        return not (widths[np.isfinite(widths)] > half_width).any()

    def daily(self) -> dict[str, Floats]:
        """Return each measure by replication, queue and day; NaN where nothing was offered."""
        above, below = (np.array(each)[:, :, :-1] for each in (self.found[0].above, self.found[0].below))
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(below > 0, above / below, np.nan)
        return {measure: np.ascontiguousarray(value[:, k]) for k, measure in enumerate(MEASURES)}

    def rows(self, queues: tuple[str, ...]) -> tuple[ServiceRow, ...]:
        """Write the expected service of days and weeks."""
        return tuple(
            row
            for windows, found in zip(self.windows, self.found, strict=True)
            for row in service_rows(windows, queues, *found.estimate())
        )

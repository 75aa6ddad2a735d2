"""How many targets are met, all at once: where each stands among the figures, and from where on it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.targets import TargetRow
from domain.history import Floats, Ints
from planning.whatif.figures import MEASURES, Windows

EXACT = 1e-12
"""Relative miss up to which a target counts as met."""


@dataclass(frozen=True)
class Promised:
    """The targets of days and weeks; arrays have shape (targets,).

    Attributes
    ----------
    measure, queue, span : int arrays
        Where each stands in the figures of `Windows`.
    limit : float array
    upper : bool array
        Whether values at or below the limit meet it.
    asked : bool array
        Whether anything is offered under it; where nothing is, it is kept.
    """

    measure: Ints
    queue: Ints
    span: Ints
    limit: Floats
    upper: NDArray[np.bool_]
    asked: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Sequence[TargetRow], windows: Windows, volume: Floats) -> Promised:
        """Lay targets out; those of single intervals are left out."""
        mine = [row for row in rows if row.scope != "interval"]
        return cls(
            measure=np.array([MEASURES.index(row.measure) for row in mine], dtype=np.int64),
            queue=np.array([row.queue for row in mine], dtype=np.int64),
            span=np.array([windows.place[row.scope, row.start] for row in mine], dtype=np.int64),
            limit=np.array([row.limit for row in mine]),
            upper=np.array([row.upper for row in mine], dtype=np.bool_),
            asked=np.array([volume[row.queue, row.intervals].sum() > 0 for row in mine], dtype=np.bool_),
        )

    @property
    def measures(self) -> frozenset[str]:
        """What is promised at all."""
        return frozenset(MEASURES[k] for k in set(self.measure.tolist()))

    def met(self, figures: Floats) -> int:
        """Return how many are met by figures of shape (measures, queues and all, spans)."""
        return self._met(figures[self.measure, self.queue, self.span])

    def between(self, low: Floats, high: Floats) -> tuple[int, int]:
        """Return how many are met at the worse and at the better end of every figure's interval."""
        place = (self.measure, self.queue, self.span)
        worse = np.where(self.upper, high[place], low[place])
        better = np.where(self.upper, low[place], high[place])
        return self._met(worse), self._met(better)

    def _met(self, values: Floats) -> int:
        excess = np.where(self.upper, values - self.limit, self.limit - values)
        kept = np.isfinite(values) & (excess / self.limit <= EXACT)
        return int((kept | ~self.asked).sum())

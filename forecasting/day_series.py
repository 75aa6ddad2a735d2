"""Day totals with their calendar, on the log scale and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats
from forecasting.design import Design

Bools = NDArray[np.bool_]

_SHORT = frozenset({"weekday", "special"})
_USUAL = _SHORT | {"month"}
_YEARLY = _USUAL | {"year"}


@dataclass(frozen=True)
class TotalsAhead:
    """Forecast day totals, split into the usual course and what special days make of it.

    Attributes
    ----------
    usual : float array, shape (horizon,)
        Contacts of each day were it not special.
    special : float array, shape (horizon,)
        Factor of holidays and the days around them.
    """

    usual: Floats
    special: Floats


@dataclass(frozen=True)
class DaySeries:
    """Day totals up to a day, with what a regression needs beside them.

    Attributes
    ----------
    totals : float array, shape (days,)
        NaN where unknown.
    design : Design
        Of the days of ``totals`` and those to be forecast.
    special : bool array, shape (days,)
    gap, horizon : int
        Days between the last total and the first day wanted, and the days wanted.
    """

    totals: Floats
    design: Design
    special: Bools
    gap: int
    horizon: int

    @property
    def ahead(self) -> slice:
        """The days wanted, as rows of the design."""
        start = len(self.totals) + self.gap
        return slice(start, start + self.horizon)

    @property
    def offset(self) -> float:
        """What is added to a total before its logarithm is taken, so that a zero is bearable."""
        return max(0.5, 0.01 * float(np.nanmedian(self.totals)))

    @property
    def logs(self) -> Floats:
        """Logarithms of the totals."""
        return np.asarray(np.log(self.totals + self.offset))

    @cached_property
    def noise(self) -> float:
        """Standard deviation of one log total around the same weekday a week before, robust."""
        return weekly_noise(self.logs, self.special)

    def penalty(self, columns: NDArray[np.int64]) -> Floats:
        """Return the ridge weight of each column: noise variance over the effect's own variance."""
        return np.asarray((self.noise / self.design.spread[columns]) ** 2)

    def columns(self, yearly: bool) -> NDArray[np.int64]:
        """Return the columns that the history supports."""
        known = np.isfinite(self.totals)
        groups = _SHORT if known.sum() < 30 else _YEARLY if yearly else _USUAL
        return self.design.supported(known, groups)

    def contacts(self, columns: NDArray[np.int64], beta: Floats, level: Floats, smearing: float) -> TotalsAhead:
        """Return the days wanted on the scale of contacts.

        Parameters
        ----------
        columns : int array, shape (columns,)
        beta : float array, shape (columns,)
        level : float array, shape (horizon,)
            Of the logarithm.
        smearing : float
            See `smearing`.
        """
        matrix = self.design.matrix[self.ahead][:, columns]
        special = np.array([self.design.group[c] == "special" for c in columns], dtype=np.bool_)
        usual = np.exp(matrix[:, ~special] @ beta[~special] + level) * smearing - self.offset
        return TotalsAhead(np.maximum(usual, 0.0), np.exp(matrix[:, special] @ beta[special]))


def weekly_noise(logs: Floats, special: Bools) -> float:
    """Return the standard deviation of one log total around the same weekday a week before, robust.

    Parameters
    ----------
    logs : float array, shape (days,)
    special : bool array, shape (days,)
        Days near holidays, which are left out.
    """
    change = (logs[7:] - logs[:-7])[~special[7:] & ~special[:-7]]
    change = change[np.isfinite(change)]
    if len(change) < 7:
        return 0.15
    return max(0.02, 1.4826 * float(np.median(np.abs(change))) / float(np.sqrt(2)))


def smearing(residual: Floats) -> float:
    """Return the mean of the exponentiated residuals, outliers clipped: what a mean exceeds a median by (Duan 1983)."""
    known = residual[np.isfinite(residual)][-120:]
    if len(known) < 10:
        return 1.0
    centred = known - np.median(known)
    spread = 1.4826 * float(np.median(np.abs(centred)))
    return float(np.clip(np.mean(np.exp(np.clip(centred, -2.5 * spread, 2.5 * spread))), 1.0, 1.3))

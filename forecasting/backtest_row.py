"""The figures of a back-test, one row a queue, member and lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.history import Floats
from forecasting.forecast import LEVELS


@dataclass(frozen=True)
class BacktestRow:
    """How one member did for one queue at one lead; NaN where a figure does not apply.

    Attributes
    ----------
    queue, member : str
        ``chosen`` is what the choice before each origin would have taken.
    lead : int
        Weeks: lead 1 judges the seven days after the last known one.
    origins : int
        Weeks judged.
    wape : float
        Summed absolute error of intervals over contacts.
    mase : float
        Mean absolute error over that of repeating the week before, in the year before each origin.
    bias : float
        Summed error over contacts; positive is too many.
    day_wape : float
        As ``wape``, of day totals.
    pinball : float
        Mean quantile loss over the levels of the bands, in contacts an interval.
    cover80, cover95 : float
        Share of intervals inside the bands p10..p90 and p025..p975.
    """

    queue: str
    member: str
    lead: int
    origins: int
    wape: float
    mase: float
    bias: float
    day_wape: float
    pinball: float
    cover80: float
    cover95: float


@dataclass
class Sums:
    """Sums over the judged weeks of one member at one lead."""

    origins: int = 0
    error: float = 0.0
    absolute: float = 0.0
    day: float = 0.0
    volume: float = 0.0
    scaled: float = 0.0
    scaled_cells: int = 0
    loss: float = 0.0
    in80: float = 0.0
    in95: float = 0.0
    banded: int = 0

    def add(self, actual: Floats, path: Floats, band: Floats | None, scale: float) -> None:
        """Add a week.

        Parameters
        ----------
        actual, path : float arrays, shape (7, slots)
            What came, NaN where unknown, and what was forecast.
        band : float array, shape (levels, 7, slots), or None
            None where a member has no bands.
        scale : float
            Mean absolute error of repeating the week before; 0 where nothing tells.
        """
        known = np.isfinite(actual)
        came = np.where(known, actual, 0.0)
        error = np.where(known, path - came, 0.0)
        self.origins += 1
        self.error += float(error.sum())
        self.absolute += float(np.abs(error).sum())
        self.day += float(np.abs(error.sum(axis=1)).sum())
        self.volume += float(came.sum())
        if scale > 0:
            self.scaled += float(np.abs(error).sum()) / scale
            self.scaled_cells += int(known.sum())
        if band is not None:
            use = known & (path > 0)
            came, band = actual[use], band[:, use]
            levels = np.array(LEVELS)[:, None]
            miss = came[None] - band
            self.loss += float(np.maximum(levels * miss, (levels - 1) * miss).mean(axis=0).sum())
            inside = [(came >= band[low]) & (came <= band[-1 - low]) for low in (LEVELS.index(0.10), 0)]
            self.in80 += float(inside[0].sum())
            self.in95 += float(inside[1].sum())
            self.banded += int(use.sum())

    def row(self, queue: str, member: str, lead: int) -> BacktestRow:
        """Return the figures."""
        return BacktestRow(
            queue,
            member,
            lead,
            self.origins,
            over(self.absolute, self.volume),
            over(self.scaled, self.scaled_cells),
            over(self.error, self.volume),
            over(self.day, self.volume),
            over(self.loss, self.banded),
            over(self.in80, self.banded),
            over(self.in95, self.banded),
        )


def over(top: float, bottom: float) -> float:
    """Return a ratio, NaN where there is nothing to divide by."""
    return top / bottom if bottom > 0 else float("nan")


def backtest_table(rows: Sequence[BacktestRow]) -> str:
    """Write back-test rows as a table of text, percentages where a share is meant."""
    head = ("queue", "lead", "member", "weeks", "WAPE", "MASE", "bias", "day", "pinball", "80 %", "95 %")
    cells = [head]
    for row in rows:
        shares = (row.wape, row.bias, row.day_wape, row.cover80, row.cover95)
        wape, bias, day, in80, in95 = ("" if np.isnan(x) else f"{100 * x:.1f}" for x in shares)
        mase, loss = ("" if np.isnan(x) else f"{x:.3f}" for x in (row.mase, row.pinball))
        cells.append((row.queue, str(row.lead), row.member, str(row.origins), wape, mase, bias, day, loss, in80, in95))
    width = [max(len(line[k]) for line in cells) for k in range(len(head))]
    left = (0, 2)
    return "\n".join(
        "  ".join(text.ljust(width[k]) if k in left else text.rjust(width[k]) for k, text in enumerate(line)).rstrip()
        for line in cells
    )

"""A series as a peer sees it: the past of one origin, its gaps and closed intervals dealt with in the usual ways."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Past:
    """What is known at one origin.

    Attributes
    ----------
    first : date
        Day 0.
    step_minutes : int
    counts : float array, shape (days, slots)
        Days before the origin; NaN where unknown.
    opened : bool array, shape (7, slots)
        Slots of each weekday that take contacts; only they are forecast and scored.
    ahead : int
        Days to forecast from the origin on.
    holidays : dict of date to str
        The country's, of past and future days.
    """

    first: date
    step_minutes: int
    counts: Any
    opened: Any
    ahead: int
    holidays: dict[date, str]

    @property
    def days(self) -> int:
        """Number of known days, gaps included: the origin's index."""
        return len(self.counts)

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return int(self.counts.shape[1])

    @cached_property
    def weekday(self) -> Any:
        """Weekday of past and future days, Monday 0."""
        return (self.first.weekday() + np.arange(self.days + self.ahead)) % 7

    def date(self, index: int) -> date:
        """Return the date of a day's index."""
        return self.first + timedelta(days=int(index))

    @cached_property
    def known(self) -> Any:
        """Past counts in open intervals, NaN elsewhere."""
        return np.where(self.opened[self.weekday[: self.days]], self.counts, np.nan)

    def recent(self, weeks: int, how: str) -> Any:
        """Return each weekday's mean or median of its latest known days, shape (7, slots); 0 where closed."""
        return recent_weekdays(self.known, self.weekday[: self.days], weeks, how)

    @cached_property
    def filled(self) -> Any:
        """Past counts without gaps: unknown intervals get the mean of the four known ones before, closed ones 0."""
        filled = self.known.copy()
        usual = self.recent(8, "mean")
        for d in range(7):
            mine = np.flatnonzero(self.weekday[: self.days] == d)
            # Kept newest last, by slot; before the first known day the recent mean serves.
            last = np.repeat(usual[d][None], 4, axis=0)
            for day in mine:
                row = filled[day]
                gap = np.isnan(row)
                row[gap] = last.mean(axis=0)[gap]
                last = np.concatenate([last[1:], row[None]])
        return np.where(self.opened[self.weekday[: self.days]], filled, 0.0)

    def profile(self, weeks: int = 8) -> Any:
        """Return each weekday's shares of its day by slot, shape (7, slots)."""
        mean = self.recent(weeks, "mean")
        total = mean.sum(axis=1, keepdims=True)
        return np.divide(mean, total, out=np.zeros_like(mean), where=total > 0)

    def spread(self, totals: Any) -> Any:
        """Return day totals ahead spread over their slots, shape (ahead, slots)."""
        return np.asarray(totals)[:, None] * self.profile()[self.weekday[self.days :]]


def recent_weekdays(counts: Any, weekday: Any, weeks: int, how: str) -> Any:
    """Return the mean or median of the latest known days of each weekday, shape (7, slots); 0 where none is known."""
    result = np.zeros((7, counts.shape[1]))
    logged = np.isfinite(counts).any(axis=1)
    for d in range(7):
        mine = counts[np.flatnonzero((weekday == d) & logged)[-weeks:]]
        some = np.isfinite(mine).any(axis=0)
        if some.any():
            result[d, some] = (np.nanmedian if how == "median" else np.nanmean)(mine[:, some], axis=0)
    return result


@dataclass(frozen=True)
class PeerSeries:
    """A series' folder, read."""

    name: str
    first: date
    step_minutes: int
    counts: Any
    opened: Any
    origins: tuple[int, ...]
    ahead: int
    holidays: dict[date, str]

    def past(self, k: int) -> Past:
        """Return what is known at the k-th origin."""
        counts = self.counts[: self.origins[k]]
        return Past(self.first, self.step_minutes, counts, self.opened[k], self.ahead, self.holidays)


def read_series(folder: Path) -> PeerSeries:
    """Read what the exporter wrote."""
    told = json.loads((folder / "series.json").read_text(encoding="utf-8"))
    lines = (folder / "counts.csv").read_text(encoding="utf-8").splitlines()
    cells = [line.split(",")[1:] for line in lines]
    counts = np.array([[float(c) if c else np.nan for c in row] for row in cells])
    opened = np.loadtxt(folder / "open.csv", delimiter=",", ndmin=2).astype(bool)
    return PeerSeries(
        folder.name,
        date.fromisoformat(lines[0].split(",", 1)[0]),
        told["step_minutes"],
        counts,
        opened.reshape(len(told["origins"]), 7, counts.shape[1]),
        tuple(told["origins"]),
        7 * told["weeks_ahead"],
        {date.fromisoformat(day): name for day, name in told["holidays"]},
    )

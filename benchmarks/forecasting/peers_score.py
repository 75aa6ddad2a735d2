"""Errors of every method week by week, and the ratio of two methods with its interval, paired by origin and queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.forecasting.peers_export import Bools, Series
from benchmarks.forecasting.peers_ours import Ours
from domain.history import Floats

DRAWS = 2000
OURS = "seatwise"

SPARSE = 2.0
"""Below this many contacts an open interval a queue is judged by day totals."""


@dataclass(frozen=True)
class Scope:
    """Which days are scored: weeks ahead, and whether days near a holiday alone."""

    title: str
    leads: tuple[int, ...]
    near_holiday: bool = False


SCOPES = (
    Scope("week 1", (1,)),
    Scope("weeks 2-4", (2, 3, 4)),
    Scope("week 4", (4,)),
    Scope("near holidays, week 1", (1,), near_holiday=True),
    Scope("near holidays, week 4", (4,), near_holiday=True),
)


@dataclass(frozen=True)
class Judged:
    """One series with the forecasts of every method; NaN where a method did not forecast.

    Attributes
    ----------
    series : Series
    actual : float array, shape (origins, days, slots)
        NaN where unknown, closed or outside the judged weeks.
    forecasts : dict of str to float array, same shape
    bands : float array, shape (4, origins, days, slots)
        Ours.
    seconds : dict of str to float
        Median CPU seconds of an origin; ours of a week's forecast.
    month_seconds : float
        Ours, of a forecast of four weeks.
    """

    series: Series
    actual: Floats
    forecasts: dict[str, Floats]
    bands: Floats
    seconds: dict[str, float]
    month_seconds: float

    @property
    def sparse(self) -> bool:
        """Whether so few contacts come in an interval that day totals are judged."""
        return float(np.nanmean(self.actual)) < SPARSE

    def weeks(self, method: str, scope: Scope, by_day: bool) -> Floats:
        """Return a method's absolute error by judged week, shape (weeks,); NaN where it did not forecast."""
        error = np.where(np.isfinite(self.actual), self.forecasts[method] - np.nan_to_num(self.actual), 0.0)
        of_day = np.abs(error.sum(axis=-1)) if by_day else np.abs(error).sum(axis=-1)
        return self._by_week(of_day, scope)

    def volume(self, scope: Scope) -> Floats:
        """Return contacts by judged week, shape (weeks,)."""
        return self._by_week(np.asarray(np.nan_to_num(self.actual).sum(axis=-1)), scope)

    def days(self, scope: Scope) -> int:
        """Return how many days are scored, each at each lead."""
        known = np.isfinite(self.actual).any(axis=-1)
        return int(np.nansum(self._by_week(known.astype(np.float64), scope)))

    def inside(self, scope: Scope) -> Floats:
        """Return intervals, and how many of them lie inside our 80 % and our 95 % band."""
        actual, (p025, p10, p90, p975) = self.actual, self.bands
        known = np.isfinite(actual)
        cells = [known, known & (actual >= p10) & (actual <= p90), known & (actual >= p025) & (actual <= p975)]
        return np.array([np.nansum(self._by_week(c.sum(axis=-1).astype(np.float64), scope)) for c in cells])

    def _by_week(self, of_day: Floats, scope: Scope) -> Floats:
        near = self.series.near_holiday()
        where = {start: k for k, start in enumerate(self.series.targets)}
        found = np.zeros(len(self.series.targets))
        for k, origin in enumerate(self.series.origins):
            for lead in scope.leads:
                start = origin + 7 * (lead - 1)
                if start in where:
                    part = of_day[k, 7 * (lead - 1) : 7 * lead]
                    found[where[start]] += part[near[start : start + 7]].sum() if scope.near_holiday else part.sum()
        return found


def judged(series: Series, ours: Ours, peers: dict[str, tuple[Floats, Floats]]) -> Judged:
    """Lay what came beside every forecast.

    Parameters
    ----------
    series : Series
    ours : Ours
    peers : dict of str to (float array, float array)
        Forecasts, and CPU seconds of each origin.
    """
    actual = np.full_like(ours.mean, np.nan)
    for k, origin in enumerate(series.origins):
        came = series.counts[origin : origin + actual.shape[1]]
        weekday = (series.first.weekday() + origin + np.arange(len(came))) % 7
        actual[k, : len(came)] = np.where(series.opened[k][weekday], came, np.nan)
    forecasts = {OURS: ours.mean} | {name: found for name, (found, _) in peers.items()}
    # The median over origins: other work on the machine lengthens some.
    seconds = {OURS: float(np.median(ours.seconds[0]))}
    seconds |= {name: float(np.nanmedian(spent)) for name, (_, spent) in peers.items()}
    return Judged(series, actual, forecasts, ours.bands, seconds, float(np.median(ours.seconds[1])))


def load_peer(work: Path, series: Series, function: str) -> tuple[Floats, Floats]:
    """Read a peer's forecasts and CPU seconds."""
    with np.load(work / "forecasts" / series.name / f"{function}.npz") as kept:
        return kept["forecast"], kept["seconds"]


def complete(items: Sequence[Judged], method: str) -> bool:
    """Tell whether a method forecast from every origin."""
    return all(np.isfinite(item.forecasts[method]).all() for item in items)


def pooled(items: Sequence[Judged], method: str, scope: Scope, by_day: bool | None = None) -> float:
    """Return the geometric mean over queues of a method's error over contacts, sparse queues by day totals.

    Parameters
    ----------
    items : sequence of Judged
    method : str
    scope : Scope
    by_day : bool, optional
        Judge all by day totals, or none.
    """
    shares = []
    for item in items:
        error = item.weeks(method, scope, item.sparse if by_day is None else by_day)
        volume = np.where(np.isfinite(error), item.volume(scope), 0.0).sum()
        if volume > 0:
            shares.append(max(float(np.nansum(error) / volume), 1e-9))
    return float(np.exp(np.mean(np.log(shares)))) if shares else float("nan")


@dataclass(frozen=True)
class Ratio:
    """The ratio of our pooled error to a peer's, and the 95 % interval of a bootstrap over whole weeks."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]" if np.isfinite(self.value) else "-"


def ratio(items: Sequence[Judged], peer: str, scope: Scope) -> Ratio:
    """Compare ours with a peer on the weeks that both forecast.

    Notes
    -----
    Whole judged weeks are drawn with replacement, the same ones for every queue and both methods: queues of a
    centre err together, and so do the days of a week and the leads at which it was forecast.
    """
    pairs = [[item.weeks(method, scope, item.sparse) for method in (OURS, peer)] for item in items]
    errors = np.array(pairs)  # queues, methods, weeks
    both = np.isfinite(errors).all(axis=1, keepdims=True)
    errors = np.where(both, errors, 0.0)
    weeks = errors.shape[-1]
    picks = np.random.default_rng(1).integers(0, weeks, (DRAWS, weeks))
    drawn = np.array([_pooled_ratio(errors[..., pick].sum(axis=-1)) for pick in picks])
    drawn = drawn[np.isfinite(drawn)]
    value = _pooled_ratio(errors.sum(axis=-1))
    if not len(drawn):
        return Ratio(value, float("nan"), float("nan"))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Ratio(value, float(low), float(high))


def _pooled_ratio(sums: Floats) -> float:
    """Return the geometric mean over queues of two methods' summed errors, shape (queues, 2)."""
    use: Bools = np.asarray((sums > 0).all(axis=1))
    return float(np.exp(np.mean(np.log(sums[use, 0] / sums[use, 1])))) if use.any() else float("nan")


def best_peer(items: Sequence[Judged], scope: Scope) -> str:
    """Return the peer with the smallest pooled error among those that forecast from every origin."""
    peers = [name for name in items[0].forecasts if name != OURS and complete(items, name)]
    return min(peers, key=lambda name: pooled(items, name, scope))

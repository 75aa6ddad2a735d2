"""Month totals up to a year ahead, against last year's month times growth and against the flat mean.

``python -m benchmarks.forecasting.long_range`` prints the tables and writes them beside itself. Forecasts are made
from the first of each month, by what was known before it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from benchmarks.forecast import DATA, SOURCES, Source, read
from benchmarks.forecasting.tables import keep, markdown
from domain.grid import from_utc64
from domain.history import Floats
from domain.progress import Control
from forecasting.days import first_logged, queue_days
from forecasting.forecast import LEVELS
from forecasting.long_range import day_history, forecast_long_range
from forecasting.study import queue_study

MANY_YEARS = SOURCES[2:4]
LEAST = 30.0
"""Queues with fewer contacts a day are left out."""

LEADS = ((1, 1), (2, 3), (4, 6), (7, 9), (10, 12))
NAMES = ("ours", "last year's month x growth", "flat mean")


@dataclass(frozen=True)
class Month:
    """One month of one queue forecast from one origin; figures are over the days that are known."""

    queue: str
    lead: int
    year_known: bool
    actual: float
    paths: tuple[float, ...]
    bands: Floats


def months_of(source: Source) -> list[Month]:
    """Forecast from every first of a month with half a year before it."""
    history, centre = read(replace(source, least=max(source.least, LEAST)))
    ends = (from_utc64(history.start.max()) + timedelta(days=2)).date()
    oldest = first_logged(history, centre.timezone, ends)
    matrices = queue_days(history, centre, oldest, (ends - oldest).days, ends)
    totals = np.array([day_history(queue_study(m, (), centre), m.days)[0].totals for m in matrices])
    days = [oldest + timedelta(days=k) for k in range(totals.shape[1])]
    month = np.array([day.year * 12 + day.month - 1 for day in days])
    found = []
    for number in np.unique(month)[6:]:
        start = date(number // 12, number % 12 + 1, 1)
        made, _ = forecast_long_range(history, centre, (), start, 12, control=Control())
        print(f"{source.path} {start}", file=sys.stderr, flush=True)
        for k, queue in enumerate(centre.queue_ids):
            past = totals[k].copy()
            past[month >= number] = np.nan
            if np.isfinite(past).sum() < 100:
                continue
            daily = {t.start: t.mean for t in made if t.queue == queue and t.period == "day"}
            whole = {t.start: t for t in made if t.queue == queue and t.period == "month"}
            for lead in range(1, 13):
                at = number + lead - 1
                use = np.flatnonzero((month == at) & np.isfinite(totals[k]))
                if len(use) < 8:
                    continue
                total = whole[date(at // 12, at % 12 + 1, 1)]
                ours = sum(daily[days[d]] for d in use)
                part = ours / total.mean if total.mean > 0 else 1.0
                paths = (ours, last_year(past, month, number, at) * len(use), flat(past, days, use))
                known = np.flatnonzero(np.isfinite(past))
                year = int(known[-1] - known[0]) >= 390
                found.append(Month(queue, lead, year, float(totals[k, use].sum()), paths, total.bands * part))
    return found


def last_year(past: Floats, month: Floats, number: int, at: int) -> float:
    """Return a day's mean of the same month a year before, times the growth of the last three months."""

    def mean(of: int) -> float:
        mine = past[(month == of) & np.isfinite(past)]
        return float(mine.mean()) if len(mine) >= 5 else float("nan")

    pairs = np.array([(mean(number - j), mean(number - j - 12)) for j in (1, 2, 3)])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    growth = pairs[:, 0].sum() / pairs[:, 1].sum() if len(pairs) else float("nan")
    return mean(at - 12) * float(growth)


def flat(past: Floats, days: list[date], use: Floats) -> float:
    """Return the mean of the last twelve weeks by weekday, over some days."""
    known = np.flatnonzero(np.isfinite(past))
    recent = known[known >= known[-1] - 84]
    weekday = np.array([days[d].weekday() for d in recent])
    mean = [past[recent[weekday == w]].mean() if (weekday == w).any() else past[recent].mean() for w in range(7)]
    return float(sum(mean[days[d].weekday()] for d in use))


def rows_of(months: list[Month]) -> list[list[str]]:
    """Score by lead: geometric mean over queues of each method's error, and coverage."""
    rows = []
    for low, high in LEADS:
        mine = [m for m in months if low <= m.lead <= high]
        compared = [m for m in mine if np.isfinite(m.paths[1])]
        cells = [f"{low}" if low == high else f"{low}-{high}", str(len(compared))]
        for j in range(len(NAMES)):
            cells.append(f"{100 * pooled(compared, j):.1f}")
        cells += covered(mine)
        rows.append(cells)
    return rows


def pooled(months: list[Month], method: int) -> float:
    """Return the geometric mean over queues of absolute error over contacts."""
    shares = []
    for queue in sorted({m.queue for m in months}):
        mine = [m for m in months if m.queue == queue]
        shares.append(sum(abs(m.paths[method] - m.actual) for m in mine) / sum(m.actual for m in mine))
    return float(np.exp(np.mean(np.log(np.maximum(shares, 1e-4))))) if shares else float("nan")


def covered(months: list[Month]) -> list[str]:
    """Return the shares of months inside the 80 and the 90 % band, a year of history known and not."""
    cells = []
    for year in (True, False):
        mine = [m for m in months if m.year_known == year]
        for level in (LEVELS.index(0.10), LEVELS.index(0.05)):
            inside = [m.bands[level] <= m.actual <= m.bands[-1 - level] for m in mine]
            cells.append(f"{100 * np.mean(inside):.0f}" if inside else "")
        cells.append(str(len(mine)))
    return cells


def main() -> None:
    """Score every data set of several years."""
    head = ["months ahead", "months", *(f"{name} %" for name in NAMES)]
    head += ["80 % band", "90 % band", "months", "80 %, under a year known", "90 %", "months"]
    parts = [
        "Error: absolute error of month totals over contacts, the geometric mean over queues where there are several. "
        "Compared where last year's month is known; bands are judged on all months. Forecasts from the first of each "
        "month, half a year of data before the first; days that were not logged are left out of both sides. "
        "Made by `python -m benchmarks.forecasting.long_range`."
    ]
    for source in MANY_YEARS:
        months = months_of(source)
        parts.append(f"## {source.title}\n\n" + markdown(head, rows_of(months)))
        each = []
        for queue in sorted({m.queue for m in months}):
            cells = [queue]
            for low, high in ((1, 3), (4, 6), (7, 12)):
                mine = [m for m in months if m.queue == queue and low <= m.lead <= high and np.isfinite(m.paths[1])]
                cells += [f"{100 * pooled(mine, j):.1f}" for j in range(len(NAMES))] if mine else [""] * 3
            each.append(cells)
        names = [f"{name}, months {span}" for span in ("1-3", "4-6", "7-12") for name in ("ours", "last year", "flat")]
        parts.append(markdown(["queue", *names], each))
    keep("long_range", "Month totals up to a year ahead", parts)


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"no data at {DATA}: set SEATWISE_DATA")
    main()

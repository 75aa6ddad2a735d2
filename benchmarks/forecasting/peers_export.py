"""What every peer is handed: one plain folder a series, with counts, open intervals, origins and holidays.

A folder holds ``counts.csv`` (a row a local day, a column a wall-clock slot, empty where nothing was logged),
``open.csv`` (for each origin and weekday, which slots take contacts) and ``series.json`` (all else).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast import SOURCES, Source, read
from domain.centre import Centre
from domain.grid import from_utc64
from domain.history import Floats, History
from forecasting.days import QueueDays, first_logged, queue_days
from forecasting.holiday_names import public_holidays

WEEKS = 4
"""Weeks ahead that every forecast covers."""

LEAST_WEEKS = 12
"""Series with fewer logged weeks among those judged are left out."""

OPEN_DAYS = 26 * 7
"""Days looked at for whether a weekday's slot is ever used."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Series:
    """One queue's history with the past days from which it is forecast.

    Attributes
    ----------
    name : str
        Of its folder.
    source : Source
    queue : str
    first : date
        Day 0.
    counts : float array, shape (days, slots)
        NaN where unknown or outside stated opening hours.
    origins : tuple of int
        First day of each forecast; what lies before it is known.
    targets : tuple of int
        First day of each judged week.
    opened : bool array, shape (origins, 7, slots)
        Which slots of each weekday take contacts, by what was known at each origin.
    holidays : tuple of (date, str)
    """

    name: str
    source: Source
    queue: str
    first: date
    counts: Floats
    origins: tuple[int, ...]
    targets: tuple[int, ...]
    opened: Bools
    holidays: tuple[tuple[date, str], ...]

    def day(self, index: int) -> date:
        """Return the date of a day's index."""
        return self.first + timedelta(days=index)

    def near_holiday(self, reach: int = 2) -> Bools:
        """Return the days within a few of a holiday, shape (days,)."""
        near = np.zeros(len(self.counts), dtype=np.bool_)
        for day, _ in self.holidays:
            at = (day - self.first).days
            near[max(at - reach, 0) : max(at + reach + 1, 0)] = True
        return near


def key(source: Source) -> str:
    """Return a source's short name."""
    return source.path.split("/", 1)[0]


def origins_of(history: History, source: Source, centre: Centre) -> tuple[date, int, tuple[int, ...], tuple[int, ...]]:
    """Return day 0, the number of days, the origins and the judged weeks; every lead judges the same weeks."""
    ends = (from_utc64(history.start.max()) + timedelta(days=2)).date()
    oldest = first_logged(history, centre.timezone, ends)
    days = (ends - oldest).days
    logged = np.zeros(days, dtype=np.bool_)
    for matrix in queue_days(history, centre, oldest, days, ends):
        logged |= np.isfinite(matrix.counts).any(axis=1)
    finish = int(np.flatnonzero(logged)[-1]) + 1
    targets = tuple(finish - 7 * k for k in range(source.origins, 0, -1))
    early = tuple(targets[0] - 7 * k for k in range(WEEKS - 1, 0, -1))
    return oldest, finish, (*early, *targets), targets


def series_of(source: Source) -> Iterator[Series]:
    """Read one data set as series; queues logged in too few of the judged weeks are left out."""
    history, centre = read(source)
    oldest, finish, origins, targets = origins_of(history, source, centre)
    ends = oldest + timedelta(days=finish)
    years = range(oldest.year, ends.year + 2)
    found = public_holidays(source.country, years)
    holidays = tuple(sorted(found[0].items())) if found is not None else ()
    for matrix in queue_days(history, centre, oldest, finish, ends):
        logged = [np.isfinite(matrix.counts[t : t + 7]).any() for t in targets]
        if sum(logged) < min(LEAST_WEEKS, source.origins):
            continue
        opened = np.array([open_slots(matrix, origin) for origin in origins])
        queue = matrix.queue.id
        name = key(source) if len(centre.queues) == 1 else f"{key(source)}-{queue}"
        yield Series(name, source, queue, oldest, matrix.counts, origins, targets, opened, holidays)


def open_slots(matrix: QueueDays, origin: int) -> Bools:
    """Return the slots of each weekday that take contacts, as known at an origin, shape (7, slots).

    They lie in the opening hours, stated or logged, and a contact came there within half a year: logs that name
    every hour show closed ones as zeros.
    """
    past = matrix.before(origin)
    recent = slice(max(origin - OPEN_DAYS, 0), origin)
    counts, weekday = np.nan_to_num(past.counts[recent]), past.weekday[recent]
    used = np.array([(counts[weekday == d] > 0).any(axis=0) for d in range(7)])
    return np.asarray(past.live & used)


def write(series: Series, place: Path) -> Path:
    """Write one series' folder."""
    folder = place / series.name
    folder.mkdir(parents=True, exist_ok=True)
    lines = (
        ",".join([series.day(k).isoformat(), *("" if np.isnan(c) else f"{c:.6g}" for c in row)])
        for k, row in enumerate(series.counts)
    )
    (folder / "counts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    flags = series.opened.reshape(-1, series.opened.shape[-1]).astype(int)
    (folder / "open.csv").write_text("\n".join(",".join(map(str, row)) for row in flags) + "\n", encoding="utf-8")
    told = {
        "queue": series.queue,
        "country": series.source.country,
        "step_minutes": series.source.step_minutes,
        "weeks_ahead": WEEKS,
        "origins": list(series.origins),
        "holidays": [[day.isoformat(), name] for day, name in series.holidays],
    }
    (folder / "series.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


def main(arguments: list[str]) -> None:
    """Write every series of every data set into a work folder."""
    place = Path(arguments[0]) / "series"
    for source in SOURCES:
        for series in series_of(source):
            print(f"wrote {write(series, place).name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

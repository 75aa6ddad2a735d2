"""The rest of the day revised by its counts so far, hour by hour, against the forecast left as it was.

``python -m benchmarks.forecasting.intraday`` prints the tables and writes them beside itself. Each week is
scored with strengths and covariances learned from the weeks before it alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from benchmarks.forecast import DATA, SOURCES, Source, read
from benchmarks.forecasting.tables import keep, markdown, paired_ratio
from domain.grid import from_utc64
from domain.history import Floats
from forecasting.bands import bands
from forecasting.calibration import lead_calibration
from forecasting.day_errors import day_errors, moved
from forecasting.days import first_logged, queue_days
from forecasting.intraday import WEEKS, shifted_bands
from forecasting.intraday_model import IntradayModel, fit_intraday
from forecasting.selection import choose
from forecasting.study import QueueStudy, queue_study

HOURS = range(1, 24)
LEAST = 300.0
"""Where there are several queues, those with fewer contacts a day are left out."""

ANEW = 4
"""Weeks after which the model is learned anew."""


@dataclass(frozen=True)
class Day:
    """One scored day; arrays have shape (slots,), bands (levels, slots)."""

    week: int
    expected: Floats
    actual: Floats
    bands: Floats
    model: IntradayModel
    following: tuple[Floats, Floats] | None


def studies(source: Source) -> Iterator[QueueStudy]:
    """Prepare the study of each queue that is large enough."""
    history, centre = read(replace(source, least=LEAST if source.least else 0.0))
    ends = (from_utc64(history.start.max()) + timedelta(days=2)).date()
    oldest = first_logged(history, centre.timezone, ends)
    for matrix in queue_days(history, centre, oldest, (ends - oldest).days, ends):
        yield queue_study(matrix, (), centre).reaching(14)


def scored_days(study: QueueStudy, weeks: int) -> list[Day]:
    """Forecast the last weeks as they would have been, with the model each would have had."""
    finish = study.data_end(study.days.days)
    found = []
    model: IntradayModel | None = None
    for back in range(weeks, 0, -1):
        nominal = finish - 7 * back
        end = study.data_end(nominal)
        low = nominal - end
        if low > 7 or nominal < study.first_known + 28:
            continue
        member = choose(study, end, low, low + 7).member
        path = study.paths(end)[member][low : low + 7]
        band = bands(path, lead_calibration(study, member, end, low, low + 7), np.zeros_like(path))
        if model is None or back % ANEW == 0:
            model = fit_intraday(day_errors(study, member, end, WEEKS), study.days.queue.id)
        actual = study.days.counts[nominal : nominal + 7]
        for d in range(len(path)):
            if np.isfinite(actual[d]).any():
                after = (path[d + 1], actual[d + 1]) if d + 1 < len(path) else None
                found.append(Day(back, path[d], actual[d], band[:, d], model, after))
    return found


def hour_row(days: list[Day], hour: int, step_minutes: int) -> list[str] | None:
    """Score one hour: errors of the rest of the day and of tomorrow, with and without the update."""
    seen = hour * 60 // step_minutes
    figures, inside, following, strengths = [], [], [], []
    for day in days:
        rest = np.isfinite(day.actual) & (day.expected > 0) & (np.arange(len(day.actual)) >= seen)
        behind = np.isfinite(day.actual[:seen]) & (day.expected[:seen] > 0)
        if not rest.any() or not behind.any():
            continue
        mean, width = day.model.today(day.expected, day.actual, seen)
        band = shifted_bands(day.bands, day.expected, mean, width)
        came = day.actual[rest]
        errors = [path[rest] - came for path in (day.expected, mean)]
        figures.append(
            (day.week, *(np.abs(e).sum() for e in errors), *(abs(e.sum()) for e in errors), came.sum(), rest.sum())
        )
        inside.append([((came >= b[2, rest]) & (came <= b[-3, rest])).sum() for b in (day.bands, band)])
        strengths.append(float(day.model.strength[day.model.hour(seen)]))
        if day.following is not None:
            path, next_came = day.following
            known = np.isfinite(next_came) & (path > 0)
            shift = day.model.tomorrow(day.expected, day.actual, seen)
            shifted = moved(path, np.full_like(path, shift))
            following.append([np.abs(p - next_came)[known].sum() for p in (path, shifted)])
    if not figures:
        return None
    table = np.array(figures, dtype=np.float64)
    covered = np.array(inside, dtype=np.float64).sum(axis=0) / table[:, 6].sum()
    ratio, low, high = paired_ratio(table[:, 2], table[:, 1], np.arange(len(table)))
    total = table[:, 4].sum() / max(table[:, 3].sum(), 1e-9)
    tomorrow = np.array(following).sum(axis=0) if following else np.ones(2)
    return [
        f"{hour}:00",
        str(len(table)),
        f"{np.mean(strengths):.2f}",
        f"{100 * table[:, 1].sum() / table[:, 5].sum():.2f}",
        f"{100 * table[:, 2].sum() / table[:, 5].sum():.2f}",
        f"{ratio:.3f}",
        f"{low:.3f}",
        f"{high:.3f}",
        f"{total:.3f}",
        f"{tomorrow[1] / max(tomorrow[0], 1e-9):.3f}",
        f"{100 * covered[0]:.1f}",
        f"{100 * covered[1]:.1f}",
    ]


HEADER = (
    "at",
    "days",
    "strength",
    "error, left alone %",
    "error, revised %",
    "ratio",
    "low",
    "high",
    "ratio of totals",
    "ratio tomorrow",
    "80 % band, left alone",
    "80 % band, revised",
)


def main() -> None:
    """Score every data set."""
    parts = [
        "Error: absolute error of the intervals left of the day over their contacts. Ratio: revised over left alone, "
        "with the 95 % limits of a bootstrap over days. Totals: of the rest of the day as one number. Every week is "
        "scored with a model learned from weeks before it, anew every four weeks. Of several queues, those of at least "
        f"{LEAST:.0f} contacts a day; made by `python -m benchmarks.forecasting.intraday`."
    ]
    # Many queues last: the page is kept after each, so that a run that is ended leaves the others.
    for source in sorted(SOURCES, key=lambda source: source.least):
        for study in studies(source):
            days = scored_days(study, source.origins)
            rows = [row for hour in HOURS if (row := hour_row(days, hour, source.step_minutes))]
            name = "" if study.days.queue.id in ("all", "voice") else f", queue {study.days.queue.id}"
            parts.append(f"## {source.title}{name}; {source.origins} weeks\n\n" + markdown(HEADER, rows))
            keep("intraday", "The rest of the day, revised by its counts so far", parts)


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"no data at {DATA}: set SEATWISE_DATA")
    main()

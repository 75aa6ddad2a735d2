"""Forecast accuracy on real arrivals, one and four weeks ahead, against naive forecasts, means and medians.

``python -m benchmarks.forecast`` prints one table a data set. The data are others' and stay where they are:
the environment variable SEATWISE_DATA names their folder.
"""

from __future__ import annotations

import gzip
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from domain.centre import Centre
from domain.history import History
from domain.hours import WeeklyWindow, parse_clock, parse_days
from domain.progress import Control
from domain.queues import Queue
from forecasting.backtest import CHOSEN, backtest
from forecasting.backtest_row import BacktestRow, backtest_table
from forecasting.members import FLOOR

LEADS = (1, 4)
"""Weeks ahead."""

DATA = Path(os.environ.get("SEATWISE_DATA", Path(__file__).parents[1] / "../shared/data"))


@dataclass(frozen=True)
class Source:
    """One data set: where it lies and how it is read.

    Attributes
    ----------
    title, path : str
    time, count : str
        Columns.
    zone, country : str
    step_minutes : int
        Of the forecast.
    origins : int
        Weeks judged, the last ones of the data.
    least : float
        Queues with fewer contacts a day are left out.
    opening : tuple of (str, str, str)
        Stated opening hours as weekdays, from and to; empty where the log's own rows tell.
    """

    title: str
    path: str
    time: str
    count: str
    zone: str
    country: str
    step_minutes: int
    origins: int
    least: float = 0.0
    opening: tuple[tuple[str, str, str], ...] = ()

    @property
    def open(self) -> tuple[WeeklyWindow, ...]:
        """Opening hours as the vocabulary has them."""
        return tuple(
            WeeklyWindow(parse_days(days), parse_clock(start), parse_clock(end)) for days, start, end in self.opening
        )


SOURCES = (
    Source(
        "Bank calls 2003 (Weinberg, Brown and Stroud 2007)",
        "bank_calls_2003/history_5min.csv.gz",
        "interval_start",
        "offered",
        "America/New_York",
        "US",
        30,
        16,
    ),
    Source(
        "Anonymous Bank 1999 (Technion)",
        "anonymous_bank_1999/arrivals_6min_1999.csv.gz",
        "datetime",
        "calls",
        "Asia/Jerusalem",
        "IL",
        30,
        24,
        opening=(("Sun-Thu", "07:00", "24:00"), ("Fri", "07:00", "14:00"), ("Sat", "20:00", "24:00")),
    ),
    Source(
        "Assistance queues 2011-2013 (AXA data challenge)",
        "axa_inbound/history.csv.gz",
        "interval_start",
        "offered",
        "Europe/Paris",
        "FR",
        30,
        26,
        30.0,
    ),
    Source(
        "Emergency arrivals by the hour (University of Iowa)",
        "emergency_arrivals/hourly.csv.gz",
        "datetime",
        "arrivals",
        "America/Chicago",
        "US",
        60,
        26,
    ),
)


def read(source: Source) -> tuple[History, Centre]:
    """Read one data set; wall-clock times that a clock change repeats or skips are left out."""
    with gzip.open(DATA / source.path, "rt") as lines:
        table = pd.read_csv(lines)
    if "queue" not in table:
        table["queue"] = "all"
    local = pd.to_datetime(table[source.time])
    a_day = table.groupby("queue")[source.count].sum() / local.dt.normalize().groupby(table["queue"]).nunique()
    names = tuple(sorted(a_day.index[a_day >= source.least]))
    start = local.dt.tz_localize(source.zone, ambiguous="NaT", nonexistent="NaT")
    use = start.notna() & table["queue"].isin(names)
    utc = start[use].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    queue = table.loc[use, "queue"].map({name: k for k, name in enumerate(names)}).to_numpy(dtype=np.int64)
    offered = table.loc[use, source.count].to_numpy(dtype=np.float64)
    blank = np.full(len(utc), np.nan)
    history = History(names, utc, queue, offered, *(blank for _ in range(6)))
    centre = Centre(
        name=source.title,
        timezone=source.zone,
        country=source.country,
        interval_minutes=source.step_minutes,
        queues=tuple(Queue(id=name, open=source.open) for name in names),
        contracts=(),
    )
    return history, centre


def pooled(rows: list[BacktestRow]) -> str:
    """Return the geometric mean over queues of the chosen member's error over the median's."""
    lines = []
    for lead in LEADS:
        of = {(row.queue, row.member): row for row in rows if row.lead == lead}
        queues = sorted({queue for queue, _ in of})

        def mean(figure: str, of: dict[tuple[str, str], BacktestRow] = of, queues: list[str] = queues) -> float:
            ratio = [getattr(of[q, CHOSEN], figure) / getattr(of[q, FLOOR], figure) for q in queues]
            return float(np.exp(np.nanmean(np.log(ratio))))

        lines.append(
            f"lead {lead}: chosen over 8-week median, geometric mean of {len(queues)} queues: "
            f"WAPE {mean('wape'):.3f}, day {mean('day_wape'):.3f}"
        )
    return "\n".join(lines)


def run() -> list[str]:
    """Back-test every data set and return its table as text."""
    tables = []
    for source in SOURCES:
        history, centre = read(source)
        began = time.process_time()
        rows = backtest(history, centre, (), origins=source.origins, leads=LEADS, control=Control())
        seconds = time.process_time() - began
        parts = [
            f"{source.title}; {source.origins} weeks, one and four weeks ahead, {source.step_minutes} minutes",
            backtest_table(rows),
            pooled(rows),
            f"{seconds:.1f} CPU seconds for {len(centre.queues)} queues",
        ]
        tables.append("\n".join(parts))
    return tables


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"no data at {DATA}: set SEATWISE_DATA")
    print("\n\n".join(run()))

"""Bands of day and week totals, one week ahead: how often what came lies inside.

``python -m benchmarks.forecasting.totals`` prints the table and writes it beside itself. Each week is forecast by
what was known before it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from benchmarks.forecast import DATA, SOURCES, Source, read
from benchmarks.forecasting.tables import keep, markdown
from domain.grid import IntervalGrid, from_utc64
from domain.history import Floats
from forecasting.bands import bands
from forecasting.calibration import lead_calibration
from forecasting.day_errors import day_errors
from forecasting.days import first_logged, queue_days
from forecasting.forecast import LEVELS, Forecast
from forecasting.selection import choose
from forecasting.study import QueueStudy, queue_study
from forecasting.total_spread import WEEKS, spread_of
from forecasting.totals import Total, forecast_totals

LEAST = 30.0
NAMES = ("scenarios alone", "with the record")


def studies(source: Source) -> Iterator[QueueStudy]:
    """Prepare the study of each queue that is large enough."""
    history, centre = read(replace(source, least=LEAST if source.least else 0.0))
    ends = (from_utc64(history.start.max()) + timedelta(days=2)).date()
    oldest = first_logged(history, centre.timezone, ends)
    for matrix in queue_days(history, centre, oldest, (ends - oldest).days, ends):
        yield queue_study(matrix, (), centre).reaching(14)


def judged(study: QueueStudy, weeks: int) -> Iterator[tuple[str, Total, float]]:
    """Yield method, total and what came, for the days and weeks of past weeks; unknown intervals are left out."""
    finish = study.data_end(study.days.days)
    for back in range(weeks, 0, -1):
        nominal = finish - 7 * back
        end = study.data_end(nominal)
        low = nominal - end
        if low > 7 or nominal < study.first_known + 35:
            continue
        member = choose(study, end, low, low + 7).member
        path = study.paths(end)[member][low : low + 7]
        actual = study.days.counts[nominal : nominal + 7]
        known = np.isfinite(actual) & (path > 0)
        path = np.where(known, path, 0.0)
        band = bands(path, lead_calibration(study, member, end, low, low + 7), np.zeros_like(path))
        first = study.days.first + timedelta(days=nominal)
        made = _forecast(path, band, IntervalGrid.of_days(first, 7, "UTC", study.days.step_minutes))
        spread = spread_of(day_errors(study, member, end, WEEKS), "q")
        came = np.where(known, actual, 0.0).sum(axis=1)
        for name, spreads in zip(NAMES, ((), (spread,)), strict=True):
            for total in forecast_totals(made, spreads):
                day = (total.start - first).days
                if total.period == "week" or known[day].any():
                    yield name, total, float(came.sum() if total.period == "week" else came[day])


def _forecast(path: Floats, band: Floats, grid: IntervalGrid) -> Forecast:
    flat = path.reshape(1, -1)
    return Forecast(grid, ("q",), flat, band.reshape(len(LEVELS), 1, -1), np.full(flat.shape, np.nan), flat > 0)


def main() -> None:
    """Judge every data set."""
    rows = []
    for source in SOURCES:
        for study in studies(source):
            found = list(judged(study, source.origins + 10))
            name = study.days.queue.id
            label = source.title.split(" (")[0] if name in ("all", "voice") else name
            for period in ("day", "week"):
                cells = [label, period]
                for method in NAMES:
                    mine = [(t, came) for m, t, came in found if m == method and t.period == period and t.mean > 0]
                    for level in (2, 1, 0):
                        inside = [t.bands[level] <= came <= t.bands[-1 - level] for t, came in mine]
                        cells.append(f"{100 * np.mean(inside):.0f}")
                    width = np.mean([(t.bands[-3] - t.bands[2]) / t.mean for t, _ in mine])
                    cells.append(f"{100 * width:.0f}")
                rows.append([*cells[:2], str(len(mine)), *cells[2:]])
            print(f"{label} done", file=sys.stderr, flush=True)
    head = ["queue", "total", "judged"]
    head += [f"{cell}, {name}" for name in NAMES for cell in ("80 %", "90 %", "95 %", "width of 80 % band")]
    for period in ("day", "week"):
        mine = np.array([[float(cell) for cell in row[2:]] for row in rows if row[1] == period])
        mean = mine[:, 1:].mean(axis=0)
        rows.append(["mean of queues", period, f"{mine[:, 0].sum():.0f}", *(f"{value:.0f}" for value in mean)])
    note = (
        "Share of totals inside their bands, in %, one week ahead, and the mean width of the 80 % band in % of the "
        "forecast. Every week is forecast by what was known before it. Made by "
        "`python -m benchmarks.forecasting.totals`."
    )
    keep("totals", "Bands of day and week totals", [note, markdown(head, rows)])


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit(f"no data at {DATA}: set SEATWISE_DATA")
    main()

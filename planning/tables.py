"""Tables of figures beside the contract's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.accuracy import AccuracyRow
from forecasting.backtest_row import BacktestRow
from forecasting.bias_alarm import BiasAlarm
from planning.files import write_table
from planning.seat_errors import SeatError

SEATS = tuple(f"seats_{field.name}" if field.name != "seats" else "seats" for field in fields(SeatError))
"""Columns of errors in seats."""


def write_backtest(
    rows: Sequence[BacktestRow], folder: Path, seats: Callable[[BacktestRow], SeatError] | None = None
) -> Path:
    """Write ``backtest.csv``: one row a queue, member and lead, shares as 0..1, with errors in seats where known."""
    written = [asdict(row) | (_seats(seats(row)) if seats is not None else {}) for row in rows]
    return write_table(folder / "backtest.csv", pd.DataFrame(written))


def write_accuracy(
    rows: Sequence[AccuracyRow], folder: Path, seats: Mapping[tuple[str, int], SeatError], source: str = ""
) -> Path:
    """Write ``accuracy.csv``: one row a queue and lead, shares as 0..1; ``source`` names a file of other forecasts."""
    names = [field.name for field in fields(AccuracyRow)]
    written = [asdict(row) | _seats(seats[row.queue, row.lead]) for row in rows]
    return write_table(folder / f"accuracy{source}.csv", pd.DataFrame(written, columns=[*names, *SEATS]))


def write_alarms(alarms: Sequence[BiasAlarm], folder: Path) -> Path:
    """Write ``alarms.csv``: one row a queue, ``since`` empty where no alarm is raised."""
    names = [field.name for field in fields(BiasAlarm)]
    return write_table(folder / "alarms.csv", pd.DataFrame([asdict(alarm) for alarm in alarms], columns=names))


def accuracy_table(rows: Sequence[AccuracyRow], seats: Mapping[tuple[str, int], SeatError]) -> str:
    """Write accuracy as a table of text, percentages where a share is meant."""
    cells = [("queue", "lead", "forecasts", "contacts", "WAPE", "day", "bias", "80 %", "95 %", "seats", "off", "short")]
    for row in rows:
        shares = (row.wape, row.day_wape, row.bias, row.cover80, row.cover95)
        wape, day, bias, in80, in95 = ("" if np.isnan(x) else f"{100 * x:.1f}" for x in shares)
        error = seats[row.queue, row.lead]
        cells.append(
            (
                row.queue,
                str(row.lead),
                str(row.snapshots),
                f"{row.contacts:,.0f}",
                wape,
                day,
                bias,
                in80,
                in95,
                f"{error.seats:.1f}",
                f"{error.off:.2f}",
                f"{error.short:.2f}",
            )
        )
    return aligned(cells)


def seats_table(rows: Sequence[BacktestRow], seats: Callable[[BacktestRow], SeatError]) -> str:
    """Write the back-test in agents on contact duty, for the rows of which they are known."""
    cells = [("queue", "lead", "member", "seats", "off", "off %", "bias", "short")]
    for row in rows:
        error = seats(row)
        if not np.isnan(error.wape):
            cells.append(
                (
                    row.queue,
                    str(row.lead),
                    row.member,
                    f"{error.seats:.1f}",
                    f"{error.off:.2f}",
                    f"{100 * error.wape:.1f}",
                    f"{error.bias:+.2f}",
                    f"{error.short:.2f}",
                )
            )
    return aligned(cells, left=(0, 2))


def aligned(cells: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Return rows of text in columns, flush right but for those named."""
    width = [max(len(line[k]) for line in cells) for k in range(len(cells[0]))]
    return "\n".join(
        "  ".join(text.ljust(width[k]) if k in left else text.rjust(width[k]) for k, text in enumerate(line)).rstrip()
        for line in cells
    )


def _seats(error: SeatError) -> dict[str, float]:
    return dict(zip(SEATS, asdict(error).values(), strict=True))

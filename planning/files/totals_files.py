"""Totals beside a forecast: `forecast_totals.csv` of its horizon and `long_range.csv` up to a year ahead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forecasting.forecast import BANDS
from forecasting.totals import Total
from planning.files.lines_out import number, text, write_csv

LONG_BANDS = ("p05", "p10", "p50", "p90", "p95")
"""Bands of `long_range.csv`: further out nothing is known of a year ahead."""


def write_totals(totals: Sequence[Total], folder: Path) -> Path:
    """Write `forecast_totals.csv`, in the order given."""
    return _write(totals, folder / "forecast_totals.csv", BANDS)


def write_long_range(totals: Sequence[Total], folder: Path) -> Path:
    """Write `long_range.csv`, in the order given."""
    return _write(totals, folder / "long_range.csv", LONG_BANDS)


def _write(totals: Sequence[Total], path: Path, bands: Sequence[str]) -> Path:
    at = [BANDS.index(band) for band in bands]
    rows = [
        (
            text(total.queue),
            total.period,
            total.start.isoformat(),
            number(total.mean),
            *(number(float(total.bands[k])) for k in at),
        )
        for total in totals
    ]
    header = ["queue", "period", "start", "mean", *bands]
    return write_csv(path, header, list(zip(*rows, strict=True)) if rows else [()] * len(header))

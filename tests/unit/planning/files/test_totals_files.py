"""Totals as they are written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from forecasting.forecast import BANDS, LEVELS
from forecasting.totals import Total
from planning.files import result_layouts
from planning.files.totals_files import LONG_BANDS, write_long_range, write_totals

BAND = np.arange(len(LEVELS)) + 8.5
TOTALS = (
    Total("phone", "day", date(2026, 3, 2), 12.25, BAND),
    Total("=mail", "month", date(2026, 4, 1), 0.0, np.zeros(len(LEVELS))),
)


def test_bands_are_named_as_in_the_forecast() -> None:
    assert result_layouts.BANDS == BANDS
    assert set(LONG_BANDS) <= set(BANDS)


def test_each_total_is_a_row(tmp_path: Path) -> None:
    lines = write_totals(TOTALS, tmp_path).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "queue,period,start,mean,p025,p05,p10,p25,p50,p75,p90,p95,p975"
    assert lines[1] == "phone,day,2026-03-02,12.25,8.5,9.5,10.5,11.5,12.5,13.5,14.5,15.5,16.5"
    assert lines[2].startswith("'=mail,month,2026-04-01,0,")


def test_a_year_ahead_has_fewer_bands(tmp_path: Path) -> None:
    lines = write_long_range(TOTALS, tmp_path).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "queue,period,start,mean,p05,p10,p50,p90,p95"
    assert lines[1] == "phone,day,2026-03-02,12.25,9.5,10.5,12.5,14.5,15.5"


def test_without_totals_the_header_stands_alone(tmp_path: Path) -> None:
    assert write_totals((), tmp_path).read_text(encoding="utf-8").count("\n") == 1

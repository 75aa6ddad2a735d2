"""What stands beside `scores.csv`: `score_periods.csv`, and `score_use.csv`, the log of uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

from capacity.score_periods import PeriodScore
from capacity.score_use import ScoreUse
from planning.files.lines_out import number, text, write_csv


def write_score_periods(scores: Sequence[PeriodScore], folder: Path) -> Path:
    """Write `score_periods.csv`, in the order given."""
    return _write(folder / "score_periods.csv", PeriodScore, scores)


def write_score_use(uses: Sequence[ScoreUse], folder: Path) -> Path:
    """Write `score_use.csv`, in the order given."""
    return _write(folder / "score_use.csv", ScoreUse, uses)


def _write(path: Path, kind: type[PeriodScore] | type[ScoreUse], rows: Sequence[PeriodScore | ScoreUse]) -> Path:
    header = [field.name for field in fields(kind)]
    return write_csv(path, header, [[_cell(getattr(row, name)) for row in rows] for name in header])


def _cell(value: str | float | date) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, date):
        return value.isoformat()
    return number(value) if math.isfinite(value) else ""

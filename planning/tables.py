"""Tables of figures beside the contract's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from forecasting.backtest import BacktestRow
from planning.files import write_table


def write_backtest(rows: Sequence[BacktestRow], folder: Path) -> Path:
    """Write ``backtest.csv``: one row a queue, member and lead, shares as 0..1."""
    return write_table(folder / "backtest.csv", pd.DataFrame([asdict(row) for row in rows]))

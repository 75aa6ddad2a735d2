"""`fairness.csv`: who has had how many weekends, nights and unpopular shifts, before the plan and after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planning.files.lines_out import number, text, write_csv
from scheduling.fair_shares import FairnessRow

COLUMNS = ("week", "agent_id", "contract", "measure", "before", "this_week", "after", "mean", "mean_after", "price")


def write_fairness(rows: Sequence[FairnessRow], folder: Path) -> Path | None:
    """Write the ledger, one row a week, person and measure; no file where there is none."""
    if not rows:
        return None
    columns = [
        [row.week.isoformat() for row in rows],
        [text(row.agent_id) for row in rows],
        [text(row.contract) for row in rows],
        [str(row.measure) for row in rows],
        *([number(getattr(row, name)) for row in rows] for name in COLUMNS[4:]),
    ]
    return write_csv(folder / "fairness.csv", COLUMNS, columns)

"""`whatif.csv`: the figures of scenarios beside those of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planning.files.lines_out import number, text, write_csv
from planning.whatif.totals import WhatIfRow

COLUMNS = ("scenario", "queue", "scope", "start", "measure", "base", "value", "low", "high")


def write_whatif(rows: Sequence[WhatIfRow], folder: Path) -> Path:
    """Write `whatif.csv`, in the order given; a figure that does not apply is empty."""
    cells = [
        (
            text(row.scenario),
            text(row.queue),
            row.scope,
            row.start,
            row.measure,
            *map(number, (row.base, row.value, row.low, row.high)),
        )
        for row in rows
    ]
    columns = list(zip(*cells, strict=True)) if cells else [()] * len(COLUMNS)
    return write_csv(folder / "whatif.csv", COLUMNS, columns)

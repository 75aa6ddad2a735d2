"""`changes.csv`: what a repair changed, one agent-day (or day of an elastic seat) a row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planning.files.lines_out import text, write_csv
from planning.repair.changes import Change

COLUMNS = ("agent_id", "day", "before", "after", "why", "what", "name")


def write_changes(changes: Sequence[Change], folder: Path) -> Path:
    """Write `changes.csv`, by day and person."""
    rows = [
        (
            text(change.agent_id),
            change.day.isoformat(),
            text(change.before),
            text(change.after),
            text(change.why),
            change.what,
            text(change.name),
        )
        for change in changes
    ]
    return write_csv(folder / "changes.csv", COLUMNS, list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS))

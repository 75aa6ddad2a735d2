"""`moves.csv` and `service_change.csv`: what moved in a roster, and the service before and after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from planning.files.lines_out import moment, number, text, write_csv
from planning.moved_breaks import ServiceChange
from scheduling.replace_breaks import Move

MOVES = ("agent_id", "shift_id", "activity", "minutes", "from_start", "to_start")
CHANGES = ("queue", "start", "end", "measure", "before", "after")


def write_moves(moves: Sequence[Move], folder: Path, zone: str) -> Path:
    """Write `moves.csv`: one moved break or activity a row, by person and time."""
    here = ZoneInfo(zone)
    rows = [
        (
            text(move.agent_id),
            text(move.shift_id),
            text(move.activity),
            number(move.minutes),
            moment(move.start, here),
            moment(move.to, here),
        )
        for move in moves
    ]
    return write_csv(folder / "moves.csv", MOVES, list(zip(*rows, strict=True)) if rows else [()] * len(MOVES))


def write_service_changes(changes: Sequence[ServiceChange], folder: Path) -> Path:
    """Write `service_change.csv`: each queue and measure, for the rest of the day and each day after it."""
    rows = [
        (text(row.queue), row.start, row.end, row.measure, number(row.before), number(row.after)) for row in changes
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(CHANGES)
    return write_csv(folder / "service_change.csv", CHANGES, columns)

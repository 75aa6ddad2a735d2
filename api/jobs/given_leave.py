"""Leave that edits of a roster have given: it goes with the plan, and holds in what is made or asked of that plan."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain.people import TimeOff

FILE = "leave_given.csv"
COLUMNS = ("agent_id", "start", "end", "kind")


def given_leave(plan: Path) -> tuple[TimeOff, ...]:
    """Return the leave that goes with a plan folder; none where it has no such file."""
    if not (plan / FILE).exists():
        return ()
    with (plan / FILE).open(encoding="utf-8", newline="") as lines:
        return tuple(
            TimeOff(
                agent_id=row["agent_id"],
                start=datetime.fromisoformat(row["start"]),
                end=datetime.fromisoformat(row["end"]),
                kind=row["kind"],
            )
            for row in csv.DictReader(lines)
        )


def write_leave(leave: Sequence[TimeOff], plan: Path) -> None:
    """Write leave into a plan folder, with the columns of `time_off.csv`; nothing where there is none."""
    if not leave:
        return
    with (plan / FILE).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((row.agent_id, row.start.isoformat(), row.end.isoformat(), row.kind) for row in leave)

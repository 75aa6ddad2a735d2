"""Leave that edits of a roster have given: it goes with the plan, and holds in what is made or asked of that plan."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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


def write_leave(leave: Sequence[TimeOff], plan: Path, timezone: str) -> None:
    """Write leave into a plan folder, as in `time_off.csv` and on its centre's clock; nothing where there is none."""
    zone = ZoneInfo(timezone)
    if not leave:
        return
    with (plan / FILE).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            (row.agent_id, *(moment.astimezone(zone).isoformat() for moment in (row.start, row.end)), row.kind)
            for row in leave
        )

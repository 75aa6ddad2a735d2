"""Keys that are read and checked, but not planned with yet: said, so that nobody counts on them."""

from __future__ import annotations

from domain.centre import Overtime, Priorities
from domain.queues import Queue
from planning.files.entities import TomlReader

NOT_YET = "read and checked, not planned with yet"


def note_unplanned(reader: TomlReader) -> None:
    """Notice what was given beyond its default and changes nothing in a plan."""
    for path, _ in reader.every(Overtime):
        reader.notice(path, remark=f"{NOT_YET}: nobody works beyond the contract's hours")
    for path, queue in reader.every(Queue):
        if queue.value != 1:
            reader.notice((*path, "value"), remark=f"{NOT_YET}: queues are routed alike")
    for path, priorities in reader.every(Priorities):
        for name in ("wish", "fairness"):
            if getattr(priorities, name) is not None:
                reader.notice((*path, name), remark=NOT_YET)

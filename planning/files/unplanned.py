"""Keys that are read and checked, but not planned with yet: said, so that nobody counts on them."""

from __future__ import annotations

from domain.centre import Overtime
from domain.queues import Queue
from planning.files.entities import TomlReader

NOT_YET = "read and checked, not planned with yet"


def note_unplanned(reader: TomlReader) -> None:
    """Notice what was given beyond its default and changes nothing in a plan."""
    for path, terms in reader.every(Overtime):
        if len(terms.rates) > 2 and terms.rates[2] != terms.rates[1]:
            remark = f"{NOT_YET}: overtime on a public holiday is paid by the other two, and by premiums of that kind"
            reader.notice((*path, "rates", 2), remark=remark)
    for path, queue in reader.every(Queue):
        if queue.value != 1:
            reader.notice((*path, "value"), remark=f"{NOT_YET}: queues are routed alike")

"""The sheet of shifts read back: rows left as they were stand for what they stood for, others are taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

import numpy as np

from domain.folder import PlanningFolder
from domain.grid import from_utc64
from domain.roster import WORK, Pool, Stretch
from planning.files.cells import NO_SEATS, SEAT, Context
from planning.files.columns import Column, Day, Layout, Text, Word
from planning.files.faults import Faults, listed, meant
from planning.files.moments import NEVER, TWICE, offsets_of, parse_moments
from planning.files.roster_file import seats_of
from planning.files.shared_columns import AGENT_NAMES, END_NAMES, QUEUE, START_NAMES
from planning.files.table import Table
from planning.roster_import.sheets import Book, table_of
from planning.roster_import.shift_rows import SHEET, ShiftRow, paid_by_rule

SHIFTS = Layout(
    "shifts",
    (
        Column("agent_id", Text("person or seat"), required=True, aliases=AGENT_NAMES),
        Column("name", aliases=("agent name", "full name", "姓名", "名字")),
        Column("pool", Word(("", "core", "elastic", "expert")), aliases=("人员类型",)),
        Column("day", Day(), required=True, aliases=("date", "日期")),
        Column("start", required=True, aliases=START_NAMES),
        Column("end", required=True, aliases=END_NAMES),
        Column("queues", aliases=(*QUEUE.aliases, "queue")),
        Column("pauses", aliases=("breaks", "activities", "休息", "活动")),
        Column("shift_id", aliases=("shift", "班次")),
    ),
)

CLOCK = "a time of day such as 08:30"
PAUSE = "breaks written like meal 12:00-13:00 unpaid, several parted by a semicolon"

_PAUSE = re.compile(
    r"^(?P<what>.*\S)\s+(?P<start>\d{1,2}:\d{2}(?:[+-]\d{2}:\d{2})?)\s*[-–—~至]\s*"
    r"(?P<end>\d{1,2}:\d{2}(?:[+-]\d{2}:\d{2})?)\s*(?P<paid>paid|unpaid|带薪|无薪)?$",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\d:\d{2}\s*[-–—~至]\s*\d{1,2}:\d{2}")
"""In the name of a pause: a second pause, parted from it by something else than a semicolon."""


class _Wrong(ValueError):
    """A cell that cannot be read: its column and what would be right."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__(expected)
        self.column = column


@dataclass(frozen=True)
class _Entry:
    """One row's cells."""

    agent_id: str
    pool: str
    day: date
    start: str
    end: str
    queues: tuple[str, ...]
    pauses: tuple[str, ...]
    shift_id: str

    @property
    def key(self) -> tuple[object, ...]:
        """What must be as it was for the row to stand for what it stood for."""
        return (self.agent_id, self.pool, self.day, self.start, self.end, self.queues, self.pauses)


def read_shifts(book: Book, folder: PlanningFolder, before: Sequence[ShiftRow], faults: Faults) -> tuple[Stretch, ...]:
    """Read the sheet of shifts.

    Parameters
    ----------
    book : Book
        With that sheet.
    folder : PlanningFolder
    before : sequence of ShiftRow
        As the sheet was written.
    faults : Faults
        Receives every fault.
    """
    centre = folder.centre
    context = Context(centre.timezone, centre.queue_ids, None, tuple(agent.id for agent in folder.agents))
    table = table_of(book, SHEET, SHIFTS, context, faults, ("start", "end"))
    if table is None or not table.complete:
        return ()
    if centre.elastic is None:
        table.flag(seats_of(table), "agent_id", NO_SEATS)
    pools = {agent.id: agent.pool for agent in folder.agents}
    known = {_entry_of(row).key: row for row in before}
    found: list[Stretch] = []
    wrong: dict[str, dict[int, str]] = {}
    seen: set[tuple[object, ...]] = set()
    again = np.zeros(table.size, dtype=np.bool_)
    for row in table.rows().tolist():
        entry = _entry(table, row)
        if entry.key in seen:
            again[row] = True
            continue
        seen.add(entry.key)
        if entry.key in known:
            found += known[entry.key].stretches
            continue
        pool = entry.pool or ("elastic" if entry.agent_id.startswith(SEAT) else pools.get(entry.agent_id, "core"))
        try:
            found += _taken_apart(entry, cast(Pool, pool), folder)
        except _Wrong as fault:
            wrong.setdefault(fault.column, {})[row] = str(fault)
    table.remark(again, "start", "each shift once; this row is there twice and read once")
    for column, said in wrong.items():
        mask = np.zeros(table.size, dtype=np.bool_)
        mask[list(said)] = True
        table.flag(mask, column, said.__getitem__)
    return _apart(found)


def _entry(table: Table, row: int) -> _Entry:
    return _Entry(
        str(table["agent_id"][row]),
        str(table["pool"][row]),
        table["day"][row].astype("M8[D]").item(),
        _clock(str(table["start"][row])),
        _clock(str(table["end"][row])),
        _several(str(table["queues"][row])),
        _several(str(table["pauses"][row])),
        str(table["shift_id"][row]),
    )


def _entry_of(row: ShiftRow) -> _Entry:
    return _Entry(
        row["agent_id"],
        row["pool"],
        date.fromisoformat(row["day"]),
        row["start"],
        row["end"],
        _several(row["queues"]),
        _several(row["pauses"]),
        row["shift_id"],
    )


def _clock(text: str) -> str:
    """Write ``8:00`` and ``08:00:00`` as ``08:00``."""
    plain = text.strip()
    plain = plain[:-3] if re.fullmatch(r"\d{1,2}:\d{2}:00", plain) else plain
    return f"0{plain}" if re.match(r"\d:", plain) else plain


def _several(text: str) -> tuple[str, ...]:
    plain = text.replace("；", ";").replace("\n", ";")
    return tuple(" ".join(part.split()) for part in plain.split(";") if part.strip())


def _taken_apart(entry: _Entry, pool: Pool, folder: PlanningFolder) -> list[Stretch]:
    """Return the stretches of a row: work, with its pauses laid into it."""
    zone = folder.centre.timezone
    start = _instant(entry.day, entry.start, zone, "start")
    end = _instant(entry.day, entry.end, zone, "end")
    if end <= start:
        end = _instant(entry.day + timedelta(days=1), entry.end, zone, "end")
    unknown = [name for name in entry.queues if name not in folder.centre.queue_ids]
    if unknown:
        near = meant(unknown[0], folder.centre.queue_ids)
        right = f"queues of centre.toml, several parted by a semicolon: {listed(folder.centre.queue_ids)}{near}"
        raise _Wrong("queues", right)
    pauses = sorted(_pause(text, entry, start, folder) for text in entry.pauses)
    rows: list[Stretch] = []
    at = start
    shift_id = entry.shift_id or f"{entry.agent_id}@{entry.day:%Y%m%d}T{entry.start.replace(':', '')}"

    def add(low: datetime, high: datetime, activity: str, paid: bool) -> None:
        queues = tuple(dict.fromkeys(entry.queues)) if activity == WORK else ()
        rows.append(Stretch(entry.agent_id, low, high, activity, queues, paid, pool, shift_id))

    for low, high, what, paid in pauses:
        if low < at or high > end:
            raise _Wrong("pauses", "breaks inside the shift, one after the other")
        if low > at:
            add(at, low, WORK, True)
        add(low, high, what, paid)
        at = high
    if at < end:
        add(at, end, WORK, True)
    if not entry.queues and any(row.activity == WORK for row in rows):
        raise _Wrong("queues", "at least one queue served; several are parted by a semicolon")
    return rows


def _pause(text: str, entry: _Entry, start: datetime, folder: PlanningFolder) -> tuple[datetime, datetime, str, bool]:
    """Return start, end, activity and pay of a break written as ``meal 12:00-13:00 unpaid``."""
    found = _PAUSE.match(text)
    if found is None or _SPAN.search(found["what"]):
        raise _Wrong("pauses", PAUSE)
    zone = folder.centre.timezone

    def when(clock: str, after: datetime) -> datetime:
        moment = _instant(entry.day, _clock(clock), zone, "pauses")
        return moment if moment >= after else _instant(entry.day + timedelta(days=1), _clock(clock), zone, "pauses")

    low = when(found["start"], start)
    high = when(found["end"], low + timedelta(minutes=1))
    usual = paid_by_rule(folder, entry.agent_id).get(found["what"], True)
    said = (found["paid"] or "").casefold()
    return low, high, found["what"], said in {"paid", "带薪"} if said else usual


def _instant(day: date, text: str, zone: str, column: str) -> datetime:
    """Return the instant of a time of day; one with a date of its own is taken as it is."""
    written = text if re.match(r"\d{4}\D", text) else f"{day.isoformat()}T{text}"
    moments, wrong = parse_moments([written], zone)
    if wrong:
        raise _Wrong(column, CLOCK)
    if moments.occurs[0] == TWICE:
        raise _Wrong(column, offsets_of(moments.utc[0], zone))
    if moments.occurs[0] == NEVER:
        raise _Wrong(column, f"a time that exists: the clock of {zone} skips this one on {day}")
    return from_utc64(moments.utc[0])


def _apart(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Keep shifts apart that a copied row gave one id: the parts of a shift follow on each other."""
    last: dict[tuple[str, str], tuple[datetime, str]] = {}
    found = []
    for row in sorted(stretches):
        key = (row.agent_id, row.shift_id)
        end, name = last.get(key, (row.start, row.shift_id))
        if row.start > end:
            name = f"{row.shift_id}+{row.start:%Y%m%dT%H%M}"
        last[key] = (max(row.end, end), name)
        found.append(Stretch(row.agent_id, row.start, row.end, row.activity, row.queues, row.paid, row.pool, name))
    return tuple(found)

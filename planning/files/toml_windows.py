"""Times of day, weekdays and weekly windows out of TOML."""

from __future__ import annotations

from datetime import time
from typing import Any

from domain.hours import WEEKDAYS, WeeklyWindow
from planning.files.cells import minute_of_day, weekdays
from planning.files.entities import TomlReader
from planning.files.toml_lines import Path


def clock_key(reader: TomlReader, path: Path, value: Any) -> int | None:
    """Read a time of day as minutes."""
    text = value.isoformat() if isinstance(value, time) else str(value)
    try:
        return minute_of_day(text)
    except ValueError as fault:
        reader.error(path, str(fault), value)
        return None


def days_key(reader: TomlReader, path: Path, value: Any) -> frozenset[int] | None:
    """Read weekdays, as ``Mon-Fri`` or as a list of names."""
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    try:
        return weekdays(text)
    except ValueError as fault:
        reader.error(path, str(fault), value)
        return None


WINDOW_KEYS = ("days", "from", "to")


def window_of(reader: TomlReader, path: Path, table: dict[str, Any]) -> WeeklyWindow | None:
    """Read ``days``, ``from`` and ``to``; every day of the week where ``days`` is absent."""
    days = days_key(reader, (*path, "days"), table.get("days", f"{WEEKDAYS[0]}-{WEEKDAYS[-1]}"))
    clocks: list[int | None] = []
    for name in ("from", "to"):
        if name not in table:
            reader.error((*path, name), f"a value; {name} is required, as a time of day such as 08:00")
            clocks.append(None)
        else:
            clocks.append(clock_key(reader, (*path, name), table[name]))
    start, end = clocks
    if start == 1440:
        reader.error((*path, "from"), "a time of day before 24:00", table["from"])
        return None
    if days is None or start is None or end is None:
        return None
    return WeeklyWindow(days, start, end)


def windows_key(reader: TomlReader, path: Path, value: Any) -> tuple[WeeklyWindow, ...] | None:
    """Read opening hours: a list of windows, or one."""
    items = value if isinstance(value, list) else [value]
    found: list[WeeklyWindow | None] = []
    for i, item in enumerate(items):
        at = (*path, i) if isinstance(value, list) else path
        table = reader.table(at, item)
        for key in table or {}:
            if key not in WINDOW_KEYS:
                reader.unknown((*at, key), set(WINDOW_KEYS))
        found.append(window_of(reader, at, table) if table is not None else None)
    if not items:
        reader.error(path, "at least one window; leave the key out where it is always open", value)
        return None
    kept = tuple(window for window in found if window is not None)
    return kept if len(kept) == len(found) else None

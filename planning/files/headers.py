"""Headers: which column of a file is which, by name, alias and unit."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from planning.files.columns import BRACKETS, Layout, fold
from planning.files.faults import Faults, listed, meant

_UNITS = {
    "min": 60.0,
    "mins": 60.0,
    "minute": 60.0,
    "minutes": 60.0,
    "分": 60.0,
    "分钟": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "小时": 3600.0,
    "ms": 0.001,
    "毫秒": 0.001,
}
"""Units in brackets that are not seconds, with their length in seconds."""


def unit_of(header: str) -> float:
    """Return the seconds of the unit a header names in brackets; 1 where it names none we convert."""
    found = BRACKETS.search(unicodedata.normalize("NFKC", header))
    return _UNITS.get(found.group(1).strip().casefold(), 1.0) if found else 1.0


@dataclass(frozen=True)
class Found:
    """Where each known column stands, and the unit factor its header asks for."""

    position: dict[str, int]
    header: dict[str, str]
    factor: dict[str, float]


def recognised(headers: Sequence[str], layout: Layout) -> int:
    """Count headers that name a column of the table."""
    return sum(fold(header) in layout.names for header in headers)


def match(file: str, headers: Sequence[str], layout: Layout, faults: Faults, line: int = 1) -> Found:
    """Find the columns of a table among a file's headers.

    A column's own name wins over an alias. Unknown headers are noticed, missing required columns and two
    headers for one column are faults.
    """
    position: dict[str, int] = {}
    rivals: dict[str, list[int]] = {}
    unknown: list[str] = []
    for place, header in enumerate(headers):
        name = layout.names.get(fold(header))
        if name is not None:
            rivals.setdefault(name, []).append(place)
        elif header.strip():
            unknown.append(header.strip())
    for name, places in rivals.items():
        own = [place for place in places if fold(headers[place]) == fold(name)]
        chosen = own if len(own) == 1 else places
        position[name] = chosen[0]
        if len(chosen) > 1:
            several = listed((headers[place].strip() for place in chosen), last="and")
            faults.error(
                file,
                f"one column for {name}; the headers {several} all mean it",
                line=line,
                column=name,
            )
        unknown += [headers[place].strip() for place in places if place not in chosen]
    missing = [c.name for c in layout.columns if c.required and c.name not in position]
    for name in missing:
        near = _near(name, unknown, layout)
        have = listed((h.strip() for h in headers if h.strip()), last="and")
        faults.error(file, f"this column; the headers are {have}{near}", line=line, column=name)
    absent = [column.name for column in layout.columns if column.name not in position]
    for header in unknown:
        faults.notice(file, remark=f"unknown column, not read{meant(header, absent)}", line=line, column=header)
    kept = {name: headers[place].strip() for name, place in position.items()}
    factor = {name: unit_of(header) for name, header in kept.items() if layout[name].seconds}
    return Found(position, kept, {name: f for name, f in factor.items() if f != 1.0})


def _near(name: str, unknown: Sequence[str], layout: Layout) -> str:
    for header in unknown:
        if any(meant(fold(header), [fold(other)]) for other in (name, *layout[name].aliases)):
            return f"; is {header} meant?"
    return ""

"""Instances of schedulingbenchmarks.org: what each nurse may work, what each asks for, whom each day needs.

Notes
-----
The rules are those of Curtois and Qu (2014), "Computational results on new staff scheduling benchmark instances". Every
instance starts on a Monday. Cover and requests are priced, everything else is a hard rule. What lies outside the
horizon always suits: runs of shifts or of days off that touch an end may be shorter than the least, and none that
touches an end is lengthened by what lies beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.history import Floats, Ints

OFF = -1
"""A free day in a roster."""

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Nurse:
    """One nurse's hard rules.

    Attributes
    ----------
    name : str
    most_of : tuple of int, of every shift type
    most_minutes, least_minutes : int
        Over the horizon.
    most_run, least_run : int
        Days worked one after the other.
    least_off : int
        Days off one after the other.
    most_weekends : int
        Weekends with a shift on Saturday or Sunday.
    days_off : frozenset of int
    """

    name: str
    most_of: tuple[int, ...]
    most_minutes: int
    least_minutes: int
    most_run: int
    least_run: int
    least_off: int
    most_weekends: int
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Instance:
    """Nurses, shift types, requests and cover of one horizon.

    Attributes
    ----------
    days : int
    shifts : tuple of str
    minutes : int array, shape (shifts,)
    barred : bool array, shape (shifts, shifts)
        Whether the second must not be worked on the day after the first.
    nurses : tuple of Nurse
    want : int array, shape (nurses, days, shifts)
        Cost of not working it; 0 where it is not asked for.
    shun : int array, shape (nurses, days, shifts)
        Cost of working it.
    need, under, over : int array, shape (days, shifts)
        Nurses needed and the price of each one too few or too many; prices are 0 where nothing is said.
    """

    days: int
    shifts: tuple[str, ...]
    minutes: Ints
    barred: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    nurses: tuple[Nurse, ...]
    want: Ints
    shun: Ints
    need: Ints
    under: Ints
    over: Ints

    @property
    def asked(self) -> int:
        """Cost of a roster of nothing but free days, cover apart."""
        return int(self.want.sum())

    def day_costs(self) -> Floats:
        """Return what each nurse's shift on each day adds to the cost of requests; (nurses, days, shifts)."""
        return (self.shun - self.want).astype(np.float64)


def sections(text: str) -> dict[str, list[list[str]]]:
    """Return the fields of every line under its section's name, comments and blank lines left out."""
    found: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            current = found.setdefault(line.removeprefix("SECTION_"), [])
        else:
            current.append([field.strip() for field in line.split(",")])
    return found


def parse(text: str) -> Instance:
    """Read an instance from its text.

    Raises
    ------
    ValueError
        Where a section is missing, or a line names a nurse, day or shift that is not there.
    """
    part = sections(text)
    for name in ("HORIZON", "SHIFTS", "STAFF", "COVER"):
        if not part.get(name):
            raise ValueError(f"no lines under SECTION_{name}")
    days = int(part["HORIZON"][0][0])
    shifts = tuple(line[0] for line in part["SHIFTS"])
    place = {name: t for t, name in enumerate(shifts)}
    barred = np.zeros((len(shifts), len(shifts)), dtype=np.bool_)
    for line in part["SHIFTS"]:
        for after in filter(None, "".join(line[2:]).split("|")):
            barred[place[line[0]], _at(place, after)] = True
    free: dict[str, set[int]] = {line[0]: {int(d) for d in line[1:]} for line in part.get("DAYS_OFF", [])}
    nurses = tuple(_nurse(line, place, free) for line in part["STAFF"])
    who = {nurse.name: n for n, nurse in enumerate(nurses)}
    for name in free:
        _at(who, name)
    shape = (len(nurses), days, len(shifts))
    want, shun = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for section, into in (("SHIFT_ON_REQUESTS", want), ("SHIFT_OFF_REQUESTS", shun)):
        for name, day, shift, weight in part.get(section, []):
            into[_at(who, name), _day(day, days), _at(place, shift)] += int(weight)
    need, under, over = (np.zeros((days, len(shifts)), dtype=np.int64) for _ in range(3))
    for day, shift, *numbers in part["COVER"]:
        cell = _day(day, days), _at(place, shift)
        need[cell], under[cell], over[cell] = (int(x) for x in numbers)
    minutes = np.array([int(line[1]) for line in part["SHIFTS"]], dtype=np.int64)
    return Instance(days, shifts, minutes, barred, nurses, want, shun, need, under, over)


def read(path: Path) -> Instance:
    """Read an instance file."""
    return parse(path.read_text(encoding="utf-8"))


def _at(place: dict[str, int], name: str) -> int:
    if name not in place:
        raise ValueError(f"{name!r} is not among {', '.join(place)}")
    return place[name]


def _day(told: str, days: int) -> int:
    if not 0 <= int(told) < days:
        raise ValueError(f"day {told} is not within 0 to {days - 1}")
    return int(told)


def _nurse(line: list[str], place: dict[str, int], free: dict[str, set[int]]) -> Nurse:
    most = [0] * len(place)
    for told in line[1].split("|"):
        shift, limit = told.split("=")
        most[_at(place, shift)] = int(limit)
    most_minutes, least_minutes, most_run, least_run, least_off, most_weekends = (int(told) for told in line[2:8])
    return Nurse(
        line[0],
        tuple(most),
        most_minutes,
        least_minutes,
        most_run,
        least_run,
        least_off,
        most_weekends,
        frozenset(free.get(line[0], set())),
    )

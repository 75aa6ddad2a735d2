"""Cost and broken rules of a roster, from the instance and the rows alone: no solver's code is used here."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.nurse_rostering.instance import OFF, SATURDAY, SUNDAY, Instance, Nurse

HEAD = ("agent", "day", "shift")
Row = tuple[str, int, str]


@dataclass(frozen=True)
class Verdict:
    """What a roster costs, and each hard rule it breaks."""

    requests: int
    under: int
    over: int
    broken: tuple[str, ...]

    @property
    def cost(self) -> int:
        """Requests not met, and cover."""
        return self.requests + self.under + self.over


def check(inst: Instance, rows: Iterable[Row]) -> Verdict:
    """Judge rows of (agent, day, shift); a day without a row is free."""
    broken: list[str] = []
    worked: dict[str, list[int]] = {nurse.name: [OFF] * inst.days for nurse in inst.nurses}
    for agent, day, shift in rows:
        if agent not in worked or shift not in inst.shifts or not 0 <= day < inst.days:
            broken.append(f"no such nurse, day or shift: {agent}, {day}, {shift}")
        elif worked[agent][day] != OFF:
            broken.append(f"{agent}: two shifts on day {day}")
        else:
            worked[agent][day] = inst.shifts.index(shift)
    for nurse in inst.nurses:
        broken += [f"{nurse.name}: {what}" for what in faults(inst, nurse, worked[nurse.name])]
    requests = 0
    for n, nurse in enumerate(inst.nurses):
        for d, works in enumerate(worked[nurse.name]):
            for t in range(len(inst.shifts)):
                requests += int(inst.shun[n, d, t] if works == t else inst.want[n, d, t])
    under = over = 0
    for d in range(inst.days):
        for t in range(len(inst.shifts)):
            lack = int(inst.need[d, t]) - sum(line[d] == t for line in worked.values())
            under += max(lack, 0) * int(inst.under[d, t])
            over += max(-lack, 0) * int(inst.over[d, t])
    return Verdict(requests, under, over, tuple(broken))


def faults(inst: Instance, nurse: Nurse, line: Sequence[int]) -> list[str]:
    """Return each hard rule that one nurse's days break."""
    found = [f"works on day {day}, a day off" for day in sorted(nurse.days_off) if line[day] != OFF]
    for day, (first, second) in enumerate(itertools.pairwise(line)):
        if OFF not in (first, second) and inst.barred[first, second]:
            found.append(f"{inst.shifts[second]} after {inst.shifts[first]} on day {day + 1}")
    for shift, most in enumerate(nurse.most_of):
        if (times := sum(works == shift for works in line)) > most:
            found.append(f"{times} shifts {inst.shifts[shift]}, at most {most}")
    minutes = sum(int(inst.minutes[works]) for works in line if works != OFF)
    if minutes > nurse.most_minutes:
        found.append(f"{minutes} minutes, at most {nurse.most_minutes}")
    if minutes < nurse.least_minutes:
        found.append(f"{minutes} minutes, at least {nurse.least_minutes}")
    found += _runs(nurse, line)
    weekends = {day // 7 for day, works in enumerate(line) if works != OFF and day % 7 in (SATURDAY, SUNDAY)}
    if len(weekends) > nurse.most_weekends:
        found.append(f"{len(weekends)} weekends, at most {nurse.most_weekends}")
    return found


def _runs(nurse: Nurse, line: Sequence[int]) -> list[str]:
    found = []
    first = 0
    for works, days in itertools.groupby(line, key=lambda shift: shift != OFF):
        length = len(list(days))
        last = first + length - 1
        inside = first > 0 and last < len(line) - 1
        if works and length > nurse.most_run:
            found.append(f"{length} days worked from day {first}, at most {nurse.most_run}")
        if works and inside and length < nurse.least_run:
            found.append(f"{length} days worked from day {first}, at least {nurse.least_run}")
        if not works and inside and length < nurse.least_off:
            found.append(f"{length} days off from day {first}, at least {nurse.least_off}")
        first = last + 1
    return found


def read_rows(path: Path) -> list[Row]:
    """Read a solution's rows.

    Raises
    ------
    ValueError
        Where the head is another.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    if not lines or tuple(lines[0]) != HEAD:
        raise ValueError(f"{path}: the first line must be {','.join(HEAD)}")
    return [(agent, int(day), shift) for agent, day, shift in lines[1:]]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write a solution's rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(rows)

"""The problems that pyworkforce can express, and the slow count that judges every answer to them.

Three kinds: how many shifts of each kind cover a week (`Cover`), who works them (`Rota`), and how many people of which
skills fill the seats of an hour (`Mix`). Nothing here knows a solver.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DAYS = 7
SHIFT_H = 8

Taken = tuple[int, int, int]
"""Who (or how many), day, shift."""


@dataclass(frozen=True)
class Cover:
    """People needed by day and hour, and the hours at which a shift of eight may start."""

    name: str
    starts: tuple[int, ...]
    need: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Rota:
    """Named people on shifts of eight hours round the clock.

    Attributes
    ----------
    name : str
    shifts : tuple of str
        In the order of the day; the first starts at 06:00.
    need : tuple of tuples of int
        People of each shift, by day.
    min_hours, max_resting : int
        Of each person's week.
    never_after : tuple of (int, int)
        Shifts that may not follow one another from a day to the next.
    rest_h : float
        The rule that those pairs stand for: rest between two shifts.
    """

    name: str
    shifts: tuple[str, ...]
    need: tuple[tuple[int, ...], ...]
    min_hours: int
    max_resting: int
    never_after: tuple[tuple[int, int], ...]
    rest_h: float

    @property
    def least(self) -> int:
        """People below whom there is no rota: everybody works every day, and nobody twice on one."""
        return max(sum(line[day] for line in self.need) for day in range(DAYS))

    @property
    def work(self) -> int:
        """Shifts of the week."""
        return sum(map(sum, self.need))


@dataclass(frozen=True)
class Mix:
    """Seats needed at one time by skill, and the price of a person by the skills they have."""

    name: str
    need: tuple[int, int]
    prices: tuple[float, float, float]


WEEKDAY = (4, 6, 9, 13, 16, 15, 12, 11, 13, 16, 17, 15, 12, 10, 8, 7, 5, 3)
WEEKEND = (2, 3, 5, 7, 9, 9, 8, 7, 7, 8, 9, 9, 8, 6, 5, 4, 3, 2)


def _week(weekday: Sequence[int], weekend: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return needs of 24 hours a day; the centre opens at 06:00."""
    return tuple((*([0] * 6), *(weekday if day < 5 else weekend)) for day in range(DAYS))


COVERS = (
    Cover("starts every two hours", (6, 8, 10, 12, 14, 16), _week(WEEKDAY, WEEKEND)),
    Cover("starts every hour", tuple(range(6, 17)), _week(WEEKDAY, WEEKEND)),
    Cover("the week turned round", (6, 8, 10, 12, 14, 16), _week(WEEKEND[::-1], WEEKDAY[::-1])),
)

SHIFTS = ("morning", "late", "night")
LEVEL = ((2,) * DAYS,) * len(SHIFTS)
TURNS = ((0,) * DAYS, (0, 2, 0, 2, 0, 2, 0), (2, 0, 2, 0, 2, 0, 2))
"""Nights and late shifts day by day in turn: the same people can do both, eight hours after each night."""

ROTAS = (
    Rota("any shift may follow any", SHIFTS, ((3,) * DAYS, (3,) * DAYS, (2,) * DAYS), 40, 2, (), 0.0),
    Rota("no morning after a night", SHIFTS, LEVEL, 40, 2, ((2, 0),), 8.0),
    Rota("a late shift after each night", SHIFTS, TURNS, 40, 2, ((2, 0),), 8.0),
    Rota("eleven hours of rest", SHIFTS, LEVEL, 40, 2, ((1, 0), (2, 0), (2, 1)), 11.0),
)
MOST = 14
"""People beyond whom nobody looks."""

MIXES = (Mix("five and three seats", (5, 3), (1.0, 1.0, 1.5)),)


def uncovered(cover: Cover, taken: Mapping[tuple[int, int], int]) -> int:
    """Return the person-hours missing where so many start on each (day, start hour)."""
    return sum(
        max(0, need - sum(taken.get((day, s), 0) for s in cover.starts if s <= hour < s + SHIFT_H))
        for day, line in enumerate(cover.need)
        for hour, need in enumerate(line)
    )


def broken(rota: Rota, people: int, rows: Sequence[Taken]) -> list[str]:
    """Return the rules of a rota that rows of (who, day, shift) break, in words."""
    found = [
        f"day {day}: {rota.shifts[shift]} has too few"
        for day in range(DAYS)
        for shift, line in enumerate(rota.need)
        if sum(row[1:] == (day, shift) for row in rows) < line[day]
    ]
    for who in range(people):
        mine = sorted(row[1:] for row in rows if row[0] == who)
        days = [day for day, _ in mine]
        found += [f"{who}: two shifts on a day"] if len(set(days)) < len(days) else []
        found += [f"{who}: too many days off"] if DAYS - len(set(days)) > rota.max_resting else []
        found += [f"{who}: too few hours"] if SHIFT_H * len(mine) < rota.min_hours else []
        for (day, first), (after, then) in itertools.pairwise(mine):
            if after == day + 1 and (first, then) in rota.never_after:
                found.append(f"{who}: {rota.shifts[then]} after {rota.shifts[first]} on day {after}")
    return found


def filled(mix: Mix, team: Sequence[int]) -> int:
    """Return the most seats that a team (first skill, second, both) fills at one time: each person sits on one."""
    first, second, both = team
    return max(min(mix.need[0], first + k) + min(mix.need[1], second + both - k) for k in range(both + 1))


def cheapest(mix: Mix) -> tuple[float, tuple[int, int, int]]:
    """Return the price and the team that fills every seat for least, by trying all of them."""
    most = sum(mix.need)
    teams = itertools.product(range(most + 1), repeat=3)
    fit = [(first, second, both) for first, second, both in teams if filled(mix, (first, second, both)) == most]
    price = [sum(n * p for n, p in zip(team, mix.prices, strict=True)) for team in fit]
    return min(zip(price, fit, strict=True))

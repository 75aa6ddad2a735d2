"""A week that seatwise and Timefold both can express: named people, shifts without breaks, priced missing seats.

Drawn by seed with Python's own generator, so that two interpreters with other libraries draw the very same. Money is
whole cents and time whole half-hours: both sides and the checker add up the same integers.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass

DAYS = 7
PER_DAY = 48
"""Half-hours of a day."""

OPENS, CLOSES = 16, 48
"""The centre takes contacts from 08:00 to 24:00; nobody is needed at other times."""

REST = 22
"""Least half-hours between two shifts: 11 h."""

SHAPE = (2.5, 5, 8, 8, 6, 6.5, 7.5, 7.5, 6.5, 5.5, 5, 6, 8.5, 8.5, 6, 3)
"""Percent of a day's work by hour from 08:00, as in the reference centre."""

WEEKDAYS = (1.10, 1.05, 1.00, 0.98, 0.97, 0.95, 0.95)
POOLS = ("voice", "chat")
SHARES = (0.6, 0.4)
TIGHT = 0.97
"""Seats needed, as a share of what everybody's mean hours fill."""

MISSING = 10_000
"""Cents for a seat missing for a half-hour: about three and a half times its pay."""


@dataclass(frozen=True)
class Terms:
    """One contract. Hours are half-hours; every limit is inclusive.

    Attributes
    ----------
    name : str
    days_min, days_max : int
        Days worked in the week, one shift each.
    week_min, week_max : int
    shift_min, shift_max : int
    start_from, start_to : int
        Half-hours of the day at which a shift may start, on every half-hour between.
    """

    name: str
    days_min: int
    days_max: int
    week_min: int
    week_max: int
    shift_min: int
    shift_max: int
    start_from: int
    start_to: int


CONTRACTS = (
    Terms("full-time", 5, 5, 80, 80, 16, 16, 16, 32),
    Terms("flexible", 3, 5, 48, 72, 12, 18, 16, 30),
    Terms("part-time", 4, 5, 32, 60, 8, 12, 16, 36),
)
MIX = (0.6, 0.15, 0.25)


@dataclass(frozen=True)
class Person:
    """Somebody: a contract (its index), cents for a half-hour, and the pools (indices) they may work."""

    name: str
    contract: int
    pay: int
    pools: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """What is to be rostered.

    Attributes
    ----------
    name : str
    contracts : tuple of Terms
    people : tuple of Person
    need : tuple of tuples of int
        Seats by pool and half-hour of the week.
    missing : int
        Cents for each seat missing for a half-hour.
    """

    name: str
    contracts: tuple[Terms, ...]
    people: tuple[Person, ...]
    need: tuple[tuple[int, ...], ...]
    missing: int

    @property
    def digest(self) -> str:
        """What tells whether two interpreters drew the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    def shifts_of(self, terms: Terms) -> Iterator[tuple[int, int]]:
        """Yield the start and length of every shift that a contract allows."""
        for start in range(terms.start_from, terms.start_to + 1):
            for length in range(terms.shift_min, terms.shift_max + 1):
                if start + length <= CLOSES:
                    yield start, length


@dataclass(frozen=True)
class Row:
    """One shift of a roster: who (index), day, first half-hour of the day, half-hours, pool (index)."""

    who: int
    day: int
    start: int
    length: int
    pool: int


@dataclass(frozen=True)
class Case:
    """What is drawn."""

    name: str
    people: int
    pools: int
    seed: int = 1


CASES = (
    Case("50 people, one pool", 50, 1),
    Case("50 people, two pools", 50, 2),
    Case("200 people, one pool", 200, 1),
    Case("200 people, two pools", 200, 2),
)


def draw(case: Case) -> Problem:
    """Return the problem of a case."""
    # text seeds are hashed in the same way by every Python 3
    rng = random.Random(f"{case.seed}/{case.people}/{case.pools}")
    people = tuple(
        Person(
            f"A{k + 1:03d}",
            rng.choices(range(len(CONTRACTS)), weights=MIX)[0],
            round(min(max(rng.gauss(2885.0, 200.0), 2250.0), 3750.0)),
            _skills(case.pools, rng),
        )
        for k in range(case.people)
    )
    hours = sum((CONTRACTS[p.contract].week_min + CONTRACTS[p.contract].week_max) / 2 for p in people)
    shares = SHARES if case.pools == len(SHARES) else (1.0,)
    need = tuple(_need(TIGHT * hours * share, rng) for share in shares)
    return Problem(case.name, CONTRACTS, people, need, MISSING)


def _skills(pools: int, rng: random.Random) -> tuple[int, ...]:
    """Return the pools of one person: of two, three in ten people may work both."""
    if pools == 1:
        return (0,)
    if rng.random() < 0.3:
        return (0, 1)
    return (0,) if rng.random() < SHARES[0] else (1,)


def _need(total: float, rng: random.Random) -> tuple[int, ...]:
    """Spread so many seat-half-hours over the week, in whole seats."""
    raw = [0.0] * (DAYS * PER_DAY)
    for day in range(DAYS):
        busy = WEEKDAYS[day] * min(max(rng.gauss(1.0, 0.03), 0.9), 1.1)
        for slot in range(OPENS, CLOSES):
            raw[day * PER_DAY + slot] = SHAPE[(slot - OPENS) // 2] * busy
    scale = total / math.fsum(raw)
    return tuple(round(x * scale) for x in raw)

"""What a roster costs and which rules it breaks, counted the slow way, with nothing of any solver.

Both rosters are judged by this alone, whatever their makers say of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.scheduling.peers_problem import CLOSES, DAYS, PER_DAY, REST, Problem, Row


@dataclass(frozen=True)
class Judged:
    """The verdict on one roster.

    Attributes
    ----------
    pay : int
        Cents.
    missing : int
        Seat-half-hours that nobody fills.
    cost : int
        Cents: pay and the price of what is missing.
    broken : tuple of str
        Every hard rule broken, in words.
    """

    pay: int
    missing: int
    cost: int
    broken: tuple[str, ...]


def judge(problem: Problem, rows: Sequence[Row]) -> Judged:
    """Return what a roster costs and what it breaks."""
    pay = sum(problem.people[row.who].pay * row.length for row in rows)
    missing = sum(
        max(0, need - _seated(rows, pool, slot))
        for pool, line in enumerate(problem.need)
        for slot, need in enumerate(line)
    )
    broken: list[str] = []
    for who in range(len(problem.people)):
        mine = sorted((row for row in rows if row.who == who), key=lambda row: (row.day, row.start))
        broken += _person(problem, who, mine)
    return Judged(pay, missing, pay + problem.missing * missing, tuple(broken))


def _seated(rows: Sequence[Row], pool: int, slot: int) -> int:
    """Count the people on one pool in one half-hour of the week."""
    return sum(
        row.pool == pool and row.day * PER_DAY + row.start <= slot < row.day * PER_DAY + row.start + row.length
        for row in rows
    )


def _person(problem: Problem, who: int, mine: Sequence[Row]) -> list[str]:
    """Return the rules that one person's week breaks."""
    person = problem.people[who]
    terms = problem.contracts[person.contract]
    found = []

    def ask(kept: bool, what: str) -> None:
        if not kept:
            found.append(f"{person.name}: {what}")

    days = {row.day for row in mine}
    hours = sum(row.length for row in mine)
    ask(len(days) == len(mine), "more than one shift a day")
    ask(terms.days_min <= len(mine) <= terms.days_max, f"{len(mine)} days")
    ask(terms.week_min <= hours <= terms.week_max, f"{hours / 2:g} h a week")
    for row in mine:
        ask(0 <= row.day < DAYS, f"day {row.day}")
        ask(terms.start_from <= row.start <= terms.start_to, f"start {row.start / 2:g}")
        ask(terms.shift_min <= row.length <= terms.shift_max, f"shift of {row.length / 2:g} h")
        ask(row.start + row.length <= CLOSES, "a shift beyond closing")
        ask(row.pool in person.pools, f"pool {row.pool}")
    for before, after in pairwise(mine):
        free = after.day * PER_DAY + after.start - before.day * PER_DAY - before.start - before.length
        ask(free >= REST, f"{free / 2:g} h of rest before day {after.day}")
    return found

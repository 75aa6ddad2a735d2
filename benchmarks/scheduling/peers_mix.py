"""Seats of two skills at one time: what a team fills when each person sits on one seat, as our optimiser rosters it."""

from __future__ import annotations

from benchmarks.scheduling.peers_check import judge
from benchmarks.scheduling.peers_ours import rostered
from benchmarks.scheduling.peers_problem import DAYS, MISSING, OPENS, PER_DAY, Person, Problem, Row, Terms
from benchmarks.scheduling.peers_staffed import SHIFT_H, Mix
from scheduling.result import Effort

LENGTH = 2 * SHIFT_H
ONCE = Terms("once", 1, 1, LENGTH, LENGTH, LENGTH, LENGTH, OPENS, OPENS)
"""One shift of eight hours at 08:00, on any day; all that is needed is needed on Monday."""

SKILLS = ((0,), (1,), (0, 1))
PAY = 2000
EFFORT = Effort(ascent=200, steps=100, chains=1, passes=1, moves=100_000, assembly=0.1)


def problem_of(mix: Mix, team: tuple[int, int, int]) -> Problem:
    """Return Monday's eight hours with a team: people of the first skill, of the second, of both."""
    people = tuple(
        Person(f"{''.join('AB'[s] for s in skills)}{k}", 0, PAY, skills)
        for size, skills in zip(team, SKILLS, strict=True)
        for k in range(size)
    )
    need = tuple(
        tuple(seats if OPENS <= slot < OPENS + LENGTH else 0 for slot in range(DAYS * PER_DAY)) for seats in mix.need
    )
    return Problem(mix.name, (ONCE,), people, need, MISSING)


def seated(mix: Mix, team: tuple[int, int, int]) -> tuple[float, float, int, tuple[Row, ...]]:
    """Return the seats that our roster of a team leaves empty, and the fewest that any can by our bound.

    Returns
    -------
    tuple
        Empty seats, the bound on them, hard rules broken, and the roster.
    """
    problem = problem_of(mix, team)
    found = rostered(problem, 60.0, effort=EFFORT)
    told = judge(problem, found.rows)
    least = max(0.0, (found.bound - told.pay) / problem.missing / LENGTH)
    return told.missing / LENGTH, least, len(told.broken), found.rows

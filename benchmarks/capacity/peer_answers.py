"""Questions on which pyworkforce is wrong or raises, and what we answer; and a team whose agents share queues."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np

from benchmarks.capacity import exact
from benchmarks.capacity.cases import QUESTIONS, SHARE, SKILL_HANDLE_S, SKILL_LOADS, WITHIN_S, Question
from benchmarks.capacity.section import Peers, Section
from benchmarks.capacity.team import DAY, EXPONENTIAL, MONDAY, STEP_MIN, Group, always_there, label
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.interval import interval_service
from capacity.requirement import Requirement
from capacity.search import Limits, seats_for
from capacity.shared import shared_requirement
from capacity.simulation import simulate
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.queues import Queue, Target

EQUAL = 1e-6
REPLICATIONS = 30
"""Weeks of the two queues."""


def ours(question: Question) -> float:
    """Return our answer: real-valued agents, or a service level."""
    rate = 3600.0 * question.load / question.handle_s
    if question.ask == "requirement":
        limits = Limits(service_levels=((question.within_s, SHARE),))
        return float(seats_for(rate, question.handle_s, limits, patience_s=question.patience_s))
    found = interval_service(
        rate, question.handle_s, question.agents, patience_s=question.patience_s, within_s=question.within_s
    )
    return float(found.service_level)


def level(question: Question, agents: float) -> float:
    """Return the service level of so many agents by the integrals of `exact`."""
    return exact.service_level(agents, question.load, question.handle_s, question.within_s, question.patience_s)


def truth(question: Question, answer: float) -> str:
    """Return the right answer in words: a service level, or those of the least whole number and of one fewer."""
    if question.ask == "service level":
        return f"{level(question, question.agents):.3f}"
    if question.load == 0.0:
        return "0"
    whole = math.ceil(answer)
    enough, fewer = level(question, whole), level(question, whole - 1)
    if not fewer < SHARE <= enough:
        return f"not {whole}: {enough:.3f}, and {fewer:.3f} with one fewer"
    return f"{whole} ({enough:.3f}; {whole - 1}: {fewer:.3f})"


def right(question: Question, answer: float) -> bool:
    """Tell whether an answer of ours is the true one: a level, or the least real number that keeps the target."""
    if question.load == 0.0:
        return answer == 0.0
    if question.ask == "service level":
        return abs(level(question, question.agents) - answer) < EQUAL
    return abs(level(question, answer) - SHARE) < EQUAL


def served(team: tuple[int, int, int]) -> list[tuple[float, float]]:
    """Simulate agents of A, of B and of both; return each queue's service level and half-width."""
    target = (Target(service_level=SHARE, within_s=WITHIN_S),)
    queues = [Queue(id=name, targets=target) for name in "AB"]
    groups = [Group(n, levels) for n, levels in zip(team, ((1, 0), (0, 1), (2, 2)), strict=True)]
    volume = np.array(SKILL_LOADS)[:, None] * 1800.0 / SKILL_HANDLE_S
    report = simulate(
        *always_there(queues, volume, SKILL_HANDLE_S, groups),
        seed=1,
        replications=REPLICATIONS,
        handle_times=dict.fromkeys("AB", SKILL_HANDLE_S * EXPONENTIAL),
    )
    found = [report.simulated("week", label(0), name, "service_level") for name in "AB"]
    return [(value, (high - low) / 2) for value, low, high in found]


def smallest(low: int) -> tuple[int, int, int]:
    """Return the smallest team, and of those the one that serves the worse queue best, that keeps both targets."""
    for size in range(low, 3 * low):
        teams = [(a, b, size - a - b) for a, b in product(range(size + 1), repeat=2) if a + b <= size]
        worst = {team: min(value for value, _ in served(team)) for team in teams}
        best = max(worst, key=lambda team: worst[team])
        if worst[best] >= SHARE:
            return best
    raise ArithmeticError("no team keeps both targets")


def _shared() -> float:
    """Return what `shared_requirement` finds, a real number of agents."""
    grid = IntervalGrid(MONDAY, STEP_MIN, DAY, "UTC")
    target = (Target(service_level=SHARE, within_s=WITHIN_S),)
    centre = Centre(name="", timezone="UTC", queues=tuple(Queue(id=n, targets=target) for n in "AB"), contracts=())
    volume = np.repeat(np.array(SKILL_LOADS)[:, None] * 1800.0 / SKILL_HANDLE_S, DAY, axis=1)
    need = Requirement(grid, ("A", "B"), volume, np.full_like(volume, SKILL_HANDLE_S), *(np.zeros_like(volume),) * 6)
    skills = {frozenset({0}): 4, frozenset({1}): 4, frozenset({0, 1}): 8}
    (group,) = shared_requirement(centre, need, skills, seed=1)
    return float(group.simulated[0])


def section(peers: Peers) -> Section:
    """Lay the answers side by side."""
    said: dict[str, str] = peers["pyworkforce"]["answers"]
    rows, kept = [], 0
    for question in QUESTIONS:
        answer = ours(question)
        kept += right(question, answer)
        agents = f", {question.agents:g} agents" if question.agents else ""
        patience = "" if question.patience_s is None else f", patience {question.patience_s:g} s"
        asked = (
            f"{question.ask}, {question.load:g} Erlang of {question.handle_s:g} s{patience}{agents}, "
            f"{question.within_s:g} s"
        )
        told = f"{answer:.3f}" if question.ask == "service level" else f"{answer:.2f}"
        rows.append([question.name, asked, said[question.name], told, truth(question, answer)])
    found: Any = peers["pyworkforce"]["skilled"]
    theirs = (found["team"][0], found["team"][1], found["team"][2])
    ours_team = smallest(sum(theirs))
    teams = []
    for name, team in ((f"pyworkforce ({found['status']})", theirs), ("the fewest that keep both", ours_team)):
        levels = [f"{100 * value:.1f} ± {100 * half:.1f}" for value, half in served(team)]
        teams.append([name, f"{sum(team)}", *(f"{n}" for n in team), *levels])
    return Section(
        "Where pyworkforce is wrong or raises",
        (
            "80 % within the threshold where a requirement is asked. The right answers are integrals at "
            f"{exact.DIGITS} digits; of a requirement, the least whole number with its service level, and that of "
            "one fewer. Ours is the least real number.",
            markdown(["case", "asked", "pyworkforce", "ours", "right"], rows),
            f"Two queues of {SKILL_LOADS[0]} and {SKILL_LOADS[1]} Erlang need {found['alone'][0]} and "
            f"{found['alone'][1]} agents alone. pyworkforce counts an agent of both fully for each. Service levels are "
            f"simulated, {REPLICATIONS} weeks, in per cent answered in {WITHIN_S:.0f} s. The fewest are found by "
            "simulating every team; `capacity.shared` says " + f"{_shared():.2f} for half of them able to serve both.",
            markdown(["team", "agents", "of A", "of B", "of both", "A", "B"], teams),
        ),
        (goal("right where pyworkforce is wrong or raises", kept == len(QUESTIONS), f"{kept} of {len(QUESTIONS)}"),),
    )

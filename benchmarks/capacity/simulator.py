"""The simulator's speed on ten queues and 300 people."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.capacity.section import Peers, Section, cpu_seconds
from benchmarks.capacity.team import Floor, Group, always_there, label
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.service import ServiceReport
from capacity.simulation import simulate
from domain.queues import Queue, Target

QUEUES, PEOPLE = 10, 300
PATIENCE_S = 180.0
TARGET = (Target(service_level=0.8, within_s=20.0),)
CONTACTS_GOAL = 3e6

SETTINGS = ((0.9, 3), (0.9, 1), (0.9, QUEUES), (0.75, 3), (0.6, 3))
"""Load as a share of the people, and queues that each serves; the first is the goal's."""


def ten_queues(load: float, skills: int) -> Floor:
    """Set up ten queues of unequal size and 300 people, who serve so many queues each, their own first."""
    own = np.eye(QUEUES, dtype=np.int64)
    levels = np.sum([(k + 1) * np.roll(own, k, axis=1) for k in range(skills)], axis=0)
    share = np.geomspace(1.0, 6.0, QUEUES)
    share /= share.sum()
    handle_s = np.linspace(180.0, 420.0, QUEUES)
    people = np.floor(PEOPLE * share).astype(int)
    people[-1] += PEOPLE - people.sum()
    volume = load * PEOPLE * share * 1800.0 / handle_s
    queues = [Queue(id=f"q{q}", patience_s=PATIENCE_S, targets=TARGET) for q in range(QUEUES)]
    groups = [Group(int(count), tuple(row)) for count, row in zip(people, levels, strict=True)]
    return always_there(queues, volume[:, None], handle_s[:, None], groups)


def week_speed(floor: Floor) -> tuple[float, ServiceReport]:
    """Return contacts a CPU second of two replications of a week, the fastest of three, and their report."""
    run = partial(simulate, *floor, seed=1, replications=2)
    seconds, report = cpu_seconds(run, 3)[0], run()
    return 2 * report.simulated("week", label(0), "all", "offered")[0] / seconds, report


def section(peers: Peers) -> Section:
    """Measure every setting."""
    rows, speeds = [], []
    for load, skills in SETTINGS:
        speed, report = week_speed(ten_queues(load, skills))
        speeds.append(speed)
        busy, level = (report.simulated("week", label(0), "all", m)[0] for m in ("occupancy", "service_level"))
        served = f"{skills} queues a person" if skills > 1 else "1 queue a person"
        rows.append([f"{load:.0%} load, {served}", f"{speed / 1e6:.2f}", f"{busy:.3f}", f"{level:.3f}"])
    text = (
        f"A week of {QUEUES} queues of unequal size and {PEOPLE} people who are always there, lognormal handle times "
        f"of 180 to 420 s, patience {PATIENCE_S:.0f} s; one core, two replications, set-up and report included, the "
        "fastest of three. Where a person serves several queues, the own one is the first level, the next ones are "
        "the second, third and so on."
    )
    told = (
        f"{speeds[0] / 1e6:.2f} million ({rows[0][0]}); {min(speeds) / 1e6:.2f} to {max(speeds) / 1e6:.2f} in the "
        f"{len(SETTINGS)} settings"
    )
    what = f"{CONTACTS_GOAL / 1e6:g} million contacts a CPU second of ten queues and {PEOPLE} people"
    return Section(
        "Simulator",
        (text, markdown(["ten queues", "million contacts a CPU s", "occupancy", "service level"], rows)),
        (goal(what, speeds[0] >= CONTACTS_GOAL, told),),
    )

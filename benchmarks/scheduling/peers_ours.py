"""Our optimiser on the week that Timefold gets too: a planning model whose service is priced missing seats.

The centre goes through the planning folder and the builder as any centre does; only the service curves, which say what
seats give to waiting customers, are replaced by what the problem says of them: so many seats missing, at a price each.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from benchmarks.machine import timed
from benchmarks.scheduling.peers_problem import CLOSES, DAYS, OPENS, PER_DAY, POOLS, REST, Person, Problem, Row, Terms
from capacity.requirement import Requirement
from capacity.servers import make_servers
from domain.centre import Centre
from domain.contracts import Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Agent, Skill
from domain.progress import Control
from domain.queues import Channel, Queue
from scheduling.build import build_model
from scheduling.instance import Service
from scheduling.model import Model
from scheduling.result import Effort
from scheduling.roll import Roll
from scheduling.solve import solve

WEEK = date(2026, 11, 23)
EVERY_DAY = frozenset(range(7))
BUSY = 100.0
"""Load of every queue as the builder sees it: so large that nobody is offered both queues side by side, which the
problem does not know."""


@dataclass(frozen=True)
class Ours:
    """Our roster of one problem.

    Attributes
    ----------
    rows : tuple of Row
    bound : float
        Cents that no roster can go below.
    wall, cpu : float
        Seconds, the model built and the code compiled before.
    """

    rows: tuple[Row, ...]
    bound: float
    wall: float
    cpu: float


def rostered(problem: Problem, seconds: float, *, cores: int = 1, effort: Effort | None = None, seed: int = 1) -> Ours:
    """Roster a problem within so many seconds of wall time."""
    model = model_of(problem)
    control = Control(cores=cores, deadline=time.monotonic() + seconds)
    with timed() as clock:
        found = solve(model, seed=seed, effort=effort or Effort(), control=control)
    return Ours(rows_of(problem, model, found.roll), 100.0 * found.bound, clock.wall, clock.cpu)


def model_of(problem: Problem) -> Model:
    """Return the planning model of a problem, in the centre's currency and not in cents."""
    folder = folder_of(problem)
    grid = IntervalGrid.of_days(WEEK, DAYS, folder.centre.timezone, folder.centre.interval_minutes)
    shape = (len(problem.need), grid.size)
    aht = np.array([np.full(grid.size, queue.aht_s) for queue in folder.centre.queues])
    zero = np.zeros(shape)
    volume = (
        BUSY * 60.0 * grid.step_minutes / aht * np.array([queue.concurrency for queue in folder.centre.queues])[:, None]
    )
    requirement = Requirement(grid, folder.centre.queue_ids, volume, aht, zero, zero, zero, zero, zero, zero)
    built = build_model(folder, requirement, (), make_servers(folder, (), (), WEEK, DAYS), WEEK)
    if any(len(kind.pools) != 1 for kind in built.kinds):
        raise ValueError("a shift of the problem is worked on one pool")
    service = service_of(problem, [built.pools[g].queues[0] for g in range(len(built.pools))])
    rows = len(service.limit)
    teams = built.instance.teams._replace(gain=np.zeros((len(built.instance.teams.kind), rows)))
    elastic = built.instance.elastic._replace(gain=np.zeros((0, rows)))
    return replace(built, instance=built.instance._replace(service=service, teams=teams, elastic=elastic))


def service_of(problem: Problem, order: Sequence[int]) -> Service:
    """Price missing seats: a curve each pool, convex and whole at whole seats, and a row each day and pool.

    A row's limit and base are 1, so that its relative miss is the number of seats missing that day.

    Parameters
    ----------
    problem : Problem
    order : sequence of int
        Pool of the problem that each pool of the model is.
    """
    need = np.array([problem.need[g] for g in order], dtype=np.float64)
    pools, slots = need.shape
    knots = len(problem.people) + 2
    weight = np.kron(np.eye(DAYS), np.ones(PER_DAY))
    rows = pools * DAYS
    pool_of_row = np.repeat(np.arange(pools), DAYS)
    return Service(
        step=1.0,
        curves=np.maximum(need[:, :, None] - np.arange(knots), 0.0),
        curve_pool=np.arange(pools),
        row_curve=pool_of_row,
        row_pool=pool_of_row,
        sign=np.ones(rows),
        limit=np.ones(rows),
        price=np.full(rows, problem.missing / 100.0),
        base=np.ones(rows),
        weight=np.tile(weight, (pools, 1)),
        row_first=np.tile(np.arange(DAYS) * PER_DAY, pools),
        row_last=np.tile(np.arange(1, DAYS + 1) * PER_DAY, pools),
        efficiency=np.ones((pools, slots)),
        fixed=np.zeros((pools, slots)),
        given=0.0,
    )


def folder_of(problem: Problem) -> PlanningFolder:
    """Return a problem as a planning folder, without breaks, shrinkage and elastic seats."""
    queues = tuple(
        # voice and chat are never worked side by side, as the problem asks
        Queue(
            id=POOLS[g],
            channel=(Channel.VOICE, Channel.CHAT)[g],
            concurrency=1 + g,
            aht_s=300.0,
            patience_s=600.0,
            open=(WeeklyWindow(EVERY_DAY, OPENS * 30, CLOSES * 30),),
        )
        for g in range(len(problem.need))
    )
    centre = Centre(
        name=problem.name,
        timezone="Asia/Shanghai",
        currency="CNY",
        interval_minutes=30,
        schedule_minutes=30,
        queues=queues,
        contracts=tuple(_contract(terms) for terms in problem.contracts),
    )
    empty = np.zeros(0)
    history = History(centre.queue_ids, np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(empty for _ in range(7)))
    skills = tuple(Skill(agent_id=p.name, queue=POOLS[g]) for p in problem.people for g in p.pools)
    agents = tuple(_agent(problem, person) for person in problem.people)
    return PlanningFolder(centre=centre, history=history, agents=agents, skills=skills)


def _agent(problem: Problem, person: Person) -> Agent:
    return Agent(id=person.name, contract=problem.contracts[person.contract].name, hourly_cost=person.pay / 50.0)


def _contract(terms: Terms) -> Contract:
    return Contract(
        id=terms.name,
        weekly_hours=Limits(min=terms.week_min / 2, max=terms.week_max / 2),
        days_per_week=Limits(min=terms.days_min, max=terms.days_max),
        shift_hours=Limits(min=terms.shift_min / 2, max=terms.shift_max / 2),
        start=StartWindow(from_minute=30 * terms.start_from, to_minute=30 * terms.start_to, step_minutes=30),
        rest_h=REST / 2,
    )


def rows_of(problem: Problem, model: Model, roll: Roll) -> tuple[Row, ...]:
    """Return a roster of the model as rows of the problem."""
    number = {person.name: k for k, person in enumerate(problem.people)}
    options, teams = model.instance.options, model.instance.teams
    found = []
    for a, agent in enumerate(model.agents):
        for tour in roll.tours[a]:
            if tour[0] < 0:
                continue
            start, length = int(options.start[tour[0]]), int(options.length[tour[0]])
            pool = model.kinds[int(teams.kind[tour[1]])].queues[0]
            found.append(Row(number[agent.id], start // PER_DAY, start % PER_DAY, length, pool))
    return tuple(found)

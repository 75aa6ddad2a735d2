"""Centres of any size, drawn by seed: what `make bench-scheduling` rosters.

Queues come in groups of two to four that are handled alike, voice or chat; a person serves the queues of one group,
and one in three those of a second. Contracts, breaks, prices and targets are those of the reference centre, but
part-timers' hours are free within a range; the centres round the clock have early, late and night shifts. The volume
is scaled so that the seats which the targets ask for, half hour by half hour, come to the core's hours in the middle of
their range: what peaks need beyond that is elastic, and quiet hours leave people to spare.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from capacity.requirement import Requirement, agents_for, require
from capacity.scores import Score
from capacity.servers import make_servers
from domain.centre import Centre, ElasticPool, Shrinkage
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import History, Ints
from domain.hours import WeeklyWindow
from domain.people import Agent, Skill
from domain.queues import Channel, Queue, Target
from forecasting.forecast import LEVELS, Forecast
from planning.files.interval_rows import open_intervals
from planning.steps import People

WEEK = date(2026, 11, 23)
EVERY_DAY = frozenset(range(7))
FITS = 8
"""Corrections of a group's volume, each of which brings what it needs nearer to what its people give."""

BY_DAY = (2.5, 5, 8, 8, 6, 6.5, 7.5, 7.5, 6.5, 5.5, 5, 6, 8.5, 8.5, 6, 3)
"""Percent of a day's contacts by hour from 08:00, as in the reference centre."""

ROUND_THE_CLOCK = (
    1.2,
    0.8,
    0.6,
    0.5,
    0.6,
    1.0,
    2,
    3.5,
    5,
    6.2,
    6.6,
    6.4,
    5.8,
    5.9,
    6.2,
    6.2,
    6,
    5.8,
    6,
    6.4,
    6.2,
    5,
    3.6,
    2.5,
)
WEEKDAYS = (1.10, 1.05, 1.00, 0.98, 0.97, 0.95, 0.95)


@dataclass(frozen=True)
class Case:
    """What is drawn.

    Attributes
    ----------
    name : str
    agents, queues, weeks, seed : int
    round_the_clock : bool
        Open at all hours, else 08:00-24:00.
    """

    name: str
    agents: int
    queues: int
    weeks: int = 1
    round_the_clock: bool = False
    seed: int = 1


@dataclass(frozen=True)
class Drawn:
    """A centre's planning folder, what its weeks need, and how its people do."""

    folder: PlanningFolder
    requirement: Requirement
    people: People


def draw(case: Case) -> Drawn:
    """Return one centre."""
    rng = np.random.default_rng([case.seed, case.agents, case.queues])
    groups = _groups(case.queues, rng)
    queues = tuple(_queue(case, g, k, rng) for g, size in enumerate(groups) for k in range(size))
    contracts = _contracts(case)
    agents = tuple(
        Agent(id=f"A{k + 1:04d}", contract=contracts[int(c)].id, hourly_cost=float(cost), team=f"team {k // 12 + 1}")
        for k, (c, cost) in enumerate(
            zip(
                rng.choice(len(contracts), size=case.agents, p=(0.65, 0.15, 0.20)),
                rng.normal(57.7, 4.0, size=case.agents).clip(45.0, 75.0).round(2),
                strict=True,
            )
        )
    )
    centre = Centre(
        name=case.name,
        timezone="Asia/Shanghai",
        country="CN",
        currency="CNY",
        queues=queues,
        contracts=contracts,
        shrinkage=Shrinkage(absence=0.06, in_shift=0.04),
        elastic=ElasticPool(
            share=0.20, block_hours=(3, 4, 5), hourly_cost=75.0, queues=tuple(q.id for q in queues), aht_factor=1.15
        ),
    )
    weight = np.array(groups, dtype=np.float64)
    home = rng.choice(len(groups), size=case.agents, p=weight / weight.sum())
    second = rng.integers(len(groups), size=case.agents)
    both = rng.random(case.agents) < 1 / 3
    skills = tuple(
        Skill(agent_id=agent.id, queue=queue.id)
        for k, agent in enumerate(agents)
        for queue in queues
        if int(queue.id[1]) in ({int(home[k]), int(second[k])} if both[k] else {int(home[k])})
    )
    empty = np.zeros(0)
    history = History(centre.queue_ids, np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(empty for _ in range(7)))
    folder = PlanningFolder(centre=centre, history=history, agents=agents, skills=skills)
    requirement = _requirement(case, folder, home, groups, rng)
    scores = _scores(folder, rng)
    return Drawn(folder, requirement, People(scores, (), (), make_servers(folder, scores, (), WEEK, 7 * case.weeks)))


def _scores(folder: PlanningFolder, rng: np.random.Generator) -> tuple[Score, ...]:
    """Give everybody a speed of their own, the same on all their queues."""
    factor = rng.normal(1.0, 0.13, size=len(folder.agents)).clip(0.7, 1.3)
    of = {agent.id: float(x) for agent, x in zip(folder.agents, factor / factor.mean(), strict=True)}
    aht = {queue.id: queue.aht_s or 0.0 for queue in folder.centre.queues}
    return tuple(
        Score(
            skill.agent_id,
            skill.queue,
            400.0,
            aht[skill.queue] * of[skill.agent_id],
            of[skill.agent_id],
            0.6,
            0.55,
            0.65,
            80.0,
            "good",
        )
        for skill in folder.skills
    )


def _groups(queues: int, rng: np.random.Generator) -> list[int]:
    sizes: list[int] = []
    while sum(sizes) < queues:
        sizes.append(min(int(rng.integers(2, 5)), queues - sum(sizes)))
    return sizes


def _queue(case: Case, group: int, k: int, rng: np.random.Generator) -> Queue:
    chat = group % 2 == 1
    hours = (WeeklyWindow(EVERY_DAY, 0, 24 * 60),) if case.round_the_clock else (WeeklyWindow(EVERY_DAY, 480, 1440),)
    return Queue(
        id=f"g{group}-{k}",
        channel=Channel.CHAT if chat else Channel.VOICE,
        aht_s=float(510 if chat else 300 + 20 * group),
        patience_s=1500.0 if chat else 600.0,
        concurrency=3 if chat else 1,
        slowdown=(0.6, 0.8, 1.0) if chat else (1.0,),
        fcr=0.6,
        open=hours,
        targets=(Target(scope="day", mean_wait_s=90.0 if chat else 45.0, abandonment=0.06),),
    )


def _contracts(case: Case) -> tuple[Contract, ...]:
    late = 23 * 60 if case.round_the_clock else 15 * 60
    early = 6 * 60 if case.round_the_clock else 8 * 60

    def rest(minutes: int, after: int, before: int, kind: str = "break") -> BreakRule:
        return BreakRule(kind=kind, minutes=minutes, paid=kind != "meal", after_minutes=after, before_minutes=before)

    def made(
        name: str,
        hours: tuple[float, float],
        days: tuple[int, int],
        shift: tuple[float, float],
        last: int,
        *breaks: BreakRule,
    ) -> Contract:
        return Contract(
            id=name,
            weekly_hours=Limits(min=hours[0], max=hours[1]),
            days_per_week=Limits(min=days[0], max=days[1]),
            shift_hours=Limits(min=shift[0], max=shift[1]),
            start=StartWindow(from_minute=early, to_minute=last, step_minutes=30),
            rest_h=11,
            max_consecutive_days=6,
            breaks=breaks,
        )

    eight = (rest(15, 60, 150), rest(60, 180, 300, "meal"), rest(15, 375, 480))
    ten = (rest(15, 75, 180), rest(60, 210, 330, "meal"), rest(15, 405, 570))
    return (
        made("full-time", (40, 40), (5, 5), (8, 8), late, *eight),
        made("four-tens", (40, 40), (4, 4), (10, 10), late if case.round_the_clock else 13 * 60, *ten),
        made("part-time", (16, 30), (4, 5), (4, 6), late if case.round_the_clock else 18 * 60, rest(15, 90, 150)),
    )


def _requirement(
    case: Case, folder: PlanningFolder, home: Ints, groups: list[int], rng: np.random.Generator
) -> Requirement:
    centre = folder.centre
    grid = IntervalGrid.of_days(WEEK, 7 * case.weeks, centre.timezone, centre.interval_minutes)
    hours = np.zeros(24)
    if case.round_the_clock:
        hours[:] = ROUND_THE_CLOCK
    else:
        hours[8:] = BY_DAY
    shape = hours[grid.minute_of_day // 60] * np.array(WEEKDAYS)[grid.weekday]
    busy = rng.normal(1.0, 0.03, size=len(grid.days)).clip(0.9, 1.1)[grid.day_of]
    # a group carries what its people can: their paid hours less breaks and shrinkage
    by_id = {contract.id: contract for contract in centre.contracts}
    hours_of = np.array([_mean_hours(by_id[agent.contract]) for agent in folder.agents])
    volume = np.zeros((len(centre.queues), grid.size))
    for g in range(len(groups)):
        mine = [q for q, queue in enumerate(centre.queues) if queue.id.startswith(f"g{g}-")]
        part = rng.dirichlet(np.full(len(mine), 6.0))
        given = float(hours_of[home == g].sum()) * centre.shrinkage.kept * case.weeks
        queue = centre.queues[mine[0]]
        each = (queue.aht_s or 0) * queue.slowdowns()[-1] / queue.concurrency / 3600.0
        group = given / each * shape * busy / float((shape * busy).sum())
        for _ in range(FITS):
            needed = agents_for(queue, grid, group, np.full(grid.size, queue.aht_s)).sum() * grid.step_minutes / 60
            group *= given / float(needed)
        volume[mine] = part[:, None] * group
    aht = np.array([np.full(grid.size, queue.aht_s) for queue in centre.queues])
    opened = open_intervals(centre, grid)
    bands = np.repeat(volume[None], len(LEVELS), axis=0)
    forecast = Forecast(grid, centre.queue_ids, volume, bands, aht, opened)
    return require(centre, forecast, today_fcr={}, backlog={})


def _mean_hours(contract: Contract) -> float:
    """Return an average week's hours on contact duty."""
    paid = (contract.weekly_hours.min + contract.weekly_hours.max) / 2
    days = (contract.days_per_week.min + contract.days_per_week.max) / 2
    return paid - days * sum(rule.minutes for rule in contract.breaks if rule.paid) / 60

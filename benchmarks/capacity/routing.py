"""Routing: policies on one team with scores by queue, seats at equal wait, a cap on the spread, a decision's time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.capacity.section import Peers, Section
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.decision import Idle, Router, Waiting
from capacity.policies import POLICIES
from capacity.requirement import Requirement
from capacity.scores import Score
from domain.centre import Centre
from domain.contracts import Contract, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, History
from domain.people import Agent, Route, Skill
from domain.progress import Control
from domain.queues import Queue, Target
from domain.roster import Roster, Stretch
from planning.files.policies_file import frontier
from planning.policy_comparison import PolicyResult, capped, compare_policies
from planning.steps import Options, People
from planning.whatif.world import World

QUEUES, HEADS, MOST = 4, 48, 60
HANDLE_S, LOAD, PATIENCE_S = 300.0, 0.91, 600.0
DAYS, DRAWS, REPLICATIONS = 7, 3, 12
SPREAD = 0.05
FIRST = date(2026, 11, 23)
PICTURE = Path(__file__).with_name("routing.svg")

US, IDLE = "comparative advantage", "longest idle"


@dataclass(frozen=True)
class Drawn:
    """One team: everybody's handle-time factor and FCR by queue, better on a home queue."""

    factor: Floats
    fcr: Floats

    @classmethod
    def of(cls, seed: int) -> Drawn:
        """Draw a team: speed sd 20 % by person and 10 % by queue, FCR .68 at home and .185 less elsewhere, sd .08."""
        rng = np.random.default_rng(seed)
        factor = np.exp(rng.normal(0, 0.2, (MOST, 1)) + rng.normal(0, 0.1, (MOST, QUEUES)))
        home = np.arange(QUEUES) == rng.integers(QUEUES, size=MOST)[:, None]
        fcr = np.clip(rng.normal(0.68, 0.08, (MOST, 1)) - np.where(home, 0, 0.185), 0.1, 0.95)
        factor = factor * np.where(home, 0.93, 1.05)
        return cls(factor / factor[:HEADS].mean(axis=0), fcr)


def section(peers: Peers) -> Section:
    """Compare."""
    rows, fewer, points, spreads = [], [], [], []
    first: tuple[PolicyResult, ...] = ()
    for seed in range(1, DRAWS + 1):
        drawn = Drawn.of(seed)
        results = compare_policies(_world(drawn, HEADS), spread=SPREAD, replications=REPLICATIONS)
        first = first or results
        rows += [_row(seed, result) for result in results]
        by_name = {result.policy: result for result in results}
        idle, ours, even = by_name[IDLE], by_name[US], results[-1]
        fewer.append(1 - _least(drawn, idle.figures["mean_wait_s"][0]) / HEADS)
        points.append(even.figures["fcr"][0] - idle.figures["fcr"][0])
        spreads.append((ours.occupancy_sd, even.occupancy_sd))
    PICTURE.write_text(frontier(first), encoding="utf-8")
    asked, shown = _decision()
    text = (
        f"{HEADS} people on {QUEUES} queues at {LOAD:.0%} load, everybody on all queues, resolving 18.5 points more on "
        f"a home queue; true scores known to the router; {DRAWS} teams, {DAYS} days, {REPLICATIONS} replications, the "
        "same customers for every policy. Spread: standard deviation of people's occupancy, points. The picture of the "
        "first team is `routing.svg`."
    )
    head = ["team", "policy", "mean wait s", "service level %", "FCR %", "spread"]
    goals = (
        goal(
            "at least 5 % fewer seats than longest idle at equal wait, or 3 points more FCR at no more wait",
            min(fewer) >= 0.05 or min(points) >= 0.03,
            f"{100 * min(fewer):.1f} % fewer at least; spread held: {100 * min(points):.1f} points more at least",
        ),
        goal(
            f"spread of occupancy held to {100 * SPREAD:.0f} points",
            max(even for _, even in spreads) <= SPREAD,
            f"{100 * max(even for _, even in spreads):.1f} at most ({100 * max(o for o, _ in spreads):.1f} uncapped)",
        ),
        goal("one routing question under a millisecond, 300 people or 300 contacts", asked < 1e-3, shown),
    )
    seats = ", ".join(f"{100 * share:.1f} %" for share in fewer)
    return Section("Routing", (text, markdown(head, rows), f"Fewer seats at equal wait, by team: {seats}."), goals)


def _row(seed: int, result: PolicyResult) -> list[str]:
    wait, level, fcr = (result.figures[m][0] for m in ("mean_wait_s", "service_level", "fcr"))
    figures = [f"{wait:.1f}", f"{100 * level:.1f}", f"{100 * fcr:.1f}", f"{100 * result.occupancy_sd:.1f}"]
    return [str(seed), result.policy, *figures]


def _least(drawn: Drawn, wait: float) -> int:
    """Return the fewest people with whom our routing, its spread held, waits no longer."""
    for heads in range(HEADS - 1, HEADS // 2, -1):
        world = _world(drawn, heads)
        routes = POLICIES[US](world.folder, world.people.scores, FIRST)
        if capped(world, routes, SPREAD, REPLICATIONS, Control()).figures["mean_wait_s"][0] > wait:
            return heads + 1
    return HEADS // 2


def _world(drawn: Drawn, heads: int) -> World:
    names = tuple(f"q{k}" for k in range(QUEUES))
    target = Target(service_level=0.8, within_s=20)
    queues = tuple(Queue(id=name, aht_s=HANDLE_S, patience_s=PATIENCE_S, targets=(target,)) for name in names)
    contract = Contract(id="c", start=StartWindow(from_minute=0, to_minute=0))
    centre = Centre(name="Measured", timezone="UTC", queues=queues, contracts=(contract,))
    agents = tuple(Agent(id=f"a{k:02d}", contract="c", hourly_cost=20.0) for k in range(heads))
    skills = tuple(Skill(agent_id=agent.id, queue=name) for agent in agents for name in names)
    none = np.zeros(0)
    history = History((), np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(none for _ in range(7)))
    folder = PlanningFolder(centre, history, agents, skills)
    grid = IntervalGrid.of_days(FIRST, DAYS, "UTC", 30)
    volume = np.full((QUEUES, grid.size), HEADS * LOAD * 1800 / HANDLE_S / QUEUES)
    blank = np.full_like(volume, np.nan)
    need = Requirement(grid, names, volume, np.full_like(volume, HANDLE_S), *(blank,) * 6)
    roster = Roster.of(Stretch(agent.id, grid.start, grid.end, queues=names, shift_id="1") for agent in agents)
    scores = tuple(
        Score(agent.id, names[q], 1e4, HANDLE_S, drawn.factor[a, q], drawn.fcr[a, q], 0.0, 1.0, 80.0, "good")
        for a, agent in enumerate(agents)
        for q in range(QUEUES)
    )
    return World(folder, need, roster, People(scores, (), (), ()), Options(week=FIRST))


def _decision() -> tuple[float, str]:
    """Return the slower of the two questions' seconds, and both in words."""
    rng = np.random.default_rng(1)
    names = [f"q{k}" for k in range(10)]
    centre = Centre(name="c", timezone="UTC", queues=tuple(Queue(id=name) for name in names), contracts=())
    routes = [
        Route(agent_id=f"a{a}", queue=names[q], level=1 + int(q % 2), weight=float(rng.random()))
        for a in range(300)
        for q in rng.choice(10, 4, replace=False)
    ]
    router = Router.of(centre, routes)
    idle = [Idle(f"a{k}", float(rng.random())) for k in range(300)]
    line = [Waiting(names[int(rng.integers(10))], float(k)) for k in range(300)]
    found = []
    for waiting, free in ((line[:1], idle), (line, idle[:1])):
        spent = []
        for _ in range(200):
            began = time.process_time()
            router.decide(waiting, free)
            spent.append(time.process_time() - began)
        found.append(float(np.median(spent)))
    return max(found), f"{1e3 * found[0]:.2f} ms for an agent, {1e3 * found[1]:.2f} ms for a contact"

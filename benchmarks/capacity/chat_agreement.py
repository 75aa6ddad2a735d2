"""Chat: the birth-death chain beside long simulations of agents who carry several contacts."""

from __future__ import annotations

from itertools import product

from benchmarks.capacity.section import Peers, Section
from benchmarks.capacity.steady import MEASURES, Steady, steady, told, worst
from benchmarks.capacity.team import Group
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.interval import IntervalService, interval_service
from domain.queues import Channel, Queue, Target

HANDLE_S, WITHIN_S, POINT = 480.0, 60.0, 1.0
CONTACTS = 800_000

SLOWDOWNS = ((1.0, 1.2), (1.0, 1.0, 1.0), (1.0, 1.2, 1.5), (1.0, 1.3, 1.6, 2.0))
AGENTS, LOADS, PATIENCE_S = (5, 20, 60), (0.8, 0.95, 1.1), (90.0, 300.0)
"""Loads are shares of what the team completes when all carry as much as they can."""


def formulas(rate_per_h: float, slowdown: tuple[float, ...], agents: int, patience_s: float) -> list[IntervalService]:
    """Return the chain, the chain with perfectly even spreading, and n x c agents at the speed of full ones."""
    several = [
        interval_service(
            rate_per_h,
            HANDLE_S,
            agents,
            patience_s=patience_s,
            within_s=WITHIN_S,
            concurrency=len(slowdown),
            slowdown=slowdown,
            even_spread=even,
        )
        for even in (False, True)
    ]
    single = interval_service(
        rate_per_h, HANDLE_S * slowdown[-1], agents * len(slowdown), patience_s=patience_s, within_s=WITHIN_S
    )
    return [*several, single]


def simulated(rate_per_h: float, slowdown: tuple[float, ...], agents: int, patience_s: float, seed: int) -> Steady:
    """Return the same team's steady state."""
    queue = Queue(
        id="chat",
        channel=Channel.CHAT,
        patience_s=patience_s,
        concurrency=len(slowdown),
        slowdown=slowdown,
        targets=(Target(service_level=0.8, within_s=WITHIN_S),),
    )
    return steady(queue, rate_per_h, HANDLE_S, Group(agents), seed, CONTACTS)


def section(peers: Peers) -> Section:
    """Compare over the grid."""
    names = ("chain, as used", "chain, evenly spread", "n x c agents")
    points: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    by_slowdown: dict[tuple[float, ...], list[dict[str, float]]] = {slowdown: [] for slowdown in SLOWDOWNS}
    halves = []
    for seed, (slowdown, agents, load, patience) in enumerate(product(SLOWDOWNS, AGENTS, LOADS, PATIENCE_S)):
        rate = load * agents * len(slowdown) / slowdown[-1] / HANDLE_S * 3600.0
        found = simulated(rate, slowdown, agents, patience, seed)
        halves.append(found.half)
        for name, formula in zip(names, formulas(rate, slowdown, agents, patience), strict=True):
            points[name].append(found.points(formula))
        by_slowdown[slowdown].append(points[names[0]][-1])
    most = {name: worst(each) for name, each in points.items()}
    rows = [[name, *(f"{most[name][m]:.2f}" for m in MEASURES)] for name in names]
    rows += [
        [f"{names[0]}, slowdown {' / '.join(f'{s:g}' for s in slowdown)}", *(f"{worst(each)[m]:.2f}" for m in MEASURES)]
        for slowdown, each in by_slowdown.items()
    ]
    rows.append(["largest half-width of the simulation", *(f"{worst(halves)[m]:.2f}" for m in MEASURES)])
    count = len(halves)
    text = (
        f"{count} teams: {', '.join(map(str, AGENTS))} agents, slowdowns as below, loads of "
        f"{', '.join(f'{load:.0%}' for load in LOADS)} of what full agents complete, patience "
        f"{' and '.join(f'{p:.0f}' for p in PATIENCE_S)} s, handle time {HANDLE_S:.0f} s; answered in "
        f"{WITHIN_S:.0f} s. Exponential handle times; {CONTACTS:,} contacts or more a team, each with a seed "
        "of its own. The largest difference from the simulation, in points:"
    )
    head = ["formula", *(measure.replace("_", " ") for measure in MEASURES)]
    chain = most[names[0]]
    what = f"chat by formula within {POINT:g} point of simulation over {count} teams"
    return Section(
        "Agreement: chat",
        (text, markdown(head, rows)),
        (
            goal(
                what,
                max(chain.values()) <= POINT,
                f"largest difference in {told(chain)}; the simulation's half-widths are up to {told(worst(halves))}",
            ),
        ),
    )

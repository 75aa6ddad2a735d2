"""Our roster against a common tool's at equal simulated service, headcount free on both sides.

Both sides plan the same volume for identical people (`benchmarks.clones`) and are judged by the same simulation of the
same customers. Each is loosened or tightened by its own knob until every day's mean wait and abandonment keep their
limits, group by group: the service is equal where it matters, and the cost is compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from benchmarks.clones import WEEK, Clones, Judgement
from benchmarks.common_tool import erlang_c_agents, named
from benchmarks.cover import cover_week, weekly_bound
from domain.history import Floats
from domain.progress import Control
from planning.rounds import make_roster
from planning.steps import Options

HEADS = (0.95, 1.0, 1.05, 1.1)
"""Headcounts tried for our side, over the common tool's best, until more of them cost more."""

TIGHTNESS = (1.03, 1.0, 0.96, 0.92)
"""Factors on the limits that our planner is told, tried in turn until the simulated week keeps the true ones."""

SPARE_HEADS = (0.0, 0.04, 0.08, 0.14, 0.20, 0.26, 0.32)
"""Share of heads above those of the linear relaxation that the common tool tries, until more of them cost more."""

LEAST_PERCENT = 60
"""Percent of its requirement at which the common tool is taken to miss a day."""

ENDLESS = 1e5
"""A wait target, in seconds, at which Erlang C asks for no more than the workload."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Entry:
    """One line of the comparison."""

    name: str
    knob: str
    judged: Judgement

    def row(self, ours: Judgement | None) -> tuple[str, ...]:
        """Return the line of the table."""
        found = self.judged
        saving = "" if ours is None or ours is found else f"{100 * (1 - ours.cost / found.cost):.1f} %"
        return (
            self.name,
            self.knob,
            str(found.heads),
            f"{found.cost:,.0f}",
            f"{found.elastic:,.0f}",
            f"{found.week_wait_s:.0f}",
            f"{found.wait_s.max():.0f}",
            f"{100 * found.abandonment.max():.1f}",
            "yes" if found.meets else "no",
            saving,
        )


HEAD = (
    "roster",
    "set to",
    "heads",
    "cost of the week",
    "of it elastic",
    "mean wait, s",
    "worst day, s",
    "worst abandonment, %",
    "every day met",
    "ours saves",
)


@dataclass(frozen=True)
class Tool:
    """The common tool at work in one world."""

    world: Clones
    cores: int
    say: Say

    def staffed(self, needed: Floats, name: str, knob: str) -> Entry | None:
        """Cover a requirement with the headcount that meets every day at the least cost; None where none is enough."""
        _, relaxed = weekly_bound(self.world, needed)
        best: Entry | None = None
        cheapest = math.inf
        for heads in sorted({round((1 + spare) * relaxed) for spare in SPARE_HEADS}):
            cover = cover_week(self.world, needed, heads, self.cores)
            if cover is None:
                continue
            judged = self.world.judge(self.world.folder(cover.heads), named(self.world, cover), lawful=False)
            best = better(best, Entry(name, knob, judged))
            if judged.cost > cheapest:
                break
            cheapest = judged.cost
        if best is not None:
            self.say(told(best))
        return best

    def as_set(self) -> Entry | None:
        """Staff for the limits themselves, as the tool is delivered."""
        return self.staffed(erlang_c_agents(self.world), "common tool as set", "limits, .90")

    def by_wait_target(self) -> Iterator[Entry | None]:
        """Loosen the tool's own wait target step by step, its occupancy limit lifted."""
        for wait_s in (900.0, ENDLESS):
            knob = f"wait {wait_s:,.0f} s" if wait_s < ENDLESS else "workload, rounded up"
            yield self.staffed(erlang_c_agents(self.world, wait_s, 1.0), "common tool, target loosened", knob)

    def by_factor(self) -> tuple[Entry | None, Entry | None]:
        """Multiply the tool's requirement by the least whole percent that meets every day, found by halves.

        Returns
        -------
        tuple
            The cheapest entry that meets every day, and the one nearest to it that does not.
        """
        needed = erlang_c_agents(self.world)
        best: Entry | None = None
        short: Entry | None = None
        low, high = LEAST_PERCENT, 101
        while high - low > 1:
            percent = (low + high) // 2
            knob = f"requirement x {percent / 100:.2f}"
            entry = self.staffed(percent / 100 * needed, "common tool, scaled by simulation", knob)
            if entry is not None and entry.judged.meets:
                best, high = better(best, entry), percent
            else:
                short, low = entry or short, percent
        return best, short


def ours(world: Clones, around: int, cores: int, say: Say) -> Entry:
    """Plan with several headcounts; return the cheapest plan whose simulated days all keep their limits."""
    best: Entry | None = None
    cheapest = math.inf
    for heads in sorted({round(factor * around) for factor in HEADS}):
        for tightness in TIGHTNESS:
            folder = world.folder(heads, tightness)
            options = Options(week=WEEK, seed=world.seed)
            rostered, _, _ = make_roster(folder, None, world.requirement, options, Control(cores=cores))
            entry = Entry("ours", f"limits x {tightness:g}", world.judge(folder, rostered.roster))
            say(told(entry))
            best = better(best, entry)
            if entry.judged.meets:
                break
        if best is not None and best.judged.meets and entry.judged.cost > cheapest:
            break
        cheapest = min(cheapest, entry.judged.cost if entry.judged.meets else math.inf)
    assert best is not None
    return best


def contest(world: Clones, cores: int, say: Say) -> tuple[Entry, dict[str, Entry]]:
    """Return our entry and the common tool's, by how it was set, those that do not meet every day with them."""
    tool = Tool(world, cores, say)
    found: dict[str, Entry | None] = {"as set": tool.as_set()}
    found["loosened"], found["loosened, short"] = loosest(tool.by_wait_target())
    found["scaled"], found["scaled, short"] = tool.by_factor()
    there = {name: entry for name, entry in found.items() if entry is not None}
    assert there, "the common tool covers no requirement at all"
    around = better(None, there.get("scaled") or next(iter(there.values()))).judged.heads
    return ours(world, around, cores, say), there


def loosest(tries: Iterable[Entry | None]) -> tuple[Entry | None, Entry | None]:
    """Walk from tight to loose; return the cheapest entry that meets every day, and the first that does not."""
    best: Entry | None = None
    for entry in tries:
        if entry is None:
            continue
        if not entry.judged.meets:
            return best, entry
        best = better(best, entry)
    return best, None


def better(one: Entry | None, other: Entry) -> Entry:
    """Prefer what meets every day, then what costs less."""
    if one is None:
        return other
    return min(one, other, key=lambda entry: (not entry.judged.meets, entry.judged.cost))


def told(entry: Entry) -> str:
    found = entry.judged
    return (
        f"{entry.name}, {entry.knob}: {found.heads} heads, {found.cost:,.0f}, worst {found.load.max():.2f} of a limit"
    )

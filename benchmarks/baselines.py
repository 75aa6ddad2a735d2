"""Our roster against two others on the reference centre, at equal simulated service, headcount free on every side."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.clones import REPLICATIONS, WEEK, Clones
from benchmarks.contest import HEAD, Entry, contest, told
from benchmarks.fixed_shifts import fixed_roster, split
from benchmarks.machine import timed
from benchmarks.table import Part, goal
from benchmarks.worlds import of_reference
from planning.files import read_folder
from planning.reference import write_reference

SAVING = 0.08

Say = Callable[[str], None]


def two_shifts(world: Clones, say: Say) -> Entry:
    """Hire for two fixed shifts until every day keeps its limits."""
    low, high = 40, 120

    def entry(heads: int) -> Entry:
        crews = split(world, heads)
        judged = world.judge(world.folder(heads), fixed_roster(world, crews), lawful=False)
        return Entry("two fixed shifts", "08-16, 16-24", judged)

    while low < high:
        heads = (low + high) // 2
        found = entry(heads)
        say(told(found))
        low, high = (low, heads) if found.judged.meets else (heads + 1, high)
    return entry(low)


def run(cores: int, say: Say) -> Part:
    """Compare and return the table."""
    with tempfile.TemporaryDirectory() as base:
        place = Path(base) / "centre"
        write_reference(place)
        world = of_reference(read_folder(place, before=WEEK).centre)
    with timed() as clock:
        mine, others = contest(world, cores, say)
        flat = two_shifts(world, say)
    entries = (mine, *others.values(), flat)
    rows = tuple(entry.row(mine.judged) for entry in entries)
    spent = f"{clock.wall:.0f} s on the wall, {clock.cpu:.0f} s of processors."
    title = "Rosters at equal simulated service, headcount free"
    return Part("roster", title, HEAD, rows, (*notes(mine, others.get("loosened"), others.get("scaled"), flat), spent))


def notes(mine: Entry, waits: Entry | None, factor: Entry | None, flat: Entry) -> Iterator[str]:
    """Say how it was measured and whether the goal is reached."""

    def saving(entry: Entry) -> float:
        return 1 - mine.judged.cost / entry.judged.cost

    yield (
        "Everybody plans the reference centre's expected contacts for identical people (handle-time factor 1, all "
        "skills, level 1 everywhere), with the same contracts in the same mix and the same elastic seats, and is "
        f"judged by the same {REPLICATIONS} simulated weeks. Limits: a mean wait of 90 s and an abandonment of 5 % a "
        "day, for phone and for text. FCR and occupancy targets are left out on every side. Two fixed shifts have "
        "no elastic seats."
    )
    if not mine.judged.meets:
        yield "Our own roster misses a limit on some day, so that the service is not equal."
    if waits is not None:
        found = f"{100 * saving(waits):.1f} % below the tool with its wait target loosened as far as every day holds"
        reached = mine.judged.meets and saving(waits) >= SAVING
        yield goal(
            f"paid cost at least {100 * SAVING:.0f} % lower than a common tool's at equal service", reached, found
        )
    if factor is not None:
        short = "" if saving(factor) >= SAVING else ", below the goal"
        yield (
            "Against the strongest form of that tool, its whole requirement multiplied by a factor that our simulation "
            f"found, the saving is {100 * saving(factor):.1f} %{short}. "
            "What lies between the two is the worth of knowing the service that a roster gives."
        )
    yield f"Against two fixed shifts the saving is {100 * saving(flat):.1f} %."

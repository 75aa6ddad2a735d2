"""Why one person has no legal week: the fewest rules in conflict, and the smallest change that lifts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.errors import Conflict
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.people import TimeOff
from domain.roster import Roster, Stretch
from scheduling.leave import WEEK
from scheduling.person_week import FAMILIES, find_weeks
from scheduling.relaxations import Change, Ladder, Ladders, covered_days, ladders
from scheduling.rules import RULES
from scheduling.rules.context import Context

CHANGE_FIRST: tuple[str, ...] = (
    "pins",
    "skills",
    "opening",
    "site_hours",
    "days_per_week",
    "shift_hours",
    "weekly_hours",
    "experts_hours",
    "start",
    "breaks",
    "start_spread_minutes",
    "rotation",
    "days_off_together",
    "complete_weekends",
    "nights_per_week",
    "weekends_off",
    "max_consecutive_days",
    "availability",
    "hired_on",
    "time_off",
    "weekly_rest_h",
    "rest_h",
)
"""Whose rule is loosened first: a planner's own edits before contracts, leave and rest last."""

FILES = {
    "pins": "pins.csv",
    "skills": "skills.csv",
    "availability": "availability.csv",
    "hired_on": "agents.csv",
    "time_off": "time_off.csv",
}
"""Where a rule's rows stand; the others are in ``centre.toml``."""

WAYS = 2
"""Ways out that are offered: each lifts the conflict alone."""


def explain_person(folder: PlanningFolder, agent_id: str, first: date, weeks: int) -> Conflict | None:
    """Return the smallest conflict among the hard rules of one person, None where a legal plan exists.

    Parameters
    ----------
    folder : PlanningFolder
    agent_id : str
    first : date
        First planned local day.
    weeks : int

    Notes
    -----
    1. The fewest weeks from the first that have no legal plan are looked at.
    2. A deletion filter over the families of rules: each is set aside in turn, and stays aside where the
       others conflict without it. What is left conflicts, and any one of it set aside leaves a legal plan.
    3. The same filter over the person's pins and days of absence names those that matter.
    4. Changes to the folder are tried, rule by rule and smallest first, until two rules' changes leave a legal plan.
    """
    short = next((n for n in range(1, weeks + 1) if find_weeks(folder, agent_id, first, n) is None), None)
    if short is None:
        return None
    kept = set(FAMILIES)
    for family in FAMILIES:
        if find_weeks(folder, agent_id, first, short, frozenset(kept - {family})) is None:
            kept.remove(family)
    conflict = frozenset(kept)
    pins, absences = _rows_that_matter(folder, agent_id, first, short, conflict)
    context = Context(folder, Roster(()), first, short)
    days = covered_days(context, (*pins, *absences)) or (context.week_day(short - 1),)
    labels = {rule.id: rule.label for rule in RULES}
    order = {rule.id: k for k, rule in enumerate(RULES)}
    return Conflict(
        who=(context.name(agent_id),),
        days=days,
        rules=tuple(labels[family] for family in sorted(conflict, key=order.__getitem__)),
        change=_ways_out(context, agent_id, conflict),
    )


def _rows_that_matter(
    folder: PlanningFolder, agent_id: str, first: date, weeks: int, conflict: frozenset[str]
) -> tuple[tuple[Stretch, ...], tuple[TimeOff, ...]]:
    """Return the fewest pins, and days of absence in the plan, with which the rules still conflict."""
    pins = [pin for pin in folder.pins if pin.agent_id == agent_id] if "pins" in conflict else []
    for pin in list(pins):
        fewer = [other for other in pins if other is not pin]
        if find_weeks(replace(folder, pins=tuple(fewer)), agent_id, first, weeks, conflict) is None:
            pins = fewer
    others = tuple(row for row in folder.time_off if row.agent_id != agent_id)
    mine = [row for row in folder.time_off if row.agent_id == agent_id] if "time_off" in conflict else []
    days = [part for row in mine for part in _by_day(row, folder.centre.timezone)]
    for part in list(days):
        less = [other for other in days if other is not part]
        changed = replace(folder, pins=tuple(pins), time_off=(*others, *less))
        if find_weeks(changed, agent_id, first, weeks, conflict) is None:
            days = less
    return tuple(pins), tuple(days)


def _by_day(row: TimeOff, zone: str) -> Iterator[TimeOff]:
    """Cut an absence at local midnights, so that the days of it that play no part can be left out."""
    low = row.start
    while low < row.end:
        midnight = local_midnight(low.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), zone)
        yield row.model_copy(update={"start": low, "end": min(midnight, row.end)})
        low = midnight


def _ways_out(context: Context, agent_id: str, conflict: frozenset[str]) -> str:
    """Return the smallest changes, of the first rules in ``CHANGE_FIRST`` that can lift a conflict alone."""
    families = [family for family in CHANGE_FIRST if family in conflict]
    ways: list[str] = []
    for family in families:
        change = _smallest_change(context, agent_id, family)
        if change:
            ways.append(f"{change[0]} ({_place(family, context.folder, change[1])})")
        if len(ways) == WAYS:
            break
    if ways:
        return "; or ".join(ways)
    labels = {rule.id: rule.label for rule in RULES}
    last = context.first + timedelta(days=WEEK * context.weeks - 1)
    return f"set aside {labels[families[0]].lower()} from {context.first} to {last}"


def _place(family: str, folder: PlanningFolder, changed: PlanningFolder) -> str:
    """Name the file in which a change is made, and the lines of the pins that go."""
    name = FILES.get(family, "centre.toml")
    if family != "pins" or len(folder.pin_lines) != len(folder.pins):
        return name
    kept = {id(pin) for pin in changed.pins}
    lines = [str(line) for pin, line in zip(folder.pins, folder.pin_lines, strict=True) if id(pin) not in kept]
    return f"{name}, {'line' if len(lines) == 1 else 'lines'} {', '.join(lines)}"


def _smallest_change(context: Context, agent_id: str, family: str) -> Change | None:
    """Return the change of one rule with the fewest steps that lifts a conflict; None where none does."""
    for alike in ladders(context, context.agents[agent_id], family):
        rungs = [(rung, k) for k, rung in enumerate(_rungs(context, agent_id, alike)) if rung is not None]
        if rungs:
            rung, k = min(rungs)
            return alike[k][rung]
    return None


def _rungs(context: Context, agent_id: str, alike: Ladders) -> Iterator[int | None]:
    """Yield the lowest rung of each ladder that helps; none after one that needs a single step."""
    for ladder in alike:
        rung = _lowest_rung(context, agent_id, ladder)
        yield rung
        if rung == 0:
            return


def _lowest_rung(context: Context, agent_id: str, ladder: Ladder) -> int | None:
    """Return the smallest change of a ladder that leaves a legal plan, by bisection."""

    def lifts(k: int) -> bool:
        return find_weeks(ladder[k][1], agent_id, context.first, context.weeks) is not None

    if not ladder or not lifts(len(ladder) - 1):
        return None
    low, high = 0, len(ladder) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if lifts(middle) else (middle + 1, high)
    return low

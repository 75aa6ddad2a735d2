"""Pins that no roster can hold beside the other hard rules, in words: whose, which rule, and the lines of the pins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.errors import Conflict
from domain.folder import PlanningFolder
from domain.roster import Roster
from planning.steps import Options
from scheduling.rules.validator import validate

PINS = "Pins"
WITHIN = "Breaks and queues within a shift"
"""What pins are at odds with where the roster gives way to every other rule and leaves a pin."""

NEAR = timedelta(days=1)
"""A pin this near to what is broken may be the reason: shifts go on over midnight."""


def pin_conflicts(folder: PlanningFolder, roster: Roster, options: Options) -> list[Conflict]:
    """Return the hard rules that a roster with pins breaks where there are pins; none where it breaks none.

    Parameters
    ----------
    folder : PlanningFolder
    roster : Roster
        As the search has made it: pinned people and seats hold their pins whatever they break.
    options : Options
    """
    if not folder.pins:
        return []
    found = validate(folder, roster, options.week, options.weeks, emergency=options.emergency, now=options.now)
    grouped: dict[tuple[str, str], list[str]] = {}
    for broken in found:
        if broken.hard and _lines(folder, broken.who, broken.day) is not None:
            grouped.setdefault((broken.who, broken.day), []).append(broken.label)
    conflicts = []
    for (who, day), labels in grouped.items():
        lines = _lines(folder, who, day) or []
        place = f"pins.csv, line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}" if lines else "pins.csv"
        change = f"change or take out what is pinned then ({place})"
        others = [label for label in dict.fromkeys(labels) if label != PINS] or [WITHIN]
        conflicts.append(Conflict((who,), (day,), (PINS, *others), change))
    return conflicts


def _lines(folder: PlanningFolder, who: str, day: str) -> Sequence[int] | None:
    """Return the lines of somebody's pins near a day; None where there are none."""
    zone = ZoneInfo(folder.centre.timezone)
    try:
        when = date.fromisoformat(day[:10])
    except ValueError:
        return None
    mine = [
        k
        for k, pin in enumerate(folder.pins)
        if pin.agent_id == who
        and pin.start.astimezone(zone).date() - NEAR <= when <= pin.end.astimezone(zone).date() + NEAR
    ]
    if not mine:
        return None
    return [folder.pin_lines[k] for k in mine if k < len(folder.pin_lines)]

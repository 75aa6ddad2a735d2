"""A replay in words: what the simulator says, what was measured, and where the two part."""

from __future__ import annotations

from collections.abc import Sequence

from planning.replay.comparison import ALL, ReplayRow
from planning.report.wording import counted, interval, measured, number

POINTS = 0.03
"""A share that is further off is told, unless chance explains it."""
RELATIVE, NEAR_S = 0.10, 2.0
"""And so is a mean wait that is further off than this part of the one measured, and so many seconds."""
MOST = 10
"""Differences told one by one; the others are counted."""

_WORDS = {"mean_wait_s": "mean wait", "service_level": "service level", "abandonment": "abandonment"}


def summary_lines(rows: Sequence[ReplayRow]) -> list[str]:
    """Say for each queue, and all of them, what was simulated and what was measured over all days."""
    whole = [row for row in rows if row.scope == "all"]
    names = list(dict.fromkeys(row.queue for row in whole))
    if len(names) == 2:
        names.remove(ALL)  # one queue: the same again
    lines = []
    for name in names:
        mine = {row.measure: row for row in whole if row.queue == name}
        said = [f"  {_told(mine[measure])}" for measure in _WORDS if measure in mine]
        offered = counted(mine["offered"].observed, "contact")
        lines += [f"{name}: {offered}" + ("" if said else ", no service measured"), *said]
    return [*lines, *_intervals(rows)]


def warning_lines(rows: Sequence[ReplayRow]) -> list[str]:
    """Name the days, and the whole, on which a queue's service was not what the simulator gives."""
    several = len({row.start for row in rows if row.scope == "day"}) > 1
    apart = [row for row in rows if (row.scope == "all" or (several and row.scope == "day")) and parts(row)]
    lines = [
        f"{row.queue}{'' if row.scope == 'all' else f', {row.start}'}: {_told(row)}: further apart than "
        f"{_limit(row)} and than chance explains"
        for row in apart[:MOST]
    ]
    if len(apart) > MOST:
        lines.append(f"and {counted(len(apart) - MOST, 'figure')} more, told in replay.csv")
    if apart:
        lines.append(
            "where service was worse than simulated, look for people whom the roster has and who were away, longer "
            "pauses (in_shift) and handle times that leave out after-call work; where it was better, for people whom "
            "the roster has not; queues that share people and are off in opposite directions are routed otherwise "
            "(routing_current.csv); abandonment hangs on patience_s, service level on the within_s it was counted by"
        )
    return lines


def parts(row: ReplayRow) -> bool:
    """Tell whether a figure is off by more than matters, and by more than chance explains."""
    off = abs(row.simulated - row.observed)
    if row.measure == "mean_wait_s":
        return not row.inside and off > max(RELATIVE * row.observed, NEAR_S)
    return not row.inside and row.measure != "offered" and off > POINTS


def _limit(row: ReplayRow) -> str:
    return f"{100 * RELATIVE:.0f} %" if row.measure == "mean_wait_s" else f"{100 * POINTS:.0f} points"


def _told(row: ReplayRow) -> str:
    simulated, observed = measured(row.measure, row.simulated), measured(row.measure, row.observed)
    span = interval(row.measure, row.low, row.high)
    chance = f" (such days give {span})" if span else ""
    return f"{_WORDS[row.measure]}: the simulator says {simulated}{chance}, you measured {observed}"


def _intervals(rows: Sequence[ReplayRow]) -> list[str]:
    """Say how many intervals of the queues lie inside their range."""
    said = []
    for measure, word in _WORDS.items():
        mine = [row for row in rows if row.scope == "interval" and row.measure == measure and row.queue != ALL]
        if mine:
            said.append(f"{word} {100 * sum(row.inside for row in mine) / len(mine):.0f} % of {number(len(mine))}")
    return [f"intervals inside the range of 95 % of such days: {', '.join(said)}"] if said else []

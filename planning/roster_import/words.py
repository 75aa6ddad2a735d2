"""An edited roster in words: what was changed, what that breaks and costs, and what becomes of the service."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planning.report import wording
from planning.report.figures import missed_text
from planning.result import TargetResult
from planning.roster_import.comparison import Comparison, judged

MOST = 25
"""Changes and violations spelt out; the others are counted, and stand in the files."""

SHOWN = ("mean_wait_s", "service_level", "abandonment", "fcr", "occupancy")
_WORDS = {measure: word.lower() for measure, word in wording.MEASURE_WORDS.items()} | {"fcr": "FCR"}


def comparison_lines(made: Comparison, currency: str) -> list[str]:
    """Tell an edited roster in a few lines, for the terminal."""
    lines = _counted([change.text for change in made.changes], "change", "changes.csv")
    if not made.changes:
        return ["the workbook holds the plan's roster: nothing was changed", *_rules(made)]
    lines += _rules(made)
    lines.append(_cost(made, currency))
    (met, of), (met_before, _) = judged(made.targets), judged(made.targets_before)
    lines.append(f"targets   {met} of {of} met in the simulation; {met_before} by the plan's roster")
    worse = [
        row
        for row, was in zip(made.targets, made.targets_before, strict=True)
        if math.isfinite(row.simulated) and was.met and not row.met
    ]
    if worse:
        lines.append(f"          no longer met: {missed_text(worse)}{_days(worse)}")
    better = [
        row
        for row, was in zip(made.targets, made.targets_before, strict=True)
        if math.isfinite(row.simulated) and row.met and not was.met
    ]
    if better:
        named = dict.fromkeys(f"{row.queue} {_WORDS[row.measure]}" for row in better)
        lines.append(f"          now met: {', '.join(named)}{_days(better)}")
    return [*lines, *_service(made)]


def _days(rows: Sequence[TargetResult]) -> str:
    """Name the days of targets, where there are few."""
    days = sorted({row.start for row in rows if row.scope == "day"})
    return f"; on {', '.join(days)}" if 0 < len(days) <= 3 else ""


def violation_lines(made: Comparison) -> list[str]:
    """Name the hard rules that the edited roster breaks, those of the plan's own roster apart."""
    fresh = [violation.text for violation, new in made.violations if violation.hard and new]
    return _counted(fresh, "violation", "violations.csv")


def _rules(made: Comparison) -> list[str]:
    def count(hard: bool, new: bool) -> int:
        return sum(v.hard is hard and fresh is new for v, fresh in made.violations)

    lines = [
        f"rules     {wording.counted(count(True, True), 'violation')} of hard rules"
        + (f", and {count(True, False)} that the plan's roster has as well" if count(True, False) else "")
        + (": the roster is legal" if not count(True, True) and not count(True, False) else "")
    ]
    soft = [v for v, fresh in made.violations if not v.hard and fresh]
    if soft:
        lines += _counted([violation.text for violation in soft], "soft rule", "violations.csv")
    return lines


def _counted(texts: list[str], noun: str, file: str) -> list[str]:
    lines = [f"{noun}: {text}" for text in texts[:MOST]]
    left = len(texts) - MOST
    return [*lines, f"and {wording.counted(left, f'more {noun}')}, in {file}"] if left > 0 else lines


def _cost(made: Comparison, currency: str) -> str:
    was, now = made.cost_before, made.cost
    pools = [("core", was.core, now.core), ("elastic", was.elastic, now.elastic), ("expert", was.expert, now.expert)]
    parts = [f"{name} {_more(after - before)}" for name, before, after in pools if abs(after - before) >= 0.005]
    split = f" ({', '.join(parts)})" if parts else ""
    return (
        f"cost      {currency} {wording.number(now.total, 2)}, {_more(now.total - was.total)} against the plan{split}"
    )


def _more(value: float) -> str:
    return f"{'+' if value >= 0.005 else ''}{wording.number(value, 2)}"


def _service(made: Comparison) -> list[str]:
    """Say what becomes of all live queues in the first week, the simulation's interval beside it."""
    start = made.service.grid.days[0].isoformat()
    parts = []
    for row in made.rows:
        if (row.scope, row.start, row.queue) != ("week", start, "all") or row.measure not in SHOWN:
            continue
        span = wording.interval(row.measure, row.low, row.high)
        told = f"{wording.measured(row.measure, row.base)} -> {wording.measured(row.measure, row.value)}"
        parts.append(f"{_WORDS[row.measure]} {told}" + (f" ({span})" if span else ""))
    return [f"service   {'; '.join(parts)}"] if parts else []

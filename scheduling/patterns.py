"""Legal patterns of worked and free days, and the smallest graph that holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from domain.contracts import Contract
from domain.history import Ints

Pattern = tuple[bool, ...]


class WeekDays(NamedTuple):
    """What is known of the days of one week of a person.

    Attributes
    ----------
    possible, forced : tuples of bool
        Days with a legal shift, and days pinned to be worked.
    days_min, days_max : int
    """

    possible: tuple[bool, ...]
    forced: tuple[bool, ...]
    days_min: int
    days_max: int


class Weekend(NamedTuple):
    """Last day of a weekend, days worked of it, and how many it has."""

    last: date
    worked: int
    days: int


def legal_patterns(
    contract: Contract,
    first: date,
    week: WeekDays,
    worked_before: frozenset[date],
    known_from: date | None,
    later: Sequence[WeekDays] = (),
) -> tuple[Pattern, ...]:
    """Return the day patterns of one week that a contract allows.

    Parameters
    ----------
    contract : Contract
    first : date
        First day of the week.
    week : WeekDays
    worked_before : frozenset of date
        Days with a shift in the previous rosters.
    known_from : date or None
        First day the previous rosters cover; None where there are none.
    later : sequence of WeekDays
        The weeks that are planned after this one: a pattern that leaves them none is left out.
    """
    return tuple(_patterns(contract, first, week, worked_before, known_from, later, {}))


def _patterns(
    contract: Contract,
    first: date,
    week: WeekDays,
    worked_before: frozenset[date],
    known_from: date | None,
    later: Sequence[WeekDays],
    going_on: dict[tuple[date, frozenset[date]], bool],
) -> Iterator[Pattern]:
    days = len(week.possible)
    run = 0
    while first - timedelta(days=run + 1) in worked_before:
        run += 1
    for code in range(1 << days):
        pattern = tuple(bool(code >> d & 1) for d in range(days))
        if any(w and not p for w, p in zip(pattern, week.possible, strict=True)):
            continue
        if any(f and not w for w, f in zip(pattern, week.forced, strict=True)):
            continue
        if not week.days_min <= sum(pattern) <= week.days_max:
            continue
        if contract.max_consecutive_days is not None and _longest_run(pattern, run) > contract.max_consecutive_days:
            continue
        if contract.days_off_together and not _off_together(pattern, contract.days_off_together):
            continue
        if not _weekends_kept(contract, first, pattern, worked_before, known_from):
            continue
        if contract.complete_weekends and not _weekends_whole(contract, first, pattern, worked_before, known_from):
            continue
        if later and not _goes_on(contract, first, pattern, worked_before, known_from, later, going_on):
            continue
        yield pattern


def _goes_on(
    contract: Contract,
    first: date,
    pattern: Pattern,
    worked_before: frozenset[date],
    known_from: date | None,
    later: Sequence[WeekDays],
    going_on: dict[tuple[date, frozenset[date]], bool],
) -> bool:
    """Tell whether the weeks after a pattern have patterns too, all of them together."""
    worked = worked_before | {first + timedelta(days=d) for d, on in enumerate(pattern) if on}
    after = first + timedelta(days=len(pattern))
    # what was worked long ago is told apart by weekends alone
    weeks = contract.weekends_off.in_weeks if contract.weekends_off is not None else 1
    run_from = after - timedelta(days=7 * max(weeks, 2))
    key = (after, frozenset(day for day in worked if day >= run_from))
    if key not in going_on:
        following = _patterns(contract, after, later[0], worked, known_from or first, later[1:], going_on)
        going_on[key] = next(following, None) is not None
    return going_on[key]


def _longest_run(pattern: Pattern, run: int) -> int:
    longest = 0
    for worked in pattern:
        run = run + 1 if worked else 0
        longest = max(longest, run)
    return longest


def _off_together(pattern: Pattern, least: int) -> bool:
    longest = run = 0
    for worked in pattern:
        run = 0 if worked else run + 1
        longest = max(longest, run)
    return longest >= least


def _weekends_kept(
    contract: Contract, first: date, pattern: Pattern, worked_before: frozenset[date], known_from: date | None
) -> bool:
    rule = contract.weekends_off
    if rule is None:
        return True
    known = _weekends(contract, first, pattern, worked_before, known_from)
    n = rule.in_weeks
    runs = (known[i : i + n] for i in range(len(known) - n + 1))
    return all(sum(each.worked == 0 for each in run) >= rule.at_least for run in runs if run[-1].last >= first)


def _weekends_whole(
    contract: Contract, first: date, pattern: Pattern, worked_before: frozenset[date], known_from: date | None
) -> bool:
    known = _weekends(contract, first, pattern, worked_before, known_from)
    return all(each.worked in (0, each.days) for each in known if each.last >= first)


def _weekends(
    contract: Contract, first: date, pattern: Pattern, worked_before: frozenset[date], known_from: date | None
) -> list[Weekend]:
    """Return every known weekend; those that end before the week bind no more by themselves."""
    worked = worked_before | {first + timedelta(days=d) for d, on in enumerate(pattern) if on}
    start = min(known_from or first, first)
    last = first + timedelta(days=len(pattern) - 1)
    # a weekend is named by the Monday of its week and known when all of its days are
    found: list[Weekend] = []
    monday = start - timedelta(days=start.weekday())
    while monday <= last and contract.weekend_days:
        days = [monday + timedelta(days=d) for d in sorted(contract.weekend_days)]
        if days[0] >= start and days[-1] <= last:
            found.append(Weekend(days[-1], sum(day in worked for day in days), len(days)))
        monday += timedelta(days=7)
    return found


def pattern_graph(patterns: Sequence[Pattern], days: int) -> tuple[list[list[int]], list[list[int]]]:
    """Return the smallest layered graph of patterns as ``off[day][node]`` and ``on[day][node]``, -1 for none.

    Two prefixes share a node where the same days may follow them.
    """
    off: list[list[int]] = []
    on: list[list[int]] = []
    layer: list[frozenset[Pattern]] = [frozenset(patterns)]
    for _ in range(days):
        number: dict[frozenset[Pattern], int] = {}
        following: list[frozenset[Pattern]] = []
        rows: tuple[list[int], list[int]] = ([], [])
        for ends in layer:
            for worked, row in ((False, rows[0]), (True, rows[1])):
                rest = frozenset(end[1:] for end in ends if end[0] == worked)
                if not rest:
                    row.append(-1)
                    continue
                if rest not in number:
                    number[rest] = len(following)
                    following.append(rest)
                row.append(number[rest])
        off.append(rows[0])
        on.append(rows[1])
        layer = following
    return off, on


def stack_graphs(graphs: Sequence[tuple[list[list[int]], list[list[int]]]], days: int) -> tuple[Ints, Ints]:
    """Lay graphs side by side as arrays of shape (graphs, days, nodes)."""
    nodes = 1 + max((node for graph in graphs for rows in graph for row in rows for node in row), default=0)
    nodes = max(nodes, 1)
    arrays = [np.full((len(graphs), days, nodes), -1, dtype=np.int64) for _ in range(2)]
    for k, graph in enumerate(graphs):
        for array, layers in zip(arrays, graph, strict=True):
            for d, row in enumerate(layers):
                array[k, d, : len(row)] = row
    return arrays[0], arrays[1]

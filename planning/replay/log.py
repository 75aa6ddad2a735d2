"""A call-by-call log as the days to be replayed: each contact at its own second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from domain.centre import Centre
from domain.errors import InputError, Problem
from domain.grid import IntervalGrid
from planning.call_log.calls import Calls
from planning.call_log.mapping import read_mapping
from planning.call_log.reading import read_calls
from planning.files.faults import listed, meant
from planning.replay.days import ActualDays
from planning.report.wording import counted


def read_logged_days(
    log: Path, mapping: Path, centre: Centre, days: Sequence[date], *, notices: list[Problem] | None = None
) -> ActualDays:
    """Read the contacts of a log that came on days of a roster.

    Parameters
    ----------
    log, mapping : Path
        As for `seatwise import calls`; the map's queues are the centre's.
    centre : Centre
    days : sequence of date
        Local days on which shifts of the roster begin, in order; without any the log is checked alone.
    notices : list or None
        Receives what was left out.

    Raises
    ------
    InputError
        With every fault of map and log; if it names queues that the centre has not, or has no contact on these days.
    """
    chosen = read_mapping(mapping)
    reading = read_calls(log, chosen)
    calls = reading.calls.select(reading.calls.contacts)
    problems = [
        Problem(
            log.name,
            column=chosen.columns.queue or "columns.queue_name",
            value=name,
            expected=f"a queue of centre.toml: {listed(centre.queue_ids)}{meant(name, centre.queue_ids)}; "
            "queue_names in the map gives queues the centre's names",
            more=int((calls.queue == q).sum()) - 1,
        )
        for q, name in enumerate(calls.queues)
        if name not in centre.queue_ids
    ]
    # The centre's clock says which day it is; the map's says only how the log is to be read.
    arrived = replace(calls, zone=centre.timezone).local_days()
    if days:
        low, high = np.datetime64(days[0], "D"), np.datetime64(days[-1], "D")
        mine = (arrived >= low) & (arrived <= high)
        if not mine.any():
            expected = (
                f"contacts on the days of the roster, {low} to {high}; the log spans {arrived[0]} to {arrived[-1]}"
            )
            problems.append(Problem(log.name, expected=expected))
    if problems:
        raise InputError(problems)
    first, last = (arrived[mine][0].item(), arrived[mine][-1].item()) if days else (date(1970, 1, 1),) * 2
    grid = IntervalGrid.of_days(first, (last - first).days + 1, centre.timezone, centre.interval_minutes)
    if notices is not None and days:
        notices.extend(_left_out(log.name, reading.dropped, int((~mine).sum()), days))
    return ActualDays.of_calls(_with_queues_of(centre, calls), centre, grid)


def _with_queues_of(centre: Centre, calls: Calls) -> Calls:
    place = np.array([centre.queue_ids.index(name) for name in calls.queues], dtype=np.int64)
    return replace(calls, queues=centre.queue_ids, queue=place[calls.queue], zone=centre.timezone)


def _left_out(name: str, dropped: dict[str, int], elsewhere: int, days: Sequence[date]) -> list[Problem]:
    said = [f"{counted(count, 'row')} left out: {reason}" for reason, count in dropped.items()]
    if elsewhere:
        said.append(
            f"{counted(elsewhere, 'contact')} on other days than the roster's, {days[0]} to {days[-1]}, left out"
        )
    return [Problem(name, remark=text) for text in said]

"""Why elastic seats cannot be booked, or cost more than their hours: what a planner should know of their terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from capacity.servers import elastic_cap
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.roster import Roster
from planning.files.interval_rows import open_intervals
from planning.files.table import Mask
from planning.queue_names import group_name
from planning.steps import WEEK, Options


def elastic_notes(folder: PlanningFolder, options: Options, roster: Roster) -> list[str]:
    """Say which terms of the elastic seats keep them from being booked, and which are paid for nothing.

    Parameters
    ----------
    folder : PlanningFolder
    options : Options
    roster : Roster
        As planned.
    """
    pool = folder.centre.elastic
    if pool is None:
        return []
    share = pool.emergency_share if options.emergency and pool.emergency_share is not None else pool.share
    if share <= 0:
        return []
    if elastic_cap(folder, options.week, emergency=options.emergency) == 0:
        return [f"The elastic cap of {100 * share:g} % of the core is less than one seat: none can be booked."]
    return [
        *_too_long(folder, options),
        *_too_late(folder, options),
        *_minimum(folder, options, roster),
    ]


def _too_long(folder: PlanningFolder, options: Options) -> list[str]:
    """Say which lengths of blocks fit into no opening of the queues that seats may serve."""
    centre, pool = folder.centre, folder.centre.elastic
    assert pool is not None
    served = [q for q, name in enumerate(centre.queue_ids) if name in pool.queues]
    if not served:
        return ["Elastic seats may serve no queue of centre.toml: none can be booked."]
    grid = IntervalGrid.of_days(options.week, WEEK * options.weeks, centre.timezone, centre.schedule_minutes)
    opened = open_intervals(centre, grid, folder.events, worked=True)[served]
    longest = _longest(opened.max(axis=0)) * grid.step_minutes / 60
    lengths = sorted(pool.block_hours)
    over = [hours for hours in lengths if hours > longest + 1e-9]
    if not over:
        return []
    where = group_name(centre, [centre.queue_ids[q] for q in served])
    longer = f"longer than {where} is ever open at a stretch ({longest:g} h)"
    if len(over) == len(lengths):
        blocks = f"Elastic blocks ({_listed(lengths)} h) are"
        return [f"{blocks} {longer}: none can be booked. A block of {longest:g} h or less would fit."]
    return [f"Elastic blocks of {_listed(over)} h are {longer} and are not booked."]


def _longest(opened: Mask) -> int:
    """Return the longest run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], opened.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _too_late(folder: PlanningFolder, options: Options) -> list[str]:
    """Say where the notice rules out the horizon or its first days."""
    pool = folder.centre.elastic
    assert pool is not None
    grid = IntervalGrid.of_days(options.week, WEEK * options.weeks, folder.centre.timezone, 60)
    called: datetime = options.now or grid.start - timedelta(days=WEEK)
    earliest = called + timedelta(hours=pool.notice_h)
    if earliest <= grid.start:
        return []
    if earliest >= grid.end:
        return [f"It is too late to book elastic seats: their notice of {pool.notice_h:g} h ends after the plan."]
    local = earliest.astimezone(grid.local_starts[0].tzinfo)
    return [f"Elastic seats can be booked from {local:%Y-%m-%d %H:%M} on: their notice is {pool.notice_h:g} h."]


def _minimum(folder: PlanningFolder, options: Options, roster: Roster) -> list[str]:
    """Say which weeks pay for more elastic hours than they book."""
    pool = folder.centre.elastic
    assert pool is not None
    notes = []
    for w in range(options.weeks):
        grid = IntervalGrid.of_days(options.week + timedelta(days=WEEK * w), WEEK, folder.centre.timezone, 60)
        booked = sum(
            (shift.end - shift.start) / timedelta(hours=1)
            for shift in roster.shifts
            if shift.pool == "elastic" and grid.start <= shift.start < grid.end
        )
        if 0 < booked < pool.minimum_hours_per_week - 1e-9:
            notes.append(
                f"{booked:g} elastic hours are booked in the week of {grid.days[0]}, and the minimum of "
                f"{pool.minimum_hours_per_week:g} is paid."
            )
    return notes


def _listed(hours: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in hours)

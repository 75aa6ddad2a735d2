"""Customers who come back: a requirement's volume as new issues, whose repeats and redials a simulation then draws."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np

from capacity.issues import split
from capacity.requirement import Requirement
from capacity.resolution import today_fcr
from capacity.service import ServiceReport
from domain.folder import PlanningFolder
from planning.steps import open_of

OPENING_H = 2
"""Hours after each opening in which returns from while a queue was closed come all at once."""


def new_issues(folder: PlanningFolder, requirement: Requirement, report: ServiceReport, week: date) -> Requirement:
    """Return the requirement with new issues in the place of all contacts.

    Parameters
    ----------
    folder : PlanningFolder
    requirement : Requirement
        Contacts as they are offered, returns included.
    report : ServiceReport
        The roster's simulation without the loop: its FCR and abandonment tell which of the contacts are returns.
    week : date
        First day of the horizon.

    Notes
    -----
    See `capacity.issues.split`. Returns of contacts before the horizon count as new. Where the simulation tells no FCR,
    today's is taken; where nothing tells, no contact is a repeat.
    """
    grid = requirement.grid
    takes = open_of(folder, grid)
    known = today_fcr(folder, week)
    volume = requirement.volume.copy()
    start = grid.days[0].isoformat()
    for q, queue in enumerate(folder.centre.queues):
        fcr, lost = (report.simulated("week", start, queue.id, measure)[0] for measure in ("fcr", "abandonment"))
        if not np.isfinite(fcr):
            told = known.get(queue.id)
            fcr = told if told is not None else queue.fcr if queue.fcr is not None else 1.0
        volume[q] = split(
            volume[q],
            takes[q],
            fcr=float(fcr),
            repeat_probability=queue.repeat_probability,
            repeat_delay_h=queue.repeat_delay_h,
            step_minutes=grid.step_minutes,
            abandonment=float(lost) if np.isfinite(lost) else 0.0,
            redial_probability=queue.redial_probability,
            redial_delay_s=queue.redial_delay_s,
        ).new
    return replace(requirement, volume=volume)


def loop_sentence(report: ServiceReport, looped: ServiceReport, issues: Requirement) -> str:
    """Say what returns make of the first week's contacts, all queues together."""
    start = report.grid.days[0].isoformat()
    week = slice(0, int((report.grid.day_of < 7).sum()))
    offered, wait = (looped.simulated("week", start, "all", measure)[0] for measure in ("offered", "mean_wait_s"))
    usual = report.simulated("week", start, "all", "mean_wait_s")[0]
    later, usual_later = (_later_wait(each) for each in (looped, report))
    return (
        f"closed loop: {issues.volume[:, week].sum():,.0f} new issues become {offered:,.0f} contacts, which wait "
        f"{wait:,.0f} s; contacts as given wait {usual:,.0f} s. Whatever would come back while closed comes at once at "
        f"the opening; from {OPENING_H} hours after it on the waits are {later:,.0f} and {usual_later:,.0f} s."
    )


def _later_wait(report: ServiceReport) -> float:
    """Return the mean wait of live contacts that come later than the first hours of each queue's day."""
    grid, step = report.grid, report.grid.step_minutes
    waits = total = 0.0
    for queue in report.queues:
        for day in range(len(grid.days)):
            rows = [report.row("interval", grid.label(t), queue) for t in np.flatnonzero(grid.day_of == day).tolist()]
            came = [row for row in rows if row is not None and row.get("offered") > 0]
            for row in came[60 * OPENING_H // step :]:
                if np.isfinite(row.get("mean_wait_s")):
                    waits += row.get("offered") * row.get("mean_wait_s")
                    total += row.get("offered")
    return waits / total if total > 0 else math.nan

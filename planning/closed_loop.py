"""Customers who come back: a requirement's volume as new issues, whose repeats and redials a simulation then draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from capacity.issues import split
from capacity.requirement import Requirement
from capacity.resolution import today_fcr
from capacity.service import ServiceReport
from domain.folder import PlanningFolder
from planning.steps import open_of


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

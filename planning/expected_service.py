"""What formulas expect of a finished roster in every interval, brought to what its simulation found for the day."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from capacity.requirement import Requirement
from capacity.roster_service import RosterService, roster_service
from capacity.service import ServiceReport
from domain.centre import Centre
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.roster import Roster
from planning.steps import Options, People
from planning.whatif.fitting import fit
from planning.whatif.world import World

MEASURES = ("mean_wait_s", "service_level", "abandonment")
"""What seats decide in an interval. Occupancy, FCR and lateness hang on who takes what, which is for the simulation."""

ALL = "all"


def expected_service(
    folder: PlanningFolder,
    requirement: Requirement,
    roster: Roster,
    people: People,
    options: Options,
    report: ServiceReport,
) -> RosterService:
    """Return the service that formulas expect of a roster, interval by interval.

    Parameters
    ----------
    folder : PlanningFolder
    requirement : Requirement
        Its volume and handle times are what comes.
    roster : Roster
    people : People
    options : Options
    report : ServiceReport
        The roster, simulated.

    Notes
    -----
    `capacity.roster_service`, what a seat is worth being fitted to each queue's simulated day (`planning.whatif`). So
    the intervals of a day come to its simulated figure, and how it spreads over them is the formula's word.
    """
    world = World(folder, requirement, roster, people, options)
    return roster_service(folder.centre, world.duty, world.need, fit(world, report))


def expected_columns(report: ServiceReport, centre: Centre, expected: RosterService) -> Mapping[str, Floats]:
    """Lay what formulas expect beside the rows of a simulated service.

    Parameters
    ----------
    report : ServiceReport
    centre : Centre
    expected : RosterService
        Of the report's grid and queues.

    Returns
    -------
    mapping of measure to float array, shape (rows,)
        In rows of intervals; NaN in others, for deferred queues, and where nothing is offered. ``all`` is the queues
        that are not deferred, as in the simulation.
    """
    live = [q for q, queue in enumerate(centre.queues) if not queue.deferred]
    queues = {name: np.array([q]) for q, name in enumerate(report.queues)} | {ALL: np.array(live, dtype=np.int64)}
    at = {report.grid.label(i): np.array([i]) for i in range(report.grid.size)}
    found = {measure: np.full(len(report.rows), np.nan) for measure in MEASURES}
    for k, row in enumerate(report.rows):
        if row.scope != "interval" or row.queue not in queues:
            continue
        for measure in MEASURES:
            found[measure][k] = expected.value(measure, queues[row.queue], at[row.start])
    return found

"""What the simulation of the published roster taught: a repair starts from it, as a plan's later rounds do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from capacity.service import ServiceReport
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.roster import Stretch
from planning.files.plan_in import PlanIn
from planning.learning import learn
from planning.repair.frozen import as_published
from planning.rounds import week_of
from planning.steps import Options, People, targets_of
from scheduling.ascent import Prices
from scheduling.build import build_model
from scheduling.curves import Learned
from scheduling.model import Model
from scheduling.published import published_roll
from scheduling.solve import measured

YEAR = 365

LESSONS = 3
"""Times the published service is learned from: each moves what is planned a part of the way, as a plan's rounds do."""


def taught(
    folder: PlanningFolder,
    plan: PlanIn,
    people: People,
    options: Options,
    first: date,
    previous: list[Stretch],
) -> Learned | None:
    """Correct one week's planning model by the simulated service of a published plan.

    Parameters
    ----------
    folder : PlanningFolder
        As it is now; pins and leave that the roster contradicts are set aside, for it was made without them.
    plan : PlanIn
    people : People
    options : Options
    first : date
    previous : list of Stretch
        Rosters before the week.

    Returns
    -------
    Learned or None
        None where the plan's service says nothing of the week.
    """
    made_in = as_published(folder, plan.roster, first)
    part = week_of(plan.requirement, made_in, first)
    model = build_model(
        made_in,
        part,
        targets_of(made_in, part),
        people.servers,
        first,
        previous=previous,
        emergency=options.emergency,
        # its blocks are booked, so no notice bars them
        now=local_midnight(first, made_in.centre.timezone) - timedelta(days=YEAR),
    )
    report = _week(plan.service, model)
    if not report.rows:
        return None
    result = measured(model, published_roll(model, plan.roster).roll, 0.0, 0.0, Prices(model.instance))
    learned = model.learned
    for _ in range(LESSONS):
        # rows are measured by the model as it was built, so only what seats are worth is handed on
        learned = learn(model, result, report, replace(model.learned, efficiency=learned.efficiency))
    return learned


def _week(report: ServiceReport, model: Model) -> ServiceReport:
    """Return the part of a report that lies in a model's week."""
    days = {day.isoformat() for day in model.intervals.days}
    rows = tuple(row for row in report.rows if row.start[:10] in days and np.isfinite(row.value).any())
    return ServiceReport(model.intervals, report.queues, rows, report.replications)

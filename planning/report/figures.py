"""The key figures of a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from capacity.service import MEASURES, ServiceRow
from planning.queue_names import listed
from planning.report.staffing import Staffing
from planning.report.wording import MEASURE_WORDS, counted, measured
from planning.result import Plan, TargetResult
from planning.unserved import unassigned, uncovered

NAMED = 3
"""How many misses and shortages a summary names before it counts the rest."""

LITTLE = 0.10
"""A queue of which no larger share is handled (or done in time) gets almost nothing."""


@dataclass(frozen=True)
class Figures:
    """What the head of the report shows.

    Attributes
    ----------
    contacts : float
        Expected over the horizon.
    people, seats : int
        Named people with a shift, and elastic seats booked.
    paid_h : float
        Paid hours of people.
    met, judged : int
        Targets the simulation finds met, and all that it could judge.
    needed_h, missing_h, spare_h : float
        Seat hours of all queues, interval by interval; deferred work is settled within its day.
    fcr, fcr_low, fcr_high : float
        Simulated over all queues and the horizon; NaN where unknown.
    unserved : dict of str to float
        Queues to which nobody is assigned, with the contacts expected there.
    starved : dict of str to tuple of float
        Queues that get almost nothing, with the share handled (deferred: done in time) and the contacts.
    uncovered : list of (str, list of spans, float)
        Live queues that expect contacts while nobody is on them: when, and how many.
    """

    contacts: float
    people: int
    seats: int
    paid_h: float
    met: int
    judged: int
    needed_h: float
    missing_h: float
    spare_h: float
    fcr: float
    fcr_low: float
    fcr_high: float
    unserved: dict[str, float]
    starved: dict[str, tuple[float, float]]
    uncovered: list[tuple[str, list[tuple[datetime, datetime]], float]]

    @property
    def covered(self) -> float:
        """Share of the needed seat hours that is there; NaN where nothing is needed."""
        return 1 - self.missing_h / self.needed_h if self.needed_h > 0 else math.nan


def week_rows(plan: Plan, queue: str) -> tuple[ServiceRow, ...]:
    """Return the simulated weeks of a queue (or ``all``), in order."""
    rows = (row for row in plan.service.rows if row.scope == "week" and row.queue == queue)
    return tuple(sorted(rows, key=lambda row: row.start))


def over_weeks(rows: tuple[ServiceRow, ...], measure: str) -> tuple[float, float, float]:
    """Return a measure and its interval; several weeks are weighed by contacts and have no interval."""
    index = MEASURES.index(measure)
    if len(rows) == 1:
        row = rows[0]
        return float(row.value[index]), float(row.low[index]), float(row.high[index])
    values = np.array([row.value[index] for row in rows])
    weights = np.array([row.get("offered") for row in rows])
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return math.nan, math.nan, math.nan
    return float(np.average(values[known], weights=weights[known])), math.nan, math.nan


def judged_targets(plan: Plan) -> list[TargetResult]:
    """Return the targets of which the simulation knows something."""
    return [row for row in plan.targets if math.isfinite(row.simulated)]


def figures_of(plan: Plan, staffing: Staffing) -> Figures:
    """Count the key figures."""
    needed, missing, spare = staffing.seat_hours
    fcr = over_weeks(week_rows(plan, "all"), "fcr")
    judged = judged_targets(plan)
    named = [shift for shift in plan.roster.shifts if shift.pool != "elastic"]
    unserved = unassigned(plan.roster.stretches, plan.requirement)
    return Figures(
        contacts=float(np.nansum(plan.requirement.volume)),
        people=len({shift.agent_id for shift in named}),
        seats=len({shift.agent_id for shift in plan.roster.shifts if shift.pool == "elastic"}),
        paid_h=sum(shift.paid_minutes for shift in named) / 60,
        met=sum(row.met for row in judged),
        judged=len(judged),
        needed_h=needed,
        missing_h=missing,
        spare_h=spare,
        fcr=fcr[0],
        fcr_low=fcr[1],
        fcr_high=fcr[2],
        unserved=unserved,
        starved={queue: part for queue, part in _starved(plan).items() if queue not in unserved},
        uncovered=uncovered((*plan.roster.stretches, *plan.folder.previous), plan.requirement, plan.folder.centre),
    )


def _starved(plan: Plan) -> dict[str, tuple[float, float]]:
    """Return the queues of which next to nothing is handled, though contacts come and somebody is assigned."""
    found = {}
    for q, queue in enumerate(plan.folder.centre.queues):
        contacts = float(np.nansum(plan.requirement.volume[q]))
        rows = week_rows(plan, queue.id)
        done = over_weeks(rows, "share")[0] if queue.deferred else 1 - over_weeks(rows, "abandonment")[0]
        if contacts > 0.5 and math.isfinite(done) and done < LITTLE:
            found[queue.id] = (done, contacts)
    return found


def missed_text(rows: list[TargetResult]) -> str:
    """Name the misses, the worst of every measure before the others: queue, measure and what the simulation found."""
    worst: dict[tuple[str, str, str], list[TargetResult]] = {}
    for row in sorted(rows, key=lambda row: (-row.contacts * miss_of(row), row.queue, row.measure, row.start)):
        worst.setdefault((row.queue, row.measure, row.scope), []).append(row)
    first = {measure: key for key in reversed(worst) for measure in (key[1],)}
    parts = []
    for queue, measure, scope in sorted(worst, key=lambda key: first[key[1]] != key):
        group = worst[queue, measure, scope]
        row = group[0]
        parts.append(
            f"{queue} {MEASURE_WORDS[measure].lower()} ({measured(measure, row.simulated)} against "
            f"{measured(measure, row.target)}, {counted(len(group), scope)})"
        )
    return listed(parts, NAMED)


def miss_of(row: TargetResult) -> float:
    """Return the relative miss of a target that is not met."""
    return abs(row.simulated - row.target) / row.target if row.target else 0.0

"""The key figures of a plan, and the few sentences that tell a planner what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from capacity.service import MEASURES, ServiceRow
from planning.report.staffing import Staffing, net_staffing
from planning.report.wording import (
    MEASURE_WORDS,
    counted,
    listed,
    measured,
    number,
    percent,
    span_text,
    week_text,
)
from planning.result import Plan, SolverSummary, TargetResult

NAMED = 3
"""How many misses and shortages the summary names before it counts the rest."""


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
        Seat hours of live queues.
    fcr, fcr_low, fcr_high : float
        Simulated over all queues and the horizon; NaN where unknown.
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


def figures_of(plan: Plan, staffing: Staffing) -> Figures:
    """Count the key figures."""
    needed, missing, spare = staffing.seat_hours
    fcr = over_weeks(week_rows(plan, "all"), "fcr")
    judged = [row for row in plan.targets if math.isfinite(row.simulated)]
    named = [shift for shift in plan.roster.shifts if shift.pool != "elastic"]
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
    )


def proof_text(solver: SolverSummary) -> str:
    """Say in plain words how good the roster is proven to be."""
    gap = solver.gap
    if not math.isfinite(gap) or not math.isfinite(solver.bound):
        return "How far it is from the best possible roster is not proven."
    if solver.status == "optimal" or gap <= 1e-6:
        return "It is proven to be the best roster of its planning model."
    stopped = "The search was stopped; even so, " if solver.status == "stopped" else ""
    text = f"{stopped}no roster of the planning model can be more than {percent(gap)} better"
    decidable = solver.gap_on_decidable_cost
    if decidable is not None and math.isfinite(decidable):
        text += f" ({percent(decidable)} of the cost that can be decided at all)"
    return text[0].upper() + text[1:] + "."


def missed_text(rows: list[TargetResult]) -> str:
    """Name the misses, the most contacts first: queue, measure and what the simulation found."""
    worst: dict[tuple[str, str], list[TargetResult]] = {}
    for row in sorted(rows, key=lambda row: (-row.contacts * _miss(row), row.queue, row.measure, row.start)):
        worst.setdefault((row.queue, row.measure), []).append(row)
    parts = []
    for (queue, measure), group in worst.items():
        row = group[0]
        parts.append(
            f"{queue} {MEASURE_WORDS[measure].lower()} ({measured(measure, row.simulated)} against "
            f"{measured(measure, row.target)}, {counted(len(group), row.scope)})"
        )
    return listed(parts, NAMED)


def _miss(row: TargetResult) -> float:
    return abs(row.simulated - row.target) / row.target if row.target else 0.0


def summary_sentences(plan: Plan, figures: Figures) -> list[str]:
    """Tell the plan in a paragraph: cost, targets, what is short, elastic use, proof."""
    centre, zone = plan.folder.centre, plan.folder.centre.timezone
    crew = counted(figures.people, "person", "people")
    if plan.elastic_hours > 0:
        share = f", at most {percent(plan.elastic_peak_share, 0)} of the core at once" if figures.seats else ""
        crew += f" and {counted(plan.elastic_hours, 'hour')} of elastic seats{share}"
    text = [
        f"{number(figures.contacts)} expected contacts are served by {crew}, for {centre.currency} "
        f"{number(plan.cost.total)}."
    ]
    judged = [row for row in plan.targets if math.isfinite(row.simulated)]
    unmet = [row for row in judged if not row.met]
    if judged and not unmet:
        text.append(f"In the simulation all {counted(figures.judged, 'target')} are met.")
    elif judged:
        text.append(
            f"In the simulation {number(figures.met)} of {counted(figures.judged, 'target')} are met; "
            f"the worst misses: {missed_text(unmet)}."
        )
    if plan.short:
        spans = [
            f"{short.queue} {span_text(short.start, short.end, zone)} ({number(short.agents, 1)} seats)"
            for short in sorted(plan.short, key=lambda short: (-short.agents, short.start, short.queue))
        ]
        text.append(f"Short: {listed(spans, NAMED)}.")
    elif judged:
        text.append("Nothing is reported short.")
    return [*text, proof_text(plan.solver)]


def summary_lines(plan: Plan, folder: Path | None = None) -> list[str]:
    """Return a few lines for the terminal: cost, targets, what is short, proof, and where to look.

    Parameters
    ----------
    plan : Plan
    folder : Path, optional
        The plan folder, named in the last line.
    """
    figures = figures_of(plan, net_staffing(plan))
    centre = plan.folder.centre
    days = plan.forecast.grid.days
    head = f"{centre.name}, {week_text(days[0], days[-1])}" if days else centre.name
    pools = [("core", plan.cost.core), ("elastic", plan.cost.elastic), ("expert", plan.cost.expert)]
    split = ", ".join(f"{name} {number(amount)}" for name, amount in pools if amount)
    lines = [
        head,
        f"cost      {centre.currency} {number(plan.cost.total)}" + (f" ({split})" if split else ""),
    ]
    unmet = [row for row in plan.targets if math.isfinite(row.simulated) and not row.met]
    lines.append(f"targets   {figures.met} of {figures.judged} met in the simulation")
    if unmet:
        lines.append(f"          missed: {missed_text(unmet)}")
    unjudged = len(plan.targets) - figures.judged
    if unjudged:
        lines.append(f"          {counted(unjudged, 'target')} without contacts or without simulation, not judged")
    worst = sorted(plan.short, key=lambda short: (-short.agents, short.start, short.queue))
    for short in worst[:NAMED]:
        span = span_text(short.start, short.end, centre.timezone)
        lines.append(f"short     {short.queue} {span}: {number(short.agents, 1)} seats; {short.why}")
    if len(worst) > NAMED:
        lines.append(f"          and {counted(len(worst) - NAMED, 'more span', 'more spans')}")
    if plan.elastic_hours > 0:
        share = percent(plan.elastic_peak_share)
        lines.append(f"elastic   {number(plan.elastic_hours, 1)} h, at most {share} of the core at once")
    lines.append(f"proof     {proof_text(plan.solver)}")
    lines.append(f"look at   {(folder / 'report.html') if folder else 'report.html in the plan folder'}")
    return lines

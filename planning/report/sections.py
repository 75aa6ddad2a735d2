"""The page's tables as text: queues, elastic bookings, what binds each queue, how the plan came about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import metadata

import numpy as np

from planning.binding import binding_of
from planning.notes import forecasts_of
from planning.queue_names import group_name
from planning.report import wording
from planning.report.figures import over_weeks, week_rows
from planning.report.summary import proof_text
from planning.result import Plan


@dataclass(frozen=True)
class QueueLine:
    """One queue over the horizon, as text."""

    queue: str
    channel: str
    contacts: str
    aht: str
    workload: str
    peak: str
    service: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Booking:
    """One block of an elastic seat."""

    seat: str
    span: str
    hours: str
    queues: str


@dataclass(frozen=True)
class BindingLine:
    """What binds one queue: agent-hours by measure (empty where there is no target), and how it is forecast."""

    queue: str
    binds: str
    hours: tuple[str, ...]
    forecast: str


def mean_aht(plan: Plan, queues: slice | int) -> float:
    """Return the handle time of the horizon's contacts, weighed by volume; NaN where nothing tells."""
    volume, aht = plan.requirement.volume[queues], plan.requirement.aht_s[queues]
    known = np.isfinite(volume) & np.isfinite(aht) & (volume > 0)
    return float(np.average(aht[known], weights=volume[known])) if known.any() else math.nan


def queue_lines(plan: Plan) -> list[QueueLine]:
    """Return one line a queue: what comes in, what it takes, what the simulation found."""
    requirement = plan.requirement
    lines = []
    for q, queue in enumerate(plan.folder.centre.queues):
        volume, aht, seats = requirement.volume[q], requirement.aht_s[q], requirement.agents[q]
        rows = week_rows(plan, queue.id)
        service = []
        for measure in wording.MEASURE_WORDS:
            value, low, high = over_weeks(rows, measure)
            service.append((wording.measured(measure, value), wording.interval(measure, low, high)))
        lines.append(
            QueueLine(
                queue=queue.id,
                channel=queue.channel.value,
                contacts=wording.number(float(np.nansum(volume))),
                aht=wording.seconds(mean_aht(plan, q)),
                workload=wording.number(float(np.nansum(volume * aht)) / 3600 / queue.concurrency),
                peak=wording.number(float(np.nanmax(seats, initial=0.0)), 1),
                service=tuple(service),
            )
        )
    return lines


def bookings(plan: Plan) -> list[Booking]:
    """Return the elastic blocks in the order of time."""
    blocks = sorted(
        (shift for shift in plan.roster.shifts if shift.pool == "elastic"),
        key=lambda shift: (shift.start, shift.agent_id),
    )
    zone = plan.folder.centre.timezone
    return [
        Booking(
            seat=shift.agent_id,
            span=wording.span_text(shift.start, shift.end, zone),
            hours=wording.number((shift.end - shift.start).total_seconds() / 3600, 1),
            queues=group_name(
                plan.folder.centre, list(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))
            ),
        )
        for shift in blocks
    ]


def notes_on_queues(plan: Plan) -> tuple[list[str], list[BindingLine], list[str]]:
    """Part the notes into those to read and a table by queue: what each target would take, how it is forecast.

    Returns
    -------
    tuple
        Notes in their order, the table's lines, and the names of its columns of hours.
    """
    ids = plan.folder.centre.queue_ids
    forecasts: dict[str, str] = {}
    notes = []
    for note in plan.notes:
        found = forecasts_of(note)
        forecasts |= found
        notes += [] if found else [note]
    rows = {row.queue: row for row in binding_of(plan.folder.centre, plan.requirement)}
    measures = [name for name in wording.MEASURE_WORDS if any(name in row.hours for row in rows.values())]
    lines = []
    for queue in ids:
        row = rows.get(queue)
        if row is None and queue not in forecasts:
            continue
        hours = tuple(wording.number(row.hours[name]) if row and name in row.hours else "" for name in measures)
        binds = wording.MEASURE_WORDS[row.binds].lower() if row else ""
        lines.append(BindingLine(queue, binds, hours, forecasts.get(queue, "")))
    return notes, lines, [wording.MEASURE_WORDS[name] for name in measures]


def price_text(plan: Plan) -> str:
    """Say what a contact costs that misses its target in full; empty where nothing is priced, or by no one price."""
    money = plan.folder.centre.currency

    def price(*, of_fcr: bool) -> str:
        found = {round(row.price, 2) for row in plan.targets if row.price > 0 and (row.measure == "fcr") is of_fcr}
        each = max(found, default=0.0)
        return f"{money} {wording.number(each, 0 if each >= 100 else 2)}" if len(found) == 1 else ""

    waits, fcr = price(of_fcr=False), price(of_fcr=True)
    if not waits or not fcr:
        return waits or fcr
    return f"{waits}, and {fcr} where FCR is missed"


def method(plan: Plan) -> list[tuple[str, str]]:
    """Return how the plan came about, as pairs of a question and its answer."""
    solver, centre = plan.solver, plan.folder.centre
    proven = math.isfinite(solver.bound) and math.isfinite(solver.gap)
    gap = f"{wording.percent(max(solver.gap, 0.0), 2)}" if proven else "not proven"
    return [
        ("Engine", f"seatwise {metadata.version('seatwise')}, seed {plan.seed}"),
        ("Input", f"sha256 {plan.folder.sha256 or 'not recorded'}"),
        ("Clock", f"{centre.timezone}; intervals of {plan.forecast.grid.step_minutes} min"),
        ("Solver", f"{solver.status}, {wording.counted(solver.rounds, 'round')} of simulate and tighten"),
        ("Objective", f"{wording.number(solver.objective)} {centre.currency}"),
        ("Bound", f"{wording.number(solver.bound) if proven else 'none'}; gap {gap}"),
        ("What is proven", proof_text(solver)),
        ("Simulation", f"{wording.counted(plan.service.replications, 'replication')} of the whole horizon"),
        (
            "Unplanned losses",
            f"{wording.percent(centre.shrinkage.absence)} of shifts, "
            f"{wording.percent(centre.shrinkage.in_shift)} of time on contact duty",
        ),
    ]

"""One self-contained page that shows a plan: no network, no clock, the same bytes for the same plan."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from planning.report import wording
from planning.report.figures import Figures, figures_of, over_weeks, proof_text, summary_sentences, week_rows
from planning.report.payload import embed, page_data
from planning.report.people import people_of
from planning.report.staffing import net_staffing
from planning.result import Plan

SCRIPTS = ("base.js", "net.js", "lines.js", "roster.js", "targets.js", "start.js")
"""Parts of the page's one script, in the order they build on each other."""


@dataclass(frozen=True)
class Card:
    """One key figure: what it is, its value, and a line that puts it in proportion."""

    label: str
    value: str
    detail: str
    alarm: bool = False


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
class ShortLine:
    """One span that is short."""

    queue: str
    span: str
    seats: str
    why: str


@dataclass(frozen=True)
class Booking:
    """One block of an elastic seat."""

    seat: str
    span: str
    hours: str
    queues: str


def write_report(plan: Plan, path: Path) -> None:
    """Write the page for people.

    Parameters
    ----------
    plan : Plan
    path : Path
        The file to write, usually ``report.html``.
    """
    path.write_text(render(plan), encoding="utf-8", newline="\n")


def render(plan: Plan) -> str:
    """Return the page as text."""
    staffing = net_staffing(plan)
    figures = figures_of(plan, staffing)
    script = "(() => {\n'use strict';\n" + "\n".join(_asset(name) for name in SCRIPTS) + "\n})();"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = Environment(
        loader=PackageLoader("planning.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["unbroken"] = unbroken
    environment.globals.update(number=wording.number, percent=wording.percent)
    days = plan.forecast.grid.days
    centre = plan.folder.centre
    return environment.get_template("report.html.j2").render(
        centre=centre,
        week=wording.week_text(days[0], days[-1]) if days else plan.week.isoformat(),
        sentences=summary_sentences(plan, figures),
        cards=cards(plan, figures),
        queues=queue_lines(plan),
        days=[(day.isoformat(), wording.day_text(day)) for day in days],
        known=plan.forecast.known,
        shorts=short_lines(plan),
        notes=plan.notes,
        notices=[str(notice) for notice in plan.folder.notices],
        bookings=bookings(plan),
        people=people_of(plan),
        wishes=bool(plan.folder.preferences),
        method=method(plan),
        parts=[(name, wording.number(amount)) for name, amount in plan.solver.parts.items()],
        # Our own files: marked safe, and hashed into the page's content policy.
        css=Markup(_asset("report.css")),
        script=Markup(script),
        script_hash=digest,
        data=Markup(embed(page_data(plan, staffing))),
    )


def unbroken(text: str) -> str:
    """Keep a number and its unit on one line."""
    return re.sub(r"(\d) (?=%|(?:s|min|h|seats?|days?)\b)", "\\1\u00a0", text)


def _asset(name: str) -> str:
    return resources.files("planning.report").joinpath("templates", name).read_text(encoding="utf-8")


def cards(plan: Plan, figures: Figures) -> list[Card]:
    """Return the key figures in the order they are shown."""
    centre, cost, solver = plan.folder.centre, plan.cost, plan.solver
    pools = [("core", cost.core), ("elastic", cost.elastic), ("experts", cost.expert)]
    split = " · ".join(f"{name} {wording.number(amount)}" for name, amount in pools)
    unjudged = len(plan.targets) - figures.judged
    found = [Card("Cost", f"{centre.currency} {wording.number(cost.total)}", split)]
    detail = f"{wording.counted(unjudged, 'target')} could not be judged" if unjudged else "found by simulation"
    value = f"{wording.number(figures.met)} of {wording.number(figures.judged)}"
    found.append(Card("Targets met", value, detail, alarm=figures.met < figures.judged))
    hours = [wording.number(value, 0 if value >= 20 else 1) for value in (figures.missing_h, figures.spare_h)]
    detail = f"of {wording.number(figures.needed_h)} seat hours; {hours[0]} missing, {hours[1]} to spare"
    alarm = figures.missing_h > 0.05
    found.append(Card("Coverage", wording.percent(figures.covered), detail, alarm))
    proven = math.isfinite(solver.gap) and math.isfinite(solver.bound)
    decidable = solver.gap_on_decidable_cost
    detail = "at most this far from the best roster"
    if decidable is not None and math.isfinite(decidable):
        detail = f"{wording.percent(decidable)} of the cost that can be decided"
    value = wording.percent(max(solver.gap, 0.0)) if proven else "not proven"
    found.append(Card("Proven gap", value, detail if proven else "no bound for this roster"))
    share, cap = plan.elastic_peak_share, centre.elastic.share if centre.elastic else 0.0
    detail = f"at most {wording.percent(share)} of the core; cap {wording.percent(cap, 0)}"
    if centre.elastic is None:
        detail = "this centre has no elastic seats"
    found.append(Card("Elastic seats", f"{wording.number(plan.elastic_hours, 1)} h", detail))
    interval = f"95 % interval {wording.percent(figures.fcr_low)} – {wording.percent(figures.fcr_high)}"
    detail = interval if math.isfinite(figures.fcr_low) else "of handled contacts whose outcome is known"
    found.append(Card("Resolved at first contact", wording.percent(figures.fcr), detail))
    aht = _mean_aht(plan, slice(None))
    found.append(Card("Contacts", wording.number(figures.contacts), f"mean handle time {wording.seconds(aht)}"))
    seats = f", and {wording.counted(figures.seats, 'elastic seat')}" if figures.seats else ""
    detail = f"{wording.number(figures.paid_h)} paid hours{seats}"
    found.append(Card("People on the roster", wording.number(figures.people), detail))
    return found


def _mean_aht(plan: Plan, queues: slice | int) -> float:
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
            interval = f"{wording.measured(measure, low)} – {wording.measured(measure, high)}"
            known = math.isfinite(low) and math.isfinite(high)
            service.append((wording.measured(measure, value), interval if known else ""))
        lines.append(
            QueueLine(
                queue=queue.id,
                channel=queue.channel.value,
                contacts=wording.number(float(np.nansum(volume))),
                aht=wording.seconds(_mean_aht(plan, q)),
                workload=wording.number(float(np.nansum(volume * aht)) / 3600 / queue.concurrency),
                peak=wording.number(float(np.nanmax(seats, initial=0.0)), 1),
                service=tuple(service),
            )
        )
    return lines


def short_lines(plan: Plan) -> list[ShortLine]:
    """Return what is short and why, in the order of time."""
    zone = plan.folder.centre.timezone
    return [
        ShortLine(
            short.queue,
            wording.span_text(short.start, short.end, zone),
            wording.number(short.agents, 1),
            short.why,
        )
        for short in sorted(plan.short, key=lambda short: (short.start, short.queue, short.end))
    ]


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
            queues=", ".join(dict.fromkeys(queue for row in shift.stretches for queue in row.queues)),
        )
        for shift in blocks
    ]


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

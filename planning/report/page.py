"""One self-contained page that shows a plan: no network, no clock, the same bytes for the same plan."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from planning.report import wording
from planning.report.fair_shares import fairness_lines, refused_lines
from planning.report.figures import Figures, figures_of
from planning.report.payload import embed, page_data
from planning.report.people import people_of
from planning.report.seat_words import price_sentence
from planning.report.sections import bookings, mean_aht, method, notes_on_queues, price_text, queue_lines
from planning.report.shorts import group_lists, short_days
from planning.report.staffing import net_staffing
from planning.report.summary import summary_sentences
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
    notes, binding, measures = notes_on_queues(plan)
    return environment.get_template("report.html.j2").render(
        centre=centre,
        week=wording.week_text(days[0], days[-1]) if days else plan.week.isoformat(),
        sentences=summary_sentences(plan, figures),
        cards=cards(plan, figures),
        queues=queue_lines(plan),
        days=[(day.isoformat(), wording.day_text(day)) for day in days],
        known=plan.forecast.known,
        shorts=short_days(plan),
        groups=group_lists(plan),
        notes=notes,
        binding=binding,
        measures=measures,
        prices=price_text(plan),
        notices=[str(notice) for notice in plan.folder.notices],
        bookings=bookings(plan),
        seat_prices=price_sentence(plan.seat_prices, centre),
        people=people_of(plan),
        wishes=bool(plan.folder.preferences),
        refused=refused_lines(plan),
        fairness=fairness_lines(plan),
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
    if cost.overtime > 0:
        split += f", of it {wording.number(cost.overtime)} for overtime"
    unjudged = len(plan.targets) - figures.judged
    found = [Card("Cost", f"{centre.currency} {wording.number(cost.total)}", split)]
    detail = f"{wording.counted(unjudged, 'target')} could not be judged" if unjudged else "found by simulation"
    value = f"{wording.number(figures.met)} of {wording.number(figures.judged)}"
    found.append(Card("Targets met", value, detail, alarm=figures.met < figures.judged))
    hours = [
        wording.number(value, 0 if value >= 20 else 1) if value >= 0.05 else "none"
        for value in (figures.missing_h, figures.spare_h)
    ]
    detail = (
        f"of {wording.number(figures.needed_h)} seat hours, interval by interval; {hours[0]} below, {hours[1]} above"
    )
    alarm = figures.missing_h > 0.05
    found.append(Card("Need covered", wording.percent(figures.covered), detail, alarm))
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
    interval = wording.interval("fcr", figures.fcr_low, figures.fcr_high)
    detail = f"95 % interval {interval}" if interval else "of handled contacts whose outcome is known"
    found.append(Card("Resolved at first contact", wording.percent(figures.fcr), detail))
    aht = mean_aht(plan, slice(None))
    found.append(Card("Contacts", wording.number(figures.contacts), f"mean handle time {wording.seconds(aht)}"))
    seats = f", and {wording.counted(figures.seats, 'elastic seat')}" if figures.seats else ""
    detail = f"{wording.number(figures.paid_h)} paid hours{seats}"
    found.append(Card("People on the roster", wording.number(figures.people), detail))
    return found

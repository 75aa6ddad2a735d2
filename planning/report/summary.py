"""The few sentences that tell a planner what a plan says, the worst first."""

from __future__ import annotations

import math
from pathlib import Path

from planning.queue_names import listed
from planning.report.figures import NAMED, Figures, figures_of, judged_targets, missed_text
from planning.report.seat_words import price_sentence
from planning.report.shorts import amount_of, name_of, worst_first
from planning.report.staffing import net_staffing
from planning.report.wording import counted, day_or_span, number, percent, week_text
from planning.result import Plan, SolverSummary
from planning.wish_results import share_honoured


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


def unserved_sentences(figures: Figures) -> list[str]:
    """Name the queues that get nobody, or almost nothing."""
    text = []
    if figures.unserved:
        names, contacts = listed(list(figures.unserved), 99), sum(figures.unserved.values())
        where = "there" if len(figures.unserved) == 1 else "on them"
        expected = f"{counted(round(contacts), 'contact')} {'is' if round(contacts) == 1 else 'are'} expected"
        text.append(f"Nobody is assigned to {names}: {expected} {where}, and none is handled.")
    for queue, (done, contacts) in figures.starved.items():
        share = f"{percent(done)} of its {counted(round(contacts), 'contact')}"
        text.append(f"{queue} gets almost nothing: {share} are handled (deferred work: in time).")
    return text


def uncovered_sentences(figures: Figures, zone: str) -> list[str]:
    """Name the times at which a live queue expects contacts and nobody is on it."""
    text = []
    for queue, spans, contacts in figures.uncovered:
        when = listed([day_or_span(start, end, zone) for start, end in spans], NAMED)
        text.append(
            f"{queue} is open without anyone on it {when}: {counted(max(round(contacts), 1), 'contact')} expected then "
            "(minimum staff in centre.toml would keep somebody there)."
        )
    return text


def summary_sentences(plan: Plan, figures: Figures) -> list[str]:
    """Tell the plan in a paragraph: who gets nothing, cost, targets, what is short, elastic use, proof."""
    centre, zone = plan.folder.centre, plan.folder.centre.timezone
    crew = counted(figures.people, "person", "people")
    if plan.elastic_hours > 0:
        share = f", at most {percent(plan.elastic_peak_share, 0)} of the core at once" if figures.seats else ""
        crew += f" and {counted(plan.elastic_hours, 'hour')} of elastic seats{share}" + ("," if share else "")
    text = unserved_sentences(figures)
    left = figures.contacts - sum(figures.unserved.values())
    other = "other " if figures.unserved else ""
    verb = "is" if figures.people == 1 and not plan.elastic_hours else "are"
    text.append(
        f"{crew} {verb} rostered for the {other}{counted(round(left), 'contact')} expected, at {centre.currency} "
        f"{number(plan.cost.total)}."
    )
    text += uncovered_sentences(figures, zone)
    judged = judged_targets(plan)
    unmet = [row for row in judged if not row.met]
    if judged and not unmet:
        text.append(f"In the simulation all {counted(figures.judged, 'target')} are met.")
    elif judged:
        text.append(
            f"In the simulation {number(figures.met)} of {counted(figures.judged, 'target')} are met; "
            f"the weightiest misses of each kind first: {missed_text(unmet)}."
        )
    for want, said in ((True, "for want of people in {}"), (False, "where more people would not help, in {}")):
        spans = [
            f"{name_of(plan, short)} {day_or_span(short.start, short.end, zone)} ({amount_of(plan, short)})"
            for short in worst_first(plan)
            if (short.agents > 0) == want
        ]
        if spans:
            text.append(f"Targets are missed {said.format(listed(spans, NAMED))}.")
    if unmet and not plan.short:
        text.append("No span is short of seats; why those targets are missed is in the notes.")
    kept = share_honoured(plan.wishes)
    if kept is not None:
        text.append(f"Of what people wished, {percent(kept, 0)} is kept, by weight.")
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
    if plan.cost.overtime > 0:
        split += f"; overtime adds {number(plan.cost.overtime)} to plain pay"
    lines = [head, *(f"unserved  {sentence}" for sentence in unserved_sentences(figures))]
    lines += [f"uncovered {sentence}" for sentence in uncovered_sentences(figures, centre.timezone)]
    lines.append(f"cost      {centre.currency} {number(plan.cost.total)}" + (f" ({split})" if split else ""))
    unmet = [row for row in judged_targets(plan) if not row.met]
    lines.append(f"targets   {figures.met} of {figures.judged} met in the simulation")
    if unmet:
        lines.append(f"          missed: {missed_text(unmet)}")
    unjudged = len(plan.targets) - figures.judged
    if unjudged:
        lines.append(f"          {counted(unjudged, 'target')} without contacts or without simulation, not judged")
    worst = worst_first(plan)
    for short in worst[:NAMED]:
        span = day_or_span(short.start, short.end, centre.timezone)
        lines.append(f"short     {name_of(plan, short)}, {span}: {amount_of(plan, short)}. {short.why}")
    if len(worst) > NAMED:
        lines.append(f"          and {counted(len(worst) - NAMED, 'more span', 'more spans')}")
    if plan.elastic_hours > 0:
        share = percent(plan.elastic_peak_share)
        lines.append(f"elastic   {number(plan.elastic_hours, 1)} h, at most {share} of the core at once")
    if plan.seat_prices:
        lines.append(f"prices    {price_sentence(plan.seat_prices, centre)}")
    kept = share_honoured(plan.wishes)
    if kept is not None:
        lines.append(f"wishes    {percent(kept, 0)} honoured by weight")
    if plan.activities is not None and plan.activities.missed:
        times = counted(sum(row.times for row in plan.activities.missed), "occurrence")
        names = listed(list(dict.fromkeys(row.activity for row in plan.activities.missed)), NAMED)
        lines.append(f"no time   {times} of {names}; the notes say whose and why")
    lines.append(f"proof     {proof_text(plan.solver)}")
    lines.append(f"look at   {(folder / 'report.html') if folder else 'report.html in the plan folder'}")
    return lines

"""Which wishes the roster keeps, which it does not, and what stopped those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.folder import PlanningFolder
from domain.roster import Roster
from scheduling.model import Model
from scheduling.refusals import why_refused
from scheduling.result import Result
from scheduling.rules.context import Context
from scheduling.rules.wishes import WishOutcome, outcomes
from scheduling.soft import wish_price

TOLD = 12
"""Refused wishes that a note names; `plan.json` lists all."""


@dataclass(frozen=True)
class WishResult:
    """One wish with a day in the plan.

    Attributes
    ----------
    outcome : WishOutcome
    price : float
        What the objective pays for it.
    why : str
        What stopped it; empty where it is kept.
    """

    outcome: WishOutcome
    price: float
    why: str = ""


def wish_results(
    folder: PlanningFolder, roster: Roster, weeks: Sequence[tuple[Model, Result]], first: date
) -> tuple[WishResult, ...]:
    """Judge every wish by the roster; those refused are explained by the planning model of their week."""
    if not folder.preferences:
        return ()
    each = wish_price(folder)
    found = []
    for outcome in outcomes(Context(folder, roster, first, max(len(weeks), 1))):
        price = each * outcome.counts
        why = "" if outcome.kept or price <= 0 else _why(outcome, weeks, roster, folder, first, price)
        found.append(WishResult(outcome, price, why))
    return tuple(found)


def _why(
    outcome: WishOutcome,
    weeks: Sequence[tuple[Model, Result]],
    roster: Roster,
    folder: PlanningFolder,
    first: date,
    price: float,
) -> str:
    """Explain a wish by the first week in which it is not kept."""
    for k, (model, result) in enumerate(weeks):
        context = Context(folder, roster, first + timedelta(days=7 * k), 1)
        if any(each.wish == outcome.wish and not each.kept for each in outcomes(context)):
            return why_refused(model, result, outcome.wish, price)
    return ""


def share_honoured(results: Sequence[WishResult]) -> float | None:
    """Return the share of the wishes' weight that is kept; None where nothing was asked."""
    asked = sum(row.outcome.asked for row in results)
    return 1.0 - sum(row.outcome.refused for row in results) / asked if asked > 0 else None


def wish_notes(folder: PlanningFolder, results: Sequence[WishResult]) -> list[str]:
    """Say how many wishes are honoured, and who was refused what and why."""
    share = share_honoured(results)
    if share is None:
        return []
    refused = [row for row in results if not row.outcome.kept and row.outcome.asked > 0]
    count = sum(row.outcome.asked > 0 for row in results)
    said = [f"Wishes honoured: {100 * share:.0f} % by weight, {count - len(refused)} of {count} in full."]
    by_why: dict[str, list[str]] = {}
    for row in refused[:TOLD]:
        by_why.setdefault(row.why or "not looked into", []).append(who_wished(folder, row.outcome))
    said += [f"Refused: {', '.join(names)}: {why}." for why, names in by_why.items()]
    if len(refused) > TOLD:
        said.append(f"{len(refused) - TOLD} further wishes are refused; plan.json lists them with what stopped each.")
    return said


def who_wished(folder: PlanningFolder, outcome: WishOutcome) -> str:
    """Say who wished what, from when on."""
    wish = outcome.wish
    name = next((agent.name for agent in folder.agents if agent.id == wish.agent_id), "")
    start = wish.start.astimezone(ZoneInfo(folder.centre.timezone))
    part = f", {outcome.broken} of {outcome.days} days" if outcome.days > 1 else ""
    label = f"{name} ({wish.agent_id})" if name and name != wish.agent_id else wish.agent_id
    return f"{label} {wish.wish} from {start:%m-%d %H:%M}{part}"

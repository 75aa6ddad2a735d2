"""Wishes and fairness priced from the files alone: what `plan.json` says of them can be computed again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.folder import PlanningFolder
from domain.roster import Roster, Stretch
from scheduling.fair_shares import fairness_rows
from scheduling.fairness import FairnessCost
from scheduling.rules.context import Context
from scheduling.rules.wishes import outcomes
from scheduling.soft import SoftCost, fairness_price, wish_price
from scheduling.wishes import WishCost


def soft_costs(folder: PlanningFolder, previous: Iterable[Stretch], first: date, *, fair: bool) -> tuple[SoftCost, ...]:
    """Return what a week's objective holds beside pay and shortfall.

    Parameters
    ----------
    folder : PlanningFolder
    previous : iterable of Stretch
        Rosters before the week, those just planned included.
    first : date
    fair : bool
        Whether there is a ledger at all: previous rosters, or several weeks planned at once.
    """
    found: list[SoftCost] = []
    if folder.preferences and wish_price(folder) > 0:
        found.append(WishCost.of(folder))
    if fair and fairness_price(folder) > 0:
        found.append(FairnessCost.of(folder, list(previous), first))
    return tuple(found)


def wishes_price(folder: PlanningFolder, roster: Roster, first: date, weeks: int) -> float:
    """Return the price of the wishes that a roster does not keep."""
    context = Context(folder, roster, first, weeks)
    return wish_price(folder) * sum(found.counts for found in outcomes(context))


def fairness_of(folder: PlanningFolder, roster: Roster, first: date, weeks: int) -> float:
    """Return the price of a roster's unfair shares; 0 where there is no ledger."""
    if not folder.previous and weeks == 1:
        return 0.0
    return sum(row.price for row in fairness_rows(folder, roster, first, weeks))

"""What makes a roster better or worse for people, as money beside pay: the part that belongs to one person's day.

Wishes, fairness between people and changes of a published roster are all of this kind: each is a sum over persons and
days of what the shift of that day costs, so the exact program over a person's week prices them as it prices pay, and
the bound holds with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from domain.folder import PlanningFolder
from domain.history import Floats, Ints
from domain.people import Agent
from scheduling.leave import ShiftOption

WISH_HOURS = 0.2
"""Price of a wish of weight 1 not kept, in mean agent-hours, where no priority sets it: less than the pay of a quarter
of an hour, the usual step of a schedule, so that shortfall comes first, then cost, then wishes."""

FAIRNESS_HOURS = 0.1
"""The same of one more shift of a kind of which somebody has had one more than the mean."""


class SoftCost(Protocol):
    """Money that the objective adds for what a person does on a day; never below 0."""

    @property
    def part(self) -> str:
        """Name of the part of the objective that it belongs to."""

    def concerns(self, agent: Agent) -> bool:
        """Tell whether any day of an agent may cost something."""

    def cost(self, agent: Agent, day: date, shift: ShiftOption | None) -> float:
        """Return what a shift that starts on a day costs, or (None) a day without one."""


@dataclass(frozen=True)
class SoftPart:
    """One soft cost over a planning model.

    Attributes
    ----------
    name : str
    base : float
        What it adds where nobody works.
    options : float array, shape (options,)
        What each shift adds to that.
    """

    name: str
    base: float
    options: Floats

    def of(self, taken: Ints) -> float:
        """Return what it adds where the shifts given are worked."""
        return self.base + float(self.options[taken].sum())


def soft_parts(parts: Iterable[SoftPart], tours: Ints) -> dict[str, float]:
    """Return each part of the objective beside cost and shortfall, of the tours of a roster.

    Parameters
    ----------
    parts : iterable of SoftPart
        Those of one name are added up.
    tours : int array, shape (agents, days, 3 + most breaks)
    """
    taken = tours[:, :, 0]
    taken = taken[taken >= 0]
    found: dict[str, float] = {}
    for part in parts:
        found[part.name] = found.get(part.name, 0.0) + part.of(taken)
    return found


def mean_hour(agents: Sequence[Agent]) -> float:
    """Return the mean pay of an hour; 1 where nobody costs anything, for shortfall must still come first."""
    return float(np.mean([a.hourly_cost for a in agents])) if any(a.hourly_cost > 0 for a in agents) else 1.0


def wish_price(folder: PlanningFolder) -> float:
    """Return the price of a wish of weight 1 that is not kept."""
    price = folder.centre.priorities.wish
    return WISH_HOURS * mean_hour(folder.agents) if price is None else price


def fairness_price(folder: PlanningFolder) -> float:
    """Return the price of one more shift of somebody who is one above the mean."""
    price = folder.centre.priorities.fairness
    return FAIRNESS_HOURS * mean_hour(folder.agents) if price is None else price

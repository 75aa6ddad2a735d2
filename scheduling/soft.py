"""What makes a roster better or worse for people, as money beside pay: the part that belongs to one person's day.

Wishes, fairness between people and changes of a published roster are all of this kind: each is a sum over persons and
days of what the shift of that day costs, so the exact program over a person's week prices them as it prices pay, and
the bound holds with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from domain.people import Agent
from scheduling.leave import ShiftOption


class SoftCost(Protocol):
    """Money that the objective adds for what a person does on a day; never below 0."""

    def concerns(self, agent: Agent) -> bool:
        """Tell whether any day of an agent may cost something."""

    def cost(self, agent: Agent, day: date, shift: ShiftOption | None) -> float:
        """Return what a shift that starts on a day costs, or (None) a day without one."""


def soft_cost(costs: Sequence[SoftCost], agent: Agent, day: date, shift: ShiftOption | None) -> float:
    """Return what all of them cost together."""
    return sum(each.cost(agent, day, shift) for each in costs if each.concerns(agent))

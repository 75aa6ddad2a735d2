"""Overtime in the program over a person's week: a function of the paid units and days that the week ends with."""

from __future__ import annotations

from scheduling.instance import Instance
from scheduling.kernel import leaf


@leaf
def overtime_units(inst: Instance, agent: int, paid: int, beyond: bool) -> float:
    """Return the paid units of a week that are overtime; ``beyond`` where it has a day more than usual."""
    over = max(paid - inst.people.over_from[agent], 0.0)
    return float(max(over, paid / inst.people.over_days[agent]) if beyond else over)


@leaf
def may_be_overtime(inst: Instance, agent: int, units: float) -> bool:
    """Tell whether a person may do so much overtime in the week."""
    return bool(units <= inst.people.over_units[agent] + 1e-6)


@leaf
def overtime_cost(inst: Instance, agent: int, units: float, beyond: bool) -> float:
    """Return what overtime costs on top of the plain pay of its units."""
    return float(units * (inst.people.rest_rate[agent] if beyond else inst.people.over_rate[agent]))

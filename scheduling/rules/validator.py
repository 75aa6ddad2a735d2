"""The solver-free validator: a roster against every rule, minute by minute."""

from __future__ import annotations

from datetime import date, datetime

from domain.folder import PlanningFolder
from domain.roster import Roster
from scheduling.rules import (
    activities,
    breaks,
    elastic,
    experts,
    fairness,
    overtime,
    pins,
    presence,
    rhythm,
    shift_rules,
    sites,
    staff_floor,
    week_rules,
    wishes,
)
from scheduling.rules.context import Context
from scheduling.rules.rule import Rule, Violation

RULES: tuple[Rule, ...] = (
    *shift_rules.RULES,
    *breaks.RULES,
    *activities.RULES,
    *presence.RULES,
    *week_rules.RULES,
    *overtime.RULES,
    *rhythm.RULES,
    *staff_floor.RULES,
    *sites.RULES,
    *elastic.RULES,
    *experts.RULES,
    *pins.RULES,
    *wishes.RULES,
    *fairness.RULES,
)
"""Every rule, in the order in which violations are told."""


def validate(
    folder: PlanningFolder,
    roster: Roster,
    first: date,
    weeks: int,
    *,
    emergency: bool = False,
    now: datetime | None = None,
) -> tuple[Violation, ...]:
    """Return everything a roster breaks, hard and soft, in the order of ``RULES``, then by day and person.

    Reads only the folder and the roster, so it judges any roster: ours, an edited one, another tool's.

    Parameters
    ----------
    folder : PlanningFolder
    roster : Roster
    first : date
        First planned local day.
    weeks : int
        Planned seven-day blocks from there.
    emergency : bool
        Whether the elastic cap of a declared emergency holds.
    now : datetime, optional
        The instant from which the notice of elastic seats counts; seven days before the first day if absent.

    Returns
    -------
    tuple of Violation
        The roster is legal where none of them is hard.
    """
    context = Context(folder, roster, first, weeks, emergency, now)
    return tuple(violation for rule in RULES for violation in rule.violations(context))

"""Patterns of worked and free days: what earlier rosters decided is judged there, not in the week that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import small
from test_solve import hard

from domain.contracts import BreakRule, Limits, WeekendRule
from domain.people import TimeOff
from domain.progress import Control
from scheduling.conflicts import person_conflicts
from scheduling.handout import roster_of
from scheduling.patterns import WeekDays, legal_patterns
from scheduling.result import Effort
from scheduling.solve import solve

LITTLE = Effort(ascent=40, steps=40, chains=1, moves=60_000, assembly=0.1)
ANY = WeekDays((True,) * 7, (False,) * 7, 0, 7)
SATURDAY = small.FIRST - timedelta(days=2)


@pytest.mark.parametrize("rules", [{"complete_weekends": True}, {"weekends_off": WeekendRule(at_least=1, in_weeks=1)}])
def test_a_weekend_over_before_the_week_forbids_nothing(rules: dict[str, object]) -> None:
    """One day of the last weekend was worked, against the rule: that is past, as the validator sees it too."""
    rule = small.contract(**rules)
    past = legal_patterns(rule, small.FIRST, ANY, frozenset({SATURDAY}), SATURDAY)
    assert past == legal_patterns(rule, small.FIRST, ANY, frozenset(), None) != ()


def test_a_weekend_that_ends_in_the_week_still_binds() -> None:
    """A week from Sunday on, the Saturday before it worked: so is the Sunday."""
    rule = small.contract(complete_weekends=True)
    found = legal_patterns(rule, SATURDAY + timedelta(days=1), ANY, frozenset({SATURDAY}), SATURDAY)
    assert found and all(pattern[0] for pattern in found)


@pytest.mark.parametrize("rules", [{"start_spread_minutes": 120}, {"rotation": "weekly"}])
def test_a_week_of_leave_is_legal_whatever_starts_may_differ(rules: dict[str, object]) -> None:
    """Seven days of leave leave no shift, and no starts to differ."""
    bare = small.folder(2, contracts=(small.contract(**rules),))
    grid = small.demand(bare).grid
    away = replace(bare, time_off=(TimeOff(agent_id="a01", start=grid.start, end=grid.end, kind="paid"),))
    model = small.model(away)
    assert person_conflicts(model) == ()
    roster = roster_of(model, solve(model, seed=1, effort=LITTLE, control=Control()).roll)
    assert hard(away, roster) == [] and "a01" not in roster.by_agent


def test_breaks_of_long_shifts_alone_may_stand_before_others() -> None:
    """The meal of long shifts is named first: short ones get the break, with its name, length and pay."""
    meal = BreakRule(kind="meal", minutes=30, paid=False, after_minutes=120, before_minutes=240, shift_at_least_h=6)
    pause = BreakRule(kind="break", minutes=15, paid=True, after_minutes=60, before_minutes=180)
    rules = {"weekly_hours": Limits(min=12, max=20), "days_per_week": Limits(min=3, max=5)}
    contract = small.contract(shift_hours=Limits(min=4, max=4), breaks=(meal, pause), **rules)
    planning = small.folder(2, contracts=(contract,))
    model = small.model(planning)
    roster = roster_of(model, solve(model, seed=1, effort=LITTLE, control=Control()).roll)
    assert hard(planning, roster) == []
    assert {row.activity for row in roster.stretches} == {"work", "break"}

"""Whatever a tiny centre of two sites looks like, its plan keeps their hours and desks, or says why there is none."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "unit" / "scheduling" / "optimiser"))

import small

from domain.contracts import BreakRule, Limits, StartWindow
from domain.hours import WeeklyWindow
from domain.progress import Control
from domain.sites import Site
from scheduling.conflicts import floor_conflicts, person_conflicts
from scheduling.handout import roster_of
from scheduling.result import Effort
from scheduling.rules import validate
from scheduling.solve import solve

QUIET = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
LITTLE = Effort(ascent=30, steps=30, chains=1, passes=1, moves=20_000, assembly=0.05)
MEAL = BreakRule(kind="meal", minutes=45, paid=False, after_minutes=90, before_minutes=240)


@st.composite
def centres(draw):
    """Six people at two sites or none, one or two queues, shifts that may run over midnight."""

    def site(name):
        low = draw(st.integers(0, 12)) * 60
        hours = WeeklyWindow(
            frozenset(draw(st.sampled_from([range(7), range(6), (0, 1, 2, 3)]))),
            low,
            (low + draw(st.integers(9, 20)) * 60) % 1440,
        )
        return Site(
            id=name,
            desks=draw(st.sampled_from([None, 1, 2, 3])),
            open=(hours,) if draw(st.booleans()) else (),
        )

    start = draw(st.integers(6, 20)) * 60
    contract = small.contract(
        weekly_hours=Limits(min=draw(st.sampled_from([0, 15, 25])), max=30),
        days_per_week=Limits(min=draw(st.sampled_from([0, 3])), max=5),
        shift_hours=Limits(min=5, max=draw(st.sampled_from([5, 6]))),
        start=StartWindow(from_minute=start, to_minute=(start + 180) % 1440, step_minutes=60),
        breaks=draw(st.sampled_from([(), (MEAL,)])),
    )
    queues = (small.queue(open=()), small.queue("sales", open=()))[: draw(st.integers(1, 2))]
    folder = small.folder(6, queues=queues, contracts=(contract,), sites=(site("hub"), site("hill")))
    return small.seated(folder, *(draw(st.sampled_from(["hub", "hub", "hill", ""])) for _ in range(6)))


@QUIET
@given(centres(), st.floats(0.3, 2.0))
def test_a_plan_of_two_sites_keeps_their_rules(planning, load):
    model = small.model(planning, load=load)
    if person_conflicts(model):
        return
    result = solve(model, seed=1, effort=LITTLE, control=Control())
    found = {v.rule for v in validate(planning, roster_of(model, result.roll), small.FIRST, 1) if v.hard}
    if result.floor_gap:
        # the only rule that this centre may find no roster for, and told
        assert found <= {"desks"}
        assert all("raise the desks of" in conflict.change for conflict in floor_conflicts(model, result))
        assert floor_conflicts(model, result)
    else:
        assert found == set()
        assert result.bound <= result.objective + 1e-6

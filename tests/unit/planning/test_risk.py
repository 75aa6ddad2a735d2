"""What a plan is made for where volume is uncertain."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.forecast import LEVELS, Forecast
from planning.result import TargetResult
from planning.risk import risk_plan
from tests.unit.planning.whatif_case import world_of


def forecast_of(need, spread: float) -> Forecast:
    scores = np.array([-1.96, -1.645, -1.28, -0.674, 0.0, 0.674, 1.28, 1.645, 1.96])
    bands = np.maximum(need.volume[None] * (1 + spread * scores[:, None, None]), 0.0)
    return Forecast(need.grid, need.queues, need.volume, bands, need.aht_s, need.volume > 0)


@pytest.mark.parametrize("risk", [None, "mean", 0.9])
def test_the_choice_decides_the_volume_and_all_choices_are_shown(risk):
    world = world_of()
    centre, need = world.folder.centre, world.requirement
    centre = centre.model_copy(update={"planning": centre.planning.model_copy(update={"risk": risk})})
    made = risk_plan(centre, forecast_of(need, 0.3), need, 1)
    hours = made.agent_hours
    assert hours["expected"] < hours["mean"] < hours["share_of_days"]
    planned = made.planned(centre, need)
    if risk is None:
        assert planned is need
    else:
        assert planned.volume[0].sum() > need.volume[0].sum()
        assert planned.agents.sum() * 0.5 == pytest.approx(hours["mean" if risk == "mean" else "share_of_days"])
    (note,) = made.notes()
    assert ("90% of days" in note) == (risk == 0.9)


def test_a_known_volume_needs_no_choice():
    world = world_of()
    made = risk_plan(world.folder.centre, forecast_of(world.requirement, 0.0), world.requirement, 1)
    assert made.agent_hours["mean"] == pytest.approx(made.agent_hours["expected"])
    assert made.notes() == []
    assert len(LEVELS) == 9


def test_targets_that_hold_on_fewer_days_than_planned_for_are_told():
    world = world_of()
    centre, need = world.folder.centre, world.requirement
    centre = centre.model_copy(update={"planning": centre.planning.model_copy(update={"risk": 0.8})})
    made = risk_plan(centre, forecast_of(need, 0.1), need, 1)

    def target(day: int, chance: float) -> TargetResult:
        ten = (90.0, 60.0, 60.0, 50.0, 70.0, chance, 10.0, 90.0, True)
        return TargetResult("phone", "day", f"2026-11-{day}", "mean_wait_s", *ten)

    (told,) = made.kept_notes([target(23, 0.9), target(24, 0.61), target(25, 0.7), target(26, float("nan"))])
    assert "of 3 targets of days 2 hold on fewer than the 80%" in told and "2026-11-24, on 61%" in told
    assert made.kept_notes([target(23, 0.9)]) == ["Risk: all 1 targets of days hold on at least 80% of scenario days."]
    assert risk_plan(world.folder.centre, forecast_of(need, 0.1), need, 1).kept_notes([target(23, 0.1)]) == []

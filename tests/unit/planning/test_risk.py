"""What a plan is made for where volume is uncertain."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.forecast import LEVELS, Forecast
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

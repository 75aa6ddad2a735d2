"""Planning for uncertain volume: the requirement that a roster is made for, and what the choice costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from capacity.requirement import Requirement, agents_for
from capacity.risk import Risk, allowance
from domain.centre import Centre
from domain.history import Floats
from forecasting.forecast import Forecast
from forecasting.scenarios import scenarios

if TYPE_CHECKING:
    from planning.result import TargetResult

SCENARIOS = 200

SHARE_SHOWN = 0.8
"""Share of days shown beside the mean where the planner chose neither."""


@dataclass(frozen=True)
class RiskPlan:
    """What is planned for, and what else could have been.

    Attributes
    ----------
    chosen : {"mean"}, float or None
        Of ``[planning]``; None plans for the forecast's own volume.
    factor : float array, shape (queues, days)
        By what each day's volume is multiplied for the roster.
    agent_hours : dict of str to float
        Agent-hours on contact duty that the targets ask for: ``expected``, ``mean``, and ``share_of_days``.
    share : float
        The share of days behind the last.
    """

    chosen: Risk | None
    factor: Floats
    agent_hours: dict[str, float]
    share: float

    def planned(self, centre: Centre, requirement: Requirement) -> Requirement:
        """Return a requirement at the volume that is planned for."""
        return _at(centre, requirement, self.factor) if self.chosen is not None else requirement

    def notes(self) -> list[str]:
        """Say what was chosen and what each choice takes."""
        hours = self.agent_hours
        if not hours["expected"] or (abs(hours["mean"] / hours["expected"] - 1) < 5e-4 and self.chosen is None):
            return []
        each = (
            f"the forecast's own volume takes {hours['expected']:,.0f} agent-hours on contact, targets kept on the "
            f"mean of uncertain days {hours['mean']:,.0f}, on {self.share:.0%} of days {hours['share_of_days']:,.0f}"
        )
        what = "the forecast's own volume" if self.chosen is None else f"{self.share:.0%} of days"
        what = "the mean of uncertain days" if self.chosen == "mean" else what
        return [f"Risk: planned for {what}; taken interval by interval, {each} (risk in [planning] chooses)."]

    def kept_notes(self, results: Sequence[TargetResult]) -> list[str]:
        """Say which targets of days hold on fewer scenario days than were planned for."""
        if not isinstance(self.chosen, float):
            return []
        days = [row for row in results if row.scope == "day" and math.isfinite(row.probability_met)]
        below = sorted((row for row in days if row.probability_met < self.chosen), key=lambda row: row.probability_met)
        if not below:
            return [f"Risk: all {len(days)} targets of days hold on at least {self.chosen:.0%} of scenario days."]
        worst = below[0]
        return [
            f"Risk: of {len(days)} targets of days {len(below)} hold on fewer than the {self.chosen:.0%} of scenario "
            f"days planned for, the least of them {worst.queue}, {worst.measure} of {worst.start}, on "
            f"{worst.probability_met:.0%}: the allowance is of each queue's volume, not of chance within a day."
        ]


def risk_plan(centre: Centre, forecast: Forecast, requirement: Requirement, seed: int) -> RiskPlan:
    """Work out what uncertain volume asks for, in each of the ways a planner may choose.

    Parameters
    ----------
    centre : Centre
    forecast : Forecast
    requirement : Requirement
        At the forecast's own volume.
    seed : int
        Of the scenarios.
    """
    chosen = centre.planning.risk
    share = chosen if isinstance(chosen, float) else SHARE_SHOWN
    grid = requirement.grid
    paths = scenarios(forecast, SCENARIOS, np.random.default_rng([seed, 11]))
    choices: dict[str, Risk] = {"mean": "mean", "share_of_days": share}
    factor = {
        name: allowance(centre, grid, requirement.volume, requirement.aht_s, paths, forecast.mean, risk)
        for name, risk in choices.items()
    }
    ones = np.ones_like(factor["mean"])
    hours = {
        name: float(_at(centre, requirement, times).agents.sum()) * grid.step_minutes / 60
        for name, times in (("expected", ones), *factor.items())
    }
    mine = ones if chosen is None else factor["mean" if chosen == "mean" else "share_of_days"]
    return RiskPlan(chosen, mine, hours, share)


def _at(centre: Centre, requirement: Requirement, factor: Floats) -> Requirement:
    """Return a requirement with each day's volume multiplied, and what that needs."""
    grid = requirement.grid
    volume = requirement.volume * factor[:, grid.day_of]
    agents = requirement.agents.copy()
    for q, queue in enumerate(centre.queues):
        if not queue.deferred:
            agents[q] = agents_for(queue, grid, volume[q], requirement.aht_s[q])
        elif requirement.volume[q].sum() > 0:
            agents[q] *= volume[q].sum() / requirement.volume[q].sum()
    return replace(requirement, volume=volume, agents=agents, scheduled_agents=agents / centre.shrinkage.kept)

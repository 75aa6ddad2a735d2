"""Targets promised against simulated, and the planned figures where the model has none of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from capacity.requirement import Requirement
from capacity.service import ServiceReport
from capacity.targets import TargetRow
from planning.result import TargetResult
from scheduling.handout import promises
from scheduling.model import Model
from scheduling.result import Result


def target_results(
    targets: Sequence[TargetRow],
    models: Sequence[tuple[Model, Result]],
    requirement: Requirement,
    report: ServiceReport,
) -> tuple[TargetResult, ...]:
    """Lay what the planning model promised of each target beside what the simulation found.

    Parameters
    ----------
    targets : sequence of TargetRow
        Of the whole horizon.
    models : sequence of (Model, Result)
        One a week.
    requirement : Requirement
        Of the whole horizon.
    report : ServiceReport
    """
    promised: dict[tuple[int, str, str, str, float], tuple[float, float]] = {}
    for model, result in models:
        for target, value, price in promises(model, result.values, result.seats):
            promised[target.key] = (value, price)
    found = []
    for target in targets:
        value, price = promised.get(target.key, (math.nan, 0.0))
        queue = requirement.queues[target.queue]
        simulated, low, high = report.simulated(target.scope, target.start, queue, target.measure)
        chance, p10, p90 = _days(target, report)
        contacts = float(requirement.volume[target.queue, target.intervals].sum())
        unknown = math.isnan(simulated)
        met = contacts <= 0 if unknown else target.miss(simulated) <= 1e-12
        found.append(
            TargetResult(
                queue=queue,
                scope=target.scope,
                start=target.start,
                measure=target.measure,
                target=target.limit,
                promised=value,
                simulated=simulated,
                low=low,
                high=high,
                probability_met=chance,
                day_p10=p10,
                day_p90=p90,
                met=met,
                implied=target.implied,
                contacts=contacts,
                price=price,
            )
        )
    return tuple(found)


def _days(target: TargetRow, report: ServiceReport) -> tuple[float, float, float]:
    """Return the share of scenario days that hold, and the 10th and 90th percentile of the day."""
    days = [day.isoformat() for day in report.grid.days]
    values = report.daily.get(target.measure)
    if values is None or target.scope != "day" or target.start not in days:
        return (math.nan, math.nan, math.nan)
    day = values[:, target.queue, days.index(target.start)]
    day = day[np.isfinite(day)]
    if not len(day):
        return (math.nan, math.nan, math.nan)
    met = day <= target.limit if target.upper else day >= target.limit
    return (float(met.mean()), float(np.quantile(day, 0.1)), float(np.quantile(day, 0.9)))

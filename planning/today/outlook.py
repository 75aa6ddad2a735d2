"""What comes now: the plan's contacts, counted where they are over, and revised for the rest of today and tomorrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from capacity.requirement import Requirement, agents_for, deferred_agents
from domain.centre import Centre
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid, from_utc64
from domain.history import Floats, History
from forecasting.forecast import Forecast
from forecasting.intraday import counts_so_far, revise
from forecasting.intraday_model import LEAST_DAYS, IntradayModel
from planning.files.interval_rows import open_intervals
from planning.files.plan_in import PlanIn
from planning.steps import backlog_of

OFF_AHT = 0.05
"""Handle time so far that is off by more than this share of the planned one is said."""


@dataclass(frozen=True)
class Outlook:
    """What is expected now.

    Attributes
    ----------
    forecast : Forecast
        Over the plan's days: counts where they are over, else revised.
    requirement : Requirement
        Its volume is the forecast's mean; agents are worked out anew where the volume is another one.
    notes : tuple of str
    """

    forecast: Forecast
    requirement: Requirement
    notes: tuple[str, ...]


def end_of_counts(actuals: History, centre: Centre) -> datetime:
    """Return when the last interval that is told ends."""
    return from_utc64(actuals.start.max()) + timedelta(minutes=centre.interval_minutes)


def look_ahead(
    folder: PlanningFolder, plan: PlanIn, actuals: History, now: datetime, models: Sequence[IntradayModel]
) -> Outlook:
    """Revise a plan's contacts by the counts so far.

    Parameters
    ----------
    folder : PlanningFolder
    plan : PlanIn
    actuals : History
        Counts since the plan began; rows that are not over by ``now`` are not looked at.
    now : datetime
        Aware.
    models : sequence of IntradayModel
        From `forecasting.intraday.learn_intraday`.

    Notes
    -----
    What is counted holds a plan's bots, growth and repeats already. So the requirement's volume is what is revised, the
    forecast's bands moved to it in proportion, and what was edited by hand in either file counts.
    """
    planned = planned_contacts(plan)
    revised = revise(planned, actuals, now, models)
    centre, grid = folder.centre, plan.requirement.grid
    changed = ~np.isclose(revised.mean, planned.mean, rtol=1e-9, atol=1e-12)
    agents = plan.requirement.agents.copy()
    worked = open_intervals(centre, grid, folder.events, worked=True)
    backlog = backlog_of(folder, plan.week)
    aht = plan.requirement.aht_s
    for q, queue in enumerate(centre.queues):
        if not changed[q].any():
            continue
        if queue.deferred:
            left = backlog.get(queue.id, 0.0)
            agents[q] = deferred_agents(queue, grid, revised.mean[q], aht[q], worked[q], left)
        else:
            agents[q] = np.where(changed[q], agents_for(queue, grid, revised.mean[q], aht[q]), agents[q])
    need = replace(
        plan.requirement, volume=revised.mean, agents=agents, scheduled_agents=agents / centre.shrinkage.kept
    )
    return Outlook(revised, need, tuple(_notes(plan, actuals, now, models, planned)))


def planned_contacts(plan: PlanIn) -> Forecast:
    """Return what a plan expects to be counted, as a forecast: the requirement's contacts, bands in proportion."""
    before, after = plan.forecast, plan.requirement
    ratio: Floats = np.divide(after.volume, before.mean, out=np.ones_like(after.volume), where=before.mean > 0)
    bands = np.where(before.mean > 0, before.bands * ratio, after.volume)
    return replace(before, mean=after.volume.copy(), bands=bands, aht_s=after.aht_s.copy())


def two_days(forecast: Forecast, first: int) -> Forecast:
    """Return a forecast cut to the local day of an interval and the next one."""
    grid = forecast.grid
    mine = np.flatnonzero((grid.day_of >= grid.day_of[first]) & (grid.day_of <= grid.day_of[first] + 1))
    low, high = int(mine[0]), int(mine[-1]) + 1
    part = IntervalGrid(grid.start + low * grid.step, grid.step_minutes, high - low, grid.zone)
    return replace(
        forecast,
        grid=part,
        mean=forecast.mean[:, low:high],
        bands=forecast.bands[:, :, low:high],
        aht_s=forecast.aht_s[:, low:high],
        open=forecast.open[:, low:high],
    )


def _notes(
    plan: PlanIn, actuals: History, now: datetime, models: Sequence[IntradayModel], planned: Forecast
) -> list[str]:
    """Say what the counts told, and what they did not."""
    grid, said = plan.requirement.grid, []
    few = [model.queue for model in models if model.days < LEAST_DAYS]
    if few:
        said.append(
            f"{', '.join(few)}: the rest of the day is as planned: counts so far revise nothing where under "
            f"{LEAST_DAYS} past days could be forecast."
        )
    counts = counts_so_far(actuals, planned, now)
    day = int(grid.day_of[min(max(grid.index_at(now), 0), grid.size - 1)])
    over = (grid.day_of == day) & np.isfinite(counts).any(axis=0)
    blind = [
        name
        for q, name in enumerate(planned.queues)
        if planned.open[q, over].any() and not np.isfinite(counts[q, over & planned.open[q]]).any()
    ]
    if blind:
        said.append(f"{', '.join(blind)}: no counts of today are told, so what came so far is taken to be as planned.")
    for q, name in enumerate(planned.queues):
        mine = (actuals.queue == actuals.queues.index(name)) & np.isfinite(actuals.aht_s) & (actuals.offered > 0)
        at = np.array([grid.index_at(from_utc64(start)) for start in actuals.start[mine]], dtype=np.int64)
        inside = (at >= 0) & (at < grid.size)
        inside[inside] &= grid.day_of[at[inside]] == day
        weight = actuals.offered[mine][inside]
        usual = planned.aht_s[q, at[inside]]
        if weight.size and np.isfinite(usual).all():
            seen, meant = (
                float((weight * values).sum() / weight.sum()) for values in (actuals.aht_s[mine][inside], usual)
            )
            if meant > 0 and abs(seen / meant - 1) > OFF_AHT:
                said.append(
                    f"{name}: contacts took {seen:,.0f} s so far today where {meant:,.0f} s were planned "
                    f"({seen / meant - 1:+.0%}); the rest of the day is reckoned with the planned time."
                )
    return said

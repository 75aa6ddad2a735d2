"""The centres whose headcount is set free: the reference centre, and drawn ones."""

from __future__ import annotations

import numpy as np

from benchmarks.clones import DAYS, WEEK, Clones, Group, promising
from benchmarks.scheduling.centres import Case, draw
from capacity.requirement import require
from domain.centre import Centre
from domain.contracts import Contract, Limits
from domain.grid import IntervalGrid
from domain.history import Floats
from forecasting.forecast import LEVELS, Forecast
from planning.files.interval_rows import open_intervals
from planning.reference import parameters as case

WAIT_S, ABANDONMENT = 90.0, 0.05
"""Limits of the reference centre's days, for phone and for text."""


def of_reference(centre: Centre, seed: int = 1) -> Clones:
    """Take what is compared from the reference centre: no experts, no FCR or occupancy target."""
    voice = tuple(queue.id for queue in centre.queues if queue.concurrency == 1)
    text = tuple(q for q in centre.queue_ids if q not in voice)
    groups = Group(voice, WAIT_S, ABANDONMENT), Group(text, WAIT_S, ABANDONMENT)
    centre = centre.model_copy(update={"experts": None, "queues": promising(centre, groups, 1.0)})
    grid = IntervalGrid.of_days(WEEK, DAYS, centre.timezone, centre.interval_minutes)
    mean, aht = expected_volume(grid), np.empty((len(case.SHARES), grid.size))
    aht[:] = np.array([case.aht_s(channel) for _, channel in case.SHARES])[:, None]
    opened = open_intervals(centre, grid)
    forecast = Forecast(grid, centre.queue_ids, mean, np.repeat(mean[None], len(LEVELS), axis=0), aht, opened)
    requirement = require(centre, forecast, today_fcr={}, backlog={})
    mix = {name: float(count) for name, count in case.CONTRACTS.items()}
    return Clones(centre, requirement, groups, mix, case.HOURLY_COST, seed)


def of_drawn(drawn: Case, seed: int = 1) -> Clones:
    """Take a drawn centre's volume, targets, prices and mix of contracts; each contract has one length of shift."""
    found = draw(drawn)
    centre, agents = found.folder.centre, found.folder.agents
    mix: dict[str, float] = dict.fromkeys((contract.id for contract in centre.contracts), 0.0)
    for agent in agents:
        mix[agent.contract] += 1.0
    groups = tuple(
        Group(
            tuple(q.id for q in queues), queues[0].targets[0].mean_wait_s or 0.0, queues[0].targets[0].abandonment or 0
        )
        for name in sorted({queue.id.split("-")[0] for queue in centre.queues})
        if (queues := [queue for queue in centre.queues if queue.id.split("-")[0] == name])
    )
    centre = centre.model_copy(update={"contracts": tuple(_one_shift(contract) for contract in centre.contracts)})
    hourly = float(np.mean([agent.hourly_cost for agent in agents]))
    return Clones(centre, found.requirement, groups, mix, round(hourly, 2), seed)


def _one_shift(contract: Contract) -> Contract:
    """Return a contract with the fewest of its days, and shifts of the middle of their lengths."""
    days = int(contract.days_per_week.min)
    hours = (contract.shift_hours.min + contract.shift_hours.max) / 2
    return contract.model_copy(
        update={
            "days_per_week": Limits(min=days, max=days),
            "shift_hours": Limits(min=hours, max=hours),
            "weekly_hours": Limits(min=days * hours, max=days * hours),
        }
    )


def expected_volume(grid: IntervalGrid) -> Floats:
    """Return the reference case's expected contacts per queue and interval."""
    hour = np.array(case.HOUR_PERCENT) / 100.0
    of_hour = np.zeros(24)
    of_hour[case.OPENS : case.CLOSES] = hour
    a_step = of_hour[grid.minute_of_day // 60] * grid.step_minutes / 60.0
    total = case.CONTACTS_A_DAY * np.array(case.WEEKDAY_FACTORS)[grid.weekday] * a_step
    shares = np.array(list(case.SHARES.values()))
    return np.asarray(shares[:, None] * total[None, :])

"""Many plain scenarios at once: volume, handle time, patience and deflection multiplied, everything else as it is.

Each queue is followed through all worlds in one compiled pass that adds its days up on the way. Scenarios that change
more, and measures that hang on deferred work, are answered one by one (`formula.py`), with the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from capacity.batch_lines import days_of_line
from capacity.chat import agent_speeds
from capacity.interval import patience_of
from capacity.live_lines import PLACES
from capacity.roster_service import threshold
from domain.history import Floats
from domain.scenario import Prices, Scenario
from planning.whatif.base import Base
from planning.whatif.figures import MEASURES

BATCHED = ("mean_wait_s", "service_level", "abandonment")
"""Rates that may be worked out for many worlds at once."""


def plain(base: Base, scenario: Scenario) -> bool:
    """Tell whether a scenario multiplies alone, and leaves how people share their time as it is."""
    if (
        scenario.absence is not None
        or scenario.outage
        or scenario.mix
        or scenario.elastic is not None
        or scenario.fcr
        or scenario.target
        or scenario.prices != Prices()
    ):
        return False
    queues = base.world.folder.centre.queues
    live = [queues[q] for q in base.windows.live.tolist() if base.load[q].any()]
    work = [np.prod(factors(base, scenario, queue.id)[:2]) for queue in live]
    return (
        all(queue.patience_s is not None for queue in live)
        and bool(np.allclose(work, work[:1], rtol=1e-12))
        and (not work or work[0] > 0)
    )


def factors(base: Base, scenario: Scenario, name: str) -> tuple[float, float, float]:
    """Return the factors on a queue's volume, handle time and patience."""
    queue = base.world.folder.centre.queue(name)
    deflection = scenario.of("deflection", name, queue.deflection)
    volume = scenario.of("volume", name, 1.0) * (1.0 - deflection) / (1.0 - queue.deflection)
    aht = scenario.of("aht", name, 1.0)
    if (deflection > 0) != (queue.deflection > 0):
        aht *= queue.deflected_aht_factor if deflection > 0 else 1.0 / queue.deflected_aht_factor
    return volume, aht, scenario.of("patience", name, 1.0)


def figures_of(base: Base, scenarios: Sequence[Scenario], rates: Sequence[str], cores: int) -> Floats:
    """Return the figures of plain scenarios, shape (scenarios, measures, queues and all, spans).

    Parameters
    ----------
    base : Base
    scenarios : sequence of Scenario
        Each `plain`.
    rates : sequence of str
        Of ``BATCHED``; the others are NaN.
    cores : int
        Threads.
    """
    windows, centre = base.windows, base.world.folder.centre
    names, days = windows.queues[:-1], len(windows.days)
    found = np.full((len(scenarios), len(MEASURES), len(windows.queues), len(windows.spans)), np.nan)
    change = np.array([[factors(base, each, name) for name in names] for each in scenarios])
    sums = change[:, :, 0, None] * windows.sums(base.need.volume)[None]
    found[:, 0, :-1], found[:, 0, -1] = sums, sums.sum(axis=1)
    above = np.zeros((len(scenarios), len(rates), len(windows.queues), days))
    below = np.zeros_like(above)
    places = np.array([PLACES[rate] for rate in rates])
    step = 60.0 / base.world.requirement.grid.step_minutes

    def follow(q: int) -> None:
        queue, team = centre.queues[q], base.team
        open_ = base.need.volume[q] > 0
        worths = np.stack([base.fitted.get(rate, np.ones_like(base.need.volume))[q] for rate in rates])
        seats = np.where(base.need.worked[q], team.seats[q], 0.0) * team.pooling[q]
        above[:, :, q], below[:, :, q] = days_of_line(
            np.ascontiguousarray(change[:, q]),
            base.need.volume[q, open_],
            (base.need.volume[q] * step * team.pooling[q])[open_],
            base.need.aht_s[q, open_],
            seats[open_],
            np.maximum(1.0 - team.spread[q], 0.0)[open_],
            worths[:, open_],
            places,
            windows.day_of[open_],
            days,
            patience_of(queue.patience_s),
            threshold(queue),
            agent_speeds(queue.concurrency, queue.slowdowns()),
        )

    live = [q for q in windows.live.tolist() if rates]
    with ThreadPoolExecutor(max(cores, 1)) as threads:
        list(threads.map(follow, live))
    above[:, :, -1], below[:, :, -1] = above[:, :, live].sum(axis=2), below[:, :, live].sum(axis=2)
    above, below = windows.with_weeks(above), windows.with_weeks(below)
    for m, rate in enumerate(rates):
        out = found[:, MEASURES.index(rate)]
        np.divide(above[:, m], below[:, m], out=out, where=below[:, m] > 0)
    return found

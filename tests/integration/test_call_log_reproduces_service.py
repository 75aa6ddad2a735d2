"""The staff inferred from a real log, put through a plain queue, gives back the service the log shows."""

import heapq
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.grid import IntervalGrid
from planning.call_log.calls import ABANDONED
from planning.call_log.observed import arrivals_of, observed_service, read_observed
from planning.call_log.patience import patience_of

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("SEATWISE_DATA", ROOT / ".." / "shared" / "data"))
LOG = DATA / "anonymous_bank_1999" / "calls_1999_02.csv"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not LOG.is_file(), reason="the Anonymous Bank log is not there (SEATWISE_DATA)"),
]


def play(arrivals, spells, serves):
    """First come first served over all queues; the longest idle agent that serves the queue takes it.

    ``spells[agent]`` are (from, to) minutes in which the agent takes contacts; one begun is finished.
    Returns waits in minutes and who was answered.
    """
    events = [(t, 1, i) for i, t in enumerate(arrivals.minute)]
    events += [(low, 0, k) for k, found in enumerate(spells) for low, _ in found]
    heapq.heapify(events)
    idle, waiting = {}, {}
    busy = np.full(len(spells), -np.inf)
    wait = np.full(len(arrivals.minute), np.nan)
    answered = np.zeros(len(wait), dtype=bool)

    def ready(k, t):
        return any(low <= t < high for low, high in spells[k])

    def take(k, i, t):
        wait[i], answered[i], busy[k] = t - arrivals.minute[i], True, t + arrivals.handle_s[i] / 60
        heapq.heappush(events, (busy[k], 0, k))

    while events:
        t, kind, x = heapq.heappop(events)
        if kind == 0 and busy[x] <= t and ready(x, t) and x not in idle:
            mine = [i for i in waiting if serves[x, arrivals.queue[i]]]
            if mine:
                waiting.pop(mine[0])
                take(x, mine[0], t)
            else:
                idle[x] = t
        elif kind == 1:
            for k in [k for k in idle if not ready(k, t)]:
                del idle[k]
            able = [k for k in idle if serves[k, arrivals.queue[x]]]
            if able:
                del idle[able[0]]
                take(able[0], x, t)
            else:
                waiting[x] = t
                heapq.heappush(events, (t + arrivals.patience_s[x] / 60, 2, x))
        elif kind == 2 and x in waiting:
            wait[x] = t - waiting.pop(x)
    return wait, answered


def replay(observed, patience_s, seed):
    """Return the simulated share answered within 20 s of each day with contacts."""
    rng = np.random.default_rng(seed)
    names = sorted({spell.agent for spell in observed.spells})
    queues = observed.calls.queues
    serves = np.zeros((len(names), len(queues)), dtype=bool)
    by_day = defaultdict(lambda: [[] for _ in names])
    for spell in observed.spells:
        k = names.index(spell.agent)
        serves[k, [queues.index(queue) for queue in spell.queues]] = True
        day = pd.Timestamp(spell.start).tz_convert(observed.calls.zone).date()
        by_day[day][k].append((spell.start, spell.end))
    shares = {}
    for day, agents in sorted(by_day.items()):
        grid = IntervalGrid.of_days(day, 1, observed.calls.zone, 30)
        minutes = [[(grid.minutes_at(a), grid.minutes_at(b)) for a, b in found] for found in agents]
        wait, answered = play(arrivals_of(observed.calls, grid, patience_s, rng), minutes, serves)
        shares[str(day)] = float((answered & (wait * 60 <= 20)).mean())
    return pd.Series(shares)


def test_inferred_staff_gives_back_the_share_answered_in_20_s():
    """Over 28 days no bias beyond 1.5 points, 2-3 points on a typical day, under 9 on the worst."""
    observed = read_observed(LOG, ROOT / "benchmarks" / "anonymous_bank.toml")
    calls = observed.calls
    table = observed_service(calls, 20).query("queue == 'all'").set_index("date")
    patience = np.array(
        [
            patience_of(calls.wait_s[calls.queue == q], calls.outcome[calls.queue == q] == ABANDONED).mean_s
            for q in range(len(calls.queues))
        ]
    )
    simulated = sum(replay(observed, patience, seed) for seed in (1, 2)) / 2
    error = simulated - table["service_level"].loc[simulated.index]
    assert len(error) == 28
    assert abs(error.mean()) < 0.015
    assert error.abs().mean() < 0.03
    assert error.abs().max() < 0.09

"""Agents who carry several contacts at once, each slower the more they carry.

Contacts go to the least loaded agent and so are spread almost evenly: one birth-death chain over the number
in the centre describes them all. It ends where every agent is full; from there on the tail is that of
`capacity.palm`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from capacity.erlang import inverse_blocking, inverse_blocking_below_one
from domain.history import Floats

_NEGLIGIBLE = 1e-17
_HUGE = 1e200


def agent_speeds(concurrency: int, slowdown: Sequence[float]) -> Floats:
    """Return the completion rate of an agent who carries 0, 1, .., concurrency contacts, times the AHT.

    Parameters
    ----------
    concurrency : int
        Contacts an agent carries at most.
    slowdown : sequence of float
        Elapsed time of a contact while 1, 2, .. are carried, over the AHT; the last one repeats.

    Returns
    -------
    float array, shape (concurrency + 1,)
        j / slowdown[j - 1] at j.

    Raises
    ------
    ValueError
        If concurrency is no whole number from 1, or a slowdown not above 0 and finite.
    """
    if not (1 <= concurrency < math.inf and concurrency == int(concurrency)):
        raise ValueError(f"concurrency is a whole number from 1, not {concurrency}")
    given = tuple(slowdown) or (1.0,)
    if not all(0.0 < factor < math.inf for factor in given):
        raise ValueError(f"each slowdown is above 0 and finite, not {given}")
    factors = [given[min(j, len(given) - 1)] for j in range(int(concurrency))]
    return np.array([0.0, *((j + 1) / factor for j, factor in enumerate(factors))])


@njit(cache=True, error_model="numpy")
def unevenness(agents: float) -> float:
    """Return the variance of contacts an agent carries when all could carry the same whole number.

    Departures unsettle what the routing evens out. Fitted to exact chains over the loads of 2 to 16 agents
    who carry up to three contacts (0.21 to 0.37 there); none for a single agent.
    """
    if agents <= 1.0:
        return 0.0
    return float(0.33 * (1.0 - 1.0 / (agents * agents)) / math.sqrt(1.0 + agents / 30.0))


@njit(cache=True, error_model="numpy")
def speed_at(carried: float, speeds: Floats, agents: float, uneven: float) -> float:
    """Return an agent's mean speed where each of ``agents`` carries a real number of contacts on average.

    Linear between whole numbers, less what an uneven spread loses (or gains) where the speeds bend: half the
    variance times the bend at the whole numbers on either side, fading with the square of the distance. A
    single contact is always alone.
    """
    j = min(int(carried), speeds.size - 2)
    part = carried - j
    step = speeds[j + 1] - speeds[j]
    bent = 0.0
    if uneven > 0.0:
        if j > 0:
            bent += (step - (speeds[j] - speeds[j - 1])) * (1.0 - part) * (1.0 - part)
        if j < speeds.size - 2:
            near = part if j > 0 else max(carried * agents - 1.0, 0.0) / (agents - 1.0)
            bent += (speeds[j + 2] - speeds[j + 1] - step) * near * near
    return float(speeds[j] + part * step + 0.5 * uneven * bent)


@njit(cache=True, error_model="numpy")
def below_full(load: float, agents: float, speeds: Floats, even: bool) -> tuple[float, float]:
    """Weigh the states in which somebody has room against the one in which all are just full.

    Parameters
    ----------
    load : float
        Arrival rate x AHT.
    agents : float
        Real, above 0.
    speeds : float array
        From `agent_speeds`.
    even : bool
        Take the spread over agents for perfectly even.

    Returns
    -------
    below : float
        Probability of those states over that of the full one; infinite beyond 1e200.
    carried : float
        Mean number of contacts carried in those states.

    Notes
    -----
    1. All are full at m = n c contacts; k contacts leave at the total rate n s(k / n) / AHT, s being
       `speed_at`.
    2. From m the chain is followed down to m - 1, m - 2, .. as in Erlang B with real-valued agents:
       J(k) = (n s(k / n) / load) (1 + J(k - 1)), where J = I - 1.
    3. Below one contact J is Erlang's at a = load x slowdown[0], scaled by the speed relative to one contact
       an agent.
    """
    single = load / speeds[1]
    if speeds.size == 2:
        below = inverse_blocking(agents, single) - 1.0
        return below, single - agents / below if below > 0.0 else 0.0
    uneven = 0.0 if even else unevenness(agents)
    rising = True
    for j in range(1, speeds.size - 1):
        rising = rising and speeds[j + 1] >= speeds[j]
    k = agents * (speeds.size - 1)
    term = 1.0
    below = 0.0
    carried = 0.0
    overflown = False
    while k >= 1.0:
        term *= agents * speed_at(k / agents, speeds, agents, uneven) / load
        k -= 1.0
        below += term
        carried += term * k
        # Only while rates fall on the way down do small terms stay small.
        if rising and term < _NEGLIGIBLE * below:
            k = -1.0
        elif below > _HUGE:
            overflown = True
            term /= _HUGE
            below /= _HUGE
            carried /= _HUGE
    if k > 0.0:
        start = inverse_blocking_below_one(k, single) - 1.0
        pace = agents * speed_at(k / agents, speeds, agents, uneven) / (k * speeds[1])
        below += term * pace * start
        carried += term * pace * (single * start - k)
    mean = carried / below if below > 0.0 else 0.0
    return (math.inf if overflown else below), mean

"""What happens once every agent is full: the wait of M/M/n+M (Palm, "Erlang A") and of M/M/n.

While anyone waits, contacts leave the agents at one constant rate, whatever the channel. So the same tail
closes the formulas of calls and of chats.
"""

from __future__ import annotations

import math

from numba import njit

_NEGLIGIBLE = 1e-17
_CERTAIN = 40.0
_NO_ROOM = 1e-12


@njit(cache=True, error_model="numpy")
def palm_series(x: float, y: float) -> tuple[float, float, float]:
    """Sum Palm's series A(x, y) = sum over j >= 0 of t_j, with t_j = y^j / ((x + 1) .. (x + j)).

    Parameters
    ----------
    x : float
        Completion rate of full agents x patience.
    y : float
        Arrival rate x patience.

    Returns
    -------
    log_a : float
        Logarithm of A.
    queueing : float
        (A - 1) / A.
    queue : float
        Sum of j t_j over A, the mean number waiting while all agents are full.

    Notes
    -----
    A = x e^y y^-x gamma(x, y). Well above capacity the incomplete gamma function is complete up to e^-40, and
    Stirling's formula replaces a series whose terms would overflow. The identity
    x (A - 1) + sum j t_j = y A gives the mean queue there; below capacity it would cancel, so the positive
    terms are summed.
    """
    if y > x:
        excess = y - x
        if x > 0.0:
            excess -= x * math.log1p((y - x) / x)
        if excess > _CERTAIN:
            if x < 20.0:
                log_a = math.lgamma(x + 1.0) + y - (x * math.log(y) if x > 0.0 else 0.0)
            else:
                square = 1.0 / (x * x)
                correction = (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0)) / x
                log_a = 0.5 * math.log(2.0 * math.pi * x) + correction + excess
            queueing = -math.expm1(-log_a)
            return log_a, queueing, y - x * queueing
    term = 1.0
    above = 0.0
    queue = 0.0
    j = 0.0
    while True:
        j += 1.0
        ratio = y / (x + j)
        term *= ratio
        above += term
        queue += j * term
        room = 1.0 - ratio
        if room > 0.0 and j * term * ratio <= _NEGLIGIBLE * queue * room * room:
            break
    total = 1.0 + above
    return math.log(total), above / total, queue / total


@njit(cache=True, error_model="numpy")
def impatient(
    below: float, rate: float, full_rate: float, patience: float, within: float
) -> tuple[float, float, float, float]:
    """Return P(wait), mean wait, P(abandon) and service level where customers lose patience.

    Parameters
    ----------
    below : float
        Probability of the states in which someone is free, over that of the state in which all are just
        full: I - 1 of Erlang's formulas.
    rate, full_rate : float
        Arrivals and, while all agents are full, completions per second.
    patience : float
        Mean of the exponential patience, seconds.
    within : float
        Threshold of the service level, seconds.

    Notes
    -----
    The wait V of a customer of endless patience has density proportional to
    exp(y (1 - e^(-w / patience)) - full_rate w) for w > 0, hence for z = y e^(-T / patience) and
    E = exp(y - z - x T / patience)

        P(V > T | V > 0) = E A(x, z) / A(x, y)
        P(answered within T | V > 0) = (x / y) ((A(x, y) - 1) - E (A(x, z) - 1)) / A(x, y).
    """
    x = full_rate * patience
    y = rate * patience
    log_a, queueing, queue = palm_series(x, y)
    p_wait = 1.0 / (1.0 + below * math.exp(-log_a))
    wait = p_wait * queue / rate
    abandonment = min(wait / patience, 1.0)
    answered = 0.0
    if within > 0.0:
        faded = within / patience
        z = y * math.exp(-faded)
        log_late, late_queueing, _ = palm_series(x, z)
        log_e = -y * math.expm1(-faded) - full_rate * within
        late = math.exp(min(log_e + log_late - log_a, 0.0)) * late_queueing
        answered = max(x / y * (queueing - late), 0.0)
    level = min(1.0 - p_wait * (1.0 - min(answered, 1.0)), 1.0)
    return p_wait, wait, abandonment, level


@njit(cache=True, error_model="numpy")
def patient(below: float, rate: float, full_rate: float, within: float) -> tuple[float, float, float, float]:
    """Return P(wait), mean wait, P(abandon) and service level where everyone waits.

    Parameters are those of `impatient`. At or beyond capacity the wait is unbounded: infinite, and nobody is
    answered in time.
    """
    room = full_rate - rate
    if room <= _NO_ROOM * full_rate:
        return 1.0, math.inf, 0.0, 0.0
    p_wait = 1.0 / (1.0 + below * (room / full_rate))
    return p_wait, p_wait / room, 0.0, 1.0 - p_wait * math.exp(-room * within)

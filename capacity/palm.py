"""What happens once every agent is full: the wait of M/M/n+M (Palm, "Erlang A") and of M/M/n.

While anyone waits, contacts leave the agents at one constant rate, whatever the channel. So the same tail
closes the formulas of calls and of chats.
"""

from __future__ import annotations

import math

from numba import njit

_NEGLIGIBLE = 1e-14
"""What is left of a series where it is cut, as a share of its sum."""
_CERTAIN = 40.0
_NO_ROOM = 1e-12


@njit(cache=True, error_model="numpy")
def _terms(x: float, y: float, fading: float) -> tuple[float, float, float]:
    """Return sum t_j, sum j t_j and sum t_j fading^j over j >= 1; the last is A(x, fading y) - 1 by the same terms."""
    term = 1.0
    above = queue = faded = 0.0
    power = fading
    fading_2 = fading * fading
    fading_4 = fading_2 * fading_2
    j = 0.0
    while True:
        # Four terms for each division, as products of their ratios.
        x_1 = x + j + 1.0
        x_2 = x_1 + 1.0
        x_3 = x_2 + 1.0
        x_4 = x_3 + 1.0
        front, back = x_1 * x_2, x_3 * x_4
        each = y / (front * back)
        back *= each
        front *= each
        ratio = front * x_3
        r_1 = x_2 * back
        r_2 = r_1 * (x_1 * back)
        r_3 = r_2 * (front * x_4)
        t_1, t_2, t_3 = term * r_1, term * r_2, term * r_3
        term *= r_3 * ratio
        above += (t_1 + t_2) + (t_3 + term)
        queue += ((j + 1.0) * t_1 + (j + 2.0) * t_2) + ((j + 3.0) * t_3 + (j + 4.0) * term)
        faded += power * ((t_1 + fading * t_2) + fading_2 * (t_3 + fading * term))
        power *= fading_4
        j += 4.0
        room = 1.0 - ratio
        if room > 0.0 and j * term * ratio <= _NEGLIGIBLE * queue * room * room:
            return above, queue, faded


@njit(cache=True, error_model="numpy")
def _excess(x: float, y: float) -> float:
    """Return log of A over its size at capacity: how far above capacity the incomplete gamma function is complete."""
    if y <= x:
        return 0.0
    return y - x - x * math.log1p((y - x) / x) if x > 0.0 else y


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
    excess = _excess(x, y)
    if excess > _CERTAIN:
        if x < 20.0:
            log_a = math.lgamma(x + 1.0) + y - (x * math.log(y) if x > 0.0 else 0.0)
        else:
            square = 1.0 / (x * x)
            correction = (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0)) / x
            log_a = 0.5 * math.log(2.0 * math.pi * x) + correction + excess
        queueing = -math.expm1(-log_a)
        return log_a, queueing, y - x * queueing
    above, queue, _ = _terms(x, y, 0.0)
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
    faded = within / patience
    loss = math.expm1(-faded)
    if _excess(x, y) > _CERTAIN:
        log_a, queueing, queue = palm_series(x, y)
        p_wait = 1.0 / (1.0 + below * math.exp(-log_a))
        log_late, late_queueing, _ = palm_series(x, y * (1.0 + loss))
        late = math.exp(min(log_late - y * loss - full_rate * within - log_a, 0.0)) * late_queueing
    else:
        # both series from the same terms
        above, queue, late = _terms(x, y, 1.0 + loss)
        share = 1.0 / (1.0 + above)
        queueing = above * share
        queue *= share
        p_wait = 1.0 / (1.0 + below * share)
        late *= share * math.exp(-y * loss - full_rate * within)
    wait = p_wait * queue / rate
    abandonment = min(wait / patience, 1.0)
    answered = max(x / y * (queueing - late), 0.0) if within > 0.0 else 0.0
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

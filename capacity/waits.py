"""What waits are made of: answered in time, gone early, late, and the wait of those answered."""

from __future__ import annotations

import math

from numba import njit

from capacity.chat import below_full
from capacity.palm import palm_series, patient
from domain.history import Floats


@njit(cache=True, error_model="numpy")
def _log_less_digamma(z: float) -> float:
    """Return log z - psi(z), from 10 on by Stirling's series to 1e-16."""
    shift = 0.0
    start = z
    while z < 10.0:
        shift += 1.0 / z
        z += 1.0
    square = 1.0 / (z * z)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return float(math.log(start / z) + shift + 0.5 / z + series)


@njit(cache=True, error_model="numpy")
def answered_wait(x: float, y: float) -> float:
    """Return the mean wait of those who wait and are answered, over the mean patience.

    Parameters are those of `capacity.palm.palm_series`.

    Notes
    -----
    With J(x) = int_0^1 e^(y (1 - u)) u^(x - 1) du = A(x, y) / x, it is -d log J(x + 1) / dx: of
    J(x + 1) = sum over j of u_j / (x + 1) each term falls with x by its sum over i = 0..j of 1 / (x + 1 + i), so the
    terms stay positive. Well above capacity J is a gamma function, and its derivative log y - psi(x + 1).
    """
    first = x + 1.0
    if y > first and y - first - first * math.log1p((y - first) / first) > 40.0:
        return math.log1p((y - first) / first) + _log_less_digamma(first)
    term = 1.0
    falls = 1.0 / first
    total = 1.0
    weighed = falls
    j = 0.0
    while True:
        j += 1.0
        ratio = y / (first + j)
        term *= ratio
        falls += 1.0 / (first + j)
        total += term
        weighed += term * falls
        room = 1.0 - ratio
        if room > 0.0 and (j + 1.0) * term * ratio <= 1e-17 * total * room * room:
            break
    return weighed / total


@njit(cache=True, error_model="numpy")
def _within(
    full_rate: float, patience: float, x: float, y: float, log_a: float, queueing: float, within: float
) -> tuple[float, float]:
    """Return P(V > T) and P(answered within T), both of those who wait."""
    if within <= 0.0:
        return 1.0, 0.0
    faded = within / patience
    log_late, late_queueing, _ = palm_series(x, y * math.exp(-faded))
    log_e = -y * math.expm1(-faded) - full_rate * within
    late = math.exp(min(log_e + log_late - log_a, 0.0))
    return late, min(max(x / y * (queueing - late * late_queueing), 0.0), 1.0)


@njit(cache=True, error_model="numpy")
def waits_below(
    below: float, rate: float, full_rate: float, patience: float, within: float, early: float
) -> tuple[float, float, float, float, float, float]:
    """Return what `waits` does, from the weight of the states in which someone is free (`capacity.palm.impatient`)."""
    if math.isinf(patience):
        waiting, wait, _, level = patient(below, rate, full_rate, within)
        return waiting, level, 0.0, 1.0 - level, 0.0, wait
    x = full_rate * patience
    y = rate * patience
    log_a, queueing, queue = palm_series(x, y)
    waiting = 1.0 / (1.0 + below * math.exp(-log_a))
    lost = min(waiting * queue / y, 1.0)
    late, answered = _within(full_rate, patience, x, y, log_a, queueing, within)
    before, in_time = late, answered
    if early != within:
        before, in_time = _within(full_rate, patience, x, y, log_a, queueing, early)
    gone = max(1.0 - before * math.exp(-early / patience) - in_time, 0.0)
    waited = waiting * x / y * queueing
    speed = waited * patience * answered_wait(x, y) / (1.0 - waiting + waited)
    return waiting, 1.0 - waiting * (1.0 - answered), waiting * gone, waiting * late, lost, speed


@njit(cache=True, error_model="numpy")
def waits(
    rate: float, aht: float, agents: float, patience: float, within: float, early: float, speeds: Floats
) -> tuple[float, float, float, float, float, float]:
    """Return what every definition is made of, as shares of offered.

    Parameters
    ----------
    rate, aht, agents, patience, within, speeds
        As in `capacity.interval.service`.
    early : float
        Seconds within which an abandoned contact counts as early.

    Returns
    -------
    waiting, in_time, early, late, lost : float
        P(wait), answered within T, abandoned within ``early``, P(V > T), abandoned.
    speed : float
        Mean wait of those answered; infinite where it is unbounded, NaN where nobody is.
    """
    if agents <= 0.0:
        if math.isinf(patience):
            return 1.0, 0.0, 0.0, 1.0, 0.0, math.inf
        return 1.0, 0.0, -math.expm1(-early / patience), 1.0, 1.0, math.nan
    full_rate = agents * speeds[-1] / aht
    if math.isinf(patience) and full_rate <= rate:
        return 1.0, 0.0, 0.0, 1.0, 0.0, math.inf
    below, _ = below_full(rate * aht, agents, speeds, False)
    return waits_below(below, rate, full_rate, patience, within, early)

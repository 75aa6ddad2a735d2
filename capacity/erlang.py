"""Erlang B and C for a real number of agents.

Every formula here rests on I, the inverse of the blocking probability. I is a sum of positive terms, so it
keeps full precision where factorials overflow and where 1 - B would cancel.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from domain.history import Floats

_NEGLIGIBLE = 1e-17
_HUGE = 1e290


@njit(cache=True, error_model="numpy")
def inverse_blocking_below_one(agents: float, load: float) -> float:
    """Return I(f) = e^a a^-f Gamma(1 + f, a) for 0 <= f < 1."""
    if agents == 0.0:
        return 1.0
    if load < 2.0:
        # Lower incomplete gamma by its series; below 2 Erlang the difference loses less than a digit.
        term = 1.0 / (1.0 + agents)
        total = term
        k = 1.0
        while term > _NEGLIGIBLE * total:
            k += 1.0
            term *= load / (k + agents)
            total += term
        whole = math.exp(load) * load ** (-agents) * math.gamma(1.0 + agents)
        return float(whole - load * total)
    # Legendre's continued fraction for the upper one, by Lentz' method: e^a a^-s Gamma(s, a).
    b = load - agents
    c = 1e300
    d = 1.0 / b
    fraction = d
    for i in range(1, 500):
        numerator = -i * (i - 1.0 - agents)
        b += 2.0
        d = 1.0 / (numerator * d + b)
        c = b + numerator / c
        fraction *= c * d
        if abs(c * d - 1.0) < 2e-16:
            break
    return float(load * fraction)


@njit(cache=True, error_model="numpy")
def inverse_blocking(agents: float, load: float) -> float:
    """Return I(n) = 1 / B(n, a); infinite where B is below 1e-290."""
    total = 0.0
    term = 1.0
    k = agents
    while k >= 1.0:
        total += term
        term *= k / load
        k -= 1.0
        if term < _NEGLIGIBLE * total:
            return total
        if total > _HUGE:
            return math.inf
    return total + term * inverse_blocking_below_one(k, load)


@njit(cache=True, error_model="numpy")
def _blocking(agents: Floats, load: Floats, delay: bool) -> Floats:
    out = np.empty(agents.size)
    for i in range(agents.size):
        n, a = agents[i], load[i]
        if not (n >= 0.0 and a >= 0.0):
            out[i] = np.nan
        elif delay and n <= a:
            out[i] = 1.0
        elif a == 0.0:
            out[i] = 1.0 if n == 0.0 else 0.0
        elif delay:
            out[i] = 1.0 / (1.0 + (inverse_blocking(n, a) - 1.0) * (1.0 - a / n))
        else:
            out[i] = 1.0 / inverse_blocking(n, a)
    return out


def _broadcast(agents: ArrayLike, load: ArrayLike, delay: bool) -> Floats:
    n, a = np.broadcast_arrays(np.asarray(agents, np.float64), np.asarray(load, np.float64))
    return np.asarray(_blocking(n.ravel(), a.ravel(), delay), np.float64).reshape(n.shape)


def erlang_b(agents: ArrayLike, load: ArrayLike) -> Floats:
    """Return the share of contacts that find every agent busy and are lost.

    Parameters
    ----------
    agents : array_like
        Number of agents, real, at least 0.
    load : array_like
        Offered load in Erlang (arrival rate x handle time); broadcast against ``agents``.

    Returns
    -------
    float array
        B(n, a), of the broadcast shape; NaN where an argument is negative or NaN.

    Notes
    -----
    1. I(n) = 1 / B(n, a) = a int_0^inf e^(-a t) (1 + t)^n dt obeys I(n) = 1 + (n / a) I(n - 1).
    2. The recursion is unrolled downward into a sum of positive terms, which ends once a term is below 1e-17
       of the sum, after about 9 sqrt(a) terms.
    3. Where it reaches 0 <= f < 1, I(f) comes from the incomplete gamma function.

    References
    ----------
    .. [1] D. L. Jagerman, "Some properties of the Erlang loss function", Bell System Technical Journal 53,
       1974.
    """
    return _broadcast(agents, load, False)


def erlang_c(agents: ArrayLike, load: ArrayLike) -> Floats:
    """Return the share of contacts that wait where nobody abandons.

    Parameters
    ----------
    agents, load : array_like
        As in `erlang_b`.

    Returns
    -------
    float array
        C(n, a) = 1 / (I (1 - a / n) + a / n); 1 where ``agents`` do not exceed ``load``.
    """
    return _broadcast(agents, load, True)

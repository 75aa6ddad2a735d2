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
_CONVERGED = 96.0
_ENDLESS = 1e12

_RECIPROCAL_GAMMA = np.array(
    [
        (1.0, 0.5772156649015328606),
        (-0.6558780715202538811, -0.04200263503409523553),
        (0.1665386113822914895, -0.04219773455554433675),
        (-0.009621971527876973562, 0.007218943246663099542),
        (-0.001165167591859065112, -0.0002152416741149509728),
        (0.0001280502823881161862, -0.00002013485478078823866),
        (-1.250493482142670657e-6, 1.133027231981695882e-6),
        (-2.056338416977607103e-7, 6.116095104481415818e-9),
        (5.00200764446922293e-9, -1.181274570487020145e-9),
        (1.04342671169110051e-10, 7.782263439905071254e-12),
        (-3.696805618642205708e-12, 5.100370287454475979e-13),
        (-2.058326053566506783e-14, -5.348122539423017982e-15),
        (1.22677862823826079e-15, -1.18125930169745877e-16),
    ]
)
"""Taylor coefficients of 1 / Gamma(1 + f), even and odd: Abramowitz and Stegun 6.1.34, to more digits."""


@njit(cache=True, error_model="numpy")
def _gamma(f: float) -> float:
    """Return Gamma(1 + f) for 0 <= f <= 1."""
    square = f * f
    even = odd = 0.0
    for k in range(_RECIPROCAL_GAMMA.shape[0] - 1, -1, -1):
        even = even * square + _RECIPROCAL_GAMMA[k, 0]
        odd = odd * square + _RECIPROCAL_GAMMA[k, 1]
    return float(1.0 / (even + f * odd))


@njit(cache=True, error_model="numpy")
def inverse_blocking_below_one(agents: float, load: float) -> float:
    """Return I(f) = e^a a^-f Gamma(1 + f, a) for 0 <= f < 1."""
    if agents == 0.0:
        return 1.0
    if load < 2.5:
        # Lower incomplete gamma by its series; below 2.5 Erlang the difference loses about a digit.
        first = 1.0 + agents
        term = 1.0 / first
        total = term
        while True:
            # two terms for each division
            second, third = first + 1.0, first + 2.0
            each = load / (second * third)
            odd = term * (each * third)
            term = odd * (each * second)
            total += odd + term
            first = third
            if term < _NEGLIGIBLE * total:
                break
        whole = math.exp(load - agents * math.log(load)) * _gamma(agents)
        return float(whole - load * total)
    # Legendre's continued fraction for the upper one, e^a a^-s Gamma(s, a), as a ratio of two recurrences: no step
    # divides. Its error falls as e^(-4 sqrt(a steps)); the steps below leave 1e-17, and no number beyond 1e150.
    b = load - agents
    above, before = 1.0, 0.0
    under, under_before = b, 1.0
    steps = int(_CONVERGED / load) + 6
    for i in range(1, steps):
        numerator = -i * (i - 1.0 - agents)
        b += 2.0
        above, before = b * above + numerator * before, above
        under, under_before = b * under + numerator * under_before, under
    return float(load * (above / under))


@njit(cache=True, error_model="numpy")
def inverse_blocking(agents: float, load: float) -> float:
    """Return I(n) = 1 / B(n, a); infinite where B is below 1e-290."""
    total = 0.0
    term = 1.0
    k = agents
    each = 1.0 / load
    while k >= 4.0:
        # four terms at a time
        c_1 = k * each
        c_2 = c_1 * ((k - 1.0) * each)
        c_3 = c_2 * ((k - 2.0) * each)
        total += term * ((1.0 + c_1) + (c_2 + c_3))
        term *= c_3 * ((k - 3.0) * each)
        k -= 4.0
        if term < _NEGLIGIBLE * total:
            return total
        if total > _HUGE:
            return math.inf
    while k >= 1.0:
        total += term
        term *= k * each
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
        if not (0.0 <= n < _ENDLESS and a >= 0.0):
            out[i] = np.nan
        elif delay and n <= a:
            out[i] = 1.0
        elif a >= _ENDLESS:
            # everybody is always busy; nearer than half the load the sum would take too long
            out[i] = 1.0 - n / a if 2.0 * n <= a else np.nan
        elif a == 0.0:
            out[i] = 1.0 if n == 0.0 else 0.0
        elif delay:
            out[i] = 1.0 / (1.0 + (inverse_blocking(n, a) - 1.0) * (1.0 - a / n))
        else:
            out[i] = min(1.0 / inverse_blocking(n, a), 1.0)
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
        B(n, a), of the broadcast shape; NaN where an argument is negative or NaN, or agents are beyond 1e12, or a load
        beyond it is not twice the agents.

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

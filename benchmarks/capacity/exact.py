"""Erlang B, C and A at 30 digits, from integrals that share nothing with the formulas they judge.

The number of agents is real, so that sums over states do not serve. Where it is whole, `chain` sums the states of the
birth-death chain itself, and the integrals are held against it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import mpmath as mp

DIGITS = 30
GONE = 80
"""Natural logarithm of how far an integrand has fallen from its peak where it is cut off."""

Real: TypeAlias = Any
"""A number of mpmath, which has no types."""


class Wait(NamedTuple):
    """M/M/n+M: shares of all offered, and the mean wait in handle times."""

    p_wait: Real
    abandonment: Real
    mean_wait: Real
    service_level: Real


def integral(log_f: Callable[[Real], Real], peak: Real, scale: Real, end: Real = mp.inf) -> tuple[Real, Real]:
    """Integrate exp(log_f) from 0 to an end by Gauss-Legendre on pieces that widen away from the peak.

    Parameters
    ----------
    log_f : callable
        Concave.
    peak : mpf
        Where it is largest on [0, end].
    scale : mpf
        Over which it falls by about 1 there.
    end : mpf

    Returns
    -------
    area, top : mpf
        The integral is area x exp(top).
    """
    top = log_f(peak)

    def edges(sign: int) -> list[Real]:
        found: list[Real] = []
        at, step = peak, scale
        while 0 < at + sign * step < end:
            at += sign * step
            found.append(at)
            if log_f(at) - top < -GONE:
                return found
            step *= 1.5
        return [*found, mp.mpf(0) if sign < 0 else end]

    below = edges(-1)[::-1] if peak > 0 else []
    above = edges(1) if peak < end else []
    pieces = [*below, peak, *above]
    return mp.quad(lambda t: mp.exp(log_f(t) - top), pieces, method="gauss-legendre"), top


def inverse_blocking(agents: float, load: float) -> Real:
    """Return 1 / B(n, a) = a int_0^inf e^(-a t) (1 + t)^n dt."""
    with mp.workdps(DIGITS):
        n, a = mp.mpf(agents), mp.mpf(load)
        peak = max(n / a - 1, mp.mpf(0))
        widths = [mp.sqrt(n) / a] if n > 0 else []
        area, top = integral(lambda t: n * mp.log1p(t) - a * t, peak, min(widths + ([1 / (a - n)] if n < a else [])))
        return a * area * mp.exp(top)


def erlang_b(agents: float, load: float) -> Real:
    """Return the share that finds every agent busy and is lost."""
    with mp.workdps(DIGITS):
        return 1 / inverse_blocking(agents, load)


def erlang_c(agents: float, load: float) -> Real:
    """Return the share that waits where nobody leaves; agents exceed the load."""
    with mp.workdps(DIGITS):
        rho = mp.mpf(load) / mp.mpf(agents)
        return 1 / (inverse_blocking(agents, load) * (1 - rho) + rho)


def erlang_a(agents: float, load: float, patience: float, within: float) -> Wait:
    """Return what M/M/n+M gives, patience and threshold in handle times.

    Notes
    -----
    A customer who never left would wait for V > 0 with density proportional to g(u) = exp(y (1 - e^-u) - x u) at
    u = V / patience, where x = n patience and y = a patience. One who leaves is lost with probability 1 - e^-u, and is
    answered within T where u < T / patience and patience lasts, e^-u. The chain's states with all agents busy weigh
    x int g against the full one, the others 1 / B - 1.
    """
    with mp.workdps(DIGITS):
        n, a, mean, late = (mp.mpf(each) for each in (agents, load, patience, within))
        x, y = n * mean, a * mean
        scale = 1 / mp.sqrt(x) if y > x else min([1 / mp.sqrt(y)] + ([1 / (x - y)] if x > y else []))

        def g(u: Real) -> Real:
            return -y * mp.expm1(-u) - x * u

        def peak(rate: Real) -> Real:
            return mp.log(y / rate) if y > rate else mp.mpf(0)

        def share(log_f: Callable[[Real], Real], top_at: Real, end: Real = mp.inf) -> Real:
            area, top = integral(log_f, min(top_at, end), scale, end)
            return area / whole * mp.exp(top - whole_top)

        whole, whole_top = integral(g, peak(x), scale)
        p_wait = 1 / (1 + (inverse_blocking(agents, load) - 1) / (x * whole * mp.exp(whole_top)))
        lost = p_wait * share(lambda u: g(u) + mp.log(-mp.expm1(-u)) if u > 0 else -mp.inf, max(peak(x), scale / 100))
        answered = share(lambda u: g(u) - u, peak(x + 1), late / mean) if late > 0 else 0
        return Wait(p_wait, lost, lost * mean, 1 - p_wait * (1 - answered))


def chain(agents: int, load: float, patience: float) -> tuple[Real, Real]:
    """Return P(wait) and the mean wait by summing the states of the birth-death chain."""
    with mp.workdps(DIGITS):
        a, mean = mp.mpf(load), mp.mpf(patience)
        weight = total = mp.mpf(1)
        waits, queue, k = mp.mpf(0), mp.mpf(0), 0
        while k <= max(agents, a) or weight > mp.mpf(10) ** (-DIGITS - 5) * total:
            k += 1
            weight *= a / (min(k, agents) + max(k - agents, 0) / mean)
            total += weight
            if k >= agents:
                waits += weight
                queue += (k - agents) * weight
        return waits / total, queue / total / a


def service_level(agents: float, load: float, handle_s: float, within_s: float, patience_s: float | None) -> float:
    """Return the share of all offered answered within a threshold; patience None where nobody leaves."""
    if patience_s is not None:
        return float(erlang_a(agents, load, patience_s / handle_s, within_s / handle_s).service_level)
    if agents <= load:
        return 0.0
    return float(1 - erlang_c(agents, load) * mp.exp(-(mp.mpf(agents) - load) * within_s / handle_s))

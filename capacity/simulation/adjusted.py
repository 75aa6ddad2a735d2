"""Ratios over replications whose controls are known: what the regression leaves is their error."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from domain.history import Floats

PER_CONTROL = 3
"""More replications than this there must be for each control; with fewer, the last ones are left out."""

LEAST_OWN = 1e-3
"""A replication that a control exists for alone has no residual, and none is made of rounding errors."""


def regress(above: Floats, below: Floats, controls: Floats) -> tuple[Floats, Floats]:
    """Return ratios of means at controls of 0, and their 95 % half-widths.

    Parameters
    ----------
    above, below : float arrays, shape (replications, measures)
    controls : float array, shape (replications, controls)
        Each of mean 0.

    Returns
    -------
    value, half : float arrays, shape (measures,)
        NaN where nothing was offered; half-widths too, where there are too few replications.

    Notes
    -----
    Numerator and denominator are each regressed on the controls; at controls of 0 they are intercepts N and D, and
    r = N / D. The residuals e of n - r d give the error of its own intercept, 0, and so of r [1]_: its square is the
    sum of (g e / (1 - h))^2, where g are the weights of the replications in the intercept and h their leverage. That
    is the jackknife's [2]_ (HC3), which stays honest where busy days also scatter more, as they do: with the usual
    error the intervals of 16 to 32 replications held the truth in 92 % instead of 95 %. Controls that do not vary, or
    that others repeat, take no degree of freedom.

    References
    ----------
    .. [1] Asmussen and Glynn (2007), Stochastic Simulation, sections III.4 and V.2.
    .. [2] MacKinnon and White (1985), Some heteroskedasticity-consistent covariance matrix estimators with improved
       finite sample properties, Journal of Econometrics 29.
    """
    count = len(above)
    spread = controls.std(axis=0) if count else np.zeros(controls.shape[1])
    used = np.flatnonzero(spread > 1e-12)[: max(count - 1, 0) // PER_CONTROL]
    design = np.hstack([np.ones((count, 1)), controls[:, used] / spread[used]])
    inverse = np.linalg.pinv(design, rcond=1e-9)
    top, bottom = inverse @ above, inverse @ below
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(below.sum(axis=0) > 0, top[0] / bottom[0], np.nan)
        leverage = np.einsum("ij,ji->i", design, inverse)
        free = count - round(float(leverage.sum()))
        if free < 1:
            return value, np.full_like(value, np.nan)
        rest = above - value * below
        rest = rest - design @ (inverse @ rest)
        pull = inverse[0] / np.maximum(1.0 - leverage, LEAST_OWN)
        return value, stdtrit(free, 0.975) * np.sqrt(pull**2 @ rest**2) / np.abs(bottom[0])


@dataclass
class Adjusted:
    """Numerators, denominators and controls of replications, window by window.

    Attributes
    ----------
    above, below : list of float arrays, each shape (measures, queues + 1, windows)
    controls : list of float arrays, each shape (queues + 1, windows, controls)
    """

    above: list[Floats] = field(default_factory=list)
    below: list[Floats] = field(default_factory=list)
    controls: list[Floats] = field(default_factory=list)

    def add(self, above: Floats, below: Floats, controls: Floats) -> None:
        """Take in one replication."""
        self.above.append(above)
        self.below.append(below)
        self.controls.append(controls)

    def estimate(self) -> tuple[Floats, Floats]:
        """Return values and half-widths, shape (measures, queues + 1, windows)."""
        above, below, controls = (np.array(each) for each in (self.above, self.below, self.controls))
        value, half = np.empty(above.shape[1:]), np.empty(above.shape[1:])
        for q, t in np.ndindex(*above.shape[2:]):
            value[:, q, t], half[:, q, t] = regress(above[:, :, q, t], below[:, :, q, t], controls[:, q, t])
        return value, half

"""How long customers would wait, from waits that mostly ended by being answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats


@dataclass(frozen=True)
class Patience:
    """An estimate of the mean patience of one queue.

    Attributes
    ----------
    mean_s : float
        NaN where nobody abandoned: they wait.
    low_s, high_s : float
        95 % interval.
    abandoned : int
    checks : tuple of (seconds, exponential, kaplan_meier)
        Share that would still wait after so many seconds, by the estimate and without a model.
    """

    mean_s: float
    low_s: float
    high_s: float
    abandoned: int
    checks: tuple[tuple[float, float, float], ...] = ()


def patience_of(wait_s: Floats, left: NDArray[np.bool_], at: tuple[float, ...] = (60.0, 120.0, 300.0)) -> Patience:
    """Estimate exponential patience from censored waits.

    Parameters
    ----------
    wait_s : float array
        Time in queue of every offered contact; a wait of 0 tells nothing and does no harm.
    left : bool array
        Which of them ended because the customer left; the others are censored there.
    at : tuple of float
        Seconds at which the estimate is compared with the Kaplan-Meier curve.

    Notes
    -----
    The maximum-likelihood estimate is the total time waited by all over the number who left [1]_, with a
    chi-square interval. It makes abandonment = mean wait / patience hold for the observed averages, the identity
    that queueing formulas with exponential patience obey; so it reproduces the observed abandonment at the
    observed waits even where patience is not exponential. What the shape really is, the curve tells.

    References
    ----------
    .. [1] Brown, L. et al. (2005). Statistical analysis of a telephone call center. JASA 100(469), 36-50.
    """
    from scipy.special import gammaincinv

    good = np.isfinite(wait_s)
    wait, gone = wait_s[good], left[good]
    count, total = int(gone.sum()), float(wait.sum())
    if count == 0 or total <= 0:
        return Patience(np.nan, np.nan, np.nan, count)
    mean = total / count
    low = total / float(gammaincinv(count + 1, 0.975))
    high = total / float(gammaincinv(count, 0.025))
    times, share = kaplan_meier(wait, gone)
    checks = []
    for moment in at:
        if moment <= wait.max():
            k = int(np.searchsorted(times, moment, side="right"))
            checks.append((moment, float(np.exp(-moment / mean)), float(share[k - 1]) if k else 1.0))
    return Patience(mean, low, high, count, tuple(checks))


def kaplan_meier(wait_s: Floats, left: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the product-limit estimate of the share that would wait longer than each time.

    Returns
    -------
    times : float array
        Distinct waits at which somebody left, ascending.
    share : float array
        Share that would wait longer.

    Notes
    -----
    At each such time the share is multiplied by 1 - left / at risk; those answered at that very moment are at
    risk too (Kaplan and Meier, 1958).
    """
    order = np.argsort(wait_s, kind="stable")
    wait, gone = wait_s[order], left[order]
    times, first = np.unique(wait, return_index=True)
    if not len(wait):
        return np.zeros(0), np.zeros(0)
    deaths = np.add.reduceat(gone.astype(np.float64), first)
    share: Floats = np.asarray(np.cumprod(1 - deaths / (len(wait) - first)), dtype=np.float64)
    return times[deaths > 0], share[deaths > 0]

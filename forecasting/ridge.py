"""Least squares with coefficients drawn to what is expected of them, and weights that bear outliers."""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from domain.history import Floats

Bools = NDArray[np.bool_]


def ridge(target: Floats, matrix: Floats, weights: Floats, penalty: Floats, prior: Floats | None = None) -> Floats:
    """Weighted least squares with the coefficients drawn towards a prior, by the normal equations.

    Parameters
    ----------
    target : float array, shape (rows,) or (rows, targets)
        Of several targets the coefficients have shape (columns, targets).
    matrix : float array, shape (rows, columns)
    weights : float array, shape (rows,)
    penalty : float array, shape (columns,)
        Weight of a pseudo-observation that says "this coefficient is its prior".
    prior : float array, shape (columns,), optional
        Zero where absent.

    Returns
    -------
    float array, shape (columns,)
        Those of statsmodels' ``WLS`` on observations and pseudo-observations, many times quicker.
    """
    weighted = matrix * weights[:, None]
    pull = np.zeros(matrix.shape[1]) if prior is None else penalty * prior
    right = weighted.T @ target
    right = right + (pull if target.ndim == 1 else pull[:, None])
    return np.asarray(np.linalg.solve(weighted.T @ matrix + np.diag(penalty), right))


def robust_weights(residual: Floats, exempt: Bools) -> Floats:
    """Return Huber weights of residuals; exempt days keep weight 1 because their outliers are real."""
    scale = float(sm.robust.scale.mad(residual[~exempt] if np.any(~exempt) else residual, center=0.0))
    if scale <= 0:
        return np.ones(len(residual))
    weights = np.asarray(sm.robust.norms.HuberT(t=2.0).weights(residual / scale), dtype=np.float64)
    return np.where(exempt, 1.0, weights)

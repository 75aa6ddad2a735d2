"""The usual definitions of a service level, by name, and the speed of answer beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from capacity.chat import agent_speeds
from capacity.interval import patience_of, threshold_of
from capacity.waits import waits
from domain.history import Floats

Definition = Literal["offered", "answered", "less_early_abandons", "with_early_abandons", "virtual_wait"]

LEVEL_DEFINITIONS: tuple[Definition, ...] = get_args(Definition)
"""What a share within T seconds is a share of: see `service_levels`."""


@njit(cache=True, error_model="numpy")
def level_of(definition: int, in_time: float, early: float, late: float, lost: float) -> float:
    """Return the service level of a definition (its place in `LEVEL_DEFINITIONS`) from `capacity.waits.waits`."""
    if definition == 1:
        return min(in_time / (1.0 - lost), 1.0) if lost < 1.0 else math.nan
    if definition == 2:
        return min(in_time / (1.0 - early), 1.0)
    if definition == 3:
        return min(in_time + early, 1.0)
    return 1.0 - late if definition == 4 else in_time


@njit(cache=True, error_model="numpy")
def _table(
    rate: Floats, aht: Floats, seats: Floats, patience: float, within: float, early: float, speeds: Floats, what: int
) -> Floats:
    out = np.full(rate.size, np.nan)
    for i in range(rate.size):
        if 0.0 < rate[i] < np.inf and 0.0 < aht[i] < np.inf and 0.0 <= seats[i] < np.inf:
            _, in_time, gone, late, lost, speed = waits(
                rate[i] / 3600.0, aht[i], seats[i], patience, within, early, speeds
            )
            out[i] = speed if what < 0 else level_of(what, in_time, gone, late, lost)
    return out


def spread(*values: ArrayLike) -> tuple[tuple[int, ...], list[Floats]]:
    """Broadcast arguments against each other; return their shape and each of them flat."""
    arrays = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in values))
    return arrays[0].shape, [array.ravel() for array in arrays]


def service_levels(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    seats: ArrayLike,
    *,
    within_s: float,
    definition: Definition = "offered",
    early_s: float | None = None,
    patience_s: float | None = None,
    concurrency: int = 1,
    slowdown: Sequence[float] = (1.0,),
) -> Floats:
    """Return the service level of intervals by a definition of its name.

    Parameters
    ----------
    rate_per_h, aht_s, seats, patience_s, concurrency, slowdown
        As in `capacity.interval.interval_service`.
    within_s : float
        T, the threshold.
    definition : str
        ``offered``: answered within T / offered, the contract's own. ``answered``: answered within T / answered.
        ``less_early_abandons``: answered within T / (offered - abandoned early). ``with_early_abandons``: (answered
        within T + abandoned early) / offered. ``virtual_wait``: share of customers who would be answered within T if
        they never left.
    early_s : float or None
        Abandoned within this time is early; None is T itself.

    Returns
    -------
    float array
        Of the broadcast shape; NaN where nothing is offered, or answered where that is the base.

    Raises
    ------
    ValueError
        If the definition has another name, or an argument makes no sense.

    Notes
    -----
    With V the virtual wait and R the patience, P(answered within T) = P(V <= T, V < R) and P(V > T) are those of
    `capacity.palm.impatient`; P(wait in queue > T) = P(V > T) e^(-T / patience), so what is abandoned within T is
    P(in queue <= T) less what is answered within T. Without patience all five are one.

    References
    ----------
    .. [1] A. Mandelbaum and S. Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", in Advances in
       Services Innovations, Springer, 2007.
    .. [2] G. Koole, Call Center Optimization, MG Books, 2013, chapter 3 (definitions).
    .. [3] O. Jouini, G. Koole and A. Roubos, "Performance indicators for call centers with impatient customers", IIE
       Transactions 45, 2013.
    """
    shape, (rate, aht, n) = spread(rate_per_h, aht_s, seats)
    found = _table(
        rate,
        aht,
        n,
        patience_of(patience_s),
        threshold_of(within_s),
        threshold_of(within_s if early_s is None else early_s),
        agent_speeds(concurrency, slowdown),
        definition_number(definition),
    )
    return np.asarray(found, np.float64).reshape(shape)


def definition_number(definition: str) -> int:
    """Return the place of a definition in `LEVEL_DEFINITIONS`.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if definition not in LEVEL_DEFINITIONS:
        raise ValueError(f"definition is one of {', '.join(LEVEL_DEFINITIONS)}, not {definition!r}")
    return LEVEL_DEFINITIONS.index(definition)


def speed_of_answer(
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    seats: ArrayLike,
    *,
    patience_s: float | None = None,
    concurrency: int = 1,
    slowdown: Sequence[float] = (1.0,),
) -> Floats:
    """Return the mean wait of those answered (ASA), seconds.

    Parameters are those of `capacity.interval.interval_service`; NaN where nobody is answered.

    Notes
    -----
    `capacity.waits.answered_wait`, times the share of the answered who waited. It is below the mean wait of all offered
    where those who leave have waited longer than those who are answered, and above it where patience is short.
    """
    shape, (rate, aht, n) = spread(rate_per_h, aht_s, seats)
    speeds = agent_speeds(concurrency, slowdown)
    found = _table(rate, aht, n, patience_of(patience_s), 0.0, 0.0, speeds, -1)
    return np.asarray(found, np.float64).reshape(shape)

"""Repeat contacts: what a planned FCR does to the volume, and when."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from capacity.arguments import check_amounts, check_positive, check_share
from domain.history import Floats


def steady_factor(today_fcr: float, planned_fcr: float, repeat_probability: float) -> float:
    """Return the factor on volume once all repeats come from contacts at the planned FCR.

    An issue takes 1 / (1 - (1 - FCR) p) contacts when an unresolved one returns with probability p.

    Raises
    ------
    ValueError
        If an argument is no share, or if every contact would come back: there is no steady state then.
    """
    check_share(today_fcr=today_fcr, planned_fcr=planned_fcr, repeat_probability=repeat_probability)
    if (1 - planned_fcr) * repeat_probability >= 1:
        raise ValueError("planned_fcr 0 with repeat_probability 1 brings every contact back: there is no steady volume")
    return (1 - (1 - today_fcr) * repeat_probability) / (1 - (1 - planned_fcr) * repeat_probability)


@njit(cache=True, error_model="numpy")
def _replanned(
    volume: Floats, takes: NDArray[np.bool_], today: float, planned: float, step_h: float, delay_h: float
) -> Floats:
    leaves = -math.expm1(-step_h / delay_h)
    later = delay_h / step_h * leaves
    at_once = 1.0 - later
    out = np.empty(volume.size)
    pending = 0.0
    held = 0.0
    for i in range(volume.size):
        held += pending * leaves
        pending -= pending * leaves
        if takes[i] or volume[i] > 0.0:
            level = (volume[i] * (1.0 - at_once * today) + held) / (1.0 - at_once * planned)
            out[i] = max(level, 0.0)
            # What no volume is left to take off is taken off the next interval.
            held = min(level, 0.0) * (1.0 - at_once * planned)
        else:
            out[i] = 0.0
        pending += later * (planned * out[i] - today * volume[i])
    return out


def replanned_volume(
    volume: Floats,
    takes: NDArray[np.bool_],
    *,
    today_fcr: float,
    planned_fcr: float,
    repeat_probability: float,
    repeat_delay_h: float,
    step_minutes: float,
) -> Floats:
    """Move the repeats of contacts handled inside the horizon from today's to the planned FCR.

    Parameters
    ----------
    volume : float array, shape (intervals,)
        Contacts as they would be observed at today's FCR, repeats included.
    takes : bool array, shape (intervals,)
        Intervals in which contacts can arrive; a repeat that falls outside them waits for the next.
    today_fcr, planned_fcr : float
    repeat_probability : float
        Chance p that an unresolved contact comes back.
    repeat_delay_h : float
        Mean of its exponential delay.
    step_minutes : float

    Returns
    -------
    float array, shape (intervals,)

    Raises
    ------
    ValueError
        If a share, a time or a volume makes no sense.

    Notes
    -----
    With v the given and w the new volume, w_i = v_i + sum over j <= i of
    K_ij p ((1 - planned) w_j - (1 - today) v_j), where K_ij is the chance that a repeat of a contact that
    arrived evenly inside j lands in i. The delay has no memory, so one running sum of repeats on their way
    carries the convolution; repeats of repeats are in it through w. Repeats that land after the horizon are
    left to the next one; repeats of contacts before it stay at today's FCR. In the steady state the volume is
    multiplied by `steady_factor`.
    """
    check_share(today_fcr=today_fcr, planned_fcr=planned_fcr, repeat_probability=repeat_probability)
    check_positive(repeat_delay_h=repeat_delay_h, step_minutes=step_minutes)
    check_amounts(volume=volume)
    if np.ndim(volume) != 1 or np.shape(takes) != np.shape(volume):
        raise ValueError(f"volume and takes are one row of intervals, not {np.shape(volume)} and {np.shape(takes)}")
    today = repeat_probability * (1.0 - today_fcr)
    planned = repeat_probability * (1.0 - planned_fcr)
    new = _replanned(
        np.ascontiguousarray(volume, np.float64),
        np.ascontiguousarray(takes, np.bool_),
        today,
        planned,
        step_minutes / 60.0,
        repeat_delay_h,
    )
    if not np.isfinite(new).all():
        raise ValueError(f"a repeat_delay_h of {repeat_delay_h:g} and so little FCR: there is no end of repeats")
    return np.asarray(new, np.float64)

"""Whether a contact resolved its issue, told by whether the customer came back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats
from planning.call_log.calls import NOBODY, Calls


@dataclass(frozen=True)
class Returns:
    """What the log tells of each row.

    Attributes
    ----------
    known : bool array
        Answered contacts of known customers whose window lies inside the log, artefacts left out.
    resolved : bool array
        Known, and without a return inside the window.
    delay_s : float array
        Time to the next contact of the same customer, in any queue; NaN where there is none.
    """

    known: NDArray[np.bool_]
    resolved: NDArray[np.bool_]
    delay_s: Floats


def returns_of(calls: Calls, *, window_h: float, same_contact_minutes: float = 0.0) -> Returns:
    """Look for each contact's next row of the same customer, in any queue, abandoned or follow-up included.

    Parameters
    ----------
    calls : Calls
    window_h : float
        A contact is resolved when its customer does not return within so many hours of its arrival.
    same_contact_minutes : float
        A row of that customer so soon after is part of the same contact (a transfer) and no return.

    Notes
    -----
    Contacts whose window reaches over the end of the log are left out whether or not a return was seen:
    keeping only those that returned would understate resolution.
    """
    seconds = calls.seconds
    order = np.lexsort((np.arange(len(calls)), seconds, calls.customer))
    customer, moment = calls.customer[order], seconds[order]
    delay = np.full(len(calls), np.nan)
    # Rows of one customer stand together; a key that grows with customer, then time, finds the first row
    # later than the same contact's end by bisection.
    grace = round(60 * same_contact_minutes)
    first = moment.min() if len(moment) else 0
    key = customer * np.int64(seconds.max(initial=0) - first + 1 + grace) + (moment - first)
    following = np.searchsorted(key, key + grace, side="right" if grace else "left")
    following = np.maximum(following, np.arange(len(key)) + 1)
    inside = following < len(key)
    later = np.where(inside, following, 0)
    same = inside & (customer[later] == customer) & (customer != NOBODY)
    delay[order] = np.where(same, moment[later] - moment, np.nan)

    window = 3600 * window_h
    known = calls.answered & ~calls.artefact & (calls.customer != NOBODY)
    known &= seconds + window <= seconds.max(initial=0)
    returned = np.isfinite(delay) & (delay <= window)
    return Returns(known=known, resolved=known & ~returned, delay_s=delay)

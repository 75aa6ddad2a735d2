"""Newcomers in a plan: their figures moved from where their record stood to where the ramp will have them."""

from __future__ import annotations

from datetime import date

import numpy as np

from capacity.handle_factors import CONTACT_CV
from capacity.handle_factors import TYPICAL as SPEED_SPREADS
from capacity.ramp import Ramp, learned_ramp, row_tenure, tenure_days
from capacity.record import performance_record
from capacity.resolution import EDGE
from domain.folder import PlanningFolder
from domain.history import Floats

HALF_WAY = CONTACT_CV**2 / (SPEED_SPREADS.agent**2 + SPEED_SPREADS.own**2)
"""Contacts after which a shrunk figure is half the agent's own record and half their level's mean."""


def ramped(
    folder: PlanningFolder, factor: Floats, fcr: Floats, on: date, ramp: Ramp | None = None
) -> tuple[Floats, Floats]:
    """Return factors and FCR as they will be on a day.

    Parameters
    ----------
    folder : PlanningFolder
    factor, fcr : float arrays, shape (agents, queues)
        As scored from the record before ``on``; the folder's agents, in its order.
    on : date
        The first planned day: someone who begins later counts as on their first day.
    ramp : Ramp or None
        None: as learned from that record.

    Returns
    -------
    factor, fcr : float arrays
        The very arrays given where nobody is, or was in the record, on the ramp, and with ``use_in_staffing = false``
        (then all count as their level's average). Factors stay within ``factor_limits``.

    Notes
    -----
    A figure is a mean over a record in which some of the ramp was left; what is left on the day takes its place. A
    shrunk figure is partly the agent's own record and partly their level's mean, so what was left is mixed in the same
    proportion: ``n / (n + HALF_WAY)`` of the own. Someone without a record is so their level's mean times the ramp.
    People whose ``hired_on`` is not known are left as they are.
    """
    card = folder.centre.scorecard
    if not card.use_in_staffing or all(agent.hired_on is None for agent in folder.agents):
        return factor, fcr
    ramp = learned_ramp(folder, on) if ramp is None else ramp
    tenure = tenure_days(folder, on)
    known = np.isfinite(tenure)
    more = np.where(known, ramp.left(tenure) - _left_in_record(folder, on, ramp), 0.0)[:, None]
    if not more.any():
        return factor, fcr
    slower = np.clip(factor * np.exp(ramp.slower * more), *card.factor_limits)
    resolved = np.clip(fcr - ramp.unresolved * more, EDGE, 1 - EDGE)
    return np.where(more != 0, slower, factor), np.where(more != 0, resolved, fcr)


def _left_in_record(folder: PlanningFolder, before: date, ramp: Ramp) -> Floats:
    """Return how much of the ramp was left, on average, in what everyone's figures were made from."""
    record = performance_record(folder, before)
    if record.rows is None or not len(record.rows):
        return np.zeros(record.staff)
    contacts = record.rows.handled
    people, levels = len(record.agents), len(record.levels)
    weighed = contacts * ramp.left(row_tenure(folder, record))
    count, left = (np.bincount(record.row_agent, values, minlength=people) for values in (contacts, weighed))
    of_level, left_of_level = (np.bincount(record.level, values, minlength=levels) for values in (count, left))
    everyone = left.sum() / max(count.sum(), 1e-9)
    level = np.where(of_level > 0, left_of_level / np.maximum(of_level, 1e-9), everyone)[record.level]
    mixed = (left + HALF_WAY * level) / (count + HALF_WAY)
    return np.asarray(mixed[: record.staff])

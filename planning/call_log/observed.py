"""What service a log shows, and its contacts and staff in the form a simulation takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.progress import Control
from planning.call_log.calls import ABANDONED, Calls
from planning.call_log.duty import StaffSpell, staff_spells, unavailable_share
from planning.call_log.mapping import Mapping, read_mapping
from planning.call_log.people import skills_of
from planning.call_log.reading import read_calls

ALL = "all"


@dataclass(frozen=True)
class Observed:
    """A log as a simulation is compared with it.

    Attributes
    ----------
    calls : Calls
    mapping : Mapping
    spells : tuple of StaffSpell
        When each agent was ready to take contacts.
    in_shift : float
        Share of duty time in which agents on duty were not available (gaps up to ten minutes).
    """

    calls: Calls
    mapping: Mapping
    spells: tuple[StaffSpell, ...]
    in_shift: float


@dataclass(frozen=True)
class Arrivals:
    """Contacts of a grid's span in order of arrival; all arrays have shape (contacts,).

    Attributes
    ----------
    minute : float array
        Minutes from the grid's start.
    queue : int array
        Index in the log's queues.
    handle_s : float array
        As observed; of abandoned contacts drawn from those answered in that queue.
    patience_s : float array
        The wait of those who left; of the others their wait plus an exponential remainder.
    """

    minute: Floats
    queue: Ints
    handle_s: Floats
    patience_s: Floats


SHORT_GAP_MINUTES = 10.0
"""Gaps up to this are taken for work on duty when unavailability is measured; breaks are scheduled apart."""


def read_observed(log: Path, mapping: Path | Mapping, *, control: Control | None = None) -> Observed:
    """Read a log and infer its staff.

    Raises
    ------
    InputError
        With every fault of map and log.
    """
    chosen = mapping if isinstance(mapping, Mapping) else read_mapping(mapping)
    calls = read_calls(log, chosen, control=control).calls
    skilled = skills_of(calls, chosen.people.skill_at_least)
    return Observed(
        calls=calls,
        mapping=chosen,
        spells=tuple(staff_spells(calls, skilled, chosen.duty)),
        in_shift=unavailable_share(calls, skilled, SHORT_GAP_MINUTES),
    )


def observed_service(calls: Calls, within_s: float) -> pd.DataFrame:
    """Return the service of each local day by queue, and over ``all``.

    Returns
    -------
    DataFrame
        date, queue, offered, mean_wait_s (of all offered), service_level (answered within ``within_s`` /
        offered), abandonment, aht_s (of answered, artefacts left out).
    """
    rows = calls.contacts
    answered = calls.answered[rows]
    frame = pd.DataFrame(
        {
            "date": pd.DatetimeIndex(calls.local_days()[rows]).strftime("%Y-%m-%d"),
            "queue": np.array(calls.queues, dtype=object)[calls.queue[rows]],
            "offered": 1,
            "wait": calls.wait_s[rows],
            "quick": answered & (calls.wait_s[rows] <= within_s),
            "left": calls.outcome[rows] == ABANDONED,
            "handle_s": np.where(answered & ~calls.artefact[rows], calls.handle_s[rows], np.nan),
        }
    )
    frame = pd.concat([frame, frame.assign(queue=ALL)])
    groups = frame.groupby(["date", "queue"], sort=True)
    table = groups.agg(
        offered=("offered", "sum"),
        mean_wait_s=("wait", "mean"),
        service_level=("quick", "mean"),
        abandonment=("left", "mean"),
        aht_s=("handle_s", "mean"),
    )
    return table.reset_index()


def arrivals_of(calls: Calls, grid: IntervalGrid, patience_s: Floats, rng: np.random.Generator) -> Arrivals:
    """Return the contacts that arrived within a grid.

    Parameters
    ----------
    calls : Calls
    grid : IntervalGrid
    patience_s : float array, shape (queues,)
        Mean patience, for the remainder of those who were answered; NaN: they wait for ever.
    rng : Generator
        Draws what the log cannot tell: handle times of those who left, patience of those who stayed.
    """
    inside = calls.contacts & (calls.arrival >= grid.starts[0])
    inside &= calls.arrival < grid.starts[0] + np.timedelta64(60 * grid.step_minutes * grid.size, "s")
    handle = calls.handle_s.copy()
    for queue in range(len(calls.queues)):
        here = calls.queue == queue
        known = handle[here & calls.answered & np.isfinite(calls.handle_s)]
        unknown = here & inside & ~np.isfinite(handle)
        if len(known):
            handle[unknown] = rng.choice(known, size=int(unknown.sum()))
    wait = np.nan_to_num(calls.wait_s[inside])
    remainder = rng.exponential(1.0, size=len(wait)) * patience_s[calls.queue[inside]]
    left = calls.outcome[inside] == ABANDONED
    minutes = (calls.arrival[inside] - grid.starts[0]).astype("timedelta64[s]").astype(np.float64) / 60
    return Arrivals(
        minute=minutes,
        queue=calls.queue[inside],
        handle_s=handle[inside],
        patience_s=np.where(left, wait, wait + np.where(np.isnan(remainder), np.inf, remainder)),
    )

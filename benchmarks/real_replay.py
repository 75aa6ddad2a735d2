"""A log's own customers, met again by a simulated team: the one who worked then, or a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from capacity.requirement import Requirement
from capacity.simulation import simulate
from domain.centre import Centre
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from planning.call_log.calls import Calls
from planning.call_log.contacts import logged_contacts
from planning.call_log.duty import StaffSpell
from planning.call_log.observed import ALL, observed_service
from planning.files.interval_rows import open_intervals

MEASURES = ("offered", "service_level", "mean_wait_s", "abandonment")
WITHIN_S = 20.0
POINTS = 0.03
"""A replayed share that is further off makes the day's comparison invalid."""
RELATIVE = 0.10
"""And so does a replayed mean wait that is further off than this part of the observed one."""


@dataclass(frozen=True)
class Replay:
    """Service by local day, and of the whole span under ``all``; columns are ``MEASURES``."""

    table: pd.DataFrame

    @classmethod
    def of(cls, by_day: pd.DataFrame) -> Replay:
        """Add the whole span: shares and waits are weighted by contacts."""
        weight = by_day["offered"] / by_day["offered"].sum()
        whole = by_day.mul(weight, axis=0).sum()
        whole["offered"] = by_day["offered"].sum()
        return cls(pd.concat([by_day, whole.to_frame(ALL).T]))

    def of_days(self, days: Sequence[str]) -> Replay:
        """Cut some days out."""
        return Replay.of(self.table.loc[list(days)])

    def get(self, day: str, measure: str) -> float:
        """Return one measure of one day."""
        return float(self.table[measure].loc[day])


def in_opening_hours(calls: Calls, centre: Centre) -> Calls:
    """Return what arrived while its queue was open: what history counts, and what a roster can be asked for."""
    days = calls.local_days()
    grid = IntervalGrid.of_days(
        days.min().item(), int((days.max() - days.min()).astype(int)) + 1, calls.zone, centre.interval_minutes
    )
    index = (calls.arrival - grid.starts[0]).astype(np.int64) // (60 * grid.step_minutes)
    return calls.select(open_intervals(centre, grid, ())[calls.queue, index])


def observed(calls: Calls) -> Replay:
    """Return what the bank's customers got."""
    rows = observed_service(calls, WITHIN_S)
    return Replay.of(rows[rows["queue"] == ALL].set_index("date")[list(MEASURES)])


def server_of(name: str, skills: Sequence[str], queues: Sequence[str]) -> Server:
    """Return somebody who takes the longest wait of all queues they may serve, as fast as it was handled."""
    size = len(queues)
    level = np.isin(queues, skills).astype(np.int64)
    return Server(name, "core", np.ones(size), np.full(size, np.nan), level, np.ones(size))


def staff_coverage(spells: Sequence[StaffSpell], grid: IntervalGrid, queues: tuple[str, ...]) -> Coverage:
    """Put the staff inferred from a log on a grid; everybody is as fast as the contacts they took."""
    inside = [spell for spell in spells if grid.start <= spell.start < grid.end]
    names = sorted({spell.agent for spell in inside})
    skills = {spell.agent: spell.queues for spell in inside}
    servers = tuple(server_of(name, skills[name], queues) for name in names)
    return Coverage(
        grid=grid,
        queues=queues,
        servers=servers,
        server=np.array([names.index(spell.agent) for spell in inside], dtype=np.int64),
        shift=np.arange(len(inside)),
        from_minute=np.array([grid.minutes_at(spell.start) for spell in inside]),
        to_minute=np.array([grid.minutes_at(spell.end) for spell in inside]),
        serves=np.array([np.isin(queues, spell.queues) for spell in inside], dtype=np.bool_),
    )


def replay(coverage: Coverage, calls: Calls, centre: Centre, *, seed: int, replications: int) -> Replay:
    """Let a team meet the customers of a log.

    Parameters
    ----------
    coverage : Coverage
        Its grid says which contacts of the log take part.
    calls : Calls
    centre : Centre
        Patience, and the shrinkage that strikes the team.
    seed, replications : int

    Notes
    -----
    Arrivals are as they were, and so are the handle times of those who were answered; what the log cannot tell is
    drawn in each replication: how long those who left would have been served (from the queue's answered contacts)
    and how long anybody would have waited (exponential, with the queue's estimated mean).
    """
    grid, logged = coverage.grid, logged_contacts(calls, coverage.grid)
    unknown = np.full_like(logged.volume, np.nan)
    report = simulate(
        coverage,
        Requirement(grid, centre.queue_ids, logged.volume, *(unknown for _ in range(7))),
        centre,
        seed=seed,
        replications=replications,
        arrivals=logged.arrivals,
        handle_times=logged.handle_times,
    )
    table = {str(day): [report.simulated("day", str(day), ALL, m)[0] for m in MEASURES] for day in grid.days}
    return Replay.of(pd.DataFrame.from_dict(table, orient="index", columns=list(MEASURES)))


def invalid(seen: Replay, again: Replay, day: str) -> tuple[str, ...]:
    """Name the measures in which a day's replay is too far from what was observed."""
    off = [
        name
        for name, measure in (("share", "service_level"), ("abandonment", "abandonment"))
        if abs(again.get(day, measure) - seen.get(day, measure)) > POINTS
    ]
    wait = seen.get(day, "mean_wait_s")
    return (*off, "wait") if abs(again.get(day, "mean_wait_s") - wait) > RELATIVE * wait else tuple(off)

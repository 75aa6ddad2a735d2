"""Who is really there: log-ins beside the roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from domain.roster import WORK, Roster, Shift

State = Literal["there", "missing", "left", "unplanned"]
Key = tuple[str, str]
"""Person or seat, and shift."""


@dataclass(frozen=True, order=True)
class Login:
    """Somebody was logged in from one moment to another, or still is."""

    agent_id: str
    start: datetime
    end: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Tell whether somebody is logged in just before a moment."""
        return self.start < moment and (self.end is None or self.end >= moment)


@dataclass(frozen=True, order=True)
class Presence:
    """What log-ins say of one person or seat at a moment.

    Attributes
    ----------
    agent_id : str
    state : {"there", "missing", "left", "unplanned"}
        On duty and there; on duty and never seen in this shift; logged out before its end, and not for a break; there
        without a shift.
    start, end : datetime or None
        Of the shift; of the log-in where there is none.
    queues : tuple of str
        That the shift still serves.
    shift_id : str
    """

    agent_id: str
    state: State
    start: datetime
    end: datetime | None
    queues: tuple[str, ...]
    shift_id: str = ""


def presences(roster: Roster, logins: Sequence[Login], now: datetime) -> tuple[Presence, ...]:
    """Compare log-ins with the shifts that run at a moment.

    Parameters
    ----------
    roster : Roster
        Shifts that began before the plan included.
    logins : sequence of Login
    now : datetime

    Notes
    -----
    A shift runs from its start to its end; one that begins at the moment itself is not late yet. Somebody logged out
    during a break or activity of the roster is taken to be at it.
    """
    mine: dict[str, list[Login]] = {}
    for login in logins:
        mine.setdefault(login.agent_id, []).append(login)
    found, on_shift = [], set()
    for shift in roster.shifts:
        if not shift.start < now < shift.end:
            continue
        on_shift.add(shift.agent_id)
        state = _state(shift, mine.get(shift.agent_id, ()), now)
        left = tuple(dict.fromkeys(q for row in shift.stretches if row.end > now for q in row.queues))
        found.append(Presence(shift.agent_id, state, shift.start, shift.end, left, shift.shift_id))
    for who, rows in mine.items():
        there = [row for row in rows if row.covers(now)]
        if there and who not in on_shift:
            last = max(there, key=lambda row: row.start)
            found.append(Presence(who, "unplanned", last.start, last.end, ()))
    return tuple(sorted(found, key=lambda one: (one.agent_id, one.shift_id)))


def _state(shift: Shift, logins: Sequence[Login], now: datetime) -> State:
    if any(login.covers(now) for login in logins):
        return "there"
    seen = any(login.start < now and (login.end is None or login.end > shift.start) for login in logins)
    pausing = any(row.activity != WORK and row.start < now <= row.end for row in shift.stretches)
    if seen:
        return "there" if pausing else "left"
    return "missing"


def without_missing(roster: Roster, found: Sequence[Presence], now: datetime) -> Roster:
    """Return a roster as it was worked: without shifts that nobody came to, and without what is left of those left."""
    state = {(one.agent_id, one.shift_id): one.state for one in found}
    rows = []
    for row in roster.stretches:
        what = state.get((row.agent_id, row.shift_id), "there")
        if what == "missing" or (what == "left" and row.start >= now):
            continue
        rows.append(replace(row, end=min(row.end, now)) if what == "left" else row)
    return Roster.of(rows)


def sure_shifts(found: Sequence[Presence]) -> frozenset[Key]:
    """Return the shifts whose people are known to be there: chance absence is behind them."""
    return frozenset((one.agent_id, one.shift_id) for one in found if one.state == "there")

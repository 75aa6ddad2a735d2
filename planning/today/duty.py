"""Who is on contact duty over one day, in rows that one shift at a time can be taken from and put back into."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capacity.team_seats import OnDuty, on_duty
from domain.centre import Shrinkage
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.roster import Roster, Stretch
from planning.today.presence import Key

ARRAYS = tuple(f.name for f in fields(OnDuty) if f.name != "size")


@dataclass(frozen=True)
class Duty:
    """Rows of duty, and the shift that each belongs to.

    Attributes
    ----------
    on : OnDuty
    shift : int array, shape (rows,)
        Number of its shift.
    """

    on: OnDuty
    shift: Ints

    def select(self, keep: NDArray[np.bool_]) -> Duty:
        """Return the rows a mask keeps."""
        return Duty(_on({name: getattr(self.on, name)[keep] for name in ARRAYS}, self.on.size), self.shift[keep])

    def with_rows(self, other: Duty) -> Duty:
        """Return these rows and others."""
        joined = {name: np.concatenate([getattr(self.on, name), getattr(other.on, name)]) for name in ARRAYS}
        return Duty(_on(joined, self.on.size), np.concatenate([self.shift, other.shift]))

    def spread(self, queues: int) -> Floats:
        """Return the time in which each queue may be served, shape (queues, intervals)."""
        found = np.zeros((queues, self.on.size))
        for q in range(queues):
            mine = self.on.serves[:, q]
            found[q] = np.bincount(self.on.interval[mine], self.on.time[mine], minlength=self.on.size)
        return found


class DutyBook:
    """Turns shifts of a day into rows of duty.

    Parameters
    ----------
    grid : IntervalGrid
        Of the day.
    queues : sequence of str
    servers : sequence of Server
        Everybody who may come to be on duty.
    shrinkage : Shrinkage
    sure : collection of (agent id, shift id)
        Shifts whose people are known to be there: chance absence is behind them.
    """

    def __init__(
        self,
        grid: IntervalGrid,
        queues: Sequence[str],
        servers: Sequence[Server],
        shrinkage: Shrinkage,
        sure: Collection[Key] = (),
    ) -> None:
        self.grid, self.queues, self.servers = grid, tuple(queues), tuple(servers)
        self.place: Mapping[str, int] = {server.id: k for k, server in enumerate(servers)}
        self.shrinkage, self.sure = shrinkage, frozenset(sure)
        self.numbers: dict[Key, int] = {}

    def number(self, key: Key) -> int:
        """Return the number of a shift."""
        return self.numbers.setdefault(key, len(self.numbers))

    def of_roster(self, roster: Roster) -> Duty:
        """Return the duty of all shifts that touch the day."""
        rows = [row for row in roster.stretches if row.end > self.grid.start and row.start < self.grid.end]
        parts = [
            self._laid([row for row in rows if (self._key(row) in self.sure) == known], known)
            for known in (True, False)
        ]
        return parts[0].with_rows(parts[1])

    def of_rows(self, rows: Sequence[Stretch]) -> Duty:
        """Return the duty of one shift."""
        return self._laid(rows, bool(rows) and self._key(rows[0]) in self.sure)

    def _key(self, row: Stretch) -> Key:
        return row.agent_id, row.shift_id

    def _laid(self, rows: Sequence[Stretch], known: bool) -> Duty:
        roster = Roster.of(rows)
        named = sorted({row.agent_id for row in rows})
        coverage = Coverage.of_roster(roster, [self.servers[self.place[who]] for who in named], self.queues, self.grid)
        absence = 0.0 if known else self.shrinkage.absence
        on = on_duty(coverage, absence=absence, in_shift=self.shrinkage.in_shift)
        places = np.array([self.place[who] for who in named], dtype=np.int64)
        keys = np.array([self.number((s.agent_id, s.shift_id)) for s in roster.shifts], dtype=np.int64)
        # on_duty lays stretches out in their order, so the shift of each row is that of its stretch
        shift = keys[coverage.shift[_stretch_of(coverage, self.grid)]] if len(keys) else np.zeros(0, dtype=np.int64)
        return Duty(replace(on, server=places[on.server] if len(named) else on.server), shift)


def _on(arrays: Mapping[str, NDArray[Any]], size: int) -> OnDuty:
    return OnDuty(**arrays, size=size)


def _stretch_of(coverage: Coverage, grid: IntervalGrid) -> Ints:
    """Return the stretch of each row of `on_duty`."""
    step = grid.step_minutes
    first = (coverage.from_minute // step).astype(np.int64)
    count = np.ceil(coverage.to_minute / step).astype(np.int64) - first
    return np.repeat(np.arange(len(count)), count)

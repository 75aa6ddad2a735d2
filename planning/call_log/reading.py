"""A log read through its map: contacts as columns, what was dropped and why, and every fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.errors import InputError, Problem
from domain.history import Floats
from domain.progress import Control
from planning.call_log.calls import ABANDONED, ANSWERED, FOLLOW_UP, NOBODY, Calls
from planning.call_log.chunks import chunks
from planning.call_log.log_columns import DurationColumns, MomentColumns
from planning.call_log.log_faults import LogFaults
from planning.call_log.mapping import Mapping
from planning.call_log.numbering import Numbering, only_used
from planning.call_log.parsing import SECONDS, MomentCells, durations, moments
from planning.files.faults import listed

_IGNORED = 3
_DAY_S = 86_400.0


@dataclass(frozen=True)
class Reading:
    """What a log held.

    Attributes
    ----------
    calls : Calls
    rows : int
        Rows of the log.
    dropped : dict
        Rows left out, by reason.
    artefacts : dict
        Rows kept with a handle time that cannot be one, by reason.
    faulty : tuple of Problem
        Faults within ``log.tolerate``; their rows were left out.
    notes : tuple of str
    """

    calls: Calls
    rows: int
    dropped: dict[str, int]
    artefacts: dict[str, int]
    faulty: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


class _Reader:
    """Keeps what grows from one part of the log to the next."""

    def __init__(self, name: str, mapping: Mapping) -> None:
        self.name = name
        self.map = mapping
        self.rows = 0
        self.bad_rows = 0
        self.twice = 0
        self.dropped: Counter[str] = Counter()
        self.artefacts: Counter[str] = Counter()
        self.queues, self.agents, self.customers = Numbering(), Numbering(), Numbering()
        self.faults = LogFaults(name)
        self.parts: list[dict[str, Any]] = []

    def refuse(self, line: int, value: str, expected: str) -> None:
        """Record a row that does not have the header's cells."""
        self.rows += 1
        self.bad_rows += 1
        self.faults.row(line, value, expected)

    def take(self, frame: pd.DataFrame) -> None:
        """Read one part."""
        self.rows += len(frame)
        frame = self._after_drops(frame)
        outcome = self._outcome(frame)
        bad = outcome == NOBODY
        ignored = outcome == _IGNORED
        self.dropped["outcome ignored"] += int(ignored.sum())

        columns = self.map.columns
        arrival = self._moments(frame, columns.arrival)
        missing = np.isnat(arrival.utc)
        self.faults.cells(columns.arrival.columns, arrival.expected, frame, missing & ~ignored)
        bad |= missing
        self.twice += int((arrival.twice & ~ignored).sum())

        queue = self._queue(frame, ~ignored)
        bad |= queue == NOBODY
        contact = ~ignored & (outcome != FOLLOW_UP)
        wait, wrong = self._duration(frame, columns.wait, contact)
        bad |= wrong
        handle, wrong = self._duration(frame, columns.handle, outcome == ANSWERED)
        bad |= wrong
        handle[outcome != ANSWERED] = np.nan

        keep = ~ignored & ~bad
        self.bad_rows += int((bad & ~ignored).sum())
        artefact = np.zeros(len(frame), dtype=np.bool_)
        for rule in self.map.artefacts:
            hit = keep & (outcome == ANSWERED) & (handle < rule.handle_below_s) & ~artefact
            if rule.treat == "drop":
                self.dropped[rule.reason] += int(hit.sum())
                keep &= ~hit
            else:
                self.artefacts[rule.reason] += int(hit.sum())
                artefact |= hit
        part = {
            "arrival": arrival.utc,
            "queue": queue,
            "outcome": outcome,
            "wait_s": wait,
            "handle_s": handle,
            "agent": self._someone(frame, columns.agent, self.agents, self.map.unknown.agent),
            "customer": self._someone(frame, columns.customer, self.customers, self.map.unknown.customer),
            "artefact": artefact,
        }
        self.parts.append({name: values[keep] for name, values in part.items()})

    def _after_drops(self, frame: pd.DataFrame) -> pd.DataFrame:
        for rule in self.map.drop:
            hit = rule.hits(frame)
            self.dropped[rule.reason] += int(hit.sum())
            frame = frame[~hit]
        return frame

    def _outcome(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        columns, lists = self.map.columns, self.map.outcomes
        if columns.outcome:
            meaning = dict.fromkeys(lists.answered, ANSWERED) | dict.fromkeys(lists.abandoned, ABANDONED)
            meaning |= dict.fromkeys(lists.follow_up, FOLLOW_UP) | dict.fromkeys(lists.ignored, _IGNORED)
            outcome = frame[columns.outcome].map(meaning).fillna(NOBODY).to_numpy().astype(np.int64)
            expected = f"one of {listed(meaning)}, or list the value in the map's outcomes"
            self.faults.cells((columns.outcome,), expected, frame, outcome == NOBODY)
            return outcome
        if columns.agent:
            somebody = ~frame[columns.agent].isin(["", *self.map.unknown.agent])
        elif columns.handle is not None and columns.handle.column:
            somebody = pd.to_numeric(frame[columns.handle.column], errors="coerce").fillna(0) > 0
        else:
            somebody = pd.Series(True, index=frame.index)
        return somebody.map({True: ANSWERED, False: ABANDONED}).to_numpy().astype(np.int64)

    def _queue(self, frame: pd.DataFrame, needed: NDArray[np.bool_]) -> NDArray[np.int64]:
        column = self.map.columns.queue
        if not column:
            names = pd.Series(self.map.columns.queue_name, index=frame.index, dtype="str")
        else:
            names = frame[column].where(needed, "")
            names = names.map(lambda name: self.map.queue_names.get(name, name))
            self.faults.cells((column,), "the name of a queue", frame, (names == "").to_numpy() & needed)
        return self.queues.of(names)

    def _moments(self, frame: pd.DataFrame, where: MomentColumns) -> MomentCells:
        return moments(frame, where, self.map.centre.timezone, self.map.log.time_format)

    def _duration(
        self, frame: pd.DataFrame, where: DurationColumns | None, needed: NDArray[np.bool_]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return seconds (NaN where empty, wrong or not needed), and which needed ones are wrong."""
        if where is None:
            return np.full(len(frame), np.nan), np.zeros(len(frame), dtype=np.bool_)
        if where.column:
            values, wrong = durations(frame[where.column], where.unit)
            names: tuple[str, ...] = (where.column,)
            expected = SECONDS if where.unit == "s" else f"a number of {where.unit}, or h:m:s; not negative"
        else:
            assert where.start is not None and where.end is not None
            begin, end = self._moments(frame, where.start), self._moments(frame, where.end)
            values = (end.utc - begin.utc).astype("timedelta64[s]").astype(np.float64)
            values[np.isnat(begin.utc) | np.isnat(end.utc)] = np.nan
            if len(where.start.columns) == 2 and where.start.columns[0] == where.end.columns[0]:
                # One date for both clocks: what ends "before" it began ran past midnight.
                values = np.where((values < 0) & (values + _DAY_S < _DAY_S / 2), values + _DAY_S, values)
            wrong = begin.wrong | end.wrong | (values < 0)
            names = tuple(dict.fromkeys((*where.start.columns, *where.end.columns)))
            expected = f"{begin.expected}, the end not before the start"
        wrong &= needed
        self.faults.cells(names, expected, frame, wrong)
        values[wrong | ~needed] = np.nan
        return values, wrong

    def _someone(
        self, frame: pd.DataFrame, column: str, numbering: Numbering, unknown: tuple[str, ...]
    ) -> NDArray[np.int64]:
        if not column:
            return np.full(len(frame), NOBODY, dtype=np.int64)
        return numbering.of(frame[column], unknown)

    def finish(self) -> Reading:
        """Sort what was read by arrival; refuse it where too much is wrong."""
        faults = self.faults.gathered()
        if self.bad_rows > self.map.log.tolerate * self.rows:
            faults.check()
        if self.bad_rows:
            self.dropped["faulty, within log.tolerate"] += self.bad_rows
        names = self.parts[0].keys() if self.parts else ()
        whole = {name: np.concatenate([part[name] for part in self.parts]) for name in names}
        if not whole or len(whole["arrival"]) == 0:
            raise InputError([Problem(self.name, expected="at least one contact after the map's drop rules")])
        order = np.argsort(whole["arrival"], kind="stable")
        whole = {name: values[order] for name, values in whole.items()}
        queues, whole["queue"] = self.queues.sorted(whole["queue"])
        agents, whole["agent"] = self.agents.sorted(whole["agent"])
        calls = Calls(zone=self.map.centre.timezone, queues=queues, agents=agents, **whole)
        return Reading(
            calls=only_used(calls),
            rows=self.rows,
            dropped={reason: count for reason, count in self.dropped.items() if count},
            artefacts={reason: count for reason, count in self.artefacts.items() if count},
            faulty=tuple(faults.wrong),
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        said = f"times that the clock shows twice as daylight saving ends, taken as the first: {self.twice}"
        notes = [said] if self.twice else []
        columns = self.map.columns
        if not columns.outcome:
            by = "an agent is named" if columns.agent else "there is a handle time"
            notes.append(f"no outcome column is mapped: a contact counts as answered where {by}")
        return tuple(notes)


def read_calls(log: Path, mapping: Mapping, *, control: Control | None = None) -> Reading:
    """Read a log through its map.

    Parameters
    ----------
    log : Path
        CSV (also gzipped) or Parquet.
    mapping : Mapping
    control : Control, optional

    Raises
    ------
    InputError
        With every fault, where more rows than ``log.tolerate`` are at fault.
    """
    control = control or Control()
    reader = _Reader(log.name, mapping)
    for frame, share in chunks(log, mapping.log, mapping.columns_read(), reader.refuse):
        reader.take(frame)
        control.report("import", 0.8 * share, f"{reader.rows:,} rows read")
    return reader.finish()

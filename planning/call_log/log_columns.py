"""Where a log writes the moments, durations and names of its contacts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from domain.entity import Entity

UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


class MomentColumns(Entity):
    """Where an instant is written: one column, or a date and a time of day apart."""

    columns: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"columns": (given,)}
        if isinstance(given, dict) and set(given) == {"date", "time"}:
            return {"columns": (given["date"], given["time"])}
        if isinstance(given, dict) and set(given) == {"columns"}:
            return given
        raise ValueError('a column such as "arrived", or { date = "day", time = "clock" }')


class DurationColumns(Entity):
    """Where a duration is written: a column with its unit (``h:m:s`` is always understood), or two instants."""

    column: str = ""
    unit: Literal["ms", "s", "min", "h"] = "s"
    start: MomentColumns | None = None
    end: MomentColumns | None = None

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"column": given}
        if isinstance(given, dict) and set(given) == {"from", "to"}:
            return {"start": given["from"], "end": given["to"]}
        if isinstance(given, dict) and "column" in given:
            return given
        raise ValueError('a column in seconds, { column = "talk", unit = "min" }, or { from = .., to = .. }')


class Columns(Entity):
    """The columns of the log; only ``arrival`` must be there.

    Attributes
    ----------
    arrival : MomentColumns
        When the contact joined the queue.
    queue : str
        Empty where every contact is of one queue, then named ``queue_name``.
    queue_name : str
    wait : DurationColumns or None
        Time in queue, of abandoned contacts too.
    handle : DurationColumns or None
        Elapsed handle time of answered contacts.
    outcome : str
        Without it a contact is answered where an agent is named (where no agent column is mapped: where it
        has a handle time), else abandoned.
    agent, customer : str
    """

    arrival: MomentColumns
    queue: str = ""
    queue_name: str = "calls"
    wait: DurationColumns | None = None
    handle: DurationColumns | None = None
    outcome: str = ""
    agent: str = ""
    customer: str = ""

    def moments(self) -> tuple[MomentColumns, ...]:
        """Return every instant named."""
        found = [self.arrival]
        for duration in (self.wait, self.handle):
            found += [part for part in (duration and duration.start, duration and duration.end) if part]
        return tuple(found)

    def names(self) -> tuple[str, ...]:
        """Return every column of the log that is read, without repeats."""
        found = [name for moment in self.moments() for name in moment.columns]
        found += [duration.column for duration in (self.wait, self.handle) if duration]
        found += [self.queue, self.outcome, self.agent, self.customer]
        return tuple(dict.fromkeys(name for name in found if name))

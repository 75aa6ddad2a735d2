"""The map that says what the columns and values of a call-by-call log mean."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from domain.entity import Entity
from domain.errors import InputError, Problem
from planning.call_log.log_columns import Columns


class Outcomes(Entity):
    """Values of the outcome column.

    Attributes
    ----------
    answered, abandoned : tuple of str
    ignored : tuple of str
        Rows that are no contact at all.
    follow_up : tuple of str
        Work that is no new contact but shows that an earlier one of that customer was not resolved.
    """

    answered: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Outcomes:
        every = [*self.answered, *self.abandoned, *self.ignored, *self.follow_up]
        twice = sorted({value for value in every if every.count(value) > 1})
        if twice:
            raise ValueError(f"each outcome in one list; {', '.join(twice)} stands in two")
        return self


class Unknown(Entity):
    """Values that mean that nobody is known; an empty cell always does."""

    agent: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()


class Condition(Entity):
    """One test of one column: among ``values``, or a number ``below`` or ``above`` a limit."""

    column: str
    values: tuple[str, ...] | None = None
    below: float | None = None
    above: float | None = None

    @model_validator(mode="after")
    def _something(self) -> Condition:
        if self.values is None and self.below is None and self.above is None:
            raise ValueError("one of values, below or above")
        return self


class DropRule(Entity):
    """Rows to leave out: those that pass every test of ``when``."""

    reason: str
    when: tuple[Condition, ...] = Field(min_length=1)


class Artefact(Entity):
    """Answered contacts with a handle time that cannot be one.

    Attributes
    ----------
    reason : str
    handle_below_s : float
    treat : {"outside_aht", "drop"}
        ``outside_aht`` keeps them as offered and handled, but leaves them out of handle times, of agents'
        performance and of what counts as resolved; ``drop`` removes them.
    """

    reason: str
    handle_below_s: float = Field(gt=0)
    treat: Literal["outside_aht", "drop"] = "outside_aht"


class LogFile(Entity):
    """How the file is written.

    Attributes
    ----------
    encoding, delimiter : str
        Recognised where empty.
    time_format : str
        As of ``strptime``, for times that are not year first.
    tolerate : float
        Share of the rows that may be faulty: they are left out and counted; above it nothing is written.
    """

    encoding: str = ""
    delimiter: str = ""
    time_format: str = ""
    tolerate: float = Field(default=0.0, ge=0, lt=1)


class CentreFacts(Entity):
    """The ``[centre]`` table of the folder to write."""

    name: str = "Imported centre"
    timezone: str
    country: str = ""
    currency: str = "EUR"
    interval_minutes: Literal[15, 30, 60] = 30
    schedule_minutes: int = 15


class OpeningHours(Entity):
    """Hours of some weekdays, of all queues or of those named."""

    days: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    queues: tuple[str, ...] = ()


class People(Entity):
    """What a log does not say of its agents.

    Attributes
    ----------
    contract : str
        Id among ``contracts``; without any an ordinary full-time contract is assumed.
    hourly_cost : float
    skill_at_least : int
        An agent may serve the queues of which it handled so many contacts.
    leave_out : tuple of str
        Agents that are none (test users, overflow partners).
    """

    contract: str = ""
    hourly_cost: float = Field(default=30.0, ge=0)
    skill_at_least: int = Field(default=20, ge=1)
    leave_out: tuple[str, ...] = ()


class Resolution(Entity):
    """When a known customer's contact counts as resolved: no return in any queue within the window."""

    window_h: float = Field(default=72.0, gt=0)
    same_contact_minutes: float = Field(default=0.0, ge=0)


class Duty(Entity):
    """How time on contact duty is read from contacts.

    Attributes
    ----------
    longest_gap_minutes : float
        A longer time between two contacts is a break, or the end of the duty.
    idle_while_waiting_s : float
        Idle for so long while somebody it serves was waiting, an agent was not on contact duty.
    """

    longest_gap_minutes: float = Field(default=30.0, gt=0)
    idle_while_waiting_s: float = Field(default=150.0, gt=0)


class Mapping(Entity):
    """A whole MAP.toml."""

    log: LogFile = LogFile()
    columns: Columns
    outcomes: Outcomes = Outcomes()
    unknown: Unknown = Unknown()
    queue_names: dict[str, str] = Field(default_factory=dict)
    drop: tuple[DropRule, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    centre: CentreFacts
    opening: tuple[OpeningHours, ...] = ()
    people: People = People()
    resolution: Resolution = Resolution()
    duty: Duty = Duty()
    within_s: float = Field(default=20.0, ge=0)
    target: dict[str, Any] | None = None
    queues: dict[str, dict[str, Any]] = Field(default_factory=dict)
    contracts: tuple[dict[str, Any], ...] = ()
    minimum_staff: tuple[dict[str, Any], ...] = ()
    shrinkage: dict[str, Any] | None = None
    planning: dict[str, Any] | None = None
    pay: dict[str, Any] | None = None
    elastic: dict[str, Any] | None = None
    experts: dict[str, Any] | None = None
    scorecard: dict[str, Any] | None = None
    supervision: dict[str, Any] | None = None
    priorities: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _outcomes_for_column(self) -> Mapping:
        if self.columns.outcome and not self.outcomes.answered:
            raise ValueError("outcomes.answered with the values of columns.outcome")
        return self

    def columns_read(self) -> tuple[str, ...]:
        """Return every column of the log that is read, those of the drop rules included."""
        tests = [test.column for rule in self.drop for test in rule.when]
        return tuple(dict.fromkeys((*self.columns.names(), *tests)))


def read_mapping(path: Path) -> Mapping:
    """Read and check a MAP.toml.

    Raises
    ------
    InputError
        With every fault of the map.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as fault:
        raise InputError(
            [Problem(path.name, expected=f"a file that can be read; {fault.strerror or fault}")]
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError([Problem(path.name, expected=f"valid TOML in UTF-8; {fault}")]) from fault
    return parse_mapping(data, path.name)


def parse_mapping(data: dict[str, Any], name: str = "MAP.toml") -> Mapping:
    """Check a map already read from TOML.

    Raises
    ------
    InputError
        With every fault of the map, each naming its key.
    """
    from zoneinfo import ZoneInfo

    problems: list[Problem] = []
    mapping: Mapping | None = None
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as faults:
        for fault in faults.errors():
            key = ".".join(str(part) for part in fault["loc"])
            value = fault["input"] if isinstance(fault["input"], str | int | float) else ""
            problems.append(Problem(name, 0, key, str(value), _expected(fault["type"], fault["msg"])))
    if mapping is not None:
        try:
            ZoneInfo(mapping.centre.timezone)
        except (KeyError, ValueError, OSError):
            problems.append(
                Problem(name, 0, "centre.timezone", mapping.centre.timezone, "an IANA zone such as Europe/Paris")
            )
    if problems or mapping is None:
        raise InputError(problems)
    return mapping


def _expected(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "a key that is known; see docs/how-to/import-a-call-log.md"
    if kind == "missing":
        return "a value; this key is required"
    return message.removeprefix("Value error, ").removeprefix("Input should be ")

"""The map that says what the columns and values of a call-by-call log mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from domain.entity import Entity
from domain.errors import InputError, Problem
from planning.call_log.log_columns import Columns
from planning.call_log.log_rows import Artefact, DropRule, LogFile, Outcomes, Unknown
from planning.files.faults import Faults
from planning.files.settings_checks import known_zone
from planning.files.toml_lines import Path as TomlPath
from planning.files.toml_lines import line_of, path_text
from planning.files.toml_text import load_toml


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


@dataclass(frozen=True)
class Place:
    """Where a map was read: the file's name, and the line of each key."""

    name: str = "MAP.toml"
    lines: dict[TomlPath, int] = field(default_factory=dict)

    def problem(self, key: TomlPath, value: object, expected: str) -> Problem:
        """Return the fault of a key."""
        return Problem(self.name, line_of(self.lines, key), path_text(key), str(value), expected)


class Mapping(Entity):
    """A whole MAP.toml."""

    _place: Place = PrivateAttr(default_factory=Place)

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

    def problem(self, key: TomlPath, value: object, expected: str) -> Problem:
        """Return the fault of a key, with the map's file and line."""
        return self._place.problem(key, value, expected)

    def columns_read(self) -> tuple[str, ...]:
        """Return every column of the log that is read, those of the drop rules included."""
        tests = [test.column for rule in self.drop for test in rule.when]
        return tuple(dict.fromkeys((*self.columns.names(), *tests)))


def read_mapping(path: Path) -> Mapping:
    """Read and check a MAP.toml.

    Parameters
    ----------
    path : Path
        The file, or a folder that holds it and no other TOML file.

    Raises
    ------
    InputError
        With every fault of the map.
    """
    faults = Faults()
    try:
        found = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if len(found) != 1:
            raise _wrong(path.name, f"the map's file, or a folder with one .toml in it; this has {len(found)}")
        loaded = load_toml(found[0].name, found[0].read_bytes(), faults)
    except OSError as fault:
        raise _wrong(path.name, f"a file that can be read; {fault.strerror or fault}") from fault
    faults.check()
    assert loaded is not None, "a map without faults can be read"
    return parse_mapping(loaded[0], found[0].name, loaded[1])


def parse_mapping(data: dict[str, Any], name: str = "MAP.toml", lines: dict[TomlPath, int] | None = None) -> Mapping:
    """Check a map already read from TOML.

    Parameters
    ----------
    data : dict
    name : str
        The file's, for its faults.
    lines : dict, optional
        Line of each key.

    Raises
    ------
    InputError
        With every fault of the map, each naming its key.
    """
    place = Place(name, lines or {})
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as faults:
        raise InputError(
            place.problem(
                fault["loc"],
                fault["input"] if isinstance(fault["input"], str | int | float) else "",
                _expected(fault["type"], fault["msg"]),
            )
            for fault in faults.errors()
        ) from None
    mapping._place = place
    if not known_zone(mapping.centre.timezone):
        at = ("centre", "timezone")
        raise InputError([place.problem(at, mapping.centre.timezone, "an IANA zone such as Europe/Paris")])
    return mapping


def _wrong(name: str, expected: str) -> InputError:
    """Return the fault of a whole file, for the caller to raise."""
    return InputError([Problem(name, expected=expected)])


def _expected(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "a key that is known; see docs/how-to/import-a-call-log.md"
    if kind == "missing":
        return "a value; this key is required"
    return message.removeprefix("Value error, ").removeprefix("Input should be ")

"""Agents, skills, leave, availability, wishes, activities and events: one entity a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import numpy as np

from domain.centre import Centre
from domain.entity import Entity
from domain.grid import from_utc64
from domain.hours import WeeklyWindow
from domain.people import Activity, Agent, Availability, Event, Preference, Skill, TimeOff
from planning.files.cells import GUARDED, SEAT, escaped
from planning.files.faults import meant
from planning.files.repeats import settle_repeats
from planning.files.table import Mask, Table

E = TypeVar("E", bound=Entity)

WHOLE_DAY = "a time after start; a bare date is its midnight, so one whole day ends with the next date"


def read_agents(table: Table) -> tuple[Agent, ...]:
    """Read `agents.csv`; two rows of one id that differ are a fault."""
    names = table["agent_id"].tolist()
    seats = np.array([name.startswith(SEAT) for name in names], dtype=np.bool_)
    table.flag(seats, "agent_id", f"another id; {SEAT}001 and so on are elastic seats")
    active = np.array([escaped(name) != name for name in names], dtype=np.bool_)
    sentence = f"an id with a letter or digit first; spreadsheets take this for a formula, so {GUARDED}"
    table.remark(active & table.good, "agent_id", sentence)
    settle_repeats(table, ("agent_id",), "agent")
    if not table.size:
        table.faults.error(table.file, "at least one agent")
    return _built(
        table,
        lambda row: Agent(
            id=row["agent_id"],
            contract=row["contract"],
            hourly_cost=row["hourly_cost"],
            name=row["name"],
            team=row["team"],
            pool=row["pool"],
            hired_on=_date(row["hired_on"]),
            level=row["level"],
            overtime_h=_or(row["overtime_h"], 0.0),
            site=row["site"],
        ),
    )


def read_skills(table: Table) -> tuple[Skill, ...]:
    """Read `skills.csv`; someone dedicated to one queue serves no other."""
    settle_repeats(table, ("agent_id", "queue"), "agent and queue")
    dedicated = table["dedicated"] & table.good
    devoted: dict[str, str] = {}
    clash = np.zeros(table.size, dtype=np.bool_)
    for row in np.flatnonzero(dedicated):
        agent, queue = table["agent_id"][row], table["queue"][row]
        clash[row] = devoted.setdefault(agent, queue) != queue
    table.flag(clash, "dedicated", "one dedicated queue for each agent")
    spare = np.array([agent in devoted for agent in table["agent_id"].tolist()], dtype=np.bool_)
    spare &= ~dedicated & table.good
    table.remark(spare, "queue", "no second queue for someone dedicated to another; this skill will not be used")
    return _built(
        table,
        lambda row: Skill(
            agent_id=row["agent_id"],
            queue=row["queue"],
            certified_until=_date(row["certified_until"]),
            dedicated=row["dedicated"],
        ),
    )


def read_time_off(table: Table) -> tuple[TimeOff, ...]:
    """Read `time_off.csv`; overlapping leave is noticed."""
    _ordered(table)
    settle_repeats(table, ("agent_id", "start", "end", "kind"), "absence")
    _overlaps(table, "leave that does not overlap other leave of the same person; accepted")
    return _built(
        table,
        lambda row: TimeOff(agent_id=row["agent_id"], start=_utc(row["start"]), end=_utc(row["end"]), kind=row["kind"]),
    )


def read_availability(table: Table) -> tuple[Availability, ...]:
    """Read `availability.csv`; windows may wrap past midnight."""
    table.flag((table["from"] == 1440) & table.given["from"], "from", "a time of day before 24:00")
    settle_repeats(table, ("agent_id", "weekday", "from", "to"), "agent, weekday and window")
    return _built(
        table,
        lambda row: Availability(
            agent_id=row["agent_id"], window=WeeklyWindow(row["weekday"], int(row["from"]), int(row["to"]))
        ),
    )


def read_preferences(table: Table) -> tuple[Preference, ...]:
    """Read `preferences.csv`; a wish without a weight weighs 1."""
    _ordered(table)
    settle_repeats(table, ("agent_id", "start", "end", "wish"), "agent and wish")
    _overlaps(table, "wishes that do not overlap; accepted")
    return _built(
        table,
        lambda row: Preference(
            agent_id=row["agent_id"],
            start=_utc(row["start"]),
            end=_utc(row["end"]),
            wish=row["wish"],
            weight=_or(row["weight"], 1.0),
        ),
    )


def read_activities(table: Table, centre: Centre, teams: Sequence[str]) -> tuple[Activity, ...]:
    """Read `activities.csv`; each is for an agent or a team, and fits between earliest and latest."""
    step, readable = centre.schedule_minutes, table.good.copy()
    nobody = ~table.given["agent_id"] & ~table.given["team"]
    table.flag(nobody & readable, "agent_id", "an agent_id or a team")
    both = table.given["agent_id"] & table.given["team"] & readable
    table.flag(both, "team", "an agent_id or a team, not both")
    known = frozenset(teams)
    strange = np.array([bool(team) and team not in known for team in table["team"].tolist()], dtype=np.bool_)
    table.flag(strange, "team", lambda row: f"a team of agents.csv{meant(table['team'][row], sorted(known))}")
    with np.errstate(invalid="ignore"):
        table.flag(
            readable & (table["minutes"] % step != 0),
            "minutes",
            f"minutes on the grid of schedule_minutes ({step})",
        )
        room = (table["latest"] - table["earliest"]).astype("timedelta64[s]").astype(np.int64) / 60
        table.flag(readable & (room < table["minutes"]), "latest", "a time at least minutes after earliest")
    reserved = np.array([name.casefold() in {"work", "off"} for name in table["activity"].tolist()], dtype=np.bool_)
    table.flag(reserved, "activity", "a word such as training; work and off mean something else")
    settle_repeats(table, ("activity", "agent_id", "team", "earliest", "latest", "minutes"), "activity")
    return _built(
        table,
        lambda row: Activity(
            activity=row["activity"],
            minutes=int(row["minutes"]),
            earliest=_utc(row["earliest"]),
            latest=_utc(row["latest"]),
            agent_id=row["agent_id"],
            team=row["team"],
            times_per_week=int(_or(row["times_per_week"], 1)),
            together=row["together"],
            paid=row["paid"],
        ),
    )


def read_events(table: Table) -> tuple[Event, ...]:
    """Read `events.csv`; ``end`` is exclusive, an empty queue means all."""
    _ordered(table)
    settle_repeats(table, ("start", "end", "name", "kind", "queue"), "event")
    with np.errstate(invalid="ignore"):
        table.remark(
            table.good & (table["lift"] > 10),
            "lift",
            "a multiplier; 1.4 is 40 % more, and this looks like a percentage",
        )
    return _built(
        table,
        lambda row: Event(
            start=_utc(row["start"]),
            end=_utc(row["end"]),
            name=row["name"],
            kind=row["kind"],
            queue=row["queue"],
            lift=None if np.isnan(row["lift"]) else float(row["lift"]),
        ),
    )


def _built(table: Table, make: Callable[[dict[str, Any]], E]) -> tuple[E, ...]:
    return tuple(make(row) for row in records(table))


def records(table: Table) -> Iterator[dict[str, Any]]:
    """Yield the rows without a fault as dictionaries."""
    rows = table.rows()
    columns: dict[str, Any] = {}
    for name in table.names:
        values = table[name][rows]
        columns[name] = values if values.dtype.kind == "M" else values.tolist()
    for i in range(len(rows)):
        yield {name: values[i] for name, values in columns.items()}


def _ordered(table: Table) -> None:
    table.flag(table.good & ~(table["end"] > table["start"]), "end", WHOLE_DAY)


def _overlaps(table: Table, sentence: str) -> None:
    table.flag(overlapping(table), "start", sentence, warn=True)


def overlapping(table: Table) -> Mask:
    """Return the rows that begin before an earlier one of the same person has ended."""
    spans: dict[str, list[int]] = defaultdict(list)
    for row in table.rows().tolist():
        spans[table["agent_id"][row]].append(row)
    return overlapping_in(table, spans.values())


def overlapping_in(table: Table, groups: Iterable[list[int]]) -> Mask:
    """Return the rows that begin before another row of their group, which began no later, has ended."""
    mask = np.zeros(table.size, dtype=np.bool_)
    start, end = table["start"], table["end"]
    for group in groups:
        rows = sorted(group, key=lambda row: (start[row], row))
        latest = np.datetime64(0, "s")
        for row in rows:
            mask[row] |= start[row] < latest
            latest = max(latest, end[row])
    return mask


def _utc(moment: np.datetime64) -> datetime:
    return from_utc64(moment)


def _date(day: np.datetime64) -> date | None:
    found = day.astype("datetime64[D]").item()
    return found if isinstance(found, date) else None


def _or(value: float, default: float) -> float:
    return default if np.isnan(value) else float(value)

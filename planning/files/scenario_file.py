"""`scenario.toml`: changed worlds to ask about, every fault with its line."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from domain.centre import Centre
from domain.errors import Problem
from domain.grid import IntervalGrid
from domain.queues import Queue
from domain.scenario import ElasticChange, Outage, Prices, Scenario, Shift, TargetChange
from planning.files.entities import Key, TomlReader
from planning.files.faults import Faults, meant, one_of
from planning.files.interval_rows import open_intervals
from planning.files.moments import on_clock
from planning.files.toml_lines import Path as At
from planning.files.toml_text import load_toml

LIMITS: dict[str, tuple[float, float, str]] = {
    "volume": (0.0, 10.0, "a multiplier from 0 to 10; 1.2 is a fifth more"),
    "aht": (0.1, 10.0, "a multiplier from 0.1 to 10; 1.1 is a tenth longer"),
    "patience": (0.01, 100.0, "a multiplier from 0.01 to 100"),
    "fcr": (-1.0, 1.0, "points from -1 to 1 to add to the FCR; 0.05 is five points"),
    "deflection": (0.0, 0.999, "a share of at least 0 and below 1"),
}

MOST_POINTS = 0.3
"""FCR points beyond which it is asked whether points were meant."""


def read_scenarios(
    path: Path, centre: Centre, grid: IntervalGrid, *, notices: list[Problem] | None = None
) -> tuple[Scenario, ...]:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
        A TOML file with ``[[scenario]]`` tables.
    centre : Centre
        Whose queues it names.
    grid : IntervalGrid
        Of the plan that it changes.
    notices : list or None
        Receives what was accepted but is worth a look.

    Raises
    ------
    InputError
        With every fault: a key that does not exist is one, since what it asked for would be left out silently.
    """
    faults = Faults()
    try:
        raw = path.read_bytes()
    except OSError as fault:
        faults.error(path.name, f"a file that can be read; {fault.strerror or fault}", value=str(path))
        faults.check()
        raise
    loaded = load_toml(path.name, raw, faults)
    found: tuple[Scenario, ...] | None = None
    if loaded is not None:
        data, lines = loaded
        reader = _Strict(path.name, faults, lines)
        reader.finite((), data)
        for name in data:
            if name != "scenario":
                reader.unknown((name,), {"scenario"})
        if not data.get("scenario"):
            reader.error(("scenario",), "at least one [[scenario]] with a name")
        else:
            found = reader.entities(("scenario",), data["scenario"], Scenario, _keys(centre))
        _names_differ(reader, data.get("scenario"))
        for path_of, scenario in reader.every(Scenario):
            _fits(reader, path_of, scenario, centre, grid)
    faults.check(notices)
    return found or ()


class _Strict(TomlReader):
    """Refuses keys that mean nothing: their effect would be missing from the answer."""

    def unknown(self, path: At, known: set[str]) -> None:
        """Record a key that means nothing to us."""
        self.error(
            path, f"a key of a scenario{meant(str(path[-1]), sorted(known))}; known are {', '.join(sorted(known))}"
        )


def _keys(centre: Centre) -> dict[str, Key]:
    keys = {name: Key(name, partial(_figures, centre, *limits)) for name, limits in LIMITS.items()}
    one_of = {"queue": Key("queue", partial(_queue, centre))}
    moments = {name: Key(name, partial(_moment, centre)) for name in ("start", "end")}
    ends = {"from": Key("source", partial(_queue, centre)), "to": Key("to", partial(_queue, centre))}
    return keys | {
        "outage": Key("outage", lambda r, p, v: r.entities(p, v, Outage, one_of | moments)),
        "mix": Key("mix", lambda r, p, v: r.entities(p, v, Shift, ends)),
        "elastic": Key("elastic", partial(_elastic, centre)),
        "target": Key("target", partial(_targets, centre)),
        "prices": Key("prices", lambda r, p, v: r.entity(p, v, Prices)),
    }


def _figures(
    centre: Centre, low: float, high: float, expected: str, reader: TomlReader, path: At, value: Any
) -> dict[str, float] | None:
    """Read one number for all queues, or a table of them by queue."""
    table = value if isinstance(value, dict) else {"": value}
    found: dict[str, float] = {}
    for name, item in table.items():
        at = (*path, name) if isinstance(value, dict) else path
        if name and name not in centre.queue_ids:
            reader.error(at, f"a queue of centre.toml{one_of(name, centre.queue_ids)}", name)
        elif isinstance(item, float) and not math.isfinite(item):
            pass  # told already
        elif isinstance(item, bool) or not isinstance(item, int | float) or not low <= item <= high:
            reader.error(at, expected, item)
        else:
            found[name] = float(item)
    return found if len(found) == len(table) else None


def _queue(centre: Centre, reader: TomlReader, path: At, value: Any) -> str | None:
    if value in centre.queue_ids:
        return str(value)
    reader.error(path, f"a queue of centre.toml{one_of(str(value), centre.queue_ids)}", value)
    return None


def _moment(centre: Centre, reader: TomlReader, path: At, value: Any) -> datetime | None:
    """Read a TOML time or a text; without an offset it is the centre's clock."""
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reader.error(path, "a time such as 2026-11-24T10:00", value)
        return None
    try:
        return on_clock(moment, centre.timezone)
    except ValueError as fault:
        reader.error(path, str(fault), moment.isoformat())
        return None


def _elastic(centre: Centre, reader: TomlReader, path: At, value: Any) -> ElasticChange | None:
    if centre.elastic is None:
        reader.error(path, "a centre with [elastic]; this one has no elastic seats")
        return None
    return reader.entity(path, value, ElasticChange)


def _targets(centre: Centre, reader: TomlReader, path: At, value: Any) -> dict[str, TargetChange] | None:
    """Read target keys for all queues, or a table of them by queue."""
    table = reader.table(path, value)
    if table is None:
        return None
    by_queue = bool(table) and all(isinstance(item, dict) for item in table.values())
    if not by_queue:
        made = reader.entity(path, table, TargetChange)
        return None if made is None else {"": made}
    known = [name for name in table if _queue(centre, reader, (*path, name), name) is not None]
    found = {name: reader.entity((*path, name), table[name], TargetChange) for name in known}
    kept = {name: change for name, change in found.items() if change is not None}
    return kept if len(kept) == len(table) else None


def _fits(reader: TomlReader, path: At, scenario: Scenario, centre: Centre, grid: IntervalGrid) -> None:
    """Record what would change nothing: an outage while nobody is served, half a target without the rest."""
    worked = open_intervals(centre, grid, worked=True)
    for k, outage in enumerate(scenario.outage):
        at = (*path, "outage", k) if (*path, "outage", k) in reader.built else (*path, "outage")
        if outage.end <= grid.start or outage.start >= grid.end:
            last = grid.label(grid.size - 1)
            reader.error(at, f"a time of the plan, {grid.label(0)} to {last}", outage.start.isoformat())
            continue
        low, high = (grid.minutes_at(moment) / grid.step_minutes for moment in (outage.start, outage.end))
        if not worked[centre.queue_ids.index(outage.queue), max(math.floor(low), 0) : math.ceil(high)].any():
            reader.error(at, f"a time at which queue {outage.queue} is worked", outage.start.isoformat())
    for name, points in scenario.fcr.items():
        if points > MOST_POINTS:
            remark = f"adds {100 * points:g} points to everybody's FCR; it is not the FCR itself"
            reader.notice((*path, "fcr", *([name] if name else [])), value=points, remark=remark)
    for name in scenario.patience:
        if name and centre.queue(name).patience_s is None:
            reader.error((*path, "patience", name), "a queue with patience_s: this one's customers wait for ever", name)
    for name, change in scenario.target.items():
        strange = set(change.given()) - own_keys(centre.queue(name)) if name else set()
        for key in sorted(strange):
            kind = "deferred work" if centre.queue(name).deferred else "a live queue"
            reader.error((*path, "target", name, key), f"a target key of {kind}", key)
        mine = [queue for queue in centre.queues if name in ("", queue.id)]
        for one, other in (("service_level", "within_s"), ("response_h", "share")):
            given = change.given()
            if (one in given) == (other in given):
                continue
            half = one if one in given else other
            if not any(getattr(target, one) is not None for queue in mine for target in queue.targets):
                at = (*path, "target", *([name] if name else []), half)
                reader.error(at, f"{one} and {other} given together: no queue it is for has a target of them")


def own_keys(queue: Queue) -> set[str]:
    """Return the target keys that make sense for a queue."""
    deadline = {"response_h", "share"}
    return {*deadline, "fcr"} if queue.deferred else {*TargetChange.model_fields} - deadline


def _names_differ(reader: TomlReader, written: object) -> None:
    """Record names that occur twice, of scenarios with other faults too."""
    tables = written if isinstance(written, list) else []
    names = [(k, table["name"]) for k, table in enumerate(tables) if isinstance(table, dict) and "name" in table]
    seen: set[str] = set()
    for k, name in names:
        if isinstance(name, str) and (name in seen or name == "base"):
            reader.error(("scenario", k, "name"), "a name that no other scenario has, and not base", name)
        seen.add(str(name))

"""`centre.toml`: the centre's zone, grids, queues, contracts and rules."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from domain.centre import (
    Centre,
    ElasticPool,
    Experts,
    MinimumStaff,
    Overtime,
    Pay,
    Planning,
    Premium,
    Priorities,
    Scorecard,
    Shrinkage,
    Supervision,
)
from domain.contracts import BreakRule, Contract, Limits, NightWindow, StartWindow, WeekendRule
from domain.entity import Entity
from domain.queues import Queue, Target
from planning.files.cells import Context
from planning.files.encoding import decode
from planning.files.entities import (
    WINDOW_KEYS,
    Key,
    TomlReader,
    clock_key,
    days_key,
    window_of,
    windows_key,
)
from planning.files.faults import Faults
from planning.files.settings_checks import check_centre, known_zone
from planning.files.toml_lines import Path, key_lines

FILE = "centre.toml"


@dataclass(frozen=True)
class Settings:
    """What `centre.toml` gave.

    Attributes
    ----------
    centre : Centre or None
        None where it has faults.
    context : Context
        Zone and ids as far as they could be read, so that the other files can be checked all the same.
    stand_in : Centre or None
        The centre, or one of the same zone, grids and queue ids to check the other files against.
    """

    centre: Centre | None
    context: Context
    stand_in: Centre | None


def read_settings(raw: bytes, faults: Faults) -> Settings:
    """Read `centre.toml`, recording every fault and every key not known."""
    reader = TomlReader(FILE, faults)
    data = _parsed(raw, reader)
    if data is None:
        return Settings(None, Context("UTC"), None)
    before = len(faults.wrong)
    reader.finite((), data)
    head = reader.table(("centre",), data.get("centre", {})) or {}
    if "centre" not in data:
        reader.error((), "a section [centre] with name and timezone")
    fields: dict[str, Any] = {}
    for name, (field, read) in _SECTIONS.items():
        if name in data:
            made = read(reader, (name,), data[name])
            if made is not None:
                fields[field] = made
    for name in ("queues", "contracts"):
        if not data.get(name):
            reader.error((name,), f"at least one [[{name}]]")
            fields[name] = ()
        fields.setdefault(name, ())
    for name in data:
        if name not in _SECTIONS and name != "centre":
            reader.unknown((name,), {*_SECTIONS, "centre"})
    keys = {name: Key(name, _plain) for name in _HEAD}
    sections = set(Centre.model_fields) - set(_HEAD)
    inner = {key: value for key, value in head.items() if key not in sections}
    for key in head:
        if key in sections:
            reader.unknown(("centre", key), set(_HEAD))
    base = reader.entity(("centre",), inner, _Head, keys)
    centre = None
    if base is not None and len(faults.wrong) == before:
        centre = Centre(**base.model_dump(), **fields)
    interval, schedule = check_centre(reader, data, base.model_dump() if base else dict(inner), fields)
    if len(faults.wrong) > before:
        centre = None
    context = Context(_zone(head), _ids(data, "queues"), _ids(data, "contracts"))
    stand_in = centre
    if centre is None and context.queues:
        stand_in = Centre(
            name="",
            timezone=context.zone,
            interval_minutes=interval,
            schedule_minutes=schedule,
            queues=fields["queues"] or tuple(Queue(id=name) for name in context.queues),
            contracts=fields["contracts"],
        )
    return Settings(centre, context, stand_in)


class _Head(Entity):
    """The keys of [centre] itself."""

    name: str
    timezone: str
    country: str = ""
    currency: str = "EUR"
    interval_minutes: int = 30
    schedule_minutes: int = 15


_HEAD = tuple(_Head.model_fields)


def _parsed(raw: bytes, reader: TomlReader) -> dict[str, Any] | None:
    try:
        text = decode(raw).data.decode("utf-8")
    except ValueError as fault:
        reader.error((), str(fault))
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"\(at line (\d+), column \d+\)", str(fault))
        line = int(place.group(1)) if place else text.count("\n") + 1
        written = text.splitlines()[line - 1].strip() if place and line <= len(text.splitlines()) else ""
        hint = "; decimals take a point" if re.search(r"=\s*\d+,\d", written) else ""
        reason = str(fault).split(" (at ")[0]
        reader.faults.error(FILE, f"valid TOML{hint}: {reason}", line=line, value=written[:80])
        return None
    reader.lines.update(key_lines(text))
    return data


def _zone(head: dict[str, Any]) -> str:
    zone = str(head.get("timezone", ""))
    return zone if known_zone(zone) else "UTC"


def _ids(data: dict[str, Any], section: str) -> tuple[str, ...] | None:
    items = data.get(section)
    if not isinstance(items, list):
        return None
    return tuple(str(item["id"]) for item in items if isinstance(item, dict) and item.get("id"))


def _plain(reader: TomlReader, path: Path, value: Any) -> Any:
    return value


def _limits(reader: TomlReader, path: Path, value: Any) -> Limits | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = {"min": value, "max": value}
    return reader.entity(path, value, Limits)


def _targets(reader: TomlReader, path: Path, value: Any) -> tuple[Target, ...] | None:
    return reader.entities(path, value, Target)


_CLOCKS = {"from": Key("from_minute", clock_key), "to": Key("to_minute", clock_key)}


def _start(reader: TomlReader, path: Path, value: Any) -> StartWindow | None:
    return reader.entity(path, value, StartWindow, _CLOCKS)


def _night(reader: TomlReader, path: Path, value: Any) -> NightWindow | None:
    return reader.entity(path, value, NightWindow, _CLOCKS)


def _breaks(reader: TomlReader, path: Path, value: Any) -> tuple[BreakRule, ...] | None:
    return reader.entities(path, value, BreakRule)


def _weekends(reader: TomlReader, path: Path, value: Any) -> WeekendRule | None:
    return reader.entity(path, value, WeekendRule)


def _queues(reader: TomlReader, path: Path, value: Any) -> tuple[Queue, ...] | None:
    keys = {"target": Key("targets", _targets), "open": Key("open", windows_key)}
    return reader.entities(path, value, Queue, keys)


def _contracts(reader: TomlReader, path: Path, value: Any) -> tuple[Contract, ...] | None:
    keys = {name: Key(name, _limits) for name in ("weekly_hours", "days_per_week", "shift_hours", "nights_per_week")}
    keys |= {
        "start": Key("start", _start),
        "breaks": Key("breaks", _breaks),
        "weekends_off": Key("weekends_off", _weekends),
        "night": Key("night", _night),
        "weekend_days": Key("weekend_days", days_key),
    }
    return reader.entities(path, value, Contract, keys)


class _Floor(Entity):
    """The keys of [[minimum_staff]] besides its window."""

    queue: str
    agents: int


def _floors(reader: TomlReader, path: Path, value: Any) -> tuple[MinimumStaff, ...] | None:
    items = value if isinstance(value, list) else [value]
    found: list[MinimumStaff | None] = []
    for i, item in enumerate(items):
        at = (*path, i) if isinstance(value, list) else path
        table = reader.table(at, item)
        if table is None:
            found.append(None)
            continue
        window = window_of(reader, at, table)
        rest = {key: entry for key, entry in table.items() if key not in WINDOW_KEYS}
        floor = reader.entity(at, rest, _Floor)
        if floor is not None and floor.agents < 0:
            reader.error((*at, "agents"), "a whole number of at least 0", floor.agents)
        elif floor is not None and window is not None:
            found.append(MinimumStaff(queue=floor.queue, window=window, agents=floor.agents))
            continue
        found.append(None)
    kept = tuple(item for item in found if item is not None)
    return kept if len(kept) == len(found) else None


def _risk(reader: TomlReader, path: Path, value: Any) -> str | float | None:
    if value == "mean":
        return "mean"
    share = value.get("share_of_days") if isinstance(value, dict) and len(value) == 1 else None
    if isinstance(share, int | float) and not isinstance(share, bool) and 0 < share < 1:
        return float(share)
    reader.error(path, '"mean", or { share_of_days = 0.8 } with a share between 0 and 1', value)
    return None


def _planning(reader: TomlReader, path: Path, value: Any) -> Planning | None:
    return reader.entity(path, value, Planning, {"risk": Key("risk", _risk)})


def _premiums(reader: TomlReader, path: Path, value: Any) -> tuple[Premium, ...] | None:
    found = reader.entities(path, value, Premium, _CLOCKS)
    for i, premium in enumerate(found or ()):
        if (premium.from_minute is None) != (premium.to_minute is None):
            at = (*path, i) if isinstance(value, list) else path
            reader.error(at, "from and to together, or neither")
    return found


def _overtime(reader: TomlReader, path: Path, value: Any) -> Overtime | None:
    return reader.entity(path, value, Overtime)


def _pay(reader: TomlReader, path: Path, value: Any) -> Pay | None:
    keys = {"premiums": Key("premiums", _premiums), "overtime": Key("overtime", _overtime)}
    return reader.entity(path, value, Pay, keys)


class _Booking(Entity):
    minimum_hours_per_week: float = 0.0
    notice_h: float = 0.0


def _elastic(reader: TomlReader, path: Path, value: Any) -> ElasticPool | None:
    table = reader.table(path, value)
    if table is None:
        return None
    flat = {key: item for key, item in table.items() if key != "booking"}
    booking = reader.entity((*path, "booking"), table.get("booking", {}), _Booking)
    if booking is not None:
        flat = booking.model_dump() | flat
    return reader.entity(path, flat, ElasticPool)


def _scorecard(reader: TomlReader, path: Path, value: Any) -> Scorecard | None:
    table = dict(reader.table(path, value) or {})
    usual = Scorecard()
    for name, known in (("weights", usual.weights), ("grades", usual.grades)):
        given = table.get(name)
        if isinstance(given, dict):
            for key in given:
                if key not in known:
                    reader.unknown((*path, name, key), set(known))
            kept = {key: item for key, item in given.items() if key in known}
            table[name] = kept if name == "weights" else known | kept
    return reader.entity(path, table, Scorecard)


_SECTIONS: dict[str, tuple[str, Any]] = {
    "queues": ("queues", _queues),
    "contracts": ("contracts", _contracts),
    "minimum_staff": ("minimum_staff", _floors),
    "shrinkage": ("shrinkage", lambda r, p, v: r.entity(p, v, Shrinkage)),
    "planning": ("planning", _planning),
    "pay": ("pay", _pay),
    "elastic": ("elastic", _elastic),
    "experts": ("experts", lambda r, p, v: r.entity(p, v, Experts)),
    "scorecard": ("scorecard", _scorecard),
    "supervision": ("supervision", lambda r, p, v: r.entity(p, v, Supervision)),
    "priorities": ("priorities", lambda r, p, v: r.entity(p, v, Priorities)),
}

"""`centre.toml`: the centre's zone, grids, queues, contracts and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.centre import Centre
from domain.entity import Entity
from domain.queues import Queue
from planning.files.cells import Context
from planning.files.entities import Key, TomlReader
from planning.files.faults import Faults
from planning.files.settings_checks import check_centre, known_zone
from planning.files.settings_sections import SECTIONS, as_it_is
from planning.files.site_checks import Places, places_of
from planning.files.tier_checks import Named, teams_of
from planning.files.toml_text import load_toml

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
    teams : tuple
        Teams that tiers name, to be looked for among the agents.
    places : tuple
        Sites, of which the agents are.
    """

    centre: Centre | None
    context: Context
    stand_in: Centre | None
    teams: Named = ()
    places: Places = ()


def read_settings(raw: bytes, faults: Faults) -> Settings:
    """Read `centre.toml`, recording every fault and every key not known."""
    loaded = load_toml(FILE, raw, faults)
    if loaded is None:
        return Settings(None, Context("UTC"), None)
    data, lines = loaded
    reader = TomlReader(FILE, faults, lines)
    before = len(faults.wrong)
    reader.finite((), data)
    head = reader.table(("centre",), data.get("centre", {})) or {}
    if "centre" not in data:
        reader.error((), "a section [centre] with name and timezone")
    fields: dict[str, Any] = {}
    for name, (field, read) in SECTIONS.items():
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
        if name not in SECTIONS and name != "centre":
            reader.unknown((name,), {*SECTIONS, "centre"})
    keys = {name: Key(name, as_it_is) for name in _HEAD}
    sections = set(Centre.model_fields) - set(_HEAD)
    inner = {key: value for key, value in head.items() if key not in sections}
    for key in head:
        if key in sections:
            reader.unknown(("centre", key), set(_HEAD))
    base = reader.entity(("centre",), inner, _Head, keys)
    centre = None
    if base is not None and len(faults.wrong) == before:
        centre = Centre(**base.model_dump(), **fields)
    interval, schedule = check_centre(reader, data, base.model_dump() if base else dict(inner))
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
    return Settings(centre, context, stand_in, teams_of(reader), places_of(reader, data))


class _Head(Entity):
    """The keys of [centre] itself."""

    name: str
    timezone: str
    country: str = ""
    currency: str = "EUR"
    interval_minutes: int = 30
    schedule_minutes: int = 15


_HEAD = tuple(_Head.model_fields)


def _zone(head: dict[str, Any]) -> str:
    zone = str(head.get("timezone", ""))
    return zone if known_zone(zone) else "UTC"


def _ids(data: dict[str, Any], section: str) -> tuple[str, ...] | None:
    items = data.get(section)
    if not isinstance(items, list):
        return None
    return tuple(str(item["id"]) for item in items if isinstance(item, dict) and item.get("id"))

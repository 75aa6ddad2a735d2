"""The sections of `centre.toml`: how each becomes entities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from domain.centre import (
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
from domain.fairness import Fairness, FairnessWeights, UnpopularHours
from domain.queues import Growth, Queue, Target
from domain.sites import Site
from domain.tiers import Tier, TierTarget
from planning.files.entities import Key, TomlReader
from planning.files.toml_lines import Path
from planning.files.toml_windows import WINDOW_KEYS, clock_key, days_key, window_of, windows_key


def as_it_is(reader: TomlReader, path: Path, value: Any) -> Any:
    """Leave a value to the entity it becomes a field of."""
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


def _growth(reader: TomlReader, path: Path, value: Any) -> tuple[Growth, ...] | None:
    return reader.entities(path, value, Growth, {"from": Key("start", _day)})


def _day(reader: TomlReader, path: Path, value: Any) -> date | None:
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        reader.error(path, "a date such as 2026-11-23", value)
        return None


def _queues(reader: TomlReader, path: Path, value: Any) -> tuple[Queue, ...] | None:
    keys = {"target": Key("targets", _targets), "open": Key("open", windows_key), "growth": Key("growth", _growth)}
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


def _tier_target(reader: TomlReader, path: Path, value: Any) -> TierTarget | None:
    return reader.entity(path, value, TierTarget)


def _tier_queues(reader: TomlReader, path: Path, value: Any) -> Any:
    if value == []:
        reader.error(path, "at least one queue; leave the key out for every live queue", value)
        return None
    return (value,) if isinstance(value, str) else value


def _tiers(reader: TomlReader, path: Path, value: Any) -> tuple[Tier, ...] | None:
    keys = {"target": Key("target", _tier_target), "queues": Key("queues", _tier_queues)}
    return reader.entities(path, value, Tier, keys)


def _sites(reader: TomlReader, path: Path, value: Any) -> tuple[Site, ...] | None:
    return reader.entities(path, value, Site, {"open": Key("open", windows_key)})


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
            made = MinimumStaff(queue=floor.queue, window=window, agents=floor.agents)
            reader.built[at] = made
            found.append(made)
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
    return reader.entities(path, value, Premium, _CLOCKS)


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


def _unpopular(reader: TomlReader, path: Path, value: Any) -> UnpopularHours | None:
    keys = {"before": Key("before_minute", clock_key), "after": Key("after_minute", clock_key)}
    return reader.entity(path, value, UnpopularHours, keys)


def _fairness(reader: TomlReader, path: Path, value: Any) -> Fairness | None:
    keys = {
        "weights": Key("weights", lambda r, p, v: r.entity(p, v, FairnessWeights)),
        "unpopular": Key("unpopular", _unpopular),
    }
    return reader.entity(path, value, Fairness, keys)


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


SECTIONS: dict[str, tuple[str, Any]] = {
    "queues": ("queues", _queues),
    "contracts": ("contracts", _contracts),
    "tiers": ("tiers", _tiers),
    "sites": ("sites", _sites),
    "minimum_staff": ("minimum_staff", _floors),
    "shrinkage": ("shrinkage", lambda r, p, v: r.entity(p, v, Shrinkage)),
    "planning": ("planning", _planning),
    "pay": ("pay", _pay),
    "elastic": ("elastic", _elastic),
    "experts": ("experts", lambda r, p, v: r.entity(p, v, Experts)),
    "scorecard": ("scorecard", _scorecard),
    "supervision": ("supervision", lambda r, p, v: r.entity(p, v, Supervision)),
    "fairness": ("fairness", _fairness),
    "priorities": ("priorities", lambda r, p, v: r.entity(p, v, Priorities)),
}

"""What the sections of `centre.toml` ask of each other: ids, references, grids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from domain.centre import ElasticPool, MinimumStaff, Premium, Scorecard
from domain.contracts import Contract
from domain.queues import Queue
from domain.sites import Site
from planning.files.cells import GUARDED, escaped
from planning.files.entities import TomlReader
from planning.files.faults import listed, meant
from planning.files.tier_checks import check_tiers
from planning.files.toml_lines import Path
from planning.files.unplanned import note_unplanned

INTERVALS = (15, 30, 60)
ALL = "all"
"""What `service.csv` calls the queues together; no queue may have this id."""
PREMIUMS = ("night", "weekend", "holiday")
"""Kinds of premium that tell their hours themselves."""
SHORT_AHT_S = 30.0
"""A handle time below this looks like minutes."""


def known_zone(name: str) -> bool:
    """Tell whether a name is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return bool(name)


def check_centre(reader: TomlReader, data: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[int, int]:
    """Check what goes beyond one key, on whatever could be read; return usable grids for intervals and shifts."""
    _zone_and_country(reader, head)
    interval, step = _grids(reader, head)
    names = [str(item.get("id", "")) for item in _tables(data, "queues")]
    _ids(reader, "queues", names)
    _ids(reader, "contracts", [str(item.get("id", "")) for item in _tables(data, "contracts")])
    for path, queue in reader.every(Queue):
        _queue(reader, path, queue, interval)
    for path, contract in reader.every(Contract):
        _contract(reader, path, contract, step)
    for path, floor in reader.every(MinimumStaff):
        _refer(reader, (*path, "queue"), floor.queue, names)
        for key, minute in (("from", floor.window.from_minute), ("to", floor.window.to_minute)):
            if minute % step:
                reader.notice((*path, key), f"a time on the grid of {step} minutes, as is usual")
    for _, elastic in reader.every(ElasticPool):
        _elastic(reader, elastic, names, step)
    for _, scorecard in reader.every(Scorecard):
        _scorecard(reader, scorecard)
    _ids(reader, "tiers", [str(item.get("id", "")) for item in _tables(data, "tiers")])
    check_tiers(reader, names)
    _ids(reader, "sites", [str(item.get("id", "")) for item in _tables(data, "sites")])
    for path, site in reader.every(Site):
        if site.country:
            _country(reader, (*path, "country"), site.country)
    for path, premium in reader.every(Premium):
        _premium(reader, path, premium)
    note_unplanned(reader)
    return interval, step


def _tables(data: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    items = data.get(section)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _zone_and_country(reader: TomlReader, head: Mapping[str, Any]) -> None:
    zone = head.get("timezone")
    if isinstance(zone, str) and not known_zone(zone):
        expected = f"an IANA time zone such as Asia/Shanghai{meant(zone, sorted(available_timezones()))}"
        reader.error(("centre", "timezone"), expected, zone)
    country = head.get("country", "")
    if not country:
        sentence = "no country is given: public holidays are those of events.csv alone"
        reader.notice(("centre", "country"), remark=sentence)
    elif isinstance(country, str):
        _country(reader, ("centre", "country"), country)
    currency = head.get("currency", "EUR")
    if isinstance(currency, str) and not re.fullmatch(r"[A-Z]{3}", currency):
        reader.notice(("centre", "currency"), "a currency of three letters (ISO 4217), as is usual", currency)


def _country(reader: TomlReader, path: Path, country: str) -> None:
    if country not in _countries():
        expected = (
            "a country whose public holidays are known, by its two letters (ISO 3166) such as CN; for another, "
            "leave it out and give the holidays in events.csv"
        )
        reader.error(path, expected, country)


@cache
def _countries() -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_supported_countries())


def _grids(reader: TomlReader, head: Mapping[str, Any]) -> tuple[int, int]:
    """Check both grids and return them; a usable one stands in for one that is not."""
    interval, schedule = head.get("interval_minutes", 30), head.get("schedule_minutes", 15)
    if interval not in INTERVALS:
        reader.error(("centre", "interval_minutes"), listed(map(str, INTERVALS)), interval)
        interval = 60
    if not isinstance(schedule, int) or schedule < 1:
        reader.error(("centre", "schedule_minutes"), "a whole number of minutes such as 15", schedule)
        schedule = 1
    elif interval % schedule:
        expected = f"minutes that divide interval_minutes ({interval})"
        reader.error(("centre", "schedule_minutes"), expected, schedule)
        schedule = 1
    return int(interval), schedule


def _ids(reader: TomlReader, section: str, names: Sequence[str]) -> None:
    for i, name in enumerate(names):
        path: Path = (section, i, "id")
        if name and name in names[:i]:
            reader.error(path, f"an id of its own; [[{section}]] has this one already", name)
        if name != name.strip():
            reader.error(path, "an id without blanks at its ends", name)
        if section == "queues" and name.casefold() == ALL:
            reader.error(path, f"another id: {ALL} stands for all queues together in service.csv", name)
        if section == "queues" and escaped(name) != name:
            reader.notice(path, f"a letter or digit first; spreadsheets take this for a formula, so {GUARDED}", name)
        if section == "queues" and ";" in name:
            reader.error(path, "an id without a semicolon, which separates queues in roster.csv", name)


def _refer(reader: TomlReader, path: Path, name: str, known: Sequence[str]) -> None:
    if name not in known:
        reader.error(path, f"a queue of [[queues]]: {listed(known)}{meant(name, known)}", name)


def _queue(reader: TomlReader, path: Path, queue: Queue, interval: int) -> None:
    if queue.aht_s is not None and queue.aht_s < SHORT_AHT_S:
        reader.notice((*path, "aht_s"), "seconds; this looks like minutes", f"{queue.aht_s:g}")
    if queue.concurrency > 1 and not queue.slowdown:
        sentence = (
            "contacts carried together are taken not to slow each other (slowdown 1.0): "
            "service looks better than it may be"
        )
        reader.notice((*path, "slowdown"), remark=sentence)
    if queue.slowdown and len(queue.slowdown) != queue.concurrency:
        count = f"one number for each of 1..concurrency ({queue.concurrency}); the last one is repeated where short"
        reader.notice((*path, "slowdown"), count, list(queue.slowdown))
    if any(later < value for value, later in pairwise(queue.slowdown)):
        expected = "numbers that rise; where they fall, requirements by formula can be far too low (simulate tells)"
        reader.notice((*path, "slowdown"), expected, list(queue.slowdown))
    if any(value <= 0 for value in queue.slowdown):
        reader.error((*path, "slowdown"), "numbers above 0", list(queue.slowdown))
    for i, window in enumerate(queue.open):
        if window.from_minute % interval or window.to_minute % interval:
            sentence = f"hours on the grid of {interval} minutes are usual; an interval is open where its start is"
            reader.notice((*path, "open", i), remark=sentence)
    scopes = [target.scope for target in queue.targets]
    for i, target in enumerate(queue.targets):
        at = (*path, "target", i)
        if scopes.index(target.scope) < i:
            reader.error((*at, "scope"), "one target table per scope", target.scope)
        live = {"mean_wait_s", "service_level", "abandonment"} & set(target.measures())
        if queue.deferred and live:
            names = listed(sorted(live))
            reader.notice(at, f"response_h and share, for deferred work; {names} have no effect here")
        if not queue.deferred and target.share is not None:
            reader.notice(at, remark="response_h and share are for the channel deferred; no effect here")
        if queue.patience_s is not None and {"occupancy"} == set().union(*(t.measures() for t in queue.targets)):
            expected = "a target of waiting or abandonment too: an occupancy alone is kept by letting customers hang up"
            reader.notice(at, expected)
        if not target.measures():
            reader.notice(at, "at least one measure; this target asks for nothing")


def _contract(reader: TomlReader, path: Path, contract: Contract, step: int) -> None:
    def on_grid(at: Path, minutes: float) -> None:
        if minutes % step:
            reader.error((*path, *at), f"minutes on the grid of schedule_minutes ({step})", f"{minutes:g}")

    on_grid(("start", "from"), contract.start.from_minute)
    on_grid(("start", "to"), contract.start.to_minute)
    on_grid(("start", "step_minutes"), contract.start.step_minutes)
    for i, rule in enumerate(contract.breaks):
        on_grid(("breaks", i, "minutes"), rule.minutes)
        on_grid(("breaks", i, "after_minutes"), rule.after_minutes)
        on_grid(("breaks", i, "before_minutes"), rule.before_minutes)
    hours = contract.shift_hours
    if hours.max <= 0 or hours.max > 24:
        reader.error((*path, "shift_hours"), "hours above 0 and at most 24", f"{hours.max:g}")
    elif (60 * hours.max) // step * step < 60 * hours.min - 1e-9:
        sentence = f"a length of shift on the grid of schedule_minutes ({step})"
        reader.error((*path, "shift_hours"), sentence, f"{hours.min:g}..{hours.max:g} h")
    if contract.days_per_week.max > 7 and contract.days_per_week.max != float("inf"):
        reader.error((*path, "days_per_week"), "at most 7 days", f"{contract.days_per_week.max:g}")
    if contract.days_per_week.min > 7:
        reader.error((*path, "days_per_week"), "at most 7 days", f"{contract.days_per_week.min:g}")


def _elastic(reader: TomlReader, elastic: ElasticPool, names: Sequence[str], step: int) -> None:
    for i, queue in enumerate(elastic.queues):
        _refer(reader, ("elastic", "queues", i), queue, names)
    for i, hours in enumerate(elastic.block_hours):
        if hours <= 0 or hours > 24 or (60 * hours) % step:
            expected = f"hours above 0 on the grid of schedule_minutes ({step})"
            reader.error(("elastic", "block_hours", i), expected, f"{hours:g}")
    if not elastic.block_hours:
        reader.error(("elastic", "block_hours"), "at least one length of block, in hours")
    if not elastic.queues:
        reader.notice(("elastic", "queues"), "at least one queue; with none elastic seats serve nobody")
    if elastic.emergency_share is not None and elastic.emergency_share < elastic.share:
        value = f"{elastic.emergency_share:g}"
        reader.error(("elastic", "emergency_share"), f"at least share ({elastic.share:g})", value)


def _premium(reader: TomlReader, path: Path, premium: Premium) -> None:
    if (premium.from_minute is None) != (premium.to_minute is None):
        reader.error(path, "from and to together, or neither")
    elif premium.from_minute is None and premium.kind not in PREMIUMS:
        expected = f"{listed(PREMIUMS)}; another kind needs its hours, from and to{meant(premium.kind, PREMIUMS)}"
        reader.error((*path, "kind"), expected, premium.kind)


def _scorecard(reader: TomlReader, scorecard: Scorecard) -> None:
    if any(weight < 0 for weight in scorecard.weights.values()) or not sum(scorecard.weights.values()) > 0:
        reader.error(("scorecard", "weights"), "weights of at least 0, not all 0", dict(scorecard.weights))
    grades = [scorecard.grades[name] for name in ("excellent", "good", "qualified")]
    if not 100 >= grades[0] > grades[1] > grades[2] >= 0:
        reader.error(("scorecard", "grades"), "excellent above good above qualified, within 0..100", grades)
    low, high = scorecard.factor_limits
    if not 0 < low <= 1 <= high:
        reader.error(("scorecard", "factor_limits"), "two numbers around 1, such as [0.7, 1.3]", [low, high])

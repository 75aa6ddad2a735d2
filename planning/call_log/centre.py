"""The `centre.toml` of an imported folder: what the log and its map say, and what had to be assumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from domain.hours import clock
from planning.call_log.calls import ABANDONED, Calls
from planning.call_log.mapping import Mapping
from planning.call_log.opening import Opening, window_toml
from planning.call_log.patience import Patience, patience_of

_CARRIED = ("planning", "pay", "elastic", "experts", "scorecard", "supervision", "priorities")
_LIVE_TARGET = {"scope": "day", "service_level": 0.80, "within_s": 20}
_DEFERRED_TARGET = {"response_h": 24, "share": 0.95}


@dataclass
class Account:
    """Lines for the summary, filled while the folder is made."""

    measured: list[str] = field(default_factory=list)
    inferred: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def deferred_queues(mapping: Mapping) -> frozenset[str]:
    """Return the queues that the map calls deferred."""
    return frozenset(queue for queue, keys in mapping.queues.items() if keys.get("channel") == "deferred")


def centre_toml(calls: Calls, mapping: Mapping, opening: Opening, in_shift: float, account: Account) -> dict[str, Any]:
    """Return the tables of `centre.toml`; what was inferred or assumed is added to the account."""
    facts = mapping.centre
    centre: dict[str, Any] = {"name": facts.name, "timezone": facts.timezone}
    centre |= {"country": facts.country} if facts.country else {}
    centre |= {"currency": facts.currency, "interval_minutes": facts.interval_minutes}
    centre["schedule_minutes"] = min(facts.schedule_minutes, facts.interval_minutes)
    tables: dict[str, Any] = {
        "centre": centre,
        "queues": [_queue(calls, i, mapping, opening, account) for i in range(len(calls.queues))],
        "contracts": [dict(contract) for contract in mapping.contracts] or [_contract(opening, account)],
    }
    if opening.inferred:
        hours = "; ".join(_hours(opening, queue) for queue in calls.queues[:1])
        account.inferred.append(f"opening hours of every queue, from when contacts were answered: {hours}")
    if mapping.contracts:
        names = ", ".join(str(contract.get("id", "?")) for contract in mapping.contracts)
        account.assumed.append(f"contracts as given by the map: {names}")
    account.assumed.append(f"every agent costs {mapping.people.hourly_cost:g} {facts.currency} an hour")
    if mapping.minimum_staff:
        tables["minimum_staff"] = [dict(floor) for floor in mapping.minimum_staff]
    shrinkage = _shrinkage(mapping, in_shift, account)
    if shrinkage:
        tables["shrinkage"] = shrinkage
    for name in _CARRIED:
        section = getattr(mapping, name)
        if section is not None:
            tables[name] = dict(section)
            account.assumed.append(f"[{name}] as given by the map")
    return tables


def _queue(calls: Calls, i: int, mapping: Mapping, opening: Opening, account: Account) -> dict[str, Any]:
    name = calls.queues[i]
    given = dict(mapping.queues.get(name, {}))
    queue: dict[str, Any] = {"id": name, "channel": given.pop("channel", "voice")}
    here = (calls.queue == i) & calls.contacts
    timed = here & calls.answered & ~calls.artefact & np.isfinite(calls.handle_s)
    if timed.any():
        queue["aht_s"] = round(float(calls.handle_s[timed].mean()), 1)
    deferred = queue["channel"] == "deferred"
    if not deferred and "patience_s" not in given and mapping.columns.wait is not None:
        found = patience_of(calls.wait_s[here], calls.outcome[here] == ABANDONED)
        account.measured.append(patience_line(name, found))
        if np.isfinite(found.mean_s):
            queue["patience_s"] = round(found.mean_s, 1)
    queue["open"] = [window_toml(window) for window in opening.windows[name]]
    if "target" not in given:
        default = _DEFERRED_TARGET if deferred else mapping.target
        queue["target"] = dict(default or _LIVE_TARGET)
        if deferred or mapping.target is None:
            words = ", ".join(f"{key} {value}" for key, value in queue["target"].items())
            account.assumed.append(f"target of {name}: {words}")
    return queue | given


def patience_line(queue: str, found: Patience) -> str:
    """Say what was found of one queue's patience."""
    if not np.isfinite(found.mean_s):
        return f"patience of {queue}: nobody abandoned, so they are taken to wait"
    text = (
        f"patience of {queue}: {found.mean_s:.0f} s ({found.low_s:.0f} to {found.high_s:.0f}, "
        f"{found.abandoned:,} abandoned)"
    )
    checks = ", ".join(f"{at:.0f} s {share:.2f} ({model:.2f})" for at, model, share in found.checks)
    return text + (f"; still waiting after, observed (exponential): {checks}" if checks else "")


def _hours(opening: Opening, queue: str) -> str:
    parts = [window_toml(window) for window in opening.windows[queue]]
    return "; ".join(f"{part['days']} {part['from']}-{part['to']}" for part in parts)


def _shrinkage(mapping: Mapping, in_shift: float, account: Account) -> dict[str, float]:
    if np.isfinite(in_shift):
        account.measured.append(
            f"while somebody waited, agents on duty were not serving in {in_shift:.1%} of their time "
            "(gaps of up to 10 minutes; longer ones are taken for breaks)"
        )
    if mapping.shrinkage is None:
        account.assumed.append("no shrinkage: the map has no [shrinkage]")
        return {}
    found = dict(mapping.shrinkage)
    if found.get("in_shift") == "measured":
        found["in_shift"] = round(in_shift, 4) if np.isfinite(in_shift) else 0.0
        account.inferred.append(f"in-shift shrinkage {found['in_shift']:g}, as measured")
    account.assumed.append("[shrinkage] as given by the map")
    return found


def _contract(opening: Opening, account: Account) -> dict[str, Any]:
    """Return an ordinary contract that fits the opening hours, where the map has none."""
    windows = [window for found in opening.windows.values() for window in found]
    low = min(window.from_minute for window in windows)
    wraps = any(window.to_minute <= window.from_minute for window in windows)
    high = 1440 if wraps else max(window.to_minute for window in windows)
    longest = max(min(8.0, (high - low) / 60), 1.0)
    shortest = min(4.0, longest)
    last = min(max(low, high - int(60 * shortest)), 1410)  # half past eleven at night is the last half hour
    account.assumed.append(
        f"a contract, as the map has none: {shortest:g} to {longest:g} h a day on up to five days, at most 40 h "
        f"a week, starting {clock(low)} to {clock(last)}, 11 h rest, a paid break of 15 minutes"
    )
    return {
        "id": "full-time",
        "weekly_hours": {"min": 0, "max": 40},
        "days_per_week": {"min": 0, "max": 5},
        "shift_hours": {"min": shortest, "max": longest},
        "start": {"from": clock(low), "to": clock(last), "step_minutes": 30},
        "rest_h": 11,
        "max_consecutive_days": 6,
        "breaks": [
            {
                "kind": "break",
                "minutes": 15,
                "paid": True,
                "after_minutes": 60,
                "before_minutes": 180,
                "shift_at_least_h": 4,
            }
        ],
    }

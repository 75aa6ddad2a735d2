"""`plan.json` read back: the keys that later steps look at are there and of their kind, or every fault is named."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

from planning.files.faults import Faults

_FILE = "plan.json"
_WHOLE = "the plan of `seatwise plan`, with its week"


def read_document(path: Path) -> dict[str, Any]:
    """Read the `plan.json` of a folder, or beside a file.

    Raises
    ------
    InputError
        With every fault; keys that later steps do not look at are left alone.
    """
    faults = Faults()
    file = path / _FILE if path.is_dir() else path.parent / _FILE
    found: object = None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        faults.error(_FILE, f"a plan folder that holds this file; {fault.strerror or fault}", value=str(file))
    except (ValueError, RecursionError):
        faults.error(_FILE, _WHOLE, value=str(file))
    faults.check()
    if not isinstance(found, dict) or not _is_day(found.get("week")):
        faults.error(_FILE, _WHOLE, value=str(file))
        faults.check()
    assert isinstance(found, dict)
    _check_engine(found.get("engine", {}), faults)
    _check_risk(found.get("risk"), faults)
    targets = found.get("targets", [])
    if not isinstance(targets, list):
        faults.error(_FILE, "a list of targets", column="targets", value=json.dumps(targets)[:80])
    else:
        for k, target in enumerate(targets):
            _check_target(k, target, faults)
    faults.check()
    return found


def _check_engine(engine: object, faults: Faults) -> None:
    if not isinstance(engine, dict):
        faults.error(_FILE, "a table with version, seed and input_sha256", column="engine", value=str(engine))
        return
    seed = engine.get("seed", 1)
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        faults.error(_FILE, "a whole number of at least 0", column="engine.seed", value=str(seed))


def _check_risk(risk: object, faults: Faults) -> None:
    """Look at the factors, which are explained by queue and day."""
    if risk is None:
        return
    factor = risk.get("factor", {}) if isinstance(risk, dict) else None
    days = list(factor.values()) if isinstance(factor, dict) else [None]
    if not all(isinstance(day, dict) and all(map(_is_number, day.values())) for day in days):
        faults.error(_FILE, "null, or a table with factor: a number by queue and day", column="risk.factor")


def _check_target(k: int, target: object, faults: Faults) -> None:
    column = f"targets[{k}]"
    if not isinstance(target, dict):
        faults.error(_FILE, "a table with queue, scope, start, measure, target and met", column=column)
        return
    for name in ("queue", "scope", "start", "measure"):
        if not isinstance(target.get(name), str):
            faults.error(_FILE, "a text", column=f"{column}.{name}", value=str(target.get(name, "")))
    if not _is_number(target.get("target")):
        faults.error(_FILE, "a number", column=f"{column}.target", value=str(target.get("target", "")))
    if not isinstance(target.get("met"), bool | None):
        faults.error(_FILE, "true or false", column=f"{column}.met", value=str(target["met"]))
    for name in ("simulated", "probability_met"):
        if target.get(name) is not None and not _is_number(target[name]):
            faults.error(_FILE, "a number, or null", column=f"{column}.{name}", value=str(target[name]))


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and 1971 <= date.fromisoformat(value).year <= 2199
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

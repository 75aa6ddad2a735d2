"""Scenarios asked in JSON, read by the rules of the scenario file, and their answers' rows."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w
from pydantic import BaseModel, Field

from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from domain.centre import Centre
    from domain.grid import IntervalGrid
    from domain.scenario import Scenario
    from planning.whatif import Only, WhatIfRow


class Scope(StrEnum):
    """What figures are told over."""

    DAY = "day"
    WEEK = "week"


class Wanted(BaseModel):
    """What is wanted of an answer to scenarios."""

    measures: list[str] | None = Field(default=None, min_length=1, max_length=20, description="Only these measures.")
    scope: Scope | None = Field(default=None, description="Only rows of this scope.")

    def only(self) -> Only:
        """Return it in the planner's own terms.

        Raises
        ------
        InputError
            With each measure that there is not.
        """
        from planning.whatif import Only
        from planning.whatif.figures import MEASURES
        from planning.whatif.totals import TOTALS

        known = (*MEASURES, *TOTALS)
        unknown = sorted(set(self.measures or ()) - set(known))
        if unknown:
            expected = f"one of {', '.join(known)}"
            raise InputError(Problem("request", column="measures", value=each, expected=expected) for each in unknown)
        return Only(None if self.measures is None else frozenset(self.measures), self.scope and self.scope.value)


PLAIN = frozenset({"volume", "aht", "patience"})
"""What most scenarios change; those that change nothing else need no reader, which would tell lines."""


def read_asked(asked: Sequence[Mapping[str, Any]], centre: Centre, grid: IntervalGrid) -> tuple[Scenario, ...]:
    """Read scenarios; keys and limits are those of `scenario.toml`.

    Raises
    ------
    InputError
        With every fault, by the scenario's key.
    """
    simple = _simple(asked)
    return read_by_file(asked, centre, grid) if simple is None else simple


def read_by_file(asked: Sequence[Mapping[str, Any]], centre: Centre, grid: IntervalGrid) -> tuple[Scenario, ...]:
    """Read scenarios by way of the file's own reader, whatever they say; the rest as `read_asked`."""
    from planning.files.scenario_file import read_scenarios

    try:
        content = tomli_w.dumps({"scenario": [_without_none(dict(each)) for each in asked]})
    except (TypeError, ValueError):
        raise InputError([Problem("scenarios", expected="names, numbers, tables and lists of them")]) from None
    with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
        path = Path(base) / "scenarios.toml"
        path.write_text(content, encoding="utf-8")
        try:
            return read_scenarios(path, centre, grid)
        except InputError as error:
            # lines are those of a file that nobody has seen
            raise InputError(replace(each, file="scenarios", line=0) for each in error.problems) from None


def _simple(asked: Sequence[Mapping[str, Any]]) -> tuple[Scenario, ...] | None:
    """Return scenarios of a name and multipliers of all queues, which need no reader; None where one says more."""
    from domain.scenario import Scenario
    from planning.files.scenario_file import LIMITS

    names = [each.get("name") for each in asked]
    if len(set(map(str, names))) < len(names) or not all(
        isinstance(name, str) and 0 < len(name) <= 80 for name in names
    ):
        return None
    found = []
    for each in asked:
        figures = {key: value for key, value in each.items() if key != "name"}
        for key, value in figures.items():
            if key not in PLAIN or isinstance(value, bool) or not isinstance(value, int | float):
                return None
            if not LIMITS[key][0] <= value <= LIMITS[key][1]:
                return None
        found.append(Scenario(name=each["name"], **{key: {"": float(value)} for key, value in figures.items()}))
    return tuple(found) if "base" not in names else None


def rows_out(rows: Iterable[WhatIfRow]) -> list[dict[str, Any]]:
    """Return rows in JSON's own types: what is unknown is null."""
    return [
        {key: _figure(value) if isinstance(value, float) else value for key, value in asdict(row).items()}
        for row in rows
    ]


def _figure(value: float) -> float | None:
    return float(f"{value:.12g}") if math.isfinite(value) else None


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_none(each) for each in value]
    return value

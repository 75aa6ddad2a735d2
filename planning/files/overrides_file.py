"""`overrides.csv`: what planners put in the place of the model's forecast."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from domain.errors import Problem
from domain.folder import PlanningFolder
from domain.grid import from_utc64, local_midnight
from domain.overrides import Override
from planning.files.faults import Faults
from planning.files.people_files import WHOLE_DAY, overlapping_in, records
from planning.files.repeats import settle_repeats
from planning.files.table import Mask, Table

FILE = "overrides.csv"
LARGEST_FACTOR = 20.0
"""A factor above this is taken for a percentage or a number of contacts."""
USUAL_FACTOR = 5.0
"""A factor above this is noticed."""


def read_overrides(table: Table) -> tuple[Override, ...]:
    """Read `overrides.csv`; an empty queue means all, ``end`` is exclusive.

    Parameters
    ----------
    table : Table

    Returns
    -------
    tuple of Override
        In the order of their rows: a later row for the same intervals stands above an earlier one.

    Notes
    -----
    Faults: an end that is not after its start, a factor that can only be a percentage, and a row that repeats
    queue, span and kind with another value. Noticed: no reason or author, large factors, and rows of kind
    ``interval`` that overlap.
    """
    table.flag(table.good & ~(table["end"] > table["start"]), "end", WHOLE_DAY)
    settle_repeats(table, ("start", "end", "kind", "queue"), "override", "value")
    factor = table["kind"] != "interval"
    with np.errstate(invalid="ignore"):
        wild = table.good & factor & (table["value"] > LARGEST_FACTOR)
        large = table.good & factor & (table["value"] > USUAL_FACTOR) & ~wild
    table.flag(wild, "value", lambda row: _factor_words(float(table["value"][row])))
    table.remark(large, "value", f"a factor of at most {USUAL_FACTOR:g}, as is usual (1.1 is 10 % more); kept as it is")
    for name, words in (("reason", "why the forecast is changed"), ("author", "who changed the forecast")):
        table.remark(table.good & ~table.given[name], name, f"{words}; accepted without")
    table.remark(
        _overlapping(table),
        "start",
        "spans of kind interval that do not overlap; of those that do, the later row stands",
    )
    return tuple(
        Override(
            queue=row["queue"],
            start=from_utc64(row["start"]),
            end=from_utc64(row["end"]),
            kind=row["kind"],
            value=float(row["value"]),
            reason=row["reason"],
            author=row["author"],
            made_on=None if np.isnat(row["made_on"]) else row["made_on"].astype("datetime64[D]").item(),
        )
        for row in records(table)
    )


def overrides_outside(folder: PlanningFolder, first: date, days: int) -> tuple[Problem, ...]:
    """Return a notice for each override of which no moment lies in the days that are forecast.

    Parameters
    ----------
    folder : PlanningFolder
    first : date
        First local day of the forecast.
    days : int
    """
    zone = folder.centre.timezone
    low, high = local_midnight(first, zone), local_midnight(first + timedelta(days=days), zone)
    last = first + timedelta(days=days - 1)
    lines = folder.override_lines or (0,) * len(folder.overrides)
    expected = f"a span that reaches into the days forecast, {first} to {last}; this one changes nothing"
    found = [
        (line, row.start.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"), expected)
        for line, row in zip(lines, folder.overrides, strict=True)
        if row.end <= low or row.start >= high
    ]
    faults = Faults()
    if found:
        faults.lines(FILE, "start", found, len(found), warn=True)
    return faults.notices


def _factor_words(value: float) -> str:
    hint = f"{value:g} % of the model is {value / 100:g}" if value <= 1000 else "this is no factor"
    return f"a factor of at most {LARGEST_FACTOR:g}; {hint}, and contacts an interval are of kind interval"


def _overlapping(table: Table) -> Mask:
    """Return the rows of kind ``interval`` that overlap one of the same queue, or of all, that begins no later."""
    rows = [row for row in table.rows().tolist() if table["kind"][row] == "interval"]
    queue = table["queue"]
    named = sorted({queue[row] for row in rows} - {""})
    groups = [[row for row in rows if queue[row] in ("", name)] for name in named or [""]]
    return overlapping_in(table, groups)

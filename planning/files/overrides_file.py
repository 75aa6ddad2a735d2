"""`overrides.csv`: what planners put in the place of the model's forecast."""

from __future__ import annotations

import numpy as np

from domain.grid import from_utc64
from domain.overrides import Override
from planning.files.people_files import WHOLE_DAY, overlapping_in, records
from planning.files.repeats import settle_repeats
from planning.files.table import Mask, Table

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

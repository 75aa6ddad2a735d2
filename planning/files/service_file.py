"""`service.csv` read back: the simulated service of a plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from capacity.service import MEASURES, ServiceReport, ServiceRow
from domain.centre import Centre
from domain.errors import Problem
from domain.grid import IntervalGrid
from planning.files.cells import Context
from planning.files.columns import Column, Layout, Number, Word
from planning.files.faults import Faults
from planning.files.one_table import one_table

SCOPES = ("interval", "day", "week")

ANY = Number(low=float("-inf"))
SHARES = frozenset({"service_level", "abandonment", "fcr", "share"})

EXPECTED = ("expected_mean_wait_s", "expected_service_level", "expected_abandonment")
"""What formulas expect of each interval: for people; no step takes them from here."""

SERVICE = Layout(
    "service",
    (
        Column("scope", Word(SCOPES), required=True),
        Column("start", required=True),
        Column("queue", required=True),
        *(
            Column(f"{measure}{end}", ANY if end else Number(high=1.0) if measure in SHARES else Number())
            for measure in MEASURES
            for end in ("", "_low", "_high")
        ),
        *(Column(name, ANY) for name in EXPECTED),
    ),
)


def read_service(
    path: Path, centre: Centre, grid: IntervalGrid, *, notices: list[Problem] | None = None
) -> ServiceReport:
    """Read the service of a plan.

    Parameters
    ----------
    path : Path
        `service.csv` (or Parquet), or the folder that holds it.
    centre : Centre
    grid : IntervalGrid
        Of the plan's requirement.
    notices : list or None
        Receives what was accepted but is worth a look.

    Raises
    ------
    InputError
        With every fault.
    """
    faults = Faults()
    table = one_table(path, SERVICE, Context(centre.timezone), faults)
    known = {*centre.queue_ids, "all"}
    strange = np.array([name not in known for name in table["queue"].tolist()], dtype=np.bool_)
    table.flag(strange, "queue", "a queue of centre.toml, or all")
    rates = [measure for measure in MEASURES if measure not in {"offered", "agents"}]
    if table.complete and table.size and not any(table.given[measure].any() for measure in rates):
        faults.error(table.file, f"values of at least one of {', '.join(rates)}; there are none")
    faults.check(notices)
    figures = np.stack(
        [[table[f"{measure}{end}"] for measure in MEASURES] for end in ("", "_low", "_high")]
    )  # ends, measures, rows
    rows = tuple(
        ServiceRow(scope, start, queue, figures[0, :, k], figures[1, :, k], figures[2, :, k])
        for k, (scope, start, queue) in enumerate(
            zip(table["scope"].tolist(), table["start"].tolist(), table["queue"].tolist(), strict=True)
        )
    )
    return ServiceReport(grid, centre.queue_ids, rows, 0)

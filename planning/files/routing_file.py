"""Routing tables as files."""

from __future__ import annotations

import numpy as np

from domain.people import Route
from planning.files.people_files import records
from planning.files.repeats import settle_repeats
from planning.files.table import Table


def read_routes(table: Table) -> tuple[Route, ...]:
    """Turn the checked cells of a routing table into routes; level and weight are 1 where not given."""
    settle_repeats(table, ("agent_id", "queue"), "agent and queue")
    return tuple(
        Route(
            agent_id=row["agent_id"],
            queue=row["queue"],
            level=1 if np.isnan(row["level"]) else int(row["level"]),
            weight=1.0 if np.isnan(row["weight"]) else row["weight"],
        )
        for row in records(table)
    )

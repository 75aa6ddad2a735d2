"""Routing tables and scores as files."""

from __future__ import annotations

import numpy as np

from capacity.scores import Score
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


def read_score_rows(table: Table) -> tuple[Score, ...]:
    """Turn the checked cells of `scores.csv` into scores."""
    settle_repeats(table, ("agent_id", "queue"), "agent and queue")
    with np.errstate(invalid="ignore"):
        crossed = (table["fcr_low"] > table["fcr"] + 1e-6) | (table["fcr"] > table["fcr_high"] + 1e-6)
    table.flag(crossed & table.good, "fcr", "fcr_low, fcr and fcr_high in ascending order")
    return tuple(
        Score(
            agent_id=row["agent_id"],
            queue=row["queue"],
            handled=0.0 if np.isnan(row["handled"]) else row["handled"],
            aht_s=row["aht_s"],
            aht_factor=row["aht_factor"],
            fcr=row["fcr"],
            fcr_low=row["fcr_low"],
            fcr_high=row["fcr_high"],
            score=row["score"],
            grade=row["grade"],
        )
        for row in records(table)
    )

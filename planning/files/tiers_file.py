"""`tiers.csv` and `routing_tiers.csv`: the simulated service of each customer tier, and who takes its contacts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from capacity.service import TIER_MEASURES, ServiceReport
from capacity.tier_routes import TierRoute
from domain.centre import Centre
from planning.files.lines_out import flag, number, text, write_csv
from planning.tier_service import missed

MEASURES = [f"{measure}{end}" for measure in TIER_MEASURES for end in ("", "_low", "_high")]


def write_tiers(service: ServiceReport, centre: Centre, folder: Path, name: str = "tiers.csv") -> Path | None:
    """Write each tier's days and weeks, each measure with its 95 % interval; nothing where there are no tiers.

    Parameters
    ----------
    service : ServiceReport
    centre : Centre
        Whose tiers say what was promised.
    folder : Path
    name : str
    """
    if not service.tiers:
        return None
    tiers = {tier.id: tier for tier in centre.tiers}
    rows = []
    for row in service.tiers:
        short = missed(tiers[row.tier], row) if row.tier in tiers else None
        figures = [number(value) for measure in TIER_MEASURES for value in row.simulated(measure)]
        names = (row.scope, row.start, text(row.tier), text(row.queue))
        rows.append([*names, *figures, "" if short is None else flag(not short)])
    return write_csv(
        folder / name, ["scope", "start", "tier", "queue", *MEASURES, "met"], list(zip(*rows, strict=True))
    )


def write_tier_routes(routes: Sequence[TierRoute], folder: Path) -> Path | None:
    """Write `routing_tiers.csv`, in the order given; nothing where there are no tiers."""
    if not routes:
        return None
    rows = [
        [text(r.agent_id), text(r.queue), text(r.tier), str(r.rank), str(r.level), number(r.weight)] for r in routes
    ]
    return write_csv(folder / "routing_tiers.csv", list(TierRoute.model_fields), list(zip(*rows, strict=True)))

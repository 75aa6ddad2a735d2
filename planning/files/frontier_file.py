"""`frontier.csv`, and a folder with roster and service of each point."""

from __future__ import annotations

from pathlib import Path

from planning.files.lines_out import number, write_csv
from planning.files.writers import write_roster, write_service
from planning.frontier.points import Frontier, FrontierPoint

MEASURES = ("mean_wait_s", "service_level", "abandonment", "fcr", "occupancy")

COLUMNS = (
    *("share", "seats", "cost_core", "cost_elastic", "cost_expert", "cost_total", "shortfall", "soft"),
    *("objective", "bound", "gap", "status", "saving_taken"),
    *(f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")),
    *("targets_met", "targets", "elastic_hours", "peak_share", "worth_per_seat", "worth_per_seat_by_bound", "roster"),
)


def place_of(point: FrontierPoint) -> str:
    """Return the folder of a point's files, inside that of the frontier."""
    return f"share-{point.share:g}"


def write_frontier(frontier: Frontier, folder: Path) -> Path:
    """Write `frontier.csv`, a row a cap, and each point's `roster.csv` and `service.csv` in a folder of its own."""
    rows = []
    for point in frontier.points:
        cost, prices = point.cost, point.prices
        rows.append(
            [
                number(point.share),
                str(point.seats),
                *map(number, (cost.core, cost.elastic, cost.expert, cost.total, point.shortfall, point.soft)),
                *map(number, (point.objective, point.bound, point.gap)),
                point.status,
                number(frontier.taken(point)) if frontier.saving > 0 else "",
                *(number(value) for measure in MEASURES for value in point.figure(measure)),
                str(point.met),
                str(point.targets),
                *map(number, (point.hours, point.peak_share)),
                number(prices.cap_worth) if prices else "",
                number(prices.cap_dual) if prices else "",
                place_of(point),
            ]
        )
        place = folder / place_of(point)
        place.mkdir()
        write_roster(point.roster, place, frontier.folder.centre.timezone)
        write_service(point.service, place)
    return write_csv(folder / "frontier.csv", COLUMNS, list(zip(*rows, strict=True)))

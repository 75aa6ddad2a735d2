"""`plan.json`: the plan's figures for other programs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from planning.activity_notes import PlacedActivities
from planning.binding import binding_by_day
from planning.files.lines_out import moment
from planning.result import Plan, Short, TargetResult
from planning.seat_prices import price_document
from planning.site_notes import SiteUse, site_uses
from planning.wish_results import WishResult, share_honoured

DIGITS = 12
"""Significant digits of a number in the file."""


def plan_document(plan: Plan, version: str) -> dict[str, Any]:
    """Return the plan as the contract's JSON document.

    Parameters
    ----------
    plan : Plan
    version : str
        Of the engine.
    """
    zone = ZoneInfo(plan.folder.centre.timezone)
    solver = plan.solver
    digests = {"input_sha256": plan.folder.sha256, "roster_sha256": plan.roster.sha256}
    document: dict[str, Any] = {
        "engine": {"version": version, "seed": plan.seed, **digests},
        "week": plan.week.isoformat(),
        "cost": {
            "core": plan.cost.core,
            "elastic": plan.cost.elastic,
            "expert": plan.cost.expert,
            "total": plan.cost.total,
            **({"overtime": plan.cost.overtime} if plan.folder.centre.pay.overtime else {}),
        },
        "solver": {
            "status": solver.status,
            "parts": dict(solver.parts),
            "objective": solver.objective,
            "bound": solver.bound,
            "gap": solver.gap,
            "gap_on_decidable_cost": solver.gap_on_decidable_cost,
            "seconds": solver.seconds,
            "rounds": solver.rounds,
        },
        "targets": [_target(row) for row in plan.targets],
        "elastic": {
            "peak_share": plan.elastic_peak_share,
            "hours": plan.elastic_hours,
            **price_document(plan.seat_prices, plan.folder.centre),
        },
        "short": [entry for row in plan.short for entry in _short(row, zone)],
        "risk": None
        if plan.risk is None
        else {
            "chosen": plan.risk.chosen,
            "share_of_days": plan.risk.share,
            "agent_hours": plan.risk.agent_hours,
            "factor": {
                queue: dict(zip((day.isoformat() for day in plan.requirement.grid.days), row.tolist(), strict=True))
                for queue, row in zip(plan.requirement.queues, plan.risk.factor, strict=True)
            },
        },
        "binding": [
            {"queue": row.queue, "day": row.day, "binds": row.binds, "agent_hours": row.hours}
            for row in binding_by_day(plan.folder.centre, plan.requirement)
        ],
        "over_service": [
            {"queue": row.queue, "points": row.points, "hours": row.hours, "cost": row.cost}
            for row in plan.over_service
        ],
        **({"wishes": _wishes(plan.wishes, zone)} if plan.wishes else {}),
        **({"activities": _activities(plan.activities)} if plan.activities else {}),
        **({"sites": _sites(site_uses(plan.folder, plan.roster.stretches))} if plan.folder.centre.sites else {}),
        "notes": [*(f"Input: {notice}" for notice in plan.folder.notices), *plan.notes],
    }
    found = plain(document)
    assert isinstance(found, dict)
    return found


def write_plan_json(plan: Plan, folder: Path, version: str) -> Path:
    """Write `plan.json` as UTF-8; the parameters are those of `plan_document`."""
    content = json.dumps(plan_document(plan, version), ensure_ascii=False, indent=1, allow_nan=False)
    path = folder / "plan.json"
    path.write_text(content + "\n", encoding="utf-8", newline="\n")
    return path


def plain(value: Any) -> Any:
    """Return JSON's own types: finite numbers of `DIGITS` digits, null for others, lists and tables."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") + 0.0 if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _target(row: TargetResult) -> dict[str, Any]:
    return {
        "queue": row.queue,
        "scope": row.scope,
        "start": row.start,
        "measure": row.measure,
        "target": row.target,
        "promised": row.promised,
        "simulated": row.simulated,
        "low": row.low,
        "high": row.high,
        "probability_met": row.probability_met,
        "day_p10": row.day_p10,
        "day_p90": row.day_p90,
        "met": row.met if row.met or math.isfinite(row.simulated) else None,
        "implied": row.implied,
        "contacts": row.contacts,
        "price": row.price,
    }


def _wishes(results: Sequence[WishResult], zone: ZoneInfo) -> dict[str, Any]:
    """Return the share of the wishes honoured, by weight, and each that is refused."""
    return {
        "honoured": share_honoured(results),
        "asked": sum(row.outcome.asked for row in results),
        "refused": [
            {
                "agent_id": row.outcome.wish.agent_id,
                "start": moment(row.outcome.wish.start, zone),
                "end": moment(row.outcome.wish.end, zone),
                "wish": row.outcome.wish.wish,
                "weight": row.outcome.wish.weight,
                "days": row.outcome.days,
                "days_refused": row.outcome.broken,
                "price": row.price,
                "why": row.why,
            }
            for row in results
            if not row.outcome.kept
        ],
    }


def _sites(uses: Sequence[SiteUse]) -> list[dict[str, Any]]:
    return [
        {"site": use.site.id, "people": use.people, "paid_hours": use.hours, "desks": use.site.desks, "peak": use.peak}
        for use in uses
    ]


def _activities(found: PlacedActivities) -> dict[str, Any]:
    """Return how many activities have a time, what their duty costs, and each that has none."""
    return {
        "placed": found.placed,
        "hours": found.hours,
        "lost_service": found.lost_service,
        "missed": [
            {
                "activity": row.activity,
                "agent_id": row.agent_id,
                "week": row.week,
                "times": row.times,
                "of": row.of,
                "price": row.price,
                "why": row.why,
            }
            for row in found.missed
        ],
    }


def _short(row: Short, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return a span once for each queue of its pool."""
    return [
        {
            "queue": queue,
            "start": moment(row.start, zone),
            "end": moment(row.end, zone),
            "agents": agents,
            "why": row.why,
        }
        for queue, agents in row.by_queue
    ]

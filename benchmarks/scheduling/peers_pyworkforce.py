"""Run by the peers' own Python: pyworkforce on the problems of `peers_staffed`."""

from __future__ import annotations

import time
from typing import Any

from pyworkforce.rostering import MinHoursRoster
from pyworkforce.scheduling import MinRequiredResources
from pyworkforce.staffing import MultiSkillStaffing

from benchmarks.scheduling.peers_staffed import COVERS, DAYS, MIXES, MOST, ROTAS, SHIFT_H, Cover, Mix, Rota

SECONDS = 60.0
HOURS = 24


def covered(cover: Cover) -> dict[str, Any]:
    """Return how many of each shift pyworkforce takes: rows of (day, start hour, how many)."""
    began = time.perf_counter()
    found = MinRequiredResources(
        num_days=DAYS,
        periods=HOURS,
        shifts_coverage={str(s): [int(s <= hour < s + SHIFT_H) for hour in range(HOURS)] for s in cover.starts},
        required_resources=[list(line) for line in cover.need],
        max_period_concurrency=1000,
        max_shift_concurrency=1000,
        max_search_time=SECONDS,
        num_search_workers=1,
    ).solve()
    rows = [[each["day"], int(each["shift"]), each["resources"]] for each in found["resources_shifts"]]
    return {"name": cover.name, "status": found["status"], "rows": rows, "seconds": time.perf_counter() - began}


def rostered(rota: Rota, people: int) -> dict[str, Any]:
    """Return pyworkforce's rota for so many people: rows of (who, day, shift), none where it finds none."""
    began = time.perf_counter()
    found = MinHoursRoster(
        num_days=DAYS,
        resources=[str(k) for k in range(people)],
        shifts=list(rota.shifts),
        shifts_hours=[SHIFT_H] * len(rota.shifts),
        min_working_hours=rota.min_hours,
        banned_shifts=[],
        max_resting=rota.max_resting,
        required_resources={name: list(line) for name, line in zip(rota.shifts, rota.need, strict=True)},
        non_sequential_shifts=[{"origin": rota.shifts[a], "destination": rota.shifts[b]} for a, b in rota.never_after],
        max_search_time=SECONDS,
        num_search_workers=1,
    ).solve()
    solved = found["status"] in ("OPTIMAL", "FEASIBLE")
    rows = [[int(x["resource"]), x["day"], rota.shifts.index(x["shift"])] for x in found["resource_shifts"] if solved]
    return {"people": people, "status": found["status"], "rows": rows, "seconds": time.perf_counter() - began}


def fewest(rota: Rota) -> dict[str, Any]:
    """Return every try from the fewest people on, until one has a rota."""
    tries = []
    for people in range(rota.least, MOST + 1):
        tries.append(rostered(rota, people))
        if tries[-1]["rows"]:
            break
    return {"name": rota.name, "tries": tries}


def staffed(mix: Mix) -> dict[str, Any]:
    """Return the team that pyworkforce finds enough: how many of each skill, and of both."""
    profiles = [
        {"name": name, "skills": skills, "cost": price}
        for name, skills, price in zip(("A", "B", "both"), (["A"], ["B"], ["A", "B"]), mix.prices, strict=True)
    ]
    found = MultiSkillStaffing(
        skills=["A", "B"],
        profiles=profiles,
        required_positions=dict(zip("AB", mix.need, strict=True)),
        num_search_workers=1,
    ).solve()
    team = [each["agents"] for each in found["agents_per_profile"]]
    return {"name": mix.name, "status": found["status"], "team": team, "cost": found["cost"]}


def measure() -> dict[str, Any]:
    """Return all that pyworkforce is asked."""
    return {
        "covers": [covered(cover) for cover in COVERS],
        "rotas": [fewest(rota) for rota in ROTAS],
        "mixes": [staffed(mix) for mix in MIXES],
    }

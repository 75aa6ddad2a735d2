"""A small published plan on disk, made quickly, with a sick person and more contacts to repair it for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from api.commands.reading import folder_to_plan
from domain.progress import Control
from planning.files import write_folder
from planning.plan import make_plan
from planning.save import save_plan
from planning.steps import Options
from scheduling.result import Effort

WEEK = date(2026, 3, 2)
QUICK = Effort(ascent=80, steps=80, chains=1, passes=1, moves=150_000, assembly=0.1)


def centre_keys() -> dict:
    """Return a centre of calls and mail with elastic seats."""
    hours = [{"days": "Mon-Fri", "from": "08:00", "to": "20:00"}, {"days": "Sat", "from": "09:00", "to": "14:00"}]
    contract = {
        "id": "full",
        "weekly_hours": {"min": 32, "max": 40},
        "days_per_week": {"min": 4, "max": 5},
        "shift_hours": {"min": 8, "max": 8},
        "start": {"from": "07:00", "to": "12:00", "step_minutes": 60},
        "rest_h": 11,
        "max_consecutive_days": 6,
        "breaks": [
            {"kind": "meal", "minutes": 60, "paid": False, "after_minutes": 180, "before_minutes": 300},
            {"kind": "break", "minutes": 15, "paid": True, "after_minutes": 60, "before_minutes": 150},
        ],
    }
    return {
        "centre": {
            "name": "Repair",
            "timezone": "Europe/Berlin",
            "currency": "EUR",
            "interval_minutes": 30,
            "schedule_minutes": 15,
        },
        "queues": [
            {
                "id": "phone",
                "channel": "voice",
                "aht_s": 300,
                "patience_s": 400,
                "fcr": 0.7,
                "open": hours,
                "target": {"mean_wait_s": 60},
            },
            {
                "id": "mail",
                "channel": "deferred",
                "aht_s": 420,
                "open": hours,
                "target": {"response_h": 24, "share": 0.9},
            },
        ],
        "contracts": [contract],
        "shrinkage": {"absence": 0.05, "in_shift": 0.05},
        "elastic": {
            "share": 0.3,
            "block_hours": [3, 4],
            "hourly_cost": 32.0,
            "queues": ["phone"],
            "aht_factor": 1.1,
            "fcr": 0.5,
        },
    }


def tables(agents: int = 8) -> dict[str, pd.DataFrame]:
    """Return eight weeks of contacts, people and their skills."""
    rng = np.random.default_rng(3)
    rows = []
    for back in range(56, 0, -1):
        day = WEEK - timedelta(days=back)
        if day.weekday() == 6:
            continue
        low, high = (16, 40) if day.weekday() < 5 else (18, 28)
        for slot in range(low, high):
            shape = 1.4 if 20 <= slot < 26 else 0.9
            start = f"{day.isoformat()}T{slot // 2:02d}:{30 * (slot % 2):02d}"
            rows += [(start, "phone", rng.poisson(14 * shape), 300), (start, "mail", rng.poisson(2), 420)]
    people = [(f"a{k:02d}", "full", 22.0 + 0.1 * k, f"Agent {k}") for k in range(agents)]
    skills = [(f"a{k:02d}", queue) for k in range(agents) for queue in (("phone", "mail") if k % 2 else ("phone",))]
    return {
        "history": pd.DataFrame(rows, columns=["interval_start", "queue", "offered", "aht_s"]),
        "agents": pd.DataFrame(people, columns=["agent_id", "contract", "hourly_cost", "name"]),
        "skills": pd.DataFrame(skills, columns=["agent_id", "queue"]),
    }


def published(place: Path, **more: pd.DataFrame) -> tuple[Path, Path]:
    """Write the centre, more tables by name, and a plan of its week; return both folders."""
    centre, plan = place / "centre", place / "plan"
    write_folder(centre, centre_keys(), tables() | more)
    folder = folder_to_plan(centre, WEEK, 7)
    options = Options(week=WEEK, effort=QUICK, rounds=2, replications=24)
    made = make_plan(folder, options, Control())
    save_plan(made, plan, "test", Control())
    return centre, plan

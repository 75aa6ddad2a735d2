"""What-if by formula against simulation: how far off, and whether its interval holds, on the reference centre."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.capacity.section import Peers, Section
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from domain.folder import PlanningFolder
from domain.progress import Control
from domain.scenario import Outage, Scenario, Shift
from planning.files import read_folder
from planning.files.plan_in import PlanIn, read_plan
from planning.plan import make_plan
from planning.reference import write_reference
from planning.save import save_plan
from planning.steps import Options
from planning.whatif import answer, base_world

ROOT = Path(__file__).parents[2]
CENTRE, PLAN = ROOT / "out" / "reference", ROOT / "out" / "plan"
WEEK = date(2026, 11, 23)
SEED, COUNT, REPLICATIONS = 101, 32, 40
"""The allowances of `planning.whatif.answer` were chosen on scenarios of another seed."""

MEASURES = ("mean_wait_s", "service_level", "abandonment", "fcr", "occupancy", "share")
LEAST_COVERED = 0.90


def section(peers: Peers) -> Section:
    """Answer the same scenarios by formula and by simulation."""
    folder, plan = _planned()
    world = base_world(folder, plan)
    asked = list(_scenarios(folder))
    answer(world, plan, asked[:1])
    began = time.process_time()
    quick = answer(world, plan, asked[:1]).rows
    single = time.process_time() - began
    began = time.process_time()
    quick = answer(world, plan, asked).rows
    all_of_them = time.process_time() - began
    exact = answer(world, plan, asked, exact=True, replications=REPLICATIONS).rows
    truth = {(r.scenario, r.queue, r.scope, r.start, r.measure): r for r in exact}
    rows, least = [], 1.0
    for measure in MEASURES:
        pairs = [
            (row, truth[row.scenario, row.queue, row.scope, row.start, row.measure])
            for row in quick
            if row.measure == measure
            and row.scope == "day"
            and (row.scenario, row.queue, row.scope, row.start, row.measure) in truth
        ]
        if not pairs:
            continue
        table = np.array([[a.base, a.value, a.low, a.high, b.base, b.value, b.high - b.low] for a, b in pairs])
        table = table[np.isfinite(table).all(axis=1)]
        change, off = table[:, 5] - table[:, 4], (table[:, 1] - table[:, 0]) - (table[:, 5] - table[:, 4])
        half = 0.5 * table[:, 6]
        inside = (table[:, 5] >= table[:, 2] - half) & (table[:, 5] <= table[:, 3] + half)
        least = min(least, float(inside.mean()))
        figures = [np.abs(change).mean(), np.abs(off).mean(), off.mean()]
        unit = 1.0 if measure == "mean_wait_s" else 100.0
        rows.append(
            [measure, str(len(table)), *(f"{unit * value:.2f}" for value in figures), f"{100 * inside.mean():.1f}"]
        )
    text = (
        f"{COUNT} scenarios drawn by seed (volume, handle time, patience, absence, FCR, bots, mix, outages; one or "
        f"several at a time) on the reference centre's plan, by formula and by {REPLICATIONS} simulated weeks; every "
        "queue and day. Seconds for waits, else points. Inside: the simulation's figure lies inside our interval, its "
        "own error allowed for."
    )
    head = ["measure", "cells", "mean change", "mean error", "bias", "inside %"]
    goals = (
        goal(
            "what-if intervals hold for 90 % of simulated days", least >= LEAST_COVERED, f"{100 * least:.1f} % at worst"
        ),
        goal(
            "one scenario for a week x 15 queues in 0.5 CPU s",
            single < 0.5,
            f"{single:.2f} s, {all_of_them:.1f} s for {COUNT}",
        ),
    )
    return Section("What-if", (text, markdown(head, rows)), goals)


def _planned() -> tuple[PlanningFolder, PlanIn]:
    """Return the reference centre and its plan, made where they are not there."""
    if not CENTRE.exists():
        write_reference(CENTRE)
    folder = read_folder(CENTRE, before=WEEK)
    if not (PLAN / "plan.json").exists():
        save_plan(make_plan(folder, Options(week=WEEK), Control()), PLAN, "measured", Control())
    return folder, read_plan(PLAN, folder)


def _scenarios(folder: PlanningFolder) -> Iterator[Scenario]:
    rng = np.random.default_rng(SEED)
    queues = folder.centre.queue_ids
    zone = folder.centre.timezone
    live = [queue.id for queue in folder.centre.queues if not queue.deferred]
    for k in range(COUNT):
        given: dict[str, object] = {"name": f"s{k}"}
        for field, low, high, chance in (
            ("volume", 0.75, 1.5, 0.5),
            ("aht", 0.85, 1.25, 0.3),
            ("patience", 0.6, 1.6, 0.2),
        ):
            if rng.random() < chance:
                some = [""] if rng.random() < 0.5 else rng.choice(queues, 4, replace=False).tolist()
                given[field] = {name: float(rng.uniform(low, high)) for name in some}
        if rng.random() < 0.2:
            given["fcr"] = {"": float(rng.uniform(-0.1, 0.1))}
        if rng.random() < 0.25:
            given["absence"] = float(rng.uniform(0.0, 0.25))
        if rng.random() < 0.15:
            given["deflection"] = {"": float(rng.uniform(0.05, 0.3))}
        if rng.random() < 0.2:
            source, to = rng.choice(live, 2, replace=False).tolist()
            given["mix"] = (Shift(source=source, to=to, share=float(rng.uniform(0.1, 0.5))),)
        if rng.random() < 0.15 or len(given) == 1:
            start = datetime(WEEK.year, WEEK.month, WEEK.day, int(rng.integers(9, 20)), tzinfo=ZoneInfo(zone))
            start += timedelta(days=int(rng.integers(7)))
            queue = str(rng.choice(live))
            given["outage"] = (Outage(queue=queue, start=start, end=start + timedelta(hours=int(rng.integers(1, 4)))),)
        yield Scenario.model_validate(given)

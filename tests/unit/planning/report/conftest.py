"""A synthetic plan that looks like a real one: rostered greedily against a need with two peaks a day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from capacity.requirement import Requirement
from capacity.scores import Score
from capacity.service import MEASURES, ServiceReport, ServiceRow
from domain.centre import Centre, ElasticPool, Shrinkage
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid, local_midnight
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Agent, Preference, Skill, TimeOff
from domain.queues import Channel, Queue, Target
from domain.roster import Roster, Stretch
from forecasting.forecast import LEVELS, Forecast
from planning.result import Plan, Short, SolverSummary, TargetResult
from scheduling.cost import Cost

ZONE = "Asia/Shanghai"
WEEK = date(2026, 11, 23)
EVERY_DAY = frozenset(range(7))
HOURLY = np.array([0, 0, 0, 0, 0, 0, 0, 0, 2.5, 5, 8, 8, 6, 6.5, 7.5, 7.5, 6.5, 5.5, 5, 6, 8.5, 8.5, 6, 3]) / 100
WEEKDAY = np.array([1.10, 1.05, 1.00, 0.98, 0.97, 0.95, 0.95])
NAMES = (
    "Li Wei",
    "Maria Santos",
    "张敏",
    "Jonas Weber",
    "Aisha Khan",
    "王芳",
    "Tom O'Brien",
    "Ines Duarte",
    "陈杰",
    "Lucy Park",
)
Z = (-1.96, -1.645, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.645, 1.96)


def _queue(k: int) -> Queue:
    names = ("phone", "chat", "email") if k < 3 else (f"shop-{k - 2}",)
    name = names[k] if k < 3 else names[0]
    channel = (Channel.VOICE, Channel.CHAT, Channel.DEFERRED)[k] if k < 3 else Channel.CHAT
    if channel is Channel.DEFERRED:
        target = Target(response_h=24, share=0.95)
    else:
        target = Target(mean_wait_s=90, service_level=0.8, within_s=20, abandonment=0.05, fcr=0.7, occupancy=0.9)
    window = WeeklyWindow(EVERY_DAY, 480, 1440)
    return Queue(
        id=name,
        channel=channel,
        aht_s=360,
        patience_s=1500,
        concurrency=3 if channel is Channel.CHAT else 1,
        open=(window,),
        targets=(target,),
    )


def make_plan(
    agents: int = 12,
    queues: int = 3,
    *,
    step: int = 30,
    weeks: int = 1,
    zone: str = ZONE,
    week: date = WEEK,
    ids: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    interval_rows: bool = True,
    seed: int = 1,
) -> Plan:
    """Make a plan of so many agents and queues; ``ids`` and ``names`` replace those of the first agents."""
    rng = np.random.default_rng(seed)
    centre = Centre(
        name="Lakeside Service 湖畔客服",
        timezone=zone,
        currency="CNY",
        interval_minutes=step,
        queues=tuple(_queue(k) for k in range(queues)),
        contracts=(
            Contract(
                id="full-time",
                weekly_hours=Limits(min=40, max=40),
                days_per_week=Limits(min=5, max=5),
                start=StartWindow(from_minute=480, to_minute=900),
                breaks=(BreakRule(kind="meal", minutes=60, paid=False, after_minutes=180, before_minutes=300),),
            ),
        ),
        shrinkage=Shrinkage(absence=0.06, in_shift=0.04),
        elastic=ElasticPool(share=0.2, hourly_cost=75, queues=("phone", "chat"), aht_factor=1.15, fcr=0.5),
    )
    grid = IntervalGrid.of_days(week, 7 * weeks, zone, step)
    people = tuple(
        Agent(
            id=ids[i] if i < len(ids) else f"a{i + 1:03d}",
            name=names[i]
            if i < len(names)
            else (NAMES[i % len(NAMES)] + (f" {i // len(NAMES) + 1}" if i >= len(NAMES) else "")),
            contract="full-time",
            hourly_cost=57.7,
            team=f"Team {'ABCDEFGH'[(i * 8) // max(agents, 8)]}",
        )
        for i in range(agents)
    )
    share = np.linspace(1.6, 0.6, queues)
    share /= share.sum()
    daily = agents * 40.0
    hour = grid.minute_of_day // 60
    open_ = np.tile(grid.minute_of_day >= 480, (queues, 1))
    mean = share[:, None] * daily * WEEKDAY[grid.weekday] * HOURLY[hour] * step / 60
    spread = np.sqrt(mean + (0.12 * mean) ** 2)
    bands = np.maximum(mean + np.array(Z)[:, None, None] * spread, 0)
    assert len(bands) == len(LEVELS)
    aht = np.full_like(mean, 360.0)
    aht[:, : 480 // step] = np.nan
    load = mean * 360 / (step * 60) / np.array([q.concurrency for q in centre.queues])[:, None] * 1.15
    need = np.where(load > 0, load + 0.6 * np.sqrt(load), 0)
    blank = np.where(need > 0, 1.0, np.nan)
    requirement = Requirement(
        grid,
        centre.queue_ids,
        mean,
        aht,
        need,
        need / centre.shrinkage.kept,
        55 * blank,
        0.83 * blank,
        0.031 * blank,
        np.where(need > 0, load / np.maximum(need, 1e-9), np.nan),
    )
    stretches, skills = _roster(centre, grid, people, need, rng)
    roster = Roster.of(stretches)
    service, targets = _service(centre, grid, mean, rng, interval_rows)
    first = local_midnight(week, zone)
    leave_of, wisher = people[-1].id, people[0].id
    folder = PlanningFolder(
        centre=centre,
        history=History(
            centre.queue_ids, *([np.array([], "datetime64[s]")] + [np.array([], np.int64)] + [np.array([])] * 7)
        ),
        agents=people,
        skills=skills,
        time_off=(
            TimeOff(agent_id=leave_of, start=first + timedelta(days=2), end=first + timedelta(days=4)),
            TimeOff(
                agent_id=people[1].id,
                start=first + timedelta(hours=8),
                end=first + timedelta(hours=24),
                kind="unavailable",
            ),
        ),
        preferences=(Preference(agent_id=wisher, start=first, end=first + timedelta(days=1), wish="off"),),
        sha256="8f14e45fceea167a5a36dedd4bea2543f14e45fceea167a5a36dedd4bea25431",
    )
    low = first + timedelta(hours=20)
    elastic_h = sum(s.minutes for s in stretches if s.pool == "elastic") / 60
    core = sum(s.minutes for s in stretches if s.pool == "core" and s.paid) / 60 * 57.7
    objective = core + elastic_h * 75 + 812.5
    return Plan(
        folder=folder,
        week=week,
        seed=1,
        forecast=Forecast(grid, centre.queue_ids, mean, bands, aht, open_),
        requirement=requirement,
        roster=roster,
        scores=tuple(
            Score(a.id, q, 120, 355, float(rng.normal(1, 0.08)), 0.7, 0.6, 0.8, 84, "good")
            for a in people
            for q in centre.queue_ids[:1]
        ),
        routes=(),
        service=service,
        cost=Cost(core, elastic_h * 75, 0.0),
        solver=SolverSummary(
            "feasible",
            {"cost": core + elastic_h * 75, "shortfall": 780.0, "wishes": 20.5, "fairness": 12.0},
            objective,
            objective * 0.984,
            0.016,
            0.043,
            61.2,
            3,
        ),
        targets=targets,
        elastic_peak_share=2 / agents,
        elastic_hours=elastic_h,
        short=(
            Short(
                "phone",
                low,
                low + timedelta(hours=2),
                1.9,
                "Three people who may serve phone already work their 40 h; rest of 11 h stops Li Wei, who ends at "
                "23:00 on Sunday. A fifth elastic seat would break the cap of 20 %.",
            ),
            Short(
                "chat",
                low + timedelta(days=4),
                low + timedelta(days=4, hours=1),
                0.8,
                "Everybody who may serve chat is on duty or on leave (1).",
            ),
        ),
        notes=(
            "The wait binds for phone on every day; the service level alone would need 0.6 seats less.",
            "No scores for email: everyone counts as average.",
        ),
    )


def _roster(centre, grid, people, need, rng):
    """Give everyone five days, starting where the most need is left; breaks where it hurts least."""
    zone_days = [local_midnight(day, grid.zone) for day in grid.days]
    queues = centre.queue_ids
    sets = [tuple(q for q in queues if q in {"phone", "email"}), tuple(q for q in queues if q != "phone"), queues[:2]]
    total = need.sum(axis=0) / centre.shrinkage.kept
    have = np.zeros(grid.size)
    stretches, skills = [], []

    def cover(start, end, amount=1.0):
        low, high = (
            max(0, min(grid.size, round(grid.minutes_at(moment) / grid.step_minutes))) for moment in (start, end)
        )
        have[low:high] += amount
        return low, high

    for week in range(len(zone_days) // 7):
        for i, agent in enumerate(people):
            mine = sets[i % 3] if i % 5 else queues
            if week == 0:
                skills += [Skill(agent_id=agent.id, queue=q) for q in mine]
            off = {7 * week + (i * 2) % 7, 7 * week + (i * 2 + 1) % 7}
            if week == 0 and agent is people[-1]:
                off = {2, 3}
            for d in [d for d in range(7 * week, 7 * week + 7) if d not in off]:
                if d == 0 and i == 1:
                    continue
                best = None
                for minute in range(480, 901, 30):
                    start = zone_days[d] + timedelta(minutes=minute)
                    low = round(grid.minutes_at(start) / grid.step_minutes)
                    left = np.maximum(total - have, -0.5)[low : low + 540 // grid.step_minutes].sum()
                    if best is None or left > best[0] + 1e-9:
                        best = (left, start)
                start = best[1]
                end = start + timedelta(hours=9)
                meal = min(
                    range(180, 301, 30),
                    key=lambda m: (total - have)[round((grid.minutes_at(start) + m) / grid.step_minutes) % grid.size],
                )
                pause = 75 + 15 * int(rng.integers(0, 5))
                cuts = [
                    (pause, pause + 15, "break", True),
                    (meal, meal + 60, "meal", False),
                    (meal + 150, meal + 165, "break", True),
                ]
                if i == 2 and d % 7 == 1:
                    cuts[2] = (meal + 120, meal + 180, "training", True)
                at, shift_id = start, f"{agent.id}/{grid.days[d]}"
                for low, high, kind, paid in cuts:
                    a, b = start + timedelta(minutes=low), start + timedelta(minutes=high)
                    stretches.append(Stretch(agent.id, at, a, queues=mine, shift_id=shift_id))
                    cover(at, a)
                    stretches.append(Stretch(agent.id, a, b, kind, (), paid, shift_id=shift_id))
                    at = b
                stretches.append(Stretch(agent.id, at, end, queues=mine, shift_id=shift_id))
                cover(at, end)
    for d, midnight in enumerate(zone_days[:5]):
        for seat in range(2 if d in (0, 4) else 1):
            start = midnight + timedelta(hours=20 if seat == 0 else 10)
            stretches.append(
                Stretch(
                    f"elastic-{seat + 1:03d}",
                    start,
                    start + timedelta(hours=4),
                    queues=queues[:2],
                    pool="elastic",
                    shift_id=f"e{d}{seat}",
                )
            )
    return stretches, tuple(skills)


def _service(centre, grid, mean, rng, interval_rows):
    rows, targets = [], []
    first = MEASURES.index

    def row(scope, start, queue, offered, deferred):
        value = np.full(len(MEASURES), np.nan)
        if offered > 0 and not deferred:
            wait = float(np.exp(rng.normal(3.9, 0.5)))
            for name, v in {
                "mean_wait_s": wait,
                "service_level": 0.97 - wait / 450,
                "abandonment": wait / 1500,
                "fcr": 0.69 + rng.normal(0, 0.01),
                "occupancy": 0.84,
                "agents": 4.2,
            }.items():
                value[first(name)] = v
        elif offered > 0:
            value[first("share")] = 0.97
        value[first("offered")] = offered
        return ServiceRow(scope, start, queue, value, value * 0.95, value * 1.05)

    for q, queue in enumerate(centre.queues):
        for d, day in enumerate(grid.days):
            offered = float(mean[q, grid.day_of == d].sum())
            made = row("day", day.isoformat(), queue.id, offered, queue.deferred)
            rows.append(made)
            for target in queue.targets:
                for measure, limit in target.measures().items():
                    value = made.get(measure)
                    if queue.id == "chat" and d == 6:
                        value = np.nan
                    miss = value > limit if measure in {"mean_wait_s", "abandonment", "occupancy"} else value < limit
                    known = np.isfinite(value)
                    targets.append(
                        TargetResult(
                            queue.id,
                            "day",
                            day.isoformat(),
                            measure,
                            limit,
                            value * 0.97,
                            value,
                            value * 0.96,
                            value * 1.04,
                            0.31 if miss else 0.9 if known else np.nan,
                            value * 0.7,
                            value * 1.6 if measure == "mean_wait_s" else min(value * 1.1, 1.0) if known else np.nan,
                            bool(known and not miss),
                            implied=measure == "abandonment",
                            contacts=offered,
                            price=2.5 if miss else 0.0,
                        )
                    )
        for w in range(len(grid.days) // 7):
            rows.append(row("week", grid.days[7 * w].isoformat(), queue.id, float(mean[q].sum()), queue.deferred))
        if interval_rows:
            rows += [
                row("interval", grid.label(t), queue.id, float(mean[q, t]), queue.deferred) for t in range(grid.size)
            ]
    for w in range(len(grid.days) // 7):
        rows.append(row("week", grid.days[7 * w].isoformat(), "all", float(mean.sum()), False))
    return ServiceReport(grid, centre.queue_ids, tuple(rows), 200), tuple(targets)


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Twelve agents, three queues, seven days; elastic seats, two short spans, unmet and unknown targets."""
    return make_plan()


@pytest.fixture(scope="session")
def build():
    """The builder itself, for plans that differ."""
    return make_plan

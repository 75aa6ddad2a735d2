"""A small centre with a legal roster, and the means to vary both; shared by the scheduling tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from domain.centre import Centre
from domain.contracts import BreakRule, Contract, Limits, StartWindow
from domain.folder import PlanningFolder
from domain.history import History
from domain.hours import WeeklyWindow, parse_clock, parse_days
from domain.people import Agent, Availability, Skill, TimeOff
from domain.queues import Queue
from domain.roster import Roster, Stretch

NAMES = ("ann", "bob", "cy", "dee")
ZONE = "Europe/Paris"
MONDAY = date(2026, 11, 23)
MEAL = BreakRule(kind="meal", minutes=60, paid=False, after_minutes=180, before_minutes=300)
PAUSE = BreakRule(kind="break", minutes=15, paid=True, after_minutes=60, before_minutes=180)


def at(day: date | int, clock: str, zone: str = ZONE) -> datetime:
    """Return a wall-clock time of a day (or of the k-th day from Monday) as UTC; 24:00 and later run on."""
    if isinstance(day, int):
        day = MONDAY + timedelta(days=day)
    hours, minutes = map(int, clock.split(":"))
    day += timedelta(days=hours // 24)
    return datetime(day.year, day.month, day.day, hours % 24, minutes, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def window(days: str, low: str, high: str) -> WeeklyWindow:
    return WeeklyWindow(parse_days(days), parse_clock(low), parse_clock(high))


def full_time(**changes: Any) -> Contract:
    """Five days of eight hours, starts 07:00 to 16:00, a meal and a pause."""
    fields: dict[str, Any] = {
        "id": "full",
        "weekly_hours": Limits(min=40, max=40),
        "days_per_week": Limits(min=5, max=5),
        "shift_hours": Limits(min=8, max=8),
        "start": StartWindow(from_minute=7 * 60, to_minute=16 * 60, step_minutes=30),
        "rest_h": 11,
        "max_consecutive_days": 6,
        "breaks": (MEAL, PAUSE),
    }
    return Contract(**(fields | changes))


def no_history(queues: Sequence[str] = ()) -> History:
    none = np.zeros(0)
    return History(tuple(queues), np.zeros(0, "datetime64[s]"), np.zeros(0, np.int64), *(none.copy() for _ in range(7)))


def make_folder(
    *,
    agents: Iterable[Agent] | None = None,
    contracts: Sequence[Contract] = (),
    skills: Iterable[Skill] | None = None,
    zone: str = ZONE,
    queues: Sequence[Queue] = (),
    centre: dict[str, Any] | None = None,
    **rest: Any,
) -> PlanningFolder:
    """Two queues, phone (07:00 to 24:00) and chat (always open); four people who serve both."""
    people = tuple(agents) if agents is not None else tuple(map(person, NAMES))
    queues = tuple(queues) or (
        Queue(id="phone", open=(window("Mon-Sun", "07:00", "24:00"),)),
        Queue(id="chat"),
    )
    if skills is None:
        skills = [Skill(agent_id=agent.id, queue=queue.id) for agent in people for queue in queues]
    made = Centre(
        name="Test",
        timezone=zone,
        queues=queues,
        contracts=tuple(contracts) or (full_time(),),
        **(centre or {}),
    )
    return PlanningFolder(
        centre=made,
        history=no_history(),
        agents=people,
        skills=tuple(skills),
        **{k: tuple(v) for k, v in rest.items()},
    )


def person(who: str, **changes: Any) -> Agent:
    return Agent(**({"id": who, "contract": "full", "hourly_cost": 20.0} | changes))


def leave(who: str, start: datetime, end: datetime, kind: str = "paid") -> TimeOff:
    return TimeOff(agent_id=who, start=start, end=end, kind=kind)  # type: ignore[arg-type]


def may(who: str, days: str, low: str, high: str) -> Availability:
    return Availability(agent_id=who, window=window(days, low, high))


def shift(
    who: str,
    start: datetime,
    *,
    queues: tuple[str, ...] = ("phone",),
    elapsed: int = 540,
    breaks: Sequence[tuple[str, int, int, bool]] = (("break", 90, 15, True), ("meal", 240, 60, False)),
    pool: Any = "core",
) -> tuple[Stretch, ...]:
    """Return the rows of one shift: work, with other rows (activity, offset, minutes, paid) laid into it."""
    shift_id = f"{who}-{start:%d%H%M}"
    common: dict[str, Any] = {"agent_id": who, "pool": pool, "shift_id": shift_id}
    rows: list[Stretch] = []
    now = 0

    def add(low: int, high: int, activity: str, paid: bool, served: tuple[str, ...]) -> None:
        if high > low:
            rows.append(
                Stretch(
                    start=start + timedelta(minutes=low),
                    end=start + timedelta(minutes=high),
                    activity=activity,
                    paid=paid,
                    queues=served,
                    **common,
                )
            )

    for activity, offset, minutes, paid in sorted(breaks, key=lambda row: row[1]):
        add(now, offset, "work", True, queues)
        add(offset, offset + minutes, activity, paid, ())
        now = offset + minutes
    add(now, elapsed, "work", True, queues)
    return tuple(rows)


def block(seat: str, start: datetime, hours: float, queues: tuple[str, ...] = ("phone",)) -> tuple[Stretch, ...]:
    return shift(seat, start, queues=queues, elapsed=round(hours * 60), breaks=(), pool="elastic")


def week(who: str, clock: str = "09:00", days: Iterable[int] = range(5), **changes: Any) -> list[Stretch]:
    """Return the same shift on several days, counted from Monday."""
    return [row for day in days for row in shift(who, at(day, clock), **changes)]


def roster(*rows: Iterable[Stretch]) -> Roster:
    return Roster.of(row for group in rows for row in group)


def legal(names: Iterable[str] = NAMES) -> Roster:
    """Return a legal week for everyone, Monday to Friday."""
    return roster(*(week(name) for name in names))


def without(source: Roster, *rows: Stretch) -> Roster:
    return Roster.of(row for row in source.stretches if row not in rows)


def swap(source: Roster, old: Stretch, **changes: Any) -> Roster:
    """Return a roster with one row changed."""
    return Roster.of(replace(row, **changes) if row == old else row for row in source.stretches)

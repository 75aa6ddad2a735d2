"""Questions about a roster, as the command line and the service take them, every fault of them kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, get_args

from domain.errors import Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from planning.ask import DayOff, Gap, ShiftEdit, Swap
    from planning.files.plan_in import PlanIn


class QuestionReader:
    """Reads questions, every fault kept.

    Parameters
    ----------
    folder : PlanningFolder
    plan : PlanIn
    asked : str
        Where questions come from, as faults name it.
    sign : str
        What stands before a question's name there.
    """

    def __init__(self, folder: PlanningFolder, plan: PlanIn, asked: str = "command line", sign: str = "--") -> None:
        self.folder = folder
        self.asked = asked
        self.sign = sign
        self.days = plan.requirement.grid.days
        self.people = [agent.id for agent in folder.agents]
        self.problems: list[Problem] = []

    def swap(self, text: str) -> list[Swap]:
        """Read ``A1,A2,2026-11-24``."""
        from planning.ask import Swap

        parts = self._parts("swap", text, 3, 3, "two people and a day: A1,A2,2026-11-24")
        if not parts:
            return []
        one, other, day = (
            self._person("swap", parts[0]),
            self._person("swap", parts[1]),
            self._day("swap", parts[2]),
        )
        if one and one == other:
            self._wrong("swap", text, "two different people")
            return []
        return [Swap(one, other, day)] if one and other and day else []

    def day_off(self, text: str) -> list[DayOff]:
        """Read ``A1,2026-11-24``, or with a kind of leave."""
        from planning.ask.questions import DayOff, LeaveKind

        parts = self._parts("day-off", text, 2, 3, "a person and a day: A1,2026-11-24")
        if not parts:
            return []
        who, day = self._person("day-off", parts[0]), self._day("day-off", parts[1])
        kind = parts[2] if len(parts) > 2 else "paid"
        if kind not in get_args(LeaveKind):
            self._wrong("day-off", kind, "paid, unavailable or free")
            return []
        return [DayOff(who, day, kind)] if who and day else []  # type: ignore[arg-type]

    def shift(self, text: str) -> list[ShiftEdit]:
        """Read ``A1,2026-11-24T12:00,2026-11-24T20:00``, or with queues."""
        from planning.ask import ShiftEdit

        parts = self._parts("shift", text, 3, 4, "a person, start and end: A1,2026-11-24T12:00,2026-11-24T20:00")
        if not parts:
            return []
        who, span = self._person("shift", parts[0]), self._span("shift", parts[1], parts[2])
        queues = [name.strip() for name in parts[3].split(";")] if len(parts) > 3 else []
        known = [name for name in queues if self._queue("shift", name)]
        return [ShiftEdit(who, *span, tuple(known))] if who and span and len(known) == len(queues) else []

    def gap(self, text: str) -> list[Gap]:
        """Read ``phone,2026-11-24T18:00,2026-11-24T20:00``."""
        from planning.ask import Gap

        parts = self._parts("gap", text, 3, 3, "a queue, start and end: phone,2026-11-24T18:00,2026-11-24T20:00")
        if not parts:
            return []
        queue, span = self._queue("gap", parts[0]), self._span("gap", parts[1], parts[2])
        return [Gap(queue, *span)] if queue and span else []

    def _parts(self, option: str, text: str, least: int, most: int, expected: str) -> list[str]:
        parts = [part.strip() for part in text.split(",")]
        if least <= len(parts) <= most:
            return parts
        self._wrong(option, text, expected)
        return []

    def _person(self, option: str, name: str) -> str:
        return self._one_of(option, name, self.people, "a person of agents.csv")

    def _queue(self, option: str, name: str) -> str:
        return self._one_of(option, name, list(self.folder.centre.queue_ids), "a queue of centre.toml")

    def _one_of(self, option: str, name: str, known: list[str], what: str) -> str:
        from planning.files.faults import meant

        if name in known:
            return name
        self._wrong(option, name, f"{what}{meant(name, known)}")
        return ""

    def _day(self, option: str, text: str) -> date | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self._wrong(option, text, "a date such as 2026-11-24")
            return None
        if day in self.days:
            return day
        self._wrong(option, text, f"a day of the plan, {self.days[0]} to {self.days[-1]}")
        return None

    def _span(self, option: str, low: str, high: str) -> tuple[datetime, datetime] | None:
        from planning.files.moments import on_clock

        moments = []
        for text in (low, high):
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                self._wrong(option, text, "a time such as 2026-11-24T12:00")
                continue
            try:
                moments.append(on_clock(moment, self.folder.centre.timezone))
            except ValueError as fault:
                self._wrong(option, text, str(fault))
        start, end = moments if len(moments) == 2 else (None, None)
        if start is None or end is None:
            return None
        step = self.folder.centre.schedule_minutes
        right = True
        for text, moment in ((low, start), (high, end)):
            if moment.minute % step or moment.second:
                self._wrong(option, text, f"a time on the grid of schedule_minutes ({step})")
                right = False
        if end <= start:
            self._wrong(option, high, f"an end after {low}")
            right = False
        if start.date() not in self.days:
            self._wrong(option, low, f"a time of the plan, {self.days[0]} to {self.days[-1]}")
            right = False
        return (start, end) if right else None

    def _wrong(self, option: str, value: str, expected: str) -> None:
        column = self.sign + (option if self.sign else option.replace("-", "_"))
        self.problems.append(Problem(self.asked, column=column, value=value, expected=expected))

"""A roster beside the folder it is judged by, as the rules read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from domain.contracts import Contract
from domain.folder import PlanningFolder
from domain.grid import local_midnight
from domain.history import Ints
from domain.people import Agent
from domain.roster import Roster, Shift, Stretch
from scheduling.calendar import Calendar
from scheduling.leave import WEEK, AwayDays, LegalShifts
from scheduling.overtime import OvertimeBook

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Person:
    """One named person's shifts.

    Attributes
    ----------
    agent : Agent
    contract : Contract
    shifts : tuple of Shift
        Those that start on planned days, in order.
    before : tuple of Shift
        Those of the previous rosters, in order.
    """

    agent: Agent
    contract: Contract
    shifts: tuple[Shift, ...]
    before: tuple[Shift, ...]


@dataclass(frozen=True, eq=False)
class Context:
    """What every rule is given.

    Attributes
    ----------
    folder : PlanningFolder
    roster : Roster
    first : date
        First planned local day; weeks are seven-day blocks from it.
    weeks : int
    emergency : bool
        Whether the elastic cap of an emergency holds.
    now : datetime or None
        The instant from which notice counts; seven days before the first day where None.
    """

    folder: PlanningFolder
    roster: Roster
    first: date
    weeks: int
    emergency: bool = False
    now: datetime | None = None

    @cached_property
    def legal(self) -> LegalShifts:
        """Legal shifts and days away over the horizon."""
        return LegalShifts(self.calendar)

    @cached_property
    def calendar(self) -> Calendar:
        """Masks over the minutes of the horizon."""
        return Calendar(self.folder, self.first, self.weeks * WEEK)

    @cached_property
    def overtime(self) -> OvertimeBook:
        """Who may work overtime, and how much."""
        return OvertimeBook(self.folder)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The centre's zone."""
        return ZoneInfo(self.folder.centre.timezone)

    @cached_property
    def called(self) -> datetime:
        """The instant from which notice counts."""
        moment = self.now or local_midnight(self.first - timedelta(days=WEEK), self.zone.key)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    @cached_property
    def agents(self) -> dict[str, Agent]:
        """People by id."""
        return self.calendar.agents

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everyone of the folder, those without a shift included, in its order."""
        before: dict[str, list[Shift]] = {}
        for shift in self.previous:
            before.setdefault(shift.agent_id, []).append(shift)
        return tuple(
            Person(
                agent,
                self.calendar.contract(agent),
                tuple(s for s in self.roster.by_agent.get(agent.id, ()) if self.plans(s)),
                tuple(before.get(agent.id, ())),
            )
            for agent in self.folder.agents
        )

    @cached_property
    def previous(self) -> tuple[Shift, ...]:
        """Shifts of earlier rosters that start before the first planned day."""
        shifts = Roster.of(self.folder.previous).shifts
        return tuple(shift for shift in shifts if self.local(shift.start).date() < self.first)

    @cached_property
    def seats(self) -> tuple[Shift, ...]:
        """Blocks of elastic seats that start on planned days."""
        return tuple(shift for shift in self.roster.shifts if self.is_seat(shift) and self.plans(shift))

    @cached_property
    def carried(self) -> tuple[Shift, ...]:
        """Shifts and blocks of earlier rosters that reach into the horizon."""
        start = local_midnight(self.first, self.zone.key)
        return tuple(shift for shift in self.previous if shift.end > start)

    @cached_property
    def present(self) -> tuple[Shift, ...]:
        """Every shift and block with a minute in the horizon: the planned ones and those carried in."""
        return self.carried + tuple(shift for shift in self.roster.shifts if self.plans(shift))

    def is_seat(self, shift: Shift) -> bool:
        """Tell whether a shift is a block of an elastic seat."""
        return shift.pool == "elastic" and shift.agent_id not in self.agents

    def plans(self, shift: Shift) -> bool:
        """Tell whether a shift starts on a planned day."""
        return self.week_of(shift) is not None

    def week_of(self, shift: Shift) -> int | None:
        """Return the planned week in which a shift starts, None outside."""
        days = (self.local(shift.start).date() - self.first).days
        return days // WEEK if 0 <= days < self.weeks * WEEK else None

    def by_week(self, person: Person) -> Iterator[tuple[int, tuple[Shift, ...]]]:
        """Yield each planned week with a person's shifts in it."""
        for week in range(self.weeks):
            yield week, tuple(shift for shift in person.shifts if self.week_of(shift) == week)

    def away(self, person: Person) -> AwayDays:
        """Return a person's days away and the limits they leave."""
        return self.legal.away(person.agent)

    def local(self, moment: datetime) -> datetime:
        """Return an instant on the centre's clock."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> str:
        """Return the local day of an instant, ISO."""
        return self.local(moment).date().isoformat()

    def clock(self, moment: datetime) -> str:
        """Return the wall-clock time of an instant."""
        return self.local(moment).strftime("%H:%M")

    def clock_minute(self, moment: datetime) -> int:
        """Return the wall-clock minute of the day of an instant."""
        local = self.local(moment)
        return local.hour * 60 + local.minute

    def week_day(self, week: int) -> str:
        """Return the first day of a planned week, ISO."""
        return (self.first + timedelta(days=WEEK * week)).isoformat()

    def overlaps_week(self, week: int, start: datetime, end: datetime) -> bool:
        """Tell whether a span touches a planned week."""
        first = self.first + timedelta(days=WEEK * week)
        low = local_midnight(first, self.zone.key)
        high = local_midnight(first + timedelta(days=WEEK), self.zone.key)
        return start < high and end > low

    def date(self, day: str) -> date:
        """Return a day from its ISO form."""
        return date.fromisoformat(day)

    def name(self, who: str) -> str:
        """Return a person as people know them: name and id."""
        agent = self.agents.get(who)
        return f"{agent.name} ({who})" if agent and agent.name and agent.name != who else who

    def span(self, item: Shift | Stretch) -> str:
        """Write a shift or row as ``09:00-17:00``."""
        return f"{self.clock(item.start)}-{self.clock(item.end)}"

    def minutes(self, item: Shift | Stretch) -> slice:
        """Return the minutes of a shift or row, as a slice of the calendar's masks."""
        return slice(self.calendar.minute(item.start), self.calendar.minute(item.end))

    def moment(self, minute: int) -> datetime:
        """Return the instant of a minute of the calendar's masks."""
        return self.calendar.grid.at(minute)

    @cached_property
    def horizon(self) -> slice:
        """The planned minutes, as a slice of the calendar's masks."""
        end = self.first + timedelta(days=WEEK * self.weeks)
        low, high = (local_midnight(day, self.zone.key) for day in (self.first, end))
        return slice(self.calendar.minute(low), self.calendar.minute(high))

    def count(self, items: Iterable[Shift | Stretch]) -> Ints:
        """Return how many of the shifts or rows run at each minute, shape (minutes,)."""
        total = np.zeros(self.calendar.grid.size, np.int64)
        for item in items:
            total[self.minutes(item)] += 1
        return total

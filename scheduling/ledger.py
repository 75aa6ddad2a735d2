"""How often each person has had weekends, nights and unpopular shifts, beside the others of the same contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.contracts import Contract, NightWindow
from domain.fairness import Fairness, Measure
from domain.hours import WeeklyWindow
from domain.people import Agent
from domain.roster import Roster, Shift, Stretch
from scheduling.leave import WEEK, LegalShifts

Key = tuple[str, Measure]
"""Agent id (or contract) and measure."""


def touches_night(start: datetime, end: datetime, night: NightWindow, zone: ZoneInfo) -> bool:
    """Tell whether a shift has a minute in the night hours."""
    start, end = start.astimezone(zone), end.astimezone(zone)
    length = (night.to_minute - night.from_minute) % 1440 or 1440
    day = start.date() - timedelta(days=1)
    while day <= end.date():
        low = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=night.from_minute)
        if start < low + timedelta(minutes=length) and low < end:
            return True
        day += timedelta(days=1)
    return False


def measures_of(
    start: datetime, end: datetime, contract: Contract, fairness: Fairness, zone: ZoneInfo
) -> tuple[Measure, ...]:
    """Return what a shift counts as.

    ``weekend``: it starts on one of the contract's weekend days; ``night``: it touches the contract's night;
    ``unpopular``: it starts before, or ends after, the hours of the settings, by the clock of the day it starts on.
    """
    low, high = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
    midnight = datetime(low.year, low.month, low.day)
    early = low < midnight + timedelta(minutes=fairness.unpopular.before_minute)
    late = high > midnight + timedelta(minutes=fairness.unpopular.after_minute)
    is_so: dict[Measure, bool] = {
        "weekend": low.weekday() in contract.weekend_days,
        "night": touches_night(start, end, contract.night, zone),
        "unpopular": early or late,
    }
    return tuple(measure for measure in fairness.counted if is_so[measure])


@dataclass(frozen=True)
class Ledger:
    """What earlier rosters asked of each person who may be asked for it.

    Attributes
    ----------
    before : mapping of (agent id, measure) to float
        Shifts of each kind before the week; only of people whose usual week may hold one.
    contract : mapping of agent id to str
    employed : mapping of agent id to float
        Share of the time of the earlier rosters for which a person has been there.
    """

    before: Mapping[Key, float]
    contract: Mapping[str, str]
    employed: Mapping[str, float]

    @classmethod
    def of(cls, legal: LegalShifts, previous: Iterable[Stretch]) -> Ledger:
        """Count earlier rosters up to the first day of a horizon of legal shifts.

        Notes
        -----
        Performance is not looked at: who is fast or slow, good or not, is asked for the same.
        """
        calendar = legal.calendar
        shifts = [shift for shift in Roster.of(previous).shifts if calendar.day(shift.start) < calendar.first]
        since = min((calendar.day(shift.start) for shift in shifts), default=calendar.first)
        people = [a for a in calendar.folder.agents if a.hired_on is None or a.hired_on <= calendar.planned[-1]]
        able = _able(legal, people)
        before = {(agent.id, measure): 0.0 for agent in people for measure in able[agent.id]}
        return cls(
            add_shifts(before, legal, shifts),
            {agent.id: agent.contract for agent in people},
            {agent.id: _employed(agent, since, calendar.first) for agent in people},
        )

    @cached_property
    def mean(self) -> dict[Key, float]:
        """What those with the same contract had in the mean, see ``means``."""
        return self.means(self.before)

    def means(self, counts: Mapping[Key, float]) -> dict[Key, float]:
        """Return the mean of each person's contract; of somebody hired meanwhile, for the time since."""
        total: dict[Key, float] = {}
        time: dict[Key, float] = {}
        for (who, measure), count in counts.items():
            group = (self.contract[who], measure)
            total[group] = total.get(group, 0.0) + count
            time[group] = time.get(group, 0.0) + self.employed[who]
        found = {}
        for who, measure in counts:
            group = (self.contract[who], measure)
            found[who, measure] = total[group] * self.employed[who] / time[group] if time[group] else 0.0
        return found

    def above(self, who: str, measure: Measure) -> float:
        """Return by how many shifts somebody is above the mean; 0 below it."""
        key = (who, measure)
        return max(self.before[key] - self.mean[key], 0.0) if key in self.before else 0.0


def add_shifts(counts: Mapping[Key, float], legal: LegalShifts, shifts: Iterable[Shift]) -> dict[Key, float]:
    """Return counts with more shifts; kinds that a person is not counted for are left out."""
    calendar = legal.calendar
    zone, fairness = ZoneInfo(calendar.folder.centre.timezone), calendar.folder.centre.fairness
    found = dict(counts)
    for shift in shifts:
        agent = calendar.agents.get(shift.agent_id)
        if agent is not None:
            for measure in measures_of(shift.start, shift.end, calendar.contract(agent), fairness, zone):
                if (agent.id, measure) in found:
                    found[agent.id, measure] += 1
    return found


def _employed(agent: Agent, since: date, until: date) -> float:
    """Return the share of the days of earlier rosters on which a person was employed; 1 where there are none."""
    days = (until - since).days
    if agent.hired_on is None or agent.hired_on <= since:
        return 1.0
    return max((until - agent.hired_on).days, 0) / days if days else 1.0


def _able(legal: LegalShifts, people: Iterable[Agent]) -> dict[str, tuple[Measure, ...]]:
    """Return the kinds of shift that each usual week may hold: contract, weekly windows, skills, opening hours."""
    calendar = legal.calendar
    windows: dict[str, list[WeeklyWindow]] = {}
    for row in calendar.folder.availability:
        windows.setdefault(row.agent_id, []).append(row.window)
    known: dict[object, tuple[Measure, ...]] = {}
    found: dict[str, tuple[Measure, ...]] = {}
    for agent in people:
        key = (agent.contract, frozenset(windows.get(agent.id, ())), frozenset(calendar.skill_ends(agent)))
        if key not in known:
            known[key] = _may_be(legal, agent)
        found[agent.id] = known[key]
    return found


def _may_be(legal: LegalShifts, agent: Agent) -> tuple[Measure, ...]:
    centre = legal.calendar.folder.centre
    contract, zone = legal.calendar.contract(agent), ZoneInfo(centre.timezone)
    found: set[Measure] = set()
    for day in legal.calendar.planned[:WEEK]:
        for option in legal.usual(agent, day):
            end = option.start + timedelta(minutes=option.elapsed_minutes)
            found.update(measures_of(option.start, end, contract, centre.fairness, zone))
        if len(found) == len(centre.fairness.counted):
            break
    return tuple(measure for measure in centre.fairness.counted if measure in found)

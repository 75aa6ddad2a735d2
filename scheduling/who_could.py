"""Why nobody else is on a queue: what those who may serve it do at the time, in a few groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from domain.people import Agent
from domain.roster import OFF, WORK, Roster, Shift, Stretch
from scheduling.desks import desk_site
from scheduling.leave import LegalShifts, ShiftOption
from scheduling.model import Model
from scheduling.overtime import OvertimeBook
from scheduling.person_week import find_weeks
from scheduling.result import Result

Reason = tuple[str, str]
"""A group (a key of ``GROUPS``) and, in the group of those who cannot, what holds a person."""

GROUPS: dict[str, tuple[str, str]] = {
    "on": ("is on it", "are on it"),
    "other": ("is on other queues or on a break", "are on other queues or on a break"),
    "elsewhen": ("works at another time of the day", "work at another time of the day"),
    "cannot": ("cannot work more", "cannot work more"),
    "free": ("is free", "are free"),
}
"""Words for one and for several, in the order in which they are told."""

HELD: dict[str, tuple[str, str]] = {
    "hours": ("has used the days or hours of the contract", "have used the days or hours of their contracts"),
    "leave": ("is on leave", "are on leave"),
    "unavailable": ("is not available", "are not available"),
    "hired": ("is not hired yet", "are not hired yet"),
    "site": ("is at a site that is closed then", "are at sites that are closed then"),
    "desks": ("has no free desk at the site", "have no free desk at their sites"),
    "contract": ("has no shift in the contract that fits there", "have no shift in their contracts that fits there"),
    "rest": ("is held by rest or days in a row", "are held by rest or days in a row"),
    "experts": ("is an expert beyond the share of heads", "are experts beyond their share of heads"),
}
"""What keeps those who cannot, for one and for several."""


@dataclass(frozen=True)
class Gap:
    """A span in which a pool has fewer seats than it needs, in the roster that leaves it.

    Attributes
    ----------
    model : Model
    result : Result
    roster : Roster
    legal : LegalShifts
    pool : int
        Index in the model's pools.
    start, end : datetime
    """

    model: Model
    result: Result
    roster: Roster
    legal: LegalShifts
    pool: int
    start: datetime
    end: datetime

    @property
    def queues(self) -> frozenset[str]:
        """Queues of the pool."""
        return frozenset(self.model.folder.centre.queue_ids[q] for q in self.model.pools[self.pool].queues)

    @property
    def day(self) -> date:
        """Local day on which the span begins."""
        return self.legal.calendar.day(self.start)

    @cached_property
    def priced(self) -> float:
        """What the planning model pays for the misses of the pool's targets that the span counts for."""
        grid, total = self.model.intervals, 0.0
        low, high = grid.index_at(self.start), grid.index_at(self.end - timedelta(minutes=1))
        for r, i in enumerate(self.model.rows.tolist()):
            target = self.model.targets[i]
            here = target.queue in self.model.pools[self.pool].queues and target.measure != "fcr"
            if here and ((target.intervals >= low) & (target.intervals <= high)).any():
                price = float(self.model.prices[r])
                total += price * target.miss(min(float(self.result.values[r]), self.model.most(r)))
        return total


def who_could(gap: Gap) -> str:
    """Say what those who may serve a pool do during a gap: at most five groups, and what a free person would cost."""
    reasons: Counter[Reason] = Counter()
    pay: list[float] = []
    for agent in gap.model.agents:
        if gap.queues & set(gap.legal.calendar.skill_ends(agent)):
            reason, cost = _reason(gap, agent)
            reasons[reason] += 1
            pay += [cost] if reason[0] == "free" else []
    if not reasons:
        return "Nobody has the skill."
    everyone = sum(reasons.values())
    parts = [_part(key, {why: n for (group, why), n in reasons.items() if group == key}) for key in GROUPS]
    told = [part for part in parts if part]
    if everyone == 1:
        said = f"The only one who may serve it {told[0].removeprefix('1 ')}."
    elif len(told) == 1:
        said = f"All {everyone} who may serve it {told[0].removeprefix(f'{everyone} ')}."
    else:
        said = f"Of the {everyone} who may serve it, {_joined(told)}."
    return said + (f" {_free(gap, min(pay))}" if pay and gap.priced > 0 else "")


def unpriced(gap: Gap) -> str:
    """Say that the planning model saw nothing to mend, where that is so; else nothing."""
    if gap.priced > 0:
        return ""
    return (
        "By the planning model the targets hold, so it asked for nobody more there; it is the simulation that finds "
        "them missed."
    )


def _part(group: str, held: dict[str, int]) -> str:
    """Write one group; of those who cannot work more, what holds them."""
    count = sum(held.values())
    if not count:
        return ""
    if group != "cannot":
        return f"{count} {GROUPS[group][count > 1]}"
    ordered = sorted(held.items(), key=lambda item: (-item[1], item[0]))
    reasons = [f"{n} {HELD[why][n > 1]}" for why, n in ordered]
    return reasons[0] if len(reasons) == 1 else f"{count} {GROUPS[group][1]} ({_joined(reasons)})"


def _free(gap: Gap, cost: float) -> str:
    """Say what the cheapest shift of somebody free would cost against what is missed."""
    money = gap.model.folder.centre.currency
    if cost >= gap.priced:
        return (
            f"A further shift costs {money} {cost:,.0f} or more; all that is missed of the day's targets is priced at "
            f"{money} {gap.priced:,.0f} in the planning model."
        )
    return f"A further shift costs {money} {cost:,.0f} or more; the search found no better roster with one."


def _reason(gap: Gap, agent: Agent) -> tuple[Reason, float]:
    """Return what keeps a person from a gap, and what the cheapest further shift that reaches it costs."""
    shifts = gap.roster.by_agent.get(agent.id, ())
    for shift in shifts:
        rows = [row for row in shift.stretches if row.start < gap.end and row.end > gap.start]
        if any(row.activity == WORK and gap.queues & set(row.queues) for row in rows):
            return ("on", ""), 0.0
        if rows:
            return ("other", ""), 0.0
    if any(gap.legal.calendar.day(shift.start) == gap.day for shift in shifts):
        return ("elsewhen", ""), 0.0
    options = [option for option in gap.legal.options(agent, gap.day) if _reaches(gap, option)]
    if not options:
        return ("cannot", _absence(gap, agent)), 0.0
    held = _limit(gap, agent, shifts, options)
    if held:
        return ("cannot", held), 0.0
    return ("free", ""), min(option.paid_minutes for option in options) / 60 * agent.hourly_cost


def _reaches(gap: Gap, option: ShiftOption) -> bool:
    return option.start < gap.end and option.start + timedelta(minutes=option.elapsed_minutes) > gap.start


def _limit(gap: Gap, agent: Agent, shifts: Sequence[Shift], options: Sequence[ShiftOption]) -> str:
    """Return what forbids one more shift beside those that a person has; empty where nothing does."""
    week = (gap.day - gap.model.first).days // 7
    limits = gap.legal.away(agent).weeks[week]
    mine = [shift for shift in shifts if (gap.legal.calendar.day(shift.start) - gap.model.first).days // 7 == week]
    paid = sum(shift.paid_minutes for shift in mine) + min(option.paid_minutes for option in options)
    experts = gap.model.folder.centre.experts
    second_line = experts is not None and agent.pool == "expert"
    most = min(limits.minutes_max, 60 * experts.weekly_hours_max) if experts and second_line else limits.minutes_max
    over = _overtime(gap, agent, week)
    if len(mine) >= limits.days_max + (over > 0) or paid > most + over + 1e-9:
        return "hours"
    if not _fits(gap, agent, mine):
        return "rest"
    if _desks_full(gap, agent):
        return "desks"
    return "experts" if second_line and _experts_full(gap) else ""


def _overtime(gap: Gap, agent: Agent, week: int) -> float:
    """Return the minutes of overtime that a person may do in a week of the model."""
    first = gap.model.first + timedelta(days=7 * week)
    rows = (*gap.model.folder.previous, *gap.roster.stretches) if agent.overtime_h > 0 else ()
    shifts = [shift for shift in Roster.of(rows).shifts if shift.agent_id == agent.id]
    return OvertimeBook(gap.model.folder).left(agent, first, shifts)


def _fits(gap: Gap, agent: Agent, mine: Sequence[Shift]) -> bool:
    """Tell whether a legal week holds a person's shifts and one more that reaches the gap."""
    folder, step = gap.model.folder, timedelta(minutes=gap.model.folder.centre.schedule_minutes)
    pins = tuple(row for shift in mine for row in shift.stretches)
    off = tuple(pin for pin in folder.pins if pin.agent_id == agent.id and pin.activity == OFF)
    past = tuple(
        row for row in gap.roster.stretches if row.agent_id == agent.id and row.start < gap.model.intervals.start
    )
    # a pin may fall on the break of the only shift that fits, so up to four slots are tried
    for k in range(0, max(1, round((gap.end - gap.start) / step)), max(1, round((gap.end - gap.start) / step / 4))):
        more = Stretch(agent.id, gap.start + k * step, gap.start + (k + 1) * step, pool=agent.pool)
        held = replace(folder, pins=(*pins, *off, more), previous=(*folder.previous, *past))
        if find_weeks(held, agent.id, gap.model.first, gap.model.instance.days // 7) is not None:
            return True
    return False


def _experts_full(gap: Gap) -> bool:
    """Tell whether one more expert would be above the experts' share of the heads in a shift."""
    experts = gap.model.folder.centre.experts
    there = Counter(s.pool for s in gap.roster.shifts if s.start < gap.end and s.end > gap.start)
    return experts is not None and there["expert"] + 1 > experts.share * there["core"]


def _desks_full(gap: Gap, agent: Agent) -> bool:
    """Tell whether every desk of a person's site is taken all through a gap."""
    centre = gap.model.folder.centre
    site = centre.site(desk_site(centre, agent))
    if site is None or site.desks is None:
        return False
    mates = {mate.id for mate in gap.model.agents if desk_site(centre, mate) == site.id}
    step = timedelta(minutes=centre.schedule_minutes)
    rows = [row for row in gap.roster.stretches if row.agent_id in mates and row.activity == WORK]
    at = [gap.start + k * step for k in range(max(1, round((gap.end - gap.start) / step)))]
    return all(sum(row.start <= moment < row.end for row in rows) >= site.desks for moment in at)


def _absence(gap: Gap, agent: Agent) -> str:
    """Say why somebody has no shift that reaches a gap: absence, or the hours of site, contract and queues."""
    calendar = gap.legal.calendar
    low, high = calendar.bounds(gap.day)
    if not calendar.hired(agent)[low:high].any():
        return "hired"
    if calendar.off(agent)[low:high].any():
        return "leave"
    if any(_reaches(gap, option) for option in gap.legal.but_for_site(agent, gap.day)):
        return "site"
    return "contract" if calendar.available(agent)[low:high].all() else "unavailable"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

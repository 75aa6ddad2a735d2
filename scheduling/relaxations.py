"""Small changes of a planning folder that loosen one rule of one person, the smallest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.contracts import Contract, Limits
from domain.folder import PlanningFolder
from domain.hours import WEEKDAYS, WeeklyWindow, clock
from domain.people import Agent, Availability, Skill, TimeOff
from domain.roster import Stretch
from scheduling.rules.context import Context
from scheduling.site_changes import longer_hours

Change = tuple[str, PlanningFolder]
"""A change in words, and the folder with it made."""

Ladder = list[Change]
"""Ever larger changes of one kind: each allows all that the one before allows."""

Ladders = list[Ladder]
"""Changes of like weight."""

DAY = 24 * 60


def ladders(context: Context, agent: Agent, family: str) -> Iterator[Ladders]:
    """Yield the ways to loosen one rule of one person, the gentler ways first.

    Parameters
    ----------
    context : Context
        Folder and horizon.
    agent : Agent
    family : str
        Id of the rule.
    """
    makers: dict[str, Callable[[Context, Agent], Iterator[Ladders]]] = {
        "pins": _pins,
        "time_off": _time_off,
        "availability": _availability,
        "hired_on": _hired_on,
        "opening": _opening,
        "skills": _skills,
        "breaks": _breaks,
        "start": _start,
        "experts_hours": _experts,
        "site_hours": lambda where, who: longer_hours(where.folder, who),
    }
    if family in makers:
        yield from makers[family](context, agent)
    else:
        contract = context.calendar.contract(agent)
        yield [
            [
                (f"{text} of contract {contract.id}", _with_contract(context, agent, **{family: value}))
                for value, text in values
            ]
            for values in _values(contract, family, context.folder.centre.schedule_minutes / 60)
        ]


def _with_contract(context: Context, agent: Agent, **update: Any) -> PlanningFolder:
    centre = context.folder.centre
    contracts = tuple(
        contract.model_copy(update=update) if contract.id == agent.contract else contract
        for contract in centre.contracts
    )
    return replace(context.folder, centre=centre.model_copy(update={"contracts": contracts}))


def _when(context: Context, row: Stretch | TimeOff) -> str:
    low, high = context.local(row.start), context.local(row.end)
    end = f"{high:%H:%M}" if high.date() == low.date() else f"{high:%Y-%m-%d %H:%M}"
    return f"{low:%Y-%m-%d %H:%M} to {end}"


def _pins(context: Context, agent: Agent) -> Iterator[Ladders]:
    pins = context.folder.pins
    mine = [pin for pin in pins if pin.agent_id == agent.id]

    def without(text: str, gone: list[Stretch]) -> Ladder:
        return [(text, replace(context.folder, pins=tuple(pin for pin in pins if pin not in gone)))]

    yield [without(f"remove the pin {pin.activity}, {_when(context, pin)}", [pin]) for pin in mine]
    days = sorted({context.day(pin.start) for pin in mine})
    yield [without(f"remove the pins on {day}", [p for p in mine if context.day(p.start) == day]) for day in days]
    yield [without(f"remove the pins of {context.name(agent.id)}", mine)]


def _time_off(context: Context, agent: Agent) -> Iterator[Ladders]:
    rows = context.folder.time_off
    mine = [row for row in rows if row.agent_id == agent.id]

    def without(text: str, gone: list[TimeOff]) -> Ladder:
        return [(text, replace(context.folder, time_off=tuple(row for row in rows if row not in gone)))]

    yield [without(f"move the time off {_when(context, row)}", [row]) for row in mine]
    yield [without("move their time off", mine)]


def _availability(context: Context, agent: Agent) -> Iterator[Ladders]:
    rows = context.folder.availability
    windows = [WeeklyWindow(frozenset({weekday}), 0, DAY) for weekday in range(len(WEEKDAYS))]
    wider = [(*rows, Availability(agent_id=agent.id, window=window)) for window in windows]
    yield [
        [(f"make them available all of {name}", replace(context.folder, availability=more))]
        for name, more in zip(WEEKDAYS, wider, strict=True)
    ]
    rest = tuple(row for row in rows if row.agent_id != agent.id)
    yield [[("make them available at all hours", replace(context.folder, availability=rest))]]


def _hired_on(context: Context, agent: Agent) -> Iterator[Ladders]:
    agents = tuple(
        other.model_copy(update={"hired_on": context.first}) if other.id == agent.id else other
        for other in context.folder.agents
    )
    yield [[(f"hire them by {context.first}", replace(context.folder, agents=agents))]]


def _opening(context: Context, agent: Agent) -> Iterator[Ladders]:
    events, centre = context.folder.events, context.folder.centre
    yield [
        [(f"drop the closure {event.name}", replace(context.folder, events=tuple(e for e in events if e != event)))]
        for event in events
        if event.kind == "closed"
    ]
    served = context.calendar.skill_ends(agent)
    longer: Ladders = []
    for queue in (queue for queue in centre.queues if queue.id in served):
        queues = tuple(q.model_copy(update={"open": ()}) if q is queue else q for q in centre.queues)
        wider = centre.model_copy(update={"queues": queues})
        longer.append([(f"open {queue.id} at more hours", replace(context.folder, centre=wider, events=()))])
    yield longer


def _skills(context: Context, agent: Agent) -> Iterator[Ladders]:
    rows = context.folder.skills
    renewed: Ladders = []
    for row in rows:
        if row.agent_id == agent.id and row.certified_until is not None:
            valid = row.model_copy(update={"certified_until": None})
            more = tuple(valid if other is row else other for other in rows)
            said = f"renew the certificate for {row.queue} that ends on {row.certified_until}"
            renewed.append([(said, replace(context.folder, skills=more))])
    yield renewed
    mine = [row.model_copy(update={"dedicated": False}) for row in rows if row.agent_id == agent.id]
    known = (*(row for row in rows if row.agent_id != agent.id), *mine)
    yield [
        [
            (
                f"let them serve {queue}",
                replace(context.folder, skills=(*known, Skill(agent_id=agent.id, queue=queue))),
            )
        ]
        for queue in context.folder.centre.queue_ids
    ]


def _breaks(context: Context, agent: Agent) -> Iterator[Ladders]:
    contract = context.calendar.contract(agent)
    step = context.folder.centre.schedule_minutes
    windows: Ladders = []
    for i, rule in enumerate(contract.breaks):
        for key, values in (
            ("before_minutes", range(rule.before_minutes + step, DAY, step)),
            ("after_minutes", range(rule.after_minutes - step, -1, -step)),
        ):
            ladder: Ladder = []
            for value in values:
                looser = rule.model_copy(update={key: value})
                said = f"set {key} of the {rule.kind} of contract {contract.id} to {value}"
                breaks = (*contract.breaks[:i], looser, *contract.breaks[i + 1 :])
                ladder.append((said, _with_contract(context, agent, breaks=breaks)))
            windows.append(ladder)
    yield windows
    yield [
        [
            (
                f"drop the {rule.kind} of {rule.minutes} minutes of contract {contract.id}",
                _with_contract(context, agent, breaks=(*contract.breaks[:i], *contract.breaks[i + 1 :])),
            )
        ]
        for i, rule in enumerate(contract.breaks)
    ]


def _start(context: Context, agent: Agent) -> Iterator[Ladders]:
    contract = context.calendar.contract(agent)
    window, step = contract.start, context.folder.centre.schedule_minutes
    room = range(step, DAY - (window.to_minute - window.from_minute) % DAY, step)

    def wider(said: str, **update: int) -> Change:
        start = window.model_copy(update=update | {"step_minutes": step})
        text = f"let shifts of contract {contract.id} start {said}, every {step} minutes"
        return text, _with_contract(context, agent, start=start)

    later = ((window.to_minute + more) % DAY for more in room)
    earlier = ((window.from_minute - more) % DAY for more in room)
    yield [
        [wider(f"until {clock(minute)}", to_minute=minute) for minute in later],
        [wider(f"from {clock(minute)}", from_minute=minute) for minute in earlier],
    ]


def _experts(context: Context, agent: Agent) -> Iterator[Ladders]:
    centre = context.folder.centre
    if centre.experts is None:
        return
    ladder: Ladder = []
    for hours in range(int(centre.experts.weekly_hours_max) + 1, 113):
        experts = centre.experts.model_copy(update={"weekly_hours_max": float(hours)})
        changed = replace(context.folder, centre=centre.model_copy(update={"experts": experts}))
        ladder.append((f"raise weekly_hours_max of experts to {hours}", changed))
    yield [ladder]


def _values(contract: Contract, family: str, step: float) -> Iterator[list[tuple[Any, str]]]:
    """Yield looser values of one key of a contract with their words, nearest first, by side."""
    given = getattr(contract, family)
    if isinstance(given, Limits):
        unit = 1.0 if family in ("days_per_week", "nights_per_week") else step
        top = {"days_per_week": 7.0, "nights_per_week": 7.0, "shift_hours": 16.0}.get(family, 112.0)
        lows = _ladder(given.min, 0.0, -unit)
        yield [(Limits(min=low, max=given.max), f"lower {family}.min to {low:g}") for low in lows]
        highs = _ladder(given.max, top, unit)
        yield [(Limits(min=given.min, max=high), f"raise {family}.max to {high:g}") for high in highs]
    elif family == "weekends_off" and contract.weekends_off is not None:
        rule = contract.weekends_off
        yield [
            (rule.model_copy(update={"at_least": free}), f"lower weekends_off.at_least to {free}")
            for free in range(rule.at_least - 1, -1, -1)
        ]
    elif family == "rotation":
        yield [(None, "drop the weekly rotation")]
    elif family == "complete_weekends":
        yield [(False, "drop the complete weekends")] if given else []
    elif family == "max_consecutive_days":
        yield [(days, f"raise {family} to {days}") for days in range(given + 1, 32)]
    elif family == "start_spread_minutes":
        wider = range(given, DAY + 1, round(step * 60))
        yield [(minutes, f"raise {family} to {minutes}") for minutes in wider[1:]]
    else:
        unit = -1.0 if family == "days_off_together" else -step
        kind = int if family == "days_off_together" else float
        yield [(kind(value), f"lower {family} to {value:g}") for value in _ladder(given, 0.0, unit)]


def _ladder(given: float, end: float, step: float) -> list[float]:
    """Return the values from one step beyond what is given up to the end."""
    room = (end - given) / step
    return [given + k * step for k in range(1, int(room + 1e-9) + 1)] if room < 10**4 else []


def covered_days(context: Context, rows: tuple[Stretch | TimeOff, ...]) -> tuple[str, ...]:
    """Return the planned local days that rows touch, ISO."""
    days: set[date] = set()
    for row in rows:
        day, last = context.local(row.start).date(), context.local(row.end - timedelta(minutes=1)).date()
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return tuple(day.isoformat() for day in sorted(days) if day in context.calendar.planned)

"""What a forecast rests on, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.hours import WEEKDAYS
from domain.people import Event
from forecasting.days import logged
from forecasting.event_cells import concerns, event_name
from forecasting.event_effects import LEAST_NEAR
from forecasting.lifts import Lift
from forecasting.members import FLOOR
from forecasting.selection import Choice
from forecasting.study import QueueStudy

MOSTLY_TOLD = 0.6
"""Share of open intervals with a row, on logged days, below which zeros seem to be missing from the log."""


@dataclass(frozen=True)
class ForecastChoice:
    """How one queue's forecast came about.

    Attributes
    ----------
    queue : str
    member : str
        The member taken; where not all weeks take the same, each with its weeks.
    error, floor_error : float
        Back-test error (absolute error over contacts) of the first week's member and of the 8-week median; NaN
        without a back-test.
    errors : mapping of str to float
        Of every candidate, at the first week's lead.
    origins : int
        Past origins behind them.
    by_day : bool
        Whether errors are those of day totals (sparse queues).
    notes : tuple of str
        Sentences for people.
    """

    queue: str
    member: str
    error: float
    floor_error: float
    errors: Mapping[str, float]
    origins: int
    by_day: bool
    notes: tuple[str, ...]


def explained(
    study: QueueStudy,
    choices: Sequence[Choice],
    end: int,
    behind: int,
    events: Sequence[Event],
    grid: IntervalGrid,
    centre: Centre,
) -> ForecastChoice:
    """Say for people what was chosen, on what evidence, and what the data could not tell."""
    name = study.days.queue.id
    notes = list(study.days.notes)
    known = int(logged(study.days.counts[:end]).sum())
    choice = choices[0]
    error = choice.errors.get(choice.member, float("nan"))
    floor = choice.errors.get(FLOOR, float("nan"))
    if known == 0:
        notes.append(f"{name}: NO HISTORY before {grid.days[0]}: its forecast is zero until some is given")
    else:
        for first, when in stretches(choices):
            notes += _choice_notes(name, first, when, known, len(grid.days))
    if 0 < known < 56:
        notes.append(f"{name}: only {known} days of history: no more than the weekday's usual course is known")
    live = study.days.before(end).live
    missing = sum(bool(live[d].any()) for d in study.days.weekday[end:behind])
    if known and missing > 0:
        notes.append(f"{name}: the last {missing} days before {grid.days[0]} are not in the history")
    seen = study.days.weekday[logged(study.days.counts)]
    never = np.array([bool(live[d].any()) and d not in seen for d in range(7)])
    if known >= 7 and np.any(never):
        names = ", ".join(WEEKDAYS[d] for d in np.flatnonzero(never))
        notes.append(f"{name}: open on {names}, of which no day is in the history: forecast as an average day")
    if known and not study.days.queue.open and not study.days.queue.deferred:
        share = float(live.mean())
        if share < 1:
            notes.append(
                f"{name}: no opening hours are given; the {1 - share:.0%} of the week that the log does not "
                "name is taken as closed"
            )
    cells = live[study.days.weekday[:end]] & logged(study.days.counts[:end])[:, None]
    told = float(np.isfinite(study.days.counts[:end])[cells].mean()) if cells.any() else 1.0
    if known >= 7 and told < MOSTLY_TOLD:
        notes.append(
            f"{name}: {1 - told:.0%} of its open intervals have no row on days that are logged: they count as unknown. "
            "If nothing came in them, write rows with 0, or the forecast is far too high"
        )
    if centre.country and not study.calendar.known_country:
        notes.append(f"{name}: no public holidays are known for country {centre.country!r}: events alone count")
    notes += _holiday_notes(study, end, behind, grid) + _event_notes(study, end, events, grid)
    member = ", ".join(first.member + when for first, when in stretches(choices))
    return ForecastChoice(name, member, error, floor, choice.errors, choice.origins, choice.by_day, tuple(notes))


def stretches(choices: Sequence[Choice]) -> list[tuple[Choice, str]]:
    """Return the first choice of each run of weeks that take the same member, and which weeks these are.

    Nothing is said of the weeks where all take the same.
    """
    starts = [k for k, choice in enumerate(choices) if k == 0 or choice.member != choices[k - 1].member]
    if len(starts) == 1:
        return [(choices[0], "")]
    ends = [*starts[1:], len(choices)]
    return [
        (choices[start], f" (week {end})" if end - start == 1 else f" (weeks {start + 1} to {end})")
        for start, end in zip(starts, ends, strict=True)
    ]


def _choice_notes(name: str, choice: Choice, when: str, known: int, days: int) -> list[str]:
    """Say which member was taken, on what evidence, and where that evidence is of another lead or another kind."""
    if choice.stopped:
        return [f"{name}: stopped before its back-test: {choice.member}"]
    if not choice.errors:
        gap = f" of {days} days that begin {choice.lead} days after its end" if choice.lead else f" of {days} days"
        return [f"{name}: {known} days of history are too short for a back-test{gap}: {choice.member}, wide bands"]
    kind = "day totals" if choice.by_day else "intervals"
    nearer = choice.judged_lead < choice.lead
    ahead = f" at a lead of {choice.judged_lead} days, not {choice.lead}" if nearer else ""
    notes = [
        f"{name}: {choice.member}{when}, error {choice.errors[choice.member]:.1%} of contacts ({kind}, "
        f"{choice.origins} past weeks{ahead}; 8-week median {choice.errors[FLOOR]:.1%})"
    ]
    if nearer:
        notes.append(
            f"{name}: the forecast begins {choice.lead} days after the end of history, which can only test forecasts "
            f"that begin {choice.judged_lead} days after it: that error is theirs, expect more; bands are wider for it"
        )
    if choice.passed_over:
        notes.append(
            f"{name}: {choice.passed_over} errs less ({choice.errors[choice.passed_over]:.1%}), but its total is off "
            f"by {choice.bias[choice.passed_over]:+.0%}, that of {choice.member} by {choice.bias[choice.member]:+.0%}: "
            "on so few contacts absolute error does not tell the level"
        )
    return notes


def _holiday_notes(study: QueueStudy, end: int, behind: int, grid: IntervalGrid) -> list[str]:
    """Name the holidays ahead that history has not seen under any name."""
    before = [
        bool(n) and bool(np.isfinite(study.days.counts[k]).any()) for k, n in enumerate(study.calendar.holiday[:end])
    ]
    if any(before) or not np.isfinite(study.days.counts).any():
        return []
    return [
        f"{study.days.queue.id}: {day} is {name}, and no holiday is in its history: forecast as a usual day; "
        "a lift in events.csv would tell"
        for day, name in zip(grid.days, study.calendar.holiday[behind:], strict=False)
        if name
    ]


def _event_notes(study: QueueStudy, end: int, events: Sequence[Event], grid: IntervalGrid) -> list[str]:
    """Say what each event of the horizon was taken to do."""
    notes = []
    for event in sorted(events, key=lambda e: (e.start, e.name)):
        queue = study.days.queue
        if not concerns(event, queue.id) or event.end <= grid.start or event.start >= grid.end:
            continue
        if event.kind == "closed" and queue.deferred:
            notes.append(f"{queue.id}: arrives during {event.name} too, being deferred work")
        if event.kind == "outage" and event.lift is None:
            notes.append(f"{queue.id}: {event.name} has no lift; contacts are forecast as if they reached you")
        if event.kind != "campaign":
            continue
        notes.append(f"{queue.id}: {_lift_words(event, study.effects.lift(event, study.days, end))}")
        near = [
            f"{abs(offset)} day{'s' if abs(offset) > 1 else ''} {'before' if offset < 0 else 'after'} by {factor:.2f}"
            for offset, factor in study.effects.around(event, study.days, end).items()
            if abs(factor - 1) > LEAST_NEAR
        ]
        if near:
            notes.append(
                f"{queue.id}: around {event.name} volume is multiplied too, as it was before: {', '.join(near)}"
            )
    return notes


def _lift_words(event: Event, lift: Lift) -> str:
    """Say what a campaign is taken to do, and on what evidence."""
    if lift.given:
        return f"{event.name} multiplies volume by {lift.factor:.2f} (given)"
    if lift.examples:
        times = "one earlier one" if lift.examples == 1 else f"{lift.examples} earlier ones"
        kin = f", drawn a little towards {lift.kin} other campaigns" if lift.kin else ""
        return (
            f"{event.name} multiplies volume by {lift.factor:.2f}, give or take {lift.variation:.0%} (learned from "
            f"{times}{kin})"
        )
    if lift.kin:
        return (
            f"{event.name} has no lift and no past example ({event_name(event)}): taken to multiply volume by "
            f"{lift.factor:.2f} as {lift.kin} other campaigns make likely, with WIDE bands; a lift in events.csv would "
            "tell"
        )
    return (
        f"{event.name} has no lift and no past example ({event_name(event)}) in the history: forecast as usual, with "
        "WIDE bands; a lift in events.csv would tell"
    )

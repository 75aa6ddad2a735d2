"""Sentences for people, the important first: what is not served, what cannot be reached, what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from capacity.duty_hours import contact_hours
from capacity.reach import reachable_fcr
from capacity.requirement import Requirement
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.roster import Stretch
from planning.activity_notes import activity_notes
from planning.binding import binding_note, binding_of
from planning.fcr_notes import fcr_sentence, group_fcr
from planning.queue_names import group_name
from planning.result import OverService, TargetResult
from planning.site_notes import site_notes
from planning.steps import backlog_of, targets_of
from planning.unserved import unassigned, uncovered, unpromised
from scheduling.handout import roster_of
from scheduling.leave import LegalShifts
from scheduling.model import Model
from scheduling.result import Result

OVER_POINTS = 0.02
"""Service above target by more than this is told, with what it is."""

BOUND = (
    "The bound belongs to the planning model of the round whose roster is handed out: queues that the same people "
    "serve are planned as one line, and seats count as the simulation of the round before found them."
)


FORECASTS = "Forecast by queue: "
BETWEEN = " · "
"""The one note on how each queue is forecast, and what stands between its queues."""


def forecasts_of(note: str) -> dict[str, str]:
    """Return how each queue is forecast, from the note that says so; nothing of other notes."""
    if not note.startswith(FORECASTS):
        return {}
    parts = (part.partition(": ") for part in note.removeprefix(FORECASTS).split(BETWEEN))
    return {queue: text for queue, _, text in parts}


def notes_of(
    folder: PlanningFolder,
    requirement: Requirement,
    servers: Sequence[Server],
    targets: Sequence[TargetResult],
    weeks: Sequence[tuple[Model, Result]],
    week: date,
    over: Sequence[OverService],
    forecast_notes: Sequence[str],
) -> tuple[str, ...]:
    """Gather what a planner should know beside the figures, by importance."""
    centre = folder.centre
    roster = [row for model, result in weeks for row in roster_of(model, result.roll).stretches]
    notes = [
        f"Nobody is assigned to {queue}: {contacts:,.0f} contacts are expected there."
        for queue, contacts in unassigned(roster, requirement).items()
    ]
    notes += [
        f"{queue} is open without anyone on it at times: {contacts:,.0f} contacts are expected then."
        for queue, _, contacts in uncovered((*roster, *folder.previous), requirement, centre)
    ]
    notes += _fcr(folder, requirement, servers, targets, weeks, week, roster)
    notes += _no_shift(folder, week, 7 * len(weeks))
    notes += _deferred(folder, requirement, week)
    notes += activity_notes(folder, weeks)
    notes += site_notes(folder, roster)
    for implied in sorted({row.queue for row in targets if row.implied}):
        notes.append(
            f"{implied}: patience is at or below the wait target, so abandonment is held to 5 % as well (implied)."
        )
    for queue in centre.queues:
        if queue.concurrency > 1 and not queue.slowdown:
            notes.append(
                f"{queue.id}: no slowdown is given for {queue.concurrency} contacts at once, so 1.0 is assumed; "
                "with real slowdown the same seats are busier than planned."
            )
    if not centre.country:
        notes.append("No country is named in centre.toml: public holidays are those of events.csv alone.")
    accuracy = [note for note in forecast_notes if _is_accuracy(note)]
    notes += [note for note in forecast_notes if note not in accuracy]
    notes += _over_note(folder, over)
    notes.append(BOUND)
    notes += binding_note(binding_of(centre, requirement))
    return (*_merged(folder, notes), *([FORECASTS + BETWEEN.join(accuracy)] if accuracy else []))


def _no_shift(folder: PlanningFolder, week: date, days: int) -> list[str]:
    """Name people with guaranteed hours for whom no shift is legal, though they are not on leave."""
    legal = LegalShifts.of(folder, week, days)
    found = []
    for agent in folder.agents:
        contract, away = legal.calendar.contract(agent), legal.away(agent)
        hired = agent.hired_on is None or agent.hired_on <= legal.calendar.planned[-1]
        if hired and contract.weekly_hours.min > 0 and all(away.away) and not any(away.paid):
            found.append(
                f"{agent.name or agent.id} ({agent.id}) has no legal shift: availability, leave and opening hours "
                f"leave no room for a shift of contract {contract.id} ({contract.shift_hours.min:g} hours or more); "
                "no hours are rostered or paid."
            )
    return found


def _deferred(folder: PlanningFolder, requirement: Requirement, week: date) -> list[str]:
    """Tell of deferred contacts that no target holds, and of a backlog that nobody logged."""
    targets = targets_of(folder, requirement)
    notes = [
        f"{queue}: {contacts:,.0f} contacts arrive on days on which it is not worked; targets hold for the other days."
        for queue, contacts in unpromised(targets, requirement, folder.centre).items()
    ]
    known = backlog_of(folder, week)
    return notes + [
        f"{queue.id}: history has no backlog, so the week is planned to start without any."
        for q, queue in enumerate(folder.centre.queues)
        if queue.deferred and queue.id not in known and requirement.volume[q].sum() > 0
    ]


def _is_accuracy(note: str) -> bool:
    """Tell whether a note of the forecast only says which member was taken, and its error."""
    return ", error " in note and " of contacts (" in note


def _fcr(
    folder: PlanningFolder,
    requirement: Requirement,
    servers: Sequence[Server],
    targets: Sequence[TargetResult],
    weeks: Sequence[tuple[Model, Result]],
    week: date,
    roster: Sequence[Stretch],
) -> list[str]:
    """Explain missed FCR targets: pool by pool what is planned, then what no roster could exceed."""
    ids = folder.centre.queue_ids
    missed = [row for row in targets if row.measure == "fcr" and not row.met and np.isfinite(row.simulated)]
    notes = []
    for pool in weeks[0][0].pools if missed and weeks else ():
        numbers = [q for q in pool.queues if any(row.queue == ids[q] for row in missed)]
        rows = [row for row in missed if row.queue in {ids[q] for q in numbers}]
        if rows:
            group = group_fcr([ids[q] for q in numbers], numbers, rows, servers, roster)
            notes.append(fcr_sentence(folder.centre, group))
    if any(row.measure == "fcr" and not row.met for row in targets):
        volume = requirement.volume.sum(axis=1)
        work = (requirement.volume * np.nan_to_num(requirement.aht_s)).sum(axis=1)
        aht = np.where(volume > 0, work / np.maximum(volume, 1e-12), np.nan)
        hours = contact_hours(folder, servers, week, 7 * len(weeks))
        notes += reachable_fcr(folder, servers, volume, aht, hours).sentences()
    return notes


def _over_note(folder: PlanningFolder, found: Sequence[OverService]) -> list[str]:
    """Say where service is well above every target of a queue: the price of whole shifts, minimum hours or pooling."""
    high = {row.queue: row for row in found if row.points > OVER_POINTS}
    if not high:
        return []
    most = max(high.values(), key=lambda row: row.points)
    each = f"by {100 * most.points:.1f} points" + (f" ({most.queue}) or less" if len(high) > 1 else "")
    verb = "exceeds its service target" if len(high) == 1 else "exceed their service targets"
    cost = sum(row.cost for row in high.values())
    paid = f" The hours beyond the need are worth about {folder.centre.currency} {cost:,.0f}." if cost >= 0.5 else ""
    return [
        f"{group_name(folder.centre, list(high)).capitalize()} {verb} {each} on average, with every other target kept: "
        f"whole shifts, hours that contracts guarantee, or another target that binds.{paid}"
    ]


def _merged(folder: PlanningFolder, notes: Sequence[str]) -> list[str]:
    """Say once what is said of several queues in the same words, in the place of the first."""
    said: dict[str, list[str]] = {}
    for note in notes:
        queue, colon, rest = note.partition(": ")
        known = colon and queue in folder.centre.queue_ids
        said.setdefault(rest if known else note, []).extend([queue] if known else [])
    return [
        f"{group_name(folder.centre, list(dict.fromkeys(queues)))}: {text}" if queues else text
        for text, queues in said.items()
    ]

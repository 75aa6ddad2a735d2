"""The answer to a question about a roster: legal or not, its cost, the service it gives, and who could take it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from capacity.roster_service import RosterService, roster_service
from domain.history import Floats
from planning.ask.colleagues import Colleague, colleagues
from planning.ask.edited import Edited, edited
from planning.ask.questions import DayOff, Gap, Question
from planning.files.plan_in import PlanIn
from planning.steps import targets_of
from planning.whatif.fitting import fit
from planning.whatif.formula import moved
from planning.whatif.world import World
from scheduling.cost import roster_cost
from scheduling.rules.rule import Violation
from scheduling.rules.validator import validate

CHANGED = 1e-4
"""Relative change of a figure from which it is told."""


@dataclass(frozen=True)
class TargetChange:
    """One target before and after; figures are the simulation's, moved by what the formulas say of the change."""

    queue: str
    scope: str
    start: str
    measure: str
    target: float
    before: float
    after: float
    met_before: bool
    met_after: bool


@dataclass(frozen=True)
class Answer:
    """What a question comes to.

    Attributes
    ----------
    question : str
    legal : bool
    stops : tuple of str
        Hard rules that the change breaks, in words; those broken before are not counted.
    cost : float
        Change of the plan's cost.
    service : tuple of TargetChange
        Targets that it moves.
    gap : str
        The gap that colleagues are named for; empty where there is none.
    colleagues : tuple of Colleague
    others : str
        What keeps the others from the gap.
    note : str
        What else there is to say.
    """

    question: str
    legal: bool
    stops: tuple[str, ...]
    cost: float
    service: tuple[TargetChange, ...]
    gap: str = ""
    colleagues: tuple[Colleague, ...] = ()
    others: str = ""
    note: str = ""


def answer_questions(
    world: World, plan: PlanIn, questions: Sequence[Question], fitted: Mapping[str, Floats] | None = None
) -> tuple[Answer, ...]:
    """Answer questions about a published roster, each by itself.

    Parameters
    ----------
    world : World
        The plan's own, from `planning.whatif.base_world`.
    plan : PlanIn
    questions : sequence of Question
    fitted : mapping of measure to float array, optional
        What seats are worth, of `planning.whatif.fitting.fit`, where it is known already.

    Notes
    -----
    Legality is the validator's: what it finds in the changed roster and not in the published one. Service is by
    formula, fitted to the plan's simulated days, and told for each target that moves. A gap (asked for, or left by a
    day off) is offered to everybody's best legal week.
    """
    changing = [question for question in questions if not isinstance(question, Gap)]
    if fitted is None:
        fitted = fit(world, plan.service) if changing else {}
    before = roster_service(world.folder.centre, world.duty, world.need, fitted) if changing else None
    broken = broken_by(world, plan) if changing else {}
    cost = roster_cost(world.folder, world.roster, plan.week, plan.weeks).total if changing else 0.0
    found = []
    for question in questions:
        if isinstance(question, Gap):
            people, others = colleagues(world, plan, question.queue, question.start, question.end)
            found.append(Answer(str(question), bool(people), (), 0.0, (), str(question), people, others))
            continue
        assert before is not None
        made = edited(world.folder, world.roster, question)
        there = replace(world, folder=made.folder).with_roster(made.roster)
        stops = tuple(v.text for key, v in broken_by(there, plan).items() if key not in broken)
        after = roster_service(there.folder.centre, there.duty, there.need, fitted)
        found.append(
            Answer(
                str(question),
                not stops,
                stops,
                roster_cost(there.folder, there.roster, plan.week, plan.weeks).total - cost,
                _service(world, plan, before, after),
                *_gap(question, made, there, world, plan),
                note="" if made.roster != world.roster else "No shift changes by it.",
            )
        )
    return tuple(found)


def broken_by(world: World, plan: PlanIn) -> dict[str, Violation]:
    """Return the hard rules that a roster breaks, by their text."""
    found = validate(
        world.folder,
        world.roster,
        plan.week,
        plan.weeks,
        emergency=world.options.emergency,
        now=world.options.now,
    )
    return {violation.text: violation for violation in found if violation.hard}


def _service(world: World, plan: PlanIn, before: RosterService, after: RosterService) -> tuple[TargetChange, ...]:
    """Return the targets whose figure moves: first those that turn, then by how far."""
    found = []
    for row in targets_of(world.folder, world.requirement):
        queue = world.folder.centre.queue_ids[row.queue]
        base = plan.service.simulated(row.scope, row.start, queue, row.measure)[0]
        one = np.array([row.queue], dtype=np.int64)
        was, becomes = (service.value(row.measure, one, row.intervals) for service in (before, after))
        if not math.isfinite(base) or not math.isfinite(was):
            continue
        value = float(moved(row.measure, *(np.array(figure) for figure in (base, was, becomes))))
        if math.isclose(base, value, rel_tol=CHANGED, abs_tol=1e-9):
            continue
        found.append(
            TargetChange(
                queue,
                row.scope,
                row.start,
                row.measure,
                row.limit,
                base,
                value,
                row.miss(base) <= 1e-12,
                math.isfinite(value) and row.miss(value) <= 1e-12,
            )
        )
    return tuple(sorted(found, key=_place))


def _place(row: TargetChange) -> tuple[bool, float]:
    far = abs(row.after - row.before) if math.isfinite(row.after) else math.inf
    return row.met_before == row.met_after, -far / max(abs(row.target), 1e-9)


def _gap(
    question: Question, made: Edited, there: World, base: World, plan: PlanIn
) -> tuple[str, tuple[Colleague, ...], str]:
    """Name the colleagues who could take the shift that a day off leaves."""
    if not isinstance(question, DayOff) or not made.gone:
        return "", (), ""
    shift = made.gone[0]
    queues = list(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))
    volume = there.requirement.volume.sum(axis=1)
    queue = max(queues, key=lambda name: volume[there.folder.centre.queue_ids.index(name)])
    zone = there.requirement.grid.local_starts[0].tzinfo
    gap = Gap(queue, shift.start.astimezone(zone), shift.end.astimezone(zone))
    people, others = colleagues(there, plan, queue, shift.start, shift.end, base, absent=question.agent_id)
    return str(gap), people, others

"""Actions in order of their worth, each weighed after those above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from domain.history import Floats
from domain.roster import Roster, Stretch
from planning.today.guesses import Guesses
from planning.today.proposal import Lever, Proposal
from planning.today.situation import Situation
from planning.today.steps import State, Step, Walk
from scheduling.rules.rule import Violation
from scheduling.rules.validator import validate
from scheduling.soft import mean_hour

MOST = 40
"""Actions that are recommended at most."""

LOOKS = 500
"""Proposals that are weighed exactly at most; the others are left by what a seat is worth in each interval."""

TRIED = 5
"""Proposals of one lever that are weighed in a round at most."""

MOST_ABOVE = 2.0
"""How far above what is guessed a proposal is taken to lie at most."""

LEAST_HOURS = 0.1
"""An action must be worth so many hours of the mean pay."""


class _Lever:
    """Proposals of one lever, with what each was found to be worth when it was last weighed."""

    def __init__(self, walk: Walk, start: State, proposals: Sequence[Proposal]) -> None:
        self.guesses = Guesses(walk, start, proposals)
        self.pay: Floats = np.array([one.pay for one in proposals], dtype=np.float64)
        self.hours: Floats = np.array([one.elastic_h for one in proposals], dtype=np.float64)
        self.left = np.ones(len(proposals), dtype=np.bool_)
        self.ratio = np.ones(len(proposals))

    def best(self, walk: Walk, state: State, worth: Floats, least: float, limit: int) -> Step | None:
        """Return the step that is worth most of those that look best; None where none pays."""
        proposals = self.guesses.proposals
        guess = self.guesses.worth(worth)
        price = self.pay.copy()
        for hours in np.unique(self.hours[self.hours != 0]).tolist():
            price[self.hours == hours] += walk.situation.elastic_price(state.shifts, hours)
        hope = np.where(self.left, guess * np.where(guess > 0, self.ratio, 1.0) - price, -np.inf)
        found: Step | None = None
        for k in np.lexsort((np.arange(len(hope)), -hope)).tolist()[:TRIED]:
            if walk.usual.looks >= limit or hope[k] < max(least, found.worth if found is not None else 0.0):
                break
            step = walk.take(state, proposals[k])
            if step is None:
                # a shift that was changed stays so; a release that a busy day forbids may pay later
                self.left[k] = proposals[k].release and walk.fits(state, proposals[k]) is not None
                hope[k] = -np.inf
                continue
            if guess[k] > 0:
                self.ratio[k] = min(max(step.mended / guess[k], 0.0), MOST_ABOVE)
            if step.worth >= least and (found is None or step.worth > found.worth):
                found = step
        return found


def ranked(walk: Walk, start: State, proposals: Mapping[Lever, Sequence[Proposal]], most: int = MOST) -> list[Step]:
    """Choose actions one by one, always the one that is worth most after those chosen.

    Parameters
    ----------
    walk : Walk
    start : State
    proposals : mapping of lever to sequence of Proposal
    most : int
        Actions at most.

    Notes
    -----
    1. What one more seat saves in each queue and interval tells about what every proposal is worth. 2. In each round
    the few of each lever that look best are weighed exactly, and how much less they came to is kept for later rounds.
    3. The best is taken. 4. At the end paid actions are taken back, the last first, where the others do nearly as well
    without.
    """
    least = LEAST_HOURS * mean_hour(walk.situation.folder.agents)
    levers = [_Lever(walk, start, all_) for all_ in proposals.values() if all_]
    state, steps, limit = start, list[Step](), walk.usual.looks + LOOKS
    while len(steps) < most:
        worth = walk.usual.seat_worth(state.usual)
        found = [lever.best(walk, state, worth, least, limit) for lever in levers]
        best = max((step for step in found if step is not None), key=lambda step: step.worth, default=None)
        if best is None:
            break
        steps.append(best)
        state = best.after
    return _without_needless(walk, start, steps, least)


def _without_needless(walk: Walk, start: State, steps: list[Step], least: float) -> list[Step]:
    """Take back paid actions that the others make needless, the last first, and weigh the rest anew where any was."""
    if not steps:
        return steps
    state, kept = steps[-1].after, list(steps)
    for step in reversed(steps):
        if step.price > 0 and len(kept) > 1:
            bare = walk.without(state, step.proposal)
            if step.price > bare.usual.shortfall - state.usual.shortfall:
                state = bare
                kept.remove(step)
    if len(kept) < len(steps):
        kept = walk.again(start, [step.proposal for step in kept])
    return by_worth(walk, start, kept, least)


def by_worth(walk: Walk, start: State, steps: list[Step], least: float) -> list[Step]:
    """Put actions in order of their worth where each keeps some in its new place, and leave out those without any.

    An action can be worth more after another one than before it: somebody moved to another queue leaves a gap that a
    seat fills. Such actions keep the order in which they were chosen.
    """
    order = sorted(steps, key=lambda step: -step.worth)
    if order != steps:
        found = walk.again(start, [step.proposal for step in order])
        if len(found) == len(steps) and all(step.worth >= least for step in found):
            return found
    idle = [step for step in steps if step.worth < least]
    return walk.again(start, [step.proposal for step in steps if step not in idle]) if idle else steps


def legal_steps(walk: Walk, start: State, steps: list[Step]) -> tuple[list[Step], list[str]]:
    """Return the actions that leave a roster the validator has nothing new against, and what it said of the others."""
    said: list[str] = []
    base: set[str] | None = None
    while steps:
        broken = hard(walk.situation, steps[-1].after.shifts.roster())
        if broken and base is None:
            base = {violation.text for violation in hard(walk.situation, start.shifts.roster())}
        new = [violation for violation in broken if violation.text not in (base or set())]
        if not new:
            break
        guilty = {id(_guilty(steps, violation)) for violation in new}
        said += [violation.text for violation in new]
        steps = walk.again(start, [step.proposal for step in steps if id(step) not in guilty])
    return steps, said


def hard(situation: Situation, roster: Roster) -> list[Violation]:
    """Return the hard rules that a roster breaks; elastic blocks of the roster in force are booked already."""
    plan, folder = situation.plan, situation.folder
    pinned = {(pin.agent_id, pin.start) for pin in folder.pins}
    there = {(shift.agent_id, shift.shift_id) for shift in roster.shifts}
    booked: list[Stretch] = []
    for key, shift in situation.shifts.of.items():
        if situation.is_seat(shift) and key in there and (shift.agent_id, shift.start) not in pinned:
            booked += shift.stretches
    held = replace(folder, pins=(*folder.pins, *booked), pin_lines=())
    found = validate(held, roster, plan.week, plan.weeks, emergency=situation.emergency, now=situation.day.now)
    return [violation for violation in found if violation.hard]


def _guilty(steps: Sequence[Step], violation: Violation) -> Step:
    """Return the last action of the person or seat named, else the last that touches the queue named, else the last."""
    for step in reversed(steps):
        if step.proposal.who == violation.who:
            return step
    for step in reversed(steps):
        if violation.who in step.proposal.queues and step.price <= 0:
            return step
    return steps[-1]

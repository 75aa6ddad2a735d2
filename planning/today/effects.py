"""What each action does to the rest of the day, and to every target that it moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.history import Floats
from planning.today.board import WAITS, Board, Standing
from planning.today.run import Today
from planning.today.steps import Step

CHANGED = 1e-6
"""Relative change of a figure from which a target is told."""


@dataclass(frozen=True)
class Effect:
    """An action with what it does, all live queues together, from now to the end of the day.

    Attributes
    ----------
    rank : int
        From 1.
    step : Step
    recommended : bool
        Applied in the roster; else an option that is not ours to decide.
    before, after : dict of measure to float
        Contact-weighted, of what comes from now on.
    targets : tuple of TargetEffect
    """

    rank: int
    step: Step
    recommended: bool
    before: dict[str, float]
    after: dict[str, float]
    targets: tuple[TargetEffect, ...]

    @property
    def price_per_point(self) -> float:
        """Price of one point of service level gained; NaN where it costs nothing or gains none."""
        gained = 100.0 * (self.after["service_level"] - self.before["service_level"])
        return self.step.price / gained if self.step.price > 0 and gained > 1e-9 else math.nan


@dataclass(frozen=True)
class TargetEffect:
    """One target before and after an action: the day's (or interval's, or week's) figure, what is over included."""

    queue: str
    scope: str
    start: str
    measure: str
    target: float
    before: float
    after: float


def effects_of(today: Today) -> tuple[Effect, ...]:
    """Return the recommended actions and then the options, in order, with their effects."""
    found = []
    for k, step in enumerate((*today.steps, *today.options)):
        before, after = (of_rest(today.board, state.usual) for state in (step.before, step.after))
        targets = moved_targets(today.board, step.before.usual, step.after.usual)
        found.append(Effect(k + 1, step, k < len(today.steps), before, after, targets))
    return tuple(found)


def of_rest(board: Board, standing: Standing, queues: Sequence[int] | None = None) -> dict[str, float]:
    """Return wait, service level and abandonment of what comes from now on; to all live queues if none is named."""
    mine = np.flatnonzero(board.live).tolist() if queues is None else list(queues)
    return {measure: board.over(standing, measure, mine, board.ahead) for measure in WAITS}


def moved_targets(board: Board, before: Standing, after: Standing) -> tuple[TargetEffect, ...]:
    """Return the targets whose figure moves."""
    found = []
    for k, row in enumerate(board.promises.rows):
        was, now = float(before.values[k]), float(after.values[k])
        if math.isclose(was, now, rel_tol=CHANGED, abs_tol=1e-12) or not math.isfinite(was + now):
            continue
        name = board.centre.queue_ids[row.queue]
        found.append(TargetEffect(name, row.scope, row.start, row.measure, row.limit, was, now))
    return tuple(found)


def best_possible(board: Board, standing: Standing) -> Floats:
    """Return what each target would be were the rest of the day served at once; NaN where that is not to be told."""
    perfect = {"mean_wait_s": 0.0, "service_level": 1.0, "abandonment": 0.0}
    found = np.full(len(board.promises.rows), np.nan)
    for k, row in enumerate(board.promises.rows):
        if row.measure not in perfect:
            continue
        figures = board.figure(standing, row.measure)[row.queue]
        figures = np.where(board.ahead, perfect[row.measure], figures)
        weight = np.where(np.isfinite(figures), board.need.volume[row.queue], 0.0) * board.promises.inside[k]
        total = board.promises.below[k] + float(weight.sum())
        if total > 0:
            found[k] = (board.promises.above[k] + float((weight * np.nan_to_num(figures)).sum())) / total
    return found

"""Shrinkage: what a noisy table of agents by queues says once everyone's record is borrowed from.

The model of a figure ``y`` of agent ``i`` at level ``l`` on queue ``q``, observed with known noise
variance ``v``:

    y_iq = mean + queue_q + level_l + level_queue_lq + agent_i + own_iq + noise_iq

All terms but the mean are normal around zero. What an agent does on one queue therefore tells of the
others (through ``agent``), a few observations tell little (through ``v``), and nobody observed is their
level's mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.prediction_error import GroupError, Pull
from domain.history import Floats, Ints


@dataclass(frozen=True)
class Spreads:
    """Standard deviations of the terms.

    Attributes
    ----------
    queue : float
        Between queues; taken as given, since there is enough data on each for it not to matter.
    level, level_queue, agent, own : float
        Between levels, of a level on one queue, between agents of a level, of an agent on one queue.
    """

    queue: float
    level: float
    level_queue: float
    agent: float
    own: float

    def free(self) -> Floats:
        """Return the ones that are estimated."""
        return np.array([self.level, self.level_queue, self.agent, self.own])

    def scaled(self, octaves: Floats) -> Spreads:
        """Return the spreads with the estimated ones times powers of two."""
        level, level_queue, agent, own = (self.free() * 2.0**octaves).tolist()
        return Spreads(self.queue, level, level_queue, agent, own)


@dataclass(frozen=True)
class Estimates:
    """The shrunk table.

    Attributes
    ----------
    mean, variance : float arrays, shape (agents, queues)
        Of the true figure given all the data; every cell, observed or not.
    group : float array, shape (levels, queues)
        A level's mean on a queue.
    spreads : Spreads
        As estimated.
    relative : float array, shape (agents, queues), or None
        Variance of the true figure less its queue's weighted mean, where weights were given.
    """

    mean: Floats
    variance: Floats
    group: Floats
    spreads: Spreads
    relative: Floats | None = None


@dataclass(frozen=True)
class _Groups:
    """Means of (level, queue), shape (levels, queues), their error, and the data's log density."""

    mean: Floats
    error: GroupError
    log_likelihood: float


class _Table:
    """Observed cells, arranged so that a likelihood costs one pass over them."""

    def __init__(self, value: Floats, noise: Floats, level: Ints, levels: int) -> None:
        self.seen = np.isfinite(value) & np.isfinite(noise)
        trust = 1 / (noise[self.seen] + np.var(value[self.seen]) + 1e-12)
        self.centre = float(np.average(value[self.seen], weights=trust))
        self.value = np.where(self.seen, value - self.centre, 0.0)
        self.noise = np.where(self.seen, np.maximum(noise, 1e-12), 1.0)
        self.members = [np.flatnonzero(level == k) for k in range(levels)]
        self.levels, self.queues = levels, value.shape[1]

    def weights(self, spreads: Spreads) -> tuple[Floats, Floats]:
        """Return W = 1 / (v + own²), and c with inverse covariance of an agent = diag(W) - c W W'."""
        weight = np.where(self.seen, 1 / (self.noise + spreads.own**2), 0.0)
        agent = spreads.agent**2
        return weight, agent / (1 + agent * weight.sum(axis=1))

    def apply(self, weight: Floats, c: Floats, residual: Floats) -> Floats:
        """Return the inverse covariance times a residual table."""
        weighed = weight * residual
        return np.asarray(weighed - (c * weighed.sum(axis=1))[:, None] * weight)

    def groups(self, spreads: Spreads) -> _Groups:
        """Return what the data say of the (level, queue) means, agents' deviations integrated out.

        Given the queues' means, levels are independent of one another: so each level's block is solved by
        itself and the queues' means once, whatever the number of levels.
        """
        weight, c = self.weights(spreads)
        pulled = self.apply(weight, c, self.value)
        unit, ones = np.eye(self.queues), np.ones((self.queues, self.queues))
        precision = np.stack(
            [
                np.diag(weight[inside].sum(axis=0)) - (weight[inside] * c[inside, None]).T @ weight[inside]
                for inside in self.members
            ]
        )
        right = np.stack([pulled[inside].sum(axis=0) for inside in self.members])
        level_prior = spreads.level**2 * ones + spreads.level_queue**2 * unit
        queue_prior = spreads.queue**2 * (100 * ones + unit)
        level_system = unit + level_prior @ precision
        inner = np.linalg.solve(level_system, np.broadcast_to(level_prior, precision.shape))
        kept = unit - inner @ precision
        queue_system = unit + queue_prior @ (precision @ kept).sum(axis=0)
        queue_cov = np.linalg.solve(queue_system, queue_prior)
        queue_right = np.einsum("lqr,lq->r", kept, right)
        queue_mean = queue_cov @ queue_right
        inner_mean = np.einsum("lqr,lr->lq", inner, right)
        log_det = np.linalg.slogdet(level_system)[1].sum() + np.linalg.slogdet(queue_system)[1]
        log_det += np.log1p(spreads.agent**2 * weight.sum(axis=1)).sum() - np.log(weight[self.seen]).sum()
        left = (self.value * pulled).sum() - (right * inner_mean).sum() - queue_right @ queue_mean
        return _Groups(
            mean=inner_mean + kept @ queue_mean,
            error=GroupError(np.asarray(inner, dtype=np.float64), kept, np.asarray(queue_cov, dtype=np.float64)),
            log_likelihood=float(-0.5 * (log_det + left)),
        )


def _search(table: _Table, typical: Spreads) -> Spreads:
    """Find the most plausible spreads on a grid of quarter octaves around the typical ones."""

    def merit(octaves: Floats) -> float:
        ratio = 2.0**octaves
        return table.groups(typical.scaled(octaves)).log_likelihood + float((np.log(ratio) - ratio).sum())

    best = np.zeros(4)
    known = {tuple(best): merit(best)}
    step = 2.0
    while step >= 0.25:
        moved = False
        for k in range(4):
            for sign in (1.0, -1.0):
                trial = best.copy()
                trial[k] = np.clip(trial[k] + sign * step, -8.0, 4.0)
                key = tuple(trial)
                if key not in known:
                    known[key] = merit(trial)
                if known[key] > known[tuple(best)] + 1e-6:
                    best, moved = trial, True
                    break
        if not moved:
            step /= 2
    return typical.scaled(best)


def shrink(
    value: Floats,
    noise: Floats,
    level: Ints,
    levels: int,
    typical: Spreads,
    weight: Floats | None = None,
) -> Estimates:
    """Estimate the true figure of every agent on every queue.

    Parameters
    ----------
    value, noise : float arrays, shape (agents, queues)
        Observed figures and their noise variances; NaN where not observed. At least one cell is.
    level : int array, shape (agents,)
    levels : int
    typical : Spreads
        Spreads to expect where the data are too thin to tell.
    weight : float array, shape (agents, queues), or None
        Weights of the queues' means that figures are compared with; asks for ``relative``.

    Notes
    -----
    1. Spreads maximise the marginal likelihood times a gamma(2) density whose mode is the typical spread.
       It keeps a spread off zero, where intervals would be too short, and fades as data grow [1]_. The
       search runs over a fixed grid, so that rounding in the last bits cannot change its answer.
    2. Given the spreads, (level, queue) means and then agents' deviations are the best linear unbiased
       predictions [2]_; an agent's covariance is a diagonal plus a rank one, inverted in closed form, so
       the work is linear in agents.
    3. The variance holds what is left of the deviations and the error of the means.

    References
    ----------
    .. [1] Chung, Rabe-Hesketh, Dorie, Gelman and Liu (2013), A nondegenerate penalized likelihood
       estimator for variance parameters in multilevel models, Psychometrika 78.
    .. [2] Robinson (1991), That BLUP is a good thing: the estimation of random effects, Statistical
       Science 6.
    """
    table = _Table(value, noise, level, levels)
    return _predict(table, _search(table, typical), level, weight)


def _predict(table: _Table, spreads: Spreads, level: Ints, weight: Floats | None = None) -> Estimates:
    """Return the best linear unbiased predictions, the spreads being known."""
    trust, c = table.weights(spreads)
    found = table.groups(spreads)
    group = found.mean
    residual = np.where(table.seen, table.value - group[level], 0.0)
    pull = table.apply(trust, c, residual)
    agent, own = spreads.agent**2, spreads.own**2
    mean = table.centre + group[level] + agent * pull.sum(axis=1)[:, None] + own * pull
    pulled = Pull(trust, agent, own, level)
    return Estimates(
        mean=mean,
        variance=pulled.variance(found.error),
        group=table.centre + group,
        spreads=spreads,
        relative=None if weight is None else pulled.relative_variance(found.error, weight),
    )

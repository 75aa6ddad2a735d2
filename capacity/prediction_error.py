"""How far the estimates of :mod:`capacity.mixed_effects` may be off, alone and against their queue's mean.

Given the (level, queue) means ``m``, agents are independent, and the true figures of agent ``i`` are

    theta_i = a_i + B_i m_level(i) + e_i

where ``B_i`` is one less what the agent's own record pulls away from the level. So all errors follow from the error of
``m``, which agents share, and from ``e``, which they don't.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.history import Floats, Ints


@dataclass(frozen=True)
class GroupError:
    """Covariance of the (level, queue) means: ``m_l = own_l + kept_l mu``, ``mu`` being the queues' means.

    Attributes
    ----------
    own, kept : float arrays, shape (levels, queues, queues)
        Covariance of a level's own part; what it keeps of the queues' means.
    queue : float array, shape (queues, queues)
        Covariance of the queues' means.
    """

    own: Floats
    kept: Floats
    queue: Floats

    @property
    def covariance(self) -> Floats:
        """Each level's covariance, shape (levels, queues, queues)."""
        return np.asarray(self.own + self.kept @ self.queue @ self.kept.transpose(0, 2, 1))


@dataclass(frozen=True)
class Pull:
    """What an agent's own record weighs.

    Attributes
    ----------
    weight : float array, shape (agents, queues)
        1 / (noise + own spread squared); 0 where nothing was observed.
    agent, own : float
        Variances between agents of a level, and of an agent on one queue.
    level : int array, shape (agents,)
    """

    weight: Floats
    agent: float
    own: float
    level: Ints

    def variance(self, error: GroupError) -> Floats:
        """Return the variance of every true figure given all the data, shape (agents, queues)."""
        covariance = error.covariance
        shared = np.empty(self.weight.shape)
        for k in range(len(covariance)):
            inside = np.flatnonzero(self.level == k)
            offset = self._offset(inside)
            shared[inside] = np.einsum("aqr,aqr->aq", offset @ covariance[k], offset)
        return np.asarray(self._alone() + shared)

    def relative_variance(self, error: GroupError, weight: Floats) -> Floats:
        """Return the variance of every true figure less its queue's weighted mean, shape (agents, queues).

        What is unknown of the queue itself cancels; somebody who handles most of a queue is compared mostly with
        themselves.

        Parameters
        ----------
        error : GroupError
        weight : float array, shape (agents, queues)
            Not negative; columns without any weigh all alike.
        """
        total = weight.sum(axis=0)
        share = np.where(total > 0, weight / np.where(total > 0, total, 1.0), 1.0 / len(weight))
        alone = self._alone()
        members = [np.flatnonzero(self.level == k) for k in range(len(error.own))]
        mean = np.stack([np.einsum("aq,aqr->qr", share[inside], self._offset(inside)) for inside in members])
        from_queue = np.einsum("lqp,lpr->qr", mean, error.kept)
        with_mean = mean @ error.own + (from_queue @ error.queue) @ error.kept.transpose(0, 2, 1)
        of_mean = np.einsum("lqp,lqp->q", mean @ error.own, mean)
        of_mean += np.einsum("qr,qr->q", from_queue @ error.queue, from_queue) + (share**2 * alone).sum(axis=0)
        together = share * alone
        for k, inside in enumerate(members):
            together[inside] += np.einsum("aqr,qr->aq", self._offset(inside), with_mean[k])
        return np.asarray(np.maximum(self.variance(error) - 2 * together + of_mean, 0.0))

    def _alone(self) -> Floats:
        """Return what is unknown of agent + own, the (level, queue) means being known."""
        total = self.weight.sum(axis=1)[:, None]
        share = 1 + self.agent * total
        diagonal = self.weight - self.agent / share * self.weight**2
        told = self.agent**2 * total / share + 2 * self.agent * self.own * self.weight / share + self.own**2 * diagonal
        return np.asarray(np.maximum(self.agent + self.own - told, 0.0))

    def _offset(self, inside: Ints) -> Floats:
        """Return ``B`` of some agents, shape (agents, queues, queues)."""
        w = self.weight[inside]
        unit = np.eye(w.shape[1])
        share = (1 + self.agent * w.sum(axis=1))[:, None]
        cross = (self.agent / share)[:, :, None] * w[:, :, None] * w[:, None, :]
        pulled = (self.agent * w / share)[:, None, :] + self.own * (unit * w[:, None, :] - cross)
        return np.asarray(unit - pulled)

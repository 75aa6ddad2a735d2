"""Matching: the linear program that shares queues' contacts among people, time of day left aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver.python import model_builder

from domain.folder import PlanningFolder
from domain.history import Floats


def hours_per_contact(folder: PlanningFolder, factor: Floats, aht_s: Floats) -> Floats:
    """Return the agent's time one contact takes when side by side, in hours, shape (agents, queues).

    Contacts carried side by side share their agent's time: an agent who carries ``k`` contacts finishes
    one every ``aht x slowdown_k / k``; the best ``k`` counts.
    """
    pace = np.array([min(slow / (k + 1) for k, slow in enumerate(queue.slowdowns())) for queue in folder.centre.queues])
    return np.asarray(factor * aht_s * pace / 3600)


@dataclass(frozen=True)
class Work:
    """What is to be shared out.

    Attributes
    ----------
    able : bool array, shape (agents, queues)
    hours_per_contact : float array, shape (agents, queues)
    hours : float array, shape (agents,)
    volume : float array, shape (queues,)
        Contacts; those of a queue nobody is able to serve are left out.
    """

    able: NDArray[np.bool_]
    hours_per_contact: Floats
    hours: Floats
    volume: Floats


class Matching:
    """Ways to serve as much of the volume as the hours allow.

    Parameters
    ----------
    work : Work
    limit : float
        Serve at most this multiple of the volume.

    Attributes
    ----------
    served : float array, shape (queues,)
        Contacts that can be served: the largest common share of every queue first, then whatever more
        there are hours for. Every matching below serves exactly these.

    Notes
    -----
    Variables are contacts y per agent and queue; ``sum_q y h <= hours`` for everyone and ``sum_i y =
    served`` for every queue. Solved by GLOP, on one thread.
    """

    def __init__(self, work: Work, limit: float = 1.0) -> None:
        reachable = (work.able & (work.hours[:, None] > 0)).any(axis=0)
        self.work = work
        self.volume = np.where(reachable, work.volume, 0.0)
        self.agent, self.queue = np.nonzero(work.able & (self.volume > 0) & (work.hours[:, None] > 0))
        self.served = np.zeros_like(self.volume)
        if len(self.agent):
            common = self._common_share(limit)
            self.served = common * self.volume
            if common < limit * (1 - 1e-6):
                self.served = self._filled_up(limit)

    def best(self, gain: Floats) -> Floats:
        """Return the contacts per agent and queue with the largest total gain, shape (agents, queues)."""
        if not len(self.agent):
            return np.zeros(self.work.able.shape)
        model, contacts = self._model()
        self._serve_exactly(model, contacts)
        model.maximize(_sum(contacts, gain[self.agent, self.queue]))
        return self._table(_solved(model), contacts)

    def best_worst(self, gain: Floats, floor: Floats, queues: Sequence[int]) -> float:
        """Return the largest margin by which every named queue's mean gain can exceed its floor at once."""
        model, contacts = self._model()
        self._serve_exactly(model, contacts)
        margin = model.new_num_var(-10.0, 10.0, "margin")
        for q in queues:
            inside = np.flatnonzero(self.queue == q)
            mean = gain[self.agent[inside], q] / self.served[q]
            model.add(_sum([contacts[k] for k in inside], mean) - margin >= float(floor[q]))
        model.maximize(margin)
        return float(_solved(model).value(margin))

    def _common_share(self, limit: float) -> float:
        model, contacts = self._model()
        share = model.new_num_var(0.0, limit, "share")
        for q in np.flatnonzero(self.volume > 0):
            inside = [contacts[k] for k in np.flatnonzero(self.queue == q)]
            model.add(_sum(inside, np.ones(len(inside))) - float(self.volume[q]) * share == 0)
        model.maximize(share)
        return float(_solved(model).value(share)) * (1 - 1e-9)

    def _filled_up(self, limit: float) -> Floats:
        """Raise what is served beyond the common share, most work first."""
        model, contacts = self._model()
        for q in np.flatnonzero(self.volume > 0):
            inside = [contacts[k] for k in np.flatnonzero(self.queue == q)]
            total = _sum(inside, np.ones(len(inside)))
            model.add(total >= float(self.served[q]))
            model.add(total <= limit * float(self.volume[q]))
        model.maximize(_sum(contacts, np.nanmean(self.work.hours_per_contact, axis=0)[self.queue]))
        return np.asarray(self._table(_solved(model), contacts).sum(axis=0) * (1 - 1e-9))

    def _model(self) -> tuple[Any, list[Any]]:
        model: Any = model_builder.Model()  # type: ignore[no-untyped-call]
        contacts = [model.new_num_var(0.0, float("inf"), "") for _ in self.agent]
        duration = self.work.hours_per_contact[self.agent, self.queue]
        for i in np.unique(self.agent):
            inside = np.flatnonzero(self.agent == i)
            spent = _sum([contacts[k] for k in inside], duration[inside])
            model.add(spent <= float(self.work.hours[i]))
        return model, contacts

    def _serve_exactly(self, model: Any, contacts: list[Any]) -> None:
        for q in np.flatnonzero(self.volume > 0):
            inside = [contacts[k] for k in np.flatnonzero(self.queue == q)]
            model.add(_sum(inside, np.ones(len(inside))) == float(self.served[q]))

    def _table(self, solver: Any, contacts: list[Any]) -> Floats:
        table = np.zeros(self.work.able.shape)
        table[self.agent, self.queue] = [max(0.0, float(solver.value(contact))) for contact in contacts]
        return table


def _sum(variables: list[Any], coefficients: Floats) -> Any:
    return model_builder.LinearExpr.weighted_sum(variables, [float(c) for c in coefficients])


def _solved(model: Any) -> Any:
    solver = model_builder.Solver("GLOP")
    status = solver.solve(model)
    if status != model_builder.SolveStatus.OPTIMAL:
        raise RuntimeError(f"the matching program ended as {status}")
    return solver

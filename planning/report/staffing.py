"""Net staffing: the people on duty against each interval's own need, counted so that nobody is counted twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.history import Floats
from planning.report.deferred_day import TOLERANCE, catch_up
from planning.report.sharing import Sharing
from planning.result import Plan


@dataclass(frozen=True)
class Shortage:
    """The smallest set of queues that cannot be manned together in one interval.

    Attributes
    ----------
    interval : int
    queues : tuple of int
        Together they need more than everyone who may serve any of them.
    seats : float
        Missing average-agent equivalents.
    """

    interval: int
    queues: tuple[int, ...]
    seats: float


@dataclass(frozen=True)
class Staffing:
    """Supply and need per interval, in average-agent equivalents unless called people.

    Attributes
    ----------
    grid : IntervalGrid
    people : float array, shape (intervals,)
        Distinct people and seats on contact duty.
    supply : float array, shape (intervals,)
        What they are worth after unplanned shrinkage (elastic seats suffer none) and handling speed.
    could_people, could : float arrays, shape (queues, intervals)
        The same for those who may serve a queue; someone who may serve several counts in each.
    need : float array, shape (queues, intervals)
        What each interval needs by itself, each queue with its share of its pool's need; 0 where nothing is needed.
    short, late, postponed : float arrays, shape (intervals,)
        Seats that live queues lack under the best sharing of people; that deferred work lacks over its day, laid
        where it lacks them; and that deferred work gets at another hour of the day.
    spare : float array, shape (intervals,)
        Supply that nobody needs.
    net : float array, shape (queues, intervals)
        Minus the lack of the set the queue is caught in; else how many seats more it could have without
        making another queue short. NaN where the queue neither needs nor has anyone.
    shortages : tuple of Shortage
        By interval, live queues first.

    Notes
    -----
    In each interval people are shared among their queues so that as much need as possible is met. What stays
    unmet no reassignment can lift, and the queues it touches are the smallest sets whose people, taken together,
    do not suffice (Hall's condition). Spare people of one queue therefore never hide a hole in another.
    Deferred work takes what live queues leave, in its own interval or at another hour (``deferred_day``).
    """

    grid: IntervalGrid
    people: Floats
    supply: Floats
    could_people: Floats
    could: Floats
    need: Floats
    short: Floats
    late: Floats
    postponed: Floats
    spare: Floats
    net: Floats
    shortages: tuple[Shortage, ...]

    @property
    def overall(self) -> Floats:
        """Net staffing of the whole centre: minus what is lacking anywhere, else what is spare."""
        lack = self.short + self.late
        return np.where(lack > TOLERANCE, -lack, self.spare)

    @property
    def seat_hours(self) -> tuple[float, float, float]:
        """Hours needed, lacking and spare over the horizon, deferred work included."""
        hours = self.grid.step_minutes / 60
        return (
            float(self.need.sum()) * hours,
            float((self.short + self.late).sum()) * hours,
            float(self.spare.sum()) * hours,
        )


def coverage_of(plan: Plan) -> tuple[Coverage, Floats]:
    """Return the roster's coverage, and the worth of each of its stretches per minute on duty.

    Worth counts unplanned shrinkage (people only) and handling speed, the mean of 1 / factor over the queues
    the stretch serves; the speed of people counts only where the centre lets scores into staffing.
    """
    centre = plan.folder.centre
    queues = centre.queue_ids
    column = {queue: k for k, queue in enumerate(queues)}
    pools = {shift.agent_id: shift.pool for shift in plan.roster.shifts}
    order = {agent: i for i, agent in enumerate(pools)}
    factor = np.ones((len(pools), len(queues)))
    if centre.scorecard.use_in_staffing:
        for score in plan.scores:
            known = score.agent_id in order and score.queue in column
            if known and np.isfinite(score.aht_factor) and score.aht_factor > 0:
                factor[order[score.agent_id], column[score.queue]] = score.aht_factor
    kept = np.full(len(pools), centre.shrinkage.kept)
    for agent, pool in pools.items():
        if pool == "elastic":
            kept[order[agent]] = 1.0
            factor[order[agent]] = centre.elastic.aht_factor if centre.elastic else 1.0
    blank = np.zeros(len(queues), dtype=np.int64)
    servers = [
        Server(agent, pool, factor[order[agent]], np.ones(len(queues)), blank, np.ones(len(queues)))
        for agent, pool in pools.items()
    ]
    coverage = Coverage.of_roster(plan.roster, servers, queues, plan.requirement.grid)
    served = np.maximum(coverage.serves.sum(axis=1), 1)
    speed = (coverage.serves / factor[coverage.server]).sum(axis=1) / served if len(served) else np.ones(0)
    return coverage, kept[coverage.server] * speed


def _presence(coverage: Coverage) -> Floats:
    """Return the share of each interval that each stretch covers, shape (stretches, intervals)."""
    step = coverage.grid.step_minutes
    edges = np.arange(coverage.grid.size + 1) * float(step)
    low = np.maximum(coverage.from_minute[:, None], edges[None, :-1])
    high = np.minimum(coverage.to_minute[:, None], edges[None, 1:])
    share: Floats = np.maximum(high - low, 0.0) / step
    return share


def _short_sets(sharing: Sharing, missing: Floats) -> list[tuple[tuple[int, ...], float]]:
    """Return the smallest sets of queues that stay short, with what each lacks together."""
    sets: list[set[int]] = []
    for queue in np.flatnonzero(missing > TOLERANCE):
        members = sharing.rivals(int(queue))
        for held in [held for held in sets if held & members]:
            members |= held
            sets.remove(held)
        sets.append(members)
    return [(tuple(sorted(members)), float(missing[sorted(members)].sum())) for members in sets]


def net_staffing(plan: Plan) -> Staffing:
    """Count supply against need in every interval of the requirement's grid."""
    requirement = plan.requirement
    grid, queues = requirement.grid, len(requirement.queues)
    coverage, worth = coverage_of(plan)
    presence = _presence(coverage)
    agents = requirement.agents if plan.pooled_agents is None else plan.pooled_agents
    need = np.where(np.isfinite(agents), agents, 0.0)
    deferred = np.array([plan.folder.centre.queue(queue).deferred for queue in requirement.queues])

    masks, member = np.unique(coverage.serves, axis=0, return_inverse=True)
    value = np.zeros((len(masks), grid.size))
    np.add.at(value, member.reshape(-1), presence * worth[:, None])
    missing = np.zeros((queues, grid.size))
    sharings = []
    for t in range(grid.size):
        here = value[:, t] > 0
        sharing = Sharing(value[here, t], [np.flatnonzero(mask).tolist() for mask in masks[here]], queues)
        for q in [*np.flatnonzero(~deferred), *np.flatnonzero(deferred)]:
            missing[q, t] = need[q, t] - sharing.ask(int(q), need[q, t])
        sharings.append(sharing)
    waiting = missing[deferred].sum(axis=0)
    if deferred.any():
        catch_up(plan, missing, sharings)
    late = missing[deferred].sum(axis=0)
    net, shortages = np.full((queues, grid.size), np.nan), []
    for t, sharing in enumerate(sharings):
        caught: dict[int, float] = {}
        # deferred work is nobody's rival for a seat
        live = np.where(deferred, 0.0, missing[:, t])
        sets = _short_sets(sharing, live) if live.sum() > TOLERANCE else []
        sets += [((int(q),), float(missing[q, t])) for q in np.flatnonzero(deferred & (missing[:, t] > TOLERANCE))]
        for members, seats in sets:
            shortages.append(Shortage(t, members, seats))
            caught = dict.fromkeys(members, seats) | caught
        spare = sum(sharing.left)
        for q in np.flatnonzero(masks[value[:, t] > 0].any(axis=0) | (need[:, t] > 0)):
            if int(q) in caught:
                net[q, t] = -caught[int(q)]
            else:
                net[q, t] = sharing.copy().ask(int(q), spare) if spare > TOLERANCE else 0.0
    return Staffing(
        grid=grid,
        people=presence.sum(axis=0),
        supply=value.sum(axis=0),
        could_people=coverage.serves.T.astype(np.float64) @ presence,
        could=coverage.serves.T.astype(np.float64) @ (presence * worth[:, None]),
        need=need,
        short=missing[~deferred].sum(axis=0),
        late=late,
        postponed=waiting - late,
        spare=np.array([sum(sharing.left) for sharing in sharings]),
        net=net,
        shortages=tuple(shortages),
    )

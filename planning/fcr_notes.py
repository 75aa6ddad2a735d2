"""The FCR that is planned, in words: what those on duty reach by their record, and what the target would take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from domain.centre import Centre
from domain.coverage import Server
from domain.history import Floats
from domain.roster import WORK, Stretch
from planning.queue_names import group_name
from planning.result import TargetResult


@dataclass(frozen=True)
class GroupFcr:
    """FCR of a group of queues that the same people serve.

    Attributes
    ----------
    queues : tuple of str
        Those whose target is missed.
    target : float
        The highest of their targets.
    low, high : float
        Lowest and highest simulated FCR among them.
    duty_h : float
        Hours of duty on the group.
    record : float
        Mean FCR of those on duty by their own record, hour by hour.
    people : int
        Named people who may serve the group.
    able : int
        Those of them who reach the target by their record.
    able_duty_h, able_all_h : float
        Hours of those on the group, and in all.
    able_share : float
        Share of the duty that those would have to give for the target; NaN where none could.
    """

    queues: tuple[str, ...]
    target: float
    low: float
    high: float
    duty_h: float
    record: float
    people: int
    able: int
    able_duty_h: float
    able_all_h: float
    able_share: float


def group_fcr(
    queues: Sequence[str],
    numbers: Sequence[int],
    missed: Sequence[TargetResult],
    servers: Sequence[Server],
    rows: Iterable[Stretch],
) -> GroupFcr:
    """Measure the FCR of a group whose target is missed against the records of those who may serve it.

    Parameters
    ----------
    queues, numbers
        The missed queues of the group, and their columns in the servers' arrays.
    missed : sequence of TargetResult
    servers : sequence of Server
    rows : iterable of Stretch
        The roster.
    """
    contacts = np.array([max(sum(row.contacts for row in missed if row.queue == q), 1e-9) for q in queues])
    fcr = {s.id: _mean(s.fcr[list(numbers)], contacts * (s.level[list(numbers)] > 0)) for s in servers}
    target = max(row.target for row in missed)
    duty: dict[str, float] = {}
    everything: dict[str, float] = {}
    for row in rows:
        if row.activity == WORK:
            everything[row.agent_id] = everything.get(row.agent_id, 0.0) + row.minutes / 60
            if set(queues) & set(row.queues):
                duty[row.agent_id] = duty.get(row.agent_id, 0.0) + row.minutes / 60
    people = [s.id for s in servers if s.pool != "elastic" and np.isfinite(fcr[s.id])]
    able = [who for who in people if fcr[who] >= target]
    known = {who: hours for who, hours in duty.items() if np.isfinite(fcr.get(who, np.nan))}
    others = {who: hours for who, hours in known.items() if who not in able}
    low = _over(others, fcr)
    high = float(np.mean([fcr[who] for who in able])) if able else np.nan
    share = (target - low) / (high - low) if able and others and high > low else np.nan
    seen = [row.simulated for row in missed]
    return GroupFcr(
        queues=tuple(queues),
        target=target,
        low=min(seen),
        high=max(seen),
        duty_h=sum(duty.values()),
        record=_over(known, fcr),
        people=len(people),
        able=len(able),
        able_duty_h=sum(duty.get(who, 0.0) for who in able),
        able_all_h=sum(everything.get(who, 0.0) for who in able),
        able_share=share,
    )


def fcr_sentence(centre: Centre, group: GroupFcr) -> str:
    """Say what FCR a group gets, by whom, and what its target would take."""
    digits = 1 if f"{100 * group.high:.0f}" == f"{100 * group.target:.0f}" else 0
    ends = dict.fromkeys(f"{100 * value:.{digits}f} %" for value in (group.low, group.high))
    them = "it" if len(group.queues) == 1 else "them"
    text = (
        f"FCR of {group_name(centre, group.queues)}: {' to '.join(ends)} by the simulation, "
        f"{100 * group.target:.0f} % asked."
    )
    if not group.duty_h or not np.isfinite(group.record):
        return f"{text} Nothing tells the FCR of those on duty there."
    text += f" Those on duty there resolve {100 * group.record:.0f} % by their own record, hour by hour."
    if not group.able:
        return f"{text} Nobody who may serve {them} reaches the target."
    reach, they = ("reaches", "that person gives") if group.able == 1 else ("reach", "these give")
    elsewhere = group.able_all_h - group.able_duty_h
    text += (
        f" Of the {group.people} people who may serve {them}, {group.able} {reach} the target; {they} "
        f"{_hours(group.able_duty_h)} of the {_hours(group.duty_h)} hours of duty there"
        f"{f' and {_hours(elsewhere)} elsewhere' if elsewhere >= 0.5 else ''}."
    )
    if np.isfinite(group.able_share) and group.able_share > 0:
        hours = min(group.able_share, 1.0) * group.duty_h
        text += f" The target would take about {_hours(hours)} hours of theirs there"
        text += f", more than the {_hours(group.able_all_h)} rostered." if hours > group.able_all_h else "."
    return text


def _mean(values: Floats, weights: Floats) -> float:
    good = np.isfinite(values) & (weights > 0)
    return float(np.average(values[good], weights=weights[good])) if good.any() else np.nan


def _over(hours: dict[str, float], fcr: dict[str, float]) -> float:
    """Return the mean FCR of some people, hour by hour."""
    if not sum(hours.values()):
        return np.nan
    return float(np.average([fcr[who] for who in hours], weights=list(hours.values())))


def _hours(value: float) -> str:
    return f"{value:,.0f}"

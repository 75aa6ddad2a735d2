"""Reach: the highest FCR that these people can give, whatever the roster and the routing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.matching import Matching, Work, hours_per_contact
from domain.coverage import Server
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.queues import Queue


@dataclass(frozen=True)
class Reach:
    """Upper bounds on FCR while all the volume is served that the hours allow.

    Attributes
    ----------
    overall : float
        Largest share resolved of all contacts of queues whose FCR is known; NaN where none is.
    together : dict of str to float
        Each queue's FCR in that best matching.
    alone : dict of str to float
        For each queue with an FCR target, the largest its own FCR can be with everything else still served.
    target : dict of str to float
        The highest FCR target of each queue that has one.
    margin : float
        Largest margin by which all FCR targets can be exceeded at once; negative: they cannot all be met. NaN
        without targets.
    served_share : float
        Share of the volume that somebody may serve and for which there are hours, 0..1.
    unskilled : tuple of str
        Queues with contacts that nobody may serve.
    hours_share : float
        Share of the other queues' volume for which there are hours, 0..1.
    """

    overall: float
    together: dict[str, float]
    alone: dict[str, float]
    target: dict[str, float]
    margin: float
    served_share: float
    unskilled: tuple[str, ...] = ()
    hours_share: float = 1.0

    def sentences(self) -> tuple[str, ...]:
        """Say in words which targets no roster can reach; none of it is a forecast of this roster."""
        said: list[str] = []
        said += [f"{queue}: nobody may serve it, so no limit on FCR counts its contacts." for queue in self.unskilled]
        if self.hours_share < 0.9995:
            whose = "other contacts" if self.unskilled else "contacts"
            said.append(
                f"There are hours for {100 * self.hours_share:.0f} % of the {whose} at most, whoever works when; the "
                "limits on FCR are for those."
            )
        for queue, target in self.target.items():
            best = self.alone.get(queue, float("nan"))
            if np.isnan(best) and queue in self.unskilled:
                continue
            if np.isnan(best):
                said.append(f"{queue}: nothing tells the FCR of those who serve it.")
            elif best < target - 1e-6:
                digits = _digits(target, best)
                said.append(
                    f"{queue}: no roster can reach an FCR of {target:.{digits}f}: with its contacts matched to the "
                    f"best people, time of day and shifts left aside, it is {best:.{digits}f} at most."
                )
        reachable = all(self.alone.get(queue, -1.0) >= target - 1e-6 for queue, target in self.target.items())
        if reachable and self.margin < -1e-6:
            said.append(
                "No roster can reach all FCR targets at once: with contacts matched to people as well as can be, time "
                f"of day and shifts left aside, some queue still stays {-self.margin:.3f} or more below its target. "
                "That is a limit, not what this roster gives."
            )
        if np.isfinite(self.overall):
            said.append(f"No roster of these people can reach an FCR above {self.overall:.2f} over all queues.")
        return tuple(said)


def reachable_fcr(
    folder: PlanningFolder, servers: Sequence[Server], volume: Floats, aht_s: Floats, hours: Floats
) -> Reach:
    """Bound FCR from above by linear programs over who serves how many contacts of which queue.

    Parameters
    ----------
    folder : PlanningFolder
    servers : sequence of Server
        People and elastic seats, with their factors, FCR and skills (level 0: none).
    volume : float array, shape (queues,)
        Contacts to serve in the horizon.
    aht_s : float array, shape (queues,)
        Elapsed handle time of the average agent; NaN is taken as the queue's key or the mean of the others.
    hours : float array, shape (servers,)
        Time each can spend on contacts in the horizon (:func:`capacity.duty_hours.contact_hours`).

    Notes
    -----
    Nothing here knows of the time of day, of waiting or of whole shifts, so no roster reaches more. An
    occupancy target keeps its share of the hours free. Where hours are too few, the largest common share
    of all queues is served, then as much more as there are hours for. Someone whose FCR is unknown counts
    with the mean of the others on that queue; volume is as given, repeats saved by a higher FCR are not
    taken off.
    """
    queues = folder.centre.queues
    able = np.array([server.level > 0 for server in servers], dtype=bool).reshape(len(servers), len(queues))
    factor = np.array([server.aht_factor for server in servers]).reshape(able.shape)
    fcr = _filled(np.array([server.fcr for server in servers]).reshape(able.shape), able)
    duration = hours_per_contact(folder, factor, _known_times(folder, aht_s)) / _occupancy(folder)
    matching = Matching(Work(able, duration, hours, volume))
    served = matching.served
    skilled = able.any(axis=0)
    within = float(volume[skilled].sum())
    known = (served > 0) & np.isfinite(fcr).any(axis=0)
    gain = np.nan_to_num(fcr)
    target = {q: max(t.fcr for t in queue.targets if t.fcr is not None) for q, queue in _with_target(folder)}
    best = matching.best(np.where(known, gain, 0.0))
    resolved = (best * gain).sum(axis=0)
    alone = {}
    for q in target:
        if known[q]:
            only = np.zeros_like(gain)
            only[:, q] = gain[:, q]
            alone[queues[q].id] = float((matching.best(only)[:, q] * gain[:, q]).sum() / served[q])
    provable = [q for q in target if known[q]]
    floor = np.array([target.get(q, 0.0) for q in range(len(queues))])
    return Reach(
        overall=float(resolved[known].sum() / served[known].sum()) if known.any() else np.nan,
        together={queues[q].id: float(resolved[q] / served[q]) for q in np.flatnonzero(known).tolist()},
        alone=alone,
        target={queues[q].id: value for q, value in target.items()},
        margin=matching.best_worst(gain, floor, provable) if provable else np.nan,
        served_share=float(min(1.0, served.sum() / volume.sum())) if volume.sum() > 0 else 1.0,
        unskilled=tuple(queues[q].id for q in np.flatnonzero(~skilled & (volume > 0)).tolist()),
        hours_share=float(min(1.0, served.sum() / within)) if within > 0 else 1.0,
    )


def _with_target(folder: PlanningFolder) -> list[tuple[int, Queue]]:
    return [
        (q, queue)
        for q, queue in enumerate(folder.centre.queues)
        if any(target.fcr is not None for target in queue.targets)
    ]


def _filled(fcr: Floats, able: Floats) -> Floats:
    """Give those whose FCR is unknown the mean of the others who serve the queue."""
    known = able & np.isfinite(fcr)
    heads = known.sum(axis=0)
    mean = np.where(heads > 0, np.where(known, fcr, 0.0).sum(axis=0) / np.maximum(heads, 1), np.nan)
    return np.asarray(np.where(known, fcr, mean))


def _known_times(folder: PlanningFolder, aht_s: Floats) -> Floats:
    stated = np.array([queue.aht_s or np.nan for queue in folder.centre.queues])
    times = np.where(np.isfinite(aht_s), aht_s, stated)
    return np.where(np.isfinite(times), times, np.nanmean(times) if np.isfinite(times).any() else 300.0)


def _occupancy(folder: PlanningFolder) -> Floats:
    """Return the tightest occupancy target of each queue, 1 where there is none."""
    return np.array(
        [
            min((t.occupancy for t in queue.targets if t.occupancy is not None), default=1.0)
            for queue in folder.centre.queues
        ]
    )


def _digits(high: float, low: float) -> int:
    """Return how many digits keep two figures apart in print."""
    return next((d for d in (2, 3, 4) if f"{high:.{d}f}" != f"{low:.{d}f}"), 6)

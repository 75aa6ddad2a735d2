"""Pools: queues that the same people serve in the same way, planned as one line of waiting contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.queues import Queue

LIKENESS = 0.6
"""Queues are pooled where the people who may serve them overlap at least so much (Jaccard)."""

SMALL = 2.0
"""Mean load, in seats, below which people who may do so cover calls and text side by side."""


@dataclass(frozen=True)
class Pool:
    """Queues planned as one.

    Attributes
    ----------
    queues : tuple of int
        Indices in the centre's queues.
    mode : tuple
        What must be equal: deferred or live, concurrency, slowdown.
    """

    queues: tuple[int, ...]
    mode: tuple[object, ...]

    @property
    def deferred(self) -> bool:
        """Whether the pool's work waits for a deadline."""
        return bool(self.mode[0])


@dataclass(frozen=True)
class Kind:
    """A set of queues worked together during a shift, and the pools it touches.

    Attributes
    ----------
    queues, pools : tuple of int
    until : date or None
        Last day on which it may be worked: a certificate ends then.
    site : str
        Site at whose desks it is worked; empty where desks are not counted.
    """

    queues: tuple[int, ...]
    pools: tuple[int, ...]
    until: date | None = None
    site: str = ""


def pools_of(
    queues: Sequence[Queue], skills: Mapping[str, frozenset[int]], elastic: frozenset[int]
) -> tuple[Pool, ...]:
    """Merge queues that much the same people serve in the same way.

    Parameters
    ----------
    queues : sequence of Queue
    skills : mapping of agent id to the queues (indices) it may serve
    elastic : frozenset of int
        Queues that elastic seats may serve.
    """
    able = [frozenset(a for a, served in skills.items() if q in served) for q in range(len(queues))]
    groups: list[list[int]] = []
    modes: list[tuple[object, ...]] = []
    for q, queue in enumerate(queues):
        mode = (queue.deferred, queue.concurrency, queue.slowdowns(), q in elastic)
        for group, other in zip(groups, modes, strict=True):
            union = able[q] | able[group[0]]
            if mode == other and (not union or len(able[q] & able[group[0]]) >= LIKENESS * len(union)):
                group.append(q)
                break
        else:
            groups.append([q])
            modes.append(mode)
    return tuple(Pool(tuple(group), mode) for group, mode in zip(groups, modes, strict=True))


def touched(pools: Sequence[Pool], queues: frozenset[int]) -> tuple[int, ...]:
    """Return the pools that hold any of some queues."""
    return tuple(g for g, pool in enumerate(pools) if queues & set(pool.queues))


def while_certified(kind: Kind, pools: Sequence[Pool], ends: Mapping[int, date | None]) -> tuple[Kind, ...]:
    """Return a kind for as long as every certificate in it holds, and what is left of it after each that ends.

    Parameters
    ----------
    kind : Kind
    pools : sequence of Pool
    ends : mapping of queue index to the last day of its certificate, None where there is no end
    """
    found = []
    left = frozenset(kind.queues)
    while left:
        dates = [last for q in left if (last := ends.get(q)) is not None]
        until = min(dates, default=None)
        found.append(replace(Kind(tuple(sorted(left)), touched(pools, left)), until=until))
        if until is None:
            break
        left = frozenset(q for q in left if (last := ends.get(q)) is None or last > until)
    return tuple(found)


def kinds_of(pools: Sequence[Pool], served: frozenset[int], load: Sequence[float]) -> tuple[Kind, ...]:
    """Return what one person may do in a shift: each pool alone, and those of one mode together.

    Deferred work also fills what live queues leave idle. Where a pool is small, people also cover calls and text side
    by side, lest somebody sit idle beside a queue.

    Parameters
    ----------
    pools : sequence of Pool
    served : frozenset of int
        Queues the person may serve.
    load : sequence of float
        Mean load of each pool in its open intervals, in seats.
    """
    mine = [g for g, pool in enumerate(pools) if served & set(pool.queues)]
    sets: dict[tuple[int, ...], None] = {(g,): None for g in mine}
    by_mode: dict[tuple[object, ...], list[int]] = {}
    for g in mine:
        by_mode.setdefault(pools[g].mode[:3], []).append(g)
    for group in by_mode.values():
        sets[tuple(group)] = None
    live = [g for g in mine if not pools[g].deferred]
    waiting = [g for g in mine if pools[g].deferred]
    if live and waiting:
        for chosen in [group for group in by_mode.values() if group[0] in live]:
            sets[tuple(sorted((*chosen, *waiting)))] = None
    if len(by_mode) > 1 and any(load[g] < SMALL for g in mine):
        sets[tuple(live)] = None
        sets[tuple(mine)] = None
    sets.pop((), None)
    return tuple(
        Kind(tuple(sorted(q for g in chosen for q in pools[g].queues if q in served)), chosen) for chosen in sets
    )

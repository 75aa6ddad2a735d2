"""The best sharing of people who may serve several queues: a maximum flow grown path by path."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

_NOTHING = 1e-9


class Sharing:
    """Seats of groups handed to queues; a seat is moved on whenever that helps a queue that asks.

    Parameters
    ----------
    supply : sequence of float
        Seats of each group of people who may serve the same queues.
    serves : sequence of sequences of int
        The queues each group may serve.
    queues : int

    Notes
    -----
    A request is met along shortest augmenting paths [1]_: a group with seats left serves the queue, or serves
    another queue in the place of a group that then can. What was handed out stays met, so requests made first
    come first, and the total after each is a maximum flow.

    References
    ----------
    .. [1] Edmonds, J. and Karp, R. M. (1972). Theoretical improvements in algorithmic efficiency for network flow
       problems. Journal of the ACM 19(2), 248-264.
    """

    def __init__(self, supply: Sequence[float], serves: Sequence[Sequence[int]], queues: int) -> None:
        self.left = [float(seats) for seats in supply]
        self.given = [[0.0] * queues for _ in self.left]
        self.helpers: list[list[int]] = [[] for _ in range(queues)]
        for group, mine in enumerate(serves):
            for queue in mine:
                self.helpers[queue].append(group)

    def copy(self) -> Sharing:
        """Return the same sharing, to try a request on."""
        twin = Sharing((), (), 0)
        twin.left = self.left.copy()
        twin.given = [row.copy() for row in self.given]
        twin.helpers = self.helpers
        return twin

    def ask(self, queue: int, seats: float) -> float:
        """Hand a queue up to so many seats more; return how many it got."""
        got = 0.0
        while seats - got > _NOTHING:
            path = self._path(queue)
            if not path:
                break
            group, _ = path[-1]
            # Every link but the last takes a group away from a queue that the next link serves instead.
            amount = min(seats - got, self.left[group])
            for (giver, _), (_, taken) in pairwise(path):
                amount = min(amount, self.given[giver][taken])
            for (giver, served), (_, taken) in pairwise(path):
                self.given[giver][served] += amount
                self.given[giver][taken] -= amount
            self.given[group][path[-1][1]] += amount
            self.left[group] -= amount
            got += amount
        return got

    def rivals(self, queue: int) -> set[int]:
        """Return the queue and all whose people could be moved to it, directly or through others."""
        return set(self._search(queue)[1])

    def _path(self, queue: int) -> list[tuple[int, int]]:
        """Return links (group, queue it comes to serve) from the asking queue to a group with seats left."""
        free, came = self._search(queue)
        if free is None:
            return []
        links = [free]
        at = free[1]
        while at != queue:
            link = came[at]
            links.append(link)
            at = link[1]
        return links[::-1]

    def _search(self, queue: int) -> tuple[tuple[int, int] | None, dict[int, tuple[int, int]]]:
        came: dict[int, tuple[int, int]] = {queue: (-1, queue)}
        ahead, seen = deque([queue]), set[int]()
        while ahead:
            at = ahead.popleft()
            for group in self.helpers[at]:
                if group in seen:
                    continue
                if self.left[group] > _NOTHING:
                    return (group, at), came
                seen.add(group)
                for other, seats in enumerate(self.given[group]):
                    if seats > _NOTHING and other not in came:
                        came[other] = (group, at)
                        ahead.append(other)
        return None, came

"""What was read last, kept up to a weight."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps what was read last under a key that never means anything else; who asks meanwhile waits for it.

    Parameters
    ----------
    most : int
        Weight of all that is kept; the last one is kept whatever it weighs.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def get(self, key: str, read: Callable[[], tuple[T, int]]) -> T:
        """Return what is kept under a key, read with its weight where it is not there yet."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            mine = self._reading.setdefault(key, threading.Lock())
        with mine:
            with self._lock:
                if key in self._kept:
                    return self._kept[key][0]
            try:
                found = read()
            finally:
                with self._lock:
                    self._reading.pop(key, None)
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > 1 and sum(weight for _, weight in self._kept.values()) > self.most:
                    self._kept.popitem(last=False)
        return found[0]

"""The time a search may take, and what it has used."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """A moment at which to stop, on the wall."""

    seconds: float
    began: float = field(default_factory=time.perf_counter)

    @property
    def left(self) -> float:
        """Seconds left; below zero after the end."""
        return self.began + self.seconds - time.perf_counter()

    def within(self, seconds: float) -> Limit:
        """Return a limit that ends after so many seconds, or with this one."""
        return Limit(max(min(seconds, self.left), 0.0))

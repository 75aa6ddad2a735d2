"""Progress, cancellation and the number of cores: what long work is handed by its caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

Report = Callable[[str, float, str], None]
"""``report(step, share_done, note)``; ``share_done`` is 0..1."""

ROUND = "round"
"""The step whose every note is a stage of its own: ``2 of at most 4``."""


def silent(step: str, share: float, note: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Control:
    """How long work speaks to its caller, and how the caller stops it.

    Attributes
    ----------
    report : callable
        Called with the step's name, the share done (0..1) and a note.
    cancel : threading.Event
        Set by the caller; the work then hands out the best it has.
    cores : int
        Cores the process may use. Results never depend on it.
    deadline : float or None
        A ``time.monotonic()`` instant after which the work behaves as if cancelled.
    executor : Executor or None
        Where work that falls apart by queue is handed: processes of this machine, or a cluster. Results never depend
        on it.
    """

    report: Report = silent
    cancel: threading.Event = field(default_factory=threading.Event)
    cores: int = 1
    deadline: float | None = None
    executor: Executor | None = None

    @property
    def stopping(self) -> bool:
        """Whether the caller cancelled or the time is up."""
        return self.cancel.is_set() or (self.deadline is not None and time.monotonic() >= self.deadline)

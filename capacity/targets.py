"""Every promise of the horizon as one row: queue, scope, start, measure, limit."""

from __future__ import annotations

from dataclasses import dataclass

from domain.history import Ints
from domain.queues import UPPER_LIMITS, Measure, Scope


@dataclass(frozen=True)
class TargetRow:
    """One target of one queue in one interval, day or week.

    Attributes
    ----------
    queue : int
        Index in the centre's queues.
    scope : {"interval", "day", "week"}
    start : str
        ISO label: an interval's local start, or the first date of the day or week.
    measure : str
    limit : float
    within_s, response_h : float
        Of a service level, and of deferred work; 0 elsewhere.
    intervals : int array
        The grid's intervals in the window, in which the queue takes contacts.
    implied : bool
        Whether the contract supplies it (abandonment where patience is at or below the wait target).
    """

    queue: int
    scope: Scope
    start: str
    measure: Measure
    limit: float
    within_s: float
    response_h: float
    intervals: Ints
    implied: bool = False

    @property
    def upper(self) -> bool:
        """Whether values at or below the limit meet it."""
        return self.measure in UPPER_LIMITS

    def miss(self, value: float) -> float:
        """Return the relative miss of a value, 0 where it is met."""
        excess = value - self.limit if self.upper else self.limit - value
        return max(0.0, excess / self.limit)

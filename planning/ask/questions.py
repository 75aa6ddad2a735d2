"""What may be asked of a published roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

LeaveKind = Literal["paid", "unavailable", "free"]


@dataclass(frozen=True)
class Swap:
    """Two people take each other's shift of a day; one of them may be free that day."""

    one: str
    other: str
    day: date

    def __str__(self) -> str:
        """Write the question."""
        return f"swap {self.one} and {self.other} on {self.day:%a %Y-%m-%d}"


@dataclass(frozen=True)
class DayOff:
    """Somebody is away on a day: as paid leave, unavailable, or merely without a shift (``free``)."""

    agent_id: str
    day: date
    kind: LeaveKind = "paid"

    def __str__(self) -> str:
        """Write the question."""
        words = {"paid": "paid leave", "unavailable": "unpaid leave", "free": "a free day"}[self.kind]
        return f"{words} for {self.agent_id} on {self.day:%a %Y-%m-%d}"


@dataclass(frozen=True)
class ShiftEdit:
    """Somebody works from one time to another, in the place of whatever shift that day has.

    Attributes
    ----------
    agent_id : str
    start, end : datetime
    queues : tuple of str
        Empty: those of the shift that is replaced, else all that the person may serve.
    """

    agent_id: str
    start: datetime
    end: datetime
    queues: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write the question."""
        served = f" on {', '.join(self.queues)}" if self.queues else ""
        return f"{self.agent_id} from {self.start:%a %Y-%m-%d %H:%M} to {self.end:%H:%M}{served}"


@dataclass(frozen=True)
class Gap:
    """A queue needs somebody from one time to another."""

    queue: str
    start: datetime
    end: datetime

    def __str__(self) -> str:
        """Write the question."""
        return f"somebody on {self.queue} from {self.start:%a %Y-%m-%d %H:%M} to {self.end:%H:%M}"


Question = Swap | DayOff | ShiftEdit | Gap

"""What a roster costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Paid money of a horizon, in the centre's currency.

    Attributes
    ----------
    core, elastic, expert : float
        Shifts, premiums and paid leave of people; hours (at least the booked minimum) of elastic seats.
    """

    core: float
    elastic: float
    expert: float

    @property
    def total(self) -> float:
        """Sum of the three pools."""
        return self.core + self.elastic + self.expert

"""What is shared out fairly between people: weekends, nights and unpopular shifts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.entity import Entity

Measure = Literal["weekend", "night", "unpopular"]

MEASURES: tuple[Measure, ...] = ("weekend", "night", "unpopular")
"""In the order in which they are told."""


class FairnessWeights(Entity):
    """How much a shift of each kind weighs; 0 leaves a kind out. A night is nearly always unpopular as well."""

    weekend: float = Field(default=1.0, ge=0)
    night: float = Field(default=1.0, ge=0)
    unpopular: float = Field(default=0.5, ge=0)


class UnpopularHours(Entity):
    """Shifts that few like: those that start early or end late, in minutes of the day on which they start."""

    before_minute: int = Field(default=7 * 60, ge=0, le=1440)
    after_minute: int = Field(default=22 * 60, ge=0, le=1440)


class Fairness(Entity):
    """What is counted of each person from roster to roster, and how much it weighs."""

    weights: FairnessWeights = FairnessWeights()
    unpopular: UnpopularHours = UnpopularHours()

    def weight(self, measure: Measure) -> float:
        """Return the weight of a measure."""
        return float(getattr(self.weights, measure))

    @property
    def counted(self) -> tuple[Measure, ...]:
        """Measures that weigh anything."""
        return tuple(measure for measure in MEASURES if self.weight(measure) > 0)

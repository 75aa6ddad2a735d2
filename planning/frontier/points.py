"""Points of the elastic frontier, and how much of the saving each takes."""

from __future__ import annotations

from dataclasses import dataclass

from capacity.service import ServiceReport
from domain.folder import PlanningFolder
from domain.roster import Roster
from scheduling.cost import Cost
from scheduling.seat_prices import SeatPrices

ALL = "all"
ENOUGH = 0.9
"""Share of the whole saving at which a cap is recommended: the seats beyond it buy little."""

NOTHING = 1e-4
"""Saving below which, as a share of the objective, elastic seats are worth nothing."""


@dataclass(frozen=True)
class FrontierPoint:
    """The best roster found under one cap, with its proof and its simulated service.

    Attributes
    ----------
    share : float
        Elastic seats at once, as a share of the core heads.
    seats : int
        The same in whole seats.
    roster : Roster
    cost : Cost
    shortfall, soft : float
        Priced misses, and what wishes and the like cost: with the cost they are the objective.
    objective, bound : float
    status : str
        Of the solver.
    hours, peak_share : float
        Elastic hours, and the most seats at once as a share of the core heads.
    prices : SeatPrices or None
        Up to which price a seat pays beside this roster.
    service : ServiceReport
        Every point meets the same simulated customers.
    met, targets : int
        Targets met in the simulation, of those that it can judge.
    """

    share: float
    seats: int
    roster: Roster
    cost: Cost
    shortfall: float
    soft: float
    objective: float
    bound: float
    status: str
    hours: float
    peak_share: float
    prices: SeatPrices | None
    service: ServiceReport
    met: int
    targets: int

    @property
    def gap(self) -> float:
        """(objective - bound) / objective."""
        return max(0.0, (self.objective - self.bound) / self.objective) if self.objective > 0 else 0.0

    def figure(self, measure: str) -> tuple[float, float, float]:
        """Return value, low and high of a measure over the week, all live queues together."""
        return self.service.simulated("week", self.service.grid.days[0].isoformat(), ALL, measure)


@dataclass(frozen=True)
class Frontier:
    """Points by rising cap, all of one planning model, and what was left out."""

    folder: PlanningFolder
    points: tuple[FrontierPoint, ...]
    notes: tuple[str, ...] = ()

    @property
    def saving(self) -> float:
        """What the largest cap saves of the objective against the smallest; 0 where that is nothing."""
        first, last = self.points[0].objective, self.points[-1].objective
        return first - last if first - last > NOTHING * abs(first) else 0.0

    def taken(self, point: FrontierPoint) -> float:
        """Return the share of that saving which a point takes; 0 where there is none."""
        return (self.points[0].objective - point.objective) / self.saving if self.saving > 0 else 0.0

    @property
    def recommended(self) -> FrontierPoint:
        """The smallest cap that takes nearly all of the saving."""
        if self.saving <= 0:
            return self.points[0]
        return next(point for point in self.points if self.taken(point) >= ENOUGH)

"""A finished plan: everything the result files and the report are written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from capacity.requirement import Requirement
from capacity.roster_service import RosterService
from capacity.scores import Score
from capacity.service import ServiceReport
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.people import Route
from domain.queues import Measure, Scope
from domain.roster import Roster
from forecasting.forecast import Forecast
from forecasting.overrides import Overridden
from planning.activity_notes import PlacedActivities
from planning.risk import RiskPlan
from planning.wish_results import WishResult
from scheduling.cost import Cost
from scheduling.fair_shares import FairnessRow
from scheduling.seat_prices import SeatPrices


@dataclass(frozen=True)
class TargetResult:
    """One promise, what the formulas said of it and what the simulation found (NaN: not applicable)."""

    queue: str
    scope: Scope
    start: str
    measure: Measure
    target: float
    promised: float
    simulated: float
    low: float
    high: float
    probability_met: float
    day_p10: float
    day_p90: float
    met: bool
    implied: bool = False
    contacts: float = 0.0
    price: float = 0.0


@dataclass(frozen=True)
class Short:
    """A span in which a queue, or a pool of them, has fewer seats than its targets need, and why.

    Attributes
    ----------
    queue : str
        Those of a pool joined by ``;``.
    start, end : datetime
    agents : float
    why : str
    parts : tuple of float
        ``agents`` shared out among the pool's queues; empty where there is one.
    """

    queue: str
    start: datetime
    end: datetime
    agents: float
    why: str
    parts: tuple[float, ...] = ()

    @property
    def by_queue(self) -> tuple[tuple[str, float], ...]:
        """Each queue with its part."""
        return tuple(zip(self.queue.split(";"), self.parts or (self.agents,), strict=True))


@dataclass(frozen=True)
class OverService:
    """One queue whose simulated service lies above its targets.

    Attributes
    ----------
    queue : str
    points : float
        Mean of simulated less target over its days (or weeks, intervals), as a share.
    hours : float
        Paid hours beyond what its pool needs, day by day, the queue's part by its work; an estimate by the formulas.
    cost : float
        Those hours at the people's mean hourly cost.
    """

    queue: str
    points: float
    hours: float
    cost: float


@dataclass(frozen=True)
class SolverSummary:
    """How good the roster is proven to be, for the planning model of the round whose roster is handed out."""

    status: str
    parts: dict[str, float]
    objective: float
    bound: float
    gap: float
    gap_on_decidable_cost: float | None
    seconds: float
    rounds: int = 1


@dataclass(frozen=True)
class Plan:
    """One plan from end to end.

    Attributes
    ----------
    pooled_agents : float array, shape (queues, intervals), or None
        What each queue needs where queues that the same people serve are one line: the pool's need, shared out by the
        queues' own. Smaller than ``requirement.agents``, which takes every queue alone.
    notes : tuple of str
        Sentences for people: what was assumed, which target binds, what the data could not tell.
    over_service : tuple of OverService
    overridden : Overridden or None
        The model's own forecast beside the planner's; None where the forecast was given.
    risk : RiskPlan or None
        What uncertain volume asks for; None where the requirement was given.
    expected : RosterService or None
        What formulas expect of the finished roster, interval by interval.
    seat_prices : tuple of SeatPrices
        Up to which price elastic seats pay, week by week; empty where none may be booked.
    wishes : tuple of WishResult
        Every wish with a day in the plan.
    activities : PlacedActivities or None
        What became of the folder's activities; None where it has none.
    fairness : tuple of FairnessRow
        The ledger of weekends, nights and unpopular shifts; empty where there is none.
    """

    folder: PlanningFolder
    week: date
    seed: int
    forecast: Forecast
    requirement: Requirement
    roster: Roster
    scores: tuple[Score, ...]
    routes: tuple[Route, ...]
    service: ServiceReport
    cost: Cost
    solver: SolverSummary
    targets: tuple[TargetResult, ...]
    elastic_peak_share: float
    elastic_hours: float
    short: tuple[Short, ...]
    notes: tuple[str, ...] = field(default=())
    over_service: tuple[OverService, ...] = ()
    pooled_agents: Floats | None = None
    overridden: Overridden | None = None
    risk: RiskPlan | None = None
    expected: RosterService | None = None
    seat_prices: tuple[SeatPrices, ...] = ()
    wishes: tuple[WishResult, ...] = ()
    fairness: tuple[FairnessRow, ...] = ()
    activities: PlacedActivities | None = None

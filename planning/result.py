"""A finished plan: everything the result files and the report are written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from capacity.requirement import Requirement
from capacity.scores import Score
from capacity.service import ServiceReport
from domain.folder import PlanningFolder
from domain.history import Floats
from domain.people import Route
from domain.queues import Measure, Scope
from domain.roster import Roster
from forecasting.forecast import Forecast
from forecasting.overrides import Overridden
from scheduling.cost import Cost


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
    """A span in which a queue has fewer seats than its targets need, and why."""

    queue: str
    start: datetime
    end: datetime
    agents: float
    why: str


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
    overridden : Overridden or None
        The model's own forecast beside the planner's; None where the forecast was given.
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
    pooled_agents: Floats | None = None
    overridden: Overridden | None = None

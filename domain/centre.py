"""The centre: what `centre.toml` says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.contracts import Contract
from domain.entity import Entity
from domain.fairness import Fairness
from domain.hours import WeeklyWindow
from domain.queues import Queue
from domain.sites import Site
from domain.tiers import Tier


class MinimumStaff(Entity):
    """A hard floor of people on one queue."""

    queue: str
    window: WeeklyWindow
    agents: int = Field(ge=0)


class Shrinkage(Entity):
    """Unplanned losses of people: whole shifts, and time on contact duty.

    Attributes
    ----------
    absence, in_shift : float
    from_actuals : bool
        Whether ``shrinkage.csv`` is planned with where it tells enough.
    """

    absence: float = Field(default=0.0, ge=0, lt=1)
    in_shift: float = Field(default=0.0, ge=0, lt=1)
    from_actuals: bool = False

    @property
    def kept(self) -> float:
        """Share of scheduled contact time that is there."""
        return (1 - self.absence) * (1 - self.in_shift)


class Planning(Entity):
    """What the plan staffs for, and how often a person's queues may change.

    Attributes
    ----------
    risk : {"mean"}, float or None
        Targets are kept for the mean service over the forecast's scenarios, or on this share of days; None takes
        the forecast's mean for the volume that comes.
    queue_changes : {"none", "shift", "stretch"}
    """

    risk: Literal["mean"] | float | None = None
    queue_changes: Literal["none", "shift", "stretch"] = "shift"


class Premium(Entity):
    """A rate on top of pay, by time of day or on public holidays."""

    kind: str
    rate: float = Field(ge=0)
    from_minute: int | None = None
    to_minute: int | None = None


class Overtime(Entity):
    """Voluntary hours beyond the contract's maxima.

    Attributes
    ----------
    max_h_per_month : float
        Of each person.
    rates : tuple of float
        Pay of an hour, in hours of plain pay: on working days, on rest days, on public holidays.
    """

    max_h_per_month: float = Field(default=0.0, ge=0)
    rates: tuple[Annotated[float, Field(ge=1)], ...] = Field(default=(1.5, 2.0, 3.0), min_length=1)


class Pay(Entity):
    """Premiums and overtime."""

    premiums: tuple[Premium, ...] = ()
    overtime: Overtime | None = None


class ElasticPool(Entity):
    """Peak elastic seats: booked by the block, not named.

    Attributes
    ----------
    share, emergency_share : float
        Cap at any moment, as a share of core heads.
    block_hours : tuple of float
    hourly_cost : float
    queues : tuple of str
    aht_factor : float
        Handle time against the average core agent.
    fcr : float
    minimum_hours_per_week, notice_h : float
    """

    share: float = Field(default=0.0, ge=0)
    emergency_share: float | None = Field(default=None, ge=0)
    block_hours: tuple[float, ...] = (4.0,)
    hourly_cost: float = Field(ge=0)
    queues: tuple[str, ...] = ()
    aht_factor: float = Field(default=1.0, gt=0)
    fcr: float | None = Field(default=None, ge=0, le=1)
    minimum_hours_per_week: float = Field(default=0.0, ge=0)
    notice_h: float = Field(default=0.0, ge=0)


class Experts(Entity):
    """The second line, part time from elsewhere."""

    share: float = Field(default=0.10, ge=0)
    weekly_hours_max: float = Field(default=10.0, ge=0)


class Scorecard(Entity):
    """How performance becomes a score, a grade and a staffing factor."""

    weights: dict[str, float] = Field(default={"quality": 0.40, "csat": 0.30, "resolution": 0.20, "teamwork": 0.10})
    grades: dict[str, float] = Field(default={"excellent": 90.0, "good": 80.0, "qualified": 70.0})
    use_in_staffing: bool = True
    factor_limits: tuple[float, float] = (0.7, 1.3)


class Supervision(Entity):
    """Agents per supervisor on duty."""

    span: float = Field(default=8.0, gt=0)


class Priorities(Entity):
    """Prices that weigh shortfall, wishes and fairness against cost, in the centre's currency.

    Attributes
    ----------
    shortfall_per_contact : float or None
        Price of one contact that misses its target by 100 %; None puts shortfall first.
    wish : float or None
        Price of a wish of weight 1 not kept; None lets cost come first.
    fairness : float or None
        Price of one more weekend, night or unpopular shift (of weight 1) of somebody who has had one more of them than
        the mean; in proportion for others above it. None lets cost come first.
    """

    shortfall_per_contact: float | None = Field(default=None, ge=0)
    wish: float | None = Field(default=None, ge=0)
    fairness: float | None = Field(default=None, ge=0)


class Centre(Entity):
    """One centre: its zone, grids, queues, contracts and rules."""

    name: str
    timezone: str
    country: str = ""
    currency: str = "EUR"
    interval_minutes: int = 30
    schedule_minutes: int = 15
    queues: tuple[Queue, ...]
    contracts: tuple[Contract, ...]
    minimum_staff: tuple[MinimumStaff, ...] = ()
    shrinkage: Shrinkage = Shrinkage()
    planning: Planning = Planning()
    pay: Pay = Pay()
    elastic: ElasticPool | None = None
    experts: Experts | None = None
    scorecard: Scorecard = Scorecard()
    supervision: Supervision | None = None
    priorities: Priorities = Priorities()
    fairness: Fairness = Fairness()
    tiers: tuple[Tier, ...] = ()
    sites: tuple[Site, ...] = ()

    def queue(self, queue_id: str) -> Queue:
        """Return a queue by its id."""
        return next(queue for queue in self.queues if queue.id == queue_id)

    def contract(self, contract_id: str) -> Contract:
        """Return a contract by its id."""
        return next(contract for contract in self.contracts if contract.id == contract_id)

    def site(self, site_id: str) -> Site | None:
        """Return a site by its id, None for somebody who is of none."""
        return next((site for site in self.sites if site.id == site_id), None)

    @property
    def queue_ids(self) -> tuple[str, ...]:
        """Queue ids in the order given; the order of every array over queues."""
        return tuple(queue.id for queue in self.queues)

"""Customer tiers: whose contacts go first, and who serves them alone."""

from __future__ import annotations

from pydantic import Field, model_validator

from domain.entity import Entity
from domain.queues import Queue

REST = "standard"
"""What contacts of no tier are called; no tier may have this id."""


class TierTarget(Entity):
    """What a tier is promised, to be reported beside what it gets; no roster is planned for it.

    Attributes
    ----------
    mean_wait_s, abandonment : float or None
        Upper limits.
    service_level : float or None
        Least share answered within each queue's own ``within_s``.
    """

    mean_wait_s: float | None = Field(default=None, gt=0)
    service_level: float | None = Field(default=None, gt=0, lt=1)
    abandonment: float | None = Field(default=None, gt=0, lt=1)


class Tier(Entity):
    """Customers of one rank; the first of the centre's tiers is the highest.

    Attributes
    ----------
    id : str
    share : float
        Of the contacts of its queues.
    queues : tuple of str
        Live queues its customers come to; empty means every live queue.
    value : float
        Relative worth of a contact, by which waits are weighed; contacts of no tier count 1.
    priority : bool
        Whether a freed agent takes its contacts before those of lower rank, on queues of one routing level.
    team : str
        People of this team serve the tier's contacts alone; empty: nobody is set apart.
    others_serve : bool
        Whether others serve the tier as well, once nobody of the team is free.
    target : TierTarget or None
    customers, customers_per_agent : float or None
        How many customers the tier has, and how many an agent on duty is to look after.
    """

    id: str = Field(min_length=1)
    share: float = Field(gt=0, le=1)
    queues: tuple[str, ...] = ()
    value: float = Field(default=1.0, ge=0)
    priority: bool = True
    team: str = ""
    others_serve: bool = True
    target: TierTarget | None = None
    customers: float | None = Field(default=None, gt=0)
    customers_per_agent: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _together(self) -> Tier:
        wanted = []
        if (self.customers is None) != (self.customers_per_agent is None):
            wanted.append("customers and customers_per_agent given together")
        if not self.others_serve and not self.team:
            wanted.append("a team, since others_serve = false leaves nobody else to serve the tier")
        if wanted:
            raise ValueError("; and ".join(wanted))
        return self

    def holds(self, queue: Queue) -> bool:
        """Tell whether a queue has contacts of the tier."""
        return not queue.deferred and (not self.queues or queue.id in self.queues)

"""What many questions about one plan share, worked out once: its world, its figures, its formula fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from capacity.roster_service import Need, RosterService, live_seats, roster_service
from capacity.team_seats import OnDuty, TeamSeats
from domain.history import Floats
from planning.files.plan_in import PlanIn
from planning.steps import targets_of
from planning.whatif.figures import Windows
from planning.whatif.fitting import fit
from planning.whatif.promised import Promised
from planning.whatif.world import World
from scheduling.cost import roster_cost


@dataclass(frozen=True)
class Base:
    """A plan to ask about.

    Attributes
    ----------
    world : World
        The plan's own, from `base_world`.
    plan : PlanIn
    """

    world: World
    plan: PlanIn

    @cached_property
    def windows(self) -> Windows:
        """Every queue over every day and week."""
        return Windows.of(self.world.folder.centre, self.world.requirement.grid)

    @cached_property
    def seen(self) -> Floats:
        """What the plan's simulation found, from `Windows.simulated`."""
        return self.windows.simulated(self.plan.service)

    @cached_property
    def fitted(self) -> dict[str, Floats]:
        """What seats are worth, so that the formula gives the simulated service."""
        return fit(self.world, self.plan.service)

    @cached_property
    def fcr(self) -> dict[str, float]:
        """FCR of the plan's roster by queue; NaN where it is not known."""
        week = self.plan.week.isoformat()
        return {q: self.plan.service.simulated("week", week, q, "fcr")[0] for q in self.world.folder.centre.queue_ids}

    @cached_property
    def need(self) -> Need:
        """What comes, and when it is worked."""
        return self.world.need

    @cached_property
    def duty(self) -> OnDuty:
        """Who is on contact duty."""
        return self.world.duty

    @cached_property
    def load(self) -> Floats:
        """Agents' work that arrives, shape (queues, intervals)."""
        return self.need.load(self.world.folder.centre.queues)

    @cached_property
    def team(self) -> TeamSeats:
        """How people share their time among live queues."""
        live = np.array([not queue.deferred for queue in self.world.folder.centre.queues], dtype=np.bool_)
        return live_seats(self.duty, self.load, live)

    @cached_property
    def service(self) -> RosterService:
        """The plan's service by formula."""
        return roster_service(self.world.folder.centre, self.duty, self.need, self.fitted, team=self.team)

    @cached_property
    def figures(self) -> Floats:
        """The same over days and weeks."""
        return self.windows.figures(self.service)

    @cached_property
    def promised(self) -> Promised:
        """Its targets but those of single intervals."""
        need = self.world.requirement
        return Promised.of(targets_of(self.world.folder, need), self.windows, need.volume)

    @cached_property
    def cost(self) -> float:
        """What its roster costs."""
        return cost_of(self.world)

    @cached_property
    def hours(self) -> float:
        """Hours on contact duty that its targets ask for."""
        return hours_of(self.world)

    def ready(self) -> None:
        """Work out what every question needs, before several threads ask for it."""
        for each in ("seen", "fitted", "fcr", "duty", "team", "figures", "promised", "cost", "hours"):
            getattr(self, each)


def cost_of(world: World) -> float:
    """Return what a world's roster costs over its weeks."""
    return roster_cost(world.folder, world.roster, world.options.week, world.options.weeks).total


def hours_of(world: World) -> float:
    """Return the hours on contact duty that a world's targets ask for."""
    return float(np.nansum(world.requirement.agents)) * world.requirement.grid.step_minutes / 60

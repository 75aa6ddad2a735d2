"""Sites of a plan: how many people sit where, their paid hours, and how full the desks get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.folder import PlanningFolder
from domain.roster import OFF, WORK, Stretch
from domain.sites import Site


@dataclass(frozen=True)
class SiteUse:
    """What a roster makes of one site.

    Attributes
    ----------
    site : Site
    people : int
        Those who sit there, experts included.
    hours : float
        Their paid hours; credited leave is not among them.
    peak : int
        Most core people on duty at once.
    """

    site: Site
    people: int
    hours: float
    peak: int


def site_uses(folder: PlanningFolder, rows: Sequence[Stretch]) -> tuple[SiteUse, ...]:
    """Return people, paid hours and the fullest moment of every site, in their order.

    Parameters
    ----------
    folder : PlanningFolder
    rows : sequence of Stretch
        Of the plan.
    """
    found = []
    for site in folder.centre.sites:
        people = {agent.id: agent for agent in folder.agents if agent.site == site.id}
        mine = [row for row in rows if row.agent_id in people and row.activity != OFF]
        seated = [row for row in mine if row.activity == WORK and people[row.agent_id].pool == "core"]
        hours = sum(row.minutes for row in mine if row.paid) / 60
        found.append(SiteUse(site, len(people), hours, _most_at_once(seated)))
    return tuple(found)


def site_notes(folder: PlanningFolder, rows: Sequence[Stretch]) -> list[str]:
    """Say in one sentence what a plan makes of its sites; nothing where there is none."""
    told = [_told(use) for use in site_uses(folder, rows)]
    return [f"Sites: {'; '.join(told)}."] if told else []


def _told(use: SiteUse) -> str:
    people = "1 person" if use.people == 1 else f"{use.people} people"
    taken = f", at most {use.peak} of its {use.site.desks} desks taken" if use.site.desks is not None else ""
    return f"{use.site.id} has {people} and {use.hours:,.1f} paid hours{taken}"


def _most_at_once(rows: Sequence[Stretch]) -> int:
    """Return how many rows run at the fullest moment."""
    edges: list[tuple[datetime, int]] = sorted([(row.end, -1) for row in rows] + [(row.start, 1) for row in rows])
    now = most = 0
    for _, step in edges:
        # a row that ends is counted off before one that begins at the same moment
        now += step
        most = max(most, now)
    return most

"""Desks in the planning model: no more heads than a number, as a minimum of less than nothing.

A row of floors asks for at least so many heads. Where the people of a site count minus one each, and the row asks for
minus its desks, the same row says that no more than the desks are taken: prices, searches and the count of what is
missing need no second kind of rule. The people of such a site have sets of queues (kinds) of their own, since it is
by them that a head is counted.
"""

from __future__ import annotations

import numpy as np

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Ints
from domain.people import Agent
from domain.sites import Site
from scheduling.instance import Floors, Instance
from scheduling.pools import Kind


def limited_sites(centre: Centre) -> tuple[Site, ...]:
    """Return the sites whose desks are counted; their rows of floors come after those of minimum staff."""
    return tuple(site for site in centre.sites if site.desks is not None)


def desk_site(centre: Centre, agent: Agent) -> str:
    """Return the site at whose counted desks a person works; empty where there is none, as for experts."""
    site = centre.site(agent.site)
    return site.id if site is not None and site.desks is not None and agent.pool == "core" else ""


def takes_desk(centre: Centre, kind: Kind) -> Ints:
    """Return how a kind counts for each site's desks, -1 or 0, shape (limited sites,)."""
    return np.array([-(kind.site == site.id) for site in limited_sites(centre)], dtype=np.int64)


def desks_asked(centre: Centre, grid: IntervalGrid) -> Ints:
    """Return the need of each site's row, minus its desks, shape (limited sites, slots).

    The slots after the horizon have it too: the people whom a plan leaves there are carried into the next.
    """
    desks = [-(site.desks or 0) for site in limited_sites(centre)]
    return np.repeat(np.array(desks, dtype=np.int64).reshape(-1, 1), grid.size, axis=1)


def floors_with(need: Ints, fixed: Ints, price: float) -> Floors:
    """Return floors of which desks that earlier rosters have filled beyond their number are full, and no more.

    Parameters
    ----------
    need, fixed : int arrays, shape (floors, slots)
        Heads asked for, and those there already.
    price : float
        Of a head missing (or of one too many) for a slot.
    """
    return Floors(np.where(need < 0, np.minimum(need, fixed), need), fixed, price)


def over_desks(floors: Floors, heads: Ints) -> Ints:
    """Return the people beyond the desks, shape (floors, slots): nobody in the rows of minimum staff.

    Parameters
    ----------
    floors : Floors
    heads : int array, shape (floors, slots)
        Of the roster, those who take desks counted below nothing.
    """
    return np.where(floors.need < 0, np.maximum(floors.need - floors.fixed - heads, 0), 0)


def crowded_people(inst: Instance, heads: Ints) -> set[int]:
    """Return the people of the sites that have more of them on duty than desks at some time."""
    full = np.flatnonzero(over_desks(inst.floors, heads).any(axis=1))
    seated = inst.kinds.floor[inst.teams.kind][:, full]
    teams = zip(inst.people.team_first.tolist(), inst.people.team_last.tolist(), strict=True)
    return {a for a, (first, last) in enumerate(teams) if seated[first:last].any()}


def lowered(floors: Floors, f: int, less: int) -> Ints:
    """Return a row of floors that asks for so many heads less: a lower minimum of staff, or so many desks more."""
    if (floors.need[f] < 0).any():
        # where earlier rosters have filled more than there are, only the desks themselves grow
        return np.asarray(np.minimum(floors.need[f].max() - less, floors.fixed[f]), dtype=np.int64)
    return np.asarray(np.maximum(floors.need[f] - less, 0), dtype=np.int64)

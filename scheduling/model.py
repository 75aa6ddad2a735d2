"""A planning model: the arrays of a week, and what their indices mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from capacity.targets import TargetRow
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.history import Floats, Ints
from domain.people import Agent
from scheduling.curves import Learned
from scheduling.instance import Instance
from scheduling.pools import Kind, Pool
from scheduling.seats import Block
from scheduling.soft import SoftPart


@dataclass(frozen=True)
class Model:
    """A planning model and what its indices mean.

    Attributes
    ----------
    instance : Instance
    folder : PlanningFolder
    first : date
    grid : IntervalGrid
        The schedule's slots, those after the horizon included.
    agents : tuple of Agent
        In the order of the instance; experts last.
    pools : tuple of Pool
    kinds : tuple of Kind
    targets : tuple of TargetRow
    rows : int array
        Target that each model row stands for.
    crew : int array
        Number of the team that starts together; -1 for none.
    stuck : tuple of str
        Agents without any legal day pattern.
    elastic_ids : tuple of str
    booked : tuple of Block
        Pinned elastic blocks.
    curve_measures : tuple of str
        What each curve of the service model measures.
    intervals : IntervalGrid
        The demand grid.
    pool_volume, pool_aht : float arrays, shape (pools, intervals)
        Contacts of each pool, and their handle time.
    contacts : float array, shape (rows,)
        Contacts of each model row: its price is theirs together.
    reach : float array, shape (rows,)
        The most that any roster can give of a row that has a lower limit, 1 where nothing is known to bar more.
    learned : Learned
        What the model was built with.
    activities : tuple of (str, bool)
        Name of each pinned activity, and whether it is paid.
    soft : tuple of SoftPart
        What the objective holds beside pay and shortfall, part by part.
    """

    instance: Instance
    folder: PlanningFolder
    first: date
    grid: IntervalGrid
    agents: tuple[Agent, ...]
    pools: tuple[Pool, ...]
    kinds: tuple[Kind, ...]
    targets: tuple[TargetRow, ...]
    rows: Ints
    crew: Ints
    stuck: tuple[str, ...]
    elastic_ids: tuple[str, ...]
    booked: tuple[Block, ...]
    curve_measures: tuple[str, ...]
    intervals: IntervalGrid
    pool_volume: Floats
    pool_aht: Floats
    contacts: Floats
    reach: Floats
    learned: Learned
    activities: tuple[tuple[str, bool], ...]
    soft: tuple[SoftPart, ...] = ()

    @cached_property
    def prices(self) -> Floats:
        """Money for missing each row's target by all of it; the rows themselves may ask for less, see ``reach``."""
        service = self.instance.service
        asked = np.array([self.targets[i].limit for i in self.rows.tolist()], dtype=np.float64)
        return np.asarray(service.price * asked / service.limit)

    def most(self, row: int) -> float:
        """Return the most that a row's value can truly be: for lower limits its reach."""
        return math.inf if self.targets[int(self.rows[row])].upper else float(self.reach[row])

"""Rosters handed from one step to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from domain.centre import Centre
from domain.errors import Problem
from domain.people import Agent
from domain.roster import Roster
from planning.files import result_layouts
from planning.files.cells import NO_SEATS, Context
from planning.files.faults import Faults
from planning.files.one_table import one_table
from planning.files.roster_file import flag_off_grid, read_stretches, seats_of


def read_roster(
    path: Path, centre: Centre, agents: Sequence[Agent] | None = None, *, notices: list[Problem] | None = None
) -> Roster:
    """Read a roster, ours or anybody's; whether it is legal is for the validator to say.

    Parameters
    ----------
    path : Path
        `roster.csv` (or Parquet), or the folder that holds it.
    centre : Centre
    agents : sequence of Agent or None
        People the roster may name, and where an empty ``pool`` is looked up; None lets any name pass.
    notices : list or None
        Receives what was accepted but is worth a look.

    Raises
    ------
    InputError
        With every fault.
    """
    faults = Faults()
    ids = None if agents is None else tuple(agent.id for agent in agents)
    table = one_table(path, result_layouts.ROSTER, Context(centre.timezone, centre.queue_ids, None, ids), faults)
    if agents is not None and centre.elastic is None:
        table.flag(seats_of(table), "agent_id", NO_SEATS)
    flag_off_grid(table, centre, warn=True)
    stretches = read_stretches(table, centre, agents or ())
    faults.check(notices)
    return Roster.of(stretches)

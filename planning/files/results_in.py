"""Rosters, scores and routing tables handed from one step to the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from capacity.scores import Score
from domain.centre import Centre
from domain.errors import Problem
from domain.people import Agent, Route
from domain.roster import Roster
from planning.files import result_layouts
from planning.files.cells import Context
from planning.files.columns import Layout
from planning.files.faults import Faults
from planning.files.roster_file import flag_off_grid, read_stretches
from planning.files.routing_file import read_routes, read_score_rows
from planning.files.sources import one_file
from planning.files.table import Table, read_table

T = TypeVar("T")


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
    table = _loaded(path, result_layouts.ROSTER, centre, agents, faults)
    flag_off_grid(table, centre, warn=True)
    stretches = read_stretches(table, centre, agents or ())
    return Roster.of(_checked(stretches, faults, notices))


def read_routing(
    path: Path,
    centre: Centre,
    agents: Sequence[Agent] | None = None,
    *,
    stem: str = "routing",
    notices: list[Problem] | None = None,
) -> tuple[Route, ...]:
    """Read `routing.csv` (``stem`` names another, such as `routing_current`); parameters as `read_roster`."""
    faults = Faults()
    layout = Layout(stem, result_layouts.ROUTING.columns)
    return _checked(read_routes(_loaded(path, layout, centre, agents, faults)), faults, notices)


def read_scores(path: Path, centre: Centre, *, notices: list[Problem] | None = None) -> tuple[Score, ...]:
    """Read `scores.csv`; parameters as `read_roster`."""
    faults = Faults()
    return _checked(read_score_rows(_loaded(path, result_layouts.SCORES, centre, None, faults)), faults, notices)


def _loaded(path: Path, layout: Layout, centre: Centre, agents: Sequence[Agent] | None, faults: Faults) -> Table:
    found = one_file(path, layout.file, faults)
    ids = None if agents is None else tuple(agent.id for agent in agents)
    context = Context(centre.timezone, centre.queue_ids, None, ids)
    table = read_table(*found, layout, context, faults) if found else None
    if table is None or not table.complete:
        faults.check()
        raise AssertionError("a table that cannot be used has a fault")
    return table


def _checked(rows: tuple[T, ...], faults: Faults, notices: list[Problem] | None) -> tuple[T, ...]:
    faults.check()
    if notices is not None:
        notices.extend(faults.notices)
    return rows

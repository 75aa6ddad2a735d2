"""`logins.csv`, under any name: who logged in and out today."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from domain.centre import Centre
from domain.errors import Problem
from domain.grid import from_utc64
from domain.people import Agent
from planning.files.cells import NO_SEATS, Context
from planning.files.columns import Column, Layout, Moment
from planning.files.faults import Faults
from planning.files.one_table import one_table
from planning.files.repeats import settle_repeats
from planning.files.roster_file import seats_of
from planning.files.shared_columns import END_NAMES, SEAT, START
from planning.today.presence import Login

LOGINS = Layout(
    "logins",
    (
        SEAT,
        Column(
            "start", START.kind, required=True, aliases=(*START.aliases, "login", "login time", "登录时间", "签入时间")
        ),
        Column("end", Moment(), aliases=(*END_NAMES, "logout", "logout time", "登出时间", "签出时间")),
    ),
)


def read_logins(
    path: Path, centre: Centre, agents: Sequence[Agent], *, notices: list[Problem] | None = None
) -> tuple[Login, ...]:
    """Read who logged in.

    Parameters
    ----------
    path : Path
        A file with the columns ``agent_id``, ``start`` and ``end`` (empty while still there), or a folder that holds
        a `logins.csv`. A person may have several rows. A file without rows says that nobody is there.
    centre : Centre
    agents : sequence of Agent
    notices : list or None
        Receives what was accepted but is worth a look.

    Raises
    ------
    InputError
        With every fault.
    """
    faults = Faults()
    context = Context(centre.timezone, centre.queue_ids, None, tuple(agent.id for agent in agents))
    table = one_table(path, LOGINS, context, faults)
    if centre.elastic is None:
        table.flag(seats_of(table), "agent_id", NO_SEATS)
    with np.errstate(invalid="ignore"):
        backward = table.given["end"] & (table["end"] < table["start"])
    table.flag(table.good & backward, "end", "a time not before start; empty while the person is still there")
    settle_repeats(table, ("agent_id", "start", "end"), "login")
    faults.check(notices)
    return tuple(
        Login(
            str(table["agent_id"][row]),
            from_utc64(table["start"][row]),
            from_utc64(table["end"][row]) if table.given["end"][row] else None,
        )
        for row in table.rows().tolist()
    )

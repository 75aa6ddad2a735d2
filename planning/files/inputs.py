"""What a command reads besides its planning folder, with every fault of all of it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from domain.errors import InputError, Problem
from domain.folder import PlanningFolder
from planning.files.faults import Faults
from planning.files.folder import readable_part

A = TypeVar("A")
B = TypeVar("B")

RELIED_ON = ("centre", "events", "agents")
"""Files without which the others cannot be judged: queues, opening and people."""


def read_with(
    path: Path, more: Callable[[PlanningFolder, list[Problem]], A], *, before: date | None = None
) -> tuple[PlanningFolder, A]:
    """Read a planning folder and what goes with it.

    Parameters
    ----------
    path : Path
        The planning folder.
    more : callable
        Reads the rest, given the folder and a list for what was accepted but is worth a look. It is called
        too where other files of the folder have faults, so that all are told together.
    before : date or None
        As for `read_folder`.

    Returns
    -------
    PlanningFolder
        Its ``notices`` hold those of the rest.
    object
        What ``more`` returned.

    Raises
    ------
    InputError
        With every fault of the folder and of the rest.
    """
    faults = Faults()
    folder = readable_part(path, faults, before)
    if folder is None or not faults.spare(*RELIED_ON):
        faults.check()
    assert folder is not None, "a folder without faults can be read"
    notices: list[Problem] = []
    try:
        found = more(folder, notices)
    except InputError as error:
        raise InputError([*faults.wrong, *error.problems], [*faults.notices, *notices, *error.notices]) from None
    faults.check()
    return replace(folder, notices=(*folder.notices, *notices)), found


def together(one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """Do two readings, and where both fail raise the faults of both.

    Raises
    ------
    InputError
        With every fault of either.
    """
    try:
        first = one()
    except InputError as error:
        problems, notices = [*error.problems], [*error.notices]
        try:
            other()
        except InputError as more:
            problems, notices = [*problems, *more.problems], [*notices, *more.notices]
        raise InputError(problems, notices) from None
    return first, other()

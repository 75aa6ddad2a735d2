"""Which planning folder a plan was made for, so that later questions about the plan need not be told."""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import InputError, Problem
from planning.files.folder import read_folder
from planning.files.plan_in import week_of_plan

NOTE = ".made-for"
"""File of a plan folder that holds the way from it to its planning folder."""

CENTRE = "centre.toml"

MOST_TRIED = 20
"""Neighbouring planning folders whose digest is looked at."""


def note_centre(centre: Path, target: Path, folder: Path) -> None:
    """Write where a plan's planning folder lies, as seen from the plan; nothing where there is no way between them.

    Parameters
    ----------
    centre : Path
        The planning folder.
    target : Path
        Where the plan will lie.
    folder : Path
        Where it is being built.
    """
    try:
        way = Path(os.path.relpath(centre.resolve(), target.resolve())).as_posix()
    except ValueError:  # on another drive
        return
    (folder / NOTE).write_text(f"{way}\n", encoding="utf-8", newline="\n")


def centre_of(plan: Path, given: Path | None, digest: str | None) -> Path:
    """Return the planning folder of a plan.

    Parameters
    ----------
    plan : Path
        Its folder.
    given : Path or None
        Where somebody said that it lies.
    digest : str or None
        Of its input, from `plan.json`.

    Raises
    ------
    InputError
        If it is neither said, nor where it was, nor beside the plan.
    """
    if given is not None:
        return given
    place = plan if plan.is_dir() else plan.parent
    note = place / NOTE
    if note.is_file():
        noted = (place.resolve() / note.read_text(encoding="utf-8", errors="replace").strip()[:4000]).resolve()
        if (noted / CENTRE).is_file():
            return noted
    beside = [entry for entry in sorted(place.resolve().parent.iterdir()) if (entry / CENTRE).is_file()][:MOST_TRIED]
    for entry in beside if digest else []:
        try:
            if read_folder(entry, before=week_of_plan(place)).sha256 == digest:
                return entry
        except InputError:
            continue
    expected = "the planning folder that the plan was made for; it is not where it was then, nor beside the plan"
    raise InputError([Problem("command line", column="--centre", expected=expected)])

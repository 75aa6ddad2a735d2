"""Which planning folder a plan was made for, so that later questions about the plan need not be told."""

from __future__ import annotations

from pathlib import Path

from domain.errors import InputError, Problem
from planning.files.folder import read_folder
from planning.files.made_note import digest_noted, way_noted
from planning.files.plan_in import week_of_plan

CENTRE = "centre.toml"

MOST_TRIED = 20
"""Neighbouring planning folders whose digest is looked at."""


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
    if way := way_noted(place):
        noted = (place.resolve() / way).resolve()
        if (noted / CENTRE).is_file():
            return noted
    beside = [entry for entry in sorted(place.resolve().parent.iterdir()) if (entry / CENTRE).is_file()][:MOST_TRIED]
    for entry in beside if digest else []:
        try:
            if read_folder(entry, before=week_of_plan(place)).sha256 in {digest, digest_noted(place)}:
                return entry
        except InputError:
            continue
    expected = "the planning folder that the plan was made for; it is not where it was then, nor beside the plan"
    raise InputError([Problem("command line", column="--centre", expected=expected)])

"""The note beside a plan of the planning folder that it was made for: the way there, and perhaps its digest."""

from __future__ import annotations

import os
from pathlib import Path

NOTE = ".made-for"
"""Its file in the plan folder."""


LONGEST = 4000


def note_centre(centre: Path, target: Path, folder: Path, digest: str = "") -> None:
    """Write where a plan's planning folder lies, as seen from the plan; nothing where there is no way between them.

    Parameters
    ----------
    centre : Path
        The planning folder.
    target : Path
        Where the plan will lie.
    folder : Path
        Where it is being built.
    digest : str
        Of the planning folder, where the plan was made from a copy whose files hold the same in another form.
    """
    try:
        way = Path(os.path.relpath(centre.resolve(), target.resolve())).as_posix()
    except ValueError:  # on another drive
        return
    (folder / NOTE).write_text(f"{way}\n{digest}".strip() + "\n", encoding="utf-8", newline="\n")


def way_noted(plan: Path) -> str:
    """Return the way that is noted from a plan to its planning folder; empty where none is."""
    return _lines(plan)[0][:LONGEST]


def digest_noted(plan: Path) -> str:
    """Return the digest that is noted of a plan's planning folder; empty where none is."""
    return _lines(plan)[1]


def _lines(plan: Path) -> tuple[str, str]:
    note = (plan if plan.is_dir() else plan.parent) / NOTE
    if not note.is_file():
        return "", ""
    way, _, digest = note.read_text(encoding="utf-8", errors="replace").strip().partition("\n")
    return way, digest.strip()

"""Whether a folder may be written: no input of the command, nobody else's, and at a place that can be written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from domain.errors import InputError, Problem

MARKER = ".seatwise"
"""File that makes a folder ours: only such a folder, or an empty one, is ever replaced."""

Kind = Literal["results", "a planning folder"]
"""What a folder of ours holds; a planning folder is never replaced by results, nor they by it."""

_CENTRE = "centre.toml"


def note(kind: Kind) -> str:
    """Return what the marker of a folder says to whoever looks into it."""
    return f"Written by seatwise: {kind}. The next run that writes here replaces the whole folder.\n"


def check_output(path: Path, *, kind: Kind = "results", inputs: Mapping[str, Path | None] | None = None) -> None:
    """Check before any work that a folder may be made or replaced.

    Parameters
    ----------
    path : Path
    kind : {"results", "a planning folder"}
        What will be written.
    inputs : mapping of str to Path or None
        What the command reads, by the argument that names it: the folder is none of them and holds none.

    Raises
    ------
    InputError
        With what would be right.
    """
    try:
        target = path.resolve()
        for name, given in (inputs or {}).items():
            if given is not None and _covers(target, given):
                expected = (
                    f"a folder apart from what is read; this one is or holds {name} ({given}), which would be lost"
                )
                raise refusal(path, expected)
        refuse_strangers(target, kind)
        _refuse_unwritable(target)
    except (OSError, RuntimeError) as fault:
        # RuntimeError: a link that leads back to itself.
        raise unwritable(path, fault) from fault


def refusal(path: Path, expected: str) -> InputError:
    """Return the fault of an output folder, for the caller to raise."""
    return InputError([Problem("command line", column="--out", value=str(path), expected=expected)])


def unwritable(path: Path, fault: Exception) -> InputError:
    """Return the fault of a place that cannot be written."""
    return refusal(path, f"a folder that can be written; {getattr(fault, 'strerror', None) or fault}")


def ours(path: Path) -> bool:
    """Tell whether a folder was written by us."""
    return (path / MARKER).is_file()


def refuse_strangers(target: Path, kind: Kind) -> None:
    """Refuse what is there and is not ours, or is not of the kind that will be written."""
    if target == target.parent or os.path.ismount(target):
        raise refusal(target, "a folder that can be replaced; this is the root of a file system")
    if target.is_dir():
        names = {entry.name.casefold() for entry in target.iterdir()}
        if not ours(target):
            if names:
                expected = f"a new or empty folder, or one of ours; this one holds other files (no {MARKER} in it)"
                raise refusal(target, expected)
            return
        marker = (target / MARKER).read_text(encoding="utf-8", errors="replace")
        holds: Kind = "a planning folder" if _CENTRE in names or "a planning folder" in marker else "results"
        if kind != holds:
            expected = f"a new or empty folder, or one of ours for {kind}; this one is for {holds}"
            raise refusal(target, expected)
        if holds == "a planning folder" and "results" in marker:
            # Somebody put a centre into a folder of results: it is theirs.
            raise refusal(target, f"a folder without {_CENTRE}, or one that an example or an import made")
    elif target.exists() or target.is_symlink():
        raise refusal(target, "a folder; this is a file")


def _covers(target: Path, given: Path) -> bool:
    """Tell whether a folder is, or lies above, what is read, links in it followed."""
    # The link itself may lie in the folder, or what it leads to.
    places = [given.parent.resolve() / given.name, given.resolve()]
    if given.is_dir():
        places += [entry.resolve() for entry in given.iterdir() if entry.is_symlink()]
    exists = target.exists()
    for place in places:
        for above in (place, *place.parents):
            # The same folder may go by two names where case does not count.
            if above == target or (exists and above.exists() and above.samefile(target)):
                return True
    return False


def _refuse_unwritable(target: Path) -> None:
    """Try the nearest folder that is there, as the swap will."""
    above = target.parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise refusal(target, f"a folder that can be made; {above} is a file")
    Path(tempfile.mkdtemp(prefix=f".{target.name}.seatwise-new-", dir=above)).rmdir()

"""Output folders that are whole or not there: built aside, swapped in at the end."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from planning.files.output_check import MARKER, Kind, check_output, note, refuse_strangers, unwritable

if sys.platform != "win32":
    import fcntl

_HOUR = 3600.0
_FULL = {errno.ENOSPC, errno.EROFS, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""No room to write: nothing of ours is wrong."""


@contextmanager
def output_folder(path: Path, kind: Kind = "results") -> Iterator[Path]:
    """Hand out an empty folder beside ``path``, and put it in the place of ``path`` on success.

    Parameters
    ----------
    path : Path
        Made if absent, parents included; replaced as a whole if it is empty, or ours and of this kind.
    kind : {"results", "a planning folder"}

    Yields
    ------
    Path
        Where to write. When the block ends by an exception, it is removed and ``path`` is untouched.

    Raises
    ------
    InputError
        If ``path`` is something that is not ours, or cannot be written.

    Notes
    -----
    Linux swaps both folders in one step. Elsewhere two renames follow each other; should the process be
    killed between them, the next run puts the old folder back first. What killed runs leave behind is a
    hidden folder beside ``path`` whose marker nobody holds locked; the next run removes it.
    """
    check_output(path, kind=kind)
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _tidy(target)
        aside = Path(tempfile.mkdtemp(prefix=_prefix(target, "new"), dir=target.parent))
    except OSError as fault:
        raise unwritable(path, fault) from fault
    lock: IO[str] | None = None
    try:
        aside.chmod(0o777 & ~_umask())
        lock = _marked(aside, kind)
        yield aside
        refuse_strangers(target, kind)
        _swap(aside, target)
    except OSError as fault:
        if fault.errno in _FULL:
            raise unwritable(path, fault) from fault
        raise
    finally:
        if lock is not None:
            lock.close()
        shutil.rmtree(aside, ignore_errors=True)


def _prefix(target: Path, kind: str) -> str:
    return f".{target.name}.seatwise-{kind}-"


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _marked(folder: Path, kind: Kind) -> IO[str]:
    """Write the marker and hold it locked while we live, so that no other run takes us for dead."""
    marker = (folder / MARKER).open("w", encoding="utf-8")
    marker.write(note(kind))
    marker.flush()
    if sys.platform != "win32":
        with suppress(OSError):
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return marker


def _abandoned(folder: Path) -> bool:
    """Tell whether the run that made a folder is gone."""
    marker = folder / MARKER
    if sys.platform != "win32" and marker.is_file():
        try:
            with marker.open("r", encoding="utf-8") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
    return time.time() - folder.stat().st_mtime > 24 * _HOUR


def _tidy(target: Path) -> None:
    """Finish or clear what killed runs left beside the target."""
    with suppress(FileNotFoundError):
        if not target.exists():
            for old in sorted(target.parent.glob(_pattern(target, "old"))):
                old.rename(target)
                break
        for kind in ("old", "new"):
            for left in sorted(target.parent.glob(_pattern(target, kind))):
                if _abandoned(left):
                    shutil.rmtree(left, ignore_errors=True)


def _pattern(target: Path, kind: str) -> str:
    literal = "".join(f"[{mark}]" if mark in "*?[" else mark for mark in _prefix(target, kind))
    return literal + "*"


def _swap(aside: Path, target: Path) -> None:
    """Put ``aside`` in the place of ``target``; afterwards ``aside`` holds what was there, if anything."""
    try:
        if not target.exists():
            aside.rename(target)
        elif not _exchanged(aside, target):
            old = Path(tempfile.mkdtemp(prefix=_prefix(target, "old"), dir=target.parent))
            old.rmdir()
            target.rename(old)
            try:
                aside.rename(target)
            except OSError:
                old.rename(target)
                raise
            shutil.rmtree(old, ignore_errors=True)
    except OSError as fault:
        raise unwritable(target, fault) from fault


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step where the system can (Linux, ``renameat2``)."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)

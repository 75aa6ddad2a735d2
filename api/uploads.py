"""What comes in from outside, bounded: bodies read to a limit, archives unpacked by a list of names and to a size."""

from __future__ import annotations

import gzip
import io
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import IO

from fastapi import Request

from api.problems import Refusal
from api.store.centres import NAMES
from domain.errors import InputError, Problem

MEGA = 1_000_000
IN_MEMORY = 8 * MEGA
PIECE = 1 << 18
MOST_ENTRIES = 500
FOLDERS = 1
"""Folders that the files of an archive may lie in: one around all of them is what most programs make."""


@asynccontextmanager
async def body_of(request: Request, most_mb: float) -> AsyncIterator[IO[bytes]]:
    """Hand out a request's body as a file, on disk where it is large.

    Raises
    ------
    Refusal
        413 where it is larger than it may be.
    """
    most = int(most_mb * MEGA)
    too_large = Refusal(413, f"at most {most_mb:g} MB can be sent at once")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise too_large
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as held:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise too_large
            held.write(piece)
        held.seek(0)
        yield held


def unpacked(archive: IO[bytes], most_mb: float, known: Iterable[str] = NAMES) -> tuple[dict[str, bytes], list[str]]:
    """Take the known files out of a zip archive.

    Parameters
    ----------
    archive : file
    most_mb : float
        What all of them together may come to.
    known : iterable of str
        Names that are taken; case is not looked at.

    Returns
    -------
    tuple
        Contents by name, and the names that were left.

    Raises
    ------
    InputError
        With every entry that is refused: a path that leads out, a name twice, a link, a password.
    Refusal
        413 where it unpacks to more than it may.
    """
    names = {name.casefold(): name for name in known}
    try:
        opened = zipfile.ZipFile(archive)
    except BROKEN:
        raise InputError([Problem("upload", expected="a zip archive of a planning folder")]) from None
    with opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
        if len(entries) > MOST_ENTRIES:
            raise InputError([Problem("upload", value=f"{len(entries)} files", expected=f"at most {MOST_ENTRIES}")])
        depths = [_depth(entry) for entry in entries if PurePosixPath(_plain(entry)).name.casefold() in names]
        top = min(depths, default=1)
        problems: list[Problem] = []
        chosen: dict[str, zipfile.ZipInfo] = {}
        left: list[str] = []
        for entry in entries:
            fault = _fault(entry)
            name = names.get(PurePosixPath(_plain(entry)).name.casefold())
            if fault:
                problems.append(Problem("upload", value=entry.filename[:200], expected=fault))
            elif name is None or _depth(entry) > top:
                # what lies deeper than the planning folder's own files is something else
                left.append(entry.filename)
            elif name in chosen:
                problems.append(Problem("upload", value=entry.filename[:200], expected=f"one file {name}"))
            else:
                chosen[name] = entry
        if top > 1 + FOLDERS:
            expected = "its files at the top, or in one folder"
            problems.append(Problem("upload", value=f"{top - 1} folders", expected=expected))
        if problems:
            raise InputError(problems)
        room = int(most_mb * MEGA)
        found: dict[str, bytes] = {}
        for name, entry in chosen.items():
            found[name] = _content(opened, entry, room, most_mb)
            room -= len(found[name])
    return found, left


BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError, ValueError)
"""What reading an archive that is none, or broken, may raise: OSError is of bzip2, ValueError of names and offsets."""


def check_gzip(content: bytes, most_mb: float) -> None:
    """Refuse a gzip file that unpacks to more than it may.

    Raises
    ------
    Refusal
        413.
    InputError
        If it is none, or broken.
    """
    size = 0
    try:
        with gzip.open(io.BytesIO(content)) as source:
            while piece := source.read(PIECE):
                size += len(piece)
                if size > most_mb * MEGA:
                    raise Refusal(413, f"the archive unpacks to more than {most_mb:g} MB")
    except BROKEN as fault:
        raise InputError([Problem("upload", expected=f"a gzip file that unpacks; {fault}")]) from None


def _plain(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/")


def _depth(entry: zipfile.ZipInfo) -> int:
    return len(PurePosixPath(_plain(entry)).parts)


def _fault(entry: zipfile.ZipInfo) -> str:
    """Say what is wrong with an entry; empty where nothing is."""
    path = PurePosixPath(_plain(entry))
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename or "\0" in entry.filename:
        return "a name inside the archive, without a way out of it"
    if entry.flag_bits & 0x1:
        return "a file without a password"
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        return "a file, not a link"
    return ""


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int, most_mb: float) -> bytes:
    """Unpack one file; what counts is how long it becomes, not how long it says it is."""
    held = io.BytesIO()
    try:
        with opened.open(entry) as source:
            while piece := source.read(PIECE):
                if held.tell() + len(piece) > room:
                    raise Refusal(413, f"the archive unpacks to more than {most_mb:g} MB")
                held.write(piece)
    except BROKEN as fault:
        raise InputError(
            [Problem("upload", value=entry.filename[:200], expected=f"a file that unpacks; {fault}")]
        ) from None
    return held.getvalue()

"""What a workbook must be before it is opened: a plain, whole .xlsx of a bounded size."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from planning.files.faults import Faults

MOST_BYTES = 50 << 20
MOST_UNPACKED = 300 << 20
MOST_RATIO, SMALL = 200, 8 << 20
"""Unpacked to packed, above a size that any honest file may reach by repeating itself."""
MOST_PARTS = 500
MOST_TAGS = 15_000_000
MOST_TAGS_A_ROW = 100_000
"""A row has 16,384 columns at most, and a cell a handful of tags."""

ENDINGS = (".xlsx", ".xlsm")
OLD = b"\xd0\xcf\x11\xe0"
"""First bytes of the binary format, and of every workbook under a password."""

_CHUNK = 1 << 20
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")


def check_workbook(path: Path, faults: Faults) -> bool:
    """Tell whether a file may be opened as a workbook; where not, record why.

    Parameters
    ----------
    path : Path
    faults : Faults

    Notes
    -----
    The sizes that the archive states are an upper bound of what is read from it. Entities, by which a short text grows
    without end, need a document type, and no spreadsheet program writes one.
    """
    said = _refusal(path)
    if said:
        faults.error(path.name, said, value=str(path) if not path.is_file() else "")
    return not said


def _refusal(path: Path) -> str:
    """Return what would be right of the file; empty where it may be opened."""
    if not path.is_file():
        return "a workbook (.xlsx) that is there"
    if path.suffix.lower() not in ENDINGS:
        return "a workbook that ends in .xlsx; a CSV file goes into seatwise simulate --roster"
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            return f"a workbook of at most {MOST_BYTES >> 20} MB; this one has {size >> 20}"
        with path.open("rb") as file:
            if file.read(4) == OLD:
                return "an .xlsx without a password; this one is protected, or an old .xls with another ending"
        with zipfile.ZipFile(path) as archive:
            return _archive(archive)
    except OSError as fault:
        return f"a workbook that can be read; {fault.strerror or fault}"
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        return "a whole .xlsx file; this one is damaged: save it again in the spreadsheet program"


def _archive(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        return f"a workbook of at most {MOST_PARTS} parts; this one has {len(parts)}"
    if any(part.flag_bits & 1 for part in parts):
        return "a workbook without a password"
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names or len(set(names)) < len(names):
        return "a workbook of a spreadsheet program; this archive holds something else"
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1)):
        return f"a workbook of at most {MOST_UNPACKED >> 20} MB unpacked; this one would grow to {unpacked >> 20} MB"
    left = MOST_TAGS
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            said, tags = _xml(archive, part)
            left -= tags
            if said:
                return said
            if left < 0:
                return f"a workbook of at most {MOST_TAGS:,} tags; this one holds more than any roster"
    return ""


def _xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[str, int]:
    """Return what is wrong with a part (empty: nothing), and its number of tags."""
    sheet = part.filename.startswith("xl/worksheets/")
    tags = run = 0
    tail = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if not tags and b"\0" in chunk[:64]:
                return f"parts in UTF-8; {part.filename} is in another encoding", tags
            # the overlap is counted with the next chunk
            text = tail + chunk
            if _FORBIDDEN.search(text):
                return f"no document type or entity; {part.filename} declares one, as no spreadsheet program does", tags
            body, tail = text[:-16], text[-16:]
            tags += body.count(b"<")
            if sheet:
                first, *rest = _ROW.split(body)
                run += first.count(b"<")
                longest = max([run, *(piece.count(b"<") for piece in rest)])
                if longest > MOST_TAGS_A_ROW:
                    return f"rows of at most 16,384 cells; {part.filename} has a longer one", tags
                run = rest[-1].count(b"<") if rest else run
    return "", tags + tail.count(b"<")

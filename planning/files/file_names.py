"""Names of people as names of files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(1, 10))})
LONGEST = 80
"""Bytes of a name, well below what file systems take."""


def safe_name(name: str) -> str:
    """Return a file name (without ending) that every system takes and that leads nowhere else.

    Letters and digits of any script, ``-``, ``_`` and inner dots stay; anything else becomes ``_``.
    """
    plain = unicodedata.normalize("NFKC", name)
    plain = re.sub(r"[^\w\-.]+", "_", plain).strip("._ ")
    while len(plain.encode()) > LONGEST:
        plain = plain[:-1]
    plain = plain.rstrip("._ ")
    if not plain or plain.split(".")[0].casefold() in _RESERVED:
        plain = f"_{plain}"
    return plain


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a file name for each name, all different even where case does not count."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        base = candidate = safe_name(name)
        count = 1
        while candidate.casefold() in taken:
            count += 1
            candidate = f"{base}-{count}"
        taken.add(candidate.casefold())
        found[name] = candidate
    return found

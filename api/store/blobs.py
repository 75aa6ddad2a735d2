"""Files by their content: the same bytes are kept once, compressed, and never change."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.store.columns import insert_new
from api.store.tables import Blob, CentreFile, HistoryPart, ResultFile

LEVEL = 3
"""Of compression: most of the gain for little time."""

AT_ONCE = 500
"""Digests asked for in one statement."""


def keep(session: Session, files: Iterable[bytes]) -> list[str]:
    """Keep contents; return their digests in order."""
    listed = [(hashlib.sha256(content).hexdigest(), content) for content in files]
    there = set(_known(session, {sha for sha, _ in listed}))
    for sha, content in dict(listed).items():
        if sha not in there:
            row = {"sha": sha, "size": len(content), "packed": zlib.compress(content, LEVEL)}
            # somebody else may keep the same bytes at this moment
            session.execute(insert_new(session, Blob).values(**row).on_conflict_do_nothing())
    return [sha for sha, _ in listed]


def fetch(session: Session, digests: Iterable[str]) -> Mapping[str, bytes]:
    """Return contents by digest; those that are not there are left out."""
    found: dict[str, bytes] = {}
    for part in _parts(sorted(set(digests))):
        rows = session.execute(select(Blob.sha, Blob.packed).where(Blob.sha.in_(part)))
        found.update((sha, zlib.decompress(packed)) for sha, packed in rows)
    return found


def sweep(session: Session) -> int:
    """Delete contents that nothing refers to any more; return how many."""
    used = [exists().where(column == Blob.sha) for column in (CentreFile.sha, HistoryPart.sha, ResultFile.sha)]
    idle = session.query(Blob).where(~used[0], ~used[1], ~used[2])
    return idle.delete(synchronize_session=False)


def _known(session: Session, digests: Iterable[str]) -> Iterable[str]:
    for part in _parts(sorted(digests)):
        yield from session.scalars(select(Blob.sha).where(Blob.sha.in_(part)))


def _parts(digests: list[str]) -> Iterable[list[str]]:
    return (digests[k : k + AT_ONCE] for k in range(0, len(digests), AT_ONCE))

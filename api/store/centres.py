"""Centres: planning folders in versions. A change is read and checked as a whole before anything of it is kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from api.problems import Refusal, no_such
from api.store.blobs import fetch, keep
from api.store.database import Database
from api.store.differences import between, of_history
from api.store.history import as_parquet, load, parts_of, store, table_of
from api.store.rows import TABLES, read_rows
from api.store.tables import Centre, CentreFile, CentreVersion
from domain.errors import InputError, Problem
from domain.folder import PlanningFolder
from planning.files import read_folder

SETTINGS = "centre.toml"
HISTORY = ("history.csv", "history.parquet")
NAMES = frozenset({SETTINGS, *HISTORY, *(f"{stem}.{end}" for stem in TABLES for end in ("csv", "parquet"))})
"""Files that a centre may hold."""

LOOKED_AT = timedelta(days=62)
"""History that is read again where only people's tables change: the rest has been checked."""


@dataclass(frozen=True)
class Draft:
    """A change of a centre, read and found good.

    Attributes
    ----------
    centre_id : str
    seen : int
        Version that it changes; 0 for a new centre.
    files : mapping of str to bytes or None
        Without history; None takes a file out.
    history : pyarrow.Table or None
        All of it, where that changes.
    folder : PlanningFolder
        What the centre becomes.
    """

    centre_id: str
    seen: int
    files: Mapping[str, bytes | None]
    history: pa.Table | None
    folder: PlanningFolder = field(repr=False)


def centre_of(session: Session, centre_id: str, *, lock: bool = False) -> Centre:
    """Return a centre.

    Raises
    ------
    Refusal
        404.
    """
    asked = select(Centre).where(Centre.id == centre_id)
    found = session.scalars(asked.with_for_update() if lock else asked).one_or_none()
    if found is None:
        raise no_such("centre", centre_id)
    return found


def already_there(centre_id: str) -> Refusal:
    """Return the refusal of a new centre under a name that is taken."""
    return Refusal(409, f"there is a centre {centre_id!r} already", kind="exists")


def known_version(session: Session, centre_id: str, version: int | None) -> int:
    """Return the number of a version that is there; without one that of the current one.

    Raises
    ------
    Refusal
        404.
    """
    if version is None:
        return centre_of(session, centre_id).version
    if session.get(CentreVersion, (centre_id, version)) is None:
        raise no_such("version", str(version))
    return version


def files_of(session: Session, centre_id: str, version: int | None = None) -> dict[str, str]:
    """Return a version's files but its history: digests by name (None: of the current version)."""
    asked = select(CentreFile.name, CentreFile.sha).where(CentreFile.centre_id == centre_id)
    if version is None:
        asked = asked.where(CentreFile.until.is_(None))
    else:
        asked = asked.where(CentreFile.since <= version, or_(CentreFile.until.is_(None), CentreFile.until > version))
    return dict(session.execute(asked.order_by(CentreFile.name)).all())


def contents_of(session: Session, centre_id: str, version: int | None = None) -> dict[str, bytes]:
    """Return a version's files but its history."""
    names = files_of(session, centre_id, version)
    held = fetch(session, names.values())
    return {name: held[sha] for name, sha in names.items()}


def agents_of(session: Session, centre_id: str) -> frozenset[str]:
    """Return the identifiers of a centre's people as they are now."""
    names = {name: sha for name, sha in files_of(session, centre_id).items() if name.rpartition(".")[0] == "agents"}
    held = fetch(session, names.values())
    return frozenset(row["agent_id"] for name, sha in names.items() for row in read_rows(name, held[sha]))


def changed_since(session: Session, centre_id: str, version: int) -> dict[str, Any]:
    """Return who has made which versions after one, and what lies between it and the current one, by file."""
    asked = select(CentreVersion).where(CentreVersion.centre_id == centre_id, CentreVersion.number > version)
    made = session.scalars(asked.order_by(CentreVersion.number)).all()
    old, new = contents_of(session, centre_id, version), contents_of(session, centre_id)
    found = between(old, {**{name: None for name in old if name not in new}, **new})
    history = of_history(load(session, centre_id, version), load(session, centre_id))
    # how people do is told to those who may read it, by the table's own operation
    found = {name: told if not name.startswith("performance.") else "changed" for name, told in found.items()}
    return {
        "versions": [{"number": row.number, "by": row.by, "at": row.at.isoformat(), "note": row.note} for row in made],
        "files": {**found, **({HISTORY[0]: history} if history else {})},
    }


def lay_out(session: Session, centre_id: str, version: int, place: Path) -> None:
    """Write a version of a centre as the planning folder that it is."""
    for name, content in contents_of(session, centre_id, version).items():
        (place / name).write_bytes(content)
    history = load(session, centre_id, version)
    if history.num_rows or session.scalars(parts_of(centre_id, version).limit(1)).first() is not None:
        (place / "history.parquet").write_bytes(as_parquet(history))
    elif not any((place / name).exists() for name in HISTORY):
        (place / "history.csv").write_text("interval_start,queue,offered\n", encoding="utf-8")


def prepare(database: Database, centre_id: str, changes: Mapping[str, bytes | None], *, new: bool = False) -> Draft:
    """Read what a centre becomes by a change, every fault of it at once; nothing is kept.

    Parameters
    ----------
    database : Database
    centre_id : str
    changes : mapping of str to bytes or None
        Files written over or added, and those taken out.
    new : bool
        There is no such centre yet.

    Raises
    ------
    InputError
        With every fault of the folder that it would be.
    Refusal
        404 where there is no such centre.
    """
    strange = sorted(set(changes) - NAMES)
    if strange:
        expected = (
            f"a file of a planning folder: {', '.join(sorted(NAMES - {n for n in NAMES if n.endswith('parquet')}))}"
        )
        raise InputError(Problem(name, expected=expected) for name in strange)
    touched = {name.rpartition(".")[0] for name in changes}
    of_history = "history" in touched
    with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
        # faults name the folder
        place = Path(base) / centre_id
        place.mkdir()
        seen = 0
        if not new:
            with database.reading() as session:
                seen = centre_of(session, centre_id).version
                for name, content in contents_of(session, centre_id).items():
                    if name.rpartition(".")[0] not in touched:
                        (place / name).write_bytes(content)
                if not of_history:
                    part = _looked_at(session, centre_id, whole=bool(touched & {"centre", "events"}))
                    (place / "history.parquet").write_bytes(as_parquet(part))
        for name, raw in changes.items():
            if raw is not None:
                (place / name).write_bytes(raw)
        folder = read_folder(place)
    if not of_history:
        # a part of it was read, and there is nothing to say of a part
        heard = tuple(each for each in folder.notices if each.file not in HISTORY)
        folder = replace(folder, notices=heard)
    files = {name: raw for name, raw in changes.items() if name not in HISTORY}
    return Draft(centre_id, seen, files, table_of(folder.history) if of_history else None, folder)


def _looked_at(session: Session, centre_id: str, *, whole: bool) -> pa.Table:
    last = session.scalars(parts_of(centre_id)).all()
    latest = max((row.month for row in last), default=None)
    first = None if whole or latest is None else latest - LOOKED_AT
    return load(session, centre_id, first=first)


def apply(session: Session, draft: Draft, by: str, note: str = "") -> int:
    """Keep a change; return the version that it makes.

    Raises
    ------
    Refusal
        409 where the centre is new and there is one, or is not at the version that the change was read for.
    """
    if draft.seen == 0:
        if session.get(Centre, draft.centre_id) is not None:
            raise already_there(draft.centre_id)
        centre = Centre(id=draft.centre_id, name=draft.folder.centre.name, version=0, created_by=by)
        session.add(centre)
        session.flush()
    else:
        centre = centre_of(session, draft.centre_id, lock=True)
        if centre.version != draft.seen:
            raise Refusal(409, "somebody else has changed the centre meanwhile; send the change again", kind="busy")
    version = centre.version + 1
    written = {name: raw for name, raw in draft.files.items() if raw is not None}
    digests = dict(zip(written, keep(session, written.values()), strict=True))
    there = files_of(session, draft.centre_id)
    stems = {name.rpartition(".")[0] for name in draft.files}
    for name, sha in there.items():
        if name.rpartition(".")[0] in stems and digests.get(name) != sha:
            mine = (CentreFile.centre_id == draft.centre_id, CentreFile.name == name, CentreFile.until.is_(None))
            session.execute(update(CentreFile).where(*mine).values(until=version))
    session.add_all(
        CentreFile(centre_id=draft.centre_id, name=name, since=version, sha=sha)
        for name, sha in digests.items()
        if there.get(name) != sha
    )
    if draft.history is not None:
        store(session, draft.centre_id, version, draft.history, whole=True)
    centre.version, centre.name = version, draft.folder.centre.name
    session.flush()
    return seal(session, centre, by, note)


def seal(session: Session, centre: Centre, by: str, note: str) -> int:
    """Note a version with the digest over all that it holds; return its number."""
    whole = hashlib.sha256()
    for name, sha in sorted(files_of(session, centre.id, centre.version).items()):
        whole.update(f"{name}\0{sha}\n".encode())
    parts = session.scalars(parts_of(centre.id, centre.version)).all()
    for part in sorted(parts, key=lambda row: (row.queue, row.month)):
        whole.update(f"{part.queue}\0{part.month}\0{part.sha}\n".encode())
    session.add(CentreVersion(centre_id=centre.id, number=centre.version, sha=whole.hexdigest(), by=by, note=note))
    return centre.version

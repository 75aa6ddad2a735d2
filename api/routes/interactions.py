"""Interactions: a log with a row a contact, counted by queue and interval into a centre's history."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Role
from api.conditions import tag
from api.routes.history import Added, about_rows, keep_rows
from api.routes.shared import CentreId, Note
from api.service import Service
from api.store.centres import HISTORY, centre_of, contents_of
from api.uploads import body_of, check_gzip, unpacked
from domain.errors import InputError, Problem

router = APIRouter(prefix="/centres/{centre_id}", tags=["history"])

MAP = "map.toml"
LOGS = ("log.csv", "log.csv.gz", "log.parquet")


@router.post("/interactions", summary="Add interactions", **needs(Role.PLANNER, body="application/zip", gives="ETag"))
async def add_interactions(
    request: Request, response: Response, service: Here, caller: Who, centre_id: CentreId, note: Note = ""
) -> Added:
    """Count a log of contacts into the history; intervals that are there are written over.

    A zip archive of `log.csv` (or `.csv.gz`, `.parquet`), a row a contact, and `map.toml`, which says what its columns
    and values mean, as for `seatwise import calls`. Nothing that names a customer is kept.
    """
    async with body_of(request, service.settings.upload_mb) as held:
        files, _ = await run_in_threadpool(unpacked, held, service.settings.unpacked_mb, (MAP, *LOGS))
    logs = [name for name in LOGS if name in files]
    if MAP not in files or len(logs) != 1:
        raise InputError([Problem("upload", expected=f"{MAP} and one of {', '.join(LOGS)}")])
    if logs[0].endswith(".gz"):
        await run_in_threadpool(check_gzip, files[logs[0]], service.settings.unpacked_mb)
    made = await run_in_threadpool(_add, request, service, caller, centre_id, files, logs[0], note)
    tag(response, made.version)
    return made


def _add(
    request: Request,
    service: Service,
    caller: Caller,
    centre_id: str,
    files: dict[str, bytes],
    log: str,
    note: str,
) -> Added:
    from planning.call_log.write import call_tables
    from planning.files import read_folder, write_table

    with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
        place = Path(base)
        for name in (MAP, log):
            (place / PurePosixPath(name).name).write_bytes(files[name])
        counted = call_tables(place / log, place / MAP)
        centre = place / "centre"
        centre.mkdir()
        with service.database.reading() as session:
            centre_of(session, centre_id)
            for name, content in contents_of(session, centre_id).items():
                (centre / name).write_bytes(content)
        write_table(centre / HISTORY[0], counted.tables["history"])
        folder = read_folder(centre)
    said = [*counted.summary.lines(), *about_rows(folder.notices)]
    return keep_rows(request, service, caller, centre_id, folder.history, said, note)

"""A centre's history: read by queue and day, added to by systems that count contacts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Role
from api.conditions import tag
from api.paging import After, Limit, Page, place_of
from api.problems import Refusal
from api.routes.shared import CentreId, Note
from api.service import Service
from api.store.centres import HISTORY, centre_of, contents_of, seal
from api.store.history import as_csv, load, store, table_of
from api.uploads import body_of
from domain.errors import InputError, Problem
from domain.history import History

router = APIRouter(prefix="/centres/{centre_id}", tags=["history"])

SLACK = timedelta(days=1)
"""Clocks may differ by this before counts are of days to come."""

LONGEST_DAYS = 400
"""Days of history that are read at once."""


class HistoryRow(BaseModel):
    """A queue's contacts in one interval."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"interval_start": "2026-11-22T09:00:00Z", "queue": "phone", "offered": 14, "aht_s": 301.5}
        }
    )

    interval_start: datetime = Field(description="When the interval begins.")
    queue: str = Field(description="As `centre.toml` names it.")
    offered: float | None = Field(default=None, description="Contacts that came.")
    handled: float | None = Field(default=None, description="Contacts that were served.")
    abandoned: float | None = Field(default=None, description="Contacts that gave up waiting.")
    aht_s: float | None = Field(default=None, description="Mean handle time of those served, seconds.")
    mean_wait_s: float | None = Field(default=None, description="Mean wait, seconds.")
    answered_in_target: float | None = Field(default=None, description="Contacts answered within the queue's target.")
    backlog: float | None = Field(default=None, description="Contacts open at the end of the interval.")


class Added(BaseModel):
    """What was added to a history."""

    model_config = ConfigDict(json_schema_extra={"example": {"version": 5, "rows": 96, "notices": []}})

    version: int = Field(description="The version of the centre that holds them.")
    rows: int = Field(description="Rows read; those of an interval that was there take its place.")
    notices: list[str] = Field(description="What was accepted but is worth a look.")


@router.get(
    "/history",
    summary="Read history",
    response_model=Page[HistoryRow],
    responses={200: {"content": {"text/csv": {}}}},
    **needs(Role.VIEWER),
)
def read(
    request: Request,
    service: Here,
    centre_id: CentreId,
    first: Annotated[date, Query(description="First day, UTC.", examples=["2026-11-16"])],
    last: Annotated[date, Query(description="Last day, UTC.", examples=["2026-11-22"])],
    queue: Annotated[str | None, Query(max_length=200, description="Only this queue.")] = None,
    limit: Limit = 1000,
    after: After = None,
) -> Page[HistoryRow] | Response:
    """Read some days of history by queue and time; as CSV, whole, where `Accept: text/csv` asks for it."""
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise Refusal(422, f"`last` has to lie from 0 to {LONGEST_DAYS - 1} days after `first`")
    with service.database.reading() as session:
        centre_of(session, centre_id)
        table = load(session, centre_id, queue=queue, first=first, last=last)
    days = table["interval_start"].to_numpy().astype("datetime64[D]")
    table = table.filter(pa.array((days >= np.datetime64(first)) & (days <= np.datetime64(last))))
    if "text/csv" in request.headers.get("accept", ""):
        return Response(as_csv(table), media_type="text/csv; charset=utf-8")
    begin = place_of(after)
    rows = table.slice(begin, limit).to_pylist()
    following = str(begin + limit) if begin + limit < table.num_rows else None
    return Page(items=[HistoryRow.model_validate(row) for row in rows], next=following)


@router.post("/history", summary="Add to history", **needs(Role.PLANNER, body="text/csv", gives="ETag"))
async def add(
    request: Request, response: Response, service: Here, caller: Who, centre_id: CentreId, note: Note = ""
) -> Added:
    """Add counted contacts, with the columns of `history.csv`; intervals that are there are written over.

    Any columns and aliases of the planning folder's contract. Every fault is told with its line; nothing is added then.
    """
    async with body_of(request, service.settings.upload_mb) as held:
        raw = held.read()
    made = await run_in_threadpool(_add, request, service, caller, centre_id, raw, note)
    tag(response, made.version)
    return made


def _add(request: Request, service: Service, caller: Caller, centre_id: str, raw: bytes, note: str) -> Added:
    from planning.files import read_folder

    with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
        place = Path(base)
        with service.database.reading() as session:
            centre_of(session, centre_id)
            for name, content in contents_of(session, centre_id).items():
                (place / name).write_bytes(content)
        (place / HISTORY[0]).write_bytes(raw)
        folder = read_folder(place)
    if not len(folder.history):
        raise InputError([Problem("history.csv", expected="at least one row of counts")])
    return keep_rows(request, service, caller, centre_id, folder.history, about_rows(folder.notices), note)


def about_rows(notices: Iterable[Problem]) -> list[str]:
    """Return what there is to say of rows that were added; queues without any are none the worse for it."""
    return [
        str(each)
        for each in notices
        if each.file.rpartition(".")[0] == "history" and not each.expected.endswith("history has none")
    ]


def ahead(history: History) -> list[str]:
    """Return what there is to say of counts of days that are still to come."""
    late = history.start > np.datetime64(datetime.now(UTC).replace(tzinfo=None) + SLACK)
    if not late.any():
        return []
    last = np.datetime_as_string(history.start[late].max(), "m")
    return [f"{int(late.sum()):,} rows are of days to come, the last of {last} UTC: is their date right?"]


def keep_rows(
    request: Request,
    service: Service,
    caller: Caller,
    centre_id: str,
    history: History,
    notices: list[str],
    note: str,
) -> Added:
    """Add rows that were read and found good to a centre's history, as a version of it."""
    with service.database.writing() as session:
        centre = centre_of(session, centre_id, lock=True)
        table = table_of(history)
        if store(session, centre_id, centre.version + 1, table, whole=False):
            centre.version += 1
            session.flush()
            seal(session, centre, caller.name, note)
            detail = {"version": centre.version, "rows": table.num_rows}
            record(session, caller.name, "history.add", f"centres/{centre_id}", request.state.request_id, **detail)
        return Added(version=centre.version, rows=table.num_rows, notices=notices + ahead(history))

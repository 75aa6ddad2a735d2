"""Tables of results row by row: a forecast by queue, a requirement by interval, a roster by agent, day or queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.jobs.work import files_of_result
from api.paging import After, Limit, Page, place_of
from api.problems import Refusal
from api.routes.result_files import may_read
from api.routes.results import ResultId, result_of
from api.routes.shared import CentreId
from api.service import Service
from api.store.blobs import fetch
from api.tables_out import Cell, Row, chosen, columns_of, rows_of

router = APIRouter(prefix="/centres/{centre_id}", tags=["results"])


class ResultRows(Page[Row]):
    """Rows of a table of a result, numbers as numbers."""


TableOfResult = Annotated[
    str,
    Path(
        pattern=r"^[a-z_]{1,60}$",
        description="A table among the files of the result, without `.csv`.",
        examples=["roster"],
    ),
]
Where = Annotated[
    list[str] | None,
    Query(description="`agent_id=a01`, `queues=phone`, `start>=2026-11-24`, `start<=2026-11-25`; all have to hold."),
]


@router.get("/results/{result_id}/tables/{table}", summary="Read rows of a result", **needs(Role.VIEWER))
def rows(
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    table: TableOfResult,
    where: Where = None,
    limit: Limit = 100,
    after: After = None,
) -> ResultRows:
    """Read rows of a table of a result: `forecast`, `requirement`, `roster`, `service`, `routing` and so on.

    Numbers come as numbers, times with their offset, and what is empty as null.
    """
    may_read(caller, table)
    held = chosen(table_of(service, centre_id, result_id, table)[1], where or [])
    begin = place_of(after)
    following = str(begin + limit) if begin + limit < len(held) else None
    return ResultRows(items=held[begin : begin + limit], next=following)


def table_of(
    service: Service, centre_id: str, result_id: str, table: str
) -> tuple[tuple[str, ...], tuple[Mapping[str, Cell], ...]]:
    """Return a table's columns and rows.

    Raises
    ------
    Refusal
        404.
    """
    with service.database.reading() as session:
        found = files_of_result(session, result_of(session, centre_id, result_id).id)
        sha = found.get(f"{table}.csv")
        if sha is None:
            known = sorted(name[:-4] for name in found if name.endswith(".csv"))
            raise Refusal(404, f"this result has no table {table!r}", tables=known)
        raw = fetch(session, [sha])[sha]
    return columns_of(raw), rows_of(raw)

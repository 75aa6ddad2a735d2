"""Every error as problem details (RFC 9457): a sentence for people, a type for programs, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException

from api.request_faults import told
from api.store.database import CannotKeepError
from domain.errors import ConflictError, InputError, Problem, SeatwiseError

log = structlog.get_logger()

MEDIA = "application/problem+json"
MOST = 200
"""Faults that are spelt out in one answer."""


class ProblemDetails(BaseModel):
    """What is wrong with a request, as RFC 9457 has it; further members say more."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:seatwise:problem:input",
                "title": "Unprocessable Entity",
                "status": 422,
                "detail": "1 fault in the input; nothing was written",
                "instance": "/api/v1/centres/north/tables/agents",
                "request_id": "5f0c1d2e",
                "errors": [{"file": "agents.csv", "line": 2, "column": "hourly_cost", "text": "agents.csv:2, ..."}],
            }
        },
    )

    type: str = Field(description="`urn:seatwise:problem:` and a word that programs can tell problems by.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="As the answer has it.")
    detail: str = Field(description="A sentence that says what would be right.")
    instance: str = Field(description="The path that was asked.")
    request_id: str = Field(description="As the log has it, and the answer's `X-Request-ID`.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    kind: {
        "description": words,
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
    }
    for kind, words in (("4XX", "What is wrong with the request."), ("5XX", "A fault of ours, or of the database."))
}
"""What every operation may also answer, for the document."""


class Refusal(Exception):
    """A request that is refused.

    Parameters
    ----------
    status : int
    detail : str
        A sentence that says what would be right.
    kind : str
        The last part of the problem's type.
    headers : mapping, optional
    more
        Further members of the problem details.
    """

    def __init__(
        self, status: int, detail: str, *, kind: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind or HTTPStatus(status).phrase.casefold().replace(" ", "-")
        self.headers = dict(headers or {})
        self.more = more


def no_such(what: str, name: str) -> Refusal:
    """Return the refusal of something that is not there."""
    return Refusal(404, f"there is no {what} {name!r}")


def faults(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return faults of input in JSON's own types."""
    return [
        {
            "file": each.file,
            "line": each.line or None,
            "column": each.column or None,
            "value": each.value or None,
            "expected": each.expected or None,
            "text": str(each),
        }
        for each in problems[:MOST]
    ]


def document(status: int, detail: str, kind: str, **more: Any) -> dict[str, Any]:
    """Return problem details."""
    title = HTTPStatus(status).phrase
    return {"type": f"urn:seatwise:problem:{kind}", "title": title, "status": status, "detail": detail, **more}


def of_error(error: SeatwiseError) -> dict[str, Any]:
    """Return the problem details of an error that is an answer to the planner."""
    if isinstance(error, InputError):
        detail = f"{error.count:,} fault{'s' if error.count != 1 else ''} in the input; nothing was written"
        return document(422, detail, "input", errors=faults(error.problems), more=max(error.count - MOST, 0))
    if isinstance(error, ConflictError):
        return document(409, str(error), "no-roster", conflicts=[vars(each) for each in error.conflicts])
    return document(409, str(error) or "stopped before anything was found", "stopped")


def install(app: FastAPI) -> None:
    """Answer every error of an application by problem details."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refusal)
        return _answer(request, document(error.status, error.detail, error.kind, **error.more), error.headers)

    async def answered(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, SeatwiseError)
        return _answer(request, of_error(error))

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = [told(each, error.body) for each in error.errors()[:MOST]]
        count = len(error.errors())
        detail = f"{count} fault{'s' if count != 1 else ''} in the request: " + "; ".join(
            each["text"] for each in found[:3]
        )
        return _answer(request, document(422, detail, "request", errors=found))

    async def beyond(request: Request, error: Exception) -> JSONResponse:
        # what a client sends can always be too much for numbers, dates, texts or the database
        log.warning("a request beyond bounds", path=request.url.path, exc_info=error)
        detail = "a number, a date or a text of the request is beyond what can be kept or reckoned with"
        return _answer(request, document(422, detail, "beyond-bounds"))

    async def at_once(request: Request, error: Exception) -> JSONResponse:
        log.warning("two requests at odds", path=request.url.path, exc_info=error)
        detail = "somebody else has made or removed what this refers to at the same moment; look, and try again"
        return _answer(request, document(409, detail, "at-once"))

    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        kind = HTTPStatus(error.status_code).phrase.casefold().replace(" ", "-")
        return _answer(request, document(error.status_code, str(error.detail), kind), error.headers)

    async def broken(request: Request, error: Exception) -> JSONResponse:
        log.error("fault of ours", path=request.url.path, exc_info=error)
        detail = "a fault of ours; the log holds it under this request's id"
        return _answer(request, document(500, detail, "fault"))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(SeatwiseError, answered)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(IntegrityError, at_once)
    for kind in (DataError, CannotKeepError, OverflowError, UnicodeEncodeError, RecursionError):
        app.add_exception_handler(kind, beyond)
    app.add_exception_handler(Exception, broken)


def _answer(request: Request, content: dict[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    marked = {**content, "instance": request.url.path, "request_id": getattr(request.state, "request_id", "")}
    return JSONResponse(marked, status_code=content["status"], media_type=MEDIA, headers=dict(headers or {}))

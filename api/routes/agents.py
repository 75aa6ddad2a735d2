"""What an agent reads: the own roster, the own score and what it is used for, and the roster as a calendar feed."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Right, Role
from api.access.tokens import digest
from api.jobs.work import files_of_result
from api.problems import Refusal, no_such
from api.routes.results import PlanState
from api.routes.shared import CentreId
from api.service import Service
from api.store.blobs import fetch
from api.store.centres import agents_of, centre_of
from api.store.tables import Feed, Result
from api.tables_out import Row, chosen, rows_of

router = APIRouter(prefix="/centres/{centre_id}/agents/{agent_id}", tags=["agents"])
mine = APIRouter(prefix="/me", tags=["agents"])
feeds = APIRouter(tags=["agents"])

AgentId = Annotated[str, Path(max_length=200, description="As `agents.csv` has it.", examples=["a01"])]
FEED_DAYS = 366
"""How far back a feed goes."""

First = Annotated[date | None, Query(description="From this day on; default: today.")]


class ScoreOut(BaseModel):
    """How somebody does, queue by queue, and what each figure means and is used for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "agent": "a01",
                "plan": "0651f2a7b3c4d5e6f708",
                "scores": [{"agent_id": "a01", "queue": "phone", "contacts": 400, "aht_factor": 0.97, "grade": "good"}],
                "explained": ["phone: 400 contacts, ..."],
            }
        }
    )

    agent: str = Field(description="Who.")
    plan: str = Field(description="The published plan that the scores are of.")
    scores: list[Row] = Field(description="As `scores.csv` has them.")
    explained: list[str] = Field(description="What each figure means and is used for, in sentences.")


class FeedOut(BaseModel):
    """The address of a calendar feed; it is told once."""

    model_config = ConfigDict(json_schema_extra={"example": {"path": "/api/v1/feeds/3k...Q.ics"}})

    path: str = Field(description="Whoever knows it reads the calendar; make a new one to end it.")


@router.get("/roster", summary="Read somebody's roster", **needs(Role.VIEWER))
def roster(service: Here, centre_id: CentreId, agent_id: AgentId, first: First = None) -> list[Row]:
    """Read somebody's published shifts, breaks and activities."""
    return _roster(service, centre_id, agent_id, first)


@router.get("/score", summary="Read somebody's score", **needs(Role.VIEWER, Right.SCORES))
def score(request: Request, service: Here, caller: Who, centre_id: CentreId, agent_id: AgentId) -> ScoreOut:
    """Read how somebody does by the last published plan, with its sample size; who reads it is audited."""
    return _score(request, service, caller, centre_id, agent_id)


@router.post("/feed", status_code=201, summary="Make somebody's calendar feed", **needs(Role.PLANNER))
def feed_for(request: Request, service: Here, caller: Who, centre_id: CentreId, agent_id: AgentId) -> FeedOut:
    """Make the address of a calendar feed of somebody's published roster; the one before ends with it."""
    return _feed(request, service, caller, centre_id, agent_id)


@mine.get("/roster", summary="Read my roster", **needs(Role.AGENT))
def my_roster(service: Here, caller: Who, first: First = None) -> list[Row]:
    """Read one's own published shifts, breaks and activities."""
    return _roster(service, *_own(caller), first)


@mine.get("/score", summary="Read my score", **needs(Role.AGENT))
def my_score(request: Request, service: Here, caller: Who) -> ScoreOut:
    """Read how one does by the last published plan, with its sample size, and what that is used for."""
    return _score(request, service, caller, *_own(caller))


@mine.post("/feed", status_code=201, summary="Make my calendar feed", **needs(Role.AGENT))
def my_feed(request: Request, service: Here, caller: Who) -> FeedOut:
    """Make the address of a calendar feed of one's own roster; the one before ends with it."""
    return _feed(request, service, caller, *_own(caller))


@feeds.get(
    "/feeds/{token}.ics",
    summary="Read a calendar feed",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}},
    openapi_extra={"security": []},
)
def feed(
    service: Here, token: Annotated[str, Path(max_length=100, description="As the making of the feed told it.")]
) -> Response:
    """Read the published shifts of the token's agent as a calendar, a year back and all that is ahead."""
    from icalendar import Calendar

    with service.database.reading() as session:
        row = session.scalars(select(Feed).where(Feed.sha == digest(token))).one_or_none()
        if row is None:
            raise Refusal(404, "there is no calendar at this address; whoever it is of can make a new one")
        calendars = []
        for plan in published(session, row.centre_id, date.today() - timedelta(days=FEED_DAYS)):
            name = _calendar_of(row.agent_id, files := files_of_result(session, plan.id))
            if name is not None:
                calendars.append(fetch(session, [files[name]])[files[name]])
    whole = Calendar()
    whole.add("prodid", "-//seatwise//roster//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", row.agent_id)
    for content in calendars:
        for part in Calendar.from_ical(content).walk("VEVENT"):
            whole.add_component(part)
    return Response(whole.to_ical(), media_type="text/calendar; charset=utf-8")


def _own(caller: Caller) -> tuple[str, str]:
    """Return the caller's centre and agent.

    Raises
    ------
    Refusal
        404 where the caller is nobody's agent.
    """
    if caller.centre_id is None or caller.agent_id is None:
        raise Refusal(404, "you are no agent of a centre; an administrator can say which one you are")
    return caller.centre_id, caller.agent_id


def _roster(service: Service, centre_id: str, agent_id: str, first: date | None) -> list[Row]:
    begin = first or date.today()
    found: list[Row] = []
    with service.database.reading() as session:
        centre_of(session, centre_id)
        for plan in published(session, centre_id, begin):
            sha = files_of_result(session, plan.id)["roster.csv"]
            held = chosen(rows_of(fetch(session, [sha])[sha]), [f"agent_id={agent_id}"])
            found += [row for row in held if str(row["end"]) >= begin.isoformat()]
        if not found and agent_id not in agents_of(session, centre_id):
            raise no_such("agent", agent_id)
    return found


def _score(request: Request, service: Service, caller: Caller, centre_id: str, agent_id: str) -> ScoreOut:
    with service.database.reading() as session:
        centre_of(session, centre_id)
        plan = max(published(session, centre_id), key=lambda row: row.week or date.min, default=None)
    if plan is None:
        raise Refusal(404, "no plan is published, and scores belong to one")
    read = service.plans.get(centre_id, plan.id)
    if agent_id not in {agent.id for agent in read.folder.agents}:
        raise no_such("agent", agent_id)
    from capacity.score_explanation import explain_score

    with service.database.writing() as session:
        sha = files_of_result(session, plan.id)["scores.csv"]
        scores = chosen(rows_of(fetch(session, [sha])[sha]), [f"agent_id={agent_id}"])
        target = f"centres/{centre_id}/agents/{agent_id}"
        record(session, caller.name, "scores.read", target, request.state.request_id, plan=plan.id)
    explained = explain_score(read.folder, agent_id, read.plan.week)
    return ScoreOut(agent=agent_id, plan=plan.id, scores=scores, explained=explained)


def _feed(request: Request, service: Service, caller: Caller, centre_id: str, agent_id: str) -> FeedOut:
    token = secrets.token_urlsafe(32)
    with service.database.writing() as session:
        centre_of(session, centre_id)
        if agent_id not in agents_of(session, centre_id):
            raise no_such("agent", agent_id)
        session.execute(delete(Feed).where(Feed.centre_id == centre_id, Feed.agent_id == agent_id))
        session.add(Feed(centre_id=centre_id, agent_id=agent_id, sha=digest(token)))
        target = f"centres/{centre_id}/agents/{agent_id}"
        record(session, caller.name, "feed.create", target, request.state.request_id)
    return FeedOut(path=f"/api/v1/feeds/{token}.ics")


def published(session: Session, centre_id: str, since: date | None = None) -> list[Result]:
    """Return the published plans of a centre that end after a day, in the order of their weeks."""
    asked = select(Result).where(
        Result.centre_id == centre_id, Result.kind == "plan", Result.state == PlanState.PUBLISHED.value
    )
    found = session.scalars(asked.order_by(Result.week)).all()
    return [row for row in found if since is None or _end(row) > since]


def _end(row: Result) -> date:
    assert row.week is not None
    return row.week + timedelta(days=7 * row.weeks + 1)


def _calendar_of(agent_id: str, files: dict[str, Any]) -> str | None:
    """Return the name of somebody's calendar among a plan's files; odd names are kept with a digest."""
    from planning.report.calendars import file_stems

    name = f"calendars/{file_stems([agent_id])[agent_id]}.ics"
    return name if name in files else None

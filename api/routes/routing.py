"""Routing: levels and weights for the ACD, the choice of an agent for a contact now, and the scores behind both."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Caller, Right, Role
from api.jobs.work import Asked
from api.problems import Refusal
from api.routes.shared import CentreId
from api.tables_out import Row, rows_in

if TYPE_CHECKING:
    from api.service import Service
    from domain.folder import PlanningFolder

router = APIRouter(prefix="/centres/{centre_id}", tags=["routing"])

Before = Annotated[date | None, Query(description="Records before this day alone; default: all.")]


class RoutesOut(BaseModel):
    """Levels and weights."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"routes": [{"agent_id": "a01", "queue": "phone", "level": 1, "weight": 1.2}]}}
    )

    routes: list[Row] = Field(description="As `routing.csv` has them.")


class ScoresOut(BaseModel):
    """How people do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"scores": [{"agent_id": "a01", "queue": "phone", "contacts": 400, "aht_factor": 0.97}]}
        }
    )

    scores: list[Row] = Field(description="As `scores.csv` has them.")


class WaitingIn(Asked):
    """A contact that waits."""

    queue: str = Field(max_length=200, description="The queue it waits in.")
    since: float = Field(description="Seconds on a clock that all of them share.", allow_inf_nan=False)
    contact: str = Field(default="", max_length=200, description="Your own name of it, told back.")
    tier: str = Field(default="", max_length=200, description="The customer's tier, where the centre has any.")


class IdleIn(Asked):
    """An agent with room for a contact."""

    agent_id: str = Field(max_length=200, description="As `agents.csv` has it.")
    since: float = Field(description="Since when without a new contact, on the same clock.", allow_inf_nan=False)
    carrying: list[str] = Field(default=[], max_length=20, description="Queues of the contacts carried.")


class DecideIn(Asked):
    """Who waits and who is free, now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "waiting": [{"queue": "phone", "since": 100.0, "contact": "c17"}],
                "idle": [{"agent_id": "a01", "since": 40.0}, {"agent_id": "a02", "since": 90.0}],
            }
        }
    )

    waiting: list[WaitingIn] = Field(min_length=1, max_length=1000, description="Contacts that wait.")
    idle: list[IdleIn] = Field(min_length=1, max_length=5000, description="Agents with room for one.")


class Match(BaseModel):
    """A contact and who takes it."""

    contact: str = Field(description="Your own name of it.")
    queue: str = Field(description="The queue it waited in.")
    agent_id: str = Field(description="Who takes it.")


class Decided(BaseModel):
    """Who takes what, in the order of the decisions; who is not named goes on waiting."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"matches": [{"contact": "c17", "queue": "phone", "agent_id": "a01"}]}}
    )

    matches: list[Match] = Field(description="In the order of the decisions.")


@router.get("/routing", summary="Recommend routing", **needs(Role.VIEWER, Right.SCORES))
def routing(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    policy: Annotated[
        str, Query(max_length=60, description="By which rule; the first answer names all.")
    ] = "comparative advantage",
    before: Before = None,
) -> RoutesOut:
    """Recommend levels and weights for the ACD, by one of the policies that the engine knows."""
    from capacity.policies import POLICIES
    from capacity.scores import score_agents
    from planning.files import write_routing

    if policy not in POLICIES:
        raise Refusal(422, f"there is no policy {policy!r}", allowed=list(POLICIES))

    def made(folder: PlanningFolder) -> list[Row]:
        routes = POLICIES[policy](folder, score_agents(folder, before=before or date.max), before)
        with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
            write_routing(routes, Path(base))
            return rows_in(Path(base) / "routing.csv")

    rows = service.centres.made(centre_id, f"routes/{policy}/{before}", made)
    _told(request, service, caller, centre_id, "routing", policy=policy)
    return RoutesOut(routes=rows)


@router.get("/scores", summary="Read scores", **needs(Role.VIEWER, Right.SCORES))
def scores(request: Request, service: Here, caller: Who, centre_id: CentreId, before: Before = None) -> ScoresOut:
    """Read how each agent does on each queue, shrunk by its sample size; who reads them is audited."""
    from capacity.scores import score_agents
    from planning.files import write_scores

    def made(folder: PlanningFolder) -> list[Row]:
        with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
            write_scores(score_agents(folder, before=before or date.max), Path(base))
            return rows_in(Path(base) / "scores.csv")

    rows = service.centres.made(centre_id, f"scores/{before}", made)
    _told(request, service, caller, centre_id, "scores")
    return ScoresOut(scores=rows)


@router.post("/routing/decide", summary="Decide who takes a contact", **needs(Role.VIEWER))
def decide(service: Here, centre_id: CentreId, asked: DecideIn) -> Decided:
    """Tell which waiting contact goes to which agent now, by the rules that the roster was simulated with.

    Levels and weights are those of `routing_current.csv` where the centre has one, else the recommended ones.
    """
    from capacity.decision import Idle, Router, Waiting
    from planning.steps import Options, people_of

    def made(folder: PlanningFolder) -> Router:
        routes = folder.routing_current or people_of(folder, Options(week=date.today())).recommended
        return Router.of(folder.centre, routes, folder.agents)

    router = service.centres.made(centre_id, f"router/{date.today()}", made)
    strangers = sorted({each.agent_id for each in asked.idle} - {a.id for a in service.centres.get(centre_id).agents})
    if strangers:
        raise Refusal(422, f"{strangers[0][:100]!r} is no agent of this centre")
    waiting = [Waiting(each.queue, each.since, each.contact, each.tier) for each in asked.waiting]
    idle = [Idle(each.agent_id, each.since, tuple(each.carrying)) for each in asked.idle]
    try:
        found = router.decide(waiting, idle)
    except KeyError as fault:
        raise Refusal(422, f"{fault.args[0]!r} is no queue or tier of this centre") from None
    except ValueError as fault:
        raise Refusal(422, str(fault)) from None
    return Decided(
        matches=[Match(contact=one.contact, queue=one.queue, agent_id=other.agent_id) for one, other in found]
    )


def _told(request: Request, service: Service, caller: Caller, centre_id: str, what: str, **detail: str) -> None:
    with service.database.writing() as session:
        record(session, caller.name, "scores.read", f"centres/{centre_id}/{what}", request.state.request_id, **detail)

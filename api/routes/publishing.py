"""Publishing: the plan that holds for a week; the one before is withdrawn with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Right, Role
from api.conditions import Seen, tag
from api.problems import Refusal
from api.routes.results import EXAMPLE, PlanState, ResultId, ResultOut, path_of, seen_result
from api.routes.shared import CentreId
from api.store.centres import centre_of
from api.store.columns import now
from api.store.tables import Result

router = APIRouter(prefix="/centres/{centre_id}", tags=["results"])


class PublishedOut(ResultOut):
    """A published plan, and what it took the place of."""

    model_config = ConfigDict(json_schema_extra={"example": {**EXAMPLE, "state": "published", "withdrawn": []}})

    withdrawn: list[str] = Field(description="Plans that held for its weeks until now.")


@router.post(
    "/results/{result_id}/publish", summary="Publish a plan", **needs(Role.PLANNER, Right.PUBLISH, gives="ETag")
)
def publish(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    seen: Seen,
    uncover: Annotated[bool, Query(description="Also where days of those withdrawn lose their roster.")] = False,
) -> PublishedOut:
    """Make a plan the one that holds for its weeks; those that held for any of them are withdrawn with it.

    Where one of them also held for days that this plan is not for, it is refused, unless `uncover` says that those days
    shall have no roster.
    """
    with service.database.writing() as session:
        # of two plans published at one moment the second sees the first
        centre_of(session, centre_id, lock=True)
        row = seen_result(session, centre_id, result_id, seen)
        if row.kind != "plan" or row.week is None:
            raise Refusal(409, f"a {row.kind} is not published; a plan is")
        if row.state == PlanState.PUBLISHED.value:
            raise Refusal(409, "this plan is published already")
        others = _overlapping(session, row)
        bare = [other.id for other in others if not uncover and _beyond(other, row)]
        if bare:
            told = "this would withdraw plans that also hold for other days, which would then have no roster"
            raise Refusal(
                409, f"{told}; publish one for the same weeks, or send `uncover=true`", kind="uncovered", plans=bare
            )
        withdrawn = [other.id for other in others]
        session.execute(
            update(Result)
            .where(Result.id.in_(withdrawn))
            .values(state=PlanState.WITHDRAWN.value, version=Result.version + 1)
        )
        row.state, row.published_at, row.published_by = PlanState.PUBLISHED.value, now(), caller.name
        detail = {"week": row.week.isoformat(), "withdrawn": withdrawn}
        record(session, caller.name, "plan.publish", path_of(row), request.state.request_id, **detail)
    tag(response, row.version)
    return PublishedOut(**ResultOut.of(row).model_dump(), withdrawn=withdrawn)


@router.post(
    "/results/{result_id}/withdraw", summary="Withdraw a plan", **needs(Role.PLANNER, Right.PUBLISH, gives="ETag")
)
def withdraw(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    seen: Seen,
) -> ResultOut:
    """Take a published plan back; to revert to an earlier one, publish that."""
    with service.database.writing() as session:
        row = seen_result(session, centre_id, result_id, seen)
        if row.state != PlanState.PUBLISHED.value:
            raise Refusal(409, f"this plan is {row.state}, not published")
        row.state = PlanState.WITHDRAWN.value
        record(session, caller.name, "plan.withdraw", path_of(row), request.state.request_id)
    tag(response, row.version)
    return ResultOut.of(row)


def _beyond(other: Result, row: Result) -> bool:
    """Tell whether a plan also holds for days that another one is not for."""
    assert other.week is not None and row.week is not None
    return other.week < row.week or other.week + timedelta(weeks=other.weeks) > row.week + timedelta(weeks=row.weeks)


def _overlapping(session: Session, row: Result) -> list[Result]:
    assert row.week is not None
    held = select(Result).where(
        Result.centre_id == row.centre_id, Result.kind == "plan", Result.state == PlanState.PUBLISHED.value
    )
    end = row.week + timedelta(days=7 * row.weeks)
    found = session.scalars(held.with_for_update()).all()
    return [o for o in found if o.week and o.week < end and row.week < o.week + timedelta(days=7 * o.weeks)]

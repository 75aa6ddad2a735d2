"""The rest of today: counts so far in; revised forecast, net staffing and ranked actions out."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.routes.results import ResultId
from api.routes.shared import CentreId
from api.routes.why import here
from api.service import Service
from api.tables_out import Row, rows_in
from api.uploads import body_of
from domain.errors import InputError, Problem

router = APIRouter(prefix="/centres/{centre_id}/plans/{result_id}", tags=["plans"])


class TodayOut(BaseModel):
    """The rest of today: what comes, who is there, and what can be done, ranked."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "now": "2026-11-24T11:00:00+08:00",
                "said": ["11:00: 4 % more contacts than planned"],
                "notices": [],
                "actions": [{"rank": 1, "action": "break", "agent_id": "a01", "price": 0, "text": "move ..."}],
                "net_staffing": [],
                "service": [],
                "forecast": [],
                "action_targets": [],
                "roster": [],
            }
        }
    )

    now: datetime = Field(description="From when on.")
    said: list[str] = Field(description="What is to be known, in sentences.")
    notices: list[str] = Field(description="What was accepted of the counts but is worth a look.")
    actions: list[Row] = Field(description="As `actions.csv` has them, best first.")
    net_staffing: list[Row] = Field(description="As `net_staffing.csv` has it.")
    service: list[Row] = Field(description="As `service.csv` has it: the rest of today with and without the actions.")
    forecast: list[Row] = Field(description="As `forecast.csv` has it, revised: today and tomorrow.")
    action_targets: list[Row] = Field(description="As `action_targets.csv` has them: what each action moves.")
    roster: list[Row] = Field(description="As `roster.csv` has it, with the recommended actions taken.")


@router.post("/today", summary="Look at the rest of today", **needs(Role.PLANNER, body="text/csv"))
async def today(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    now: Annotated[
        datetime | None,
        Query(description="Now, in the centre's own time where it has no offset; default: the end of the counts."),
    ] = None,
    emergency: Annotated[bool, Query(description="The emergency share of elastic seats holds.")] = False,
    most: Annotated[int, Query(ge=0, le=200, description="Actions at most.")] = 40,
) -> TodayOut:
    """Post the counts so far, with the columns of `history.csv`: back come the revised forecast, net staffing, actions.

    Actions are ranked by their worth over their price: breaks moved, elastic seats called, overtime, time off, queues.
    """
    async with body_of(request, service.settings.upload_mb) as held:
        raw = held.read()
    return await service.long_turns.take(
        request, _today, request, service, caller.name, centre_id, result_id, raw, now, emergency, most
    )


def _today(
    request: Request,
    service: Service,
    by: str,
    centre_id: str,
    result_id: str,
    raw: bytes,
    now: datetime | None,
    emergency: bool,
    most: int,
) -> TodayOut:
    from planning.files import write_forecast, write_roster
    from planning.files.actuals_file import read_actuals
    from planning.files.today_files import COLUMNS, write_today
    from planning.today.effects import effects_of
    from planning.today.outlook import end_of_counts, two_days
    from planning.today.run import make_today
    from planning.today.words import lines_of

    found = service.plans.get(centre_id, result_id)
    with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
        place = Path(base)
        (place / "actuals.csv").write_bytes(raw)
        notices: list[Problem] = []
        counts = read_actuals(place / "actuals.csv", found.folder.centre, notices=notices)
        moment = here(now, found) if now else end_of_counts(counts, found.folder.centre)
        try:
            made = make_today(
                found.folder,
                found.plan,
                counts,
                moment,
                found.intraday,
                emergency=emergency,
                most=most,
                world=found.world,
            )
        except InputError as error:
            # the command line has options where a request has parameters
            raise InputError(
                replace(each, file="request", column=each.column.removeprefix("--")) for each in error.problems
            ) from None
        effects = effects_of(made)
        write_today(made, effects, place)
        write_forecast(two_days(made.outlook.forecast, made.situation.day.first), place)
        write_roster(made.roster, place, found.folder.centre.timezone)
        tables = {name: rows_in(place / f"{name}.csv") for name in COLUMNS}
    with service.database.writing() as session:
        target = f"centres/{centre_id}/results/{result_id}"
        record(session, by, "plan.today", target, request.state.request_id, now=moment.isoformat())
    return TodayOut(now=moment, said=list(lines_of(made, effects)), notices=[str(n) for n in notices], **tables)

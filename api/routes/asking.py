"""Questions about a plan: edits checked as they come, the best people for a gap, the rest of today, why a number."""

from __future__ import annotations

import math
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.jobs.planning import Edits, RepairAsked
from api.planned import Planned
from api.problems import Refusal
from api.routes.job_forms import RepairJob
from api.routes.jobs import JobOut, asked_for
from api.routes.results import ResultId
from api.routes.shared import CentreId
from api.service import Service
from api.tables_out import Row, rows_in
from api.turns import in_turn
from api.uploads import body_of
from domain.errors import InputError, Problem

router = APIRouter(prefix="/centres/{centre_id}/plans/{result_id}", tags=["plans"])


class Questions(Edits):
    """Changes of a published roster to be judged, and gaps to be filled."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "swap": ["a01,a02,2026-11-24"],
                "day_off": ["a03,2026-11-24"],
                "shift": ["a04,2026-11-24T12:00,2026-11-24T20:00"],
                "gap": ["phone,2026-11-24T18:00,2026-11-24T20:00"],
            }
        }
    )

    gap: list[str] = Field(default=[], max_length=20, description="A queue, start and end.")


class EditsIn(Edits):
    """Changes of a roster to be made."""

    model_config = ConfigDict(json_schema_extra={"example": {"swap": ["a01,a02,2026-11-24"], "mend": False}})

    mend: bool = Field(default=False, description="Others may change too, where that pays; else elastic seats alone.")


class Verdicts(BaseModel):
    """Verdicts in the order of the questions."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "answers": [
                    {"question": "a01 and a02 swap 2026-11-24", "legal": True, "stops": [], "cost": 0.0, "service": []}
                ]
            }
        }
    )

    answers: list[dict[str, Any]]


class TodayOut(BaseModel):
    """The rest of today: what comes, who is there, and what can be done, ranked."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "now": "2026-11-24T11:00:00+08:00",
                "said": ["11:00: 4 % more contacts than planned"],
                "actions": [{"rank": 1, "action": "break", "agent_id": "a01", "price": 0, "text": "move ..."}],
                "net_staffing": [],
                "service": [],
                "forecast": [],
                "presence": [],
            }
        }
    )

    now: datetime
    said: list[str]
    actions: list[Row]
    net_staffing: list[Row]
    service: list[Row]
    forecast: list[Row]
    presence: list[Row]


class Figure(BaseModel):
    """A number and where it comes from."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "agents", "value": 17, "how": "..."}})

    name: str
    value: float | None
    how: str


@router.post("/questions", summary="Ask about a roster", **needs(Role.VIEWER))
@in_turn(lambda named: bool(named["asked"].gap))
def questions(request: Request, service: Here, centre_id: CentreId, result_id: ResultId, asked: Questions) -> Verdicts:
    """Tell of a swap, a day off or another shift whether it is legal, what it costs and does to service.

    For a gap, and for a shift that somebody gives up, the five best people who could take it are named, with reasons.
    """
    from planning.ask import answer_questions
    from planning.files.ask_file import answers_document

    found = service.plans.get(centre_id, result_id)
    answers = answer_questions(found.world, found.plan, _read(found, asked), found.base.fitted)
    document = answers_document(answers)
    assert isinstance(document, list)
    return Verdicts(answers=document)


@router.post("/edits", status_code=202, summary="Edit a roster", **needs(Role.PLANNER))
def edits(
    request: Request,
    response: Response,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    asked: EditsIn,
) -> JobOut:
    """Make a plan with an edited roster, as a job: certified like any plan, a draft beside the one it was made from.

    Ask `/questions` first what an edit breaks and costs. Edits that break a rule end the job with the conflict.
    """
    _read(service.plans.get(centre_id, result_id), asked)
    form = RepairAsked(plan=result_id, hold=not asked.mend, swap=asked.swap, day_off=asked.day_off, shift=asked.shift)
    return asked_for(request, response, service, caller, centre_id, RepairJob(kind="repair", asked=form))


@router.post("/today", summary="Look at the rest of today", **needs(Role.PLANNER, body="text/csv"))
async def today(
    request: Request,
    service: Here,
    caller: Who,
    centre_id: CentreId,
    result_id: ResultId,
    now: Annotated[datetime | None, Query(description="With its offset; default: the end of the counts.")] = None,
    emergency: bool = False,
    most: Annotated[int, Query(ge=0, le=200, description="Actions at most.")] = 40,
) -> TodayOut:
    """Post the counts so far, with the columns of `history.csv`: back come the revised forecast, net staffing, actions.

    Actions are ranked by their worth over their price: breaks moved, elastic seats called, overtime, time off, queues.
    """
    if now is not None and now.tzinfo is None:
        raise Refusal(422, "`now` needs its offset, such as 2026-11-24T11:00:00+08:00")
    async with body_of(request, service.settings.upload_mb) as held:
        raw = held.read()
    return await service.long_turns.take(
        request, _today, request, service, caller.name, centre_id, result_id, raw, now, emergency, most
    )


@router.get("/why", summary="Ask where a number comes from", **needs(Role.VIEWER))
@in_turn()
def why(
    request: Request,
    service: Here,
    centre_id: CentreId,
    result_id: ResultId,
    queue: Annotated[str, Query(max_length=200, examples=["phone"])],
    at: Annotated[datetime, Query(description="A time of the interval, with its offset.")],
) -> list[Figure]:
    """Tell where the numbers of one queue and interval come from: volume, handle time, target, method, rounding."""
    from planning.interval_explained import explain_interval

    found = service.plans.get(centre_id, result_id)
    if queue not in found.folder.centre.queue_ids:
        raise Refusal(422, f"there is no queue {queue!r}", allowed=list(found.folder.centre.queue_ids))
    if at.tzinfo is None:
        raise Refusal(422, "`at` needs its offset, such as 2026-11-24T11:30:00+08:00")
    try:
        figures = explain_interval(found.world, found.plan, queue, at, found.base.fitted)
    except ValueError as fault:
        raise Refusal(422, f"at: expected {fault}") from None
    return [
        Figure(name=each.name, value=each.value if math.isfinite(each.value) else None, how=each.how)
        for each in figures
    ]


def _read(found: Planned, asked: Edits) -> list[Any]:
    """Read what is asked by the rules of the command line.

    Raises
    ------
    InputError
        With every part of them that cannot be read, by its key.
    """
    from api.questions import QuestionReader

    reader = QuestionReader(found.folder, found.plan, "request", "")
    made: list[Any] = asked.read(reader)
    known = ["swap", "day_off", "shift"]
    if isinstance(asked, Questions):
        made += [each for text in asked.gap for each in reader.gap(text)]
        known.append("gap")
    if not made and not reader.problems:
        reader.problems.append(Problem("request", expected=f"at least one of {', '.join(known)}"))
    if reader.problems:
        raise InputError(reader.problems)
    return made


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
    from planning.files import write_forecast
    from planning.files.actuals_file import read_actuals
    from planning.files.today_files import write_today
    from planning.today.effects import effects_of
    from planning.today.outlook import end_of_counts, two_days
    from planning.today.run import make_today
    from planning.today.words import lines_of

    found = service.plans.get(centre_id, result_id)
    with tempfile.TemporaryDirectory(prefix="seatwise-") as base:
        place = Path(base)
        (place / "actuals.csv").write_bytes(raw)
        counts = read_actuals(place / "actuals.csv", found.folder.centre)
        moment = now or end_of_counts(counts, found.folder.centre)
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
        effects = effects_of(made)
        write_today(made, effects, place)
        write_forecast(two_days(made.outlook.forecast, made.situation.day.first), place)
        tables = {
            name: rows_in(place / f"{name}.csv") if (place / f"{name}.csv").exists() else []
            for name in ("actions", "net_staffing", "service", "forecast", "presence")
        }
    with service.database.writing() as session:
        target = f"centres/{centre_id}/results/{result_id}"
        record(session, by, "plan.today", target, request.state.request_id, now=moment.isoformat())
    return TodayOut(now=moment, said=list(lines_of(made, effects)), **tables)

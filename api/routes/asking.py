"""Questions about a roster: edits checked as they come and made as plans, the best people for a gap."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import Here, Who, needs
from api.access.roles import Role
from api.jobs.planning import Edits, RepairAsked
from api.planned import Planned
from api.routes.job_forms import RepairJob
from api.routes.jobs import JobOut, asked_for
from api.routes.results import ResultId
from api.routes.shared import CentreId
from api.turns import in_turn
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


class TargetMoved(BaseModel):
    """A target whose figure an edit moves: what was simulated, shifted by what the formulas say of the edit."""

    queue: str = Field(description="Whose target.")
    scope: str = Field(description="`interval`, `day` or `week`.")
    start: str = Field(description="Of that interval, day or week.")
    measure: str = Field(description="Such as `service_level`.")
    target: float = Field(description="What is asked for.")
    before: float | None = Field(description="As the plan is.")
    after: float | None = Field(description="As edited.")
    met_before: bool = Field(description="Whether the plan meets it.")
    met_after: bool = Field(description="Whether the edited plan would.")


class Candidate(BaseModel):
    """Somebody who could take a gap."""

    agent_id: str = Field(description="Who.")
    name: str = Field(description="Their name.")
    covered: float = Field(description="Share of the gap that they would cover, 0 to 1.")
    change: str = Field(description="What becomes of their week, in words.")
    cost: float = Field(description="Pay beyond what is paid anyway.")
    mended: float = Field(
        description="Worth of the missed targets that it mends, at their price; below 0: makes worse."
    )
    hours: float = Field(description="Paid hours of their week then.")
    shifts: dict[str, int] = Field(description="Weekend, night and unpopular shifts they have had so far.")
    service: str = Field(description="What it does to waiting on that day, in words.")
    why: str = Field(description="The reasons for the rank, in a sentence.")


class Verdict(BaseModel):
    """What one question comes to."""

    question: str = Field(description="As it was read.")
    legal: bool = Field(description="Whether no hard rule is broken by it.")
    stops: list[str] = Field(description="Hard rules that it breaks, in words; those broken before do not count.")
    cost: float = Field(description="Change of the plan's cost.")
    service: list[TargetMoved] = Field(description="Targets that it moves: first those that turn, then by how far.")
    gap: str | None = Field(description="The gap that people are named for.")
    people: list[Candidate] = Field(description="The best first, five at most.")
    others: str | None = Field(description="What keeps the others from the gap.")
    note: str | None = Field(description="What else there is to say.")


class Verdicts(BaseModel):
    """Verdicts in the order of the questions."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "answers": [
                    {
                        "question": "a01 and a02 swap 2026-11-24",
                        "legal": True,
                        "stops": [],
                        "cost": 0.0,
                        "service": [],
                        "gap": None,
                        "people": [],
                        "others": None,
                        "note": None,
                    }
                ]
            }
        }
    )

    answers: list[Verdict] = Field(description="One for each, swaps first, then days off, shifts and gaps.")


@router.post("/questions", summary="Ask about a roster", **needs(Role.PLANNER))
@in_turn(lambda named: bool(named["asked"].gap))
def questions(request: Request, service: Here, centre_id: CentreId, result_id: ResultId, asked: Questions) -> Verdicts:
    """Tell of a swap, a day off or another shift whether it is legal, what it costs and does to service.

    For a gap, and for a shift that somebody gives up, the five best people who could take it are named, with reasons.
    """
    from planning.ask import answer_questions
    from planning.files.ask_file import answers_document

    found = service.plans.get(centre_id, result_id)
    answers = answer_questions(found.world, found.plan, _read(found, asked), found.base.fitted)
    return Verdicts.model_validate({"answers": answers_document(answers)})


@router.post("/edits", status_code=202, summary="Edit a roster", **needs(Role.PLANNER, gives="Location"))
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

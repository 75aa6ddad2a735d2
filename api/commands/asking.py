"""The verb of questions: what a swap, a day off or another shift would do, and who could take a gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import CentreFolder, Now, in_zone, now_of, ready
from api.commands.remote import ServerUrl
from api.commands.served import asked_there, refuse, setting_of
from api.commands.terminal import first_run_note, out
from api.commands.whatif import PlanFolder, asked_about
from api.questions import QuestionReader
from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from domain.folder import PlanningFolder
    from planning.ask import Answer, Question
    from planning.files.plan_in import PlanIn

AskOut = Annotated[
    Path | None, typer.Option("--out", help="Folder for ask.csv and ask.json; without it, printed alone.")
]
Swaps = Annotated[list[str] | None, typer.Option("--swap", help="Two people and a day: A1,A2,2026-11-24; repeatable.")]
DaysOff = Annotated[
    list[str] | None,
    typer.Option("--day-off", help="A person and a day: A1,2026-11-24; with ,unavailable or ,free: not paid leave."),
]
Shifts = Annotated[
    list[str] | None,
    typer.Option("--shift", help="A person, start and end: A1,2026-11-24T12:00,2026-11-24T20:00; queues with ; after."),
]
Gaps = Annotated[
    list[str] | None,
    typer.Option(
        "--gap", help="A queue, start and end: phone,2026-11-24T18:00,2026-11-24T20:00; the five best people."
    ),
]

SHOWN = 12
"""Targets that are printed of an answer."""


def ask(
    centre: CentreFolder,
    plan_folder: PlanFolder,
    out_folder: AskOut = None,
    swap: Swaps = None,
    day_off: DaysOff = None,
    shift: Shifts = None,
    gap: Gaps = None,
    now: Now = None,
    server: ServerUrl = None,
) -> None:
    """Tell what a swap, a day off or another shift would do to a published plan, and who could take a gap."""
    called = now_of(now)
    given = {"--swap": swap, "--day-off": day_off, "--shift": shift, "--gap": gap}
    if not any(given.values()):
        expected = "a question: --swap, --day-off, --shift or --gap"
        raise InputError([Problem("command line", expected=expected)])
    if out_folder is not None:
        ready(out_folder, CENTRE=centre, plan=plan_folder)
    from planning.files import output_folder
    from planning.files.ask_file import write_answers

    if server is not None:
        refuse({"--now": now})
        currency, answers = setting_of(centre, "currency", ""), asked_there(server, plan_folder, given)
    else:
        currency, answers = _asked_here(centre, plan_folder, given, called)
    if out_folder is not None:
        with output_folder(out_folder) as place:
            write_answers(answers, place)
    for answer in answers:
        for line in _lines(answer, currency):
            out.print(line)
    if out_folder is not None:
        out.print(f"answers: {out_folder / 'ask.csv'}")


def _asked_here(
    centre: Path, plan_folder: Path, given: dict[str, list[str] | None], called: datetime | None
) -> tuple[str, list[Answer]]:
    folder, plan, world = asked_about(centre, plan_folder, called)
    questions = _questions(folder, plan, given)
    first_run_note()
    from planning.ask import answer_questions

    world = replace(world, options=replace(world.options, now=in_zone(called, folder.centre.timezone)))
    return folder.centre.currency, list(answer_questions(world, plan, questions))


def _questions(folder: PlanningFolder, plan: PlanIn, given: dict[str, list[str] | None]) -> list[Question]:
    """Read the questions.

    Raises
    ------
    InputError
        With every part of them that cannot be read.
    """
    reader = QuestionReader(folder, plan)
    readers: dict[str, Callable[[str], Sequence[Question]]] = {
        "--swap": reader.swap,
        "--day-off": reader.day_off,
        "--shift": reader.shift,
        "--gap": reader.gap,
    }
    found = [made for option, texts in given.items() for text in texts or () for made in readers[option](text)]
    if reader.problems:
        raise InputError(reader.problems)
    return found


def _lines(answer: Answer, currency: str) -> list[str]:
    """Lay an answer out for a terminal."""
    lines = [answer.question]
    if answer.question != answer.gap:
        lines.append("  legal" if answer.legal else "  not legal:")
        lines += [f"    {rule}" for rule in answer.stops]
        lines.append(f"  cost {currency} {answer.cost:+,.0f}")
        lines += _moved(answer)
        if answer.note:
            lines.append(f"  {answer.note}")
    if answer.gap:
        lines.append(
            "  who could take it:" if answer.question == answer.gap else f"  who could take the shift, as {answer.gap}:"
        )
        width = max((len(person.name) for person in answer.colleagues), default=0)
        for k, person in enumerate(answer.colleagues, start=1):
            service = f"; {person.service}" if person.service else ""
            lines.append(f"  {k}. {person.name:{width}}  {person.change}: {person.why}{service}")
        if not answer.colleagues:
            lines.append("  nobody: no legal week covers it")
        if answer.others:
            lines.append(f"  {answer.others}")
    return lines


def _moved(answer: Answer) -> list[str]:
    """Say which targets move: those that turn first, then by how much of their limit they move."""
    rows = []
    for row in answer.service:
        was, becomes = (_figure(row.measure, value) for value in (row.before, row.after))
        turned = "" if row.met_before == row.met_after else (" now met" if row.met_after else " now missed")
        if was != becomes or turned:
            told = f"  {row.queue} {row.scope} {row.start} {_name(row.measure)}: {was} -> {becomes}{turned}"
            rows.append((not turned, -abs(row.after - row.before) / abs(row.target or 1.0), told))
    shown = [told for *_, told in sorted(rows)[:SHOWN]]
    if len(rows) > SHOWN:
        shown.append(f"  and {len(rows) - SHOWN} more targets that move less; --out keeps all of them")
    return shown or ["  no target moves by a figure shown here"]


def _name(measure: str) -> str:
    names = {"mean_wait_s": "mean wait", "fcr": "FCR"}
    return names.get(measure, measure.replace("_", " "))


def _figure(measure: str, value: float) -> str:
    return f"{value:,.1f} s" if measure == "mean_wait_s" else f"{100 * value:.1f} %"

"""`ask.csv` and `ask.json`: answers to questions about a published roster."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from planning.ask import Answer
from planning.files.lines_out import flag, number, text, write_csv
from planning.files.plan_json import plain

COLUMNS = ("question", "row", "queue", "scope", "start", "measure", "target", "before", "after", "agent_id", "said")


def write_answers(answers: Sequence[Answer], folder: Path) -> tuple[Path, Path]:
    """Write `ask.csv`, long: one figure, rule or person a row; and `ask.json`, the same as a document."""
    rows = [row for answer in answers for row in _rows(answer)]
    table = write_csv(folder / "ask.csv", COLUMNS, list(zip(*rows, strict=True)))
    path = folder / "ask.json"
    content = json.dumps(answers_document(answers), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(content + "\n", encoding="utf-8", newline="\n")
    return table, path


def answers_document(answers: Sequence[Answer]) -> object:
    """Return answers in JSON's own types."""
    return plain(
        [
            {
                "question": answer.question,
                "legal": answer.legal,
                "stops": list(answer.stops),
                "cost": answer.cost,
                "service": [vars(row) for row in answer.service],
                "gap": answer.gap or None,
                "people": [vars(person) for person in answer.colleagues],
                "others": answer.others or None,
                "note": answer.note or None,
            }
            for answer in answers
        ]
    )


def _rows(answer: Answer) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one answer: verdict, rules, cost, targets, people in their order."""
    said = text(answer.question)

    def row(
        kind: str,
        *,
        figures: Sequence[str] = ("",) * 4,
        numbers: Sequence[str] = ("",) * 3,
        who: str = "",
        words: str = "",
    ) -> tuple[str, ...]:
        return (said, kind, *figures, *numbers, text(who), text(words))

    yield row("legal", words=flag(answer.legal))
    for rule in answer.stops:
        yield row("rule", words=rule)
    yield row("cost", numbers=("", "", number(answer.cost)))
    for target in answer.service:
        place = (text(target.queue), target.scope, target.start, target.measure)
        met = f"{'met' if target.met_before else 'missed'} -> {'met' if target.met_after else 'missed'}"
        yield row(
            "target", figures=place, numbers=tuple(map(number, (target.target, target.before, target.after))), words=met
        )
    for person in answer.colleagues:
        words = f"{person.change}: {person.why}" + (f"; {person.service}" if person.service else "")
        yield row("person", numbers=("", "", number(person.cost)), who=person.agent_id, words=words)
    if answer.others:
        yield row("others", words=answer.others)

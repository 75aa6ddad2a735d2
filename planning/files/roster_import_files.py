"""What `import roster` writes: the edited roster, what was changed and broken, and its service beside the plan's."""

from __future__ import annotations

from pathlib import Path

from planning.files.lines_out import flag, number, text, write_csv
from planning.files.writers import write_roster, write_service
from planning.roster_import.comparison import Comparison

CHANGES = ("agent_id", "day", "change", "what", "before", "after", "text")
VIOLATIONS = ("rule", "label", "hard", "new", "who", "day", "magnitude", "text")
COMPARED = ("queue", "scope", "start", "measure", "base", "value", "low", "high")


def write_comparison(made: Comparison, week: str, folder: Path, zone: str) -> None:
    """Write an edited roster and what there is to say of it.

    Parameters
    ----------
    made : Comparison
    week : str
        First day, under which the costs stand.
    folder : Path
    zone : str
        Of the roster's times.
    """
    write_roster(made.roster, folder, zone)
    write_service(made.service, folder)
    changes = [
        (text(c.agent_id), c.day.isoformat(), c.kind, ";".join(c.what), text(c.before), text(c.after), text(c.text))
        for c in made.changes
    ]
    violations = [
        (v.rule, v.label, flag(v.hard), flag(new), text(v.who), v.day, number(v.magnitude), text(v.text))
        for v, new in made.violations
    ]
    was, now = made.cost_before, made.cost
    costs = [
        (name, before, after)
        for name, before, after in (
            ("cost", was.total, now.total),
            ("cost_core", was.core, now.core),
            ("cost_elastic", was.elastic, now.elastic),
            ("cost_expert", was.expert, now.expert),
        )
    ]
    compared = [
        *(("all", "plan", week, name, *map(number, (before, after, after, after))) for name, before, after in costs),
        *(
            (text(r.queue), r.scope, r.start, r.measure, *map(number, (r.base, r.value, r.low, r.high)))
            for r in made.rows
        ),
    ]
    for name, header, rows in (
        ("changes.csv", CHANGES, changes),
        ("violations.csv", VIOLATIONS, violations),
        ("comparison.csv", COMPARED, compared),
    ):
        write_csv(folder / name, header, list(zip(*rows, strict=True)) if rows else [()] * len(header))

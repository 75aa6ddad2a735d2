"""Breaks: each one that the contract lists, inside its window, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.contracts import BreakRule
from domain.roster import Shift, Stretch
from scheduling.rules.activities import is_break
from scheduling.rules.context import MINUTE, Context, Person
from scheduling.rules.rule import Finding, Rule


def _late(rule: BreakRule, shift: Shift, row: Stretch) -> float:
    """Return the minutes by which a row starts outside a break's window, 0 inside."""
    offset = (row.start - shift.start) / MINUTE
    return max(rule.after_minutes - offset, offset - rule.before_minutes, 0.0)


def _pairing(
    rules: Sequence[BreakRule], rows: Sequence[Stretch], shift: Shift
) -> list[tuple[BreakRule | None, Stretch | None]]:
    """Pair breaks due with rows so that as many as possible are exactly right, then of the right kind."""

    def best(todo: tuple[BreakRule, ...], left: tuple[Stretch, ...]) -> tuple[float, list[tuple[int, int]]]:
        if not todo:
            return 0.0, []
        rule, later = todo[0], todo[1:]
        options = [(1e6 + best(later, left)[0], best(later, left)[1])]
        for row in left:
            if row.activity == rule.kind:
                rest = tuple(other for other in left if other is not row)
                cost, pairs = best(later, rest)
                wrong = _late(rule, shift, row) + 100 * abs(row.minutes - rule.minutes)
                options.append((cost + wrong, [(rules.index(rule), rows.index(row)), *pairs]))
        return min(options, key=lambda option: option[0])

    _, pairs = best(tuple(rules), tuple(rows))
    paired: list[tuple[BreakRule | None, Stretch | None]] = [(rules[i], rows[j]) for i, j in pairs]
    used_rules, used_rows = {i for i, _ in pairs}, {j for _, j in pairs}
    paired += [(rule, None) for i, rule in enumerate(rules) if i not in used_rules]
    paired += [(None, row) for j, row in enumerate(rows) if j not in used_rows]
    return paired


def listed_breaks(context: Context) -> Iterator[Finding]:
    """Check that every break due is there, with its minutes, in its window, and no other is."""
    for person in context.people:
        for shift in person.shifts:
            yield from _of_shift(context, person, shift)


def _of_shift(context: Context, person: Person, shift: Shift) -> Iterator[Finding]:
    who, day = person.agent.id, context.day(shift.start)
    rows = [row for row in shift.stretches if is_break(person, row)]
    due = person.contract.breaks_of(round(shift.paid_minutes))
    for rule, row in _pairing(due, rows, shift):
        if row is None:
            assert rule is not None
            yield Finding(day, who, rule.minutes, f"the {rule.kind} of {rule.minutes} minutes is missing")
        elif rule is None:
            said = f"{row.activity} of {row.minutes:g} minutes at {context.span(row)}"
            yield Finding(day, who, row.minutes, f"{said} does not belong to this shift")
        else:
            wrong = row.minutes - rule.minutes
            if wrong:
                said = f"{row.activity} at {context.span(row)} lasts {row.minutes:g} minutes"
                yield Finding(day, who, abs(wrong), f"{said}, {wrong:+g} against {rule.minutes}")
            late = _late(rule, shift, row)
            if late:
                low, high = rule.after_minutes, rule.before_minutes
                said = f"{row.activity} at {context.span(row)} starts {late:g} minutes outside its window"
                yield Finding(day, who, late, f"{said} of {low} to {high} minutes into the shift")


def apart(context: Context) -> Iterator[Finding]:
    """Check that breaks touch neither the ends of the shift nor each other."""
    for person in context.people:
        for shift in person.shifts:
            day = context.day(shift.start)
            rows = [row for row in shift.stretches if is_break(person, row)]
            for row in rows:
                if row.start <= shift.start or row.end >= shift.end:
                    said = f"{row.activity} at {context.span(row)} touches the end of the shift"
                    yield Finding(day, person.agent.id, row.minutes, said)
            for before, after in pairwise(rows):
                if after.start <= before.end:
                    said = f"{before.activity} and {after.activity} at {context.clock(after.start)} touch"
                    yield Finding(day, person.agent.id, after.minutes, said)


RULES = (
    Rule("breaks", "Breaks", listed_breaks),
    Rule("breaks_apart", "Breaks apart", apart),
)

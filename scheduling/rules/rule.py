"""What a rule is, and what breaking it looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from domain.hours import WEEKDAYS
from scheduling.rules.context import Context


@dataclass(frozen=True, order=True)
class Violation:
    """One rule broken once.

    Attributes
    ----------
    rule, label : str
        Id of the rule, and its name for people.
    hard : bool
        Whether no roster may break it; soft ones are reported.
    who : str
        The person, seat or queue.
    day : str
        Local day, ISO; the first day where a week or longer is meant.
    magnitude : float
        By how much, in the unit that the text names.
    text : str
        A sentence: who, when, which rule, by how much.
    """

    rule: str
    label: str
    hard: bool
    who: str
    day: str
    magnitude: float
    text: str


@dataclass(frozen=True, order=True)
class Finding:
    """What a check saw; its rule makes it a violation.

    Attributes
    ----------
    day, who : str
    magnitude : float
    text : str
        What is wrong and by how much, without who, when and the rule's name.
    """

    day: str
    who: str
    magnitude: float
    text: str


@dataclass(frozen=True)
class Rule:
    """One rule: named, hard or soft, and checked on its own.

    Attributes
    ----------
    id : str
        The key of the planning folder that sets it, where there is one.
    label : str
        Its name for people.
    check : callable
        Yields what it finds in a context.
    hard : bool
    """

    id: str
    label: str
    check: Callable[[Context], Iterable[Finding]]
    hard: bool = True

    def violations(self, context: Context) -> tuple[Violation, ...]:
        """Return every place where the rule is broken, by day and person."""
        return tuple(self._violation(context, finding) for finding in sorted(self.check(context)))

    def _violation(self, context: Context, finding: Finding) -> Violation:
        when = f"{WEEKDAYS[context.date(finding.day).weekday()]} {finding.day}"
        text = f"{context.name(finding.who)}, {when}: {self.label}: {finding.text}."
        return Violation(self.id, self.label, self.hard, finding.who, finding.day, round(finding.magnitude, 6), text)

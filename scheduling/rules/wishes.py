"""Wishes: reported where they are not kept, never in the way of a roster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.people import Preference
from domain.roster import Shift
from scheduling.rules.context import Context, Person
from scheduling.rules.rule import Finding, Rule


@dataclass(frozen=True)
class WishOutcome:
    """What a roster makes of one wish.

    Attributes
    ----------
    wish : Preference
    days, broken : int
        Its days in the plan, and those that are not kept.
    asked, refused : float
        Their weights: a wish shares its weight equally among all its days.
    counts : float
        The weight that is priced: a day off counts once for each shift that touches it.
    """

    wish: Preference
    days: int
    broken: int
    asked: float
    refused: float
    counts: float

    @property
    def kept(self) -> bool:
        """Whether every day of it in the plan is kept."""
        return self.broken == 0


def outcome_of(wish: Preference, person: Person, context: Context) -> WishOutcome | None:
    """Judge one wish by a person's planned shifts; None where no day of it is planned or touched."""
    spans = wish.days(context.zone)
    share = wish.weight / len(spans)
    days = broken = counted = 0
    for start, end in spans:
        day = context.local(start).date()
        against = _against(wish, person.shifts, start, end, context)
        planned = 0 <= (day - context.first).days < context.calendar.days
        if not planned and (wish.wish == "work" or not against):
            continue
        days += 1
        broken += against > 0
        counted += against
    return WishOutcome(wish, days, broken, share * days, share * broken, share * counted) if days else None


def _against(wish: Preference, shifts: Sequence[Shift], start: datetime, end: datetime, context: Context) -> int:
    """Return how often a day of a wish is gone against: by each shift in a day off; once by a day of work without."""
    touching = [shift for shift in shifts if shift.start < end and start < shift.end]
    if wish.wish == "off":
        return len(touching)
    return int(not any(context.day(shift.start) == context.day(start) for shift in touching))


def outcomes(context: Context) -> Iterator[WishOutcome]:
    """Yield what the roster makes of each wish that has a day in the plan, in the order of the file."""
    people = {person.agent.id: person for person in context.people}
    for wish in context.folder.preferences:
        found = outcome_of(wish, people[wish.agent_id], context) if wish.agent_id in people else None
        if found is not None:
            yield found


def wishes(context: Context) -> Iterator[Finding]:
    """Check that wishes are kept on the days of the plan."""
    begin = context.moment(context.horizon.start)
    for found in outcomes(context):
        if found.kept:
            continue
        wish = found.wish
        span = f"{context.local(wish.start):%m-%d %H:%M} to {context.local(wish.end):%m-%d %H:%M}"
        part = f", {found.broken} of its {found.days} days not kept" if found.days > 1 else ""
        said = f"wished {wish.wish} from {span}, weight {wish.weight:g}{part}"
        yield Finding(context.day(max(wish.start, begin)), wish.agent_id, found.counts, said)


RULES = (Rule("preferences", "Wishes", wishes, hard=False),)

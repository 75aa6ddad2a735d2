"""The ledger of a finished roster: each person's shifts of each kind before a week and in it, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.fairness import Measure
from domain.folder import PlanningFolder
from domain.roster import Roster
from scheduling.fairness import rates_of
from scheduling.leave import WEEK, LegalShifts
from scheduling.ledger import Ledger, add_shifts


@dataclass(frozen=True)
class FairnessRow:
    """One person's shifts of one kind in one planned week.

    Attributes
    ----------
    week : date
    agent_id, contract : str
    measure : str
    before, this_week : float
        Shifts before the week, and in it.
    mean, mean_after : float
        Of those with the same contract who may have such shifts, before the week and after it.
    price : float
        What the week's shifts cost by it.
    """

    week: date
    agent_id: str
    contract: str
    measure: Measure
    before: float
    this_week: float
    mean: float
    mean_after: float
    price: float

    @property
    def after(self) -> float:
        """Shifts up to the end of the week."""
        return self.before + self.this_week


def fairness_rows(folder: PlanningFolder, roster: Roster, first: date, weeks: int) -> Iterator[FairnessRow]:
    """Yield the ledger week by week: earlier planned weeks count before later ones.

    Parameters
    ----------
    folder : PlanningFolder
        Its ``previous`` rosters begin the ledger.
    roster : Roster
    first : date
    weeks : int
    """
    for k in range(weeks):
        start = first + timedelta(days=WEEK * k)
        legal = LegalShifts.of(folder, start, WEEK)
        dated = [(legal.calendar.day(shift.start), shift) for shift in roster.shifts]
        earlier = [row for day, shift in dated if day < start for row in shift.stretches]
        ledger = Ledger.of(legal, [*folder.previous, *earlier])
        until = add_shifts(ledger.before, legal, [shift for day, shift in dated if day in legal.calendar.planned])
        rates, after = rates_of(folder, ledger), ledger.means(until)
        for key, count in until.items():
            who, measure = key
            now = count - ledger.before[key]
            yield FairnessRow(
                week=start,
                agent_id=who,
                contract=ledger.contract[who],
                measure=measure,
                before=ledger.before[key],
                this_week=now,
                mean=ledger.mean[key],
                mean_after=after[key],
                price=now * rates.get(who, {}).get(measure, 0.0),
            )

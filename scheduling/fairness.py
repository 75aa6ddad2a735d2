"""Fairness as money: one more weekend, night or unpopular shift of somebody who has had more of them than others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.contracts import Contract
from domain.fairness import Fairness, Measure
from domain.folder import PlanningFolder
from domain.people import Agent
from domain.roster import Stretch
from scheduling.leave import WEEK, LegalShifts, ShiftOption
from scheduling.ledger import Ledger, measures_of
from scheduling.soft import fairness_price

Rates = Mapping[Measure, float]
"""What one more shift of each kind costs."""


@dataclass(frozen=True)
class FairnessCost:
    """What further shifts of people above the mean cost; those at the mean or below it cost nothing.

    Attributes
    ----------
    rates : mapping of agent id to Rates
        Only people above the mean of something.
    contracts : mapping of str to Contract
    fairness : Fairness
    zone : ZoneInfo

    Notes
    -----
    A shift costs price x weight x (count before the week - mean), summed over the kinds that it is of: in proportion to
    the deviation, and the same for the first and any further one of the week, so that it adds up by person and day.
    """

    rates: Mapping[str, Rates]
    contracts: Mapping[str, Contract]
    fairness: Fairness
    zone: ZoneInfo

    @classmethod
    def of(cls, folder: PlanningFolder, previous: Sequence[Stretch], first: date) -> FairnessCost:
        """Take the ledger of the rosters before a week."""
        legal = LegalShifts.of(folder, first, WEEK)
        centre = folder.centre
        return cls(
            rates_of(folder, Ledger.of(legal, previous)),
            {contract.id: contract for contract in centre.contracts},
            centre.fairness,
            ZoneInfo(centre.timezone),
        )

    @property
    def part(self) -> str:
        """Name of the part of the objective."""
        return "fairness"

    def concerns(self, agent: Agent) -> bool:
        """Tell whether somebody is above the mean of anything."""
        return agent.id in self.rates

    def cost(self, agent: Agent, day: date, shift: ShiftOption | None) -> float:
        """Return the price of a shift; a day without one costs nothing."""
        if shift is None:
            return 0.0
        end = shift.start + timedelta(minutes=shift.elapsed_minutes)
        kinds = measures_of(shift.start, end, self.contracts[agent.contract], self.fairness, self.zone)
        rates = self.rates[agent.id]
        return sum(rates.get(measure, 0.0) for measure in kinds)


def rates_of(folder: PlanningFolder, ledger: Ledger) -> dict[str, dict[Measure, float]]:
    """Return what one more shift of each kind costs each person who is above the mean of it."""
    price, fairness = fairness_price(folder), folder.centre.fairness
    found: dict[str, dict[Measure, float]] = {}
    for who, measure in ledger.before:
        rate = price * fairness.weight(measure) * ledger.above(who, measure)
        if rate > 0:
            found.setdefault(who, {})[measure] = rate
    return found

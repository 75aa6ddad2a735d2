"""How much work a roster is given, and what comes of it: a roster of the planning model with its proof."""

from __future__ import annotations

from dataclasses import dataclass

from domain.entity import Entity
from domain.history import Floats
from scheduling.ascent import Prices
from scheduling.missed import Missed
from scheduling.roll import Roll


class Effort(Entity):
    """Amounts of work; equal effort and seed give the same roster, however many cores there are.

    Attributes
    ----------
    ascent : int
        Evaluations of the bound.
    steps : int
        Ruin-and-recreate steps, for 50 people; other centres in proportion, 0.4 to 4 times as many.
    chains : int
        Independent annealings of each pass.
    passes : int
        Times the chains start again from the best roster so far; their tours are assembled after the last.
    moves : int
        Changes tried by an annealing, for 50 people; other centres in proportion, 0.1 to 5 times as many.
    assembly : float
        Deterministic time of CP-SAT in an assembly.
    gap : float
        Proven gap, as a share of the objective, at which the search ends early.
    """

    ascent: int = 600
    steps: int = 600
    chains: int = 2
    passes: int = 2
    moves: int = 3_000_000
    assembly: float = 0.5
    gap: float = 0.0

    def times(self, work: float) -> Effort:
        """Return so many times the search; the bound, which gains little, gets what it had."""
        return self.model_copy(
            update={
                "steps": round(self.steps * work),
                "moves": round(self.moves * work),
                "assembly": self.assembly * work,
            }
        )


@dataclass(frozen=True)
class Result:
    """A roster of the planning model and its proof.

    Attributes
    ----------
    roll : Roll
    status : str
        ``optimal``, ``feasible`` or ``stopped``.
    pay, elastic, shortfall, soft : float
        Parts of the objective.
    bound : float
        No legal roster of the planning model costs less.
    least : float
        Part of the cost that every legal roster must pay.
    seats : float array, shape (pools, intervals)
        Effective seats.
    values : float array, shape (rows,)
        Planned value of each target row.
    floor_gap : int
        Heads missing from minimum staff and beyond the desks, summed over slots; 0 in a legal roster.
    prices : Prices
        Where another round's ascent starts.
    missed : tuple of Missed
        Activities that found no time.
    lost_service : float
        What the duty that activities cost adds to ``shortfall``.
    """

    roll: Roll
    status: str
    pay: float
    elastic: float
    shortfall: float
    soft: float
    bound: float
    least: float
    seats: Floats
    values: Floats
    floor_gap: int
    prices: Prices
    missed: tuple[Missed, ...] = ()
    lost_service: float = 0.0

    @property
    def missing(self) -> float:
        """Price of the activities that found no time."""
        return sum(row.price for row in self.missed)

    @property
    def objective(self) -> float:
        """Cost, priced shortfall, what wishes, fairness and changes cost, and activities that found no time."""
        return self.pay + self.elastic + self.shortfall + self.soft + self.missing

    @property
    def gap(self) -> float:
        """(objective - bound) / objective."""
        return max(0.0, (self.objective - self.bound) / self.objective) if self.objective > 0 else 0.0

    @property
    def decidable_gap(self) -> float | None:
        """The gap on what is not paid whatever the roster; None where nothing is left."""
        rest = self.objective - self.least
        if rest <= 1e-6 * max(self.objective, 1.0):
            return None
        return min(1.0, max(0.0, (self.objective - self.bound) / rest))

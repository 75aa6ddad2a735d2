"""The searches of a repair: elastic seats, best responses, small changes, over the days that something happened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.entity import Entity
from domain.history import Ints
from scheduling.ascent import mean_pay
from scheduling.blocks import best_block, change_block
from scheduling.desks import crowded_people
from scheduling.held import Held
from scheduling.instance import Instance
from scheduling.mend import mend
from scheduling.model import Model
from scheduling.replaced import MISSED, USUAL, row_prices, standing, usual_prices
from scheduling.respond import respond, restore
from scheduling.roll import Roll, presence
from scheduling.search import floor_worth, marginal_prices
from scheduling.solve import MOST_BLOCKS, least_core
from scheduling.standing import Standing, elastic_change, price_change, settle_change

SMALL = 0.1
"""Price of other breaks or queues on a published shift, in hours of the mean pay: it only guides the search."""

WARM, COLD = 0.02, 0.002
"""First and last temperature, in hours of the mean pay: near to a plain descent, for changes must pay."""

STEER = (0.02, 0.2)
"""Prices of rows that are met, as shares of their full price, at which best responses are asked for in turn."""


class RepairEffort(Entity):
    """Amounts of work of a repair; equal effort and seed give the same roster.

    Attributes
    ----------
    seats : int
        Changes of elastic seats tried.
    moves : int
        Changes tried for each agent-day that may need one.
    least, most : int
        Bounds on all of those together.
    priced : int
        Weeks priced for the bound, all people together.
    """

    seats: int = 150_000
    moves: int = 400
    least: int = 40_000
    most: int = 1_500_000
    priced: int = 0


@dataclass(frozen=True)
class RepairSearch:
    """The searches of one repair.

    Attributes
    ----------
    model : Model
    effort : RepairEffort
    seed : int
    people : int array
        Core people who may serve what is short.
    held : Held
        What was published, and which days may change.
    """

    model: Model
    effort: RepairEffort
    seed: int
    people: Ints
    held: Held

    @classmethod
    def around(
        cls,
        model: Model,
        published: Roll,
        start: Roll,
        lost: NDArray[np.bool_],
        days: Sequence[int] | None,
        effort: RepairEffort,
        seed: int,
    ) -> RepairSearch:
        """Find who may help on the days that something happened to.

        Parameters
        ----------
        model : Model
        published : Roll
        start : Roll
            The published roster with everybody legal.
        lost : bool array, shape (agents, days)
        days : sequence of int or None
            Days concerned beside those of lost shifts; None: those with a missed target.
        effort : RepairEffort
        seed : int
        """
        inst = model.instance
        now = standing(inst, start)
        missed = missed_rows(inst, now)
        moved = (start.tours[:, :, 0] != published.tours[:, :, 0]) | lost
        chosen = _days(inst, now, missed, moved, days)
        pools = {int(inst.service.row_pool[r]) for r in missed}
        for a in np.flatnonzero(moved.any(axis=1)).tolist():
            pools |= _served(inst, a)
        free = np.ones(lost.shape, dtype=np.int8)
        for a in np.flatnonzero(inst.people.pin >= 0).tolist():
            row = inst.pins[inst.people.pin[a]]
            for d in range(inst.days):
                free[a, d] = (row[inst.day_first[d] : inst.day_first[d + 1]] == 0).any()
        crowded = crowded_people(inst, now.heads)
        people = [
            a
            for a, agent in enumerate(model.agents)
            if agent.pool == "core" and (_served(inst, a) & pools or a in crowded)
        ]
        near = set(chosen.tolist()) if days is None else set(days) | set(np.flatnonzero(lost.any(axis=0)).tolist())
        cells = [(a, d) for d in chosen.tolist() for a in people if free[a, d] and (d in near or moved[a].any())]
        held = Held(
            tours=published.tours,
            free=free,
            cells=np.array(cells, dtype=np.int64).reshape(-1, 2),
            days=chosen,
            small=SMALL * mean_pay(inst),
        )
        return cls(model, effort, seed, np.array(people, dtype=np.int64), held)

    def seats(self, roll: Roll) -> Roll:
        """Re-book elastic seats."""
        return self._mended(self._booked(roll), self.effort.seats, seats_alone=True)

    def responses(self, roll: Roll) -> Roll:
        """Let everybody who may help take the best week, at two levels of prices."""
        inst, tours = self.model.instance, roll.tours.copy()
        now = standing(inst, roll)
        there, least = self._presence(roll), least_core(self.model, roll)
        for steer in STEER:
            usual = usual_prices(inst, steer)
            prices = row_prices(inst, now, usual)
            respond(inst, now, tours, self.held, self.people, self.model.crew, there, least, prices)
        return Roll(tours, roll.blocks)

    def search(self, roll: Roll) -> Roll:
        """Search the agent-days by small changes, and take back what does not pay."""
        effort = self.effort
        moves = min(max(effort.moves * len(self.held.cells), effort.least), effort.most)
        found = self._mended(roll, moves, seats_alone=False)
        tours = found.tours.copy()
        changed = np.flatnonzero((tours != self.held.tours).any(axis=(1, 2)))
        order = np.array([a for a in changed.tolist() if a in set(self.people.tolist())], dtype=np.int64)
        now = standing(self.model.instance, found)
        there, least = self._presence(found), least_core(self.model, found)
        while restore(self.model.instance, now, tours, self.held, order, self.model.crew, there, least):
            pass
        return Roll(tours, found.blocks)

    def _mended(self, roll: Roll, moves: int, *, seats_alone: bool) -> Roll:
        room: Ints = np.zeros((MOST_BLOCKS, 3), dtype=np.int64)
        room[: len(roll.blocks)] = roll.blocks
        pay = mean_pay(self.model.instance)
        tours, blocks, count, _ = mend(
            self.model.instance,
            standing(self.model.instance, roll),
            roll.tours,
            room,
            len(roll.blocks),
            self.model.crew,
            self.held,
            self._presence(roll),
            least_core(self.model, roll),
            moves,
            seats_alone,
            WARM * pay,
            COLD * pay,
            np.random.default_rng([self.seed, int(seats_alone)]),
        )
        return Roll(tours, blocks[:count].copy())

    def _booked(self, roll: Roll) -> Roll:
        """Book blocks one after the other while each pays for itself."""
        inst = self.model.instance
        if not len(inst.elastic.kind) or not inst.elastic.cap.any():
            return roll
        now, blocks = standing(inst, roll), roll.blocks.tolist()
        used, block = np.zeros(inst.slots, dtype=np.int64), np.zeros(3, dtype=np.int64)
        for _, start, length in blocks:
            used[start : start + length] += 1
        for d in set(range(inst.days)) - set(self.held.days.tolist()):
            # nothing has happened there: no seat is free for us
            used[inst.day_first[d] : inst.day_first[d + 1]] += int(inst.elastic.cap.max())
        usual = usual_prices(inst, USUAL)
        size = max(float(inst.elastic.seat[0].sum()), 0.1)
        taken = int(roll.blocks[:, 2].sum())
        while len(blocks) < MOST_BLOCKS:
            worth = row_prices(inst, now, usual)
            prices, linear = marginal_prices(inst, now.seats - inst.service.fixed, now.value, worth, size, 0.0)
            if best_block(inst, prices, linear, floor_worth(inst, now.heads), used, block) <= 1e-9:
                break
            change_block(inst, now, used, block, 1)
            rise = price_change(inst, now, inst.service.price)[0] + elastic_change(inst, taken, int(block[2]))
            settle_change(inst, now, rise < -1e-9)
            if rise >= -1e-9:
                break
            taken += int(block[2])
            blocks.append(block.tolist())
        return Roll(roll.tours, np.array(blocks, dtype=np.int64).reshape(-1, 3))

    def _presence(self, roll: Roll) -> Ints:
        core = [a for a, agent in enumerate(self.model.agents) if agent.pool == "core"]
        zero: Ints = np.zeros(self.model.instance.slots, dtype=np.int64)
        return sum((presence(self.model.instance, roll.tours[a]) for a in core), zero)


def short_pools(model: Model, roll: Roll) -> dict[int, frozenset[int]]:
    """Return the pools whose targets a roster misses, by day."""
    inst = model.instance
    now = standing(inst, roll)
    first = inst.day_first // inst.per_interval
    found: dict[int, frozenset[int]] = {}
    for r in missed_rows(inst, now).tolist():
        inside = np.flatnonzero((first[1:] > inst.service.row_first[r]) & (first[:-1] < inst.service.row_last[r]))
        for d in inside.tolist():
            found[d] = found.get(d, frozenset()) | {int(inst.service.row_pool[r])}
    return found


def missed_rows(inst: Instance, now: Standing) -> Ints:
    """Return the target rows that are missed."""
    excess = inst.service.sign * (now.value - inst.service.limit)
    return np.flatnonzero(excess > MISSED * inst.service.limit).astype(np.int64)


def _days(inst: Instance, now: Standing, missed: Ints, lost: NDArray[np.bool_], days: Sequence[int] | None) -> Ints:
    """Return the days that a repair is for."""
    found = set(np.flatnonzero(lost.any(axis=0)).tolist())
    if days is not None:
        return np.array(sorted(found | set(days)), dtype=np.int64)
    first = inst.day_first // inst.per_interval
    for r in missed.tolist():
        inside = np.flatnonzero((first[1:] > inst.service.row_first[r]) & (first[:-1] < inst.service.row_last[r]))
        if len(inside) < inst.days or inst.service.row_curve[r] >= 0:
            found |= set(inside.tolist())
    lack = np.asarray((inst.floors.need - inst.floors.fixed - now.heads > 0).any(axis=0))
    found |= {d for d in range(inst.days) if lack[inst.day_first[d] : inst.day_first[d + 1]].any()}
    return np.array(sorted(found) or range(inst.days if len(missed) else 0), dtype=np.int64)


def _served(inst: Instance, a: int) -> set[int]:
    """Return the pools that a person may serve."""
    teams = slice(int(inst.people.team_first[a]), int(inst.people.team_last[a]))
    return set(np.flatnonzero(inst.teams.seat[teams].sum(axis=0) > 0).tolist())

"""The week into which activities are placed: its shifts, what is there already, and where each may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.people import Agent
from domain.roster import Stretch
from scheduling.pauses.desk import Desk
from scheduling.pauses.due import Due, full_elsewhere, window
from scheduling.pauses.duty import Duty, Pause
from scheduling.rules.activities import fits, of_agent


@dataclass(frozen=True)
class Week:
    """People's shifts of one week, at their desk.

    Attributes
    ----------
    folder : PlanningFolder
    grid : IntervalGrid
        Slots.
    agents : sequence of Agent
    desk : Desk
    duties : sequence of Duty
        Activities are added to their pauses.
    there : mapping of agent id to rows
        Activities that the roster holds already: pinned ones.
    bears_unpaid : callable of duty and minutes
        Whether the contract bears so many unpaid minutes more in that shift.
    top : int
        First slot that nobody plans for any more.
    """

    folder: PlanningFolder
    grid: IntervalGrid
    agents: Sequence[Agent]
    desk: Desk
    duties: Sequence[Duty]
    there: Mapping[str, Sequence[Stretch]]
    bears_unpaid: Callable[[Duty, int], bool]
    top: int
    _of: dict[int, list[Duty]] = field(default_factory=dict)

    def shifts_of(self, who: int) -> list[Duty]:
        """Return a person's shifts."""
        if not self._of:
            for duty in self.duties:
                self._of.setdefault(duty.who, []).append(duty)
        return self._of.get(who, [])

    def rows(self, who: int) -> list[Stretch]:
        """Return a person's activities as rows, pinned and placed."""
        agent = self.agents[who]
        placed = []
        for duty in self.shifts_of(who):
            for pause in duty.pauses:
                if pause.item >= 0:
                    item = self.folder.activities[pause.item]
                    low, high = (self.grid.start + slot * self.grid.step for slot in (pause.start, pause.end))
                    placed.append(Stretch(agent.id, low, high, item.activity, (), item.paid, agent.pool, duty.shift_id))
        return [*self.there.get(agent.id, ()), *placed]

    def count(self, due: Due) -> int:
        """Return how often a person has an activity."""
        item = self.folder.activities[due.item]
        return sum(fits(item, row) for row in self.rows(due.who))

    def meant(self, item: int) -> list[int]:
        """Return the people whom an activity is meant for."""
        wanted = self.folder.activities[item]
        everyone = range(len(self.agents))
        return [a for a in everyone if any(wanted is other for other in of_agent(self.folder, self.agents[a]))]

    def has_twin(self, due: Due) -> bool:
        """Tell whether an occurrence may count as another activity of the person too."""
        item = self.folder.activities[due.item]
        return any(
            other is not item and (other.activity, other.minutes) == (item.activity, item.minutes)
            for other in of_agent(self.folder, self.agents[due.who])
        )

    def wanted(self, due: Due) -> Pause:
        """Return the pause that a person shall have, not placed yet."""
        item = self.folder.activities[due.item]
        first, last = window(item, self.grid)
        length = item.minutes // self.grid.step_minutes
        barred = full_elsewhere(self.folder, self.agents[due.who], item, self.rows(due.who), self.grid)
        return Pause(length, first, min(last, self.top - length), item.paid, item=due.item, barred=barred)

    def open_shifts(self, due: Due) -> list[Duty]:
        """Return the shifts that reach into an activity's window, and bear it if it is unpaid."""
        item = self.folder.activities[due.item]
        first, last = window(item, self.grid)
        end = last + item.minutes // self.grid.step_minutes
        return [
            duty
            for duty in self.shifts_of(due.who)
            if duty.low < end and first < duty.high and (item.paid or self.bears_unpaid(duty, item.minutes))
        ]

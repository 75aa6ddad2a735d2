"""Whether a week, as the optimiser writes it, keeps the pins of its person: for searches that change single days."""

from __future__ import annotations

from numba import njit

from domain.history import Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.week_rules import fitting_breaks, legal_week, open_shift

WORKS, PAUSES, AWAY = 1, 2, 3


@leaf
def keeps_week_pins(inst: Instance, agent: int, tour: Ints) -> bool:
    """Tell whether every pinned slot of a person is worked, on break or free as its pin says.

    Parameters
    ----------
    inst : Instance
    agent : int
    tour : int array, shape (days, 3 + most breaks)
    """
    pin = inst.people.pin[agent]
    if pin < 0:
        return True
    at = 0
    for d in range(inst.days):
        if tour[d, 0] < 0:
            continue
        first = inst.options.start[tour[d, 0]]
        for s in range(at, first):
            if inst.pins[pin, s] == WORKS or inst.pins[pin, s] == PAUSES:
                return False
        seq = tour[d, 2]
        pauses = inst.shapes.pauses[seq] if seq >= 0 else 0
        j = 0
        at = first + inst.options.length[tour[d, 0]]
        for s in range(first, at):
            while j < pauses and s >= tour[d, 3 + j] + inst.shapes.length[seq, j]:
                j += 1
            resting = j < pauses and s >= tour[d, 3 + j]
            code = inst.pins[pin, s]
            if code == AWAY or (code == WORKS and resting) or (code == PAUSES and not resting):
                return False
    for s in range(at, inst.slots):  # noqa: SIM110 - compiled
        if inst.pins[pin, s] == WORKS or inst.pins[pin, s] == PAUSES:
            return False
    return True


@njit(cache=True, nogil=True)
def fitting_week(inst: Instance, agent: int, tour: Ints) -> bool:
    """Tell whether a week keeps every rule of its person: hours and rest, breaks, opening hours, pins."""
    for d in range(inst.days):
        if tour[d, 0] >= 0 and not (fitting_breaks(inst, tour[d]) and open_shift(inst, tour[d])):
            return False
    if inst.people.one_team[agent] == 1:
        team = -1
        for d in range(inst.days):
            if tour[d, 0] >= 0:
                if team >= 0 and tour[d, 1] != team:
                    return False
                team = tour[d, 1]
    return bool(legal_week(inst, agent, tour) and keeps_week_pins(inst, agent, tour))

"""Whether a week, as the optimiser writes it, keeps every rule of its person: for searches that change single days.

The dynamic program of ``pricing`` builds legal weeks only; this says the same of a week that was changed by hand. The
independent validator in ``rules`` shares nothing with either.
"""

from __future__ import annotations

from domain.history import Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.overtime_units import may_be_overtime, overtime_units


@leaf
def legal_week(inst: Instance, agent: int, tour: Ints) -> bool:
    """Tell whether a person may work a week.

    Parameters
    ----------
    inst : Instance
    agent : int
    tour : int array, shape (days, 3 + most breaks)
        Option (-1 on a free day), team, sequence of breaks, break starts.
    """
    people = inst.people
    worked = 0
    for d in range(inst.days):
        if tour[d, 0] >= 0:
            worked += 1
    beyond = people.over_graph[agent] >= 0 and worked >= people.over_days[agent]
    graph = people.over_graph[agent] if beyond else people.graph[agent]
    node = 0
    paid = nights = 0
    ready, rested = people.ready[agent], people.rested[agent]
    weekly = people.weekly_rest[agent]
    had_rest = weekly == 0
    low, high = 1441, -1
    for d in range(inst.days):
        option = tour[d, 0]
        if option < 0:
            node = inst.graphs.off[graph, d, node]
            if node < 0:
                return False
            continue
        node = inst.graphs.on[graph, d, node]
        if node < 0:
            return False
        start = inst.options.start[option]
        if start < ready:
            return False
        if start >= rested:
            had_rest = True
        end = start + inst.options.length[option]
        ready, rested = end + people.rest[agent], end + weekly
        paid += inst.options.paid[option]
        nights += inst.options.night[option]
        low = min(low, inst.options.minute[option])
        high = max(high, inst.options.minute[option])
    if not had_rest and rested > inst.day_first[inst.days]:
        return False
    if people.spread[agent] >= 0 and high - low > people.spread[agent]:
        return False
    if not people.paid_min[agent] <= paid <= people.paid_max[agent]:
        return False
    if not may_be_overtime(inst, agent, overtime_units(inst, agent, paid, beyond)):
        return False
    return bool(people.night_min[agent] <= nights <= people.night_max[agent])


@leaf
def fitting_breaks(inst: Instance, row: Ints) -> bool:
    """Tell whether the breaks of one day's shift lie in their windows, apart from each other and from its ends."""
    option, seq = row[0], row[2]
    shapes = inst.shapes
    shape = inst.options.shape[option]
    if shapes.first[shape] == shapes.last[shape]:
        return bool(seq < 0)
    if not shapes.first[shape] <= seq < shapes.last[shape]:
        return False
    start = inst.options.start[option]
    last = inst.options.length[option] - 1
    free = 1
    for j in range(shapes.pauses[seq]):
        at = row[3 + j] - start
        if at < max(shapes.after[seq, j], free) or at > min(shapes.before[seq, j], last - shapes.length[seq, j]):
            return False
        free = at + shapes.length[seq, j] + 1
    return True


@leaf
def open_shift(inst: Instance, row: Ints) -> bool:
    """Tell whether all work of a day lies in the opening hours of the team's queues, the pinned ones if any."""
    option = row[0]
    first = inst.options.start[option]
    kind = inst.teams.kind[row[1]]
    if inst.options.kind[option] >= 0 and inst.options.kind[option] != kind:
        return False
    shut = inst.kinds.shut[kind]
    closed = shut[first + inst.options.length[option]] - shut[first]
    seq = row[2]
    if closed > 0 and seq >= 0:
        for j in range(inst.shapes.pauses[seq]):
            at = row[3 + j]
            closed -= shut[at + inst.shapes.length[seq, j]] - shut[at]
    return bool(closed == 0)

"""The planning model as arrays: everything the optimiser needs, prepared, with no reference to files."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats, Ints

CLOSED = -1.0e7
"""Value of working a slot in which nothing may be worked; larger in size than any price."""

Bytes = NDArray[np.int8]


class Shapes(NamedTuple):
    """Break patterns. A shape is a paid length of one contract; its sequences are the orders its breaks may take.

    Attributes
    ----------
    first, last : int arrays, shape (shapes,)
        Range of sequences of a shape.
    pauses : int array, shape (sequences,)
        Number of breaks.
    length, after, before, paid, rule : int arrays, shape (sequences, most breaks)
        In slots; ``rule`` is the index of the break in its contract.
    """

    first: Ints
    last: Ints
    pauses: Ints
    length: Ints
    after: Ints
    before: Ints
    paid: Ints
    rule: Ints


class Options(NamedTuple):
    """Legal shifts, those of one agent-day together.

    Attributes
    ----------
    pointer : int array, shape (agents * days + 1,)
        Options of agent a on day d: ``pointer[a * days + d]`` up to the next.
    start, length : int arrays
        First slot of the horizon and elapsed slots.
    minute : int array
        Wall-clock minutes of the start after the beginning of the contract's window, for rules on starts.
    paid : int array
        Paid units (the week's hours are counted in these).
    shape : int array
    night : int array
        1 where the shift is a night shift.
    kind : int array
        Set of queues pinned to the shift, -1 where they are free.
    cost : float array
        Pay without premiums.
    soft : float array
        What the shift costs beside pay, against a day without one: see ``scheduling.soft``.
    """

    pointer: Ints
    start: Ints
    length: Ints
    minute: Ints
    paid: Ints
    shape: Ints
    night: Ints
    kind: Ints
    cost: Floats
    soft: Floats


class People(NamedTuple):
    """Named agents and the rules of their weeks.

    Attributes
    ----------
    graph : int array, shape (agents,)
        Index of the graph of legal day patterns.
    paid_min, paid_max : int arrays
        Paid units of the week.
    rest, weekly_rest : int arrays
        Slots; ``weekly_rest`` is 0 where there is no such rule.
    ready : int array
        First slot at which the agent may start, from the previous roster.
    rested : int array
        First slot from which a weekly rest begun before the first shift is complete.
    night_min, night_max : int arrays
    spread : int array
        Minutes by which starts of a week may differ; -1 where free.
    one_team : int array
        1 where the agent's queues may not change within the week.
    pin : int array
        Row of the pin table, -1 where nothing is pinned.
    premium : int array
        Row of the premium table.
    over_graph : int array
        Graph of the patterns with one day more than usual; -1 where there may be none.
    over_days : int array
        Days of those.
    team_first, team_last : int arrays
        Range of the agent's teams in ``Teams``.
    base_cost : float array
        What must be paid whatever the roster: paid leave.
    least_cost : float array
        Pay for the contract's minimum hours.
    soft_base : float array
        What the days cost beside pay where none is worked.
    over_from, over_units : float arrays
        Paid units of the week beyond which they are overtime, and the most overtime: 0 but for volunteers.
    over_rate, rest_rate : float arrays
        What a unit of overtime costs on top of pay, in a week of the usual days and in one with a day more.
    """

    graph: Ints
    paid_min: Ints
    paid_max: Ints
    rest: Ints
    weekly_rest: Ints
    ready: Ints
    rested: Ints
    night_min: Ints
    night_max: Ints
    spread: Ints
    one_team: Ints
    pin: Ints
    premium: Ints
    team_first: Ints
    team_last: Ints
    over_graph: Ints
    over_days: Ints
    base_cost: Floats
    least_cost: Floats
    soft_base: Floats
    over_from: Floats
    over_units: Floats
    over_rate: Floats
    rest_rate: Floats


class Graphs(NamedTuple):
    """Legal day patterns as the smallest acyclic graphs, one a row.

    Attributes
    ----------
    off, on : int arrays, shape (graphs, days, nodes)
        Node of the next day after a free or a worked day, -1 where that is not legal.
    """

    off: Ints
    on: Ints


class Teams(NamedTuple):
    """What one agent may serve during a shift: pools, with the share of the seat each of them gets.

    Attributes
    ----------
    kind : int array, shape (teams,)
        Index of the set of queues.
    seat : float array, shape (teams, pools)
        Effective seats an agent on duty adds to each pool.
    gain : float array, shape (teams, rows)
        What one interval of this team adds to the value of each FCR row it touches; 0 elsewhere.
    """

    kind: Ints
    seat: Floats
    gain: Floats


class Kinds(NamedTuple):
    """Sets of queues worked together.

    Attributes
    ----------
    open : int8 array, shape (kinds, slots)
        1 where at least one of the queues is open.
    shut : int array, shape (kinds, slots + 1)
        Slots before each where none of the queues is open.
    share : float array, shape (kinds, pools, intervals)
        Share of a seat that each pool gets.
    floor : int8 array, shape (kinds, floors)
        1 where the kind counts for a minimum of staff, -1 where it takes a desk.
    alike : int array, shape (kinds,)
        The same number for kinds that differ by the desks they are worked at alone.
    """

    open: Bytes
    shut: Ints
    share: Floats
    floor: Bytes
    alike: Ints


class Service(NamedTuple):
    """Service of each pool by seats, and the targets as rows over it.

    A row's value is ``base + sum over its intervals of weight * curve(seats)`` plus FCR gains; its miss is
    ``max(0, sign * (value - limit)) / limit`` and costs ``price`` times that.

    Attributes
    ----------
    step : float
        Distance of two knots of the curves, in seats.
    curves : float array, shape (curves, intervals, knots)
    curve_pool : int array, shape (curves,)
    row_curve, row_pool : int arrays, shape (rows,)
        ``row_curve`` is -1 for FCR rows, which are linear in people.
    sign, limit, price, base : float arrays, shape (rows,)
        ``price`` is money for a relative miss of 1.
    weight : float array, shape (rows, intervals)
    row_first, row_last : int arrays
        Range of intervals of a row.
    efficiency : float array, shape (pools, intervals)
        Seats are multiplied by this before a curve is read; corrected by simulation.
    fixed : float array, shape (pools, intervals)
        Seats there already: shifts that began before the horizon.
    given : float
        Price of the misses that no roster can avoid; the limits are what one can reach.
    """

    step: float
    curves: Floats
    curve_pool: Ints
    row_curve: Ints
    row_pool: Ints
    sign: Floats
    limit: Floats
    price: Floats
    base: Floats
    weight: Floats
    row_first: Ints
    row_last: Ints
    efficiency: Floats
    fixed: Floats
    given: float


class Floors(NamedTuple):
    """Minimum staff, then desks: heads needed per floor and slot, and the price of one missing for a slot.

    Attributes
    ----------
    need : int array, shape (floors, slots)
        Below 0 for desks, whose people count -1 each: at least -8 heads are eight at most. See ``scheduling.desks``.
    fixed : int array, shape (floors, slots)
        Heads there in any case.
    price : float
    """

    need: Ints
    fixed: Ints
    price: float


class Elastic(NamedTuple):
    """Elastic seats.

    Attributes
    ----------
    cap : int array, shape (slots,)
        Seats allowed at once; 0 before the notice is over, less what is pinned.
    lengths : int array
        Block lengths in slots.
    slot_cost : float
    least_cost : float
        Paid if any is used.
    kind : int array, shape (choices,)
    seat : float array, shape (choices, pools)
    gain : float array, shape (choices, rows)
    booked : int
        Slots of pinned blocks: paid in any case; their seats are among the fixed ones.
    """

    cap: Ints
    lengths: Ints
    slot_cost: float
    least_cost: float
    kind: Ints
    seat: Floats
    gain: Floats
    booked: int


class Instance(NamedTuple):
    """One week (or more) to be rostered.

    Attributes
    ----------
    days, slots, intervals : int
        ``slots`` reach beyond the horizon for shifts that end after it.
    per_interval : int
        Slots of one interval.
    day_first : int array, shape (days + 1,)
        First slot of each local day.
    premium : float array, shape (premium rows, slots)
        Extra pay of one paid slot as a share of hourly cost.
    premium_before : float array, shape (premium rows, slots + 1)
        The same, summed over the slots before each.
    hourly : float array, shape (agents,)
    slot_hours : float
    pins : int8 array, shape (pinned agents, slots)
        0 free, 1 must work, 2 must be on break, 3 must be off.
    """

    days: int
    slots: int
    intervals: int
    per_interval: int
    day_first: Ints
    premium: Floats
    premium_before: Floats
    hourly: Floats
    slot_hours: float
    people: People
    graphs: Graphs
    options: Options
    shapes: Shapes
    teams: Teams
    kinds: Kinds
    service: Service
    floors: Floors
    elastic: Elastic
    pins: Bytes

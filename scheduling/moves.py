"""Small changes of a roster, drawn at random: other breaks, another start, other queues, a trade, another day."""

from __future__ import annotations

import numpy as np

from domain.history import Ints
from scheduling.instance import Instance
from scheduling.kernel import leaf
from scheduling.week_rules import fitting_breaks, legal_week, open_shift

NEAR_BREAK = 4
"""Slots by which most moves of a break reach."""

NEAR_OPTION, NEAR_SHARE = 4, 0.6
"""Places in the list of a day's shifts, by start and then by length, by which most changes of a shift reach, and the
share of those."""

DRAWS = 4
"""Tries at placing the breaks of another shift at random."""


@leaf
def take_row(row: Ints, source: Ints) -> None:
    """Copy a day, or an elastic block."""
    for k in range(row.shape[0]):
        row[k] = source[k]


@leaf
def take_week(week: Ints, source: Ints) -> None:
    """Copy a person's week."""
    for d in range(week.shape[0]):
        take_row(week[d], source[d])


@leaf
def move_break(inst: Instance, row: Ints, rng: np.random.Generator) -> bool:
    """Move one break of a shift; tell whether the shift stays legal."""
    seq = row[2]
    if seq < 0:
        return False
    shapes = inst.shapes
    j = int(rng.random() * shapes.pauses[seq])
    start = inst.options.start[row[0]]
    if rng.random() < 0.7:
        row[3 + j] += int(rng.random() * (2 * NEAR_BREAK + 1)) - NEAR_BREAK
    else:
        row[3 + j] = (
            start + shapes.after[seq, j] + int(rng.random() * (shapes.before[seq, j] - shapes.after[seq, j] + 1))
        )
    return bool(fitting_breaks(inst, row))


@leaf
def draw_breaks(inst: Instance, row: Ints, rng: np.random.Generator) -> bool:
    """Place the breaks of a shift at random; tell whether that worked."""
    shapes = inst.shapes
    shape = inst.options.shape[row[0]]
    first, last = shapes.first[shape], shapes.last[shape]
    for k in range(2, row.shape[0]):
        row[k] = -1
    if first == last:
        return True
    start = inst.options.start[row[0]]
    length = inst.options.length[row[0]]
    for _ in range(DRAWS):
        seq = first + int(rng.random() * (last - first))
        row[2] = seq
        free = 1
        fits = True
        for j in range(shapes.pauses[seq]):
            low = max(shapes.after[seq, j], free)
            high = min(shapes.before[seq, j], length - 1 - shapes.length[seq, j])
            if low > high:
                fits = False
                break
            at = low + int(rng.random() * (high - low + 1))
            row[3 + j] = start + at
            free = at + shapes.length[seq, j] + 1
        if fits:
            return True
    return False


@leaf
def take_option(inst: Instance, row: Ints, option: int, rng: np.random.Generator) -> bool:
    """Give a day another shift, its breaks where they were if they may; tell whether that worked."""
    old = row[0]
    if old >= 0 and inst.options.shape[old] == inst.options.shape[option]:
        shift = inst.options.start[option] - inst.options.start[old]
        row[0] = option
        seq = row[2]
        if seq >= 0:
            for j in range(inst.shapes.pauses[seq]):
                row[3 + j] += shift
        return True
    row[0] = option
    return bool(draw_breaks(inst, row, rng))


@leaf
def draw_option(inst: Instance, agent: int, day: int, rng: np.random.Generator) -> int:
    """Draw one of an agent's shifts of a day, -1 where there is none."""
    low = inst.options.pointer[agent * inst.days + day]
    high = inst.options.pointer[agent * inst.days + day + 1]
    return low + int(rng.random() * (high - low)) if high > low else -1


@leaf
def near_option(inst: Instance, agent: int, day: int, option: int, rng: np.random.Generator) -> int:
    """Draw one of an agent's shifts of a day that starts and ends near another of them."""
    low = inst.options.pointer[agent * inst.days + day]
    high = inst.options.pointer[agent * inst.days + day + 1]
    return int(min(max(option + int(rng.random() * (2 * NEAR_OPTION + 1)) - NEAR_OPTION, low), high - 1))


@leaf
def same_shift(inst: Instance, agent: int, day: int, other: int) -> int:
    """Return an agent's shift of a day that starts, ends and breaks like somebody's, -1 where there is none."""
    for i in range(inst.options.pointer[agent * inst.days + day], inst.options.pointer[agent * inst.days + day + 1]):
        if inst.options.start[i] == inst.options.start[other] and inst.options.length[i] == inst.options.length[other]:
            return i if inst.options.shape[i] == inst.options.shape[other] else -1
    return -1


@leaf
def team_of_kind(inst: Instance, agent: int, kind: int) -> int:
    """Return an agent's team that works a set of queues, at whatever desks, -1 where it may not."""
    for team in range(inst.people.team_first[agent], inst.people.team_last[agent]):
        if inst.kinds.alike[inst.teams.kind[team]] == inst.kinds.alike[kind]:
            return team
    return -1


@leaf
def change_one(inst: Instance, agent: int, day: int, crewed: bool, new: Ints, rng: np.random.Generator) -> bool:
    """Change breaks, start or queues of one worked day; ``new`` is the agent's week, changed in place."""
    row = new[day]
    # a shift without breaks has none to move
    draw = rng.random() if row[2] >= 0 else 0.45 + 0.55 * rng.random()
    teams = inst.people.team_last[agent] - inst.people.team_first[agent]
    if draw < 0.45:
        return bool(move_break(inst, row, rng))
    if draw < 0.75 or teams < 2:
        near = rng.random() < NEAR_SHARE
        option = near_option(inst, agent, day, row[0], rng) if near else draw_option(inst, agent, day, rng)
        if crewed or option == row[0] or not take_option(inst, row, option, rng):
            return False
        return bool(open_shift(inst, row) and legal_week(inst, agent, new))
    team = inst.people.team_first[agent] + int(rng.random() * teams)
    if team == row[1] or inst.people.one_team[agent] == 1:
        return False
    row[1] = team
    return bool(open_shift(inst, row))


@leaf
def change_day(inst: Instance, agent: int, day: int, new: Ints, rng: np.random.Generator) -> int:
    """Work a free day in the place of a worked one; return the other day, -1 where that is not legal."""
    other = int(rng.random() * inst.days)
    if new[other, 0] >= 0 or other == day:
        return -1
    option = draw_option(inst, agent, other, rng)
    if option < 0:
        return -1
    if rng.random() < 0.7:
        # mostly at the same time of day
        for i in range(
            inst.options.pointer[agent * inst.days + other], inst.options.pointer[agent * inst.days + other + 1]
        ):
            same = inst.options.minute[i] == inst.options.minute[new[day, 0]]
            if same and inst.options.shape[i] == inst.options.shape[new[day, 0]]:
                option = i
    take_row(new[other], new[day])
    for k in range(new.shape[1]):
        new[day, k] = -1
    if not take_option(inst, new[other], option, rng):
        return -1
    return other if open_shift(inst, new[other]) and legal_week(inst, agent, new) else -1


@leaf
def usual_team(inst: Instance, agent: int, week: Ints) -> int:
    """Return the team of the last day that somebody works, the first that may be where there is none."""
    team = inst.people.team_first[agent]
    for d in range(inst.days):
        if week[d, 0] >= 0:
            team = week[d, 1]
    return int(team)


@leaf
def stay_home(inst: Instance, agent: int, day: int, new: Ints) -> bool:
    """Free a day; tell whether that is legal."""
    for k in range(new.shape[1]):
        new[day, k] = -1
    return bool(legal_week(inst, agent, new))


@leaf
def come_in(inst: Instance, agent: int, day: int, other: int, new: Ints, rng: np.random.Generator) -> bool:
    """Work on a free day, in the place of another one (or, -1, in addition); tell whether that is legal.

    Notes
    -----
    The shift is drawn among the day's; the queues are those of the other day, or drawn. Breaks lie at random.
    """
    option = draw_option(inst, agent, day, rng)
    if option < 0:
        return False
    if other >= 0:
        take_row(new[day], new[other])
        for k in range(new.shape[1]):
            new[other, k] = -1
    else:
        first = inst.people.team_first[agent]
        new[day, 1] = first + int(rng.random() * (inst.people.team_last[agent] - first))
        if inst.people.one_team[agent] == 1:
            new[day, 1] = usual_team(inst, agent, new)
        # no shift to take the breaks from
        new[day, 0] = -1
    return bool(
        take_option(inst, new[day], option, rng) and open_shift(inst, new[day]) and legal_week(inst, agent, new)
    )


@leaf
def trade(inst: Instance, a: int, b: int, day: int, mine: Ints, theirs: Ints, whole: bool) -> bool:
    """Let two people take each other's queues of a day, or each other's whole shift; tell whether they may."""
    old_a, old_b = mine[day, 1], theirs[day, 1]
    team_a = team_of_kind(inst, a, inst.teams.kind[old_b])
    team_b = team_of_kind(inst, b, inst.teams.kind[old_a])
    if team_a < 0 or team_b < 0:
        return False
    if inst.people.one_team[a] == 1 or inst.people.one_team[b] == 1:
        team_a, team_b = old_a, old_b
    if whole:
        option_a, option_b = same_shift(inst, a, day, theirs[day, 0]), same_shift(inst, b, day, mine[day, 0])
        if option_a < 0 or option_b < 0:
            return False
        for k in range(2, mine.shape[1]):
            mine[day, k], theirs[day, k] = theirs[day, k], mine[day, k]
        mine[day, 0], theirs[day, 0] = option_a, option_b
    elif team_a == old_a:
        return False
    mine[day, 1], theirs[day, 1] = team_a, team_b
    if not (open_shift(inst, mine[day]) and open_shift(inst, theirs[day])):
        return False
    return not whole or bool(legal_week(inst, a, mine) and legal_week(inst, b, theirs))

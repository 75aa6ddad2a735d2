"""Breaks and activities at other times of the same shift."""

from __future__ import annotations

from datetime import timedelta

from capacity.requirement import Requirement
from planning.moved_breaks import move_breaks
from planning.today.day import days_cut
from planning.today.proposal import Proposal
from planning.today.situation import Situation
from scheduling.replace_breaks import Move


def moved_pauses(situation: Situation, requirement: Requirement) -> list[Proposal]:
    """Return the moves that `scheduling.replace_breaks` finds for the rest of the day, a proposal a shift.

    Parameters
    ----------
    situation : Situation
    requirement : Requirement
        Of the plan's days, as it is seen now.

    Notes
    -----
    Breaks are placed against the duty that is really there: shifts that nobody came to are left out.
    """
    day = situation.day
    part = days_cut(requirement, day.date - timedelta(days=1), day.date)
    worked = situation.shifts
    for key in situation.gone:
        worked = worked.put(key, ())
    made = move_breaks(
        situation.folder, worked.roster(), part, situation.soonest, servers=tuple(situation.servers.values())
    )
    shifts = {(shift.agent_id, shift.shift_id): shift for shift in made.roster.shifts}
    moves: dict[tuple[str, str], list[Move]] = {}
    for move in made.moves:
        if day.grid.start <= move.start < day.grid.end and move.to < day.grid.end:
            moves.setdefault((move.agent_id, move.shift_id), []).append(move)
    found = []
    for key, mine in moves.items():
        shift = shifts[key]
        ends = [edge for move in mine for edge in (move.start, move.to)]
        last = max(edge + timedelta(minutes=move.minutes) for move in mine for edge in (move.start, move.to))
        told = ", ".join(f"{move.activity} {day.clock(move.start)} to {day.clock(move.to)}" for move in mine)
        queues = tuple(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))
        what = f"move {situation.name(key[0])}'s {told}"
        found.append(Proposal("move_break", key[0], key, shift.stretches, queues, min(ends), last, what))
    return found

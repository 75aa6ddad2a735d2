"""The repaired roster: published rows wherever nothing changed, ours where something did."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from domain.roster import OFF, Roster, Stretch
from scheduling.calendar import Calendar
from scheduling.handout import roster_of
from scheduling.held import same_row
from scheduling.model import Model
from scheduling.published import Published
from scheduling.roll import Roll


def repaired_roster(model: Model, roll: Roll, published: Published, roster: Roster) -> Roster:
    """Write a repaired week out.

    Parameters
    ----------
    model : Model
    roll : Roll
        The repaired tours and blocks.
    published : Published
        The published ones.
    roster : Roster
        As published.

    Notes
    -----
    The rows of a day that stays are the published ones, so that they are equal to the letter. Elastic blocks that stay
    keep their seat; a new one takes the first seat that is free.
    """
    calendar = Calendar(model.folder, model.first, model.instance.days)
    made = roster_of(model, roll)
    rows: list[Stretch] = []
    for a, agent in enumerate(model.agents):
        kept = {
            model.first + timedelta(days=d)
            for d in range(model.instance.days)
            if not published.lost[a, d] and same_row(roll.tours[a, d], published.roll.tours[a, d])
        }
        for source, wanted in ((roster, True), (made, False)):
            for shift in source.by_agent.get(agent.id, ()):
                day = calendar.day(shift.start)
                inside = 0 <= (day - model.first).days < model.instance.days
                rows += shift.stretches if inside and (day in kept) == wanted else ()
    return Roster.of([*rows, *_seats(model, roll, published, roster, made)])


def _seats(model: Model, roll: Roll, published: Published, roster: Roster, made: Roster) -> list[Stretch]:
    """Return the rows of elastic seats."""
    rows: list[Stretch] = []
    booked = {(block.seat, model.grid.start + block.start * model.grid.step) for block in model.booked}
    before = {(shift.agent_id, shift.start): shift for shift in roster.shifts}
    for shift in made.shifts:
        if shift.pool == "elastic" and (shift.agent_id, shift.start) in booked:
            same = before.get((shift.agent_id, shift.start))
            rows += same.stretches if same is not None and same.end == shift.end else shift.stretches
    wanted = Counter(map(tuple, roll.blocks.tolist()))
    for block, shift in zip(published.roll.blocks.tolist(), published.seats, strict=True):
        if wanted[tuple(block)] > 0:
            wanted[tuple(block)] -= 1
            rows += shift.stretches
    for (k, start, length), count in sorted(wanted.items(), key=lambda item: (item[0][1], item[0])):
        begin = model.grid.start + start * model.grid.step
        end = begin + length * model.grid.step
        kind = model.kinds[model.instance.elastic.kind[k]]
        queues = tuple(model.folder.centre.queue_ids[q] for q in kind.queues)
        for _ in range(count):
            taken = {row.agent_id for row in rows if row.start < end and begin < row.end}
            seat = next((seat for seat in model.elastic_ids if seat not in taken), None)
            if seat is not None:
                name = f"{seat}@{begin:%Y%m%dT%H%M}"
                rows.append(
                    Stretch(seat, begin, end, queues=_open(model, queues, begin, end), pool="elastic", shift_id=name)
                )
    return rows


def _open(model: Model, queues: tuple[str, ...], begin: object, end: object) -> tuple[str, ...]:
    calendar = Calendar(model.folder, model.first, model.instance.days)
    low, high = calendar.minute(begin), calendar.minute(end)  # type: ignore[arg-type]
    return tuple(queue for queue in queues if calendar.opening(queue)[low:high].any())


def without_lost(roster: Roster, model: Model, published: Published) -> Roster:
    """Return the published roster without the shifts and blocks that nobody can work any more."""
    calendar = Calendar(model.folder, model.first, model.instance.days)
    lost = {
        (agent.id, model.first + timedelta(days=d))
        for a, agent in enumerate(model.agents)
        for d in range(model.instance.days)
        if published.lost[a, d]
    }
    end = model.first + timedelta(days=model.instance.days)
    gone = {
        (shift.agent_id, shift.shift_id)
        for shift in roster.shifts
        if (shift.agent_id, calendar.day(shift.start)) in lost or not model.first <= calendar.day(shift.start) < end
    }
    return Roster.of(
        row for row in roster.stretches if row.activity != OFF and (row.agent_id, row.shift_id) not in gone
    )

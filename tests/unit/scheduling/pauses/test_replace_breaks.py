"""Breaks moved in a published roster: the past stays, misses never grow, and the validator has nothing to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import small
from activity_case import QUICK, activity, at

from capacity.servers import make_servers
from capacity.targets import target_rows
from domain.centre import ElasticPool
from domain.progress import Control
from domain.roster import Roster, Stretch
from domain.sites import Site
from scheduling.handout import roster_of
from scheduling.pauses.activities import place_activities
from scheduling.pauses.desk import Desk
from scheduling.pauses.of_roster import duties_of
from scheduling.pauses.published import publish
from scheduling.pauses.response import TRY
from scheduling.replace_breaks import replace_breaks
from scheduling.roll import measure
from scheduling.rules import validate
from scheduling.service_model import row_values, shortfall_of
from scheduling.solve import solve

WEEK = at(0, 0)


def needed(folder, load=2.0, hours=()):
    """Return a requirement whose contacts are several times as many in some hours."""
    need = small.demand(folder, load)
    clock = need.grid.minute_of_day // 60
    return replace(need, volume=np.where(np.isin(clock, hours), 2.5, 1.0) * need.volume)


def setting(solved, folder, need):
    targets = target_rows(folder.centre, need.grid, need.volume > 0, need.volume)
    return {"targets": targets, "servers": make_servers(folder, (), (), small.FIRST, 7)}


def moved(solved, moment=WEEK, *, folder=None, roster=None, need=None, **more):
    folder = folder or solved.folder
    roster = roster or roster_of(solved.model, solved.result.roll)
    need = need or needed(folder, hours=(11, 12))
    return roster, replace_breaks(folder, roster, need, moment, **setting(solved, folder, need), **more)


def begun(roster, moment):
    """Return the breaks that began before a moment."""
    return {row for row in roster.stretches if row.start < moment and row.activity != "work"}


def hard(folder, roster):
    return [v.text for v in validate(folder, roster, small.FIRST, 1) if v.hard]


def test_misses_fall_where_more_comes_at_the_time_of_a_break(solved):
    old, found = moved(solved)
    assert found.moves and found.shortfall_after < found.shortfall_before
    assert hard(solved.folder, found.roster) == []
    spans = {(s.agent_id, s.shift_id): (s.start, s.end) for s in old.shifts}
    assert spans == {(s.agent_id, s.shift_id): (s.start, s.end) for s in found.roster.shifts}


def test_what_it_says_is_what_the_new_roster_gives(solved):
    need = needed(solved.folder, hours=(11, 12))
    _, found = moved(solved, need=need)
    more = setting(solved, solved.folder, need)
    there = publish(solved.folder, found.roster, need, more["targets"], more["servers"])
    values = row_values(there.inst, there.seats, there.gains)
    assert shortfall_of(there.inst, values) == pytest.approx(found.shortfall_after)
    assert found.after[there.rows] == pytest.approx(values)


def test_a_roster_of_the_planning_model_has_the_same_seats_as_a_published_one(solved):
    need = small.demand(solved.folder, 2.0)
    more = setting(solved, solved.folder, need)
    roster = roster_of(solved.model, solved.result.roll)
    there = publish(solved.folder, roster, need, more["targets"], more["servers"])
    seats = measure(solved.model.instance, solved.result.roll)[0]
    assert there.seats.sum(axis=0) == pytest.approx(seats.sum(axis=0))
    assert row_values(there.inst, there.seats, there.gains) == pytest.approx(solved.result.values, rel=1e-2)


@pytest.mark.parametrize("hour", [9.0, 11.25, 13.1, 15.0])
def test_the_past_is_frozen(solved, hour):
    moment = at(2, hour)
    old, found = moved(solved, moment)
    before = lambda roster: {  # noqa: E731
        (row.agent_id, row.start, row.activity)
        for row in roster.stretches
        if row.start < moment and row.activity != "work"
    }
    assert before(old) == before(found.roster)
    assert all(move.start >= moment and move.to >= moment for move in found.moves)
    assert hard(solved.folder, found.roster) == [] and found.shortfall_after <= found.shortfall_before + 1e-6


def test_once_more_nothing_gains(solved):
    _, found = moved(solved)
    _, again = moved(solved, roster=found.roster)
    assert again.moves == () and again.roster == found.roster


def test_a_move_that_gains_too_little_is_not_made(solved):
    _, free = moved(solved, need=needed(solved.folder), move_minutes=0.0)
    _, dear = moved(solved, need=needed(solved.folder), move_minutes=1e9)
    assert dear.moves == () and free.shortfall_after <= dear.shortfall_after


def test_it_is_the_same_every_time(solved):
    assert moved(solved)[1].roster == moved(solved)[1].roster


def test_a_pinned_break_stays(solved):
    old, found = moved(solved)
    moves = found.moves[:3]
    pins = tuple(
        next(row for row in old.stretches if (row.agent_id, row.start) == (move.agent_id, move.start)) for move in moves
    )
    folder = replace(solved.folder, pins=pins)
    _, again = moved(solved, folder=folder)
    assert set(pins) <= set(again.roster.stretches) and hard(folder, again.roster) == []


def test_activities_move_within_their_window_and_meetings_stay(solved):
    items = (
        *(activity(agent_id=f"a{k:02d}", minutes=45, earliest=at(0, 9), latest=at(6, 20)) for k in range(8)),
        activity("meeting", 30, team="early", together=True),
    )
    model = solved.given(*items)
    placed = place_activities(model, solved.result)
    roster = roster_of(model, placed.roll)
    need = needed(model.folder, hours=(14, 15, 16, 17, 18, 19))
    _, found = moved(solved, folder=model.folder, roster=roster, need=need)
    assert hard(model.folder, found.roster) == []
    assert {move.activity for move in found.moves} & {"training"}
    meetings = [row for row in roster.stretches if row.activity == "meeting"]
    assert meetings and meetings == [row for row in found.roster.stretches if row.activity == "meeting"]


def test_rows_that_the_folder_does_not_know_stay(solved):
    roster = roster_of(solved.model, solved.result.roll)
    old = next(row for row in roster.stretches if row.activity == "break")
    strange = replace(old, activity="prayer")
    edited = Roster.of(strange if row == old else row for row in roster.stretches)
    _, found = moved(solved, roster=edited)
    assert strange in found.roster.stretches


def test_a_roster_off_the_grid_is_left_alone(solved):
    roster = roster_of(solved.model, solved.result.roll)
    late = timedelta(minutes=7)
    odd = Roster.of(replace(row, start=row.start + late, end=row.end + late) for row in roster.stretches)
    _, found = moved(solved, roster=odd)
    assert found.roster == odd and found.moves == ()


def test_elastic_blocks_count_and_stay(solved):
    pool = ElasticPool(share=0.5, block_hours=(3, 4), hourly_cost=26.0, queues=("phone",))
    folder = replace(solved.folder, centre=solved.folder.centre.model_copy(update={"elastic": pool}))
    block = Stretch("elastic-001", at(1, 11), at(1, 14), "work", ("phone",), True, "elastic", "b1")
    roster = Roster.of((*roster_of(solved.model, solved.result.roll).stretches, block))
    _, found = moved(solved, folder=folder, roster=roster)
    assert block in found.roster.stretches and found.shortfall_after < found.shortfall_before


def test_one_break_gets_the_very_best_of_its_places(solved):
    """Every place of one break, with all else as it is, gives no lower price of misses than the one chosen."""
    need = needed(solved.folder, hours=(10, 11, 12))
    more = setting(solved, solved.folder, need)
    roster = roster_of(solved.model, solved.result.roll)
    there = publish(solved.folder, roster, need, more["targets"], more["servers"])
    desk = Desk(there.inst, there.seats, there.gains, there.heads)
    rng = np.random.default_rng(4)
    duties = duties_of(solved.folder, there, roster, at(0, 0))
    for k in rng.permutation(len(duties))[:12].tolist():
        duty = duties[k]
        j = int(rng.integers(len(duty.pauses)))
        still = [p if n == j else p.at(p.start) for n, p in enumerate(duty.pauses)]
        chosen = desk.answer(duty, still, TRY)
        others = [
            desk.answer(duty, [replace(p, first=s, last=s) if n == j else p for n, p in enumerate(still)], TRY)
            for s in range(still[j].first, still[j].last + 1)
        ]
        totals = [answer.total for answer in others if answer is not None]
        assert len(totals) > 1 and chosen.total == pytest.approx(min(totals), abs=1e-6)


def test_breaks_leave_no_more_people_at_work_than_desks(solved):
    """Where the breaks would put more people at once at work than before, the desks hold them back."""
    _, free = moved(solved)
    old = roster_of(solved.model, solved.result.roll)
    people = tuple(agent.model_copy(update={"site": "hub"}) for agent in solved.folder.agents)

    def with_desks(count):
        centre = solved.folder.centre.model_copy(update={"sites": (Site(id="hub", desks=count),)})
        return replace(solved.folder, centre=centre, agents=people)

    enough = with_desks(next(n for n in range(1, 9) if not hard(with_desks(n), old)))
    _, found = moved(solved, folder=enough)
    assert found.moves and hard(enough, found.roster) == []
    # where the roster takes more desks than there are, breaks make room as far as they can, before they serve anybody
    few = next(f for n in range(1, 9) if _beyond(f := with_desks(n), free.roster) > _beyond(f, old))
    _, held = moved(solved, folder=few)
    assert held.moves and _beyond(few, held.roster) < _beyond(few, old)
    assert held.shortfall_after > free.shortfall_after


def _beyond(folder, roster):
    """Return the minutes of people beyond the desks."""
    rows = [row for row in roster.stretches if row.activity == "work"]
    edges = sorted({edge for row in rows for edge in (row.start, row.end)})
    at_once = [(sum(row.start <= edge < row.end for row in rows), edge) for edge in edges]
    desks = folder.centre.sites[0].desks
    return sum(
        max(count - desks, 0) * (after - edge).total_seconds() / 60
        for (count, edge), after in zip(at_once, edges[1:], strict=False)
    )


def test_activities_find_a_time_that_leaves_the_desks_alone(solved):
    """Training takes people from desks; the breaks it moves put nobody too many at one."""
    people = tuple(agent.model_copy(update={"site": "hub"}) for agent in solved.folder.agents)
    centre = solved.folder.centre.model_copy(update={"sites": (Site(id="hub", desks=5),)})
    training = tuple(activity(agent_id=agent.id, minutes=45) for agent in people)
    folder = replace(solved.folder, centre=centre, agents=people, activities=training)
    model = small.model(folder, load=2.0)
    result = solve(model, seed=1, effort=QUICK, control=Control())
    assert result.floor_gap == 0
    placed = place_activities(model, result)
    assert placed.floor_gap == 0 and len(placed.roll.activities) == len(training)
    assert hard(folder, roster_of(model, placed.roll)) == []

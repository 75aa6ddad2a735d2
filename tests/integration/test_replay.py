"""Days that the simulator itself has made, replayed: it finds itself right, and a roster that was not worked wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capacity.simulation.replication import Tally
from capacity.simulation.world import ABANDONED, IN_TIME, OFFERED, WAIT
from domain.centre import Shrinkage
from domain.errors import InputError
from domain.grid import IntervalGrid
from domain.history import Floats
from domain.people import Route
from domain.progress import Control
from planning.replay import ActualDays, Replayed, replay_days
from planning.replay.run import _as_observed
from planning.steps import simulate_roster
from planning.whatif.world import World
from tests.unit.planning.whatif_case import FIRST, ZONE, world_of

DAYS = 30


@pytest.fixture(scope="module")
def world() -> World:
    """Twelve people on calls, chats and mail; everybody comes, some time on duty is lost."""
    made = world_of()
    centre = made.folder.centre.model_copy(update={"shrinkage": Shrinkage(absence=0.0, in_shift=0.05)})
    return replace(made, folder=replace(made.folder, centre=centre))


def one_day(values: Floats, day: int) -> Floats:
    return values[:, 48 * day : 48 * (day + 1)]


@pytest.fixture(scope="module")
def made_days(world: World) -> list[ActualDays]:
    """Mondays as the engine draws them, counted as a centre would count them."""
    grid = IntervalGrid.of_days(FIRST, 1, ZONE, 30)
    need = world.requirement
    blank = np.full((3, grid.size), np.nan)
    monday = replace(need, grid=grid, **{name: one_day(getattr(need, name), 0) for name in FIELDS})
    tallies: list[Tally] = []
    options = replace(world.options, seed=77)
    simulate_roster(
        world.folder, monday, world.roster, world.people, options, Control(), replications=DAYS, look=tallies.append
    )
    return [
        ActualDays(
            grid=grid,
            queues=need.queues,
            volume=tally.counts[OFFERED],
            offered=tally.counts[OFFERED],
            aht_s=blank,
            wait_s=tally.counts[WAIT],
            in_target=tally.counts[IN_TIME + 1],
            abandoned=tally.counts[ABANDONED],
        )
        for tally in tallies
    ]


FIELDS = ("volume", "aht_s", "agents", "scheduled_agents", "mean_wait_s", "service_level", "abandonment", "occupancy")


@pytest.fixture(scope="module")
def replayed(world: World, made_days: list[ActualDays]) -> list[Replayed]:
    return [replay_days(world.folder, world.roster, day, Control(), replications=79) for day in made_days]


def test_counts_are_exactly_those_given(replayed: list[Replayed]) -> None:
    for made in replayed:
        offered = [row for row in made.rows if row.measure == "offered"]
        assert len(offered) == 4 * 50
        assert all(row.observed == row.simulated == row.low == row.high and row.inside for row in offered)


@pytest.mark.parametrize("measure", ["mean_wait_s", "service_level", "abandonment"])
@pytest.mark.parametrize("queue", ["phone", "chat", "all"])
def test_days_of_our_own_lie_inside_their_range(replayed: list[Replayed], queue: str, measure: str) -> None:
    """With probability 0.95 each; of 30 five outside would come once in 300 such tests."""
    inside = [
        row.inside
        for made in replayed
        for row in made.rows
        if (row.queue, row.scope, row.measure) == (queue, "day", measure)
    ]
    assert len(inside) == DAYS and sum(inside) >= DAYS - 5


def test_intervals_of_our_own_lie_inside_their_range_as_often_as_they_should(replayed: list[Replayed]) -> None:
    inside = [
        row.inside
        for made in replayed
        for row in made.rows
        if row.scope == "interval" and row.measure != "offered" and row.queue != "all"
    ]
    assert len(inside) > 4000
    assert 0.94 < np.mean(inside) < 0.995, "ties at 0 and 1 lie inside"


def test_a_centre_short_of_people_is_found_out(world: World, made_days: list[ActualDays]) -> None:
    """The day was worked by twelve; a roster of ten would have waited longer."""
    fewer = type(world.roster).of(row for row in world.roster.stretches if row.agent_id not in {"a00", "a01"})
    rows = replay_days(world.folder, fewer, made_days[0], Control(), replications=79).rows
    (wait,) = [row for row in rows if (row.queue, row.scope, row.measure) == ("phone", "day", "mean_wait_s")]
    assert not wait.inside and wait.simulated > wait.observed


def test_absence_is_drawn_only_where_it_is_asked_for(world: World, made_days: list[ActualDays]) -> None:
    centre = world.folder.centre.model_copy(update={"shrinkage": Shrinkage(absence=0.3, in_shift=0.05)})
    often_ill = replace(world.folder, centre=centre)

    def wait(**more: bool) -> float:
        made = replay_days(often_ill, world.roster, made_days[0], Control(), replications=30, **more)
        return made.service.simulated("day", FIRST.isoformat(), "phone", "mean_wait_s")[0]

    there = replay_days(world.folder, world.roster, made_days[0], Control(), replications=30).service
    assert wait() == there.simulated("day", FIRST.isoformat(), "phone", "mean_wait_s")[0]
    assert wait(absence=True) > 2 * wait()


def test_measured_handle_times_are_taken_as_they_are(world: World, made_days: list[ActualDays]) -> None:
    """On a queue that tells them nobody is slower than they say; elsewhere people differ as scored."""
    slow = replace(world.people.servers[0], aht_factor=np.full(3, 1.5))
    twice = replace(made_days[0], aht_s=np.where(np.arange(3)[:, None] == 0, 600.0, np.nan) + made_days[0].offered * 0)
    assert _as_observed(slow, made_days[0]).aht_factor.tolist() == [1.5, 1.5, 1.5]
    assert _as_observed(slow, twice).aht_factor.tolist() == [1.0, 1.5, 1.5]
    once = replay_days(world.folder, world.roster, made_days[0], Control(), replications=20).service
    longer = replay_days(world.folder, world.roster, twice, Control(), replications=20).service
    day = ("day", FIRST.isoformat(), "phone", "mean_wait_s")
    assert longer.simulated(*day)[0] > 3 * once.simulated(*day)[0]


def test_contacts_are_routed_as_the_acd_does(world: World, made_days: list[ActualDays]) -> None:
    alone = replace(world.folder, routing_current=tuple(Route(agent_id=f"a{k:02d}", queue="chat") for k in range(9)))
    day = ("day", FIRST.isoformat(), "phone", "mean_wait_s")
    usual, others = (
        replay_days(folder, world.roster, made_days[0], Control(), replications=20).service.simulated(*day)[0]
        for folder in (world.folder, alone)
    )
    assert others > 3 * usual, "nine of twelve take chats alone"


def test_nothing_tells_a_handle_time(world: World, made_days: list[ActualDays]) -> None:
    queues = tuple(queue.model_copy(update={"aht_s": None}) for queue in world.folder.centre.queues)
    blank = replace(world.folder, centre=world.folder.centre.model_copy(update={"queues": queues}))
    with pytest.raises(InputError, match="seconds a contact of queue phone takes, here, in history or in what is"):
        replay_days(blank, world.roster, made_days[0], Control(), replications=2)

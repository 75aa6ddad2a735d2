"""The baselines: requirement, covers, names and fixed shifts on the clones of the reference centre."""

import numpy as np
import pytest

from benchmarks.clones import DAYS, WEEK, Clones, Judgement, people
from benchmarks.common_tool import elastic_stretches, erlang_c_agents, named
from benchmarks.contest import Entry, better, loosest
from benchmarks.cover import Block, cover_week, deal, weekly_bound
from benchmarks.fixed_shifts import fixed_roster, shift_shapes, split
from benchmarks.scheduling.centres import Case
from benchmarks.whole_shifts import shape_of, shapes
from benchmarks.worlds import of_drawn, of_reference
from domain.coverage import Coverage
from planning.files.faults import Faults
from planning.files.folder_out import write_tables
from planning.files.settings import read_settings
from planning.reference.centre import centre_toml
from scheduling.cost import roster_cost
from scheduling.rules.validator import validate

PEOPLE = 44


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Clones:
    place = tmp_path_factory.mktemp("centre")
    write_tables(place, centre_toml(), {})
    settings = read_settings((place / "centre.toml").read_bytes(), Faults())
    assert settings.centre is not None
    return of_reference(settings.centre)


def judged(cost: float, worst: float) -> Entry:
    load = np.full((2, DAYS), worst)
    return Entry("x", "y", Judgement(cost, cost, 0.0, 40, 90.0 * load, 0.05 * load, load, 60.0))


def test_people_come_in_the_centres_mix(world: Clones) -> None:
    assert world.contracts(50) == {"full-time": 40, "four-tens": 6, "part-time": 4}
    assert all(sum(world.contracts(n).values()) == n for n in range(1, 90))


def test_volume_is_the_cases_own(world: Clones) -> None:
    week = 3500 * (1.10 + 1.05 + 1.00 + 0.98 + 0.97 + 0.95 + 0.95)
    assert world.requirement.volume.sum() == pytest.approx(week)
    voice = [q for q, name in enumerate(world.requirement.queues) if name in world.groups[0].queues]
    assert world.requirement.volume[voice].sum() == pytest.approx(0.2 * week)


def test_planner_is_told_tighter_limits_but_the_judge_keeps_the_true_ones(world: Clones) -> None:
    told = world.folder(10, 0.5).centre.queues[0].targets[0]
    assert (told.mean_wait_s, told.abandonment) == (45.0, 0.025)
    assert world.centre.queues[0].targets[0].mean_wait_s == 90.0


def test_erlang_c_requirement_is_whole_and_falls_with_a_looser_target(world: Clones) -> None:
    tight, loose = erlang_c_agents(world), erlang_c_agents(world, 1e5, 1.0)
    assert (tight == np.round(tight)).all() and (loose <= tight).all() and loose.sum() < tight.sum()
    load = world.requirement.volume * world.requirement.aht_s / 1800 / np.array(
        [q.concurrency for q in world.centre.queues]
    )[:, None]  # fmt: skip
    assert (loose.sum(axis=0) >= load.sum(axis=0) - 1e-6).all()


def test_breaks_stand_in_the_middle_of_their_windows(world: Clones) -> None:
    shape = shape_of(world.centre.contract("full-time"), 480)
    assert [(low - 480, high - low, paid) for low, high, _, paid in shape.pauses] == [
        (105, 15, True),
        (240, 60, False),
        (420, 15, True),
    ]
    assert shape.end == 480 + 540 and shape.duty().sum() * 30 == 540 - 90
    assert len(shapes(world)) == 15 + 11 + 23


@pytest.mark.parametrize("heads", [36, 41, 50])
def test_every_shift_owed_is_dealt_and_nobody_twice_a_day(world: Clones, heads: int) -> None:
    dealt = deal(world, erlang_c_agents(world), world.contracts(heads))
    for name, count in world.contracts(heads).items():
        owed = int(world.centre.contract(name).days_per_week.min) * count
        assert sum(dealt[name]) == owed and max(dealt[name]) <= count


@pytest.fixture(scope="module")
def small(world: Clones) -> np.ndarray:  # type: ignore[type-arg]
    """A requirement that few people cover, so that the integer programs are quick."""
    return np.minimum(erlang_c_agents(world), 2.0)


def test_cover_reaches_the_requirement_and_costs_no_less_than_its_bound(world: Clones, small) -> None:  # type: ignore[no-untyped-def]
    bound, relaxed = weekly_bound(world, small)
    heads = round(relaxed) + 5
    cover = cover_week(world, small, heads)
    assert cover is not None
    roster, folder = named(world, cover), world.folder(heads)
    assert roster_cost(folder, roster, WEEK, 1).total >= bound
    servers = people(folder).servers
    coverage = Coverage.of_roster(roster, servers, world.centre.queue_ids, world.requirement.grid)
    elastic = np.array([servers[k].pool == "elastic" for k in coverage.server])
    kept = world.centre.shrinkage.kept
    for g, group in enumerate(world.groups):
        q = world.centre.queue_ids.index(group.queues[0])
        have = np.zeros(world.requirement.grid.size)
        for k in np.flatnonzero(coverage.serves[:, q]):
            edges = np.arange(len(have)) * 30.0
            low, high = coverage.from_minute[k], coverage.to_minute[k]
            on_duty = np.clip(np.minimum(edges + 30, high) - np.maximum(edges, low), 0, 30) / 30
            have += on_duty * (1 / 1.15 if elastic[k] else kept)
        assert (have >= small[g] - 1e-6).all()
    # contracts, breaks, hours, the elastic cap: everything but the rest between shifts
    assert {v.rule for v in validate(folder, roster, WEEK, 1) if v.hard} <= {"rest"}


def test_too_few_people_have_no_cover(world: Clones, small) -> None:  # type: ignore[no-untyped-def]
    assert cover_week(world, small, 5) is None


def test_elastic_blocks_take_the_first_free_seat(world: Clones) -> None:
    blocks = (Block(0, 0, 480, 660, 2), Block(1, 0, 660, 840, 1), Block(1, 0, 600, 780, 1))
    seats = [row.agent_id for row in elastic_stretches(world, blocks)]
    assert sorted(seats) == ["elastic-001", "elastic-001", "elastic-002", "elastic-003"]


def test_fixed_shifts_split_heads_by_workload_and_give_everyone_five_days(world: Clones) -> None:
    crews = split(world, PEOPLE)
    assert crews.sum() == PEOPLE and (crews > 0).all() and crews[1].sum() > crews[0].sum()
    roster = fixed_roster(world, crews)
    assert {len(shifts) for shifts in roster.by_agent.values()} == {5} and len(roster.by_agent) == PEOPLE
    assert {shape.paid_h for sittings in shift_shapes() for shape in sittings} == {7.0}
    assert {shift.start.astimezone(world.requirement.grid.local_starts[0].tzinfo).hour for shift in roster.shifts} == {
        8,
        16,
    }


def test_more_heads_wait_less(world: Clones) -> None:
    few, many = (world.judge(world.folder(n), fixed_roster(world, split(world, n)), lawful=False) for n in (44, 60))
    assert many.week_wait_s < few.week_wait_s and many.cost > few.cost
    assert many.cost == pytest.approx(60 * 5 * 7 * 57.7)


def test_an_unlawful_roster_of_ours_is_refused(world: Clones) -> None:
    with pytest.raises(ValueError):
        world.judge(world.folder(44), fixed_roster(world, split(world, 44)))


def test_the_cheapest_that_meets_every_day_is_taken_and_the_first_that_does_not_is_shown() -> None:
    a, b, c, d = judged(10, 0.5), judged(9, 0.9), judged(8, 1.1), judged(7, 0.9)
    assert loosest([a, None, b, c, d]) == (b, c)
    assert loosest([c]) == (None, c)
    assert better(None, c) is c and better(c, a) is a and better(a, b) is b


def test_a_drawn_centre_keeps_its_volume_prices_and_limits_and_has_one_length_of_shift_a_contract() -> None:
    world = of_drawn(Case("drawn", 50, 6))
    assert [len(group.queues) for group in world.groups] and sum(world.mix.values()) == 50
    assert {(group.wait_s, group.abandonment) for group in world.groups} == {(45.0, 0.06), (90.0, 0.06)}
    assert world.hours == (480, 1440) and 50 < world.hourly_cost < 65
    part = world.centre.contract("part-time")
    assert (part.days_per_week.max, part.shift_hours.min, part.weekly_hours.max) == (4, 5.0, 20.0)
    assert {queue.targets[0].mean_wait_s for queue in world.folder(10, 0.5).centre.queues} == {22.5, 45.0}

"""Rosters of the planning model: legal, never below their bound, and the same on any number of cores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest
import small

from domain.centre import ElasticPool, Experts, MinimumStaff
from domain.contracts import Limits, StartWindow, WeekendRule
from domain.errors import ConflictError
from domain.hours import WeeklyWindow
from domain.people import Agent, TimeOff
from domain.progress import Control
from domain.queues import Channel, Target
from domain.roster import Roster, Stretch
from domain.sites import Site
from scheduling.ascent import Prices, ascend
from scheduling.assemble import hull
from scheduling.bound import lagrangian
from scheduling.conflicts import floor_conflicts, person_conflicts
from scheduling.handout import roster_of
from scheduling.patterns import WeekDays, legal_patterns
from scheduling.result import Effort, Result
from scheduling.roll import Roll, measure
from scheduling.rules import validate
from scheduling.service_model import row_values, shortfall_of
from scheduling.solve import enough_lower, solve

QUICK = Effort(ascent=120, steps=100, moves=400_000, assembly=0.2)
ELASTIC = ElasticPool(share=0.5, block_hours=(3, 4), hourly_cost=26.0, queues=("phone",), aht_factor=1.15, fcr=0.5)


def run(model, **changes) -> Result:
    return solve(model, seed=3, effort=QUICK, control=Control(**changes))


def hard(planning, roster) -> list[str]:
    return [v.text for v in validate(planning, roster, small.FIRST, 1) if v.hard]


CENTRES = {
    "one queue": small.folder(6),
    "elastic seats": small.folder(6, elastic=ELASTIC),
    "days to choose": small.folder(
        6,
        elastic=ELASTIC,
        contracts=(small.contract(weekly_hours=Limits(min=16, max=40), days_per_week=Limits(min=2, max=5)),),
    ),
    "calls and chats": small.folder(
        8,
        queues=(
            small.queue(),
            small.queue("chat", channel=Channel.CHAT, concurrency=3, slowdown=(0.6, 0.8, 1.0), aht_s=480.0),
        ),
    ),
    "every rule of rhythm": small.folder(
        4,
        contracts=(
            small.contract(
                start=StartWindow(from_minute=8 * 60, to_minute=12 * 60, step_minutes=120),
                start_spread_minutes=120,
                days_off_together=2,
                weekly_rest_h=35,
                max_consecutive_days=5,
            ),
        ),
    ),
    "deferred work": small.folder(
        6,
        queues=(
            small.queue(),
            small.queue(
                "mail",
                channel=Channel.DEFERRED,
                patience_s=None,
                targets=(Target(scope="day", response_h=24, share=0.9),),
            ),
        ),
    ),
    "a floor": small.folder(
        7, minimum_staff=(MinimumStaff(queue="phone", window=WeeklyWindow(small.EVERY_DAY, 9 * 60, 20 * 60), agents=2),)
    ),
    "leave and hiring": small.folder(
        6,
        time_off=(
            TimeOff(
                agent_id="a01",
                start=small.demand(small.folder(1)).grid.at(24 * 60),
                end=small.demand(small.folder(1)).grid.at(3 * 24 * 60),
            ),
        ),
    ),
}

CENTRES["two sites"] = small.seated(
    small.folder(
        8,
        queues=(small.queue(), small.queue("chat", channel=Channel.CHAT, concurrency=2)),
        sites=(
            Site(id="hub", desks=3),
            Site(id="hill", open=(WeeklyWindow(frozenset(range(6)), 9 * 60, 20 * 60),)),
        ),
        minimum_staff=(
            MinimumStaff(queue="phone", window=WeeklyWindow(frozenset(range(5)), 13 * 60, 17 * 60), agents=1),
        ),
    ),
    *["hub"] * 4,
    "hill",
    "hill",
)

_TWO = small.folder(6, queues=(small.queue(), small.queue("chat", channel=Channel.CHAT, concurrency=2)))
CENTRES["certificates that end"] = replace(
    _TWO,
    skills=tuple(
        skill.model_copy(update={"certified_until": small.FIRST + timedelta(days=2)})
        if skill.queue == "phone" and skill.agent_id in {"a01", "a02"}
        else skill
        for skill in _TWO.skills
    ),
)


def test_a_search_ends_at_the_gap_asked_for() -> None:
    """For a gap of one whatever is placed is near enough: less is searched, and what is found is legal and proven."""
    model = small.model(CENTRES["one queue"])
    near = solve(model, seed=3, effort=QUICK.model_copy(update={"gap": 1.0}), control=Control())
    far = solve(model, seed=3, effort=QUICK, control=Control())
    assert far.objective < near.objective
    assert near.bound <= far.objective
    assert hard(CENTRES["one queue"], roster_of(model, near.roll)) == []
    half = solve(model, seed=3, effort=QUICK.model_copy(update={"gap": far.gap + 1e-9}), control=Control())
    assert half.gap <= far.gap + 1e-9


def test_more_work_is_more_search_for_the_same_bound() -> None:
    """Twice the work: twice the steps, changes and assembly."""
    twice = QUICK.times(2.0)
    assert (twice.steps, twice.moves, twice.assembly) == (200, 800_000, 0.4)
    assert (twice.ascent, twice.passes, twice.chains) == (QUICK.ascent, QUICK.passes, QUICK.chains)


@pytest.mark.parametrize("name", CENTRES)
def test_rosters_are_legal_and_above_their_bound(name: str) -> None:
    """The independent validator finds nothing, and the objective never undercuts the bound."""
    planning = CENTRES[name]
    model = small.model(planning)
    result = run(model)
    assert hard(planning, roster_of(model, result.roll)) == []
    assert result.bound <= result.objective + 1e-6
    assert 0 <= result.gap <= 1


def test_the_bound_sees_misses_that_nobody_can_avoid() -> None:
    """Four people for the work of twenty: the bound is near the price of what must go wrong, not near the pay."""
    model = small.model(small.folder(4), load=14.0)
    result = run(model)
    assert result.shortfall > result.pay
    assert result.gap < 0.1


def test_objective_can_be_recomputed_from_its_parts() -> None:
    """Cost and shortfall of the result are those of its tours, read afresh."""
    model = small.model(small.folder(5, elastic=ELASTIC), load=4.0)
    result = run(model)
    seats, gains, _, pay = measure(model.instance, result.roll)
    assert result.pay == pytest.approx(pay)
    assert np.allclose(result.seats, seats)
    assert result.shortfall == pytest.approx(shortfall_of(model.instance, row_values(model.instance, seats, gains)))


def test_bound_is_below_every_roster_of_a_tiny_centre() -> None:
    """Two people, few shifts: no pair of weeks costs less than the bound at any prices tried."""
    tiny = small.contract(
        start=StartWindow(from_minute=8 * 60, to_minute=12 * 60, step_minutes=240),
        breaks=(),
        days_per_week=Limits(min=6, max=6),
        weekly_hours=Limits(min=48, max=48),
    )
    model = small.model(small.folder(2, contracts=(tiny,)), load=1.0)
    inst = model.instance
    weeks = []
    for a in range(2):
        mine = []
        per_day = [range(inst.options.pointer[a * 7 + d], inst.options.pointer[a * 7 + d + 1]) for d in range(7)]
        for off in range(7):
            for chosen in product(*[[-1] if d == off else per_day[d] for d in range(7)]):
                tour = np.full((7, 4), -1, dtype=np.int64)
                tour[:, 0] = chosen
                tour[[d for d in range(7) if d != off], 1] = inst.people.team_first[a]
                mine.append(tour)
        weeks.append(mine)
    rng = np.random.default_rng(2)
    least = np.inf
    for _ in range(400):
        pair = [weeks[a][int(rng.integers(len(weeks[a])))] for a in range(2)]
        seats, gains, _, pay = measure(inst, Roll(np.array(pair), np.zeros((0, 3), dtype=np.int64)))
        least = min(least, pay + shortfall_of(inst, row_values(inst, seats, gains)))
    prices = Prices(inst)
    best = ascend(inst, prices, 150, Control())
    assert best.bound <= least + 1e-6
    tours = np.full((2, 7, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    for _ in range(5):
        seats = rng.uniform(0, 30, inst.service.fixed.shape)
        rows = rng.uniform(0, 1, inst.service.price.shape) * inst.service.price
        floors = np.zeros(inst.floors.need.shape)
        slopes = np.zeros_like(seats), np.zeros_like(rows), np.zeros_like(floors)
        assert lagrangian(inst, seats, rows, floors, tours, *slopes) <= least + 1e-6


def test_subgradient_is_the_slope_of_the_bound() -> None:
    """A small step in one price changes the bound by the subgradient's entry, where it is smooth."""
    model = small.model(small.folder(3), load=2.0)
    inst = model.instance
    rng = np.random.default_rng(4)
    seats = rng.uniform(5, 15, inst.service.fixed.shape)
    rows = 0.01 * inst.service.price
    floors = np.zeros(inst.floors.need.shape)
    tours = np.full((3, 7, 3 + inst.shapes.length.shape[1]), -1, dtype=np.int64)
    slopes = np.zeros_like(seats), np.zeros_like(rows), np.zeros_like(floors)
    here = lagrangian(inst, seats, rows, floors, tours, *slopes)
    slope = slopes[0][0, 24]
    moved = seats.copy()
    moved[0, 24] += 1e-5
    there = lagrangian(inst, moved, rows, floors, tours, *(np.zeros_like(s) for s in slopes))
    assert (there - here) / 1e-5 == pytest.approx(slope, abs=1e-3)


def test_same_roster_on_one_and_two_cores() -> None:
    """Chains are seeded, so the number of cores changes nothing."""
    model = small.model(small.folder(6, elastic=ELASTIC), load=4.0)
    one, two = run(model, cores=1), run(model, cores=2)
    assert np.array_equal(one.roll.tours, two.roll.tours)
    assert np.array_equal(one.roll.blocks, two.roll.blocks)
    assert one.bound == two.bound


def test_elastic_seats_stay_under_their_cap() -> None:
    """However great the need, no more seats than the share at once."""
    planning = small.folder(4, elastic=ELASTIC)
    model = small.model(planning, load=9.0)
    result = run(model)
    used = np.zeros(model.instance.slots, dtype=np.int64)
    for _, start, length in result.roll.blocks:
        used[start : start + length] += 1
    assert used.max() == 2
    assert hard(planning, roster_of(model, result.roll)) == []


def test_experts_keep_to_their_share_of_heads() -> None:
    """The second line is never more than its share of the core on duty."""
    base = small.folder(
        10,
        experts=Experts(share=0.10, weekly_hours_max=10),
        contracts=(
            small.contract(),
            small.contract(
                id="part",
                weekly_hours=Limits(min=0, max=10),
                days_per_week=Limits(min=0, max=3),
                shift_hours=Limits(min=3, max=4),
                breaks=(),
            ),
        ),
    )
    people = tuple(
        Agent(
            id=a.id, contract="part" if k < 2 else "full", hourly_cost=a.hourly_cost, pool="expert" if k < 2 else "core"
        )
        for k, a in enumerate(base.agents)
    )
    planning = replace(base, agents=people)
    model = small.model(planning, load=7.0)
    result = run(model)
    assert hard(planning, roster_of(model, result.roll)) == []


def test_a_floor_nobody_can_fill_is_a_conflict() -> None:
    """Minimum staff above the headcount names the queue, the day, the hours and the change."""
    rule = MinimumStaff(queue="phone", window=WeeklyWindow(small.EVERY_DAY, 9 * 60, 12 * 60), agents=9)
    model = small.model(small.folder(3, minimum_staff=(rule,)))
    result = run(model)
    assert result.floor_gap > 0
    text = str(floor_conflicts(model, result)[0])
    assert "minimum staff of 9 on phone" in text and "lower the minimum from 9 to 2" in text


def test_a_person_without_a_legal_week_is_named() -> None:
    """Hours that the days cannot hold are told before any search."""
    planning = small.folder(2, contracts=(small.contract(days_per_week=Limits(min=3, max=3)),))
    conflicts = person_conflicts(small.model(planning))
    assert {c.who for c in conflicts} == {("a00",), ("a01",)}
    assert all(c.change for c in conflicts)


def test_pins_are_kept() -> None:
    """A pinned shift stretch and a pinned day off hold in the finished roster."""
    grid = small.demand(small.folder(1)).grid
    pins = (
        Stretch("a00", grid.at(10 * 60), grid.at(11 * 60), queues=("phone",)),
        Stretch("a01", grid.at(24 * 60), grid.at(48 * 60), activity="off"),
    )
    planning = small.folder(5, pins=pins)
    model = small.model(planning)
    result = run(model)
    assert hard(planning, roster_of(model, result.roll)) == []


def test_previous_roster_counts() -> None:
    """Rest, days in a row and carried seats look back over the week's start."""
    grid = small.demand(small.folder(1)).grid
    previous = tuple(
        Stretch(
            "a00", grid.at(-24 * 60 * d + 12 * 60), grid.at(-24 * 60 * d + 20 * 60), queues=("phone",), shift_id=f"p{d}"
        )
        for d in range(1, 6)
    )
    planning = small.folder(5, previous=previous)
    model = small.model(planning)
    assert hard(planning, roster_of(model, run(model).roll)) == []


def test_cancelled_search_keeps_a_legal_roster() -> None:
    """A stop asked for at once still hands out a legal roster, marked as stopped."""
    planning = small.folder(5)
    model = small.model(planning)
    control = Control()
    control.cancel.set()
    result = solve(model, seed=1, effort=QUICK, control=control)
    assert result.status == "stopped"
    assert hard(planning, roster_of(model, result.roll)) == []


def test_hull_lies_below_and_touches_the_ends() -> None:
    """The lower hull of points is convex, below all of them, and exact at both ends."""
    rng = np.random.default_rng(1)
    x = np.sort(rng.uniform(0, 10, 12))
    y = rng.normal(0, 1, 12)
    lines = hull(x, y, lower=True)
    height = np.max([slope * x + intercept for slope, intercept in lines], axis=0)
    assert (height <= y + 1e-9).all()
    assert height[0] == pytest.approx(y[0]) and height[-1] == pytest.approx(y[-1])


def test_roster_names_only_skills_held() -> None:
    """Work rows name queues of the person's skills, and something is named in each."""
    model = small.model(CENTRES["calls and chats"])
    roster: Roster = roster_of(model, run(model).roll)
    rows = [row for row in roster.stretches if row.activity == "work"]
    assert rows and all(row.queues for row in rows)


def test_a_pinned_elastic_block_is_kept_and_paid() -> None:
    """The named seat works the pin, counts against the cap, and costs its hours."""
    grid = small.demand(small.folder(1)).grid
    pin = Stretch("elastic-001", grid.at(10 * 60), grid.at(13 * 60), queues=("phone",), pool="elastic")
    planning = small.folder(6, elastic=ELASTIC, pins=(pin,))
    model = small.model(planning, load=1.0)
    result = run(model)
    roster = roster_of(model, result.roll)
    assert hard(planning, roster) == []
    assert any(row.agent_id == "elastic-001" and row.start == pin.start for row in roster.stretches)
    assert result.elastic >= 3 * ELASTIC.hourly_cost
    assert result.bound <= result.objective + 1e-6


@pytest.mark.parametrize("targets", [(), (Target(scope="week", mean_wait_s=60.0),)])
def test_any_set_of_targets_is_planned(targets: tuple[Target, ...]) -> None:
    """No target at all, or one of the week, is a plan as well."""
    planning = small.folder(5, queues=(small.queue(targets=targets),), elastic=ELASTIC)
    model = small.model(planning)
    result = run(model)
    assert hard(planning, roster_of(model, result.roll)) == []
    assert len(result.values) == len(targets)


def test_a_week_without_contacts_costs_the_contracts() -> None:
    """Where nobody calls, everybody works their hours and the plan is optimal."""
    model = small.model(small.folder(3), load=0.0)
    result = run(model)
    assert result.status == "optimal" and result.shortfall == 0.0


def test_hours_inside_a_booked_minimum_cost_the_bound_nothing() -> None:
    """With one pinned block the week's minimum is paid: more blocks below it are free, and the bound must know."""
    pool = ELASTIC.model_copy(update={"minimum_hours_per_week": 100.0})
    grid = small.demand(small.folder(1)).grid
    pin = Stretch("elastic-001", grid.at(10 * 60), grid.at(13 * 60), queues=("phone",), pool="elastic")
    result = run(small.model(small.folder(2, elastic=pool, pins=(pin,)), load=0.5))
    assert len(result.roll.blocks) > 3
    assert result.elastic == pytest.approx(100 * 26.0)
    assert result.bound <= result.objective * (1 + 1e-9)


def test_a_week_leaves_the_next_a_legal_pattern() -> None:
    """Every second weekend off, at most six days in a row, five days a week: some first weeks lead nowhere."""
    rule = small.contract(weekends_off=WeekendRule(at_least=1, in_weeks=2), max_consecutive_days=6)
    week = WeekDays((True,) * 7, (False,) * 7, 5, 5)
    alone = legal_patterns(rule, small.FIRST, week, frozenset(), None)
    ahead = legal_patterns(rule, small.FIRST, week, frozenset(), None, (week,))
    assert set(ahead) < set(alone)
    late = (False, False, True, True, True, True, True)
    assert late in alone and late not in ahead
    for pattern in ahead:
        worked = frozenset(small.FIRST + timedelta(days=d) for d, on in enumerate(pattern) if on)
        assert legal_patterns(rule, small.FIRST + timedelta(days=7), week, worked, small.FIRST)


def test_shortfall_comes_first_where_nobody_costs_anything() -> None:
    """People without pay are rostered for the contacts all the same."""
    planning = small.folder(4)
    free = tuple(agent.model_copy(update={"hourly_cost": 0.0}) for agent in planning.agents)
    part = small.contract(weekly_hours=Limits(min=0, max=40), days_per_week=Limits(min=0, max=5))
    model = small.model(replace(small.folder(4, contracts=(part,)), agents=free), load=1.0)
    result = run(model)
    assert (result.roll.tours[:, :, 0] >= 0).any()
    assert model.instance.service.price.min() > 0


def test_a_spread_of_starts_counts_from_the_window() -> None:
    """A window over midnight: 23:00 and 01:00 are two hours apart, not twenty-two."""
    nights = small.contract(
        start=StartWindow(from_minute=22 * 60, to_minute=2 * 60, step_minutes=60), start_spread_minutes=120
    )
    open_ = (WeeklyWindow(small.EVERY_DAY, 0, 24 * 60),)
    model = small.model(small.folder(2, queues=(small.queue(open=open_),), contracts=(nights,)))
    minutes = model.instance.options.minute
    assert set(minutes.tolist()) == {0, 60, 120, 180, 240}


def test_a_team_that_cannot_start_together_is_a_conflict() -> None:
    """Two mates pinned to different starts of a day: said with the names, and no other order helps."""
    crew = small.contract(team_same_shift=True)
    planning = small.folder(3, contracts=(crew,))
    agents = tuple(agent.model_copy(update={"team": "red"}) for agent in planning.agents)
    grid = small.demand(planning).grid
    pins = tuple(
        Stretch(who, grid.at(60 * hour), grid.at(60 * hour + 60), queues=("phone",))
        for who, hour in (("a00", 8), ("a01", 20))
    )
    model = small.model(replace(planning, agents=agents, pins=pins))
    with pytest.raises(ConflictError, match="team red"):
        run(model)


def test_the_smallest_lowering_of_a_minimum_is_found() -> None:
    """What is told can be kept, one head less lowered cannot, by rosters of full effort."""
    floor = MinimumStaff(queue="phone", agents=3, window=WeeklyWindow(small.EVERY_DAY, 9 * 60, 17 * 60))
    model = small.model(small.folder(4, minimum_staff=(floor,)), load=0.5)
    result = run(model)
    assert result.floor_gap > 0
    (less,) = enough_lower(model, result, 1, Control())
    assert less > 0
    for lowered, kept in ((less, True), (less - 1, False)):
        there = floor.model_copy(update={"agents": 3 - lowered})
        again = run(small.model(small.folder(4, minimum_staff=(there,)), load=0.5))
        assert (again.floor_gap == 0) == kept
    (conflict,) = floor_conflicts(model, result, [less])
    assert f"from 3 to {3 - less}" in conflict.change


def test_an_expert_who_must_work_beyond_the_share_is_a_conflict() -> None:
    """A tenth of four heads is nobody: the expert's guaranteed hours and the share cannot both be kept."""
    owed = small.contract(
        id="owed",
        weekly_hours=Limits(min=4, max=10),
        days_per_week=Limits(min=1, max=3),
        shift_hours=Limits(min=3, max=4),
        breaks=(),
    )
    base = small.folder(5, experts=Experts(share=0.10, weekly_hours_max=10), contracts=(small.contract(), owed))
    people = tuple(
        agent.model_copy(update={"contract": "owed", "pool": "expert"} if k == 4 else {"contract": "full"})
        for k, agent in enumerate(base.agents)
    )
    with pytest.raises(ConflictError, match=r"a04 .*0\.25 where all 4 are there"):
        run(small.model(replace(base, agents=people)))

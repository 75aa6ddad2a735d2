"""Each rule: a legal roster passes, and one change breaks exactly the rule meant, by the amount meant."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.centre import ElasticPool, Experts, MinimumStaff, Planning, Supervision
from domain.contracts import Limits, NightWindow, StartWindow, WeekendRule
from domain.people import Activity, Event, Preference, Skill
from domain.roster import Roster, Stretch
from scheduling.rules import RULES, validate
from tests.scheduling_case import (
    MEAL,
    MONDAY,
    NAMES,
    PAUSE,
    at,
    block,
    full_time,
    leave,
    legal,
    make_folder,
    may,
    person,
    roster,
    shift,
    swap,
    week,
    window,
)

POOL = ElasticPool(share=0.5, emergency_share=0.75, block_hours=(3, 4), hourly_cost=30, queues=("phone",))
PLAIN = (("break", 90, 15, True), ("meal", 240, 60, False))


def broken(folder, plan, *, weeks=1, hard=True, **options):
    """Return rule ids and magnitudes of what a roster breaks."""
    found = validate(folder, plan, MONDAY, weeks, **options)
    return {(v.rule, v.magnitude) for v in found if v.hard is hard}


def rules(folder, plan, **options):
    return {rule for rule, _ in broken(folder, plan, **options)}


def one(**contract):
    """A centre of one person whose contract differs."""
    return make_folder(agents=[person("ann")], contracts=[full_time(**contract)])


FREE = {"weekly_hours": Limits(), "days_per_week": Limits(max=7)}
"""A contract without weekly minima, so that single shifts can be judged alone."""


def single(**contract):
    return one(**(FREE | contract))


def test_a_legal_week_breaks_nothing():
    assert validate(make_folder(), legal(), MONDAY, 1) == ()


def test_rule_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.label and rule.check.__doc__ for rule in RULES)


def test_a_violation_says_who_when_which_rule_and_by_how_much():
    folder = make_folder(agents=[person("a7", name="Ann Lee")], contracts=[full_time(**FREE)])
    (found,) = validate(folder, roster(shift("a7", at(1, "06:30"), queues=("chat",))), MONDAY, 1)
    assert found.who == "a7" and found.day == "2026-11-24" and found.hard and found.rule == "start"
    assert found.text == (
        "Ann Lee (a7), Tue 2026-11-24: Start window: starts at 06:30, 30 minutes from the nearest legal start."
    )


# -- one shift ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("clock, legal_start", [("07:00", 1), ("16:00", 1), ("06:30", 0), ("16:30", 0), ("09:15", 0)])
def test_start_window_is_inclusive_on_its_grid(clock, legal_start):
    found = broken(single(), roster(shift("ann", at(0, clock), queues=("chat",))))
    assert found == (set() if legal_start else {("start", 15 if clock == "09:15" else 30)})


def test_start_window_may_wrap_past_midnight_and_the_day_is_the_one_it_starts_on():
    folder = single(start=StartWindow(from_minute=1380, to_minute=60))
    for clock in ("23:00", "00:00", "01:00"):
        assert not broken(folder, roster(shift("ann", at(0, clock), queues=("chat",))))
    assert broken(folder, roster(shift("ann", at(0, "02:00"), queues=("chat",)))) == {("start", 60)}


def test_two_shifts_on_a_day():
    folder = single(shift_hours=Limits(min=3, max=8), breaks=(), rest_h=0)
    twice = roster(*(shift("ann", at(0, clock), elapsed=180, breaks=()) for clock in ("07:00", "13:00")))
    assert broken(folder, twice) == {("one_shift_a_day", 1)}


def test_shift_hours_are_paid_hours():
    folder = single(shift_hours=Limits(min=6, max=8))
    assert not broken(folder, roster(shift("ann", at(0, "09:00"), elapsed=7 * 60)))
    assert broken(folder, roster(shift("ann", at(0, "09:00"), elapsed=6 * 60 + 30))) == {("shift_hours", 0.5)}
    assert broken(folder, roster(shift("ann", at(0, "09:00"), elapsed=10 * 60))) == {("shift_hours", 1)}


def test_a_gap_between_rows():
    plan = roster(shift("ann", at(0, "09:00")))
    first = plan.stretches[0]
    gap = swap(plan, first, end=first.end - timedelta(minutes=30))
    assert broken(single(shift_hours=Limits(min=7, max=8)), gap) == {("rows", 30)}


def test_a_row_that_ends_before_it_starts():
    plan = roster(shift("ann", at(0, "09:00")))
    bad = Stretch("ann", at(0, "12:00"), at(0, "11:45"), "work", ("phone",), shift_id=plan.stretches[0].shift_id)
    assert "rows" in rules(single(shift_hours=Limits(min=1, max=9)), Roster.of([*plan.stretches, bad]))


def test_nobody_is_in_two_places():
    plan = roster(shift("ann", at(0, "09:00")))
    extra = replace(plan.stretches[-1], start=plan.stretches[-1].end - timedelta(minutes=30))
    over = Roster.of([*plan.stretches, extra])
    assert broken(single(shift_hours=Limits(min=8, max=9)), over) == {("one_place", 30)}


def test_a_shift_that_starts_before_the_previous_one_ended():
    folder = replace(single(rest_h=0), previous=shift("ann", at(-1, "23:00"), queues=("chat",)))
    assert broken(folder, roster(shift("ann", at(0, "07:00")))) == {("one_place", 60), ("rest_h", 1)}


def test_rows_lie_on_the_grid():
    plan = roster(shift("ann", at(0, "09:00"), breaks=(("break", 95, 15, True), ("meal", 240, 60, False))))
    assert broken(single(), plan) == {("grid", 5)}


def test_work_names_known_queues_and_breaks_name_none():
    plan = roster(shift("ann", at(0, "09:00")))
    pause = next(row for row in plan.stretches if row.activity == "break")
    assert broken(single(), swap(plan, plan.stretches[0], queues=())) == {("queues", 90)}
    assert broken(single(), swap(plan, pause, queues=("phone",))) == {("queues", 15)}
    assert "queues" in rules(single(), swap(plan, plan.stretches[0], queues=("fax",)))


def test_paid_flags():
    folder = single(shift_hours=Limits(min=3, max=9))
    plan = roster(shift("ann", at(0, "09:00")))
    for row in plan.stretches:
        assert broken(folder, swap(plan, row, paid=not row.paid)) == {("paid", row.minutes)}


def test_unknown_people_and_wrong_pools():
    assert broken(make_folder(agents=[]), roster(shift("zoe", at(0, "09:00")))) == {("agents", 1)}
    assert broken(single(), roster(shift("ann", at(0, "09:00"), pool="expert"))) == {("agents", 1)}


def test_shifts_start_in_the_planned_weeks():
    early, late = roster(shift("ann", at(-1, "09:00"))), roster(shift("ann", at(9, "09:00")))
    assert broken(single(), early) == {("horizon", 1)}
    assert broken(single(), late) == {("horizon", 3)}
    assert not broken(single(), late, weeks=2)


# -- breaks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows, expected",
    [
        ((("break", 60, 15, True), ("meal", 180, 60, False)), set()),
        ((("break", 150, 15, True), ("meal", 300, 60, False)), set()),
        ((("break", 45, 15, True), ("meal", 240, 60, False)), {("breaks", 15)}),
        ((("break", 90, 15, True), ("meal", 330, 60, False)), {("breaks", 30)}),
        ((("break", 90, 30, True), ("meal", 240, 60, False)), {("breaks", 15)}),
        ((("meal", 240, 60, False),), {("breaks", 15)}),
        ((*PLAIN, ("break", 405, 15, True)), {("breaks", 15)}),
        ((*PLAIN, ("break", 120, 15, True)), {("breaks", 15)}),
        ((("break", 180, 15, True), ("meal", 195, 60, False)), {("breaks_apart", 60)}),
    ],
)
def test_breaks_are_exactly_those_listed_inside_their_windows(rows, expected):
    assert broken(single(), roster(shift("ann", at(0, "09:00"), breaks=rows))) == expected


def test_breaks_touch_no_end_of_the_shift():
    early = PAUSE.model_copy(update={"after_minutes": 0, "before_minutes": 600})
    folder = single(breaks=(early,), shift_hours=Limits(min=8, max=8))
    for offset in (0, 465):
        plan = roster(shift("ann", at(0, "09:00"), elapsed=480, breaks=(("break", offset, 15, True),)))
        assert broken(folder, plan) == {("breaks_apart", 15)}


def test_two_breaks_of_a_kind_are_paired_as_well_as_they_can_be():
    later = PAUSE.model_copy(update={"after_minutes": 120, "before_minutes": 420})
    folder = single(breaks=(later, PAUSE, MEAL))
    plan = roster(shift("ann", at(0, "09:00"), breaks=(*PLAIN, ("break", 150, 15, True))))
    assert not broken(folder, plan)


def test_breaks_of_longer_shifts_belong_to_them_only():
    second = PAUSE.model_copy(update={"after_minutes": 300, "before_minutes": 450, "shift_at_least_h": 8})
    folder = single(breaks=(PAUSE, second), shift_hours=Limits(min=6, max=8))
    short = shift("ann", at(0, "09:00"), elapsed=360, breaks=(("break", 90, 15, True),))
    assert not broken(folder, roster(short))
    long = shift("ann", at(0, "09:00"), elapsed=480, breaks=(("break", 90, 15, True),))
    assert broken(folder, roster(long)) == {("breaks", 15)}


# -- being there -------------------------------------------------------------------------------------


def test_availability_at_every_minute():
    folder = replace(single(), availability=(may("ann", "Mon", "09:00", "17:45"),))
    assert broken(folder, roster(shift("ann", at(0, "09:00")))) == {("availability", 15)}
    wraps = replace(single(), availability=(may("ann", "Mon", "15:00", "02:00"),))
    assert not broken(wraps, roster(shift("ann", at(0, "16:00"), queues=("chat",))))


@pytest.mark.parametrize("kind", ["paid", "unavailable"])
def test_nobody_works_on_leave(kind):
    folder = replace(single(), time_off=(leave("ann", at(0, "17:30"), at(1, "00:00"), kind),))
    assert broken(folder, roster(shift("ann", at(0, "09:00")))) == {("time_off", 30)}
    assert not broken(folder, roster(shift("ann", at(0, "08:30"))))


def test_nobody_works_before_being_hired():
    folder = make_folder(agents=[person("ann", hired_on=MONDAY + timedelta(days=2))], contracts=[full_time(**FREE)])
    assert broken(folder, roster(shift("ann", at(0, "09:00")))) == {("hired_on", 2)}
    assert not broken(folder, roster(shift("ann", at(2, "09:00"))))


def test_work_needs_one_open_queue_at_every_minute():
    assert broken(single(), roster(shift("ann", at(0, "16:00")))) == {("opening", 60)}
    assert not broken(single(), roster(shift("ann", at(0, "16:00"), queues=("phone", "chat"))))
    shut = (Event(start=at(0, "12:00"), end=at(0, "14:00"), name="move", kind="closed", queue="phone"),)
    # the meal from 13:00 to 14:00 needs no open queue
    assert broken(replace(single(), events=shut), roster(shift("ann", at(0, "09:00")))) == {("opening", 60)}
    everything = (Event(start=at(0, "12:00"), end=at(0, "12:15"), name="drill", kind="closed"),)
    both = roster(shift("ann", at(0, "09:00"), queues=("phone", "chat")))
    assert broken(replace(single(), events=everything), both) == {("opening", 15)}


def test_a_bot_failure_or_a_campaign_closes_nothing():
    events = tuple(
        Event(start=at(0, "00:00"), end=at(7, "00:00"), name=kind, kind=kind)
        for kind in ("holiday", "campaign", "outage")
    )
    assert not broken(replace(single(), events=events), roster(shift("ann", at(0, "09:00"))))


def test_skills_certificates_and_dedication():
    def folder(*skills):
        return replace(single(), skills=tuple(Skill(agent_id="ann", **skill) for skill in skills))

    plan = roster(shift("ann", at(0, "09:00")))
    assert broken(folder({"queue": "chat"}), plan) == {("skills", 465)}
    assert not broken(folder({"queue": "phone", "certified_until": MONDAY}), plan)
    sunday = MONDAY - timedelta(days=1)
    assert broken(folder({"queue": "phone", "certified_until": sunday}), plan) == {("skills", 465)}
    tied = folder({"queue": "phone"}, {"queue": "chat", "dedicated": True})
    (found,) = validate(tied, plan, MONDAY, 1)
    assert found.rule == "skills" and "dedicated to chat" in found.text


def test_a_certificate_ends_at_midnight_within_a_night():
    folder = replace(
        single(start=StartWindow(from_minute=1200, to_minute=1200)),
        skills=(Skill(agent_id="ann", queue="chat", certified_until=MONDAY),),
    )
    night = shift("ann", at(0, "20:00"), queues=("chat",), breaks=(("break", 90, 15, True), ("meal", 240, 60, False)))
    assert broken(folder, roster(night)) == {("skills", 240)}


@pytest.mark.parametrize("allowed, expected", [("none", 2), ("shift", 1), ("stretch", 0)])
def test_queue_changes(allowed, expected):
    folder = make_folder(
        agents=[person("ann")], contracts=[full_time(**FREE)], centre={"planning": Planning(queue_changes=allowed)}
    )
    across = roster(shift("ann", at(0, "09:00")), shift("ann", at(1, "09:00"), queues=("chat",)))
    assert (("queue_changes", 1) in broken(folder, across)) == (expected == 2)
    inside = roster(shift("ann", at(0, "09:00")))
    inside = swap(inside, inside.stretches[-1], queues=("chat",))
    assert (("queue_changes", 1) in broken(folder, inside)) == (expected >= 1)


def test_a_lapsed_certificate_is_no_change_of_queues():
    folder = make_folder(
        agents=[person("ann")],
        contracts=[full_time(**FREE)],
        centre={"planning": Planning(queue_changes="none")},
        skills=[Skill(agent_id="ann", queue="phone"), Skill(agent_id="ann", queue="chat", certified_until=MONDAY)],
    )
    plan = roster(shift("ann", at(0, "09:00"), queues=("chat", "phone")), shift("ann", at(1, "09:00")))
    assert not broken(folder, plan)


# -- the week ----------------------------------------------------------------------------------------


def test_weekly_hours_and_days():
    assert broken(one(), roster(week("ann", days=range(4)))) == {("weekly_hours", 8), ("days_per_week", 1)}
    assert broken(one(), roster(week("ann", days=range(6)))) == {("weekly_hours", 8), ("days_per_week", 1)}
    assert broken(one(days_per_week=Limits(min=4, max=5)), roster(week("ann", days=range(4)))) == {("weekly_hours", 8)}


def test_everyone_counts_even_without_a_row():
    assert broken(one(), Roster(())) == {("weekly_hours", 40), ("days_per_week", 5)}


def test_each_week_is_judged_alone():
    plan = roster(week("ann", days=[*range(5), *range(7, 12)]))
    assert not broken(one(), plan, weeks=2)
    uneven = roster(week("ann", days=[*range(6), *range(8, 12)]))
    assert rules(one(), uneven, weeks=2) == {"weekly_hours", "days_per_week"}


def test_paid_leave_lowers_minima_and_counts_against_maxima():
    folder = replace(one(), time_off=(leave("ann", at(0, "00:00"), at(2, "00:00")),))
    assert not broken(folder, roster(week("ann", days=(2, 3, 4))))
    made_up = roster(week("ann", days=(2, 3, 4, 5)))
    assert broken(folder, made_up) == {("weekly_hours", 8), ("days_per_week", 1)}
    unpaid = replace(one(), time_off=(leave("ann", at(0, "00:00"), at(2, "00:00"), "unavailable"),))
    assert not broken(unpaid, roster(week("ann", days=(2, 3, 4, 5, 6))))


def test_rest_counts_from_end_to_next_start_across_rosters():
    folder = single(rest_h=14.5)
    assert not broken(folder, roster(shift("ann", at(0, "09:30")), shift("ann", at(1, "09:00"))))
    assert broken(folder, roster(shift("ann", at(0, "10:00")), shift("ann", at(1, "09:00")))) == {("rest_h", 0.5)}
    carried = replace(folder, previous=shift("ann", at(-1, "10:00")))
    assert broken(carried, roster(shift("ann", at(0, "09:00")))) == {("rest_h", 0.5)}
    weeks = roster(shift("ann", at(6, "10:00")), shift("ann", at(7, "09:00")))
    assert broken(folder, weeks, weeks=2) == {("rest_h", 0.5)}


def test_rest_is_real_time_when_the_clock_moves():
    folder = make_folder(agents=[person("ann")], contracts=[full_time(**FREE, rest_h=12)])
    first = date(2026, 3, 23)
    saturday = first + timedelta(days=5)
    plan = roster(shift("ann", at(saturday, "10:00")), shift("ann", at(saturday + timedelta(days=1), "07:00")))
    # 19:00 to 07:00 is eleven hours in the night of 28 March.
    found = [v for v in validate(folder, plan, first, 1) if v.hard]
    assert [(v.rule, v.magnitude) for v in found] == [("rest_h", 1)]


def test_days_in_a_row_look_back():
    folder = single(max_consecutive_days=3)
    assert not broken(folder, roster(week("ann", days=(0, 1, 2, 4, 5, 6))))
    assert broken(folder, roster(week("ann", days=(0, 1, 2, 3, 4)))) == {("max_consecutive_days", 2)}
    carried = replace(folder, previous=tuple(week("ann", days=(-2, -1))))
    assert not broken(carried, roster(week("ann", days=(0,))))
    assert broken(carried, roster(week("ann", days=(0, 1)))) == {("max_consecutive_days", 1)}
    past = replace(folder, previous=tuple(week("ann", days=range(-5, 0))))
    assert not broken(past, roster(week("ann", days=(1,))))


def test_free_weekends_bind_once_enough_weeks_are_known():
    folder = single(weekends_off=WeekendRule(at_least=1, in_weeks=3), max_consecutive_days=None)
    worked = roster(week("ann", days=(5,)))
    assert not broken(folder, worked)
    one_back = replace(folder, previous=tuple(week("ann", days=(-7, -2))))
    assert not broken(one_back, worked)
    two_back = replace(folder, previous=tuple(week("ann", days=(-14, -9, -1))))
    assert broken(two_back, worked) == {("weekends_off", 1)}
    assert not broken(two_back, roster(week("ann", days=(4,))))
    rested = replace(folder, previous=tuple(week("ann", days=(-14, -10, -1))))
    assert not broken(rested, worked)


def test_every_run_of_weekends_is_checked_and_weekend_days_may_differ():
    folder = single(weekends_off=WeekendRule(at_least=1, in_weeks=2), max_consecutive_days=None)
    plan = roster(week("ann", days=(5, 13, 19)))
    found = [v for v in validate(folder, plan, MONDAY, 3) if v.rule == "weekends_off"]
    assert [v.day for v in found] == ["2026-12-05", "2026-12-12"]
    friday = single(
        weekends_off=WeekendRule(at_least=1, in_weeks=2), weekend_days=frozenset({4, 5}), max_consecutive_days=None
    )
    assert not broken(friday, roster(week("ann", days=(6, 13, 20))), weeks=3)
    assert broken(friday, roster(week("ann", days=(4, 12))), weeks=2) == {("weekends_off", 1)}


def test_a_weekend_cut_by_the_horizon_is_not_checked():
    folder = single(weekends_off=WeekendRule(at_least=1, in_weeks=1))
    sunday = MONDAY - timedelta(days=1)
    plan = roster(shift("ann", at(sunday, "09:00")))
    assert not [v for v in validate(folder, plan, sunday, 1) if v.hard]


def test_night_shifts_a_week():
    folder = single(nights_per_week=Limits(min=1, max=2), night=NightWindow(from_minute=1320, to_minute=360), rest_h=0)

    def late(day):
        return shift("ann", at(day, "15:00"), queues=("chat",))

    assert not broken(folder, roster(late(0), late(1)))
    assert broken(folder, roster(late(0), late(1), late(2))) == {("nights_per_week", 1)}
    # a shift that ends when the night begins is none
    day_only = shift("ann", at(0, "13:00"), queues=("chat",))
    assert broken(folder, roster(day_only)) == {("nights_per_week", 1)}


def test_spread_of_starts_and_rotation():
    plan = roster(shift("ann", at(0, "07:00")), shift("ann", at(1, "09:30")))
    assert not broken(single(start_spread_minutes=150), plan)
    assert broken(single(start_spread_minutes=120), plan) == {("start_spread_minutes", 30)}
    assert broken(single(rotation="weekly"), plan) == {("rotation", 1)}
    over_midnight = single(start_spread_minutes=120, start=StartWindow(from_minute=1380, to_minute=120))
    nights = roster(*(shift("ann", at(d, c), queues=("chat",)) for d, c in ((0, "23:00"), (2, "01:00"))))
    assert not broken(over_midnight, nights)


def test_days_off_together():
    folder = single(days_off_together=2)
    assert not broken(folder, roster(week("ann", days=(0, 2, 4))))
    assert broken(folder, roster(week("ann", days=(0, 2, 4, 6)))) == {("days_off_together", 1)}


def test_a_weekend_is_worked_on_all_of_its_days_or_on_none():
    folder = single(complete_weekends=True)
    assert not broken(folder, roster(week("ann", days=(0, 1, 2, 3, 4))))
    assert not broken(folder, roster(week("ann", days=(0, 1, 2, 5, 6))))
    assert broken(folder, roster(week("ann", days=(0, 1, 2, 3, 5)))) == {("complete_weekends", 1)}


def test_weekly_rest_is_one_stretch_inside_the_week():
    folder = single(weekly_rest_h=40, rest_h=0, max_consecutive_days=None)
    plan = roster(week("ann", days=(0, 1, 3, 4, 6), clock="08:00"))
    # 17:00 to 08:00 two days later is 39 hours.
    assert broken(folder, plan) == {("weekly_rest_h", 1)}
    assert not broken(folder, roster(week("ann", days=(0, 1, 2, 4), clock="08:00")))


def test_a_team_starts_together():
    people = [person(name, team="red") for name in NAMES]
    folder = make_folder(agents=people, contracts=[full_time(**FREE, team_same_shift=True)])
    together = roster(*(shift(name, at(0, "09:00")) for name in NAMES))
    assert not broken(folder, together)
    late = roster(*(shift(name, at(0, "09:00")) for name in NAMES[:3]), shift("dee", at(0, "10:00")))
    assert broken(folder, late) == {("team_same_shift", 3)}


# -- the centre --------------------------------------------------------------------------------------


def test_minimum_staff_at_every_open_minute():
    floor = MinimumStaff(queue="phone", window=window("Mon", "12:00", "14:00"), agents=1)
    folder = make_folder(agents=[person(name) for name in NAMES[:2]], contracts=[full_time(**FREE)])
    folder = replace(folder, centre=folder.centre.model_copy(update={"minimum_staff": (floor,)}))
    alone = roster(shift("ann", at(0, "09:00")))
    # the meal from 13:00 to 14:00 leaves the phone alone
    (found,) = validate(folder, alone, MONDAY, 1)
    assert (found.rule, found.who, found.magnitude) == ("minimum_staff", "phone", 1)
    assert "13:00-14:00" in found.text
    relieved = roster(
        shift("ann", at(0, "09:00")), shift("bob", at(0, "08:00"), breaks=(PLAIN[0], ("meal", 180, 60, False)))
    )
    assert not broken(folder, relieved)
    shut = (Event(start=at(0, "13:00"), end=at(0, "14:00"), name="x", kind="closed", queue="phone"),)
    assert not broken(replace(folder, events=shut), alone)


def test_people_carried_in_from_the_night_before_count():
    floor = MinimumStaff(queue="chat", window=window("Mon", "00:00", "02:00"), agents=1)
    folder = make_folder(agents=[person("ann")], contracts=[full_time(**FREE)], centre={"minimum_staff": (floor,)})
    assert broken(folder, Roster(())) == {("minimum_staff", 1)}
    night = shift("ann", at(-1, "18:00"), queues=("chat",), breaks=())
    assert not broken(replace(folder, previous=night), Roster(()))


def seats(*, agents=4, **rest):
    people = [person(f"p{k}") for k in range(agents)]
    return make_folder(agents=people, contracts=[full_time(**FREE)], centre={"elastic": POOL}, **rest)


def test_elastic_cap_at_every_moment():
    three = [block(f"elastic-00{k}", at(0, "09:00"), 4) for k in (1, 2, 3)]
    assert not broken(seats(), roster(*three[:2]))
    assert broken(seats(), roster(*three)) == {("elastic_cap", 1)}
    assert not broken(seats(), roster(*three), emergency=True)
    assert not broken(seats(), roster(*three[:2], block("elastic-003", at(0, "13:00"), 3)))
    # half of three heads is one seat
    assert broken(seats(agents=3), roster(*three[:2])) == {("elastic_cap", 1)}


def test_heads_are_core_agents_hired_by_the_first_day():
    people = [
        person("a"),
        person("b", hired_on=MONDAY),
        person("c", hired_on=MONDAY + timedelta(days=1)),
        person("d", pool="expert"),
    ]
    folder = make_folder(agents=people, contracts=[full_time(**FREE)], centre={"elastic": POOL})
    two = [block(f"elastic-00{k}", at(0, "09:00"), 4) for k in (1, 2)]
    assert not broken(folder, roster(two[0]))
    assert broken(folder, roster(*two)) == {("elastic_cap", 1)}


def test_blocks_have_the_lengths_offered_and_no_breaks():
    assert broken(seats(), roster(block("elastic-001", at(0, "09:00"), 5))) == {("elastic_blocks", 1)}
    rows = shift("elastic-001", at(0, "09:00"), elapsed=240, breaks=(("break", 90, 15, True),), pool="elastic")
    assert broken(seats(), roster(rows)) == {("elastic_blocks", 15)}


def test_seats_have_names_queues_and_one_place():
    assert broken(seats(), roster(block("temp", at(0, "09:00"), 4))) == {("elastic_names", 1)}
    assert broken(seats(), roster(block("elastic-000", at(0, "09:00"), 4))) == {("elastic_names", 1)}
    assert broken(seats(), roster(block("elastic-001", at(0, "09:00"), 4, ("chat",)))) == {("elastic_queues", 240)}
    twice = roster(block("elastic-001", at(0, "09:00"), 4), block("elastic-001", at(0, "12:00"), 4))
    assert broken(seats(), twice) == {("one_place", 60)}
    assert broken(seats(), roster(block("elastic-001", at(0, "21:00"), 4))) == {("opening", 60)}


def test_without_an_elastic_section_there_are_no_seats():
    found = rules(single(), roster(block("elastic-001", at(0, "09:00"), 4)))
    assert found == {"elastic_cap", "elastic_blocks", "elastic_queues"}


def test_notice_counts_from_now():
    plan = roster(block("elastic-001", at(1, "09:00"), 4))
    folder = make_folder(
        agents=[person("a"), person("b")],
        contracts=[full_time(**FREE)],
        centre={"elastic": POOL.model_copy(update={"notice_h": 24})},
    )
    assert not broken(folder, plan)
    assert not broken(folder, plan, now=at(0, "09:00"))
    assert broken(folder, plan, now=at(0, "10:30")) == {("elastic_notice", 1.5)}
    booked = replace(folder, pins=plan.stretches)
    assert not broken(booked, plan, now=at(0, "10:30"))


def test_experts_have_few_hours_and_a_share_of_those_on_duty():
    people = [person(f"p{k}") for k in range(4)] + [person("e1", pool="expert"), person("e2", pool="expert")]
    folder = make_folder(
        agents=people,
        contracts=[full_time(**FREE)],
        centre={"experts": Experts(share=0.25, weekly_hours_max=10)},
    )
    core = [shift(f"p{k}", at(0, "09:00")) for k in range(4)]
    first, second = (shift(who, at(0, "09:00"), pool="expert") for who in ("e1", "e2"))
    assert not broken(folder, roster(*core, first))
    assert broken(folder, roster(*core, first, second)) == {("experts_share", 1)}
    assert broken(folder, roster(*core[:3], first)) == {("experts_share", 1)}
    more = roster(
        *core, first, *(shift(f"p{k}", at(1, "09:00")) for k in range(4)), shift("e1", at(1, "09:00"), pool="expert")
    )
    assert broken(folder, more) == {("experts_hours", 6)}


# -- pins, activities, wishes ------------------------------------------------------------------------


def test_pins_hold_at_every_minute_whatever_the_shift_id():
    plan = roster(shift("ann", at(0, "09:00")))
    renamed = tuple(replace(row, shift_id="other") for row in plan.stretches)
    assert not broken(replace(single(), pins=renamed), plan)
    moved = roster(shift("ann", at(0, "09:30")))
    assert rules(replace(single(), pins=renamed), moved) == {"pins"}
    queue = (Stretch("ann", at(0, "09:00"), at(0, "10:00"), "work", ("chat",)),)
    assert broken(replace(single(), pins=queue), plan) == {("pins", 60)}
    any_queue = (Stretch("ann", at(0, "09:00"), at(0, "10:00"), "work"),)
    assert not broken(replace(single(), pins=any_queue), plan)


def test_a_pin_may_cover_part_of_two_rows():
    plan = roster(shift("ann", at(0, "09:00")))
    pin = (Stretch("ann", at(0, "10:00"), at(0, "11:00"), "work", ("phone",)),)
    # the break from 10:30 to 10:45 is not work
    assert broken(replace(single(), pins=pin), plan) == {("pins", 15)}


def test_an_off_pin_leaves_no_row():
    pin = (Stretch("ann", at(0, "17:00"), at(0, "20:00"), "off"),)
    assert broken(replace(single(), pins=pin), roster(shift("ann", at(0, "09:00")))) == {("pins", 60)}
    assert not broken(replace(single(), pins=pin), roster(shift("ann", at(0, "08:00"))))


TRAINING = Activity(activity="training", minutes=60, earliest=at(0, "09:00"), latest=at(0, "18:00"), agent_id="ann")


def test_activities_take_place_as_listed():
    folder = replace(single(), activities=(TRAINING,))
    good = roster(shift("ann", at(0, "09:00"), breaks=(*PLAIN, ("training", 420, 60, True))))
    assert validate(folder, good, MONDAY, 1) == ()
    assert broken(folder, roster(shift("ann", at(0, "09:00"))), hard=False) == {("activities_placed", 1)}
    late = roster(shift("ann", at(0, "10:00"), breaks=(*PLAIN, ("training", 480, 60, True))))
    assert broken(folder, late) == {("activities", 60)}
    short = roster(shift("ann", at(0, "09:00"), breaks=(*PLAIN, ("training", 420, 30, True))))
    assert broken(folder, short) == {("activities", 30)}
    twice = roster(
        shift("ann", at(0, "09:00"), breaks=(*PLAIN, ("training", 330, 60, True), ("training", 420, 60, True)))
    )
    assert broken(folder, twice) == {("activities_times", 1)}


def test_unknown_activities_and_unpaid_ones():
    odd = roster(shift("ann", at(0, "09:00"), breaks=(*PLAIN, ("karaoke", 420, 60, True))))
    assert broken(single(), odd) == {("activities", 60)}
    folder = replace(single(), activities=(TRAINING,))
    unpaid = roster(shift("ann", at(0, "09:00"), elapsed=600, breaks=(*PLAIN, ("training", 330, 60, False))))
    assert broken(folder, unpaid) == {("paid", 60)}


def test_a_pinned_activity_needs_no_list():
    plan = roster(shift("ann", at(0, "09:00"), breaks=(*PLAIN, ("coaching", 420, 60, True))))
    pins = tuple(row for row in plan.stretches if row.activity == "coaching")
    assert not broken(replace(single(), pins=pins), plan)


def test_a_meeting_held_together():
    meeting = Activity(
        activity="meeting", minutes=30, earliest=at(0, "09:00"), latest=at(0, "18:00"), team="red", together=True
    )
    people = [person(name, team="red") for name in NAMES[:2]]
    folder = make_folder(agents=people, contracts=[full_time(**FREE)], activities=[meeting])

    def plan(offset):
        return roster(*(shift(n, at(0, "09:00"), breaks=(*PLAIN, ("meeting", o, 30, True))) for n, o in offset))

    assert not broken(folder, plan([("ann", 420), ("bob", 420)]))
    assert broken(folder, plan([("ann", 420), ("bob", 450)])) == {("activities_together", 1)}


def test_who_misses_one_of_two_meetings_attends_the_other():
    """Twice a week together: leave on one day breaks no rule, a third time does."""
    span = {"earliest": at(0, "09:00"), "latest": at(4, "18:00")}
    meeting = Activity(activity="meeting", minutes=30, team="red", together=True, times_per_week=2, **span)
    people = [person(name, team="red") for name in NAMES[:2]]
    folder = make_folder(agents=people, contracts=[full_time(**FREE)], activities=[meeting])

    def plan(*held):
        return roster(*(shift(n, at(d, "09:00"), breaks=(*PLAIN, ("meeting", o, 30, True))) for n, d, o in held))

    assert not broken(folder, plan(("ann", 0, 420), ("bob", 0, 420), ("bob", 1, 420)))
    third = plan(("ann", 0, 420), ("bob", 0, 420), ("ann", 1, 420), ("bob", 2, 420))
    assert broken(folder, third) == {("activities_together", 1)}


def test_wishes_are_soft():
    def wish(kind, low, high):
        return (Preference(agent_id="ann", start=low, end=high, wish=kind, weight=2.5),)

    plan = roster(shift("ann", at(0, "09:00")))
    off = replace(single(), preferences=wish("off", at(0, "17:00"), at(0, "22:00")))
    assert broken(off, plan) == set() and broken(off, plan, hard=False) == {("preferences", 2.5)}
    assert broken(off, Roster(()), hard=False) == set()
    work = replace(single(), preferences=wish("work", at(1, "09:00"), at(1, "17:00")))
    assert broken(work, plan, hard=False) == {("preferences", 2.5)}
    past = replace(single(), preferences=wish("work", at(-3, "09:00"), at(-3, "17:00")))
    assert broken(past, plan, hard=False) == set()


def test_supervision_is_reported():
    people = [person(name) for name in NAMES[:3]] + [person("boss", level="supervisor")]
    folder = make_folder(agents=people, contracts=[full_time(**FREE)], centre={"supervision": Supervision(span=2)})
    rows = [shift(name, at(0, "09:00")) for name in (*NAMES[:2], "boss")]
    assert not broken(folder, roster(*rows), hard=False)
    assert broken(folder, roster(*rows, shift("cy", at(0, "09:00"))), hard=False) == {("supervision", 1)}

"""A roster that is legal by construction passes; one change to it is found by exactly the rules meant."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.centre import ElasticPool, MinimumStaff
from domain.contracts import BreakRule, Limits, StartWindow
from domain.people import Event
from domain.queues import Queue
from domain.roster import Roster, Stretch
from scheduling.rules import validate
from tests.scheduling_case import (
    ZONE,
    at,
    block,
    full_time,
    leave,
    make_folder,
    may,
    person,
    roster,
    shift,
    swap,
    window,
)

STEP = timedelta(minutes=15)
QUIET = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
PAUSE = BreakRule(kind="break", minutes=15, paid=True, after_minutes=60, before_minutes=150)
MEAL = BreakRule(kind="meal", minutes=45, paid=False, after_minutes=180, before_minutes=240)

# Weeks with a clock change in Paris, and one without.
WEEKS = st.sampled_from([date(2026, 11, 23), date(2026, 3, 23), date(2026, 10, 19)])
CONTRACTS = st.sampled_from(
    [
        full_time(breaks=(PAUSE, MEAL)),
        full_time(
            weekly_hours=Limits(min=40, max=40),
            days_per_week=Limits(min=4, max=4),
            shift_hours=Limits(min=10, max=10),
            breaks=(PAUSE, MEAL),
        ),
        full_time(weekly_hours=Limits(min=25, max=25), shift_hours=Limits(min=5, max=5), breaks=(PAUSE,), rest_h=12),
    ]
)


@st.composite
def legal_plans(draw):
    """A folder, a legal roster, and the first day: everyone keeps one start all week."""
    first, contract = draw(WEEKS), draw(CONTRACTS)
    names = [f"p{k}" for k in range(draw(st.integers(1, 3)))]
    queues = [Queue(id="phone"), Queue(id="chat")]
    folder = make_folder(agents=map(person, names), contracts=[contract], queues=queues)
    rows: list[Stretch] = []
    for name in names:
        clock = draw(st.sampled_from([m for m in contract.start.minutes() if m <= 13 * 60]))
        days = draw(st.permutations(range(7)))[: int(contract.days_per_week.min)]
        if len(days) == 5 and draw(st.booleans()):
            days = range(5)
        for day in sorted(days):
            paid = round(contract.shift_hours.min * 60)
            breaks = tuple(
                (
                    rule.kind,
                    draw(st.integers(rule.after_minutes // 15, rule.before_minutes // 15)) * 15,
                    rule.minutes,
                    rule.paid,
                )
                for rule in contract.breaks
            )
            start = at(first + timedelta(days=day), f"{clock // 60:02d}:{clock % 60:02d}")
            rows += shift(name, start, elapsed=contract.elapsed_minutes(paid), breaks=breaks)
    return folder, Roster.of(rows), first


def hard(folder, plan, first, **options):
    return {v.rule for v in validate(folder, plan, first, 1, **options) if v.hard}


@QUIET
@given(legal_plans())
def test_a_roster_legal_by_construction_passes(case):
    folder, plan, first = case
    assert validate(folder, plan, first, 1) == ()


@QUIET
@given(legal_plans(), st.data())
def test_a_break_moved_out_of_its_window_or_lengthened(case, data):
    folder, plan, first = case
    whole = data.draw(st.sampled_from(plan.shifts))
    pause = next(row for row in whole.stretches if row.activity == "break")
    before, after = (row for row in whole.stretches if pause.start in (row.end,) or row.start == pause.end)
    longer = swap(swap(plan, pause, end=pause.end + STEP), after, start=after.start + STEP)
    assert hard(folder, longer, first) == {"breaks"}
    early = whole.start + STEP
    moved = swap(swap(plan, pause, start=early, end=early + STEP), before, end=early)
    moved = swap(moved, after, start=early + STEP)
    assert hard(folder, moved, first) == {"breaks"}


@QUIET
@given(legal_plans(), st.data())
def test_a_shift_taken_out(case, data):
    folder, plan, first = case
    gone = data.draw(st.sampled_from(plan.shifts))
    fewer = Roster.of(row for row in plan.stretches if row.shift_id != gone.shift_id)
    assert hard(folder, fewer, first) == {"weekly_hours", "days_per_week"}


@QUIET
@given(legal_plans(), st.data())
def test_leave_availability_hiring_and_certificates(case, data):
    folder, plan, first = case
    whole = data.draw(st.sampled_from(plan.shifts))
    who = whole.agent_id
    off = replace(folder, time_off=(leave(who, whole.end - STEP, whole.end, "unavailable"),))
    assert hard(off, plan, first) == {"time_off"}
    other = replace(folder, time_off=(leave("someone", whole.start, whole.end),))
    assert hard(other, plan, first) == set()
    beside = replace(folder, time_off=(leave(who, whole.end, whole.end + STEP),))
    assert hard(beside, plan, first) == set()

    narrow = replace(folder, availability=(may(who, "Mon-Sun", "07:00", "07:15"),))
    assert hard(narrow, plan, first) == {"availability"}

    last = max(shift.start for shift in plan.shifts if shift.agent_id == who)
    day = last.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
    new = tuple(a.model_copy(update={"hired_on": day}) if a.id == who else a for a in folder.agents)
    assert hard(replace(folder, agents=new), plan, first) == {"hired_on"}

    ended = tuple(
        s.model_copy(update={"certified_until": first - timedelta(days=1)})
        if (s.agent_id, s.queue) == (who, "phone")
        else s
        for s in folder.skills
    )
    assert hard(replace(folder, skills=ended), plan, first) == {"skills"}


@QUIET
@given(legal_plans(), st.data())
def test_a_closure_counts_while_someone_works(case, data):
    folder, plan, first = case
    row = data.draw(st.sampled_from(plan.stretches))
    closed = Event(start=row.start, end=row.start + timedelta(minutes=1), name="x", kind="closed", queue="phone")
    working = any(r.activity == "work" and r.start <= row.start < r.end for r in plan.stretches)
    assert hard(replace(folder, events=(closed,)), plan, first) == ({"opening"} if working else set())


@QUIET
@given(legal_plans(), st.data())
def test_pins_hold_minute_by_minute(case, data):
    folder, plan, first = case
    row = data.draw(st.sampled_from(plan.stretches))
    low = row.start + data.draw(st.integers(0, int(row.minutes) - 1)) * timedelta(minutes=1)
    pin = replace(row, start=low, end=low + timedelta(minutes=1), shift_id="any")
    assert hard(replace(folder, pins=(pin,)), plan, first) == set()
    over = replace(pin, end=row.end + timedelta(minutes=1))
    assert hard(replace(folder, pins=(over,)), plan, first) == {"pins"}
    off = replace(pin, activity="off", queues=())
    assert hard(replace(folder, pins=(off,)), plan, first) == {"pins"}


@QUIET
@given(legal_plans(), st.data())
def test_what_previous_rosters_leave(case, data):
    folder, plan, first = case
    who = data.draw(st.sampled_from(plan.shifts)).agent_id
    begin = min(shift.start for shift in plan.shifts if shift.agent_id == who)
    rest = timedelta(hours=folder.centre.contracts[0].rest_h)
    midnight = at(first, "00:00")
    end = min(begin - rest + STEP, midnight + timedelta(hours=7))
    late = shift(who, end - timedelta(hours=8), elapsed=480, breaks=())
    expected = {"rest_h"} if begin - end < rest else set()
    assert hard(replace(folder, previous=late), plan, first) == expected

    days = [begin - timedelta(days=k) for k in range(1, 7)]
    run = tuple(row for start in days for row in shift(who, start.replace(hour=6), elapsed=480, breaks=()))
    next_day = begin.astimezone(ZoneInfo(ZONE)).date() == first
    found = hard(replace(folder, previous=run), plan, first)
    assert ("max_consecutive_days" in found) == next_day


@QUIET
@given(legal_plans(), st.data())
def test_seats_above_the_cap_and_floors(case, data):
    folder, plan, first = case
    heads = len(folder.agents)
    pool = ElasticPool(share=1, block_hours=(3,), hourly_cost=9, queues=("phone",))
    folder = replace(folder, centre=folder.centre.model_copy(update={"elastic": pool}))
    starts = [data.draw(st.integers(0, 80)) * STEP for _ in range(heads + 1)]
    seats = [block(f"elastic-{k + 1:03d}", at(first, "01:00") + start, 3) for k, start in enumerate(starts)]
    together = max(sum(s <= t < s + timedelta(hours=3) for s in starts) for t in starts)
    mixed = Roster.of([*plan.stretches, *(row for rows in seats for row in rows)])
    assert hard(folder, mixed, first) == ({"elastic_cap"} if together > heads else set())

    floor = MinimumStaff(queue="chat", window=window("Mon-Sun", "08:00", "09:00"), agents=1)
    strict = folder.centre.model_copy(update={"minimum_staff": (floor,)})
    assert hard(replace(folder, centre=strict), plan, first) == {"minimum_staff"}


@QUIET
@given(legal_plans(), st.data())
def test_a_shift_shifted_off_its_window_or_grid(case, data):
    folder, plan, first = case
    whole = min(plan.shifts, key=lambda item: item.start)
    by = data.draw(st.sampled_from([timedelta(minutes=5), timedelta(minutes=15)]))

    def moved(row):
        return replace(row, start=row.start - by, end=row.end - by) if row.shift_id == whole.shift_id else row

    expected = {"start"} if by == STEP else {"start", "grid"}
    assert hard(folder, Roster.of(map(moved, plan.stretches)), first) == expected


def test_an_empty_folder_has_an_empty_legal_roster():
    folder = make_folder(agents=[], contracts=[full_time(start=StartWindow(from_minute=0, to_minute=0))])
    assert validate(folder, roster(), date(2026, 3, 23), 2) == ()

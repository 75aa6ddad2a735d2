"""Legal shifts, the search for a legal week and the validator agree, each being written on its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from math import prod

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.contracts import BreakRule, Limits, StartWindow, WeekendRule
from domain.people import Event, Skill
from domain.queues import Queue
from domain.roster import Roster, Stretch
from domain.sites import Site
from scheduling.break_placement import place_breaks
from scheduling.calendar import Calendar
from scheduling.leave import LegalShifts
from scheduling.person_week import find_weeks
from scheduling.rules import validate
from tests.scheduling_case import at, full_time, leave, make_folder, may, person, shift, window

QUIET = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
SMALL = settings(QUIET, max_examples=6)
PAUSE = BreakRule(kind="break", minutes=15, paid=True, after_minutes=60, before_minutes=150)
MEAL = BreakRule(kind="meal", minutes=60, paid=False, after_minutes=120, before_minutes=180, shift_at_least_h=5)
FIRSTS = st.sampled_from([date(2026, 11, 23), date(2026, 3, 23), date(2026, 10, 19)])
ANN = person("ann", site="hub")
SITES = [
    (),
    (Site(id="hub", desks=1),),
    (Site(id="hub", open=(window("Mon-Sat", "07:00", "20:30"),)),),
    (Site(id="hub", open=(window("Thu-Mon", "16:00", "09:00"), window("Tue", "10:00", "18:00"))),),
]


def clock(minute):
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


@st.composite
def worlds(draw, hours=True, tight=False):
    """One person, a queue that may close at noon, odd availability, leave, a closure, and a first day."""
    first = draw(FIRSTS)
    low = draw(st.integers(0, 23)) * 60
    contract = full_time(
        weekly_hours=Limits(min=draw(st.sampled_from([8, 12] if tight else [0, 12, 24])), max=30)
        if hours
        else Limits(),
        days_per_week=Limits(min=draw(st.integers(2 * tight, 4)), max=draw(st.integers(4, 6))) if hours else Limits(),
        shift_hours=Limits(min=4, max=draw(st.sampled_from([4, 6]))),
        start=StartWindow(
            from_minute=low, to_minute=(low + draw(st.integers(0, 0 if tight else 3)) * 60) % 1440, step_minutes=60
        ),
        rest_h=draw(st.sampled_from([0, 11, 20])),
        max_consecutive_days=draw(st.sampled_from([None, 2, 3])) if hours else None,
        breaks=draw(st.sampled_from([(), (PAUSE,), (PAUSE, MEAL)])),
    )
    split = draw(st.integers(10, 14)) * 60
    queue = draw(
        st.sampled_from(
            [
                Queue(id="phone"),
                Queue(id="phone", open=(window("Mon-Sun", "06:00", "22:00"),)),
                Queue(
                    id="phone",
                    open=(window("Mon-Sun", "00:00", clock(split)), window("Mon-Sun", clock(split + 15), "24:00")),
                ),
                Queue(id="phone", open=(window("Fri-Mon", "18:00", "10:00"),)),
            ]
        )
    )
    offsets = st.integers(0, 7 * 24 * 4 - 1)
    midnight = at(first, "00:00")

    def span():
        start = midnight + draw(offsets) * timedelta(minutes=15)
        return start, start + draw(st.integers(1, 200)) * timedelta(minutes=15)

    absences = [
        leave("ann", *span(), draw(st.sampled_from(["paid", "unavailable"]))) for _ in range(draw(st.integers(0, 2)))
    ]
    closures = [
        Event(start=a, end=b, name="x", kind="closed") for a, b in (span() for _ in range(draw(st.integers(0, 1))))
    ]
    windows = (
        [may("ann", "Mon-Fri", clock(low), clock(low + draw(st.integers(4, 23)) * 60))] if draw(st.booleans()) else []
    )
    certified = draw(st.sampled_from([None, first + timedelta(days=3)]))
    folder = make_folder(
        agents=[ANN],
        contracts=[contract],
        queues=[queue],
        skills=[Skill(agent_id="ann", queue="phone", certified_until=certified)],
        time_off=absences,
        events=closures,
        availability=windows,
        centre={"sites": draw(st.sampled_from(SITES))},
    )
    return folder, first


def rows_of(folder, first, start: datetime, paid: int) -> tuple[Stretch, ...] | None:
    """Return the rows of a shift with breaks placed so that no work falls into a closed minute."""
    contract = folder.centre.contracts[0]
    rules, elapsed = contract.breaks_of(paid), contract.elapsed_minutes(paid)
    calendar = Calendar(folder, first, 7)
    begin = calendar.minute(start)
    idle = ~calendar.workable(ANN)[begin : begin + elapsed]
    must = sum(1 << k for k in range(elapsed) if idle[k])
    placed = place_breaks(rules, elapsed, folder.centre.schedule_minutes, must=must)
    if placed is None:
        return None
    breaks = tuple((r.kind, s, r.minutes, r.paid) for r, s in zip(rules, placed, strict=True))
    return shift("ann", start, elapsed=elapsed, breaks=breaks)


def hard(folder, plan, first, weeks=1):
    return {v.rule for v in validate(folder, plan, first, weeks) if v.hard}


@QUIET
@given(worlds(hours=False), st.integers(0, 6), st.data())
def test_every_legal_shift_passes_and_no_other_does(world, day, data):
    folder, first = world
    local = first + timedelta(days=day)
    options = LegalShifts.of(folder, first, 7).options(ANN, local)
    for option in data.draw(st.permutations(options))[:3]:
        rows = rows_of(folder, first, option.start, option.paid_minutes)
        assert rows is not None and hard(folder, Roster.of(rows), first) == set()
    # any shift of the day that the validator accepts is an option
    legal = {(option.start, option.paid_minutes) for option in options}
    start = at(local, clock(data.draw(st.integers(0, 95)) * 15))
    for paid in (240, 360):
        rows = rows_of(folder, first, start, paid)
        if rows is not None and not hard(folder, Roster.of(rows), first):
            assert (start, paid) in legal


@QUIET
@given(worlds(), st.integers(1, 2))
def test_a_week_found_is_legal_for_the_validator(world, weeks):
    folder, first = world
    plan = find_weeks(folder, "ann", first, weeks)
    if plan is None:
        return
    grid = Calendar(folder, first, 7 * weeks).grid
    rows = []
    for day in plan:
        if day is not None:
            contract = folder.centre.contracts[0]
            rules = contract.breaks_of(day.paid)
            breaks = tuple((r.kind, s, r.minutes, r.paid) for r, s in zip(rules, day.breaks, strict=True))
            rows += shift("ann", grid.at(day.start), elapsed=day.end - day.start, breaks=breaks)
    assert hard(folder, Roster.of(rows), first, weeks) == set()


@SMALL
@given(
    worlds(tight=True),
    st.sampled_from(["", "rest", "together", "rotation", "nights", "weekends", "whole"]),
    st.integers(0, 3),
)
def test_a_week_exists_exactly_where_enumeration_finds_one(world, extra, before):
    folder, first = world
    update = {
        "": {},
        "rest": {"weekly_rest_h": 70.0},
        "together": {"days_off_together": 4},
        "rotation": {"rotation": "weekly"},
        "nights": {"nights_per_week": Limits(min=1, max=2)},
        "weekends": {"weekends_off": WeekendRule(at_least=1, in_weeks=1)},
        "whole": {"complete_weekends": True},
    }[extra]
    contract = folder.centre.contracts[0].model_copy(update=update)
    centre = folder.centre.model_copy(update={"contracts": (contract,)})
    past = [
        row
        for k in range(1, before + 1)
        for row in shift("ann", at(first - timedelta(days=k), "09:00"), elapsed=240, breaks=())
    ]
    folder = replace(folder, centre=centre, previous=tuple(past))
    legal = LegalShifts.of(folder, first, 7)
    days = [legal.options(ANN, first + timedelta(days=k)) for k in range(7)]
    assume(8 <= prod(len(day) + 1 for day in days) <= 100)
    found = find_weeks(folder, "ann", first, 1) is not None
    exists = False
    for choice in product(*([None, *day] for day in days)):
        rows = [row for option in choice if option for row in rows_of(folder, first, option.start, option.paid_minutes)]
        if not hard(folder, Roster.of(rows), first):
            exists = True
            break
    assert found == exists


@QUIET
@given(
    st.integers(5, 24),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 8), st.integers(0, 4)), max_size=3),
    st.integers(0, 2**20),
)
def test_break_placement_equals_plain_enumeration(slots, shapes, shut):
    """On a grid of one minute, any placement there is is found, and what is found is legal."""
    rules = [
        BreakRule(kind=f"b{k}", minutes=minutes, after_minutes=after, before_minutes=after + wide)
        for k, (minutes, after, wide) in enumerate(shapes)
    ]
    must = shut & shut >> 3 & shut >> 7 & ((1 << slots) - 1)

    def fits(starts):
        taken = [set(range(s, s + r.minutes)) for s, r in zip(starts, rules, strict=True)]
        spread = [one | {max(one) + 1, min(one) - 1} for one in taken]
        inside = all(min(one) > 0 and max(one) < slots - 1 for one in taken)
        apart = all(not spread[i] & taken[j] for i in range(len(taken)) for j in range(len(taken)) if i != j)
        covered = set().union(*taken) if taken else set()
        return inside and apart and all(k in covered for k in range(slots) if must >> k & 1)

    windows = [range(rule.after_minutes, rule.before_minutes + 1) for rule in rules]
    possible = any(fits(starts) for starts in product(*windows))
    placed = place_breaks(rules, slots, 1, must=must)
    assert (placed is not None) == possible
    if placed is not None:
        assert fits(placed) and all(s in w for s, w in zip(placed, windows, strict=True))

"""What the optimiser pays for wishes and fairness, shift by shift, is what the files say, whatever the roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.centre import Priorities
from domain.contracts import Limits, StartWindow
from domain.history import Performance
from domain.people import Preference
from domain.roster import Roster
from scheduling.fair_shares import fairness_rows
from scheduling.fairness import FairnessCost
from scheduling.leave import ShiftOption
from scheduling.rules import validate
from scheduling.soft_price import fairness_of, soft_costs, wishes_price
from scheduling.wishes import WishCost
from tests.scheduling_case import MONDAY, NAMES, ZONE, at, full_time, make_folder, person, roster, shift, week

QUIET = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
FREE = full_time(
    weekly_hours=Limits(),
    days_per_week=Limits(min=0, max=7),
    start=StartWindow(from_minute=0, to_minute=23 * 60, step_minutes=60),
    rest_h=0,
    max_consecutive_days=None,
)

WISHES = st.lists(
    st.tuples(
        st.sampled_from(NAMES[:2]),
        st.integers(-30, 14 * 24),
        st.integers(1, 80),
        st.sampled_from(("work", "off")),
        st.floats(0, 5, allow_nan=False),
    ),
    max_size=6,
)
SHIFTS = st.dictionaries(st.tuples(st.sampled_from(NAMES[:2]), st.integers(0, 13)), st.integers(0, 23), max_size=16)
PAST = st.dictionaries(st.tuples(st.sampled_from(NAMES[:3]), st.integers(-14, -1)), st.integers(0, 23), max_size=16)


def drawn(cells):
    return roster(*(shift(who, at(day, f"{hour:02d}:00")) for (who, day), hour in cells.items()))


def priced(costs, folder, plan, first, days):
    """Add up the costs by person and day, as the program over a person's week does."""
    zone = ZoneInfo(folder.centre.timezone)
    total = 0.0
    for agent in folder.agents:
        mine = {shift.start.astimezone(zone).date(): shift for shift in plan.by_agent.get(agent.id, ())}
        for day in (first + timedelta(days=k) for k in range(days)):
            found = mine.get(day)
            option = found and ShiftOption(found.start, 480, round((found.end - found.start).total_seconds() / 60))
            total += sum(each.cost(agent, day, option) for each in costs if each.concerns(agent))
    return total


@QUIET
@given(WISHES, SHIFTS, st.sampled_from([MONDAY, date(2026, 10, 19)]))
def test_wishes_cost_by_shift_what_the_files_say(wishes, cells, first):
    """Weeks with a clock change included; the validator's magnitudes are the same weights."""
    shifted = (first - MONDAY).days
    cells = {(who, day + shifted): hour for (who, day), hour in cells.items()}
    preferences = [
        Preference(agent_id=who, start=at(shifted, "00:00") + timedelta(hours=low), end=at(shifted, "00:00")
                   + timedelta(hours=low + hours), wish=kind, weight=weight)
        for who, low, hours, kind, weight in wishes
    ]  # fmt: skip
    folder = make_folder(contracts=[FREE], preferences=preferences, centre={"priorities": Priorities(wish=3.0)})
    plan = drawn(cells)
    costs = (WishCost.of(folder),)
    found = wishes_price(folder, plan, first, 2)
    assert found == pytest.approx(priced(costs, folder, plan, first, 14), abs=1e-9)
    broken = [v.magnitude for v in validate(folder, plan, first, 2) if v.rule == "preferences"]
    assert 3.0 * sum(broken) == pytest.approx(found, abs=1e-4)
    assert found <= 3.0 * 2 * sum(wish.weight for wish in preferences) + 1e-9


@QUIET
@given(SHIFTS, PAST)
def test_fairness_costs_by_shift_what_the_files_say(cells, past):
    """Week by week, the first planned week in the ledger of the second; the rule's magnitudes agree."""
    folder = make_folder(contracts=[FREE], previous=drawn(past).stretches)
    plan = drawn(cells)
    total = 0.0
    for k in range(2):
        first = MONDAY + timedelta(days=7 * k)
        earlier = [row for row in plan.stretches if row.start < at(7 * k, "00:00")]
        costs = soft_costs(folder, [*folder.previous, *earlier], first, fair=True)
        total += priced(costs, folder, plan, first, 7)
    found = fairness_of(folder, plan, MONDAY, 2)
    assert found == pytest.approx(total, abs=1e-9)
    broken = [v.magnitude for v in validate(folder, plan, MONDAY, 2) if v.rule == "fairness"]
    assert 0.1 * 20.0 * sum(broken) == pytest.approx(found, abs=1e-4)
    rows = list(fairness_rows(folder, plan, MONDAY, 2))
    for measure in ("weekend", "night", "unpopular"):
        asked = sum(row.this_week for row in rows if row.measure == measure)
        assert asked == sum(counts(measure, hour, day) for (_, day), hour in cells.items())


def counts(measure, hour, day):
    """Count a nine-hour shift by hand: its day, a night from 22:00 to 06:00, a start before 7 or an end after 22."""
    if measure == "weekend":
        return day % 7 >= 5
    return hour < 6 or hour + 9 > 22 if measure == "night" else hour < 7 or hour + 9 > 22


@QUIET
@given(SHIFTS, PAST, st.integers(0, 2**32))
def test_performance_never_enters_fairness(cells, past, seed):
    """Whoever is good or bad, fast or slow: the ledger, the prices and the findings are the same."""
    rng = np.random.default_rng(seed)
    folder = make_folder(contracts=[FREE], previous=drawn(past).stretches)
    n = 20
    figures = {name: rng.uniform(0, 100, n) for name in Performance.__dataclass_fields__}
    figures |= {
        "agents": NAMES,
        "queues": folder.centre.queue_ids,
        "agent": rng.integers(0, len(NAMES), n),
        "queue": rng.integers(0, 2, n),
        "date": np.full(n, np.datetime64("2026-11-10")),
    }
    scored = replace(folder, performance=Performance(**figures))
    plan = drawn(cells)
    assert list(fairness_rows(folder, plan, MONDAY, 2)) == list(fairness_rows(scored, plan, MONDAY, 2))
    assert FairnessCost.of(folder, folder.previous, MONDAY) == FairnessCost.of(scored, folder.previous, MONDAY)
    assert validate(folder, plan, MONDAY, 2) == validate(scored, plan, MONDAY, 2)


def test_one_more_shift_against_a_wish_costs_its_share():
    """Mutations of a legal week: each day of a span counts by itself, and only the days that are touched."""
    off = Preference(agent_id="ann", start=at(4, "00:00"), end=at(7, "00:00"), wish="off", weight=6.0)
    folder = make_folder(agents=[person("ann")], preferences=[off])
    base = roster(week("ann", days=range(4)))
    found = [len([v for v in validate(folder, base, MONDAY, 1) if v.rule == "preferences"])]
    for days in ((4,), (4, 5), (4, 5, 6)):
        plan = Roster.of([*base.stretches, *week("ann", days=days)])
        (broken,) = [v for v in validate(folder, plan, MONDAY, 1) if v.rule == "preferences"]
        found.append(broken.magnitude)
        assert f"{len(days)} of its 3 days not kept" in broken.text
    assert found == [0, 2.0, 4.0, 6.0]


def test_a_night_is_one_wish_and_belongs_to_the_day_it_begins():
    night = Preference(agent_id="ann", start=at(2, "22:00"), end=at(3, "06:00"), wish="work")
    folder = make_folder(agents=[person("ann")], contracts=[FREE], preferences=[night])
    kept = roster(shift("ann", at(2, "22:00")))
    early = roster(shift("ann", at(3, "05:00")))
    assert wishes_price(folder, kept, MONDAY, 1) == 0.0
    assert wishes_price(folder, early, MONDAY, 1) == pytest.approx(0.2 * 20.0)
    assert len(night.days(ZoneInfo(ZONE))) == 1


def test_days_of_a_wish_follow_the_wall_clock():
    """Three dates over the change of the clock are three days, one of them with 25 hours."""
    zone = ZoneInfo(ZONE)
    first = datetime(2026, 10, 24, tzinfo=zone)
    span = Preference(agent_id="ann", start=first, end=datetime(2026, 10, 27, tzinfo=zone), wish="off")
    lengths = [(end.timestamp() - start.timestamp()) / 3600 for start, end in span.days(zone)]
    assert lengths == [24, 25, 24]

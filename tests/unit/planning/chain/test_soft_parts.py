"""Several weeks with wishes and a ledger: the objective is the sum of its parts, and the files give them again."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from capacity.requirement import Requirement
from domain.contracts import Limits, StartWindow
from domain.grid import IntervalGrid
from domain.people import Preference
from domain.progress import Control
from domain.queues import Queue, Target
from domain.roster import Roster, Stretch
from planning.fairness_notes import fairness_notes
from planning.files.fairness_file import write_fairness
from planning.plan import summary
from planning.rounds import Rostered, roster_weeks
from planning.steps import Options, people_of
from planning.wish_results import share_honoured, wish_notes, wish_results
from scheduling.fair_shares import fairness_rows
from scheduling.result import Effort
from scheduling.rules import validate
from scheduling.soft_price import fairness_of, wishes_price
from tests.scheduling_case import MONDAY, ZONE, full_time, make_folder, person, window

QUICK = Effort(ascent=100, steps=60, moves=150_000, assembly=0.1)
CONTRACT = full_time(
    start=StartWindow(from_minute=8 * 60, to_minute=8 * 60, step_minutes=60),
    weekly_hours=Limits(min=40, max=40),
    breaks=(),
)


def local(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=ZoneInfo(ZONE)) + timedelta(days=day)


def weekend(who: str, week: int) -> list[Stretch]:
    days = (7 * week + 5, 7 * week + 6)
    return [Stretch(who, local(d, 8), local(d, 16), queues=("phone",), shift_id=f"{who}{d}") for d in days]


@pytest.fixture(scope="module")
def planned():
    """Four people, one of whom worked three weekends; one on duty at a weekend is enough."""
    phone = Queue(
        id="phone",
        aht_s=300.0,
        patience_s=600.0,
        open=(window("Mon-Sun", "08:00", "16:00"),),
        targets=(Target(scope="day", mean_wait_s=300.0),),
    )
    folder = make_folder(
        agents=[person(name) for name in ("ann", "bob", "cy", "dee")],
        contracts=[CONTRACT],
        queues=[phone],
        previous=[row for week in (-4, -3, -2) for row in weekend("ann", week)],
        preferences=[
            Preference(agent_id="bob", start=local(2), end=local(3), wish="off"),
            Preference(agent_id="cy", start=local(5), end=local(12), wish="work", weight=7.0),
        ],
    )
    grid = IntervalGrid.of_days(MONDAY, 14, ZONE, 30)
    is_open = np.array([phone.open[0].holds(0, int(m)) for m in grid.minute_of_day])
    volume = np.where(is_open, np.where(grid.weekday >= 5, 0.4, 1.5), 0.0)[None]
    zero = np.zeros_like(volume)
    requirement = Requirement(grid, ("phone",), volume, np.full_like(volume, 300.0), *([zero] * 6))
    options = Options(week=MONDAY, weeks=2, seed=3, effort=QUICK)
    roster, weeks = roster_weeks(folder, requirement, people_of(folder, options), options, Control())
    return folder, Rostered(roster, weeks, 1, 0.0)


def test_the_objective_is_the_sum_of_parts_that_the_files_give_again(planned) -> None:
    folder, rostered = planned
    found = summary(rostered)
    assert found.objective == pytest.approx(sum(result.objective for _, result in rostered.weeks))
    assert found.objective == sum(found.parts.values())
    assert found.parts["wishes"] == pytest.approx(wishes_price(folder, rostered.roster, MONDAY, 2))
    assert found.parts["fairness"] == pytest.approx(fairness_of(folder, rostered.roster, MONDAY, 2))
    assert found.bound <= found.objective + 1e-6
    assert not [v for v in validate(folder, rostered.roster, MONDAY, 2) if v.hard]


def test_who_had_the_weekends_gets_no_more_and_the_first_week_counts_in_the_second(planned) -> None:
    folder, rostered = planned
    rows = {(row.week, row.agent_id): row for row in fairness_rows(folder, rostered.roster, MONDAY, 2)}
    second = MONDAY + timedelta(days=7)
    assert rows[MONDAY, "ann"].before == 6 and rows[MONDAY, "ann"].mean == 1.5
    assert rows[MONDAY, "ann"].this_week == 0
    for who in ("ann", "bob", "cy", "dee"):
        assert rows[second, who].before == rows[MONDAY, who].after
    assert sum(row.this_week for row in rows.values()) > 0
    (told,) = fairness_notes(folder, list(rows.values()))
    assert told.startswith("Fairness, weekend days: people are 2.2 from the mean")


def test_wishes_over_two_weeks_share_their_weight_by_day(planned) -> None:
    folder, rostered = planned
    results = wish_results(folder, rostered.roster, rostered.weeks, MONDAY)
    assert [row.outcome.days for row in results] == [1, 7] and results[1].outcome.asked == 7.0
    share = share_honoured(results)
    assert share is not None and share > 0.8
    for row in results:
        assert bool(row.why) == (not row.outcome.kept)
    assert wish_notes(folder, results)[0].startswith("Wishes honoured: ")


def test_the_ledger_is_written_and_adds_up(planned, tmp_path) -> None:
    folder, rostered = planned
    rows = list(fairness_rows(folder, rostered.roster, MONDAY, 2))
    path = write_fairness(rows, tmp_path)
    assert path is not None
    with path.open(encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    assert len(read) == 2 * 4 and {row["measure"] for row in read} == {"weekend"}
    assert sum(float(row["price"]) for row in read) == pytest.approx(summary(rostered).parts["fairness"])
    assert all(float(row["before"]) + float(row["this_week"]) == float(row["after"]) for row in read)
    assert write_fairness([], tmp_path) is None


def test_a_newcomer_is_held_to_the_mean_since_hiring() -> None:
    """Three weeks of ledger, the last of them with the newcomer: a third of the others' mean."""
    hired = person("new", hired_on=date(2026, 11, 16))
    rows = [row for week in (-3, -2, -1) for row in weekend("ann", week)]
    rows.append(Stretch("bob", local(-21, 8), local(-21, 16), queues=("phone",), shift_id="first"))
    folder = replace(
        make_folder(agents=[person("ann"), person("bob"), hired], contracts=[CONTRACT]), previous=tuple(rows)
    )
    mean = {row.agent_id: row.mean for row in fairness_rows(folder, Roster(()), MONDAY, 1) if row.measure == "weekend"}
    assert mean["ann"] == mean["bob"] == pytest.approx(6 / (2 + 1 / 3))
    assert mean["new"] == pytest.approx(mean["ann"] / 3)

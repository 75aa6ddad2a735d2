"""What formulas expect of a roster stands beside its simulation by interval, and comes to its simulated day."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from domain.progress import Control
from domain.roster import Roster
from planning.expected_service import MEASURES, expected_columns, expected_service
from planning.files import write_service
from planning.files.service_file import EXPECTED, read_service
from planning.steps import simulate_roster
from tests.unit.planning.whatif_case import FIRST, MONDAY, world_of


@pytest.fixture(scope="module")
def world():
    return world_of()


@pytest.fixture(scope="module")
def report(world):
    return simulate_roster(
        world.folder, world.requirement, world.roster, world.people, world.options, Control(), replications=40
    )


@pytest.fixture(scope="module")
def columns(world, report):
    made = expected_service(world.folder, world.requirement, world.roster, world.people, world.options, report)
    return expected_columns(report, world.folder.centre, made)


def place(report, scope, start, queue):
    return next(k for k, row in enumerate(report.rows) if (row.scope, row.start, row.queue) == (scope, start, queue))


def test_intervals_have_a_figure_where_something_is_offered_and_nothing_else_has(world, report, columns):
    for k, row in enumerate(report.rows):
        asked = row.scope == "interval" and row.queue != "mail" and "08:00" <= row.start[11:16] < "20:00"
        for measure in MEASURES:
            assert np.isfinite(columns[measure][k]) == asked, (row.scope, row.start, row.queue)


def test_the_intervals_of_a_day_come_to_its_simulated_figure(world, report, columns):
    grid = world.requirement.grid
    for q, queue in enumerate(("phone", "chat")):
        for d, day in enumerate(grid.days):
            mine = np.flatnonzero((grid.day_of == d) & (world.requirement.volume[q] > 0))
            rows = [place(report, "interval", grid.label(i), queue) for i in mine]
            weight = world.requirement.volume[q, mine]
            for measure in MEASURES:
                seen = report.simulated("day", day.isoformat(), queue, measure)[0]
                mean = (columns[measure][rows] * weight).sum() / weight.sum()
                assert mean == pytest.approx(seen, rel=0.01, abs=1e-3)


def test_an_interval_with_fewer_people_is_expected_to_wait_longer(world, report):
    thin = world.with_roster(
        Roster.of(
            replace(row, start=row.start + timedelta(hours=6)) if row.agent_id < "a06" else row
            for row in world.roster.stretches
        )
    )
    seen = simulate_roster(
        thin.folder, thin.requirement, thin.roster, thin.people, thin.options, Control(), replications=40
    )
    found = expected_service(thin.folder, thin.requirement, thin.roster, thin.people, thin.options, seen)
    morning, evening = (world.requirement.grid.index_at(MONDAY + timedelta(hours=h)) for h in (10, 18))
    assert found.mean_wait_s[0, morning] > 2 * found.mean_wait_s[0, evening]
    assert found.seats[0, morning] < found.seats[0, evening]


def test_all_is_the_queues_whose_customers_wait(world, report, columns):
    start = world.requirement.grid.label(world.requirement.grid.index_at(MONDAY + timedelta(hours=10)))
    phone, chat, both = (place(report, "interval", start, queue) for queue in ("phone", "chat", "all"))
    wait = columns["mean_wait_s"]
    assert wait[both] == pytest.approx((36 * wait[phone] + 12 * wait[chat]) / 48)


def test_the_columns_are_written_at_the_end_and_read_without_a_warning(world, report, columns, tmp_path):
    path = write_service(report, tmp_path, expected=columns)
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-3:] == [f"expected_{measure}" for measure in MEASURES] == list(EXPECTED)
    grid = world.requirement.grid
    k = place(report, "interval", grid.label(grid.index_at(MONDAY + timedelta(hours=10))), "phone")
    assert float(rows[k]["expected_mean_wait_s"]) == pytest.approx(columns["mean_wait_s"][k], rel=1e-8)
    assert rows[place(report, "day", FIRST.isoformat(), "phone")]["expected_mean_wait_s"] == ""
    notices: list[object] = []
    back = read_service(path, world.folder.centre, world.requirement.grid, notices=notices)
    assert notices == []
    assert back.simulated("day", FIRST.isoformat(), "phone", "mean_wait_s") == pytest.approx(
        report.simulated("day", FIRST.isoformat(), "phone", "mean_wait_s")
    )

"""The elastic frontier of a small centre: it never rises, every point is legal, and it says what to take."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest

from api.commands.frontier import shares_of
from domain.errors import InputError
from domain.progress import Control
from domain.roster import Stretch
from planning.files.frontier_file import COLUMNS, place_of, write_frontier
from planning.files.results_in import read_roster
from planning.frontier.points import Frontier, FrontierPoint
from planning.frontier.trace import frontier_of, trace_frontier, with_share
from planning.report.frontier_chart import Dot, picture
from planning.report.frontier_page import render_frontier
from planning.report.frontier_words import HEADS, advice, table_lines
from scheduling.rules.validator import validate
from tests.unit.planning import frontier_case as case

SHARES = (0.3, 0.0, 0.1, 0.15, 0.2)


@pytest.fixture(scope="module")
def traced() -> Frontier:
    """Ten people short at two peaks, under caps of none to three seats; 15 % is one seat, as 10 % is."""
    folder = case.folder()
    return frontier_of(folder, None, case.requirement(folder), case.options(rounds=1), SHARES, Control(cores=1))


def test_points_come_by_rising_cap(traced: Frontier) -> None:
    assert [point.share for point in traced.points] == sorted(SHARES)
    assert [point.seats for point in traced.points] == [0, 1, 1, 2, 3]


def test_neither_objective_nor_bound_rises_with_the_cap(traced: Frontier) -> None:
    objectives = [point.objective for point in traced.points]
    bounds = [point.bound for point in traced.points]
    assert objectives == sorted(objectives, reverse=True)
    assert bounds == sorted(bounds, reverse=True)
    assert all(point.bound <= point.objective * (1 + 1e-9) for point in traced.points)
    assert objectives[0] > objectives[-1]
    for point in traced.points:
        assert point.objective == pytest.approx(point.cost.total + point.shortfall + point.soft, rel=1e-6)


def test_equal_caps_are_one_roster(traced: Frontier) -> None:
    one, same = traced.points[1], traced.points[2]
    assert one.roster == same.roster
    assert one.objective == same.objective


def test_every_point_is_legal_under_its_own_cap(traced: Frontier) -> None:
    for point in traced.points:
        folder = with_share(traced.folder, point.share)
        assert [v.text for v in validate(folder, point.roster, case.FIRST, 1) if v.hard] == []
        assert point.peak_share <= point.share + 1e-9
        blocks = [shift for shift in point.roster.shifts if shift.pool == "elastic"]
        assert point.hours == pytest.approx(sum((b.end - b.start).total_seconds() / 3600 for b in blocks))
    assert traced.points[0].hours == 0


def test_waits_fall_where_seats_come(traced: Frontier) -> None:
    """Simulated with the same customers: the widest cap waits far less than none, beyond both intervals."""
    first, last = traced.points[0].figure("mean_wait_s"), traced.points[-1].figure("mean_wait_s")
    assert last[2] < first[1]


def test_the_next_seat_is_worth_much_where_there_is_none(traced: Frontier) -> None:
    prices = [point.prices for point in traced.points]
    assert all(found is not None for found in prices)
    assert prices[0] is not None and prices[-1] is not None
    assert prices[0].cap == 0
    assert prices[0].cap_worth > 1000
    assert prices[0].cap_worth >= prices[-1].cap_worth
    # what the first seat is said to be worth, the frontier saves with it: people may move besides
    assert traced.points[0].objective - traced.points[1].objective > 0.8 * prices[0].cap_worth


def test_the_advice_names_a_cap_that_takes_nearly_all(traced: Frontier) -> None:
    chosen = traced.recommended
    assert traced.taken(chosen) >= 0.9
    assert traced.taken(traced.points[0]) == 0
    assert traced.taken(traced.points[-1]) == 1
    assert all(traced.taken(point) < 0.9 for point in traced.points if point.seats < chosen.seats)
    said = advice(traced)
    assert said.startswith(f"A cap of {100 * chosen.share:.0f} % (")
    assert "of what 30 % (3 seats) saves" in said and "mean wait" in said


def flat(traced: Frontier, objectives: list[float]) -> Frontier:
    """Return a frontier of other objectives."""
    points: tuple[FrontierPoint, ...] = tuple(
        replace(point, objective=value) for point, value in zip(traced.points, objectives, strict=False)
    )
    return Frontier(traced.folder, points)


def test_a_frontier_that_saves_nothing_advises_no_seats(traced: Frontier) -> None:
    made = flat(traced, [100.0] * 5)
    assert made.saving == 0
    assert made.recommended is made.points[0]
    assert advice(made).startswith("A cap above 0 % (0 seats) saves nothing")
    assert "One cap alone" in advice(flat(traced, [100.0]))


def test_seats_that_save_nothing_more_are_said(traced: Frontier) -> None:
    assert "beyond 10 % (1 seat) a higher cap saves nothing" in advice(flat(traced, [100.0, 10.0, 10.0, 10.0, 10.0]))


def test_the_table_has_a_row_a_cap(traced: Frontier) -> None:
    header, *rows = table_lines(traced)
    assert all(head in header for head in HEADS)
    assert len(rows) == len(SHARES)
    assert len({len(line) for line in (header, *rows)}) == 1


def test_files_hold_the_points_and_their_rosters(traced: Frontier, tmp_path: Path) -> None:
    write_frontier(traced, tmp_path)
    with (tmp_path / "frontier.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    for row, point in zip(rows, traced.points, strict=True):
        assert float(row["objective"]) == pytest.approx(point.objective)
        assert float(row["mean_wait_s_low"]) <= float(row["mean_wait_s"]) <= float(row["mean_wait_s_high"])
        assert row["roster"] == place_of(point)
        centre = traced.folder.centre
        read = read_roster(tmp_path / row["roster"], centre, traced.folder.agents)
        assert {(r.agent_id, r.start, r.end) for r in read.stretches} == {
            (r.agent_id, r.start, r.end) for r in point.roster.stretches
        }
        assert (tmp_path / row["roster"] / "service.csv").stat().st_size > 0
    assert {row["roster"] for row in rows} == {"share-0", "share-0.1", "share-0.15", "share-0.2", "share-0.3"}


def test_the_page_is_whole_and_always_the_same(traced: Frontier) -> None:
    page = render_frontier(traced)
    assert page == render_frontier(traced)
    assert page.count("<svg") == 2
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert page.count("share-0.1/roster.csv") == 1
    assert "Break-even prices" in page


def test_the_same_frontier_on_any_number_of_cores(traced: Frontier) -> None:
    folder = case.folder()
    again = frontier_of(folder, None, case.requirement(folder), case.options(rounds=1), SHARES, Control(cores=2))
    assert [point.objective for point in again.points] == [point.objective for point in traced.points]
    assert [point.roster for point in again.points] == [point.roster for point in traced.points]


def test_caps_below_what_is_pinned_are_left_out() -> None:
    folder = case.folder(4)
    grid = case.requirement(folder).grid
    pins = tuple(
        Stretch(f"elastic-00{k}", grid.at(10 * 60), grid.at(13 * 60), queues=("phone",), pool="elastic") for k in (1, 2)
    )
    pinned = replace(folder, pins=pins)
    made = frontier_of(
        pinned, None, case.requirement(pinned, 1.0), case.options(rounds=1), (0.0, 0.25, 0.5), Control(cores=1)
    )
    assert [point.share for point in made.points] == [0.5]
    assert len(made.notes) == 2 and "more elastic blocks are pinned" in made.notes[0]


def test_a_stopped_search_still_hands_out_legal_points() -> None:
    folder = case.folder()
    control = Control(cores=1)
    control.cancel.set()
    made = frontier_of(folder, None, case.requirement(folder), case.options(rounds=1), (0.0, 0.2), control)
    assert {point.status for point in made.points} <= {"stopped", "optimal"}
    assert made.points[0].objective >= made.points[1].objective


def test_a_centre_without_elastic_seats_is_told_what_is_missing() -> None:
    folder = case.folder()
    bare = replace(folder, centre=folder.centre.model_copy(update={"elastic": None}))
    with pytest.raises(InputError, match=r"centre.toml, elastic: expected a section \[elastic\]"):
        trace_frontier(bare, case.options(), SHARES, Control())


@pytest.mark.parametrize("text", ["", "a", "0.1;0.2", "-0.1", "1.5", "nan", ",".join(f"{k / 100}" for k in range(30))])
def test_shares_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--shares"):
        shares_of(text)


def test_shares_are_read_in_any_order() -> None:
    assert shares_of("0.2, 0,0.1,0.10") == (0.0, 0.1, 0.2)


def test_a_picture_holds_every_dot_and_escapes_its_words() -> None:
    dots = [
        Dot(1.0, 0.5, 0.4, 0.6, "<b>"),
        Dot(2.0, 0.7, math.nan, math.nan, "two", True),
        Dot(3.0, math.nan, 0, 1, "-"),
    ]
    drawn = picture(dots, "cost", "FCR, %", 100.0)
    assert drawn.count("<circle") == 2
    assert "&lt;b&gt;" in drawn and "<b>" not in drawn
    assert picture([], "a", "b") == ""


def test_dots_on_each_other_share_a_label_and_ticks_are_round() -> None:
    dots = [
        Dot(117_777.0, 61.8, 61.0, 62.5, "5 %"),
        Dot(115_977.0, 62.3, 61.5, 63.0, "0 %"),
        Dot(117_777.0, 61.8, 61.0, 62.5, "10 %"),
    ]
    drawn = picture(dots, "cost", "wait, s")
    assert drawn.count("<circle") == 2
    assert ">5 %, 10 %</text>" in drawn
    assert ">116,000</text>" in drawn and ">62.0</text>" in drawn


def test_a_saving_within_the_gap_is_said_to_be_in_doubt(traced: Frontier) -> None:
    made = flat(traced, [100.0, 99.0, 99.0, 99.0, 99.0])
    near = Frontier(made.folder, tuple(replace(point, bound=90.0) for point in made.points))
    assert "less than the EUR 10 that the proof leaves open" in advice(near)
    sure = Frontier(made.folder, tuple(replace(point, bound=99.0) for point in made.points))
    assert "proof" not in advice(sure)

"""What is written is read back the same, and what is read never fails except in a planner's words."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.requirement import Requirement
from capacity.scores import Score
from domain.centre import Centre
from domain.contracts import Contract, StartWindow
from domain.errors import InputError
from domain.grid import IntervalGrid
from domain.people import Agent, Route
from domain.queues import Queue
from domain.roster import Roster, Stretch
from forecasting.forecast import LEVELS, Forecast
from planning.files import (
    read_forecast,
    read_requirement,
    read_roster,
    write_forecast,
    write_requirement,
    write_roster,
    write_routing,
    write_scores,
)
from planning.files.cells import Context, escaped, unescaped
from planning.files.faults import Faults
from planning.files.layouts import HISTORY
from planning.files.lines_out import number
from planning.files.moments import ONCE, TWICE, parse_moments
from planning.files.result_layouts import ROSTER, ROUTING, SCORES
from planning.files.routing_file import read_routes
from planning.files.table import read_table

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
NAMES = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\t\n=+-@'\";,"),
        min_size=1,
        max_size=8,
    )
    .map(str.strip)
    .filter(lambda name: bool(name) and not name.startswith("elastic-"))
)
QUEUE_NAMES = NAMES.filter(lambda name: ";" not in name and "；" not in name)
FIGURES = st.floats(0, 1e6).map(lambda value: float(number(value)))


def _centre(zone: str, queues: list[str]) -> Centre:
    contract = Contract(id="c", start=StartWindow(from_minute=480, to_minute=480))
    return Centre(name="x", timezone=zone, queues=tuple(Queue(id=name) for name in queues), contracts=(contract,))


@given(st.text())
def test_a_guarded_text_comes_back_and_is_no_formula(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in set("=+-@\t\r")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_to_nine_digits(value: float) -> None:
    written = number(value)
    assert "e" not in written
    assert abs(float(written) - value) <= 5e-9 * abs(value)
    assert number(float(written)) == written


@settings(max_examples=30, deadline=None)
@given(ZONES, st.lists(QUEUE_NAMES, min_size=1, max_size=3, unique=True), st.data())
def test_rosters_scores_and_routes_come_back(zone: str, queues: list[str], data: st.DataObject) -> None:
    centre = _centre(zone, queues)
    people = data.draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    agents = [Agent(id=name, contract="c", hourly_cost=1) for name in people]
    stretches = []
    for k, name in enumerate(people):
        start = datetime(2026, 10, 24, 20, tzinfo=UTC) + timedelta(minutes=15 * data.draw(st.integers(0, 60)))
        end = start + timedelta(minutes=15 * data.draw(st.integers(1, 40)))
        serves = tuple(data.draw(st.lists(st.sampled_from(queues), min_size=1, unique=True)))
        stretches.append(Stretch(name, start, end, "work", serves, True, "core", f"s{k}"))
        stretches.append(Stretch(name, end, end + timedelta(hours=1), "meal", (), False, "core", f"s{k}"))
    roster = Roster.of(stretches)
    scores = tuple(
        Score(name, queues[0], data.draw(FIGURES), np.nan, data.draw(FIGURES) + 0.5, 0.5, 0.25, 0.75, 80.0, "good")
        for name in people
    )
    routes = tuple(Route(agent_id=name, queue=queues[-1], level=k + 1, weight=0.5) for k, name in enumerate(people))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write_roster(roster, out, zone)
        write_scores(scores, out)
        write_routing(routes, out)
        assert read_roster(out, centre, agents) == roster
        context = Context(zone, tuple(queues))
        table = read_table("routing.csv", (out / "routing.csv").read_bytes(), ROUTING, context, Faults())
        assert table is not None and read_routes(table) == routes
        back = read_table("scores.csv", (out / "scores.csv").read_bytes(), SCORES, context, Faults())
        assert back is not None and back["agent_id"].tolist() == people
        assert back["aht_factor"].tolist() == [float(number(score.aht_factor)) for score in scores]


@settings(max_examples=20, deadline=None)
@given(ZONES, st.integers(0, 400), st.integers(1, 3), st.sampled_from([15, 30, 60]), st.integers(0, 2**32 - 1))
def test_forecasts_and_requirements_come_back(zone: str, day: int, days: int, step: int, seed: int) -> None:
    if zone == "Australia/Lord_Howe" and step == 60:
        step = 30  # its clock moves by half an hour: no hour grid fits such a day
    centre = _centre(zone, ["a", "b"]).model_copy(update={"interval_minutes": step})
    grid = IntervalGrid.of_days(date(2026, 1, 1) + timedelta(days=day), days, zone, step)
    rng = np.random.default_rng(seed)
    mean = rng.poisson(1.0, (2, grid.size)) * rng.random((2, grid.size))
    bands = np.cumsum(rng.random((len(LEVELS), 2, grid.size)), axis=0)
    aht = np.where(rng.random(mean.shape) < 0.2, np.nan, 300 * rng.random(mean.shape) + 1)
    forecast = Forecast(grid, ("a", "b"), mean, bands, aht, np.ones(mean.shape, bool))
    nothing = np.where(mean > 0, rng.random(mean.shape), np.nan)
    need = Requirement(grid, ("a", "b"), mean, aht, mean * 2, mean * 2, nothing * 100, nothing, nothing, nothing)
    with tempfile.TemporaryDirectory() as folder:
        write_forecast(forecast, Path(folder))
        write_requirement(need, Path(folder))
        back = read_forecast(Path(folder), centre)
        again = read_requirement(Path(folder), centre)
    assert back.grid == grid == again.grid
    for name in ("mean", "bands", "aht_s"):
        np.testing.assert_allclose(getattr(back, name), getattr(forecast, name), rtol=1e-8)
    for name in ("volume", "aht_s", "agents", "scheduled_agents", "mean_wait_s", "service_level"):
        np.testing.assert_allclose(getattr(again, name), getattr(need, name), rtol=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6), min_size=3, max_size=3),
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_cells_and_lines_are_those_of_a_plain_csv_reader(rows: list[list[str]], delimiter: str, newline: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows([["shift", "agent_id", "activity"], *rows])
    raw = out.getvalue().encode()
    faults = Faults()
    table = read_table("roster.csv", raw, ROSTER, Context("UTC"), faults)
    expected = []
    reader = csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        line, before = before + 1, reader.line_num
        if line > 1 and any(cell.strip() for cell in cells):
            expected.append((line, *(unescaped(cell.strip()) for cell in cells)))
    assert table is not None and table.size == len(expected)
    lines = table.line_of(np.arange(table.size)) if table.size else []
    found = zip(lines, table["shift_id"], table["agent_id"], table["activity"], strict=True)
    assert [tuple(map(str, row)) for row in found] == [tuple(map(str, row)) for row in expected]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120) | st.text(max_size=120).map(str.encode), st.booleans())
def test_any_bytes_at_all_end_in_a_table_or_in_words(junk: bytes, with_header: bool) -> None:
    raw = (b"interval_start,queue,offered\n" if with_header else b"") + junk
    faults = Faults()
    table = read_table("history.csv", raw, HISTORY, Context("Europe/Berlin", ("phone",)), faults)
    if table is None or not table.complete:
        assert faults.wrong
    try:
        faults.check()
    except InputError as fault:
        assert all(problem.expected and problem.file for problem in fault.problems)
    else:
        assert table is not None and table.good.all()


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)), ZONES)
def test_local_times_with_their_offset_are_exact_in_every_zone(moment: datetime, zone: str) -> None:
    instant = moment.replace(microsecond=0, tzinfo=UTC)
    local = instant.astimezone(ZoneInfo(zone))
    texts = [local.isoformat(), local.replace(tzinfo=None).isoformat(sep=" ")]
    moments, wrong = parse_moments(texts, zone)
    assert not wrong and moments.occurs[0] == ONCE
    assert moments.utc[0] == np.datetime64(instant.replace(tzinfo=None))
    assert moments.occurs[1] in (ONCE, TWICE)
    assert moments.utc[0] in (moments.utc[1], moments.later[1])

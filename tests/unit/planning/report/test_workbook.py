"""The workbook opens with the roster as people read it, and holds it again as machines do."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from openpyxl import load_workbook

from planning.report import write_workbook
from planning.report.staffing import net_staffing
from planning.report.workbook import STRETCH_COLUMNS


@pytest.fixture(scope="module")
def path(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "roster.xlsx"
    write_workbook(plan, path)
    return path


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def rows(sheet):
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_the_sheets_in_their_order(book):
    assert book.sheetnames == ["Roster", "Shifts", "Stretches", "Coverage", "Targets", "Read me"]


def test_the_grid_has_a_row_a_person_and_a_column_a_day(plan, book):
    header, *body = rows(book["Roster"])
    assert header[:5] == ("agent_id", "name", "team", "Mon 23 Nov", "Tue 24 Nov")
    assert header[-5:] == ("hours", "leave hours credited", "contract from", "contract to", "weekends")
    assert [row[0] for row in body] == [*(agent.id for agent in plan.folder.agents), "elastic-001", "elastic-002"]
    first = body[0]
    shift = plan.roster.by_agent["a001"][0]
    zone = ZoneInfo(plan.folder.centre.timezone)
    cell = first[3 + shift.start.astimezone(zone).weekday()]
    assert cell.splitlines()[0] == f"{shift.start.astimezone(zone):%H:%M}–{shift.end.astimezone(zone):%H:%M}"
    assert cell.splitlines()[1] == "phone; chat; email"
    assert "meal" in cell.splitlines()[2]
    assert first[-5:] == (40, 0, 40, 40, 1)
    away = body[11]
    assert away[5:7] == ("leave", "leave")
    assert away[-4] == 16  # two days of paid leave, at eight hours each
    assert book["Roster"].freeze_panes == "D2"


def test_stretches_are_the_roster_file_row_by_row(plan, book):
    header, *body = rows(book["Stretches"])
    assert header == STRETCH_COLUMNS
    assert len(body) == len(plan.roster.stretches)
    stretch, row = plan.roster.stretches[1], body[1]
    start = stretch.start.astimezone(ZoneInfo("Asia/Shanghai")).isoformat(timespec="minutes")
    assert row == (stretch.agent_id, "core", stretch.shift_id, start, row[4], "break", None, "true")
    assert row[3].endswith("+08:00")
    unpaid = [line for line in body if line[5] == "meal"]
    assert {line[7] for line in unpaid} == {"false"}
    assert body[0][6] == "phone;chat;email"


def test_coverage_is_the_report_s_net_staffing(plan, book):
    header, *body = rows(book["Coverage"])
    staffing = net_staffing(plan)
    used = (staffing.need.sum(axis=0) > 0) | (staffing.people > 0)
    assert len(body) == used.sum() < plan.requirement.grid.size
    column = {name: k for k, name in enumerate(header)}
    net = np.array([row[column["all: above or below need"]] for row in body], dtype=float)
    np.testing.assert_allclose(net, staffing.overall[used], atol=1e-3)
    needed = [row[column["phone: need alone"]] for row in body]
    np.testing.assert_allclose(needed, plan.requirement.agents[0, used], atol=1e-3)


def test_a_pool_s_need_is_told_apart_from_a_queue_s_own(plan, tmp_path):
    """One name for one number: alone as in requirement.csv, and the share of what the pool needs together."""
    write_workbook(replace(plan, pooled_agents=0.7 * plan.requirement.agents), tmp_path / "roster.xlsx")
    header, *body = rows(load_workbook(tmp_path / "roster.xlsx")["Coverage"])
    column = {name: k for k, name in enumerate(header)}
    alone = np.array([row[column["phone: need alone"]] for row in body], dtype=float)
    share = np.array([row[column["phone: share of the pool's need"]] for row in body], dtype=float)
    np.testing.assert_allclose(share, 0.7 * alone, atol=2e-3)
    assert not any("seats needed" in name for name in header)


def test_the_read_me_names_the_command_that_takes_a_change(book):
    text = " ".join(str(cell) for row in rows(book["Read me"]) for cell in row if cell)
    assert "simulate --roster" in text
    assert "seatwise import roster FILE.xlsx --plan PLAN --out O" in text


def test_shifts_have_a_row_each_in_words(plan, book):
    header, *body = rows(book["Shifts"])
    assert header == ("agent_id", "name", "pool", "day", "start", "end", "queues", "pauses", "shift_id")
    assert len(body) == len(plan.roster.shifts)
    assert body[0][:3] == ("a001", "Li Wei", "core")
    assert body[0][6] == "phone; chat; email"
    assert "meal " in body[0][7] and body[0][7].count(";") == 2 and " unpaid" in body[0][7]
    assert all(isinstance(cell, str | None) for row in body for cell in row)


def test_targets_leave_unknown_cells_empty(plan, book):
    header, *body = rows(book["Targets"])
    column = {name: k for k, name in enumerate(header)}
    assert len(body) == len(plan.targets)
    unknown = [row for row in body if row[column["met"]] == "not judged"]
    assert len(unknown) == 5
    assert all(row[column["simulated"]] is None for row in unknown)
    for row, target in zip(body, plan.targets, strict=True):
        if row[column["met"]] != "not judged":
            assert row[column["met"]] == ("yes" if target.met else "no")


def test_no_name_becomes_a_formula_or_a_link(build, tmp_path):
    names = ('=HYPERLINK("http://evil")', "+1", "@x", "-2", "http://example.org", "12", "\x0bbell", "x" * 40_000)
    plan = build(names=names, ids=("=1+1",))
    plan = replace(plan, notes=("=cmd|' /C calc'!A0",))
    write_workbook(plan, tmp_path / "roster.xlsx")
    book = load_workbook(tmp_path / "roster.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert cell.hyperlink is None
    grid = rows(book["Roster"])
    assert grid[1][:2] == ("=1+1", names[0])
    assert grid[6][1] == "12"
    assert len(grid[8][1]) == 32_000


def test_the_same_plan_gives_the_same_bytes(build, path, tmp_path):
    write_workbook(build(), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-11-23T00:00:00Z" in archive.read("docProps/core.xml")

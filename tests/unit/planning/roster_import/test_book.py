"""Workbooks as people and spreadsheet programs leave them: read where they can be, every fault told at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from domain.errors import InputError, Problem
from domain.grid import local_midnight
from domain.roster import Roster, Stretch
from planning.report import write_workbook
from planning.report.wording import day_text
from planning.result import Plan
from planning.roster_import import sheets
from planning.roster_import.book import read_roster_book
from planning.roster_import.diff import changes_of, content_of
from tests.unit.planning.roster_import.import_case import Reader, plan_in


def column(sheet: object, name: str) -> int:
    """Return the number of a column by its heading."""
    return next(cell.column for cell in sheet[1] if cell.value == name)  # type: ignore[index]


def put(row: int, name: str, value: object, sheet: str = "Shifts") -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet].cell(row, column(book[sheet], name)).value = value  # type: ignore[union-attr]

    return change


def texts(plan: Plan, roster: Roster) -> list[str]:
    return [change.text for change in changes_of(plan.folder, plan.roster, roster)]


def faults(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


def test_an_unedited_workbook_holds_the_plan_s_roster(plan: Plan, path: Path) -> None:
    found = read_roster_book(path, plan.folder, plan_in(plan), notices=[])
    assert content_of(found.roster) == content_of(plan.roster)
    assert texts(plan, found.roster) == []


def test_saving_in_another_program_changes_nothing(plan: Plan, edited: Reader) -> None:
    notices: list[Problem] = []
    found = edited(lambda book: None, notices)
    assert content_of(found.roster) == content_of(plan.roster)
    assert notices == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_weeks_in_which_the_clock_changes_go_there_and_back(build: object, tmp_path: Path, zone: str) -> None:
    plan = build(zone=zone, week=date(2026, 10, 19) if zone == "Europe/Berlin" else date(2026, 10, 26))  # type: ignore[operator]
    sunday = local_midnight(plan.week + timedelta(days=6), zone)
    night = [
        Stretch(
            "a001",
            sunday + timedelta(hours=1),
            sunday + timedelta(hours=2, minutes=30),
            queues=("phone",),
            shift_id="n",
        ),
        Stretch(
            "a001",
            sunday + timedelta(hours=2, minutes=30),
            sunday + timedelta(hours=4),
            "rest",
            (),
            False,
            shift_id="n",
        ),
    ]
    plan = replace(plan, roster=Roster.of([*(r for r in plan.roster.stretches if r.agent_id != "a001"), *night]))
    write_workbook(plan, tmp_path / "roster.xlsx")
    found = read_roster_book(tmp_path / "roster.xlsx", plan.folder, plan_in(plan), notices=[])
    assert content_of(found.roster) == content_of(plan.roster)


def test_a_shift_moved_by_hand_is_the_one_change(plan: Plan, edited: Reader) -> None:
    def later(book: Workbook) -> None:
        put(2, "start", time(10, 0))(book)
        put(2, "end", "19:00")(book)
        put(2, "pauses", "break 11:30-11:45; meal 14:00–15:00; break 17:00 - 17:15")(book)

    found = edited(later)
    (change,) = changes_of(plan.folder, plan.roster, found.roster)
    assert (change.agent_id, change.kind) == ("007", "changed")
    assert "10:00–19:00" in change.after
    # the meal's pay is the contract's where nothing is said
    assert "meal 14:00–15:00 unpaid" in change.after
    assert found.sheet == "Shifts"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (time(9, 30), "09:30"),
        (datetime(2026, 11, 23, 9, 30), "09:30"),
        (datetime(2026, 11, 23, 9, 29, 59, 999_990), "09:30"),
        (timedelta(hours=9, minutes=30), "09:30"),
        (9.5 / 24, "09:30"),
        ("9:30", "09:30"),
        ("09:30:00", "09:30"),
        (" 9:30 AM ", "09:30"),
    ],
)
def test_times_in_whatever_form_the_program_keeps_them(plan: Plan, edited: Reader, value: object, read: str) -> None:
    found = edited(put(2, "start", value))
    (change,) = changes_of(plan.folder, plan.roster, found.roster)
    assert change.after.startswith(f"{read}–")


@pytest.mark.parametrize("value", [datetime(2026, 11, 23), date(2026, 11, 23), 46349, "2026/11/23", "23.11.2026"])
def test_days_in_whatever_form_the_program_keeps_them(plan: Plan, edited: Reader, value: object) -> None:
    first = next(shift for shift in plan.roster.shifts)
    row = 2
    assert first.agent_id == "007"
    day = first.start.astimezone().date()
    if day != date(2026, 11, 23):
        row = 2 + next(k for k, shift in enumerate(plan.roster.shifts) if shift.start.date() == date(2026, 11, 23))
    assert texts(plan, edited(put(row, "day", value)).roster) == []


def test_removed_rows_are_shifts_taken_off_and_new_ones_need_no_id(plan: Plan, edited: Reader) -> None:
    def change(book: Workbook) -> None:
        sheet = book["Shifts"]
        sheet.delete_rows(2)
        sheet.append(["elastic-002", "", None, datetime(2026, 11, 24), time(10), time(14), "phone\nchat", None, None])

    found = edited(change)
    made = changes_of(plan.folder, plan.roster, found.roster)
    assert sorted(c.kind for c in made) == ["added", "removed"]
    added = next(c for c in made if c.kind == "added")
    assert added.agent_id == "elastic-002" and added.after == "10:00–14:00, phone and chat"
    assert all(row.pool == "elastic" for row in found.roster.stretches if row.agent_id == "elastic-002")


def test_a_row_copied_with_its_id_is_a_shift_of_its_own(plan: Plan, edited: Reader) -> None:
    days_off = {date(2026, 11, 23) + timedelta(days=d) for d in range(7)} - {
        shift.start.astimezone().date() for shift in plan.roster.by_agent["007"]
    }
    other = max(days_off)

    def copy(book: Workbook) -> None:
        sheet = book["Shifts"]
        cells = [cell.value for cell in sheet[2]]
        cells[3] = other.isoformat()
        sheet.append(cells)

    found = edited(copy)
    (change,) = changes_of(plan.folder, plan.roster, found.roster)
    assert (change.kind, change.day) == ("added", other)
    assert len(found.roster.by_agent["007"]) == len(plan.roster.by_agent["007"]) + 1


def test_a_shift_into_the_night_ends_on_the_next_day(plan: Plan, edited: Reader) -> None:
    def night(book: Workbook) -> None:
        for name, value in (("start", "22:00"), ("end", "06:00"), ("pauses", "meal 01:00-02:00 unpaid")):
            put(2, name, value)(book)

    found = edited(night)
    (change,) = changes_of(plan.folder, plan.roster, found.roster)
    assert change.after.startswith("22:00–06:00") and "meal 01:00–02:00 unpaid" in change.after


def test_columns_in_another_order_titles_above_and_sheets_beside(plan: Plan, edited: Reader) -> None:
    def muddle(book: Workbook) -> None:
        sheet = book["Shifts"]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        order = [4, 8, 0, 6, 3, 5, 7, 2, 1]
        sheet.delete_rows(1, sheet.max_row)
        sheet.append(["Our roster, second draft"])
        sheet.append([])
        for k, row in enumerate(rows):
            sheet.append([*(row[c] for c in order), "remark" if k == 0 else None])
        book.create_sheet("Scratch")["A1"] = "=SUM(1,2)"

    notices: list[Problem] = []
    found = edited(muddle, notices)
    assert texts(plan, found.roster) == []
    told = [str(notice) for notice in notices]
    assert any("sheet Scratch: not one of ours, not read" in line for line in told)
    assert any("sheet Shifts:3, column remark: unknown column, not read" in line for line in told)


def test_pauses_parted_by_a_comma_are_not_taken_for_one_of_a_long_name(edited: Reader) -> None:
    with pytest.raises(InputError) as error:
        edited(put(2, "pauses", "break 11:30-11:45, meal 14:00-15:00"))
    assert "sheet Shifts:2, column pauses: expected breaks written like" in "\n".join(faults(error))


def test_every_fault_is_told_at_its_sheet_row_and_column(edited: Reader) -> None:
    def spoil(book: Workbook) -> None:
        put(2, "start", "later")(book)
        put(3, "agent_id", "nobody")(book)
        put(4, "queues", "phon")(book)
        put(5, "pauses", "lunch at noon")(book)
        put(6, "end", "=E6+1")(book)
        put(7, "queues", None)(book)
        put(8, "pauses", "meal 03:00-04:00")(book)
        put(9, "pool", "temp")(book)
        put(10, "day", "someday")(book)

    with pytest.raises(InputError) as error:
        edited(spoil)
    told = "\n".join(faults(error))
    for line in (
        "edited.xlsx, sheet Shifts:2, column start: expected a time of day such as 08:30, found 'later'",
        "sheet Shifts:3, column agent_id: expected an agent of agents.csv, or an elastic seat such as elastic-001",
        "sheet Shifts:4, column queues: expected queues of centre.toml",
        "did you mean phone?",
        "sheet Shifts:5, column pauses: expected breaks written like meal 12:00-13:00 unpaid",
        "sheet Shifts:6, column end: expected a value, found '=E6+1'",
        "sheet Shifts:7, column queues: expected at least one queue served",
        "sheet Shifts:8, column pauses: expected breaks inside the shift, one after the other",
        "sheet Shifts:9, column pool: expected core, elastic or expert",
        "sheet Shifts:10, column day: expected a date such as 2026-11-23",
    ):
        assert line in told
    assert len([p for p in error.value.problems if p.line == 6]) == 1


def test_the_sheet_of_stretches_may_be_edited_instead(plan: Plan, edited: Reader) -> None:
    def cut(book: Workbook) -> None:
        sheet = book["Stretches"]
        sheet.cell(2, 5).value = (
            datetime(2026, 11, 23, 1, 0) if sheet.cell(2, 5).value is None else sheet.cell(2, 5).value
        )
        sheet.delete_rows(3)

    found = edited(cut)
    assert found.sheet == "Stretches"
    (change,) = changes_of(plan.folder, plan.roster, found.roster)
    assert change.kind == "changed"


def test_days_as_numbers_and_flags_as_the_program_s_own_in_stretches(plan: Plan, edited: Reader) -> None:
    row = plan.roster.stretches[0]
    start = row.start.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)

    def retype(book: Workbook) -> None:
        put(2, "start", start, "Stretches")(book)
        put(
            2,
            "end",
            (row.end.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None) - datetime(1899, 12, 30))
            / timedelta(days=1),
            "Stretches",
        )(book)
        put(2, "paid", True, "Stretches")(book)

    assert texts(plan, edited(retype).roster) == []


def test_sheets_edited_against_each_other_are_told(edited: Reader) -> None:
    def both(book: Workbook) -> None:
        book["Shifts"].delete_rows(2)
        book["Stretches"].delete_rows(20, 3)

    with pytest.raises(InputError) as error:
        edited(both)
    told = faults(error)
    assert len(told) == 2 and all("they hold different rosters" in line for line in told)


def test_either_sheet_alone_is_enough_and_neither_is_not(plan: Plan, edited: Reader) -> None:
    assert texts(plan, edited(lambda book: book.remove(book["Shifts"])).roster) == []
    assert texts(plan, edited(lambda book: book.remove(book["Stretches"])).roster) == []

    def none(book: Workbook) -> None:
        book.remove(book["Shifts"])
        book.remove(book["Stretches"])

    with pytest.raises(InputError, match="a sheet called Shifts or Stretches; the sheets are Roster, Coverage"):
        edited(none)


def test_a_change_in_the_grid_is_not_lost_without_a_word(plan: Plan, edited: Reader) -> None:
    def grid(book: Workbook) -> None:
        sheet = book["Roster"]
        put(2, "Mon 23 Nov", "09:00–18:00\nphone", "Roster")(book)
        put(3, "Tue 24 Nov", None, "Roster")(book)
        sheet.delete_rows(5)

    with pytest.raises(InputError) as error:
        edited(grid)
    told = "\n".join(faults(error))
    assert "sheet Roster:2, column Mon 23 Nov: expected the plan's text" in told
    assert "make the change in the sheet Shifts" in told
    assert "a row for everybody on the roster" in told
    assert texts(plan, edited(lambda book: book.remove(book["Roster"])).roster) == []


def test_a_grid_that_shows_the_new_roster_is_fine(plan: Plan, edited: Reader) -> None:
    """Whoever takes a shift off in both sheets has said one thing."""
    first = plan.roster.shifts[0]

    def both(book: Workbook) -> None:
        book["Shifts"].delete_rows(2)
        put(2, day_text(first.start.astimezone(ZoneInfo("Asia/Shanghai")).date()), "off", "Roster")(book)

    assert len(texts(plan, edited(both).roster)) == 1


def test_ids_that_lost_their_zeros_find_their_person(plan: Plan, edited: Reader) -> None:
    assert texts(plan, edited(put(2, "agent_id", 7)).roster) == []


def test_a_formula_in_a_name_is_nobody_s_business(plan: Plan, edited: Reader) -> None:
    assert texts(plan, edited(put(2, "name", "=A1")).roster) == []


def test_an_empty_sheet_is_an_empty_roster_and_one_without_heading_a_fault(plan: Plan, edited: Reader) -> None:
    def empty(book: Workbook) -> None:
        book["Shifts"].delete_rows(2, 10_000)
        book.remove(book["Roster"])

    assert len(texts(plan, edited(empty).roster)) == len(plan.roster.shifts)
    with pytest.raises(InputError, match="sheet Shifts: expected a heading with agent_id, day, start, end"):
        edited(lambda book: book["Shifts"].delete_rows(1, 1))


def test_a_workbook_of_another_plan_is_noticed(plan: Plan, path: Path) -> None:
    notices: list[Problem] = []
    other = replace(plan_in(plan), seed=9)
    read_roster_book(path, plan.folder, other, notices=notices)
    assert any("written with another plan" in str(notice) for notice in notices)


def test_seats_of_a_centre_that_has_none_are_told(plan: Plan, edited: Reader) -> None:
    bare = replace(plan.folder, centre=plan.folder.centre.model_copy(update={"elastic": None}))
    with pytest.raises(InputError, match="column agent_id: expected an agent of agents"):
        edited(lambda book: None, folder=bare)


def test_a_row_there_twice_is_read_once(plan: Plan, edited: Reader) -> None:
    notices: list[Problem] = []
    found = edited(lambda book: book["Shifts"].append([cell.value for cell in book["Shifts"][2]]), notices)
    assert texts(plan, found.roster) == []
    assert any("there twice and read once" in str(notice) for notice in notices)


def test_sheets_of_too_many_rows_are_refused(edited: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 20)
    with pytest.raises(InputError, match="sheet Shifts: expected at most 20 rows"):
        edited(lambda book: None)

"""Every way a planner's spreadsheet arrives: encodings, delimiters, headers, numbers, ragged rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.errors import InputError

HEADER = "interval_start,queue,offered,handled,abandoned,aht_s\n"


def _offered(folder: Any) -> list[float]:
    return list(folder.read().history.offered)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_comma_semicolon_and_tab_are_told_from_the_header(folder: Any, delimiter: str) -> None:
    plain = (folder.path / "history.csv").read_text()
    folder.write("history.csv", plain.replace(",", delimiter))
    assert _offered(folder) == [10, 4, 12, 0] and not folder.read().notices


def test_excels_sep_line_is_obeyed_and_lines_still_count_from_the_top(folder: Any) -> None:
    plain = (folder.path / "history.csv").read_text().replace(",", "|").replace("12|12", "-12|12")
    folder.write("history.csv", "sep=|\n" + plain)
    assert folder.problem().line == 4


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=["bom", "gb18030", "utf-16", "crlf", "cr", "no last newline"],
)
def test_chinese_headers_are_read_in_every_encoding_a_spreadsheet_writes(folder: Any, encode: Any) -> None:
    header = "时段,技能组,呼入量,接通量,放弃量,平均处理时长（秒）"
    rows = ["2026/11/16 8:00,phone,10,9,1,310", "2026/11/16 8:30,chat,3,3,0,400"]
    people = ["工号,合同,时薪,姓名,班组", "A1,full-time,30,王小明,一组", "A2,full-time,30,李雷,二组"]
    folder.write("history.csv", encode("\n".join([header, *rows, ""])))
    folder.write("agents.csv", encode("\n".join([*people, ""])))
    read = folder.read()
    assert list(read.history.offered) == [10, 3] and list(read.history.aht_s) == [310, 400]
    assert [agent.name for agent in read.agents] == ["王小明", "李雷"] and read.agents[1].team == "二组"
    assert not read.notices


def test_western_text_that_is_not_utf_8_is_read_as_windows_1252_and_said(folder: Any) -> None:
    text = "agent_id,contract,hourly_cost,name\nA1,full-time,30,José Müller\nA2,full-time,30,Zoë\n"
    folder.write("agents.csv", text.encode("cp1252"))
    read = folder.read()
    assert [agent.name for agent in read.agents] == ["José Müller", "Zoë"]
    assert "Windows-1252" in str(read.notices[0])


@pytest.mark.parametrize(
    ("raw", "said"), [(b"PK\x03\x04rest", "Excel workbook"), (b"a\x00b", "NUL"), (b"", "header"), (b"\n\n", "header")]
)
def test_what_is_no_text_table_is_refused_in_words(folder: Any, raw: bytes, said: str) -> None:
    folder.write("history.csv", raw)
    assert said in folder.problem().expected


@pytest.mark.parametrize(
    "headers",
    [
        "Start,Skill,Calls Offered",
        "Date Time,SPLIT,Contacts",
        "Interval Start,VDN,CVO",
        "时段开始,队列,来电量",
        "开始时间,技能组,进线量",
        "INTERVAL_START , Queue , Offered (contacts)",
        "interval-start,queue,offered [n]",
        "offered,queue,start",
    ],
)
def test_headers_have_aliases_and_columns_stand_in_any_order(folder: Any, headers: str) -> None:
    cells = ["2026-11-16T08:00", "phone", "7"]
    row = reversed(cells) if headers.startswith("offered") else cells
    folder.write("history.csv", f"{headers}\n{','.join(row)}\n")
    read = folder.read()
    assert list(read.history.offered) == [7]
    assert [str(n) for n in read.notices] == ["history.csv, column: contacts of queue chat; history has none"] or all(
        "unknown" not in str(n) for n in read.notices
    )


def test_an_unknown_column_is_noticed_by_name_with_a_suggestion(folder: Any) -> None:
    folder.edit("history.csv", HEADER, "interval_start,queue,offered,handeld,abandoned,colour\n")
    folder.edit("history.csv", "10,9,1,310", "10,9,1,blue")
    notices = folder.notices()
    assert any("handeld" in n and "did you mean handled?" in n for n in notices)
    assert any("colour" in n and "unknown column" in n for n in notices)


def test_a_column_without_a_header_is_noticed_where_it_holds_something(folder: Any) -> None:
    rows = (folder.path / "history.csv").read_text().splitlines()
    folder.write("history.csv", "\n".join(f"{k or ''},{row}," for k, row in enumerate(rows)))
    (notice,) = [n for n in folder.notices() if "no header" in n]
    assert notice.startswith("history.csv:1: column 1")


def test_a_missing_column_is_said_with_the_headers_there_are(folder: Any) -> None:
    folder.edit("history.csv", HEADER, "interval_start,queue,ofered,handled,abandoned,aht_s\n")
    problem = folder.problem()
    assert (problem.line, problem.column) == (1, "offered") and "is ofered meant?" in problem.expected


def test_two_headers_for_one_column_are_a_fault_unless_one_is_its_own_name(folder: Any) -> None:
    folder.edit("history.csv", HEADER, "interval_start,queue,contacts,calls offered,abandoned,aht_s\n")
    assert "all mean it" in folder.problem().expected
    folder.edit("history.csv", "contacts,calls offered", "offered,calls offered")
    assert any("calls offered" in n for n in folder.notices())
    assert _offered(folder) == [10, 4, 12, 0]


def test_a_unit_in_the_header_that_is_not_seconds_is_converted_and_said(folder: Any) -> None:
    folder.write("history.csv", "start,queue,offered,AHT (min)\n2026-11-16T08:00,phone,10,5.5\n")
    read = folder.read()
    assert list(read.history.aht_s) == [330] and any("multiplied by 60" in str(n) for n in read.notices)


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ('"12,5"', 12.5, "a point as the decimal mark"),
        ('"1,234.5"', 1234.5, "thousands separators"),
        ('"1,234,567"', 1234567, "thousands separators"),
        ('"1.234,5"', 1234.5, "a point as the decimal mark"),
        ("1 234", 1234, "thousands separators"),
        ("１２", 12, ""),
        ("1.2E+01", 12, ""),
        (" 12 ", 12, ""),
        ("+12", 12, ""),
    ],
)
def test_numbers_that_can_only_mean_one_thing_are_read(folder: Any, written: str, value: float, said: str) -> None:
    folder.write("history.csv", f"interval_start,queue,offered\n2026-11-16T08:00,phone,{written}\n")
    read = folder.read()
    assert list(read.history.offered) == [value]
    assert any(said in str(n) for n in read.notices)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"1,234"', "1234 or 1.234?"),
        ("nan", "leave the cell empty"),
        ("inf", "leave the cell empty"),
        ("#N/A", "leave the cell empty"),
        ("-3", "from 0 to 10,000,000"),
        ("999999999999", "from 0 to 10,000,000"),
        ("1e999", "a number"),
        ("85%", "0.85"),
        ("ten", "a number"),
        ("", "a value for offered"),
    ],
)
def test_numbers_that_cannot_be_told_are_refused_with_the_reason(folder: Any, written: str, said: str) -> None:
    folder.write("history.csv", f"interval_start,queue,offered\n2026-11-16T08:00,phone,{written}\n")
    problem = folder.problem()
    assert (problem.line, problem.column) == (2, "offered") and said in problem.expected


def test_where_a_file_uses_decimal_commas_a_point_group_may_be_thousands_and_is_refused(folder: Any) -> None:
    folder.write("history.csv", "interval_start;queue;offered;aht_s\n2026-11-16T08:00;phone;1.234;310,5\n")
    problem = folder.problem()
    assert problem.value == "1.234" and "thousands or decimals" in problem.expected


def test_a_semicolon_file_with_decimal_commas_is_read_and_said_once_a_column(folder: Any) -> None:
    folder.write(
        "history.csv",
        "interval_start;queue;offered;aht_s\n2026-11-16T08:00;phone;10;310,5\n2026-11-16T08:30;phone;11;1,234\n",
    )
    read = folder.read()
    assert list(read.history.aht_s) == [310.5, 1.234]
    said = [str(n) for n in read.notices if "decimal mark" in str(n)]
    assert len(said) == 1 and "history.csv:2" in said[0] and "1 more like it" in said[0]


def test_a_decimal_comma_that_splits_a_row_is_pointed_at(folder: Any) -> None:
    folder.edit("history.csv", "290.5", "290,5")
    problem = folder.problem()
    assert problem.line == 3 and "decimals with a point" in problem.expected


def test_trailing_empty_columns_and_lines_of_excel_mean_nothing(folder: Any) -> None:
    plain = (folder.path / "history.csv").read_text()
    widened = plain.replace("\n", ",,\n") + ",,,,,,,\n\n,,,,,,,\n   \n"
    folder.write("history.csv", widened)
    assert _offered(folder) == [10, 4, 12, 0] and not folder.read().notices


def test_rows_that_are_too_short_are_read_and_said_and_too_long_ones_refused(folder: Any) -> None:
    folder.edit("history.csv", "12,12,0,290.5", "12,12")
    assert any("history.csv:3" in n and "not 4" in n for n in folder.notices())
    folder.edit("history.csv", "4,4,0,480", "4,4,0,480,9")
    assert folder.problem().line == 4


def test_blank_lines_and_line_breaks_in_cells_do_not_shift_line_numbers(folder: Any) -> None:
    folder.write(
        "agents.csv",
        'agent_id,contract,hourly_cost,name\n\nA1,full-time,30,"Ann\nof ""two"" lines"\n\nA2,full-time,-1,"Bo"\n',
    )
    assert folder.problem().line == 6
    folder.edit("agents.csv", "-1", "1")
    assert folder.read().agents[0].name == 'Ann\nof "two" lines'


def test_a_quotation_mark_that_is_never_closed_is_found(folder: Any) -> None:
    rows = "".join(f"X{i},full-time,30,n\n" for i in range(300))
    folder.write("agents.csv", 'agent_id,contract,hourly_cost,name\nA1,full-time,30,"Ann\n' + rows)
    assert any(p.line == 2 and "quotation mark" in p.expected for p in folder.problems())


def _half_hours(cell: str, days: int) -> str:
    starts = [f"2026-11-{16 + d}T{h:02d}:{m:02d}" for d in range(days) for h in range(8, 18) for m in (0, 30)]
    return "".join(f"{start},phone,{cell}\n" for start in starts)


def test_up_to_twenty_faults_of_a_kind_are_all_spelt_out(folder: Any) -> None:
    folder.write("history.csv", "interval_start,queue,offered\n" + _half_hours("x", 1))
    assert [p.line for p in folder.problems()] == list(range(2, 22))


def test_of_more_faults_of_a_kind_each_value_is_shown_and_the_rest_counted(folder: Any) -> None:
    rows = _half_hours("x", 3) + "2026-11-20T08:00,phone,y\n"
    folder.write("history.csv", "interval_start,queue,offered\n" + rows)
    with pytest.raises(InputError) as caught:
        folder.read()
    assert caught.value.count == 61
    assert [(p.line, p.value, p.more) for p in caught.value.problems] == [
        (2, "x", 0),
        (3, "x", 0),
        (4, "x", 0),
        (5, "x", 0),
        (62, "y", 56),
    ]
    assert str(caught.value).endswith("; and 56 more like it")


def test_parquet_is_read_like_csv_with_typed_and_with_text_columns(folder: Any) -> None:
    csv = folder.read().history
    frame = pd.read_csv(folder.path / "history.csv")
    (folder.path / "history.csv").unlink()
    typed = frame.assign(
        interval_start=pd.to_datetime(frame["interval_start"]).dt.tz_localize("Europe/Berlin"),
        queue=frame["queue"].astype("category"),
    )
    for version in (frame, typed, typed.assign(interval_start=pd.to_datetime(frame["interval_start"]))):
        version.to_parquet(folder.path / "history.parquet")
        history = folder.read().history
        for name in ("start", "queue", "offered", "handled", "aht_s"):
            np.testing.assert_array_equal(getattr(history, name), getattr(csv, name))


def test_faults_in_parquet_name_the_row_and_a_file_that_is_none_is_said(folder: Any) -> None:
    frame = pd.read_csv(folder.path / "skills.csv")
    (folder.path / "skills.csv").unlink()
    frame.assign(queue=["phone", "chat", "fone"], dedicated=[False, True, None]).to_parquet(
        folder.path / "skills.parquet"
    )
    assert folder.problem().line == 4
    folder.write("skills.parquet", b"no parquet")
    assert "Parquet" in folder.problem().expected


def test_numbers_in_parquet_are_held_to_the_same_limits(folder: Any) -> None:
    frame = pd.read_csv(folder.path / "history.csv").assign(offered=[1.0, -2.0, np.inf, 4.0])
    (folder.path / "history.csv").unlink()
    frame.to_parquet(folder.path / "history.parquet")
    assert [p.line for p in folder.problems()] == [3, 4]


def test_both_endings_of_one_file_are_refused(folder: Any) -> None:
    pd.read_csv(folder.path / "skills.csv").to_parquet(folder.path / "skills.parquet")
    assert "keep one of them" in folder.problem().expected


def test_a_formula_guard_is_taken_off_again(folder: Any) -> None:
    folder.edit("agents.csv", "Ann", "'=Ann")
    folder.edit("agents.csv", "Bo", "O'Neill")
    assert [agent.name for agent in folder.read().agents] == ["=Ann", "O'Neill"]


def test_empty_cells_of_parquet_are_not_given_whatever_stands_for_them(folder: Any) -> None:
    table = pa.table(
        {"start": ["2026-12-24"], "end": ["2026-12-25"], "name": ["eve"], "queue": pa.array([float("nan")])}
    )
    pq.write_table(table, folder.path / "events.parquet")
    assert folder.read().events[0].queue == ""


def test_lists_in_a_column_of_parquet_are_refused(folder: Any) -> None:
    (folder.path / "skills.csv").unlink()
    pq.write_table(pa.table({"agent_id": ["A1"], "queue": [["phone"]]}), folder.path / "skills.parquet")
    problem = folder.problem()
    assert problem.column == "queue" and "a plain value in each cell" in problem.expected


def test_blank_lines_before_the_header_count(folder: Any) -> None:
    plain = (folder.path / "history.csv").read_text().replace("12,12", "-12,12")
    folder.write("history.csv", "\n ,,\n\n" + plain)
    assert folder.problem().line == 6

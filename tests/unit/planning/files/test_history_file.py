"""`history.csv`: grids, repeats, daylight saving, and figures that do not fit together."""

from __future__ import annotations

import gzip
import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planning.files import read_folder

HEAD = "interval_start,queue,offered,handled,aht_s\n"


def _rows(day: str, minutes: range, queue: str = "phone", cells: str = "2,2,300") -> str:
    return "".join(f"{day}T{m // 60:02d}:{m % 60:02d},{queue},{cells}\n" for m in minutes)


def test_rows_are_sorted_by_time_and_queue_and_an_absent_row_stays_absent(folder: Any) -> None:
    history = folder.read().history
    assert list(history.queue) == [0, 1, 0, 1] and len(history) == 4
    assert np.isnan(history.aht_s[3]) and np.isnan(history.mean_wait_s).all()


def test_a_start_off_the_grid_is_a_fault_with_its_line(folder: Any) -> None:
    folder.write("history.csv", HEAD + _rows("2026-11-16", range(480, 720, 30)) + "2026-11-16T12:10,phone,1,1,1\n")
    problem = folder.problem()
    assert problem.line == 10 and "grid of 30 minutes" in problem.expected


def test_seconds_are_off_the_grid(folder: Any) -> None:
    folder.edit("history.csv", "2026-11-16T08:30,phone", "2026-11-16T08:30:01,phone")
    assert folder.problem().line == 3


def test_finer_rows_are_added_up_with_handle_time_weighted_by_handled_contacts(folder: Any) -> None:
    rows = [f"2026-11-16T08:{m:02d},phone,{m},{m // 5},{300 + m}" for m in range(0, 60, 5)]
    folder.write("history.csv", HEAD + "\n".join(rows) + "\n")
    read = folder.read()
    history = read.history
    assert list(history.offered) == [sum(range(0, 30, 5)), sum(range(30, 60, 5))]
    handled = np.arange(6, 12)
    assert history.aht_s[1] == pytest.approx(((300 + 5 * handled) * handled).sum() / handled.sum())
    assert any("is added up" in str(n) for n in read.notices)


def test_an_interval_with_finer_rows_missing_is_unknown_unless_they_lie_outside_opening(folder: Any) -> None:
    folder.edit("centre.toml", 'to = "20:00"', 'to = "20:05"')
    minutes = [m for m in range(480, 1205, 5) if m != 605]
    folder.write("history.csv", HEAD + "".join(_rows("2026-11-16", range(m, m + 1)) for m in minutes))
    read = folder.read()
    # 8:00 to 20:30 are 25 intervals; 10:00 misses a row, 20:00 has all that are open.
    assert len(read.history) == 24
    assert any("1 intervals with rows missing" in str(n) for n in read.notices)
    assert read.history.offered[-1] == 2


def test_hourly_history_on_a_half_hour_grid_is_refused_with_the_setting_to_change(folder: Any) -> None:
    rows = _rows("2026-11-16", range(480, 1200, 60)) + _rows("2026-11-17", range(480, 1200, 60))
    folder.write("history.csv", HEAD + rows)
    assert "set interval_minutes to 60" in folder.problem().expected


def test_steps_that_do_not_divide_the_interval_are_refused(folder: Any) -> None:
    folder.write("history.csv", HEAD + _rows("2026-11-16", range(480, 720, 20)))
    assert all("grid of 30 minutes" in p.expected for p in folder.problems())


def test_the_same_row_again_is_read_once_and_another_value_for_it_is_a_fault(folder: Any) -> None:
    plain = (folder.path / "history.csv").read_text()
    folder.write("history.csv", plain + "2026-11-16T08:30,phone,12,12,0,290.50\n")
    assert len(folder.read().history) == 4
    assert any("history.csv:6" in n and "repeats" in n for n in folder.notices())
    folder.write("history.csv", plain + "2026-11-16T08:30,phone,13,12,0,290.5\n")
    problem = folder.problem()
    assert problem.line == 6 and "line 3 has another value" in problem.expected


def test_repeated_wall_times_are_settled_by_order_and_noticed(folder: Any) -> None:
    wall = ["2026-10-25T01:30", "2026-10-25T02:00", "2026-10-25T02:30", "2026-10-25T02:00", "2026-10-25T02:30"]
    folder.write("history.csv", HEAD + "".join(f"{t},chat,{i},{i},300\n" for i, t in enumerate(wall)))
    read = folder.read()
    first = np.datetime64("2026-10-24T23:30")
    assert list(read.history.start) == [first + np.timedelta64(30 * k, "m") for k in range(5)]
    assert list(read.history.offered) == [0, 1, 2, 3, 4]
    assert any("shows this time twice" in str(n) and "3 more like it" in str(n) for n in read.notices)


def test_offsets_make_repeated_times_exact_without_a_notice(folder: Any) -> None:
    wall = ["2026-10-25T02:30+01:00", "2026-10-25T02:30+02:00"]
    folder.write("history.csv", HEAD + "".join(f"{t},chat,{i},{i},300\n" for i, t in enumerate(wall)))
    read = folder.read()
    assert list(read.history.offered) == [1, 0]
    assert not any("twice" in str(n) for n in read.notices)


def test_a_time_the_clock_skips_is_left_out_when_empty_and_refused_with_contacts(folder: Any) -> None:
    folder.write("history.csv", HEAD + "2026-03-29T02:30,chat,0,0,\n2026-03-29T03:00,chat,1,1,300\n")
    read = folder.read()
    assert len(read.history) == 1 and any("skips" in str(n) for n in read.notices)
    folder.edit("history.csv", "chat,0,0,", "chat,3,3,300")
    assert "skips" in folder.problem().expected


def test_more_handled_than_offered_is_accepted_and_said(folder: Any) -> None:
    folder.edit("history.csv", "10,9,1", "10,11,11")
    notices = folder.notices()
    assert any("column handled: expected at most offered, found '11'" in n for n in notices)
    assert any("column abandoned" in n for n in notices)
    assert folder.read().history.handled[0] == 11


@pytest.mark.parametrize("aht", ["5.2", "0.1"])
def test_handle_times_that_look_like_minutes_are_said(folder: Any, aht: str) -> None:
    folder.write("history.csv", HEAD + _rows("2026-11-16", range(480, 720, 30), cells=f"5,5,{aht}"))
    folder.edit("agents.csv", "name", "nom")
    first = folder.notices()[0]
    assert "look like minutes, nearly all of them" in first and "7 more like it" in first


def test_a_few_handle_times_far_below_the_usual_are_said(folder: Any) -> None:
    rows = _rows("2026-11-16", range(480, 720, 30)) + _rows("2026-11-16", range(720, 750, 30), cells="5,5,5.0")
    folder.write("history.csv", HEAD + rows)
    assert any("history.csv:10" in n and "look like minutes" in n for n in folder.notices())


def test_a_handle_time_of_zero_is_not_given(folder: Any) -> None:
    folder.write("history.csv", HEAD + "2026-11-16T08:00,phone,0,0,0\n2026-11-16T08:30,phone,3,0,0\n")
    read = folder.read()
    assert np.isnan(read.history.aht_s).all() and not any("aht_s" in str(n) for n in read.notices)


def test_contacts_outside_opening_hours_are_counted(folder: Any) -> None:
    folder.write("history.csv", HEAD + _rows("2026-11-15", range(480, 540, 30)))  # a Sunday
    assert any("2 rows with contacts lie outside them" in n for n in folder.notices())


def test_only_history_before_a_date_is_kept_but_all_of_it_is_checked(folder: Any) -> None:
    rows = _rows("2026-11-16", range(480, 600, 30)) + _rows("2026-11-17", range(480, 600, 30))
    folder.write("history.csv", HEAD + rows)
    assert len(read_folder(folder.path, before=date(2026, 11, 17)).history) == 4
    folder.write("history.csv", HEAD + rows + "2026-11-18T08:00,phone,-1,0,1\n")
    assert folder.problem().line == 10


def test_an_unknown_queue_is_named_with_a_suggestion(folder: Any) -> None:
    folder.edit("history.csv", "08:30,phone", "08:30,Phone")
    assert "did you mean phone?" in folder.problem().expected


def test_a_history_without_rows_is_noticed(folder: Any) -> None:
    folder.write("history.csv", HEAD)
    assert any("nothing can be forecast" in n for n in folder.notices())


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "timezone", "hours"),
    [
        ("bank_calls_2003/history_5min.csv.gz", "America/New_York", 'from = "07:00", to = "21:05"'),
        ("axa_inbound/history.csv.gz", "Europe/Paris", 'from = "00:00", to = "24:00"'),
    ],
)
def test_real_histories_are_read_whole(folder: Any, file: str, timezone: str, hours: str) -> None:
    data = Path(os.environ.get("SEATWISE_DATA", "../shared/data")) / file
    if not data.exists():
        pytest.skip(f"no real data at {data}")
    raw = gzip.decompress(data.read_bytes())
    lines = raw.decode().splitlines()[1:]
    queues = sorted({line.split(",")[1] for line in lines})
    text = folder.centre_toml.replace("Europe/Berlin", timezone)
    head, tail = text.split("[[queues]]", 1)[0], text[text.index("[[contracts]]") :]
    body = "".join(f'[[queues]]\nid = "{q}"\naht_s = 300\nopen = [{{ {hours} }}]\n' for q in queues)
    folder.write("centre.toml", head + body + tail)
    folder.write("history.csv", raw)
    folder.write("skills.csv", "agent_id,queue\n" + "".join(f"A1,{q}\n" for q in queues))
    history = folder.read().history
    total = sum(float(line.split(",")[2]) for line in lines)
    assert history.offered.sum() == pytest.approx(total)

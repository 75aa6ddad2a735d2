"""People, leave, wishes, activities, events, performance, routing and rosters in a planning folder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from domain.errors import InputError
from planning.files import previous_before, read_folder


def test_every_optional_column_of_agents_is_read(folder: Any) -> None:
    folder.write(
        "agents.csv",
        "Employee ID,contract,hourly_cost,pool,hired_on,level\n"
        "A1,full-time,30,expert,2026/1/5,senior\nA2,full-time,0,,,\n",
    )
    first, second = folder.read().agents
    assert (first.pool, first.hired_on, first.level) == ("expert", date(2026, 1, 5), "senior")
    assert (second.pool, second.hired_on, second.hourly_cost) == ("core", None, 0)


def test_leading_zeros_of_ids_are_kept_and_a_lost_one_is_suggested(folder: Any) -> None:
    folder.write("agents.csv", "agent_id,contract,hourly_cost\n00123,full-time,30\n00456,full-time,30\n")
    folder.write("skills.csv", "agent_id,queue\n00123,phone\n456,phone\n")
    problem = folder.problem()
    assert problem.line == 3 and "00456" in problem.expected


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("A2,part-time,30,Bo,red", "contract", "a contract of centre.toml: full-time"),
        ("A1,full-time,30,Bo,red", "agent_id", "line 2 has another value"),
        ("elastic-001,full-time,30,Bo,red", "agent_id", "elastic seats"),
        (",full-time,30,Bo,red", "agent_id", "a value for agent_id"),
        ("A2,full-time,,Bo,red", "hourly_cost", "a value for hourly_cost"),
    ],
)
def test_slips_in_agents_are_named(folder: Any, row: str, column: str, said: str) -> None:
    folder.edit("agents.csv", "A2,full-time,31.5,Bo,red", row)
    folder.write("skills.csv", "agent_id,queue\nA1,phone\n")
    problem = folder.problem()
    assert (problem.file, problem.line, problem.column) == ("agents.csv", 3, column) and said in problem.expected


def test_dedicated_people_have_one_queue_and_certificates_a_last_day(folder: Any) -> None:
    folder.write(
        "skills.csv", "agent_id,queue,certified_until,dedicated\nA1,phone,2026-11-30,是\nA1,chat,,no\nA2,chat,,\n"
    )
    read = folder.read()
    assert read.skills[0].dedicated and read.skills[0].certified_until == date(2026, 11, 30)
    assert any("will not be used" in str(n) for n in read.notices)
    folder.edit("skills.csv", "A1,chat,,no", "A1,chat,,yes")
    assert "one dedicated queue" in folder.problem().expected


def test_leave_is_read_with_bare_dates_as_midnights_and_overlaps_are_said(folder: Any) -> None:
    folder.write(
        "time_off.csv",
        "agent_id,start,end,kind\nA1,2026-11-23,2026-11-24,annual\nA1,2026-11-23T12:00,2026-11-25,事假\nA2,2026-11-23,2026-11-24,\n",
    )
    read = folder.read()
    assert read.time_off[0].start == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert [leave.kind for leave in read.time_off] == ["paid", "unavailable", "paid"]
    assert any("time_off.csv:3" in str(n) and "overlap" in str(n) for n in read.notices)


def test_leave_that_ends_where_it_starts_is_explained(folder: Any) -> None:
    folder.write("time_off.csv", "agent_id,start,end\nA1,2026-11-23,2026-11-23\n")
    assert "next date" in folder.problem().expected


@pytest.mark.parametrize(
    ("start", "said"),
    [("2026-10-25T02:30", "shows this time twice"), ("2026-03-29T02:30", "skips"), ("03.11.2026", "told apart")],
)
def test_times_of_leave_that_cannot_be_told_are_refused(folder: Any, start: str, said: str) -> None:
    folder.write("time_off.csv", f"agent_id,start,end\nA1,{start},2027-01-01\n")
    assert said in folder.problem().expected


def test_availability_reads_weekdays_in_words_and_wraps_past_midnight(folder: Any) -> None:
    folder.write(
        "availability.csv",
        "agent_id,weekday,from,to\nA1,Mon,8:00,16:00\nA1,周二,22:00,06:00\nA2,Monday-Friday,08:00:00,24:00\n",
    )
    windows = [row.window for row in folder.read().availability]
    assert [sorted(w.days) for w in windows] == [[0], [1], [0, 1, 2, 3, 4]]
    assert (windows[1].from_minute, windows[1].to_minute, windows[2].to_minute) == (1320, 360, 1440)


def test_slips_in_availability_are_named(folder: Any) -> None:
    folder.write("availability.csv", "agent_id,weekday,from,to\nA1,1,08:00,16:00\nA1,Mon,24:00,08:00\nA1,Mon,8,9\n")
    assert [(p.line, p.column) for p in folder.problems()] == [(2, "weekday"), (3, "from"), (4, "from"), (4, "to")]


def test_wishes_weigh_one_unless_they_say_more(folder: Any) -> None:
    folder.write(
        "preferences.csv",
        "agent_id,start,end,wish,weight\nA1,2026-11-23,2026-11-24,off,\nA2,2026-11-23,2026-11-24,work,2.5\n",
    )
    assert [(w.wish, w.weight) for w in folder.read().preferences] == [("off", 1.0), ("work", 2.5)]
    folder.edit("preferences.csv", "work", "wrk")
    assert "work or off; did you mean work?" in folder.problem().expected


def test_activities_are_for_an_agent_or_a_team_and_fit_their_span(folder: Any) -> None:
    head = "activity,minutes,earliest,latest,agent_id,team,times_per_week,together,paid\n"
    folder.write("activities.csv", head + "training,60,2026-11-23,2026-11-28,,red,2,true,\n")
    task = folder.read().activities[0]
    assert (task.team, task.times_per_week, task.together, task.paid) == ("red", 2, True, True)
    rows = [
        "training,50,2026-11-23,2026-11-28,A1,,,,",
        "training,60,2026-11-23,2026-11-28,,,,,",
        "training,60,2026-11-23T08:00,2026-11-23T08:45,A1,,,,",
        "training,60,2026-11-23,2026-11-28,,rde,,,",
        "work,60,2026-11-23,2026-11-28,A1,,,,",
    ]
    folder.write("activities.csv", head + "\n".join(rows) + "\n")
    found = [(p.line, p.column) for p in folder.problems()]
    assert found == [(2, "minutes"), (3, "agent_id"), (4, "latest"), (5, "team"), (6, "activity")]


def test_events_have_a_kind_a_queue_and_a_lift(folder: Any) -> None:
    folder.write(
        "events.csv",
        "start,end,name,kind,queue,lift\n"
        "2026-11-11,2026-11-12,Double 11,,,3\n2026-12-25,2026-12-26,Closed,CLOSED,phone,\n",
    )
    sale, shut = folder.read().events
    assert (sale.kind, sale.queue, sale.lift) == ("campaign", "", 3.0)
    assert (shut.kind, shut.queue, shut.lift) == ("closed", "phone", None)


PERFORMANCE = "date,agent_id,queue,handled,handle_time_s,resolved,quality_sum,quality_count\n"


def test_performance_is_read_as_columns_and_leavers_are_kept_and_said(folder: Any) -> None:
    rows = "2026-11-02,A2,phone,10,3000,7,85,1\n2026-11-01,Z9,chat,5,2500,,,\n2026-11-01,A1,phone,8,2600,5,,\n"
    folder.write("performance.csv", PERFORMANCE + rows)
    read = folder.read()
    record = read.performance
    assert record is not None and record.agents == ("A1", "A2", "Z9")
    assert list(record.agent) == [0, 2, 1] and list(record.queue) == [0, 1, 0]
    assert np.isnan(record.resolved[1]) and record.quality_sum[2] == 85
    assert any("Z9" in str(n) and "has left" in str(n) for n in read.notices)
    kept = read_folder(folder.path, before=date(2026, 11, 2)).performance
    assert kept is not None and len(kept) == 2


def test_performance_that_does_not_fit_together_is_said_or_refused(folder: Any) -> None:
    rows = "2026-11-02,A2,phone,10,52,12,,\n2026-11-03,A2,phone,10,48,,,\n"
    folder.write("performance.csv", PERFORMANCE + rows)
    notices = folder.notices()
    assert any("looks like minutes" in n for n in notices) and any("at most handled" in n for n in notices)
    folder.write("performance.csv", PERFORMANCE + "2026-11-02,A2,phone,10,3000,7,185,1\n")
    assert "at most 100" in folder.problem().expected


def test_two_different_records_of_one_day_are_refused(folder: Any) -> None:
    folder.write("performance.csv", PERFORMANCE + "2026-11-02,A2,phone,10,3000,,,\n2026/11/2,A2,phone,11,3000,,,\n")
    assert folder.problem().line == 3


def test_current_routing_has_level_and_weight_one_where_not_given(folder: Any) -> None:
    folder.write("routing_current.csv", "agent_id,queue,level,weight\nA1,phone,2,0.5\nA2,phone,,\n")
    assert [(r.level, r.weight) for r in folder.read().routing_current] == [(2, 0.5), (1, 1.0)]
    folder.edit("routing_current.csv", "2,0.5", "1.5,0.5")
    assert "whole number" in folder.problem().expected


ROSTER = "agent_id,pool,shift_id,start,end,activity,queues,paid\n"


def test_previous_rosters_may_name_people_who_have_left(folder: Any) -> None:
    shift = "core,1,2026-11-16T08:00,2026-11-16T16:00,work,phone,true\n"
    folder.write("previous.csv", f"{ROSTER}Z9,{shift}A1,{shift}")
    read = folder.read()
    assert [s.agent_id for s in read.previous] == ["A1"] and any("Z9" in str(n) for n in read.notices)


def test_previous_seats_go_where_the_centre_has_none(folder: Any) -> None:
    folder.write("previous.csv", f"{ROSTER}elastic-001,,e,2026-11-16T08:00,2026-11-16T12:00,work,phone,true\n")
    read = folder.read()
    assert read.previous == () and any("elastic-001" in str(n) for n in read.notices)


def test_previous_rows_of_the_planned_days_are_left_out_and_a_night_over_midnight_stays(folder: Any) -> None:
    rows = (
        "A1,core,n,2026-11-22T22:00,2026-11-23T02:00,work,phone,true\n"
        "A1,core,n,2026-11-23T02:00,2026-11-23T06:00,work,chat,true\n"
        "A2,core,d,2026-11-23T08:00,2026-11-23T16:00,work,phone,true\n"
        "A2,core,,2026-11-24,2026-11-25,off,,\n"
    )
    folder.write("previous.csv", ROSTER + rows)
    read = folder.read()
    kept, said = previous_before(read, date(2026, 11, 23))
    assert [row.agent_id for row in kept] == ["A1", "A1"]
    assert [(n.file, n.value, n.more) for n in said] == [("previous.csv", "2026-11-23T08:00+01:00", 1)]
    assert previous_before(read, date(2026, 11, 30)) == (read.previous, [])


def test_offered_overtime_is_read_and_said_to_be_idle_without_terms(folder: Any) -> None:
    text = (folder.path / "agents.csv").read_text(encoding="utf-8").splitlines()
    folder.write("agents.csv", "\n".join([text[0] + ",overtime_h", text[1] + ",4.5", *(row + "," for row in text[2:])]))
    assert [agent.overtime_h for agent in folder.read().agents][:2] == [4.5, 0.0]
    assert any("nobody works overtime while centre.toml has no [pay] overtime" in n for n in folder.notices())


def test_missing_and_misspelt_files_are_said(folder: Any) -> None:
    (folder.path / "agents.csv").rename(folder.path / "agent.csv")
    folder.write("time-off.csv", "x\n")
    problem = folder.problem()
    assert problem.file == "agents.csv" and "is agent.csv meant?" in problem.expected
    (folder.path / "agent.csv").rename(folder.path / "Agents.CSV")
    folder.write("events.xlsx", "x")
    notices = folder.notices()
    assert any("time-off.csv" in n and "time_off.csv" in n for n in notices)
    assert any("events.xlsx" in n and "save it as events.csv" in n for n in notices)


def test_a_folder_that_is_none_is_said(tmp_path: Any) -> None:
    with pytest.raises(InputError, match="a planning folder"):
        read_folder(tmp_path / "nowhere")


def test_the_digest_changes_with_any_byte_of_any_file_and_with_nothing_else(folder: Any, make_folder: Any) -> None:
    first = folder.read().sha256
    twin = make_folder("twin")
    twin.write("notes.txt", "not an input")
    assert twin.read().sha256 == first
    twin.edit("agents.csv", "Ann", "Anne")
    assert twin.read().sha256 != first


def test_people_and_queues_without_each_other_are_said(folder: Any) -> None:
    folder.write("skills.csv", "agent_id,queue\nA1,phone\n")
    notices = "\n".join(folder.notices())
    assert "queue chat; nobody may" in notices and "none for A2" in notices


def test_files_that_differ_in_case_alone_are_not_passed_over(folder: Any) -> None:
    folder.write("Skills.CSV", "agent_id,queue\nA1,phone\n")
    read = folder.read()
    assert len(read.skills) == 3
    assert any(str(n).startswith("Skills.CSV: not read; skills.csv is") for n in read.notices)


def test_ids_that_a_spreadsheet_would_run_are_noticed(folder: Any) -> None:
    for name in ("agents.csv", "skills.csv"):
        folder.write(name, (folder.path / name).read_text().replace("A1", "-A1"))
    read = folder.read()
    assert read.agents[0].id == "-A1" and any("apostrophe" in str(n) for n in read.notices)

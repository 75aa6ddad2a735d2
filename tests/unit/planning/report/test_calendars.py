"""Everyone gets a calendar under a name that every file system takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from domain.roster import Roster
from planning.report import write_calendars
from planning.report.calendars import file_stems


def events(path):
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_one_event_a_shift_at_its_instants(plan, tmp_path):
    write_calendars(plan, tmp_path / "calendars")
    assert {path.stem for path in (tmp_path / "calendars").iterdir()} == set(plan.roster.by_agent)
    for agent, shifts in plan.roster.by_agent.items():
        found = events(tmp_path / "calendars" / f"{agent}.ics")
        assert [(event["dtstart"].dt, event["dtend"].dt) for event in found] == [(s.start, s.end) for s in shifts]
        assert {event["dtstamp"].dt for event in found} == {datetime(2026, 11, 23, tzinfo=UTC)}
        assert len({event["uid"] for event in found}) == len(found)


def test_an_event_says_its_queues_and_breaks(plan, tmp_path):
    write_calendars(plan, tmp_path)
    event = events(tmp_path / "a001.ics")[0]
    assert event["summary"] == "Work: phone, chat, email"
    text = str(event["description"])
    assert "meal (unpaid)" in text
    assert "break" in text
    assert "8.00 paid hours; times of Asia/Shanghai" in text
    assert b"DTSTART:2026" in (tmp_path / "a001.ics").read_bytes()
    assert b"Z\r\n" in (tmp_path / "a001.ics").read_bytes()


def test_a_shift_moved_within_its_day_keeps_its_identity(plan, tmp_path):
    hour = timedelta(hours=1)
    moved = Roster.of(replace(row, start=row.start - hour, end=row.end - hour) for row in plan.roster.stretches)
    write_calendars(plan, tmp_path / "a")
    write_calendars(replace(plan, roster=moved), tmp_path / "b")
    first, second = events(tmp_path / "a" / "a001.ics"), events(tmp_path / "b" / "a001.ics")
    assert [event["uid"] for event in first] == [event["uid"] for event in second]
    assert [event["dtstart"].dt for event in first] != [event["dtstart"].dt for event in second]


def test_the_same_plan_gives_the_same_bytes(build, tmp_path):
    for name in ("a", "b"):
        write_calendars(build(), tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_many_queues_are_counted_in_the_title_and_spelt_out_once(build, tmp_path):
    """The title of an event has room for three; its text names each once."""
    plan = build(queues=9)
    write_calendars(plan, tmp_path)
    many = [shift for shift in plan.roster.by_agent["a001"] if len(shift.stretches[0].queues) > 3]
    event = events(tmp_path / "a001.ics")[0]
    assert many and event["summary"] == f"Work: {len(many[0].stretches[0].queues)} queues"
    text = str(event["description"])
    assert text.count("shop-1") == 1
    assert f"{len(many[0].stretches[0].queues)} queues: phone, chat, email, shop-1" in text


def test_hostile_ids_stay_inside_the_folder(build, tmp_path):
    ids = (
        "../x",
        "张三",
        "a/b",
        "CON",
        "Ann",
        "ann",
        "a\\b",
        ".hidden",
        "with space",
        "x" * 400,
        "nul.txt",
        "\x00\r\nBEGIN:VEVENT",
    )
    plan = build(ids=ids, names=ids)
    write_calendars(plan, tmp_path / "calendars")
    files = sorted((tmp_path / "calendars").iterdir())
    assert len(files) == len(plan.roster.by_agent) == 14
    assert (tmp_path / "calendars" / "张三.ics").exists()
    assert not (tmp_path / "x.ics").exists()
    assert all(len(path.name.encode()) < 200 for path in files)
    assert len({path.name.casefold() for path in files}) == len(files)
    assert sum(len(events(path)) for path in files) == len(plan.roster.shifts)


@given(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=8))
def test_names_differ_and_do_not_depend_on_the_order(ids):
    stems = file_stems(ids)
    assert stems == file_stems(reversed(ids))
    assert len({stem.casefold() for stem in stems.values()}) == len(ids)
    assert all(stem and not set(stem) & set('/\\:*?"<>|. \x00\n') for stem in stems.values())


@pytest.mark.parametrize(("agent", "stem"), [("a001", "a001"), ("张三", "张三"), ("A_b-1", "A_b-1")])
def test_plain_ids_keep_their_name(agent, stem):
    assert file_stems([agent]) == {agent: stem}


def test_two_blocks_of_one_seat_on_one_day_are_two_events(plan, tmp_path):
    seat = [row for row in plan.roster.stretches if row.agent_id == "elastic-001"][:1]
    later = [
        replace(row, start=row.start - timedelta(hours=8), end=row.end - timedelta(hours=8), shift_id="more")
        for row in seat
    ]
    write_calendars(replace(plan, roster=Roster.of([*seat, *later])), tmp_path)
    found = events(tmp_path / "elastic-001.ics")
    assert len({event["uid"] for event in found}) == 2


def test_times_stay_exact_over_a_change_of_the_clock(build, tmp_path):
    plan = build(zone="Europe/Berlin", week=date(2026, 10, 19))
    write_calendars(plan, tmp_path)
    for agent, shifts in plan.roster.by_agent.items():
        assert [event["dtstart"].dt for event in events(tmp_path / f"{agent}.ics")] == [shift.start for shift in shifts]

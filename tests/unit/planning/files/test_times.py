"""Times and dates as people write them, and wall clocks that jump."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planning.files.moments import (
    NEVER,
    ONCE,
    TWICE,
    WRONG,
    offsets_of,
    on_clock,
    parse_moments,
    read_day,
    read_moment,
)
from planning.files.year_last import Order


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00",
        "2026-11-23 08:00",
        "2026-11-23T08:00:00",
        "2026-11-23 08:00:00.000",
        "2026/11/23 8:00",
        "2026/11/23  08:00:00",
        "2026.11.23 8:00",
        "2026年11月23日 8:00",
        "2026/11/23 8:00:00 am",
        "２０２６/１１/２３ ８：００",
    ],
)
def test_forms_with_the_year_first_are_read(text: str) -> None:
    assert read_moment(text) == datetime(2026, 11, 23, 8)


@pytest.mark.parametrize("text", ["2026-11-23", "2026/11/23", "2026/11/23 0:00", "2026-11-22T24:00"])
def test_a_bare_date_is_its_midnight_and_24_00_the_next(text: str) -> None:
    assert read_moment(text) == datetime(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["2026-11-23T08:00+08:00", "2026-11-23T00:00Z", "2026/11/23 8:00 +0800", "2026-11-23 08:00+08"]
)
def test_offsets_make_a_time_exact(text: str) -> None:
    assert read_moment(text).astimezone(UTC) == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("03/04/2026", "cannot be told apart"),
        ("23.11.2026 08:00", "cannot be told apart"),
        ("23.11.26 08:00", "four digits"),
        ("2026-11-23 13:00 PM", "no such time"),
        ("46349.3333", "day number"),
        ("2026-02-30T08:00", "no such day"),
        ("2026-11-23T25:00", "no such time"),
        ("2026/11/23 8:75", "no such time"),
        ("2026/11-23", "year first"),
        ("8:00", "year first"),
        ("today", "year first"),
        ("2026-11-23x08:00", "year first"),
    ],
)
def test_other_forms_are_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_moment(text)


def test_dates_ignore_a_midnight_and_refuse_other_times() -> None:
    assert read_day("2026/1/5 0:00:00") == date(2026, 1, 5)
    for text in ("2026-01-05T08:00", "05/01/2026", "2026-01-05T00:00+01:00"):
        with pytest.raises(ValueError, match="date"):
            read_day(text)


def test_wall_times_that_occur_twice_never_or_with_an_offset_are_told_apart() -> None:
    texts = [
        "2026-10-25T02:30",
        "2026-03-29T02:30",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:30+01:00",
        "2026-07-01T12:00",
        "?",
    ]
    moments, wrong = parse_moments(texts, "Europe/Berlin")
    assert list(moments.occurs) == [TWICE, NEVER, ONCE, ONCE, ONCE, WRONG]
    assert moments.utc[0] == np.datetime64("2026-10-25T00:30") and moments.later[0] == np.datetime64("2026-10-25T01:30")
    assert moments.utc[2] == moments.utc[0] and moments.utc[3] == moments.later[0]
    assert list(wrong) == [5]


@pytest.mark.parametrize(
    "zone", ["Europe/Dublin", "Australia/Lord_Howe", "America/New_York", "Asia/Shanghai", "Africa/Casablanca"]
)
def test_every_half_hour_of_two_years_agrees_with_the_standard_library(zone: str) -> None:
    start = datetime(2025, 1, 1)
    walls = [start + timedelta(minutes=30 * k) for k in range(2 * 365 * 48)]
    moments, _ = parse_moments([wall.isoformat() for wall in walls], zone)
    here = ZoneInfo(zone)
    for wall, utc, later, occurs in zip(walls, moments.utc, moments.later, moments.occurs, strict=True):
        both = [wall.replace(tzinfo=here, fold=fold).astimezone(UTC).replace(tzinfo=None) for fold in (0, 1)]
        exists = any(b.replace(tzinfo=UTC).astimezone(here).replace(tzinfo=None) == wall for b in both)
        if not exists:
            assert occurs == NEVER
        else:
            assert (utc.item(), later.item()) == (both[0], both[1])
            assert occurs == (TWICE if both[0] != both[1] else ONCE)


def test_the_two_ways_to_write_a_repeated_time_are_shown() -> None:
    said = offsets_of(np.datetime64("2026-10-25T00:30"), "Europe/Berlin")
    assert "2026-10-25T02:30:00+02:00" in said and "2026-10-25T02:30:00+01:00" in said
    assert "+10:30" in offsets_of(np.datetime64("2026-04-04T14:45"), "Australia/Lord_Howe")


def test_offsets_out_of_range_and_years_far_off_are_faults() -> None:
    _, wrong = parse_moments(["0001-01-01T00:00+14:00", "1899-12-30 08:00", "2026-11-23T08:00+99:00"], "Asia/Shanghai")
    assert sorted(wrong) == [0, 1, 2]


def test_fixed_offsets_of_any_form_agree() -> None:
    exact = read_moment("2026-11-23 08:00-0330")
    assert exact.utcoffset() == timezone(-timedelta(hours=3, minutes=30)).utcoffset(None)


@pytest.mark.parametrize(
    "texts",
    [
        ["14.09.2026 08:00", "03.09.2026 8:00"],
        ["9/14/2026 8:00", "09/03/2026 8:00:00 AM"],
        ["14-9-2026T08:00", "2026-09-03 08:00"],
        ["１４/０９/２０２６ ８：００", "3/9/2026 08:00"],
        ["31/31/2026", "14/09/2026 08:00", "3/9/2026 8:00"],
    ],
)
def test_dates_tell_day_from_month_where_any_of_them_does(texts: list[str]) -> None:
    moments, wrong = parse_moments(texts, "UTC", Order.of(texts))
    assert list(moments.utc[-2:]) == [np.datetime64("2026-09-14T08:00"), np.datetime64("2026-09-03T08:00")]
    assert list(wrong) == [0][: len(texts) - 2]


def test_dates_that_do_not_tell_or_contradict_each_other_are_refused_with_the_reason() -> None:
    _, wrong = parse_moments(["03/09/2026 08:00", "2026-09-03"], "UTC")
    assert list(wrong) == [0] and "no date of this file has a day above 12" in wrong[0]
    texts = ["14/09/2026", "09/15/2026", "01/02/2026"]
    _, wrong = parse_moments(texts, "UTC", Order.of(texts))
    assert list(wrong) == [0, 1, 2]
    assert "14/09/2026 can only have the day first, and 09/15/2026 only the month first" in wrong[2]


def test_dates_read_by_their_file_are_said_once_a_column(folder: Any) -> None:
    folder.write("time_off.csv", "agent_id,start,end\nA1,3.11.2026,4.11.2026\n")
    folder.edit("agents.csv", "team", "team,hired_on")
    folder.edit("agents.csv", "Ann,red", "Ann,red,2/25/2020")
    folder.edit("agents.csv", "Bo,red", "Bo,red,2/1/2020")
    assert [p.file for p in folder.problems()] == ["time_off.csv", "time_off.csv"]
    folder.write("time_off.csv", "agent_id,start,end\nA1,3.11.2026,4.11.2026\nA2,9.11.2026,13.11.2026\n")
    read = folder.read()
    assert [agent.hired_on for agent in read.agents] == [date(2020, 2, 25), date(2020, 2, 1)]
    assert read.time_off[1].start == datetime(2026, 11, 8, 23, tzinfo=UTC)
    said = [str(n) for n in read.notices if "read as" in str(n)]
    assert len(said) == 3 and "month, day, year" in said[0] and "day, month, year" in said[1]


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Santiago", "2026-09-06", datetime(2026, 9, 6, 4, tzinfo=UTC)),
        ("America/Havana", "2026-11-01", datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
    ids=["the clock jumps over midnight", "midnight comes twice"],
)
def test_a_bare_date_begins_at_the_first_instant_of_its_day(folder: Any, zone: str, day: str, first: datetime) -> None:
    folder.edit("centre.toml", "Europe/Berlin", zone)
    folder.write("time_off.csv", f"agent_id,start,end\nA1,{day},2026-12-01\n")
    assert folder.read().time_off[0].start == first
    folder.write("time_off.csv", f"agent_id,start,end\nA1,{day}T00:00,2026-12-01\n")
    assert (folder.problem().line, folder.problem().column) == (2, "start")


def test_one_time_is_put_on_a_clock_that_shows_it_once() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert on_clock(datetime(2026, 10, 25, 1, 30), "Europe/Berlin") == datetime(2026, 10, 25, 1, 30, tzinfo=zone)
    exact = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))
    assert on_clock(exact, "Europe/Berlin") is exact
    with pytest.raises(ValueError, match=r"twice: 2026-10-25T02:30:00\+02:00 or 2026-10-25T02:30:00\+01:00"):
        on_clock(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")
    with pytest.raises(ValueError, match="goes forward over this one"):
        on_clock(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")
    # A bare date is its midnight: the day's first instant where the clock moves then.
    assert on_clock(datetime(2026, 11, 1), "America/Havana").astimezone(UTC).hour == 4

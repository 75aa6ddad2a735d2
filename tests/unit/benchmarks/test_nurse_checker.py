"""Costs by hand, and each hard rule broken once."""

from pathlib import Path

import pytest

from benchmarks.nurse_rostering.checker import Row, check, read_rows, write_rows
from benchmarks.nurse_rostering.instance import Instance, parse

INSTANCE = """SECTION_HORIZON
14
SECTION_SHIFTS
E,480,
L,600,E
SECTION_STAFF
A,E=6|L=2,3600,1440,4,2,2,1
SECTION_DAYS_OFF
A,13
SECTION_SHIFT_ON_REQUESTS
A,1,E,3
A,2,L,5
SECTION_SHIFT_OFF_REQUESTS
A,1,E,2
A,8,E,7
SECTION_COVER
0,E,2,100,1
1,E,0,100,4
2,L,1,30,1
"""


@pytest.fixture(name="inst")
def _inst() -> Instance:
    return parse(INSTANCE)


def rows(line: str) -> list[Row]:
    """Return the rows of nurse A from one letter a day, a dot on a free one."""
    return [("A", day, shift) for day, shift in enumerate(line) if shift != "."]


def test_costs_by_hand(inst: Instance) -> None:
    verdict = check(inst, rows("EEE.....EE...."))
    # L on day 2 is missed (5), E on days 1 and 8 is worked against the wish (2 + 7)
    assert verdict.requests == 14
    # one E too few on day 0, L too few on day 2; one E too many on day 1, and E on other days is not priced
    assert (verdict.under, verdict.over) == (130, 4)
    assert (verdict.cost, verdict.broken) == (148, ())


def test_no_rows_cost_every_wish(inst: Instance) -> None:
    verdict = check(inst, [])
    assert (verdict.requests, verdict.under, verdict.over) == (8, 230, 0)
    assert verdict.broken == ("A: 0 minutes, at least 1440",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("EE.........EEE", "works on day 13, a day off"),
        ("..LEE.........", "E after L on day 3"),
        ("LL..LL........", "4 shifts L, at most 2"),
        ("EEEE..EELL....", "4080 minutes, at most 3600"),
        ("EE............", "960 minutes, at least 1440"),
        ("..EEEEE.......", "5 days worked from day 2, at most 4"),
        ("EE..E.........", "1 days worked from day 4, at least 2"),
        ("EE.EE.........", "1 days off from day 2, at least 2"),
        ("...EEE.....EE.", "2 weekends, at most 1"),
    ],
)
def test_each_rule_is_told(inst: Instance, line: str, says: str) -> None:
    assert f"A: {says}" in check(inst, rows(line)).broken


def test_the_first_rows_line_breaks_nothing_else(inst: Instance) -> None:
    assert len(check(inst, rows("..LEE.........")).broken) == 1


@pytest.mark.parametrize("line", ["E..EE..EE.....", ".EEE..EE......", "............EE"])
def test_runs_at_the_ends_may_be_short(inst: Instance, line: str) -> None:
    assert not [what for what in check(inst, rows(line)).broken if "days" in what]


def test_rows_of_no_meaning_are_told(inst: Instance) -> None:
    broken = check(inst, [*rows("EEE..........."), ("A", 0, "L"), ("B", 0, "E"), ("A", 14, "E"), ("A", 5, "Q")]).broken
    assert broken[0] == "A: two shifts on day 0"
    assert len(broken) == 4


def test_rows_come_back_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "rows.csv"
    write_rows(path, rows("EL............"))
    assert path.read_text(encoding="utf-8") == "agent,day,shift\nA,0,E\nA,1,L\n"
    assert read_rows(path) == rows("EL............")
    path.write_text("agent,shift\n", encoding="utf-8")
    with pytest.raises(ValueError, match="first line"):
        read_rows(path)

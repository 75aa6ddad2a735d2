"""`logins.csv`: any column order, aliases, open ends, and every fault at once."""

from __future__ import annotations

import pytest

from domain.errors import InputError
from planning.files.logins_file import read_logins
from planning.today.presence import Login
from tests.scheduling_case import at
from tests.unit.planning.today_case import TUESDAY, centre_of, folder_of

DAY = "2026-11-24"


def read(path, text, centre=None):
    path.write_text(text, encoding="utf-8")
    notices: list[object] = []
    return read_logins(path, centre or centre_of(), folder_of().agents, notices=notices), notices


def test_rows_are_read_by_name_with_an_open_end(tmp_path):
    text = f"logout,agent,login\n,e0,{DAY}T07:55\n{DAY}T10:00,elastic-001,{DAY}T08:00+01:00\n"
    found, notices = read(tmp_path / "who.csv", text)
    assert found == (
        Login("e0", at(TUESDAY, "07:55")),
        Login("elastic-001", at(TUESDAY, "08:00"), at(TUESDAY, "10:00")),
    )
    assert notices == []


def test_a_header_alone_says_that_nobody_is_there(tmp_path):
    assert read(tmp_path / "none.csv", "工号,签入时间,签出时间\n")[0] == ()


def test_every_fault_is_told_at_once(tmp_path):
    text = f"agent_id,start,end\nzz,{DAY}T08:00,\ne0,eight,\ne1,{DAY}T09:00,{DAY}T08:00\n,{DAY}T08:00,\n"
    with pytest.raises(InputError) as error:
        read(tmp_path / "bad.csv", text)
    assert [(problem.line, problem.column) for problem in error.value.problems] == [
        (2, "agent_id"),
        (3, "start"),
        (4, "end"),
        (5, "agent_id"),
    ]


def test_a_seat_where_there_are_none_is_a_fault_and_an_unknown_column_is_noticed(tmp_path):
    with pytest.raises(InputError, match="no \\[elastic\\]"):
        read(tmp_path / "a.csv", f"agent_id,start\nelastic-001,{DAY}T08:00\n", centre_of(elastic=None))
    _, notices = read(tmp_path / "b.csv", f"agent_id,start,mood\ne0,{DAY}T08:00,fine\n")
    assert "mood" in str(notices[0])

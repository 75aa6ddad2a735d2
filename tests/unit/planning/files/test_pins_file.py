"""`pins.csv`: what may be pinned, and where a pin that may not stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.errors import InputError
from planning.files import check_pins
from planning.files.inputs import read_with

ROSTER = "agent_id,pool,shift_id,start,end,activity,queues,paid\n"


def test_pins_are_read_with_seats_off_and_defaults(folder: Any) -> None:
    rows = (
        "A1,,,2026-11-23T08:00,2026-11-23T12:00,,phone;chat,\n"
        "A1,,,2026-11-23T13:00,2026-11-23T17:00,Work,phone,\n"
        "A2,,,2026-11-24,2026-11-25,OFF,,\n"
        "elastic-001,,e1,2026-11-23T08:00,2026-11-23T11:00,work,phone,true\n"
    )
    folder.write("centre.toml", folder.centre_toml + '[elastic]\nhourly_cost = 40\nqueues = ["phone"]\n')
    folder.write("pins.csv", ROSTER + rows)
    pins = folder.read().pins
    assert pins[0].queues == ("phone", "chat") and pins[0].shift_id == pins[1].shift_id != ""
    assert pins[2].activity == "off" and not pins[2].paid
    assert pins[3].pool == "elastic" and pins[3].shift_id == "e1"


def test_slips_in_pins_are_named(folder: Any) -> None:
    rows = (
        "A1,,,2026-11-23T08:05,2026-11-23T12:00,work,phone,\n"
        "A2,,,2026-11-23T08:00,2026-11-23T12:00,work,fone,\n"
        "A2,,,2026-11-24T08:00,2026-11-24T12:00,work,,\n"
        "A1,,,2026-11-25T08:00,2026-11-25T12:00,work,phone,\n"
        "A1,,,2026-11-25T11:00,2026-11-25T13:00,meal,,\n"
        "A9,,,2026-11-25T11:00,2026-11-25T13:00,meal,,\n"
    )
    folder.write("pins.csv", ROSTER + rows)
    found = [(p.line, p.column) for p in folder.problems()]
    assert found == [(2, "start"), (3, "queues"), (4, "queues"), (6, "start"), (7, "agent_id")]


ELASTIC = '[elastic]\nhourly_cost = 40\nqueues = ["phone"]\n'
MORNING = "2026-11-24T08:00,2026-11-24T11:00"


def test_pins_outside_the_planned_weeks_are_refused_with_their_lines(folder: Any) -> None:
    rows = (
        "A1,,,2026-11-22T23:45,2026-11-23T04:00,work,phone,\n"
        "A1,,,2026-11-29T23:45,2026-11-30T04:00,work,phone,\n"
        "A1,,,2026-11-30T08:00,2026-11-30T09:00,work,phone,\n"
    )
    folder.write("pins.csv", ROSTER + rows)
    read = folder.read()
    with pytest.raises(InputError) as caught:
        check_pins(read, date(2026, 11, 23), 7)
    found = [(p.line, p.column, p.value.split("T")[0]) for p in caught.value.problems]
    assert found == [(2, "start", "2026-11-22"), (4, "start", "2026-11-30")]
    check_pins(read, date(2026, 11, 22), 14)


def test_pins_outside_the_plan_and_faults_elsewhere_are_told_together(folder: Any) -> None:
    folder.write("pins.csv", ROSTER + "A1,,,2026-11-30T08:00,2026-11-30T09:00,work,phone,\n")
    folder.edit("history.csv", "12,12", "x,12")
    with pytest.raises(InputError) as caught:
        read_with(folder.path, lambda read, _: check_pins(read, date(2026, 11, 23), 7))
    assert [(p.file, p.line) for p in caught.value.problems] == [("history.csv", 3), ("pins.csv", 2)]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (f"A2,,,{MORNING},work,chat,", "queues", "no skill for chat"),
        (f"A2,,,{MORNING},work,phone;chat,", "queues", "A2 may serve: phone"),
        (f"A1,,,{MORNING},work,chat,", "queues", "the certificate for chat ended on 2026-11-23"),
        (f"A1,elastic,,{MORNING},work,phone,", "pool", "core, which A1 is"),
        (f"elastic-1,,,{MORNING},work,phone,", "agent_id", "elastic-001, elastic-002"),
        (f"elastic-000,,,{MORNING},work,phone,", "agent_id", "elastic-001, elastic-002"),
        (f"elastic-001,,,{MORNING},training,,", "activity", "elastic seats do nothing else"),
        (f"elastic-001,,,{MORNING},off,,", "activity", "elastic seats do nothing else"),
        (f"elastic-001,,,{MORNING},work,chat,", "queues", "queues of elastic seats: phone"),
        (f"elastic-001,core,,{MORNING},work,phone,", "pool", "elastic"),
    ],
)
def test_a_pin_that_nobody_could_keep_is_refused(folder: Any, row: str, column: str, said: str) -> None:
    folder.write("centre.toml", folder.centre_toml + ELASTIC)
    folder.write("skills.csv", "agent_id,queue,certified_until\nA1,phone,\nA1,chat,2026-11-23\nA2,phone,\n")
    folder.write("pins.csv", f"{ROSTER}A1,,,2026-11-23T08:00,2026-11-23T12:00,work,chat,\n{row}\n")
    problem = folder.problem()
    assert (problem.line, problem.column) == (3, column) and said in problem.expected and problem.value


def test_a_pin_beside_a_dedicated_skill_is_refused(folder: Any) -> None:
    folder.write("skills.csv", "agent_id,queue,dedicated\nA1,phone,yes\nA1,chat,\nA2,phone,\n")
    folder.write("pins.csv", f"{ROSTER}A1,,,{MORNING},work,chat,\n")
    assert "no skill for chat" in folder.problem().expected


def test_a_seat_needs_elastic_seats(folder: Any) -> None:
    folder.write("pins.csv", f"{ROSTER}elastic-001,,,{MORNING},work,phone,\n")
    assert "no [elastic]" in folder.problem().expected


def test_nobody_is_said_to_lack_a_skill_that_could_not_be_read(folder: Any) -> None:
    folder.edit("skills.csv", "A1,chat", "A1,chatt")
    folder.write("pins.csv", f"{ROSTER}A1,,,{MORNING},work,chat,\n")
    assert folder.problem().file == "skills.csv"


def test_work_pinned_on_a_day_off_is_left_to_the_rules(folder: Any) -> None:
    folder.write("time_off.csv", "agent_id,start,end\nA1,2026-11-24,2026-11-25\n")
    folder.write("pins.csv", f"{ROSTER}A1,,,{MORNING},work,phone,\n")
    assert len(folder.read().pins) == 1

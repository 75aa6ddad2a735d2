"""Terms of elastic seats that keep them from being booked, or are paid for nothing, are said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.grid import local_midnight
from domain.roster import Roster, Stretch
from planning.elastic_notes import elastic_notes
from tests.unit.planning import frontier_case as case

MONDAY = local_midnight(case.FIRST, case.ZONE)
NOBODY = Roster.of([])


def notes(roster: Roster = NOBODY, now: object = None, emergency: bool = False, **elastic: object) -> list[str]:
    return elastic_notes(case.folder(**elastic), case.options(now=now, emergency=emergency), roster)


def test_terms_that_stand_in_no_way_are_not_told() -> None:
    assert notes() == []
    assert notes(share=0.0) == []


def test_blocks_that_are_longer_than_the_queues_are_open_are_explained() -> None:
    assert notes(block_hours=(3.0, 13.0, 24.0)) == [
        "Elastic blocks of 13, 24 h are longer than phone is ever open at a stretch (12 h) and are not booked."
    ]
    (told,) = notes(block_hours=(14.0,))
    assert told == (
        "Elastic blocks (14 h) are longer than phone is ever open at a stretch (12 h): none can be booked. A block of "
        "12 h or less would fit."
    )


def test_seats_for_no_queue_of_the_centre_are_told() -> None:
    assert notes(queues=()) == ["Elastic seats may serve no queue of centre.toml: none can be booked."]


def test_a_cap_of_less_than_one_seat_is_told_unless_an_emergency_lifts_it() -> None:
    assert "is less than one seat" in notes(share=0.05)[0]
    assert notes(share=0.05, emergency_share=0.3, emergency=True) == []


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (24, ""),
        (24 * 7, ""),
        (24 * 8, "Elastic seats can be booked from 2026-11-24 00:00 on: their notice is 192 h."),
        (24 * 14, "It is too late to book elastic seats: their notice of 336 h ends after the plan."),
    ],
)
def test_a_notice_that_reaches_into_the_week_is_told(hours: float, told: str) -> None:
    assert notes(notice_h=hours) == ([told] if told else [])


def test_notice_counts_from_now() -> None:
    (told,) = notes(now=MONDAY + timedelta(days=1, hours=9), notice_h=24)
    assert told == "Elastic seats can be booked from 2026-11-25 09:00 on: their notice is 24 h."


def test_a_minimum_that_is_paid_for_nothing_is_told() -> None:
    start = MONDAY + timedelta(hours=10)
    block = Stretch("elastic-001", start, start + timedelta(hours=4), queues=("phone",), pool="elastic", shift_id="b")
    roster = Roster.of([block])
    assert notes(roster, minimum_hours_per_week=4) == []
    assert notes(minimum_hours_per_week=20) == []
    assert notes(roster, minimum_hours_per_week=20) == [
        "4 elastic hours are booked in the week of 2026-11-23, and the minimum of 20 is paid."
    ]

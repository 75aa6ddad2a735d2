"""Notes: the important first, the same words once, technicalities in one note; FCR explained by those on duty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from capacity.requirement import Requirement
from domain.centre import Centre
from domain.contracts import Contract, StartWindow
from domain.coverage import Server
from domain.grid import IntervalGrid
from domain.history import History
from domain.queues import Queue, Target
from domain.roster import Stretch
from planning import notes as module
from planning.binding import binding_note, binding_of
from planning.fcr_notes import fcr_sentence, group_fcr
from planning.notes import forecasts_of, notes_of
from planning.over_service import over_service
from planning.result import TargetResult
from planning.unserved import unassigned

EMPTY = np.zeros(0)
NOTHING = History(("phone", "chat"), EMPTY.astype("datetime64[s]"), EMPTY.astype(np.int64), *(EMPTY for _ in range(7)))
START = datetime(2026, 11, 23, tzinfo=UTC)
GRID = IntervalGrid(START, 60, 24, "UTC")


def centre(*queues: Queue) -> Centre:
    queues = queues or (Queue(id="phone"), Queue(id="chat"))
    contract = Contract(id="full", start=StartWindow(from_minute=480, to_minute=480))
    return Centre(name="c", timezone="UTC", country="DE", queues=queues, contracts=(contract,))


def requirement(*volumes: float, queues=("phone", "chat")) -> Requirement:
    volume = np.array([np.full(24, v / 24) for v in volumes])
    blank = np.full_like(volume, np.nan)
    return Requirement(GRID, queues, volume, np.full_like(volume, 300.0), *(blank.copy() for _ in range(6)))


def target(queue: str, measure: str, limit: float, simulated: float, met: bool, **more) -> TargetResult:
    nan = float("nan")
    return TargetResult(
        queue, "day", "2026-11-23", measure, limit, nan, simulated, nan, nan, nan, nan, nan, met, **more
    )


def work(who: str, hours: float, queues, at: float = 8) -> Stretch:
    start = START + timedelta(hours=at)
    return Stretch(who, start, start + timedelta(hours=hours), queues=queues)


def server(who: str, fcr: float, pool="core", level=1) -> Server:
    return Server(who, pool, np.ones(2), np.array([fcr, fcr]), np.array([level, level]), np.ones(2))


def test_a_queue_that_no_work_names_is_unassigned():
    rows = [work("a", 4, ("phone",)), Stretch("a", START, START + timedelta(hours=1), "meal")]
    assert unassigned(rows, requirement(100, 40)) == {"chat": pytest.approx(40)}
    assert unassigned(rows, requirement(100, 0)) == {}


def test_what_the_fcr_target_would_take():
    """Ten hours at 0.4 on phone, two at 0.8 on chat; 0.6 needs half of the ten from those at 0.8."""
    servers = [server("low", 0.4), server("high", 0.8), server("idle", 0.5), server("elastic-001", 0.9, "elastic")]
    rows = [work("low", 10, ("phone",)), work("high", 2, ("chat",))]
    missed = [target("phone", "fcr", 0.6, 0.41, False, contacts=100)]
    group = group_fcr(("phone",), (0,), missed, servers, rows)
    assert (group.people, group.able) == (3, 1)
    assert (group.duty_h, group.able_duty_h, group.able_all_h) == (10, 0, 2)
    assert group.record == pytest.approx(0.4)
    assert group.able_share == pytest.approx(0.5)
    assert fcr_sentence(centre(), group) == (
        "FCR of phone: 41 % by the simulation, 60 % asked. Those on duty there resolve 40 % by their own record, hour "
        "by hour. Of the 3 people who may serve it, 1 reaches the target; that person gives 0 of the 10 hours of duty "
        "there and 2 elsewhere. The target would take about 5 hours of theirs there, more than the 2 rostered."
    )


def test_nobody_reaches_the_target_and_nothing_is_known():
    rows = [work("low", 10, ("phone", "chat"))]
    missed = [target(q, "fcr", 0.6, s, False, contacts=10) for q, s in (("phone", 0.39), ("chat", 0.42))]
    group = group_fcr(("phone", "chat"), (0, 1), missed, [server("low", 0.4)], rows)
    text = fcr_sentence(centre(), group)
    assert text.startswith("FCR of phone and chat: 39 % to 42 % by the simulation, 60 % asked.")
    assert text.endswith("Nobody who may serve them reaches the target.")
    unknown = group_fcr(("phone",), (0,), missed[:1], [server("low", float("nan"))], rows)
    assert fcr_sentence(centre(), unknown).endswith("Nothing tells the FCR of those on duty there.")


def test_a_miss_by_a_hair_keeps_a_digit():
    missed = [target("phone", "fcr", 0.7, 0.699, False, contacts=10)]
    text = fcr_sentence(centre(), group_fcr(("phone",), (0,), missed, [server("a", 0.6)], [work("a", 8, ("phone",))]))
    assert "69.9 % by the simulation, 70 % asked" in text


def test_what_binds_is_told_in_one_note_with_its_unit():
    made = centre(
        *(Queue(id=q, patience_s=600, targets=(Target(mean_wait_s=60, abandonment=0.02),)) for q in ("phone", "chat"))
    )
    rows = binding_of(made, requirement(240, 480))
    assert [row.binds for row in rows] == ["abandonment", "abandonment"]
    (note,) = binding_note(rows)
    assert note.startswith("Abandonment binds for 2 queues: ") and "agent-hours (mean wait " in note
    total = sum(row.hours["abandonment"] for row in rows)
    assert f"takes {total:,.0f} agent-hours on contact" in note


@pytest.fixture
def made(monkeypatch):
    """Notes of a centre of which nobody serves chat, with one forecast warning of both queues."""

    rows = (work("a", 8, ("phone",)),)

    def build(targets, forecast_notes=()):
        monkeypatch.setattr(module, "roster_of", lambda model, roll: SimpleNamespace(stretches=rows))
        folder = SimpleNamespace(centre=centre(), activities=(), agents=(), events=(), previous=(), history=NOTHING)
        week = SimpleNamespace(pools=())
        weeks = [(week, SimpleNamespace(roll=None))]
        over = over_service(targets, [], requirement(100, 40))
        return notes_of(folder, requirement(100, 40), [], targets, weeks, START.date(), over, forecast_notes)

    return build


def test_what_is_not_served_comes_first_and_technicalities_last(made):
    accuracy = [
        f"{q}: mean, error 20.0% of contacts (intervals, 8 past weeks; 8-week median 21.0%)" for q in ("phone", "chat")
    ]
    warnings = [f"{q}: no public holidays are known for country 'XX': events alone count" for q in ("phone", "chat")]
    notes = made([], [*accuracy, *warnings])
    assert notes[0] == "Nobody is assigned to chat: 40 contacts are expected there."
    assert notes[1] == "phone is open without anyone on it at times: 67 contacts are expected then."
    assert notes[2] == "phone and chat: no public holidays are known for country 'XX': events alone count"
    assert forecasts_of(notes[-1]) == {note.partition(": ")[0]: note.partition(": ")[2] for note in accuracy}
    assert not any(forecasts_of(note) for note in notes[:-1])


def test_service_above_target_is_no_room_to_save_where_another_target_is_missed(made):
    both = [target("phone", "service_level", 0.8, 0.9, True), target("phone", "abandonment", 0.05, 0.09, False)]
    assert not any("exceed" in note for note in made(both))
    kept = [both[0], target("phone", "abandonment", 0.05, 0.03, True)]
    (note,) = (note for note in made(kept) if "exceed" in note)
    assert note.startswith("Phone exceeds its service target by 10.0 points on average, with every other target kept")


def test_the_bound_is_that_of_the_roster_handed_out(made):
    assert any("round whose roster is handed out" in note for note in made([]))

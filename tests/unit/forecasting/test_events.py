from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.grid import IntervalGrid
from domain.people import Event
from domain.queues import Channel, Queue
from forecasting.days import QueueDays
from forecasting.event_cells import event_name, touched_cells
from forecasting.events import apply_events, own_holidays
from forecasting.opening import open_share, overlap

ZONE = "Europe/Paris"
FIRST = date(2024, 5, 6)  # a Monday


def at(day: int, hour: float = 0.0) -> datetime:
    return datetime(2024, 5, 6, tzinfo=ZoneInfo(ZONE)) + timedelta(days=day, hours=hour)


def days_of(days=42, value=10.0, queue=None):
    counts = np.full((days, 48), value)
    return QueueDays(queue or Queue(id="phone"), FIRST, 30, counts, counts.copy())


def test_an_event_touches_the_cells_it_covers_in_part_or_whole():
    cells = touched_cells(Event(start=at(1, 9.75), end=at(1, 11), name="x"), FIRST, 7, 30, ZONE)
    assert cells.first == 48 + 19
    assert np.allclose(cells.share, [0.5, 1.0, 1.0])
    assert touched_cells(Event(start=at(9), end=at(10), name="x"), FIRST, 7, 30, ZONE) is None


def test_outages_and_closures_become_unknown():
    for kind in ("outage", "closed"):
        event = Event(start=at(3, 10), end=at(3, 12), name="x", kind=kind)
        found, _ = apply_events(days_of(), [event], ZONE)
        assert np.isnan(found.counts[3, 20:24]).all()
        assert np.isfinite(found.counts).sum() == 42 * 48 - 4
        assert np.array_equal(np.isfinite(found.counts), np.isfinite(found.learn))


def test_deferred_work_arrives_on_closed_days():
    queue = Queue(id="mail", channel=Channel.DEFERRED)
    event = Event(start=at(3), end=at(4), name="x", kind="closed")
    found, _ = apply_events(days_of(queue=queue), [event], ZONE)
    assert np.isfinite(found.counts).all()


def test_campaigns_are_counted_and_not_learned_from():
    event = Event(start=at(3), end=at(4), name="Sale")
    found, _ = apply_events(days_of(), [event], ZONE)
    assert np.isfinite(found.counts[3]).all()
    assert np.isnan(found.learn[3]).all()


def test_an_event_of_another_queue_changes_nothing():
    event = Event(start=at(3), end=at(4), name="Sale", queue="chat")
    found, effects = apply_events(days_of(), [event], ZONE)
    assert np.isfinite(found.learn).all()
    assert not effects.cells


def test_a_given_lift_multiplies_its_cells_by_the_share_covered():
    event = Event(start=at(30, 9.75), end=at(30, 11), name="Sale", lift=3.0)
    days, effects = apply_events(days_of(), [event], ZONE)
    lifts = effects.lifts(days, 28)
    assert np.allclose(lifts[30, 19:22], [2.0, 3.0, 3.0])
    assert lifts.sum() == 42 * 48 + 5


def test_a_lift_is_learned_from_the_namesake_of_another_year_and_only_from_before():
    days = days_of()
    days.counts[14, 20:30] = 25.0
    before = Event(start=at(14, 10), end=at(14, 15), name="Double 11 2023")
    ahead = Event(start=at(35, 10), end=at(35, 15), name="double 11 2024")
    days, effects = apply_events(days, [before, ahead], ZONE)
    lift = effects.lift(ahead, days, 30)
    assert lift.factor == pytest.approx(2.5, rel=0.08)
    assert lift.examples == 1
    unseen = effects.lift(ahead, days, 10)
    assert (unseen.factor, unseen.examples) == (1.0, 0)
    assert unseen.variation > 2 * lift.variation
    assert np.allclose(effects.lifts(days, 30)[35, 20:30], lift.factor)
    assert np.allclose(effects.variation(days, 30)[35, 20:30], lift.variation)


def test_names_match_without_year_and_case():
    def event(name):
        return Event(start=at(0), end=at(1), name=name)

    assert event_name(event("618 2025")) == event_name(event("618"))
    assert event_name(event("2025年双11")) == "双11"


def test_holidays_with_a_lift_are_told_and_others_named():
    told = Event(start=at(2), end=at(3), name="Fair", kind="holiday", lift=0.5)
    named = Event(start=at(4), end=at(5), name="Inventory", kind="holiday")
    short = Event(start=at(6, 8), end=at(6, 10), name="Morning", kind="holiday")
    own = own_holidays([told, named, short], "phone", ZONE)
    assert own == {FIRST + timedelta(days=2): "", FIRST + timedelta(days=4): "Inventory"}


def test_overlapping_closures_count_once():
    grid = IntervalGrid(datetime(2024, 5, 6, tzinfo=UTC), 30, 4, "UTC")
    start = grid.start

    def closed(low, high):
        return Event(start=start + timedelta(minutes=low), end=start + timedelta(minutes=high), name="x", kind="closed")

    assert np.allclose(overlap([closed(0, 45), closed(15, 50)], grid), [1, 20 / 30, 0, 0])
    share, opened = open_share(Queue(id="phone"), [closed(0, 45)], grid)
    assert np.allclose(share, [0, 0.5, 1, 1])
    assert opened.tolist() == [False, True, True, True]

"""Deferred work: the fluid, its deadlines, and a contact-by-contact check of the placement."""

from datetime import date

import numpy as np
import pytest

from capacity.deferred import DeferredWork, deferred_requirement, deferred_share, in_time, work_done
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow, window_mask

GRID = IntervalGrid.of_days(date(2026, 11, 23), 7, "Asia/Shanghai", 30)
ALWAYS = np.ones(GRID.size, bool)
DAILY = window_mask([WeeklyWindow(frozenset(range(7)), 9 * 60, 18 * 60)], GRID)
WEEKDAYS = window_mask([WeeklyWindow(frozenset(range(5)), 9 * 60, 18 * 60)], GRID)


def mail(
    opening: np.ndarray, contacts: float = 6.0, response_h: float = 24.0, backlog: float = 0.0, aht: float = 600.0
) -> DeferredWork:
    """A day's shape over all hours, ``contacts`` a half hour on average."""
    shape = 1 + 0.8 * np.sin((GRID.minute_of_day / 1440 - 0.35) * 2 * np.pi)
    flat = np.full(GRID.size, aht)
    return DeferredWork(GRID, contacts * shape, flat, flat, opening, response_h, backlog)


def contact_by_contact(work: DeferredWork, seats: np.ndarray, seed: int) -> np.ndarray:
    """Draw arrivals and handle times, work them first in first out; share in time by day of arrival."""
    rng = np.random.default_rng(seed)
    step = work.step_s
    deadline = work.response_h * 3600
    old = np.sort(rng.uniform(-deadline, 0, rng.poisson(work.backlog)))
    new = [i * step + np.sort(rng.uniform(0, step, rng.poisson(v))) for i, v in enumerate(work.volume)]
    when = np.concatenate([old, *new])
    spread = np.sqrt(np.log(1 + 0.95**2))
    effort = work.first_effort_s * np.exp(spread * rng.standard_normal(when.size) - spread**2 / 2)
    capacity = np.append(0.0, np.cumsum(np.where(work.open, seats, 0.0) * step))
    clock, finished = 0.0, np.empty(when.size)
    at = np.interp(np.maximum(when, 0.0), work.edges_s, capacity)
    for k in range(when.size):
        clock = max(clock, at[k]) + effort[k]
        finished[k] = clock
    done = np.where(
        finished <= capacity[-1], np.interp(finished, capacity + np.arange(capacity.size) * 1e-9, work.edges_s), np.inf
    )
    ok = done <= when + deadline
    counts = when + deadline <= work.edges_s[-1]
    day = np.floor(when / 86400)
    return np.array([ok[counts & (day == d)].mean() if np.any(counts & (day == d)) else np.nan for d in range(7)])


def peak_by_windows(work: DeferredWork) -> float:
    """The least peak that meets every deadline of the mean arrivals: the densest window of opening."""
    edges, arrived = work.edges_s, work.arrived_s
    opened = np.append(0.0, np.cumsum(np.where(work.open, work.step_s, 0.0)))
    due = edges[1:] + work.until_s
    best = 0.0
    for last in np.flatnonzero(due <= edges[-1]):
        end = np.interp(due[last], edges, opened)
        for first in range(last + 1):
            width = end - opened[first]
            if width > 0:
                before = arrived[first] if first else 0.0
                best = max(best, (arrived[last + 1] - before) / width)
    return best


@pytest.mark.parametrize(
    ("opening", "response_h"),
    [(ALWAYS, 4.0), (ALWAYS, 12.0), (ALWAYS, 24.0), (DAILY, 24.0), (DAILY, 36.0), (DAILY, 48.0)],
)
@pytest.mark.parametrize("backlog", [0.0, 100.0])
def test_the_placement_keeps_every_promised_day(opening: np.ndarray, response_h: float, backlog: float) -> None:
    work = mail(opening, response_h=response_h, backlog=backlog)
    seats = deferred_requirement(work, 0.95)
    share = deferred_share(work, seats)
    last = int(7 - response_h / 24)
    assert np.all(share[:last] >= 0.95)
    assert np.all(np.isnan(share[np.ceil(7 - response_h / 24).astype(int) :]))
    assert np.all(seats[~opening] == 0)


@pytest.mark.parametrize(("opening", "contacts"), [(ALWAYS, 8.0), (DAILY, 5.0), (DAILY, 0.5)])
def test_random_contacts_are_done_in_time_too(opening: np.ndarray, contacts: float) -> None:
    work = mail(opening, contacts, backlog=10 * contacts)
    seats = deferred_requirement(work, 0.95)
    share = np.mean([contact_by_contact(work, seats, seed)[:6] for seed in range(30)], axis=0)
    assert np.all(share >= 0.93)


@pytest.mark.parametrize("opening", [ALWAYS, DAILY])
def test_without_a_reserve_the_peak_is_the_least_possible(opening: np.ndarray) -> None:
    work = mail(opening, contacts=20.0, backlog=300.0)
    seats = deferred_requirement(work, 0.5, variation=0.0)
    assert seats.max() == pytest.approx(peak_by_windows(work), rel=0.02)


def test_a_longer_deadline_lowers_the_peak_and_the_reserve_stays_small() -> None:
    short, long = (deferred_requirement(mail(DAILY, 20.0, hours, 200.0), 0.95) for hours in (24.0, 36.0))
    assert long.max() <= short.max()
    work = mail(ALWAYS, 20.0, 24.0, 200.0)
    due = (work.volume[: GRID.size - 48].sum() + 200.0) * 600.0
    placed = deferred_requirement(work, 0.95).sum() * work.step_s
    assert due <= placed <= 1.06 * due


def test_an_even_stream_gets_an_even_level() -> None:
    flat = np.full(GRID.size, 10.0)
    work = DeferredWork(GRID, flat, flat * 60, flat * 60, ALWAYS, 24.0, 480.0)
    seats = deferred_requirement(work, 0.95)
    assert seats.max() < 1.08 * 10 * 600 / 1800
    assert seats.std() < 0.03 * seats.mean()


def test_closed_days_carry_no_promise_and_are_worked_off_later() -> None:
    work = mail(WEEKDAYS, backlog=100.0)
    seats = deferred_requirement(work, 0.95)
    assert np.all(deferred_share(work, seats)[:4] >= 0.95)
    assert np.all(seats[GRID.day_of >= 5] == 0)
    assert seats.max() < 2.5 * seats[WEEKDAYS].mean()


def test_one_response_time_of_opening_always_holds_a_whole_contact() -> None:
    work = mail(DAILY, contacts=0.01, response_h=24.0)
    seats = deferred_requirement(work, 0.95)
    day = GRID.day_of == 2
    assert seats[day & DAILY].sum() * work.step_s >= 600.0 * 0.999


def test_no_work_or_no_opening_needs_nobody() -> None:
    assert not deferred_requirement(mail(ALWAYS, contacts=0.0), 0.95).any()
    assert not deferred_requirement(mail(np.zeros(GRID.size, bool)), 0.95).any()


def test_the_fluid_is_first_in_first_out_and_never_ahead_of_arrivals() -> None:
    work = mail(DAILY, backlog=50.0)
    seats = np.where(DAILY, 40.0, 5.0)
    done = work_done(work, seats)
    assert np.all(done <= work.arrived_s + 1e-9)
    assert np.all(np.diff(done)[~DAILY] == 0)
    lazy = work_done(work, seats / 100)
    assert lazy[-1] == pytest.approx(seats[DAILY].sum() / 100 * work.step_s)


def test_in_time_follows_the_arithmetic_of_one_batch() -> None:
    """60 contacts in the first half hour, 10 minutes each, two agents: 6 an interval; due after 3 h 10 min.

    Six intervals pass before the last contact begun in time, so about 36 of the 60 are done.
    """
    volume = np.zeros(GRID.size)
    volume[0] = 60.0
    flat = np.full(GRID.size, 600.0)
    work = DeferredWork(GRID, volume, flat, flat, ALWAYS, 3.0 + 1 / 6, 0.0)
    share = in_time(work, np.full(GRID.size, 2.0))[0]
    assert share == pytest.approx(0.65, abs=0.06)


def test_the_backlog_is_worked_first() -> None:
    work = mail(ALWAYS, contacts=1.0, backlog=1000.0, response_h=24.0)
    level = np.full(GRID.size, 1.0)
    assert deferred_share(work, level)[0] == 0.0
    assert deferred_share(mail(ALWAYS, contacts=1.0), level)[0] == 1.0


def test_nobody_on_duty_finishes_nothing() -> None:
    share = deferred_share(mail(ALWAYS), np.zeros(GRID.size))
    assert np.all(share[:6] == 0) and np.isnan(share[6])


def test_a_deadline_shorter_than_the_handling_is_still_worked() -> None:
    work = mail(ALWAYS, response_h=0.1)
    seats = deferred_requirement(work, 0.95)
    assert np.all(seats[: GRID.size - 1] * work.step_s >= 0.999 * (work.volume * work.effort_s)[: GRID.size - 1])

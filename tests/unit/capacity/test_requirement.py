"""From forecast to requirement: units, planned changes, edges, and what binds."""

from datetime import date

import numpy as np
import pytest

from capacity.deferred import DeferredWork, deferred_share
from capacity.interval import interval_service
from capacity.repeats import steady_factor
from capacity.requirement import Requirement, needs_by_measure, planned_volume, require
from domain.centre import Centre, Shrinkage
from domain.errors import InputError
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow, window_mask
from domain.queues import Channel, Queue, Target
from forecasting.forecast import LEVELS, Forecast

HOURS = (WeeklyWindow(frozenset(range(7)), 8 * 60, 20 * 60),)
GRID = IntervalGrid.of_days(date(2026, 11, 23), 7, "Asia/Shanghai", 30)
TARGET = Target(mean_wait_s=90, service_level=0.8, within_s=20, abandonment=0.05, occupancy=0.9)


def phone(**changes: object) -> Queue:
    given: dict[str, object] = {"id": "phone", "aht_s": 300.0, "patience_s": 600.0, "open": HOURS, "targets": (TARGET,)}
    return Queue(**(given | changes))  # type: ignore[arg-type]


def forecast_of(queues: tuple[Queue, ...], contacts: float = 30.0, aht: float = 360.0) -> Forecast:
    shape = (len(queues), GRID.size)
    opening = np.array([np.ones(GRID.size, bool) if q.deferred else window_mask(q.open, GRID) for q in queues])
    mean = contacts * (1 + 0.5 * np.sin(np.arange(GRID.size) / 7.0)) * opening
    return Forecast(
        GRID, tuple(q.id for q in queues), mean, np.repeat(mean[None], len(LEVELS), 0), np.full(shape, aht), opening
    )


def required(*queues: Queue, forecast: Forecast | None = None, **options: object) -> tuple[Forecast, Requirement]:
    centre = Centre(
        name="c", timezone=GRID.zone, queues=queues, contracts=(), shrinkage=Shrinkage(absence=0.06, in_shift=0.04)
    )
    forecast = forecast or forecast_of(queues)
    given: dict[str, object] = {"today_fcr": {}, "backlog": {}}
    return forecast, require(centre, forecast, **(given | options))  # type: ignore[arg-type]


def test_each_interval_alone_meets_every_target_at_the_agents_named() -> None:
    forecast, got = required(phone())
    open_ = forecast.open
    assert np.all(got.mean_wait_s[open_] <= 90) and np.all(got.service_level[open_] >= 0.8 - 1e-12)
    assert np.all(got.abandonment[open_] <= 0.05) and np.all(got.occupancy[open_] <= 0.9 + 1e-12)
    fewer = interval_service(forecast.mean * 2, 360.0, got.agents * (1 - 1e-6), patience_s=600.0, within_s=20.0)
    bound = (fewer.service_level < 0.8) | (fewer.occupancy > 0.9)
    assert np.all(bound[open_])


def test_without_planned_changes_volume_is_the_forecasts_mean() -> None:
    forecast, got = required(phone(fcr=0.55, repeat_probability=0.7))
    np.testing.assert_array_equal(got.volume, forecast.mean)
    np.testing.assert_array_equal(got.aht_s, 360.0)


def test_closed_intervals_need_nobody_and_have_no_figures() -> None:
    forecast, got = required(phone())
    closed = ~forecast.open
    assert np.all(got.agents[closed] == 0) and np.all(got.scheduled_agents[closed] == 0)
    for values in (got.mean_wait_s, got.service_level, got.abandonment, got.occupancy):
        assert np.all(np.isnan(values[closed]))


def test_scheduled_agents_add_shrinkage() -> None:
    _, got = required(phone())
    np.testing.assert_allclose(got.scheduled_agents, got.agents / (0.94 * 0.96))


def test_rates_follow_the_grid() -> None:
    """30 contacts in half an hour are 60 an hour, 6 Erlang at 360 s."""
    forecast, got = required(phone(targets=()))
    np.testing.assert_allclose(got.agents, forecast.mean * 360 / 1800)


def test_a_queue_without_targets_or_patience_is_staffed_to_its_workload_with_unbounded_wait() -> None:
    forecast, got = required(phone(targets=(Target(fcr=0.7),), patience_s=None))
    np.testing.assert_allclose(got.agents, forecast.mean * 360 / 1800)
    assert np.all(np.isnan(got.mean_wait_s))


def test_targets_of_every_scope_bind() -> None:
    loose = phone(targets=(Target(mean_wait_s=90),))
    strict = phone(targets=(Target(mean_wait_s=90), Target(scope="week", mean_wait_s=20)))
    assert np.all(required(strict)[1].agents >= required(loose)[1].agents)
    assert np.nanmax(required(strict)[1].mean_wait_s) <= 20


def test_the_implied_abandonment_bounds_an_impatient_queue() -> None:
    forecast, got = required(phone(targets=(Target(mean_wait_s=90),), patience_s=60.0))
    assert np.nanmax(got.abandonment) <= 0.05
    assert got.agents[forecast.open].min() > 0


def test_deflection_takes_its_share_and_leaves_longer_contacts() -> None:
    forecast, got = required(phone(deflection=0.24, deflected_aht_factor=1.1))
    np.testing.assert_allclose(got.volume, forecast.mean * 0.76)
    np.testing.assert_allclose(got.aht_s, 396.0)


def test_planned_fcr_moves_volume_towards_the_steady_factor() -> None:
    queue = phone(planned_fcr=0.7, repeat_probability=0.71, repeat_delay_h=2.0)
    forecast, got = required(queue, today_fcr={"phone": 0.55})
    ratio = got.volume.sum(axis=1) / forecast.mean.sum(axis=1)
    steady = steady_factor(0.55, 0.7, 0.71)
    assert steady < ratio[0] < 1
    last = GRID.day_of == 6
    assert got.volume[0, last].sum() / forecast.mean[0, last].sum() == pytest.approx(steady, abs=0.02)


def test_todays_fcr_falls_back_to_the_queue_and_a_rosters_fcr_replaces_the_planned() -> None:
    queue = phone(fcr=0.55, planned_fcr=0.9, repeat_probability=0.71)
    _, by_key = required(queue)
    _, by_name = required(queue, today_fcr={"phone": 0.55})
    np.testing.assert_array_equal(by_key.volume, by_name.volume)
    forecast, unchanged = required(queue, planned_fcr={"phone": 0.55})
    np.testing.assert_allclose(unchanged.volume, forecast.mean)
    forecast, unknown = required(phone(planned_fcr=0.9, repeat_probability=0.71), today_fcr={"phone": None})
    np.testing.assert_array_equal(unknown.volume, forecast.mean)


def test_missing_handle_times_come_from_the_queue_and_none_at_all_is_bad_input() -> None:
    queues = (phone(),)
    forecast = forecast_of(queues, aht=np.nan)
    _, got = required(*queues, forecast=forecast)
    np.testing.assert_array_equal(got.aht_s, 300.0)
    nameless = phone(aht_s=None)
    with pytest.raises(InputError, match="queue phone"):
        required(nameless, forecast=forecast_of((nameless,), aht=np.nan))


def test_a_deferred_queue_is_placed_over_its_opening_and_has_no_waits() -> None:
    mail = Queue(
        id="mail", channel=Channel.DEFERRED, aht_s=600.0, open=HOURS, targets=(Target(response_h=24, share=0.95),)
    )
    forecast, got = required(mail, backlog={"mail": 200.0})
    hours = window_mask(HOURS, GRID)
    assert np.all(got.agents[0, ~hours] == 0) and np.all(np.isnan(got.mean_wait_s))
    work = DeferredWork.of_queue(mail, GRID, got.volume[0], got.aht_s[0], hours, 24.0, 200.0)
    assert np.all(deferred_share(work, got.agents[0])[:6] >= 0.95)
    assert np.all(forecast.mean[0, ~hours] > 0)


def test_a_deferred_queue_without_a_deadline_is_level() -> None:
    mail = Queue(id="mail", channel=Channel.DEFERRED, aht_s=600.0, open=HOURS)
    _, got = required(mail)
    hours = window_mask(HOURS, GRID)
    assert np.ptp(got.agents[0, hours]) == pytest.approx(0.0)
    assert got.agents.sum() * 1800 == pytest.approx(got.volume.sum() * 360.0)


def test_queues_are_independent_of_each_other_and_of_their_order() -> None:
    chat = Queue(id="chat", channel=Channel.CHAT, concurrency=3, slowdown=(0.6, 0.8, 1.0), patience_s=900.0,
                 open=HOURS, targets=(TARGET,))  # fmt: skip
    _, both = required(phone(), chat)
    _, swapped = required(chat, phone())
    np.testing.assert_array_equal(both.agents, swapped.agents[::-1])
    assert both.agents[1].sum() < 0.5 * both.agents[0].sum()


def test_the_need_of_the_binding_measure_is_the_requirement() -> None:
    forecast, got = required(phone())
    needs = needs_by_measure(phone(), forecast.mean[0], forecast.aht_s[0], 30)
    assert list(needs) == ["mean_wait_s", "service_level", "abandonment", "occupancy"]
    np.testing.assert_allclose(np.max(list(needs.values()), axis=0), got.agents[0], rtol=2e-8)
    only = needs_by_measure(phone(targets=(Target(mean_wait_s=90),)), forecast.mean[0], forecast.aht_s[0], 30)
    assert list(only) == ["mean_wait_s"]


def test_planned_volume_leaves_the_forecast_as_it_was() -> None:
    queues = (phone(deflection=0.5),)
    forecast = forecast_of(queues)
    before = forecast.mean.copy()
    planned_volume(Centre(name="c", timezone=GRID.zone, queues=queues, contracts=()), forecast, today_fcr={})
    np.testing.assert_array_equal(forecast.mean, before)

"""Interval service as tables: shapes, edges, and what stands where nothing is offered."""

import math

import numpy as np
import pytest

from capacity.interval import interval_service


def test_the_batch_is_the_scalar_repeated() -> None:
    rng = np.random.default_rng(3)
    rate, aht = rng.uniform(0.1, 500, (20, 1)), rng.uniform(30, 900, (20, 1))
    seats = rng.uniform(0, 60, 15)
    for concurrency, slowdown, patience in [(1, (1.0,), 300.0), (1, (1.0,), None), (3, (0.6, 0.8, 1.0), 900.0)]:
        options = {
            "patience_s": patience,
            "within_s": 20.0,
            "concurrency": concurrency,
            "slowdown": slowdown,
        }
        table = interval_service(rate, aht, seats, **options)
        assert table.mean_wait_s.shape == (20, 15)
        for i in range(0, 20, 7):
            for j in range(0, 15, 4):
                one = interval_service(rate[i, 0], aht[i, 0], seats[j], **options)
                for name in ("mean_wait_s", "service_level", "abandonment", "occupancy"):
                    assert getattr(table, name)[i, j] == float(getattr(one, name))


def test_nothing_offered_is_nan() -> None:
    got = interval_service([0.0, math.nan, 5.0], [300.0, 300.0, math.nan], 2.0, patience_s=60.0)
    for values in (got.mean_wait_s, got.service_level, got.abandonment, got.occupancy):
        assert np.isnan(values).all()


def test_without_agents_customers_wait_out_their_patience() -> None:
    got = interval_service(10.0, 300.0, 0.0, patience_s=60.0, within_s=20.0)
    assert (float(got.mean_wait_s), float(got.abandonment), float(got.service_level)) == (60.0, 1.0, 0.0)
    almost = interval_service(10.0, 300.0, 1e-9, patience_s=60.0, within_s=20.0)
    assert float(almost.mean_wait_s) == pytest.approx(60.0, rel=1e-6)
    assert float(almost.service_level) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("seats", [0.0, 5.0, 10.0])
def test_without_patience_the_wait_is_unbounded_up_to_the_load(seats: float) -> None:
    got = interval_service(100.0, 360.0, seats, within_s=20.0)
    assert math.isinf(float(got.mean_wait_s))
    assert (float(got.service_level), float(got.occupancy)) == (0.0, 1.0)


def test_infinite_patience_is_none() -> None:
    a = interval_service(100.0, 360.0, 11.5, patience_s=math.inf, within_s=20.0)
    b = interval_service(100.0, 360.0, 11.5, patience_s=None, within_s=20.0)
    assert float(a.mean_wait_s) == float(b.mean_wait_s)


def test_service_level_at_zero_seconds_is_the_share_that_does_not_wait() -> None:
    for patience in (None, 200.0):
        got = interval_service(100.0, 360.0, 11.5, patience_s=patience, within_s=0.0)
        assert float(got.service_level) == pytest.approx(1 - float(got.wait_probability), rel=1e-12)


def test_service_level_ends_at_the_share_answered() -> None:
    got = interval_service(100.0, 360.0, 9.5, patience_s=200.0, within_s=1e5)
    assert float(got.service_level) == pytest.approx(1 - float(got.abandonment), rel=1e-10)


def test_extreme_sizes_stay_finite_and_in_range() -> None:
    rate = np.array([1e-9, 1e-3, 1e7])[:, None]
    seats = np.array([1e-6, 1.0, 1e3, 1e6])
    got = interval_service(rate, 300.0, seats, patience_s=600.0, within_s=20.0)
    for values in (got.service_level, got.abandonment, got.occupancy):
        assert np.all((values >= 0) & (values <= 1))
    assert np.all((got.mean_wait_s >= 0) & (got.mean_wait_s <= 600.0 * (1 + 1e-12)))


def test_service_is_continuous_across_whole_numbers_of_agents() -> None:
    for whole in (1.0, 2.0, 9.0, 40.0):
        below, above = (
            interval_service(100.0, 360.0, whole + d, patience_s=600.0, within_s=20.0) for d in (-1e-9, 1e-9)
        )
        assert float(below.mean_wait_s) == pytest.approx(float(above.mean_wait_s), rel=1e-7)
        assert float(below.service_level) == pytest.approx(float(above.service_level), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("patience", [0.0, -1.0, math.nan])
def test_patience_that_is_no_time_is_refused(patience: float) -> None:
    with pytest.raises(ValueError, match="patience"):
        interval_service(10.0, 300.0, 1.0, patience_s=patience)


def test_infinite_numbers_have_no_figures() -> None:
    got = interval_service([math.inf, 10.0, 10.0], [300.0, math.inf, 300.0], [1.0, 1.0, math.inf], patience_s=60.0)
    assert np.isnan(got.mean_wait_s).all()


def test_patience_beyond_any_life_is_endless() -> None:
    long, endless = (interval_service(10.0, 200.0, 1.0, patience_s=patience) for patience in (1e300, None))
    assert float(long.mean_wait_s) == float(endless.mean_wait_s)

from datetime import date

import numpy as np
import pytest

from capacity.handle_factors import (
    factor_estimates,
    handle_factors,
    handle_times,
    level_average,
    scale_to_mean_one,
)
from capacity.record import performance_record

AFTER = date(2027, 1, 1)


def rmse(a, b):
    return float(np.sqrt(np.mean((a - b) ** 2)))


def test_shrunk_factors_beat_raw_ratios_and_level_means(drawn):
    for folder, truth in drawn:
        record = performance_record(folder, AFTER)
        measured = handle_times(record)
        count = measured.count
        true = truth.aht_s / ((truth.aht_s * count).sum(axis=0) / count.sum(axis=0))
        mean = np.nansum(measured.mean * count, axis=0) / count.sum(axis=0)
        raw = np.where(count > 0, measured.mean / mean, 1.0)
        by_level = level_average(raw, count, record)[record.level]
        shrunk = handle_factors(record, (0.4, 2.0))
        assert rmse(shrunk, true) < 0.7 * min(rmse(raw, true), rmse(by_level, true))


@pytest.mark.parametrize("by_level", [False, True])
@pytest.mark.parametrize("limits", [(0.7, 1.3), (0.2, 3.0), (0.95, 1.6)])
def test_contact_weighted_mean_of_factors_is_one(drawn, limits, by_level):
    folder, _ = drawn[0]
    record = performance_record(folder, AFTER)
    factor = handle_factors(record, limits, by_level=by_level)
    count = handle_times(record).count
    np.testing.assert_allclose((factor * count).sum(axis=0) / count.sum(axis=0), 1.0, atol=1e-9)
    assert factor.min() >= limits[0]
    assert factor.max() <= limits[1]


def test_everyone_of_a_level_counts_alike_when_scores_stay_out_of_staffing(drawn):
    folder, truth = drawn[0]
    factor = handle_factors(performance_record(folder, AFTER), (0.7, 1.3), by_level=True)
    for level in range(4):
        assert np.ptp(factor[truth.level == level], axis=0).max() == 0


def test_without_any_record_everyone_is_average(make_folder):
    record = performance_record(make_folder(None, 3, 2), AFTER)
    np.testing.assert_array_equal(handle_factors(record, (0.7, 1.3)), np.ones((3, 2)))


def test_a_level_without_a_record_counts_as_one(make_folder, make_performance):
    n = np.full(40, 30.0)
    agent = np.repeat([0, 1], 20)
    record = make_performance(
        3, 1, date=np.tile(np.arange(20), 2), agent=agent, queue=np.zeros(40), handled=n,
        handle_time_s=n * np.where(agent == 0, 200, 300),
    )  # fmt: skip
    folder = make_folder(record, 3, 1, levels=["novice", "novice", "senior"])
    factor = handle_factors(performance_record(folder, AFTER), (0.7, 1.3), by_level=True)
    np.testing.assert_allclose(factor[:, 0], 1.0)


def test_much_data_is_hardly_shrunk(make_folder, make_performance):
    """200 s and 300 s over the same number of contacts are factors .8 and 1.2."""
    rng = np.random.default_rng(0)
    agent = np.repeat([0, 1], 90)
    n = np.full(180, 60.0)
    seconds = rng.gamma(n / 0.9, np.where(agent == 0, 200, 300) * 0.9)
    record = make_performance(
        2, 1, date=np.tile(np.arange(90), 2), agent=agent, queue=np.zeros(180), handled=n, handle_time_s=seconds
    )
    factor = handle_factors(performance_record(make_folder(record, 2, 1), AFTER), (0.7, 1.3))
    np.testing.assert_allclose(factor[:, 0], [0.8, 1.2], atol=0.02)


def test_scaling_meets_mean_one_only_as_far_as_limits_allow():
    factor = np.array([[5.0], [5.0]])
    one = np.ones((2, 1))
    assert np.clip(factor * scale_to_mean_one(factor, one, (0.7, 1.3)), 0.7, 1.3) == pytest.approx(one)
    only = np.clip(scale_to_mean_one(one, one, (1.1, 1.3)) * one, 1.1, 1.3)
    assert only == pytest.approx(np.full((2, 1), 1.1))


def test_rows_from_the_day_itself_on_do_not_count(drawn):
    folder, _ = drawn[0]
    first = date(2026, 5, 1)
    assert handle_times(performance_record(folder, first)).count.sum() == 0
    one_day = handle_times(performance_record(folder, date(2026, 5, 2))).count.sum()
    rows = folder.performance
    assert one_day == rows.handled[rows.date == np.datetime64("2026-05-01")].sum()


def true_factors(folder, truth):
    record = performance_record(folder, AFTER)
    count = handle_times(record).count
    return record, truth.aht_s / ((truth.aht_s * count).sum(axis=0) / count.sum(axis=0))


def test_intervals_cover_the_truth_as_often_as_they_say(drawn):
    covered = []
    for folder, truth in drawn:
        record, true = true_factors(folder, truth)
        found = factor_estimates(record, (0.4, 2.0))
        true = np.clip(true, 0.4, 2.0)
        covered.append((found.low <= true) & (true <= found.high))
    assert 0.92 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize("by_level", [False, True])
def test_intervals_hold_the_factor_and_keep_its_limits(drawn, by_level):
    record = performance_record(drawn[0][0], AFTER)
    found = factor_estimates(record, (0.8, 1.2), by_level=by_level)
    assert (found.low <= found.factor).all()
    assert (found.factor <= found.high).all()
    assert found.low.min() >= 0.8
    assert found.high.max() <= 1.2


def test_the_more_contacts_the_narrower_the_interval(drawn):
    folder, _ = drawn[0]
    record = performance_record(folder, AFTER)
    found = factor_estimates(record, (0.2, 4.0))
    count, width = handle_times(record).count, np.log(found.high / found.low)
    assert np.median(width[count < 20]) > 1.3 * np.median(width[count > 200])


def test_without_any_record_the_interval_is_as_wide_as_people_usually_differ(make_folder):
    found = factor_estimates(performance_record(make_folder(None, 3, 2), AFTER), (0.2, 3.0))
    assert (found.low < 0.75).all()
    assert (found.high > 1.3).all()

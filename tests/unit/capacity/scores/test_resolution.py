from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import betabinom

from capacity.handle_factors import level_average
from capacity.record import performance_record
from capacity.resolution import by_level, outcomes, resolution, today_fcr

AFTER = date(2027, 1, 1)


def rmse(a, b):
    return float(np.sqrt(np.mean((a - b) ** 2)))


def unknown(record):
    return np.full(record.shape[1], np.nan)


def test_shrunk_fcr_beats_raw_shares_and_level_means(drawn):
    for folder, truth in drawn:
        record = performance_record(folder, AFTER)
        measured = outcomes(record)
        overall = np.nansum(measured.mean * measured.count) / measured.count.sum()
        raw = np.where(measured.count > 0, measured.mean, overall)
        level = level_average(measured.mean, measured.count, record)[record.level]
        found = resolution(record, unknown(record))
        assert rmse(found.fcr, truth.fcr) < 0.85 * min(rmse(raw, truth.fcr), rmse(level, truth.fcr))


def test_intervals_cover_the_truth_as_often_as_they_say(drawn):
    covered = []
    for folder, truth in drawn:
        record = performance_record(folder, AFTER)
        found = resolution(record, unknown(record))
        covered.append((found.low <= truth.fcr) & (truth.fcr <= found.high))
    assert 0.90 <= np.mean(covered) <= 0.98


def test_someone_without_outcomes_is_their_level_with_a_wide_interval(drawn):
    folder, truth = drawn[0]
    rows = folder.performance
    new = int(np.flatnonzero(truth.level == 1)[0])
    folder = replace(folder, performance=rows.select(rows.agent != new))
    record = performance_record(folder, AFTER)
    found = resolution(record, unknown(record))
    peers = np.flatnonzero(truth.level == 1)[1:]
    np.testing.assert_allclose(found.fcr[new], found.fcr[peers].mean(axis=0), atol=0.06)
    width = found.high - found.low
    assert width[new].min() > 2 * np.median(width[peers])


def test_queue_s_key_stands_in_where_no_outcome_is_logged(make_folder):
    folder = make_folder(None, 3, 2, fcr=0.62)
    record = performance_record(folder, AFTER)
    found = resolution(record, np.array([0.62, np.nan]))
    np.testing.assert_allclose(found.fcr[:, 0], 0.62)
    assert (found.low[:, 0] < 0.5).all()
    assert (found.high[:, 0] > 0.72).all()
    assert np.isnan(found.fcr[:, 1]).all()
    assert np.isnan(found.low[:, 1]).all()


def test_a_queue_without_outcomes_is_unknown_or_its_key_even_where_others_are_known(make_folder, make_performance):
    rng = np.random.default_rng(1)
    agent = np.tile(np.arange(10), 30)
    n = np.full(300, 20.0)
    chance = np.where(agent < 5, 0.4, 0.8)
    record = make_performance(
        10, 2, date=np.repeat(np.arange(30), 10), agent=agent, queue=np.zeros(300), handled=n,
        handle_time_s=300 * n, resolved=rng.binomial(20, chance).astype(float),
    )  # fmt: skip
    folder = make_folder(record, 10, 2)
    table = performance_record(folder, AFTER)
    assert np.isnan(resolution(table, unknown(table)).fcr[:, 1]).all()
    stated = resolution(table, np.array([np.nan, 0.6])).fcr[:, 1]
    assert stated.mean() == pytest.approx(0.6, abs=0.02)
    assert stated[:5].mean() < 0.55 < 0.65 < stated[5:].mean()


def test_one_queue_and_level_gives_the_beta_binomial_posterior_mean(make_folder, make_performance):
    """Shrinkage by n / (n + strength) with the strength that beta-binomial likelihood finds."""
    rng = np.random.default_rng(7)
    agents = 300
    chance = rng.beta(12, 8, agents)
    n = rng.integers(5, 60, agents)
    resolved = rng.binomial(n, chance)
    record = make_performance(
        agents, 1, date=np.zeros(agents), agent=np.arange(agents), queue=np.zeros(agents), handled=n,
        handle_time_s=300 * n, resolved=resolved.astype(float),
    )  # fmt: skip
    table = performance_record(make_folder(record, agents, 1), AFTER)
    found = resolution(table, unknown(table)).fcr[:, 0]
    mean = resolved.sum() / n.sum()
    strengths = np.geomspace(5, 80, 60)
    merit = [betabinom.logpmf(resolved, n, s * mean, s * (1 - mean)).sum() for s in strengths]
    best = strengths[int(np.argmax(merit))]
    posterior = (best * mean + resolved) / (best + n)
    assert rmse(found, posterior) < 0.02
    assert rmse(found, chance) < 1.03 * rmse(posterior, chance)


def test_level_average_is_alike_within_a_level_and_keeps_the_queue_s_mean(drawn):
    folder, truth = drawn[0]
    record = performance_record(folder, AFTER)
    found = resolution(record, unknown(record))
    level = by_level(found, record)
    count = outcomes(record).count
    np.testing.assert_allclose((level.fcr * count).sum(axis=0), (found.fcr * count).sum(axis=0), rtol=1e-12)
    for k in range(4):
        assert np.ptp(level.fcr[truth.level == k], axis=0).max() < 1e-12


def test_today_s_fcr_counts_only_contacts_whose_outcome_is_given(make_folder, make_performance):
    record = make_performance(
        1, 3, date=np.array([0, 1, 1, 40]), agent=np.zeros(4), queue=np.array([0, 0, 1, 0]),
        handled=np.array([10, 90, 50, 10]), handle_time_s=np.full(4, 900.0),
        resolved=np.array([6.0, np.nan, np.nan, 0.0]),
    )  # fmt: skip
    folder = make_folder(record, 1, 3, fcr=0.55)
    assert today_fcr(folder, date(2026, 5, 20)) == {"q0": 0.6, "q1": 0.55, "q2": 0.55}
    assert today_fcr(make_folder(record, 1, 3), date(2026, 5, 20))["q1"] is None
    assert today_fcr(folder, AFTER)["q0"] == pytest.approx(0.3)

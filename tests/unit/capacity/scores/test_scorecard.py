from datetime import date

import numpy as np
import pytest

from capacity.record import performance_record
from capacity.resolution import resolution
from capacity.scorecard import Kpi, appraise, grade, score_variance, scorecard_kpis
from domain.centre import Scorecard

AFTER = date(2027, 1, 1)


def kpi(name, value):
    value = np.array([[value]])
    return Kpi(name, np.ones_like(value), value, 4 * np.ones_like(value), value, np.where(np.isnan(value), np.nan, 2.0))


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (100, "excellent"), (90, "excellent"), (89.9999, "good"), (80, "good"), (70, "qualified"),
        (69.9999, "to_improve"), (0, "to_improve"), (float("nan"), ""),
    ],
)  # fmt: skip
def test_grade_is_the_highest_band_reached(score, expected):
    assert grade(score, Scorecard()) == expected


def test_below_qualified_is_to_improve_even_with_a_lower_band():
    card = Scorecard(grades={"good": 80, "qualified": 70, "weak": 50})
    assert grade(60, card) == "to_improve"
    assert grade(60, Scorecard(grades={"good": 80, "fair": 50})) == "fair"


def test_score_is_the_weighted_mean():
    kpis = [kpi("quality", 90.0), kpi("csat", 80.0), kpi("resolution", 70.0), kpi("teamwork", 60.0)]
    assert appraise(kpis, Scorecard(), (1, 1))[0, 0] == pytest.approx(36 + 24 + 14 + 6)


def test_a_missing_kpi_drops_out_and_weights_are_rescaled():
    kpis = [kpi("quality", 90.0), kpi("csat", np.nan), kpi("resolution", 60.0)]
    assert appraise(kpis, Scorecard(), (1, 1))[0, 0] == pytest.approx((0.4 * 90 + 0.2 * 60) / 0.6)
    assert np.isnan(appraise([], Scorecard(), (1, 1))[0, 0])


def test_a_score_s_variance_weighs_only_what_is_known():
    kpis = [kpi("quality", 90.0), kpi("csat", np.nan), kpi("resolution", 60.0)]
    expected = 2 * ((0.4 / 0.6) ** 2 + (0.2 / 0.6) ** 2)
    assert score_variance(kpis, Scorecard(), (1, 1))[0, 0] == pytest.approx(expected)
    assert np.isnan(score_variance([], Scorecard(), (1, 1))[0, 0])


def test_weights_need_not_sum_to_one_and_may_be_a_subset():
    card = Scorecard(weights={"quality": 2, "csat": 2})
    kpis = [kpi("quality", 90.0), kpi("csat", 70.0), kpi("teamwork", 0.0)]
    assert appraise(kpis, card, (1, 1))[0, 0] == pytest.approx(80)


def test_ratings_are_means_of_0_to_100_shrunk_by_their_number(make_folder, make_performance):
    rng = np.random.default_rng(0)
    agents, days = 30, 60
    agent = np.tile(np.arange(agents), days)
    true = rng.normal(80, 5, agents)
    ratings = np.where(agent == 0, 0.0, 2.0)
    ratings[0] = 1.0  # agent 0 has a single, terrible rating
    total = ratings * np.clip(rng.normal(true[agent], 10), 0, 100)
    total[0] = 5.0
    n = np.full(len(agent), 10.0)
    record = make_performance(
        agents, 1, date=np.repeat(np.arange(days), agents), agent=agent, queue=np.zeros(len(agent)), handled=n,
        handle_time_s=300 * n, quality_sum=total, quality_count=ratings,
    )  # fmt: skip
    table = performance_record(make_folder(record, agents, 1), AFTER)
    (quality,) = scorecard_kpis(table, resolution(table, np.array([np.nan])))
    assert quality.name == "quality"
    assert quality.raw[0, 0] == 5.0
    assert quality.value[0, 0] > 55
    np.testing.assert_allclose(quality.value[1:, 0], true[1:], atol=4)


def test_teamwork_is_one_figure_for_all_of_a_person_s_queues(make_folder, make_performance):
    n = np.full(4, 10.0)
    record = make_performance(
        2, 2, date=np.array([0, 0, 1, 1]), agent=np.array([0, 0, 1, 1]), queue=np.array([0, 1, 0, 1]),
        handled=n, handle_time_s=300 * n, teamwork=np.array([90.0, 70.0, 60.0, 60.0]),
    )  # fmt: skip
    table = performance_record(make_folder(record, 2, 2), AFTER)
    (teamwork,) = scorecard_kpis(table, resolution(table, np.full(2, np.nan)))
    np.testing.assert_array_equal(teamwork.raw, [[80, 80], [60, 60]])
    assert np.ptp(teamwork.value, axis=1).max() == 0

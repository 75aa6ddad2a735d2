from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from capacity.score_periods import FEWEST_PEERS, period_scores, spans

AFTER = date(2027, 1, 1)
FIRST, SECOND = date(2026, 5, 1), date(2026, 6, 1)


def drifting(make_folder, make_performance, seed, agents=60, queues=3, moved=4.0, jump=None):
    """May and June: quality of each person moves by a normal of sd ``moved``; the score is 100 % quality."""
    rng = np.random.default_rng(seed)
    days = 61
    before = 80 + rng.normal(0, 4, (agents, 1)) + rng.normal(0, 2, (agents, queues))
    drift = rng.normal(-1, moved, (agents, 1)) + rng.normal(0, 0.5 * moved, (agents, queues))
    if jump is not None:
        drift[0] = jump
    day, agent, queue = (index.ravel() for index in np.indices((days, agents, queues)))
    rated = rng.poisson(rng.choice([0.1, 0.6, 2.0], (agents, 1))[agent, 0]).astype(float)
    true = before[agent, queue] + drift[agent, queue] * (day >= 31)
    total = true * rated + rng.normal(0, 10, len(day)) * np.sqrt(rated)
    n = np.full(len(day), 8.0)
    record = make_performance(
        agents, queues, date=day, agent=agent, queue=queue, handled=n, handle_time_s=300 * n,
        quality_sum=np.clip(total, 0, 100 * rated), quality_count=rated,
    )  # fmt: skip
    levels = ["junior" if k % 2 else "senior" for k in range(agents)]
    return make_folder(record, agents, queues, levels=levels), drift


def changes(rows):
    second = [row for row in rows if row.start == SECOND and np.isfinite(row.change)]
    cell = tuple(np.array([(int(row.agent_id[1:]), int(row.queue[1:])) for row in second]).T)
    return cell, np.array([(row.change, row.change_low, row.change_high) for row in second]).T


@pytest.mark.parametrize("moved", [0.0, 2.0, 6.0])
def test_change_intervals_cover_planted_changes(make_folder, make_performance, moved):
    covered = []
    for seed in range(6):
        folder, drift = drifting(make_folder, make_performance, seed, moved=moved)
        cell, (_, low, high) = changes(period_scores(folder, before=AFTER, period="month"))
        covered.append((low <= drift[cell]) & (drift[cell] <= high))
    assert 0.92 <= np.concatenate(covered).mean() <= (1.0 if moved < 1 else 0.985)


def test_where_people_are_steady_changes_are_nearer_the_truth_than_differences_of_scores(make_folder, make_performance):
    folder, drift = drifting(make_folder, make_performance, 3, moved=1.0)
    rows = period_scores(folder, before=AFTER, period="month")
    cell, (change, _, _) = changes(rows)
    score = {(row.start, row.agent_id, row.queue): row.score for row in rows}
    second = [row for row in rows if row.start == SECOND and np.isfinite(row.change)]
    apart = np.array([row.score - score[FIRST, row.agent_id, row.queue] for row in second])
    assert np.sqrt(np.mean((change - drift[cell]) ** 2)) < 0.8 * np.sqrt(np.mean((apart - drift[cell]) ** 2))


def test_who_really_moved_is_told_apart_from_zero(make_folder, make_performance):
    folder, _ = drifting(make_folder, make_performance, 0, moved=4.0, jump=-25.0)
    mine = [r for r in period_scores(folder, before=AFTER, period="month") if r.agent_id == "a0" and r.start == SECOND]
    assert min(row.change_high for row in mine) < 0


def test_the_first_period_has_no_change_and_cells_without_a_score_no_peers(drawn):
    folder, _ = drawn[0]
    rows = [row for row in period_scores(folder, before=AFTER, period="month") if row.start == FIRST]
    assert rows
    assert all(np.isnan(row.change) for row in rows)


def test_months_and_quarters_are_the_calendar_s_cut_to_the_record(drawn):
    folder, _ = drawn[0]  # 60 days from 1 May
    assert spans(folder, AFTER, "month") == [(FIRST, SECOND), (SECOND, date(2026, 6, 30))]
    assert spans(folder, AFTER, "quarter") == [(FIRST, date(2026, 6, 30))]
    assert spans(folder, AFTER, "all") == [(FIRST, date(2026, 6, 30))]
    assert spans(folder, date(2026, 5, 11), "month") == [(FIRST, date(2026, 5, 11))]
    assert spans(folder, FIRST, "month") == []
    rows = folder.performance
    gap = replace(folder, performance=replace(rows, date=rows.date + (rows.date >= np.datetime64(SECOND)) * 40))
    assert [start for start, _ in spans(gap, AFTER, "month")] == [FIRST, date(2026, 7, 1), date(2026, 8, 1)]


def test_handled_contacts_of_the_periods_add_up(drawn):
    folder, _ = drawn[0]
    rows = folder.performance
    for period in ("all", "month", "quarter"):
        found = period_scores(folder, before=AFTER, period=period)
        assert sum(row.handled for row in found) == rows.handled.sum()
        assert all(row.aht_factor_low <= row.aht_factor <= row.aht_factor_high for row in found)


def test_peers_are_those_of_the_level_and_the_best_of_them_is_above_all(drawn):
    folder, truth = drawn[0]
    rows = [row for row in period_scores(folder, before=AFTER, period="all") if row.queue == "q0"]
    for row in rows:
        alike = [r for r in rows if truth.level[int(r.agent_id[1:])] == truth.level[int(row.agent_id[1:])]]
        if len(alike) > FEWEST_PEERS:
            assert (row.peers_of, row.peers) == ("level", len(alike) - 1)
            below = sum(r.score < row.score for r in alike) + 0.5 * (sum(r.score == row.score for r in alike) - 1)
            assert row.peers_quantile == pytest.approx(below / row.peers, abs=1e-4)
    assert max(row.peers_quantile for row in rows if row.peers_of == "level") == 1.0


def test_too_few_of_a_level_are_compared_with_the_queue_and_too_few_there_with_nobody(make_folder, make_performance):
    folder, _ = drifting(make_folder, make_performance, 2)
    lonely = tuple(a.model_copy(update={"level": "lead"}) if a.id == "a0" else a for a in folder.agents)
    rows = period_scores(replace(folder, agents=lonely), before=AFTER, period="all")
    assert {row.peers_of for row in rows if row.agent_id == "a0"} == {"queue"}
    few = replace(folder, agents=folder.agents[:3])
    rows = period_scores(few, before=AFTER, period="all")
    assert all(np.isnan(row.peers_quantile) and row.peers == 2 for row in rows)


def test_teamwork_counts_once_and_not_once_a_queue(make_folder, make_performance):
    """The same days of teamwork on one queue or on six tell of the same change."""
    widths = []
    for queues in (1, 6):
        rng = np.random.default_rng(0)
        day, agent = (index.ravel() for index in np.indices((61, 20)))
        team = np.clip(80 + rng.normal(0, 8, len(day)), 0, 100)
        n = np.full(len(day), 5.0)
        record = make_performance(
            20, queues, date=day, agent=agent, queue=np.zeros(len(day)), handled=n, handle_time_s=300 * n, teamwork=team
        )
        rows = period_scores(make_folder(record, 20, queues), before=AFTER, period="month")
        widths.append([row.change_high - row.change_low for row in rows if row.start == SECOND])
    np.testing.assert_allclose(widths[0], widths[1], rtol=0.02)


def test_without_performance_there_are_no_periods(make_folder):
    assert period_scores(make_folder(None, 2, 2), before=AFTER, period="month") == ()


def test_before_the_last_day_of_all_is_the_whole_record(drawn):
    folder, _ = drawn[0]
    assert spans(folder, date.max, "all")[0][1] == FIRST + timedelta(days=60)

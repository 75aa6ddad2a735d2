"""Whatever was recorded, scores stay inside their bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.handle_factors import scale_to_mean_one
from capacity.newcomers import ramped
from capacity.ramp import learned_ramp
from capacity.routing import make_routes
from capacity.score_periods import period_scores
from capacity.scores import score_agents
from capacity.skill_table import score_table
from capacity.weight_advice import suggest_weights
from domain.centre import Centre, Scorecard
from domain.contracts import Contract, StartWindow
from domain.folder import PlanningFolder
from domain.history import History, Performance
from domain.people import Agent, Skill
from domain.queues import Queue

COUNT = st.integers(0, 500)
ROW = st.tuples(
    st.integers(0, 9),
    st.integers(0, 3),
    st.integers(0, 2),
    COUNT,
    st.floats(0, 5000),
    st.floats(0, 1.2) | st.none(),
    st.floats(0, 100) | st.none(),
)


def folder_of(rows, fcr, in_staffing):
    table = np.array([[np.nan if x is None else x for x in row] for row in rows], dtype=float).reshape(-1, 7)
    handled = table[:, 3]
    unknown = np.full(len(table), np.nan)
    record = Performance(
        agents=("p0", "p1", "p2", "gone"),
        queues=("q0", "q1", "elsewhere"),
        date=np.datetime64("2026-01-01") + table[:, 0].astype(int),
        agent=table[:, 1].astype(np.int64),
        queue=table[:, 2].astype(np.int64),
        handled=handled,
        handle_time_s=handled * table[:, 4],
        resolved=np.floor(handled * table[:, 5]),
        csat_sum=handled * table[:, 6],
        csat_count=handled,
        quality_sum=unknown,
        quality_count=unknown,
        first_response_s=unknown,
        complaints=unknown,
        violations=unknown,
        teamwork=table[:, 6],
    )
    queues = ("q0", "q1")
    empty = np.empty(0)
    return PlanningFolder(
        centre=Centre(
            name="any",
            timezone="UTC",
            queues=tuple(Queue(id=q, fcr=fcr) for q in queues),
            contracts=(Contract(id="c", start=StartWindow(from_minute=0, to_minute=0)),),
            scorecard=Scorecard(use_in_staffing=in_staffing),
        ),
        history=History(queues, np.empty(0, "datetime64[s]"), np.empty(0, np.int64), *[empty] * 7),
        agents=tuple(Agent(id=f"p{k}", contract="c", hourly_cost=1, level="xy"[k % 2]) for k in range(3)),
        skills=tuple(Skill(agent_id=f"p{k}", queue=q) for k in range(3) for q in queues),
        performance=record,
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=25), st.floats(0, 1) | st.none(), st.booleans())
def test_every_figure_is_inside_its_bounds(rows, fcr, in_staffing):
    folder = folder_of(rows, fcr, in_staffing)
    scores = score_agents(folder, before=date(2026, 1, 8))
    assert len(scores) == 6
    for score in scores:
        assert 0.7 <= score.aht_factor_low <= score.aht_factor <= score.aht_factor_high <= 1.3
        assert np.isnan(score.quality_time_s) or score.quality_time_s >= 0
        assert np.isnan(score.fcr) or 0 < score.fcr < 1
        assert np.isnan(score.fcr) or 0 <= score.fcr_low <= score.fcr <= score.fcr_high <= 1
        assert np.isnan(score.score) or 0 <= score.score <= 100
        assert (score.grade == "") == bool(np.isnan(score.score))
    for row in period_scores(folder, before=date(2026, 1, 8), period="month"):
        assert row.start < row.end <= date(2026, 1, 8)
        assert 0.7 <= row.aht_factor_low <= row.aht_factor <= row.aht_factor_high <= 1.3
        assert np.isnan(row.score) or 0 <= row.score_low <= row.score <= row.score_high <= 100
        assert np.isnan(row.peers_quantile) or 0 <= row.peers_quantile <= 1
    routes = make_routes(folder, scores)
    assert {route.queue for route in routes if route.level == 1} == {"q0", "q1"}
    assert all(route.weight > 0 for route in routes)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 0.99), st.floats(1.01, 2))
def test_scaled_factors_average_to_one(seed, low, high):
    rng = np.random.default_rng(seed)
    factor, weight = rng.lognormal(0, 1, (6, 3)), rng.random((6, 3))
    found = np.clip(factor * scale_to_mean_one(factor, weight, (low, high)), low, high)
    np.testing.assert_allclose((found * weight).sum(axis=0) / weight.sum(axis=0), 1, atol=1e-9)
    assert found.min() >= low
    assert found.max() <= high


@settings(max_examples=40, deadline=None)
@given(
    st.lists(ROW, max_size=25),
    st.lists(st.dates(date(2025, 1, 1), date(2026, 3, 1)) | st.none(), min_size=3, max_size=3),
)
def test_newcomers_figures_stay_inside_their_bounds(rows, hired):
    folder = folder_of(rows, 0.6, True)
    people = tuple(a.model_copy(update={"hired_on": on}) for a, on in zip(folder.agents, hired, strict=True))
    folder = replace(folder, agents=people)
    day = date(2026, 1, 8)
    scores = score_agents(folder, before=day)
    factor, fcr = ramped(folder, *score_table(folder, scores), day)
    assert ((factor >= 0.7) & (factor <= 1.3)).all()
    assert ((fcr > 0) & (fcr < 1)).all()
    ramp = learned_ramp(folder, day)
    assert 14 <= ramp.days <= 364
    assert np.isfinite(ramp.slower) and ramp.slower >= 0
    assert suggest_weights(folder, day).effects == ()

"""Our shrinkage beside statsmodels' mixed models, on tables both can hold."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from capacity.mixed_effects import Spreads, _predict, _Table, shrink

TYPICAL = Spreads(queue=1.0, level=0.1, level_queue=0.05, agent=0.15, own=0.1)


def drawn(agents, queues, days, levels, seed):
    """Log handle times by agent, queue and day, and the same as a long table."""
    rng = np.random.default_rng(seed)
    level = np.arange(agents) % levels
    true = 5.8 + rng.normal(0, 0.3, queues) + rng.normal(0, 0.2, (agents, 1)) + rng.normal(0, 0.1, (agents, queues))
    true += rng.normal(0, 0.15, levels)[level][:, None]
    daily = true[..., None] + rng.normal(0, 0.25, (agents, queues, days))
    a, q, _ = (index.ravel() for index in np.indices(daily.shape))
    table = pd.DataFrame(
        {"y": daily.ravel(), "agent": a, "queue": q, "level": level[a], "cell": a * queues + q, "one": 1}
    )
    return daily, level, table


def fitted(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of convergence at the edge of the parameter space
        return model.fit(reml=True)


@pytest.fixture(scope="module")
def nested():
    """Agents, and queues within agents: what MixedLM is made for."""
    daily, level, table = drawn(120, 5, 4, 1, seed=1)
    model = smf.mixedlm("y ~ C(queue)", table, groups="agent", re_formula="1", vc_formula={"own": "0+C(queue)"})
    found = fitted(model)
    queues = daily.shape[1]
    fixed = found.fe_params["Intercept"] + np.array([0, *found.fe_params.iloc[1:]])
    effects = np.array([found.random_effects[a].to_numpy() for a in range(120)])
    blup = fixed + effects[:, :1] + effects[:, 1 : 1 + queues]
    return daily, level, found, blup


def test_spreads_are_those_of_restricted_maximum_likelihood(nested):
    daily, level, found, _ = nested
    noise = np.full(daily.shape[:2], found.scale / daily.shape[2])
    ours = shrink(daily.mean(axis=2), noise, level, 1, TYPICAL).spreads
    # Ours lie on a grid of quarter octaves (9 % to either side), with a weak density around the typical.
    assert ours.agent == pytest.approx(float(np.sqrt(found.cov_re.iloc[0, 0])), rel=0.1)
    assert ours.own == pytest.approx(float(np.sqrt(found.vcomp[0])), rel=0.1)


def test_predictions_are_statsmodels_own_with_their_spreads(nested):
    daily, level, found, blup = nested
    noise = np.full(daily.shape[:2], found.scale / daily.shape[2])
    spreads = Spreads(100.0, 1e-6, 1e-6, float(np.sqrt(found.cov_re.iloc[0, 0])), float(np.sqrt(found.vcomp[0])))
    ours = _predict(_Table(daily.mean(axis=2), noise, level, 1), spreads, level)
    np.testing.assert_allclose(ours.mean, blup, atol=1e-6)


def test_with_our_own_spreads_predictions_differ_by_far_less_than_their_error(nested):
    daily, level, found, blup = nested
    noise = np.full(daily.shape[:2], found.scale / daily.shape[2])
    ours = shrink(daily.mean(axis=2), noise, level, 1, TYPICAL)
    assert np.abs(ours.mean - blup).max() < 0.25 * np.sqrt(ours.variance.mean())


def test_predictions_with_crossed_levels_are_statsmodels_own_too():
    """Level, agent and cell as variance components over one group: MixedLM works on one dense matrix."""
    daily, level, table = drawn(24, 3, 3, 4, seed=0)
    parts = {"level": "0+C(level)", "agent": "0+C(agent)", "own": "0+C(cell)"}
    model = smf.mixedlm("y ~ C(queue)", table, groups="one", re_formula="0", vc_formula=parts)
    found = fitted(model)
    deviation = dict(zip(model.exog_vc.names, np.sqrt(found.vcomp), strict=True))
    value, noise = daily.mean(axis=2), np.full(daily.shape[:2], found.scale / daily.shape[2])
    spreads = Spreads(100.0, max(deviation["level"], 1e-6), 1e-6, deviation["agent"], max(deviation["own"], 1e-6))
    ours = _predict(_Table(value, noise, level, 4), spreads, level)
    effect = found.random_effects[1]
    fixed = found.fe_params["Intercept"] + np.array([0, *found.fe_params.iloc[1:]])
    of_level = np.array([effect[f"level[C(level)[{k}]]"] for k in level])
    of_agent = np.array([effect[f"agent[C(agent)[{a}]]"] for a in range(24)])
    own = np.array([effect[f"own[C(cell)[{k}]]"] for k in range(72)]).reshape(24, 3)
    theirs = fixed + (of_level + of_agent)[:, None] + own
    np.testing.assert_allclose(ours.mean, theirs, atol=1e-4)

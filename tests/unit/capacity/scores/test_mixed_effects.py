import numpy as np
import pytest

from capacity.mixed_effects import Spreads, _Table, shrink

TYPICAL = Spreads(queue=1.0, level=0.1, level_queue=0.05, agent=0.15, own=0.1)


def example(seed=0, agents=7, queues=3, levels=2, missing=0.3):
    rng = np.random.default_rng(seed)
    value = rng.normal(1, 0.3, (agents, queues))
    noise = rng.uniform(0.01, 0.2, (agents, queues))
    value[rng.random((agents, queues)) < missing] = np.nan
    value[0] = np.nan
    return value, noise, np.arange(agents) % levels, levels


def dense(value, level, levels, spreads):
    """Write out the model's prior covariance of every true cell (grand mean nearly free)."""
    agents, queues = value.shape
    i, q = (index.ravel() for index in np.indices((agents, queues)))
    same = lambda a: a[:, None] == a[None]  # noqa: E731
    lev = level[i]
    cov = np.full((len(i), len(i)), (10 * spreads.queue) ** 2)
    cov += spreads.queue**2 * same(q) + spreads.level**2 * same(lev)
    cov += spreads.level_queue**2 * (same(lev) & same(q)) + spreads.agent**2 * same(i)
    return cov + spreads.own**2 * np.eye(len(i))


def test_estimates_equal_those_of_the_full_covariance_matrix():
    """The closed forms agree with conditioning one big normal vector, cell by cell."""
    value, noise, level, levels = example()
    found = shrink(value, noise, level, levels, TYPICAL)
    cov = dense(value, level, levels, found.spreads)
    seen = np.isfinite(value).ravel()
    centre = _Table(value, noise, level, levels).centre
    gain = cov[:, seen] @ np.linalg.inv(cov[np.ix_(seen, seen)] + np.diag(noise.ravel()[seen]))
    mean = centre + gain @ (value.ravel()[seen] - centre)
    variance = np.diag(cov - gain @ cov[seen])
    np.testing.assert_allclose(found.mean.ravel(), mean, rtol=1e-7)
    np.testing.assert_allclose(found.variance.ravel(), variance, rtol=1e-5)


@pytest.mark.parametrize("weighted", [True, False])
def test_error_against_the_queue_s_mean_equals_that_of_the_full_covariance_matrix(weighted):
    value, noise, level, levels = example(4, agents=9)
    weight = np.random.default_rng(4).uniform(0, 3, value.shape) * np.isfinite(value)
    weight[:, 2] *= weighted
    found = shrink(value, noise, level, levels, TYPICAL, weight)
    cov = dense(value, level, levels, found.spreads)
    seen = np.isfinite(value).ravel()
    gain = cov[:, seen] @ np.linalg.inv(cov[np.ix_(seen, seen)] + np.diag(noise.ravel()[seen]))
    left = cov - gain @ cov[seen]
    share = weight / np.maximum(weight.sum(axis=0), 1e-300)
    share[:, weight.sum(axis=0) == 0] = 1 / len(value)
    i, q = (index.ravel() for index in np.indices(value.shape))
    contrast = np.eye(value.size) - (q[:, None] == q[None]) * share[i, q][None]
    expected = np.diag(contrast @ left @ contrast.T)
    np.testing.assert_allclose(found.relative.ravel(), expected, rtol=1e-5, atol=1e-9)
    assert found.relative.mean() < found.variance.mean()


@pytest.mark.parametrize("spreads", [TYPICAL, Spreads(1.0, 0.3, 0.02, 0.4, 0.01)])
def test_likelihood_equals_that_of_the_full_covariance_matrix(spreads):
    value, noise, level, levels = example(3)
    table = _Table(value, noise, level, levels)
    cov = dense(value, level, levels, spreads)
    seen = np.isfinite(value).ravel()
    total = cov[np.ix_(seen, seen)] + np.diag(noise.ravel()[seen])
    y = value.ravel()[seen] - table.centre
    expected = -0.5 * (np.linalg.slogdet(total)[1] + y @ np.linalg.solve(total, y))
    assert table.groups(spreads).log_likelihood == pytest.approx(expected, abs=1e-6)


def test_spreads_are_found_again_in_a_large_table():
    rng = np.random.default_rng(5)
    agents, queues = 400, 8
    true = rng.normal(0, 0.3, (agents, 1)) + rng.normal(0, 0.1, (agents, queues))
    noise = np.full((agents, queues), 0.05**2)
    found = shrink(true + rng.normal(0, 0.05, true.shape), noise, np.zeros(agents, int), 1, TYPICAL).spreads
    assert found.agent == pytest.approx(0.3, rel=0.2)
    assert found.own == pytest.approx(0.1, rel=0.2)


def test_nobody_observed_is_their_level_s_mean_with_a_wider_variance():
    value, noise, level, levels = example(missing=0.0)
    found = shrink(value, noise, level, levels, TYPICAL)
    np.testing.assert_allclose(found.mean[0], found.group[level[0]])
    assert (found.variance[0] > found.variance[1:].max(axis=0)).all()


def test_a_record_on_one_queue_tells_of_the_others():
    rng = np.random.default_rng(2)
    agents, queues = 60, 4
    value = rng.normal(0, 0.3, (agents, 1)) + rng.normal(0, 0.02, (agents, queues))
    value[0] = [0.9, np.nan, np.nan, np.nan]
    found = shrink(value, np.full(value.shape, 0.001), np.zeros(agents, int), 1, TYPICAL)
    assert (found.mean[0, 1:] > 0.6).all()


def test_noisier_cells_are_drawn_further_toward_the_mean():
    value = np.array([[0.0], [0.5], [0.5], [-0.3], [0.1], [-0.2]])
    noise = np.array([[0.01], [0.01], [0.5], [0.01], [0.01], [0.01]])
    found = shrink(value, noise, np.zeros(6, int), 1, TYPICAL)
    assert found.mean[2, 0] < found.mean[1, 0] < 0.5

import numpy as np

from forecasting.level import centred_level, level_ahead, smoothed_levels


def test_smoothing_is_the_textbook_recursion_where_nothing_is_clipped():
    values = np.array([0.1, -0.1, 0.2, np.nan, 0.0, 0.1])
    found = smoothed_levels(values, (0.5,))[:, 0]
    level, slow = 0.0, []
    for value in values:
        level = level if np.isnan(value) else level + 0.5 * (value - level)
        slow.append(level)
    assert np.allclose(found, slow)


def test_a_surprise_is_clipped():
    values = np.concatenate([0.1 * np.random.default_rng(0).normal(size=60), [50.0]])
    levels = smoothed_levels(values, (0.3,))
    assert levels[-1, 0] < 0.2


def test_a_steady_series_keeps_a_long_memory_and_a_wandering_one_a_short():
    rng = np.random.default_rng(2)
    steady = 0.1 * rng.normal(size=400)
    assert np.abs(level_ahead(steady, 0, 7)).max() < 0.03
    wandering = np.cumsum(0.1 * rng.normal(size=400))
    wandering -= wandering.mean()
    assert np.abs(level_ahead(wandering, 0, 7) - wandering[-1]).max() < 0.2


def test_each_week_ahead_has_its_own_memory():
    ahead = level_ahead(np.sin(np.arange(300) / 20.0), 0, 28)
    assert ahead.shape == (28,)
    assert all(len(set(ahead[k : k + 7])) == 1 for k in range(0, 28, 7))


def test_unknown_days_only_give_a_level_of_zero():
    assert np.array_equal(level_ahead(np.full(10, np.nan), 0, 3), np.zeros(3))


def test_the_centred_level_lags_neither_way():
    step = np.concatenate([np.zeros(100), np.ones(100)]) + 0.05 * np.random.default_rng(0).normal(size=200)
    level = centred_level(step)
    assert abs(level[99] + level[100] - 1) < 0.35

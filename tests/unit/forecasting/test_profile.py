import numpy as np

from forecasting.profile import _borrowed, day_totals, fit_profile, recency


def made(days=84, slots=48, volume=2000.0, seed=0):
    rng = np.random.default_rng(seed)
    weekday = np.arange(days) % 7
    live = np.zeros((7, slots), dtype=bool)
    live[:5, 16:40] = True
    shape = np.where(live, np.exp(-(((np.arange(slots) - 26) / 8.0) ** 2)), 0)
    shape[4] *= np.linspace(1.5, 0.5, slots)  # Fridays lean to the morning
    shape = np.divide(shape, shape.sum(axis=1, keepdims=True), out=np.zeros_like(shape), where=live)
    counts = rng.poisson(volume * shape[weekday]).astype(float)
    counts[weekday >= 5] = np.nan
    return counts, weekday, live, shape


def fitted(counts, weekday, live, special=None):
    none = np.zeros(len(counts), dtype=bool)
    return fit_profile(counts, weekday, none if special is None else special, none, live)


def test_shares_sum_to_one_on_open_days_and_to_zero_on_closed_ones():
    counts, weekday, live, _ = made()
    sums = fitted(counts, weekday, live).shares.sum(axis=1)
    assert np.allclose(sums, [1, 1, 1, 1, 1, 0, 0])


def test_a_known_profile_is_recovered_each_weekday_its_own():
    counts, weekday, live, shape = made(volume=20000)
    shares = fitted(counts, weekday, live).shares
    assert np.abs(shares[:5] - shape[:5]).sum(axis=1).max() < 0.03
    assert shares[4, 20] > 1.1 * shares[0, 20]


def test_missing_slots_are_filled_in_the_day_total():
    counts, weekday, live, _ = made(volume=5000)
    whole = fitted(counts, weekday, live).totals
    counts[70, 20:28] = np.nan
    part = fitted(counts, weekday, live).totals
    assert abs(part[70] / whole[70] - 1) < 0.05


def test_days_known_to_less_than_half_have_no_total():
    shares = np.full((2, 4), 0.25)
    counts = np.array([[1.0, np.nan, np.nan, np.nan], [1.0, 1.0, 1.0, np.nan]])
    assert np.array_equal(day_totals(counts, shares), [np.nan, 4.0], equal_nan=True)
    assert np.array_equal(day_totals(counts[:1], shares[:1]), [4.0])  # where nothing better is known


def test_at_low_volume_weekdays_borrow_from_one_another():
    counts, weekday, live, shape = made(volume=15)
    own = np.nanmean(np.where(weekday[:, None] == 0, counts, np.nan), axis=0)
    own = own / own.sum()
    shares = fitted(counts, weekday, live).shares
    assert np.abs(shares[0] - shape[0]).sum() < 0.5 * np.abs(own - shape[0]).sum()


def test_a_wild_day_hardly_moves_the_profile():
    counts, weekday, live, _ = made()
    before = fitted(counts, weekday, live).shares
    counts[77, 30] *= 40
    after = fitted(counts, weekday, live).shares
    assert np.abs(after - before).sum() < 0.03


def test_holidays_have_a_shape_of_their_own():
    counts, weekday, live, _ = made()
    holiday = np.zeros(len(counts), dtype=bool)
    holiday[[14, 28, 42, 56]] = True
    counts[holiday, :28] = 0
    profile = fit_profile(counts, weekday, holiday, holiday, live)
    assert profile.holiday[0, :28].sum() < 0.7 * profile.shares[0, :28].sum()
    picked = profile.of(np.array([0, 0]), np.array([True, False]))
    assert np.array_equal(picked, np.stack([profile.holiday[0], profile.shares[0]]))


def test_open_slots_without_any_row_are_taken_for_their_neighbours():
    counts, weekday, live, _ = made()
    live[:5, 40] = True
    shares = fitted(counts, weekday, live).shares
    assert shares[0, 40] > 0


def test_recency_halves_and_ends_at_one():
    weights = recency(15, 7.0)
    assert weights[-1] == 1.0
    assert np.isclose(weights[-8], 0.5)


def test_weekdays_of_like_shape_lend_to_each_other_and_others_do_not():
    rng = np.random.default_rng(2)
    live = np.ones((7, 24), dtype=bool)
    shape = np.exp(-(((np.arange(24) - 11) / 4.0) ** 2)) + 0.05
    truth = np.stack([shape] * 5 + [shape[::-1]] * 2)
    truth = truth / truth.sum(axis=1, keepdims=True)
    own = rng.poisson(2000 * truth) + 1e-9
    own = own / own.sum(axis=1, keepdims=True)
    found = _borrowed(own, np.full(7, 2000.0), live)
    assert np.allclose(found.sum(axis=1), 1)
    assert np.abs(found[:5] - truth[:5]).sum() < 0.7 * np.abs(own[:5] - truth[:5]).sum()
    assert np.abs(found[5:] - truth[5:]).sum() < 1.1 * np.abs(own[5:] - truth[5:]).sum()


def test_a_weekday_without_contacts_lends_and_borrows_nothing():
    shares = np.full((7, 4), 0.25)
    shares[6] = 0.0
    found = _borrowed(shares, np.array([9.0] * 6 + [0.0]), shares > 0)
    assert np.allclose(found, shares)

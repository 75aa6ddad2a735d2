"""Unplanned shrinkage learned from actuals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actuals import ShrinkageActuals
from domain.centre import Shrinkage
from forecasting.shrinkage import learn_shrinkage

STATED = Shrinkage(absence=0.06, in_shift=0.04)


def actuals(days=56, absence=0.10, lost=0.05, people=20, seed=1, spread=0.0):
    rng = np.random.default_rng(seed)
    date = np.repeat(np.datetime64("2026-09-01") + np.arange(days), people)
    scheduled = np.full(len(date), 420.0)
    of_day = np.repeat(np.clip(absence * (1 + spread * rng.normal(size=days)), 0, 1), people)
    absent = np.where(rng.random(len(date)) < of_day, 420.0, 0.0)
    return ShrinkageActuals(date, scheduled, absent, lost * (scheduled - absent))


def test_shares_are_learned_with_an_interval_that_holds_them():
    found = learn_shrinkage(actuals(), STATED)
    assert found.absence.low < 0.10 < found.absence.high
    assert found.in_shift.value == pytest.approx(0.05, abs=0.004)
    assert found.days == 56
    used = found.over(STATED)
    assert used.absence == found.absence.value
    assert used.in_shift == found.in_shift.value


def test_days_vary_together_and_widen_the_interval():
    calm, rough = learn_shrinkage(actuals(), STATED), learn_shrinkage(actuals(spread=0.8), STATED)
    assert rough.absence.high - rough.absence.low > calm.absence.high - calm.absence.low


def test_recent_days_weigh_more():
    early, late = actuals(60, 0.02), actuals(60, 0.20)
    both = ShrinkageActuals(
        np.concatenate([early.date, late.date + 120]),
        *(
            np.concatenate([getattr(early, name), getattr(late, name)])
            for name in ("scheduled_minutes", "absent_minutes", "in_shift_lost_minutes")
        ),
    )
    assert learn_shrinkage(both, STATED).absence.value > 0.13


def test_a_few_days_lean_on_what_is_stated_and_are_not_used():
    found = learn_shrinkage(actuals(3, absence=0.3), STATED)
    assert 0.06 < found.absence.value < 0.3
    assert not found.usable
    assert found.over(STATED) == STATED


def test_what_is_not_given_is_not_learned():
    given_ = actuals()
    blank = ShrinkageActuals(given_.date, given_.scheduled_minutes, given_.absent_minutes, np.full(len(given_), np.nan))
    found = learn_shrinkage(blank, STATED)
    assert np.isnan(found.in_shift.value)
    assert found.over(STATED).in_shift == 0.04
    assert found.over(STATED).absence == found.absence.value
    nothing = learn_shrinkage(given_.select(np.zeros(len(given_), bool)), STATED)
    assert nothing.over(STATED) == STATED


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1e4), st.floats(0, 1), st.floats(0, 1)), max_size=30))
def test_shares_stay_shares(rows):
    date = np.array([np.datetime64("2026-01-01") + k for k, *_ in rows], dtype="datetime64[D]")
    scheduled = np.array([s for _, s, _, _ in rows])
    absent = scheduled * np.array([a for _, _, a, _ in rows])
    lost = (scheduled - absent) * np.array([x for *_, x in rows])
    found = learn_shrinkage(ShrinkageActuals(date, scheduled, absent, lost), STATED)
    for share in (found.absence, found.in_shift):
        assert np.isnan(share.value) or 0 <= share.low <= share.value + 1e-9 <= share.high + 2e-9 <= 1 + 2e-9
    used = found.over(STATED)
    assert 0 <= used.absence < 1
    assert 0 <= used.in_shift < 1

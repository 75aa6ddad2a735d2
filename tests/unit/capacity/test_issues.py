"""New issues, repeats and redials against a closed loop simulated contact by contact."""

import heapq

import numpy as np
import pytest
from numba import njit

from capacity.interval import interval_service
from capacity.issues import effective_rate, joined, split
from capacity.repeats import replanned_volume, steady_factor

OPTIONS = {"fcr": 0.55, "repeat_probability": 0.71, "repeat_delay_h": 5.0, "step_minutes": 30}
ISSUES = 400_000
REDIALS = {"abandonment": 0.12, "redial_probability": 0.6, "redial_delay_s": 900.0}


def contact_by_contact(new: np.ndarray, takes: np.ndarray, seed: int, runs: int) -> np.ndarray:
    """Let each contact come back by chance; return mean contacts of each kind, shape (3, intervals)."""
    rng = np.random.default_rng(seed)
    seen = np.zeros((3, new.size))
    for _ in range(runs):
        for i in range(new.size):
            for begun in i + rng.random(rng.poisson(new[i])):
                time, kind = begun, 0
                while time < new.size:
                    at = int(time)
                    if not takes[at]:
                        later = np.flatnonzero(takes[at:])
                        if not later.size:
                            break
                        at, time = at + int(later[0]), at + int(later[0]) + 0.5
                    seen[kind, at] += 1
                    if rng.random() < 0.12:
                        if rng.random() >= 0.6:
                            break
                        time, kind = time + rng.exponential(0.5), 2
                    else:
                        if rng.random() < 0.55 or rng.random() >= 0.71:
                            break
                        time, kind = time + rng.exponential(10.0), 1
    return seen / runs


def test_the_split_of_a_closed_loop_gives_its_issues_back() -> None:
    rng = np.random.default_rng(2)
    takes = np.tile(np.arange(48) >= 16, 2)
    new = np.where(takes, rng.uniform(10, 40, 96), 0.0)
    seen = contact_by_contact(new, takes, 3, 240)
    assert seen[1].sum() > 0.3 * seen[0].sum()
    forward = joined(new, takes, **OPTIONS, **REDIALS)
    for values, found in zip(seen, (forward.new, forward.repeats, forward.redials), strict=True):
        assert found.sum() == pytest.approx(values.sum(), rel=0.01)
        day = slice(16, 48)
        assert np.abs(found[day] - values[day]).max() < 2.0
    back = split(seen.sum(axis=0), takes, **OPTIONS, **REDIALS)
    assert back.new.sum() == pytest.approx(new.sum(), rel=0.01)
    assert back.repeats.sum() == pytest.approx(seen[1].sum(), rel=0.02)
    assert back.redials.sum() == pytest.approx(seen[2].sum(), rel=0.03)


def test_joining_and_splitting_are_inverse() -> None:
    rng = np.random.default_rng(5)
    takes = np.tile(np.arange(48) >= 16, 7)
    new = np.where(takes, rng.uniform(1, 90, takes.size), 0.0)
    for more in ({}, REDIALS, {**REDIALS, "abandonment": rng.uniform(0, 0.3, takes.size)}):
        whole = joined(new, takes, **OPTIONS, **more)
        parts = split(whole.volume, takes, **OPTIONS, **more)
        np.testing.assert_allclose(parts.new, new, rtol=1e-11, atol=1e-10)
        np.testing.assert_allclose(parts.repeats, whole.repeats, rtol=1e-11, atol=1e-10)
        np.testing.assert_allclose(parts.redials, whole.redials, rtol=1e-11, atol=1e-10)
        np.testing.assert_allclose(parts.volume, whole.volume, rtol=1e-13)


def test_a_planned_fcr_is_a_split_at_today_s_joined_at_the_planned() -> None:
    rng = np.random.default_rng(6)
    takes = np.tile(np.arange(48) >= 16, 7)
    volume = joined(np.where(takes, rng.uniform(20, 90, takes.size), 0.0), takes, **OPTIONS).volume
    issues = split(volume, takes, **OPTIONS).new
    planned = joined(issues, takes, **{**OPTIONS, "fcr": 0.7}).volume
    direct = replanned_volume(
        volume, takes, today_fcr=0.55, planned_fcr=0.7, repeat_probability=0.71, repeat_delay_h=5.0, step_minutes=30
    )
    np.testing.assert_allclose(planned, direct, rtol=1e-9)


def test_the_steady_share_of_new_issues() -> None:
    whole = joined(np.full(2000, 30.0), np.ones(2000, bool), **OPTIONS)
    assert whole.volume[-1] == pytest.approx(30.0 * steady_factor(1.0, 0.55, 0.71), rel=1e-9)


def test_fewer_contacts_than_returns_are_due_leave_the_rest_for_later() -> None:
    volume = np.array([500.0, 0.5, 300.0])
    parts = split(volume, np.ones(3, bool), **{**OPTIONS, "repeat_delay_h": 0.5})
    assert parts.new[1] == 0.0
    assert np.all(parts.new >= 0)
    np.testing.assert_allclose(parts.volume, volume)


@njit
def loop(
    rng: np.random.Generator,
    issues: int,
    new: float,
    agents: int,
    patience: float,
    fcr: float,
    r: float,
    r_ab: float,
    delay: float,
) -> tuple[float, float, float]:
    """Serve a closed loop, handle time 1: repeats after 50 handle times; return contacts a time, level and lost."""
    warm = 300.0
    due = [0.0]
    free = [0.0] * agents
    at, left = 0.0, issues
    contacts = in_time = lost = 0
    while left > 0:
        now = heapq.heappop(due)
        if now == at:  # the next new issue is drawn when one arrives
            at += rng.exponential(1 / new)
            heapq.heappush(due, at)
            left -= 1
        virtual, stay = max(free[0] - now, 0.0), rng.exponential(patience)
        counted = now > warm
        contacts += counted
        if virtual < stay:
            in_time += counted and virtual <= 0.1
            done = now + virtual + rng.exponential(1.0)
            heapq.heapreplace(free, done)
            if rng.random() >= fcr and rng.random() < r:
                heapq.heappush(due, done + rng.exponential(50.0))
        else:
            lost += counted
            if rng.random() < r_ab:
                heapq.heappush(due, now + stay + rng.exponential(delay))
    return contacts / (at - warm), in_time / contacts, lost / contacts


CASES = [(0.7, 0.55, 0.0, 20, 0.92), (0.7, 0.55, 0.5, 20, 0.95), (0.5, 0.7, 0.7, 40, 0.95), (0.6, 0.5, 0.4, 10, 0.9)]


@pytest.mark.parametrize(("r", "fcr", "r_ab", "agents", "load"), CASES)
def test_within_a_point_of_the_closed_loop_where_redials_take_long(
    r: float, fcr: float, r_ab: float, agents: int, load: float
) -> None:
    """Patience is half a handle time, the redial delay twenty times that."""
    new = load * agents * (1 - r * (1 - fcr))
    contacts, level, lost = loop(np.random.default_rng(11), ISSUES, new, agents, 0.5, fcr, r, r_ab, 10.0)
    options = {"fcr": fcr, "repeat_probability": r, "redial_probability": r_ab}
    rate = effective_rate(3600 * new, 1.0, agents, patience_s=0.5, **options)
    got = interval_service(rate, 1.0, agents, patience_s=0.5, within_s=0.1)
    assert float(rate) / 3600 == pytest.approx(contacts, rel=0.015)
    assert float(got.service_level) == pytest.approx(level, abs=0.01)
    assert float(got.abandonment) == pytest.approx(lost, abs=0.01)


def test_rosy_where_redials_come_back_at_once() -> None:
    """The known limit of the formula: it promises more than the loop gives."""
    new = 1.0 * 20 * (1 - 0.5 * 0.3)
    _, level, _ = loop(np.random.default_rng(11), ISSUES, new, 20, 0.5, 0.7, 0.5, 0.8, 0.1)
    rate = effective_rate(3600 * new, 1.0, 20, patience_s=0.5, fcr=0.7, repeat_probability=0.5, redial_probability=0.8)
    promised = float(interval_service(rate, 1.0, 20, patience_s=0.5, within_s=0.1).service_level)
    assert 0.01 < promised - level < 0.1


def test_the_fixed_point_holds_for_batches() -> None:
    rng = np.random.default_rng(8)
    new, seats = rng.uniform(1.0, 500.0, (30, 1)), rng.uniform(0.5, 60.0, 9)
    options = {"fcr": 0.4, "repeat_probability": 0.8, "redial_probability": 0.9}
    rate = effective_rate(new, 300.0, seats, patience_s=200.0, **options)
    lost = interval_service(rate, 300.0, seats, patience_s=200.0).abandonment
    assert rate.shape == (30, 9)
    np.testing.assert_allclose(rate * (1 - 0.8 * 0.6 * (1 - lost) - 0.9 * lost), new + 0 * seats, rtol=1e-11)


def test_without_abandonment_it_is_the_steady_factor() -> None:
    rate = effective_rate(100.0, 360.0, 30.0, fcr=0.55, repeat_probability=0.71, redial_probability=0.5)
    assert float(rate) == pytest.approx(100.0 * steady_factor(1.0, 0.55, 0.71), rel=1e-12)
    assert float(effective_rate(0.0, 300.0, 3.0, fcr=0.5, repeat_probability=0.5, patience_s=60.0)) == 0.0


def test_what_makes_no_sense_is_refused() -> None:
    ones = np.ones(3)
    for change, name in [
        ({"fcr": 1.2}, "fcr"),
        ({"abandonment": -0.1}, "abandonment"),
        ({"redial_probability": 2.0}, "redial_probability"),
        ({"redial_delay_s": 0.0}, "redial_delay_s"),
    ]:
        with pytest.raises(ValueError, match=name):
            split(ones, ones > 0, **{**OPTIONS, **change})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="volume"):
        split(-ones, ones > 0, **OPTIONS)
    with pytest.raises(ValueError, match="for ever"):
        effective_rate(1.0, 300.0, 3.0, fcr=0.0, repeat_probability=1.0)

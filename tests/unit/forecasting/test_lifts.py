"""Lifts of events from few examples."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import Event
from domain.progress import Control
from domain.queues import Queue
from forecasting.days import QueueDays
from forecasting.events import apply_events
from forecasting.forecaster import make_forecast
from forecasting.lifts import UNKNOWN_VARIATION, around_factors, day_noise, learned, measured, stated, usual_days

ZONE = "Europe/Paris"
FIRST, AHEAD = date(2023, 10, 2), date(2024, 2, 5)


def moment(day, hour=0):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(ZONE))


def sale(day, name="Sale", days=1, **more):
    return Event(start=moment(day), end=moment(day + timedelta(days=days)), name=name, **more)


def forecast(history, centre, events):
    found, (choice,) = make_forecast(history, centre, events, AHEAD, 7, seed=1, control=Control())
    return found, choice, np.bincount(found.grid.day_of, weights=found.mean[0])


def test_nothing_seen_means_no_effect_and_wide_bands():
    lift = learned("sale", [])
    assert (lift.factor, lift.variation, lift.examples, lift.kin) == (1.0, UNKNOWN_VARIATION, 0, 0)


def test_one_clean_namesake_nearly_stands_for_itself():
    lift = learned("sale", [measured("sale", 3000, 1000, 0.1)])
    assert 2.75 < lift.factor < 3.0
    assert 0.1 < lift.variation < 0.25


def test_two_namesakes_count_for_more_than_one_and_a_noisy_one_for_less():
    one = learned("sale", [measured("sale", 3000, 1000, 0.1)])
    two = learned("sale", [measured("sale", 3000, 1000, 0.1)] * 2)
    noisy = learned("sale", [measured("sale", 9, 3, 0.1)])
    assert noisy.factor < one.factor < two.factor < 3.0
    assert two.variation < one.variation < noisy.variation


def test_a_namesake_is_drawn_towards_other_events_of_its_kind():
    small = learned("sale", [measured("sale", 300, 100, 0.2), *[measured(f"e{k}", 1500, 1000, 0.1) for k in range(5)]])
    large = learned("sale", [measured("sale", 300, 100, 0.2), *[measured(f"e{k}", 6000, 1000, 0.1) for k in range(5)]])
    assert small.factor < learned("sale", [measured("sale", 300, 100, 0.2)]).factor < large.factor
    assert small.kin == 5


def test_an_event_without_namesake_is_as_its_kind_with_wide_bands():
    lift = learned("new", [measured(f"e{k}", 2000, 1000, 0.1) for k in range(4)])
    assert 1.5 < lift.factor < 2.0
    assert lift.variation > 0.4
    assert (lift.examples, lift.kin) == (0, 4)


def test_a_lift_given_for_an_earlier_occasion_helps_where_history_does_not_reach():
    assert 2.3 < learned("sale", [stated("sale", 3.0)]).factor < 3.0


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.03, 0.5)), max_size=6)
)
def test_lifts_are_finite_and_above_zero(rows):
    lift = learned("a", [measured(*row) for row in rows])
    assert 0 < lift.factor < 1e8
    assert 0 < lift.variation < 2


def test_day_noise_and_usual_days():
    rng = np.random.default_rng(1)
    learn = 500 * np.exp(0.1 * rng.normal(size=(200, 1))) * np.ones((1, 2))
    assert 0.07 < day_noise(learn) < 0.14
    learn[100] = np.nan
    assert np.isfinite(usual_days(learn)).all()
    assert usual_days(np.full((5, 2), np.nan)).shape == (5,)


def test_days_near_an_event_count_only_beyond_chance():
    chance = np.full((2, 4), 0.01)
    assert np.allclose(around_factors(np.array([[0.05, -0.08, 0.02, -0.03]] * 2), chance), 1.0)
    found = around_factors(np.array([[0.0, 0.0, 0.5, 0.3]] * 2), chance)
    assert found[2] > 1.35
    assert found[3] > 1.15
    assert np.allclose(around_factors(np.full((1, 4), np.nan), np.full((1, 4), np.nan)), 1.0)


def test_the_days_after_a_campaign_are_learned_from_its_namesake_and_said(make_centre, make_history, weekly_total):
    past, ahead = date(2023, 12, 13), date(2024, 2, 7)
    after = {past + timedelta(days=1): 1.7, past + timedelta(days=2): 1.4, past: 2.5}
    centre = make_centre()
    history = make_history(centre, FIRST, 126, lambda d: weekly_total(d) * after.get(d, 1.0))
    _, choice, of_day = forecast(history, centre, [sale(past), sale(ahead)])
    usual = np.array([weekly_total(AHEAD + timedelta(days=k)) for k in range(7)])
    assert of_day[2] / usual[2] == pytest.approx(2.5, rel=0.15)
    assert of_day[3] / usual[3] > 1.35
    assert of_day[4] / usual[4] > 1.15
    assert of_day[0] / usual[0] == pytest.approx(1.0, abs=0.1)
    assert any("1 day after by" in note for note in choice.notes)


def test_an_event_with_no_past_example_is_as_usual_with_wide_bands_and_a_warning(
    make_centre, make_history, weekly_total
):
    centre = make_centre()
    history = make_history(centre, FIRST, 126, weekly_total)
    plain, _, usual = forecast(history, centre, [])
    found, choice, of_day = forecast(history, centre, [sale(date(2024, 2, 7))])
    assert np.allclose(of_day, usual)
    busy = np.argmax(np.where(found.grid.day_of == 2, found.mean[0], 0))
    width = (found.bands[-1] - found.bands[0])[0, busy]
    assert width > 1.8 * (plain.bands[-1] - plain.bands[0])[0, busy]
    assert any("no past example" in note and "WIDE" in note for note in choice.notes)


def test_a_campaign_under_way_teaches_its_second_half(make_centre, make_history, weekly_total):
    begins = AHEAD - timedelta(days=7)
    centre = make_centre()
    history = make_history(centre, FIRST, 126, lambda d: weekly_total(d) * (2.0 if d >= begins else 1.0))
    _, _, of_day = forecast(history, centre, [sale(begins, days=14)])
    truth = 2 * sum(weekly_total(AHEAD + timedelta(days=k)) for k in range(7))
    assert of_day.sum() == pytest.approx(truth, rel=0.12)


def test_outages_and_closures_teach_nothing(make_centre, make_history, weekly_total):
    centre = make_centre()
    hit = [AHEAD - timedelta(days=k) for k in (3, 4)]
    events = [sale(hit[0], "Down", kind="outage"), sale(hit[1], "Works", kind="closed")]
    whole = make_history(centre, FIRST, 126, weekly_total)
    broken = make_history(centre, FIRST, 126, lambda d: 5.0 if d in hit else weekly_total(d))
    _, _, clean = forecast(whole, centre, [])
    _, _, found = forecast(broken, centre, events)
    assert np.abs(found / clean - 1).max() < 0.05


def test_a_wild_day_next_to_a_campaign_is_not_learned_from():
    counts = np.full((60, 48), 10.0)
    counts[41] = 30.0
    days = QueueDays(Queue(id="phone"), FIRST, 30, counts, counts.copy())
    cleaned, _ = apply_events(days, [sale(FIRST + timedelta(days=40))], ZONE)
    assert np.isnan(cleaned.learn[41]).all()
    assert np.isfinite(cleaned.learn[42]).all()
    assert np.isfinite(cleaned.counts[41]).all()

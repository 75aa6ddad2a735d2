from datetime import date

import numpy as np
import pytest

from domain.people import Event
from forecasting.days import queue_days
from forecasting.members import COMBINATION, FLOOR, MEANS, member_paths
from forecasting.prepared import prepare
from forecasting.selection import absolute_error, choose, preferred, unbiased
from forecasting.study import queue_study

FIRST = date(2024, 1, 1)


@pytest.fixture
def study_of(make_centre, make_history):
    def build(days, total, events=(), seed=1, span=7, **of_queue):
        centre = make_centre(**of_queue)
        history = make_history(centre, FIRST, days, total, seed=seed)
        ends = date.fromordinal(FIRST.toordinal() + days)
        (matrix,) = queue_days(history, centre, FIRST, days + span, ends)
        return queue_study(matrix, events, centre).reaching(span)

    return build


def test_the_floor_is_taken_where_nothing_beats_it():
    assert preferred({FLOOR: 0.10, COMBINATION: 0.11, "x": 0.12}) == FLOOR


def test_the_combination_is_preferred_to_a_member_hardly_better():
    assert preferred({FLOOR: 0.2, COMBINATION: 0.100, "x": 0.099}) == COMBINATION
    assert preferred({FLOOR: 0.2, COMBINATION: 0.100, "x": 0.090}) == "x"


def test_few_origins_ask_for_a_wider_margin():
    errors = {FLOOR: 0.2, COMBINATION: 0.100, "x": 0.090}
    assert preferred(errors, 0.16) == COMBINATION


def test_the_preference_never_goes_above_the_floor():
    assert preferred({FLOOR: 0.100, COMBINATION: 0.101, "x": 0.0995}) != COMBINATION


@pytest.mark.parametrize("seed", range(4))
def test_no_choice_errs_more_in_its_back_test_than_the_median(study_of, seed):
    """The hard rule, on histories of every sort: steady, wild, drifting, nearly empty."""
    rng = np.random.default_rng(seed)
    level = (400.0, 30.0, 900.0, 4.0)[seed]
    noise = np.exp((0.05, 0.6, 0.3, 0.2)[seed] * np.cumsum(rng.normal(size=130)) / (1, 1, 8, 2)[seed])
    study = study_of(130, lambda day: level * float(noise[(day - FIRST).days]), seed=seed)
    choice = choose(study, 130, 0, 7)
    assert choice.origins >= 5
    assert choice.errors[choice.member] <= choice.errors[FLOOR]


def test_a_weekly_course_with_month_ends_is_learned_better_than_by_medians(study_of, weekly_total):
    def total(day):
        return weekly_total(day) * (1.4 if day.day in (1, 2, 30, 31) else 1.0)

    choice = choose(study_of(330, total), 330, 0, 7)
    assert choice.member != FLOOR
    assert choice.errors[choice.member] < 0.95 * choice.errors[FLOOR]


def test_the_choice_looks_at_nothing_from_its_day_on(study_of, weekly_total):
    study = study_of(200, weekly_total)
    before = choose(study, 150, 0, 7)
    path = study.paths(150)[before.member].copy()
    changed = study_of(200, weekly_total)
    changed.days.counts[150:] = 7e5
    changed.days.learn[150:] = 7e5
    after = choose(changed, 150, 0, 7)
    assert before == after
    assert np.array_equal(changed.paths(150)[after.member], path)


def test_past_origins_lie_a_week_apart_and_before_what_is_judged(study_of, weekly_total):
    study = study_of(120, weekly_total)
    origins = study.past_origins(120, 14)
    assert origins[0] == 106
    assert set(np.diff(origins)) == {-7}
    assert study.past_origins(15, 7) == [8]
    assert study.past_origins(10, 7) == []


def test_origins_too_early_for_the_models_do_not_rule_them_out(study_of, weekly_total):
    study = study_of(75, weekly_total)
    choice = choose(study, 75, 0, 7)
    early = [origin for origin in study.past_origins(75, 7) if COMBINATION not in study.paths(origin)]
    assert early
    assert COMBINATION in choice.errors
    assert choice.origins < len(study.past_origins(75, 7))


def test_without_an_origin_at_the_lead_a_shorter_lead_tells(study_of, weekly_total):
    study = study_of(80, weekly_total, span=28)
    choice = choose(study, 80, 21, 28)
    assert choice.origins >= 1
    assert choice.errors[choice.member] <= choice.errors[FLOOR]


def test_sparse_queues_are_judged_on_day_totals(study_of):
    assert choose(study_of(120, lambda day: 12.0), 120, 0, 7).by_day
    assert not choose(study_of(120, lambda day: 300.0), 120, 0, 7).by_day


def test_errors_of_intervals_and_of_days():
    actual = np.array([[1.0, 3.0], [np.nan, 2.0]])
    path = np.array([[2.0, 2.0], [9.0, 5.0]])
    assert absolute_error(actual, path, by_day=False) == 5.0
    assert absolute_error(actual, path, by_day=True) == 3.0


def test_a_collapse_is_followed_within_three_weeks(study_of):
    """From 400 contacts a day to 20: the median of eight weeks must not hold the forecast up."""
    fell = date.fromordinal(FIRST.toordinal() + 280)
    study = study_of(301, lambda day: 20.0 if day >= fell else 400.0)
    path = study.paths(301)[COMBINATION].sum(axis=1)
    assert path.max() < 80


def test_short_histories_have_few_members(study_of, weekly_total):
    study = study_of(10, weekly_total)
    assert set(study.paths(10)) == {FLOOR, MEANS}
    longer = study_of(90, weekly_total)
    assert COMBINATION in longer.paths(90)


def test_members_are_never_negative_or_unknown(study_of, weekly_total):
    study = study_of(120, weekly_total)
    paths = member_paths(prepare(study.days, study.calendar, study.design, 120, 7))
    for name, path in paths.items():
        assert path.shape == (7, 48), name
        assert np.all(path >= 0), name
        assert np.isfinite(path).all(), name


def test_an_outage_teaches_nothing(study_of, weekly_total):
    from domain.grid import local_midnight

    clean = study_of(120, weekly_total)
    start = local_midnight(date(2024, 4, 25), "Europe/Paris")
    end = local_midnight(date(2024, 4, 26), "Europe/Paris")
    event = Event(start=start, end=end, name="telephony down", kind="outage")
    hurt = study_of(120, lambda day: 0.0 if day == date(2024, 4, 25) else weekly_total(day), [event])
    a, b = clean.paths(120)[COMBINATION].sum(axis=1), hurt.paths(120)[COMBINATION].sum(axis=1)
    assert np.abs(b / a - 1).max() < 0.03


@pytest.mark.parametrize("a_day", [0.3, 0.5, 1.0])
def test_a_sparse_queue_is_not_forecast_as_nothing(study_of, a_day):
    """Absolute error is least at the median, which is zero; the level is what staffing needs."""
    study = study_of(150, lambda day: a_day, seed=3)
    choice = choose(study, 150, 0, 7)
    assert choice.bias[FLOOR] == -1.0
    assert study.paths(150)[choice.member].sum() == pytest.approx(7 * a_day, rel=0.4)


def test_a_biased_member_gives_way_to_one_that_errs_more_by_what_it_puts_right():
    errors, bias = {FLOOR: 1.0, "level": 1.4, "wild": 2.1}, {FLOOR: -1.0, "level": -0.1, "wild": 0.0}
    assert unbiased(FLOOR, errors, bias, 400.0) == "level"
    assert unbiased("level", errors, bias, 400.0) == "level"
    assert unbiased(FLOOR, errors | {"level": 1.95}, bias, 400.0) == FLOOR


def test_what_chance_explains_is_no_bias():
    errors, bias = {FLOOR: 0.8, "level": 0.9}, {FLOOR: -0.3, "level": 0.0}
    assert unbiased(FLOOR, errors, bias, 20.0) == FLOOR
    assert unbiased(FLOOR, errors, bias, 400.0) == "level"
    assert unbiased(FLOOR, errors, bias, 0.0) == FLOOR


def test_busy_queues_are_chosen_by_error_alone(study_of, weekly_total):
    choice = choose(study_of(150, weekly_total), 150, 0, 7)
    assert not choice.by_day
    assert not choice.passed_over


def test_very_few_contacts_are_not_gated_to_a_median_of_nothing(study_of):
    study = study_of(150, lambda day: 0.5, seed=3)
    assert study.paths(150)["Poisson regression"].sum() > 1.0

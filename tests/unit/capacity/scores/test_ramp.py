from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from capacity.handle_factors import factor_estimates
from capacity.newcomers import ramped
from capacity.ramp import Ramp, learned_ramp, tenure_days
from capacity.record import performance_record
from capacity.resolution import resolution
from domain.people import Agent

FIRST = date(2026, 5, 1)
AFTER = FIRST + timedelta(days=180)
VETERANS, QUEUES = 40, 3


@pytest.fixture(scope="module")
def centre(make_folder, make_performance):
    """Forty veterans and some hired inside 180 days, 40 % slower and 15 points below on their first day."""

    def build(seed, new, slower=0.4, unresolved=0.15, days=60.0, latest=170):
        rng = np.random.default_rng(seed)
        agents = VETERANS + new
        hired = np.concatenate([np.full(VETERANS, -2000), rng.integers(0, latest, new)])
        speed = rng.normal(0, 0.18, (agents, 1)) + rng.normal(0, 0.08, (agents, QUEUES))
        fcr = 0.65 + rng.normal(0, 0.06, (agents, QUEUES))
        day, agent, queue = (index.ravel() for index in np.indices((180, agents, QUEUES)))
        kept = (day >= hired[agent]) & (rng.random(len(day)) < 0.7)
        day, agent, queue = day[kept], agent[kept], queue[kept]
        left = np.exp(-3 * (day - hired[agent]) / days)
        n = 1 + rng.poisson(8, len(day))
        mean = 400 * np.exp(speed[agent, queue] + slower * left)
        record = make_performance(
            agents, QUEUES, date=day, agent=agent, queue=queue, handled=n, handle_time_s=rng.gamma(n / 0.9, mean * 0.9),
            resolved=rng.binomial(n, np.clip(fcr[agent, queue] - unresolved * left, 0.02, 0.98)).astype(float),
        )  # fmt: skip
        folder = make_folder(record, agents, QUEUES)
        people = [
            a.model_copy(update={"hired_on": FIRST + timedelta(days=int(hired[k]))})
            for k, a in enumerate(folder.agents)
        ]
        return replace(folder, agents=tuple(people)), speed, fcr, hired

    return build


@pytest.mark.parametrize("seed", range(3))
def test_the_planted_curve_is_found_again(centre, seed):
    folder, *_ = centre(seed, 20)
    ramp = learned_ramp(folder, AFTER)
    assert ramp.people == 20
    assert ramp.days == pytest.approx(60, rel=0.3)
    assert ramp.slower == pytest.approx(0.4, abs=3 * ramp.slower_error + 0.02)
    assert ramp.unresolved == pytest.approx(0.15, abs=3 * ramp.unresolved_error + 0.01)


def test_without_newcomers_it_is_three_months(centre, make_folder):
    assert learned_ramp(centre(0, 0)[0], AFTER) == Ramp()
    assert learned_ramp(make_folder(None, 2, 2), AFTER) == Ramp()
    assert Ramp().left(np.array([91.0]))[0] == pytest.approx(0.05, abs=0.001)


def test_the_fewer_newcomers_the_nearer_to_the_typical_curve(centre):
    """A centre without any ramp: many newcomers show it, one does not."""
    many, few = (learned_ramp(centre(0, new, slower=0.0, unresolved=0.0)[0], AFTER) for new in (25, 1))
    assert many.slower < 0.06
    assert many.unresolved < 0.03
    assert many.slower < few.slower < Ramp().slower


def test_rows_from_the_day_on_do_not_count(centre):
    folder, *_ = centre(1, 10)
    rows = folder.performance
    early = replace(folder, performance=rows.select(rows.date < np.datetime64(FIRST + timedelta(days=100))))
    assert learned_ramp(folder, FIRST + timedelta(days=100)) == learned_ramp(early, AFTER)


def test_newcomers_figures_are_nearer_the_truth_of_the_planned_day(centre):
    folder, speed, fcr, hired = centre(4, 20, latest=150)
    record = performance_record(folder, AFTER)
    scored = factor_estimates(record, (0.3, 3.0)).factor
    solved = resolution(record, np.full(QUEUES, np.nan)).fcr
    wide = folder.centre.scorecard.model_copy(update={"factor_limits": (0.3, 3.0)})
    folder = replace(folder, centre=folder.centre.model_copy(update={"scorecard": wide}))
    found, known = ramped(folder, scored, solved, AFTER)
    left = np.exp(-3 * (180 - hired) / 60.0)[:, None]
    true = np.exp(speed + 0.4 * left)
    true /= true[:VETERANS].mean(axis=0) / scored[:VETERANS].mean(axis=0)
    new = slice(VETERANS, None)

    def error(a, b):
        return float(np.sqrt(np.mean((a[new] - b[new]) ** 2)))

    assert error(found, true) < 0.8 * error(scored, true)
    assert error(known, fcr - 0.15 * left) < 0.8 * error(solved, fcr - 0.15 * left)
    # What newcomers put into the level's mean, on which veterans lean a little.
    np.testing.assert_allclose(found[:VETERANS], scored[:VETERANS], rtol=1e-3)


def with_newcomer(folder, hired_on, limits=(0.3, 3.0), staffing=True):
    card = folder.centre.scorecard.model_copy(update={"factor_limits": limits, "use_in_staffing": staffing})
    new = Agent(id="new", contract="full", hourly_cost=50, hired_on=hired_on)
    return replace(folder, agents=(*folder.agents, new), centre=folder.centre.model_copy(update={"scorecard": card}))


def figures(folder):
    record = performance_record(folder, AFTER)
    fcr = resolution(record, np.full(QUEUES, np.nan)).fcr
    return factor_estimates(record, folder.centre.scorecard.factor_limits).factor, fcr


def test_someone_without_a_record_is_their_level_s_mean_times_the_ramp(centre):
    folder = with_newcomer(centre(0, 0)[0], AFTER)
    factor, fcr = figures(folder)
    ramp = Ramp(days=60, slower=0.4, unresolved=0.15)
    found, known = ramped(folder, factor, fcr, AFTER, ramp)
    np.testing.assert_allclose(found[-1], factor[-1] * np.exp(0.4))
    np.testing.assert_allclose(known[-1], fcr[-1] - 0.15)
    later, _ = ramped(folder, factor, fcr, AFTER + timedelta(days=60), ramp)
    np.testing.assert_allclose(later[-1], factor[-1] * np.exp(0.4 * np.exp(-3)))
    done, _ = ramped(folder, factor, fcr, AFTER + timedelta(days=121), ramp)
    assert done is factor


def test_the_ramp_is_capped_by_the_limits(centre):
    folder = with_newcomer(centre(0, 0)[0], AFTER, limits=(0.7, 1.3))
    found, known = ramped(folder, *figures(folder), AFTER, Ramp(slower=1.0, unresolved=0.9))
    assert found.max() <= 1.3
    assert (found[-1] == 1.3).all()
    assert (known > 0).all()


def test_it_is_off_where_scores_stay_out_of_staffing_and_where_no_hiring_date_is_known(centre, make_folder):
    folder = with_newcomer(centre(0, 0)[0], AFTER, staffing=False)
    factor, fcr = figures(folder)
    assert ramped(folder, factor, fcr, AFTER)[0] is factor
    plain = make_folder(None, 2, 2)
    one, unknown = np.ones((2, 2)), np.full((2, 2), np.nan)
    assert ramped(plain, one, unknown, AFTER)[0] is one


def test_unknown_fcr_stays_unknown_and_future_people_count_as_on_their_first_day(make_folder):
    folder = make_folder(None, 1, 1)
    folder = replace(folder, agents=(folder.agents[0].model_copy(update={"hired_on": AFTER + timedelta(days=30)}),))
    found, known = ramped(folder, np.ones((1, 1)), np.full((1, 1), np.nan), AFTER)
    assert found[0, 0] == pytest.approx(1.3)
    assert np.isnan(known[0, 0])
    assert tenure_days(folder, AFTER)[0] == 0

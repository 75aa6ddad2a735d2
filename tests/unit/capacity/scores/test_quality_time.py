from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from capacity.quality_time import quality_time
from capacity.record import performance_record
from capacity.resolution import resolution
from capacity.scorecard import scorecard_kpis
from capacity.scores import score_agents

AFTER = date(2027, 1, 1)


def found(folder):
    record = performance_record(folder, AFTER)
    solved = resolution(record, np.full(record.shape[1], np.nan))
    return quality_time(record, solved, scorecard_kpis(record, solved))


@pytest.fixture
def folder(make_folder, make_performance):
    """Agent 0 takes 240 s and resolves .5; agent 1 takes 360 s and resolves .9; with and without quality."""

    def build(quality):
        rng = np.random.default_rng(3)
        agent = np.repeat([0, 1], 120)
        n = np.full(240, 50.0)
        given = {} if quality is None else {
            "quality_count": np.full(240, 4.0),
            "quality_sum": 4 * np.clip(rng.normal(np.where(agent == 0, *quality), 5), 0, 100),
        }  # fmt: skip
        record = make_performance(
            2, 1, date=np.tile(np.arange(120), 2), agent=agent, queue=np.zeros(240), handled=n,
            handle_time_s=rng.gamma(n / 0.9, np.where(agent == 0, 240, 360) * 0.9),
            resolved=rng.binomial(50, np.where(agent == 0, 0.5, 0.9)).astype(float), **given,
        )  # fmt: skip
        return make_folder(record, 2, 1)

    return build


def test_who_takes_longer_but_resolves_more_is_ahead(folder):
    seconds = found(folder(None)).seconds[:, 0]
    np.testing.assert_allclose(seconds, [480, 400], rtol=0.04)


def test_quality_weighs_the_contacts(folder):
    seconds = found(folder((60, 90))).seconds[:, 0]
    np.testing.assert_allclose(seconds, [480 / 0.6, 400 / 0.9], rtol=0.05)


def test_the_interval_holds_the_truth_and_is_narrow_with_much_data(folder):
    time = found(folder(None))
    assert (time.low[:, 0] < [480, 400]).all()
    assert (time.high[:, 0] > [480, 400]).all()
    assert (time.high / time.low).max() < 1.2


def test_without_a_record_or_outcomes_it_is_unknown(make_folder, make_performance):
    assert np.isnan(found(make_folder(None, 2, 2)).seconds).all()
    n = np.full(10, 5.0)
    record = make_performance(
        1, 1, date=np.arange(10), agent=np.zeros(10), queue=np.zeros(10), handled=n, handle_time_s=n * 200
    )
    assert np.isnan(found(make_folder(record, 1, 1)).seconds).all()


def test_scores_carry_it_personally_even_out_of_staffing(drawn):
    folder, _ = drawn[0]
    card = folder.centre.scorecard.model_copy(update={"use_in_staffing": False})
    apart = replace(folder, centre=folder.centre.model_copy(update={"scorecard": card}))
    personal = [s.quality_time_s for s in score_agents(folder, before=AFTER)]
    assert personal == [s.quality_time_s for s in score_agents(apart, before=AFTER)]
    assert np.isfinite(personal).all()


def test_it_is_not_held_within_the_limits_of_factors(drawn):
    folder, _ = drawn[0]
    card = folder.centre.scorecard.model_copy(update={"factor_limits": (0.99, 1.01)})
    capped = replace(folder, centre=folder.centre.model_copy(update={"scorecard": card}))
    assert [s.quality_time_s for s in score_agents(capped, before=AFTER)] == [
        s.quality_time_s for s in score_agents(folder, before=AFTER)
    ]

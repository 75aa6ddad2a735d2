from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from capacity.record import performance_record
from capacity.weight_advice import _fitted, _resampled, advice_text, suggest_weights
from capacity.within_person import within_weeks
from domain.centre import Scorecard

AFTER = date(2027, 1, 1)


@pytest.fixture(scope="module")
def centre(make_folder, make_performance):
    """Satisfaction moves by .4 a point of resolution, .2 a point of quality and not by time or teamwork.

    Agents differ in charm, which has nothing to do with any KPI, and charmers happen to be slow.
    """

    def build(seed, agents=40, weeks=26, resolved=0.4, checked=0.2):
        rng = np.random.default_rng(seed)
        queues = 2
        week, agent, queue = (index.ravel() for index in np.indices((weeks, agents, queues)))
        charm = rng.normal(0, 6, agents)
        share = np.clip(65 + rng.normal(0, 8, agents)[agent] + rng.normal(0, 8, len(agent)), 5, 95)
        quality = 70 + rng.normal(0, 6, agents)[agent] + rng.normal(0, 8, len(agent))
        solved = rng.binomial(60, share / 100) / 60
        mean = 20 + charm[agent] + resolved * 100 * solved + checked * quality + 3 * queue
        time = 300 * np.exp(0.02 * charm[agent] + rng.normal(0, 0.15, len(agent)))
        # Two days a week, with two checks each.
        week, agent, queue, solved, quality, mean, time = (
            np.repeat(a, 2) for a in (week, agent, queue, solved, quality, mean, time)
        )
        size = len(agent)
        n, ratings, checks = np.full(size, 30.0), np.full(size, 10.0), np.full(size, 2.0)
        record = make_performance(
            agents, queues, date=7 * week + np.arange(size) % 2, agent=agent, queue=queue, handled=n,
            resolved=n * solved, handle_time_s=n * time, csat_count=ratings,
            csat_sum=ratings * np.clip(mean + rng.normal(0, 25 / np.sqrt(10), size), 0, 100),
            quality_count=checks, quality_sum=checks * np.clip(quality + rng.normal(0, 10 / np.sqrt(2), size), 0, 100),
            teamwork=np.clip(rng.normal(70, 10, size), 0, 100),
        )  # fmt: skip
        return make_folder(record, agents, queues, scorecard=Scorecard())

    return build


def effects(folder):
    return {e.kpi: e for e in suggest_weights(folder, AFTER).effects}


def test_planted_effects_are_inside_their_intervals(centre):
    inside = []
    for seed in range(20):
        found = effects(centre(seed))
        true = {"resolution": 0.4, "quality": 0.2, "teamwork": 0.0, "handle_time": 0.0}
        inside += [found[name].low <= value <= found[name].high for name, value in true.items()]
    assert 0.88 <= np.mean(inside) <= 1.0


def test_weights_follow_the_effects_and_satisfaction_keeps_its_own(centre):
    found = effects(centre(0))
    assert found["resolution"].weight > found["quality"].weight > found["teamwork"].weight
    assert sum(found[name].weight for name in ("quality", "resolution", "teamwork")) == pytest.approx(0.7)
    assert found["resolution"].weight == pytest.approx(0.7 * 2 / 3, abs=0.08)
    assert np.isnan(found["handle_time"].weight)
    for effect in found.values():
        assert np.isnan(effect.weight) or effect.weight_low <= effect.weight <= effect.weight_high


def test_what_people_are_like_does_not_count_only_what_they_do_differently(centre):
    """Charmers are slow and liked; slowness itself moves nothing."""
    handle = effects(centre(1))["handle_time"]
    assert handle.low < 0 < handle.high
    assert abs(handle.effect) < 0.05


def test_quality_s_few_checks_do_not_flatten_its_effect(centre):
    found = [effects(centre(seed))["quality"].effect for seed in range(8)]
    assert np.mean(found) == pytest.approx(0.2, abs=0.03)


def test_samples_of_everybody_give_the_estimate_itself(centre):
    weeks = within_weeks(performance_record(centre(2), AFTER))

    class Everybody:
        def multinomial(self, people, chance, size):
            return np.ones((size, people))

    np.testing.assert_allclose(_resampled(weeks, Everybody(), 2)[1], _fitted(weeks), rtol=1e-9)


def test_the_same_seed_gives_the_same_advice(centre):
    folder = centre(3)
    assert repr(suggest_weights(folder, AFTER)) == repr(suggest_weights(folder, AFTER))


def test_a_kpi_that_harms_gets_no_weight(centre):
    found = effects(centre(0, resolved=-0.3))
    assert found["resolution"].weight == 0.0
    assert found["quality"].weight > 0.5


def test_where_the_data_cannot_tell_it_says_so(centre, make_folder, drawn):
    for folder in (make_folder(None, 2, 2), drawn[0][0], centre(0, agents=3)):
        advice = suggest_weights(folder, AFTER)
        assert advice.effects == ()
        assert "nothing can be suggested" in advice_text(advice)[0]


def test_the_text_names_effects_weights_and_that_nothing_is_applied(centre):
    folder = centre(0)
    text = "\n".join(advice_text(suggest_weights(folder, AFTER)))
    assert "not applied" in text
    assert "resolution: +0." in text
    assert "teamwork" in text
    assert "no effect is shown" in text
    assert "handle time" in text
    assert "nan" not in text


def test_where_no_kpi_is_shown_to_move_it_no_weights_are_told(centre):
    text = advice_text(suggest_weights(centre(0, resolved=-0.2, checked=0.0), AFTER))
    assert text[-1].startswith("No weights follow")


def test_advice_leaves_the_scorecard_alone(centre):
    folder = centre(0)
    before = replace(folder)
    suggest_weights(folder, AFTER)
    assert folder.centre.scorecard == before.centre.scorecard == Scorecard()

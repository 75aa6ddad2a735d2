from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from capacity.score_explanation import explain_score
from capacity.scores import score_agents
from domain.people import Agent, Skill

AFTER = date(2027, 1, 1)


def test_one_row_per_skill_and_per_queue_handled_without_one(drawn):
    folder, _ = drawn[0]
    rows = folder.performance
    skills = tuple(skill for skill in folder.skills if skill.queue == "q0")
    folder = replace(folder, skills=skills, performance=rows.select((rows.agent != 0) | (rows.queue == 3)))
    scores = score_agents(folder, before=AFTER)
    assert [score.queue for score in scores if score.agent_id == "a0"] == ["q0", "q3"]
    assert len({(score.agent_id, score.queue) for score in scores}) == len(scores)


def test_same_input_gives_the_same_scores_in_any_order_of_rows(drawn):
    folder, _ = drawn[1]
    order = np.random.default_rng(0).permutation(len(folder.performance))
    rows = folder.performance
    shuffled = replace(
        rows,
        **{name: getattr(rows, name)[order] for name in rows.__dataclass_fields__ if name not in ("agents", "queues")},
    )
    first = score_agents(folder, before=AFTER)
    assert repr(first) == repr(score_agents(folder, before=AFTER))
    assert repr(first) == repr(score_agents(replace(folder, performance=shuffled), before=AFTER))


def test_observed_columns_are_plain_sums_and_means(drawn):
    folder, _ = drawn[0]
    rows = folder.performance
    score = score_agents(folder, before=AFTER)[5]
    mine = (rows.agent == int(score.agent_id[1:])) & (rows.queue == int(score.queue[1:]))
    assert score.handled == rows.handled[mine].sum()
    assert score.aht_s == pytest.approx(rows.handle_time_s[mine].sum() / rows.handled[mine].sum(), abs=1e-5)


def test_a_newcomer_is_unscored_but_has_a_factor_and_fcr_of_their_level(drawn):
    folder, _ = drawn[0]
    newcomer = Agent(id="new", contract="full", hourly_cost=50, level="novice")
    folder = replace(
        folder,
        agents=(*folder.agents, newcomer),
        skills=(*folder.skills, Skill(agent_id="new", queue="q2")),
    )
    (score,) = [score for score in score_agents(folder, before=AFTER) if score.agent_id == "new"]
    assert score.handled == 0
    assert np.isnan(score.aht_s)
    assert np.isnan(score.score)
    assert score.grade == ""
    assert 0.7 < score.aht_factor < 1.4
    assert score.fcr_low < score.fcr < score.fcr_high


def test_people_who_left_have_no_row_but_inform_the_others(drawn):
    folder, _ = drawn[0]
    folder = replace(folder, agents=folder.agents[:-1])
    assert {score.agent_id for score in score_agents(folder, before=AFTER)} == {a.id for a in folder.agents}


def test_out_of_staffing_factors_and_fcr_are_the_level_s_but_scores_stay_personal(drawn):
    folder, truth = drawn[0]
    card = folder.centre.scorecard.model_copy(update={"use_in_staffing": False})
    folder = replace(folder, centre=folder.centre.model_copy(update={"scorecard": card}))
    peers = [f"a{k}" for k in np.flatnonzero(truth.level == 1)]
    rows = [s for s in score_agents(folder, before=AFTER) if s.agent_id in peers and s.queue == "q1"]
    assert len({s.aht_factor for s in rows}) == 1
    assert len({s.fcr for s in rows}) == 1
    assert len({s.score for s in rows}) > 1


def test_a_free_text_level_for_everyone_still_works(drawn):
    folder, _ = drawn[0]
    folder = replace(folder, agents=tuple(a.model_copy(update={"level": f"grade {a.id}"}) for a in folder.agents))
    scores = score_agents(folder, before=AFTER)
    assert all(0.4 <= s.aht_factor <= 2.0 and 0 < s.fcr < 1 for s in scores)


def test_without_performance_all_is_average_or_unknown(make_folder):
    for score in score_agents(make_folder(None, 2, 2), before=AFTER):
        assert score.aht_factor == 1.0
        assert np.isnan(score.fcr)
        assert np.isnan(score.score)


def test_explanation_names_sample_size_raw_and_shrunk_values_and_use(drawn):
    folder, _ = drawn[0]
    scores = {score.queue: score for score in score_agents(folder, before=AFTER) if score.agent_id == "a3"}
    lines = explain_score(folder, "a3", AFTER)
    start = lines.index(f"q0: {scores['q0'].handled:.0f} contacts handled.")
    told = " ".join(lines[start : start + 5])
    for figure in (f"{scores['q0'].aht_s:.0f} s", f"{scores['q0'].aht_factor:.3f}", f"{scores['q0'].fcr:.3f}"):
        assert figure in told
    assert "used for staffing and routing" in told
    assert scores["q0"].grade in told
    with pytest.raises(KeyError):
        explain_score(folder, "nobody", AFTER)


def test_explanation_of_one_queue_leaves_the_others_out(drawn):
    folder, _ = drawn[0]
    whole, one = explain_score(folder, "a3", AFTER), explain_score(folder, "a3", AFTER, queue_id="q1")
    heads = [line for line in one if line.endswith("contacts handled.")]
    assert len(heads) == 1 and heads[0].startswith("q1: ")
    assert set(one) <= set(whole)
    assert one[0] == whole[0]


def test_explanation_says_when_scores_stay_out_of_staffing(drawn):
    folder, _ = drawn[0]
    card = folder.centre.scorecard.model_copy(update={"use_in_staffing": False})
    folder = replace(folder, centre=folder.centre.model_copy(update={"scorecard": card}))
    assert "not used for staffing" in explain_score(folder, "a3", AFTER)[1]

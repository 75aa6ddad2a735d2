from dataclasses import replace
from datetime import date

import numpy as np

from capacity.score_use import score_uses
from capacity.scores import score_agents
from domain.people import Agent, Skill

AFTER = date(2027, 1, 1)
BOTH = ("staffing", "routing")


def switched_off(folder):
    card = folder.centre.scorecard.model_copy(update={"use_in_staffing": False})
    return replace(folder, centre=folder.centre.model_copy(update={"scorecard": card}))


def test_each_figure_of_each_person_stands_with_its_use_and_limits(drawn):
    folder, _ = drawn[0]
    uses = score_uses(folder, score_agents(folder, before=AFTER), run="plan 2027-01-01 seed 1", used_for=BOTH)
    mine = [(use.figure, use.used_for, use.limit_low, use.limit_high) for use in uses if use.agent_id == "a3"]
    assert mine[:4] == [
        ("aht_factor", "staffing", 0.4, 2.0),
        ("aht_factor", "routing", 0.4, 2.0),
        ("fcr", "staffing", 0.005, 0.995),
        ("fcr", "routing", 0.005, 0.995),
    ]
    assert mine[4][:2] == ("score", "none")
    assert np.isnan(mine[4][2])
    assert len(mine) == 5
    assert {use.agent_id for use in uses} == {agent.id for agent in folder.agents}
    assert {use.run for use in uses} == {"plan 2027-01-01 seed 1"}


def test_switched_off_every_figure_is_logged_as_unused(drawn):
    folder = switched_off(drawn[0][0])
    uses = score_uses(folder, score_agents(folder, before=AFTER), run="r", used_for=BOTH, ramp_on=AFTER)
    assert uses
    assert {use.used_for for use in uses} == {"none"}
    assert all(np.isnan(use.limit_low) for use in uses)


def test_who_is_on_the_ramp_is_logged_too(drawn):
    folder, _ = drawn[0]
    new = Agent(id="new", contract="full", hourly_cost=50, hired_on=date(2026, 12, 20))
    folder = replace(folder, agents=(*folder.agents, new), skills=(*folder.skills, Skill(agent_id="new", queue="q0")))
    scores = score_agents(folder, before=AFTER)
    uses = score_uses(folder, scores, run="r", used_for=["staffing"], ramp_on=AFTER)
    assert [use.agent_id for use in uses if use.figure == "ramp"] == ["new"]
    assert not [use for use in score_uses(folder, scores, run="r", used_for=["staffing"]) if use.figure == "ramp"]


def test_a_figure_that_nobody_knows_is_not_used(make_folder):
    folder = make_folder(None, 1, 1)
    uses = score_uses(folder, score_agents(folder, before=AFTER), run="r", used_for=["routing"])
    assert [use.figure for use in uses] == ["aht_factor"]

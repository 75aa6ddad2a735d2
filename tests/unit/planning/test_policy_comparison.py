"""Policies on one roster: the same customers, a cap that holds, a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from capacity.scores import Score
from planning.files.policies_file import frontier, write_policies
from planning.policy_comparison import compare_policies, to_use
from tests.unit.planning.whatif_case import world_of


@pytest.fixture(scope="module")
def results():
    world = world_of()
    rng = np.random.default_rng(3)
    scores = tuple(
        Score(
            agent_id=agent.id,
            queue=queue,
            handled=500.0,
            aht_s=300.0,
            aht_factor=float(rng.uniform(0.8, 1.2)),
            fcr=float(rng.uniform(0.4, 0.8)),
            fcr_low=0.3,
            fcr_high=0.9,
            score=80.0,
            grade="good",
        )
        for agent in world.folder.agents
        for queue in ("phone", "chat")
    )
    world = replace(world, people=replace(world.people, scores=scores))
    return compare_policies(world, spread=0.05, replications=12)


def test_every_policy_is_simulated_and_ours_resolves_more_than_the_longest_idle(results):
    by_name = {result.policy: result for result in results}
    assert len(by_name) == 7
    ours, usual = by_name["comparative advantage"], by_name["longest idle"]
    assert ours.figures["fcr"][0] > usual.figures["fcr"][0] + 0.02
    assert by_name["best FCR"].figures["fcr"][0] > usual.figures["fcr"][0]
    for result in results:
        value, low, high = result.figures["mean_wait_s"]
        assert low <= value <= high


def test_the_cap_evens_out_the_load(results):
    by_name = {result.policy: result for result in results}
    capped = by_name["comparative advantage, spread at most 0.05"]
    assert capped.occupancy_sd < by_name["comparative advantage"].occupancy_sd
    assert capped.figures["fcr"][0] >= by_name["longest idle"].figures["fcr"][0]


def test_a_spread_that_no_routing_keeps_leaves_our_recommendation(results):
    assert to_use(results).policy == "comparative advantage, spread at most 0.05"
    missed = (*results[:-1], replace(results[-1], policy="comparative advantage, most even", kept=False))
    assert to_use(missed) is results[0] and to_use(results[:-1]) is results[0]


def test_the_table_and_the_picture_hold_every_policy(results, tmp_path):
    lines = write_policies(results, tmp_path).read_text().splitlines()
    assert len(lines) == 1 + len(results)
    assert lines[0].startswith("policy,mean_wait_s,mean_wait_s_low")
    tree = ET.fromstring(frontier(results))
    said = " ".join(element.text or "" for element in tree.iter() if element.tag.endswith("text"))
    for result in results:
        assert result.policy in said
    odd = replace(results[0], policy="<b>&")
    assert "&lt;b&gt;&amp;" in frontier([odd])

"""The people of the reference centre are those of the case."""

import numpy as np
import pytest

from planning.reference import parameters as case
from planning.reference.write import reference_tables


@pytest.fixture(scope="module")
def centre():
    return reference_tables(seed=1)


def test_fifty_agents_and_five_experts(centre):
    agents = centre.agents
    core = agents[agents["pool"] == "core"]
    assert len(core) == 50
    assert (agents["pool"] == "expert").sum() == 5
    assert core["team"].value_counts().to_dict() == case.POSTS
    assert core["contract"].value_counts().to_dict() == case.CONTRACTS
    assert core["level"].value_counts().to_dict() == case.LEVELS


def test_an_expert_costs_forty_per_cent_more(centre):
    cost = centre.agents.groupby("pool")["hourly_cost"].unique()
    assert cost["core"].tolist() == [57.7]
    assert cost["expert"].tolist() == [pytest.approx(1.4 * 57.7)]


def test_everyone_may_serve_every_queue(centre):
    assert len(centre.skills) == 55 * 15
    assert set(centre.skills["queue"]) == set(case.QUEUES)
    assert not centre.skills.duplicated().any()


def test_people_were_hired_before_their_record_begins(centre):
    assert centre.agents["hired_on"].max() < centre.performance["date"].min()


def test_time_off_names_agents_and_touches_the_demo_week(centre):
    leave = centre.time_off
    assert set(leave["agent_id"]) <= set(centre.agents["agent_id"])
    assert set(leave["kind"]) == {"paid", "unavailable"}
    assert (leave["start"] < leave["end"]).all()
    assert leave["start"].min() >= "2026-11-23"


def test_truth_has_the_stated_spread(centre):
    """Exactly, whatever the seed: the draws are rescaled."""
    for truth in (centre.truth, reference_tables(seed=7).truth):
        core = truth[truth["agent_id"].str.startswith("A")]
        one = core.drop_duplicates("agent_id")
        speed = 1 / one["aht_factor"]
        assert one["aht_factor"].mean() == pytest.approx(1.0, abs=1e-6)
        assert 0.15 < speed.std() / speed.mean() < 0.25
        matched, other = core[core["matched"]], core[~core["matched"]]
        gap = matched.groupby("agent_id")["fcr"].mean() - other.groupby("agent_id")["fcr"].mean()
        assert gap.median() == pytest.approx(0.185, abs=1e-6)


def test_quick_agents_resolve_a_little_less(centre):
    level = centre.agents.set_index("agent_id")["level"].map(case.LEVEL_FCR)
    one = centre.truth[centre.truth["matched"]].drop_duplicates("agent_id").set_index("agent_id")
    one = one[one.index.str.startswith("A")]
    deviation = one["fcr"] - level.loc[one.index]
    assert np.corrcoef(1 / one["aht_factor"], deviation)[0, 1] == pytest.approx(-0.3, abs=0.05)
    assert deviation.std() == pytest.approx(0.08, abs=0.01)


def test_random_routing_resolves_fifty_five_per_cent(centre):
    """The case's FCR of today, from levels, matched skills and contacts that fall on queues at random."""
    share = {case.queue_id(*cell): weight for cell, weight in case.SHARES.items()}
    core = centre.truth[centre.truth["agent_id"].str.startswith("A")]
    expected = (core["fcr"] * core["queue"].map(share)).sum() / 50
    assert expected == pytest.approx(0.55, abs=0.005)
    record = centre.performance
    assert record["resolved"].sum() / record["handled"].sum() == pytest.approx(0.55, abs=0.015)


def test_record_is_plausible(centre):
    record = centre.performance
    assert (record["resolved"] <= record["handled"]).all()
    assert (record["csat_sum"] <= 100 * record["csat_count"]).all()
    assert not record.duplicated(["date", "agent_id", "queue"]).any()
    assert record["date"].nunique() == 26 * 7
    full = centre.agents.loc[centre.agents["contract"] == "full-time", "agent_id"]
    days = record[record["agent_id"].isin(full)].groupby(["agent_id", "date"])["handled"].sum()
    assert days.mean() == pytest.approx(70, abs=1)
    assert len(days) / len(full) / 26 == pytest.approx(5 * 0.94, abs=0.1)


def test_record_shows_the_truth(centre):
    """With 26 weeks of contacts, observed handle times and resolution follow what they were drawn from."""
    total = centre.performance.groupby(["agent_id", "queue"], as_index=False)[
        ["handled", "handle_time_s", "resolved"]
    ].sum()
    total["aht"] = total["queue"].map(lambda queue: case.aht_s(queue.rpartition("-")[2]))
    joined = total.merge(centre.truth, on=["agent_id", "queue"])
    speed = joined.groupby("agent_id")[["handle_time_s", "handled", "aht_factor"]].agg(
        {"handle_time_s": "sum", "handled": "sum", "aht_factor": "first"}
    )
    base = (joined["aht"] * joined["handled"]).groupby(joined["agent_id"]).sum()
    assert (speed["handle_time_s"] / base / speed["aht_factor"] - 1).abs().max() < 0.06
    error = joined["resolved"] / joined["handled"] - joined["fcr"]
    sd = np.sqrt(joined["fcr"] * (1 - joined["fcr"]) / joined["handled"])
    assert (error / sd).std() == pytest.approx(1.0, abs=0.1)

"""What holds of customer tiers, whatever the centre."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capacity.decision import Idle, Router, Waiting
from capacity.requirement import Requirement
from capacity.service import ServiceReport
from capacity.simulation import simulate
from capacity.tier_routes import tier_routes
from domain.centre import Centre
from domain.coverage import Coverage
from domain.people import Agent, Route
from domain.queues import Channel, Queue
from domain.tiers import Tier
from tests.property.test_simulation_invariants import centres

anything: Any = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Made = tuple[Coverage, Requirement, Centre]


def with_tiers(made: Made, *tiers: Tier, apart: bool = False) -> Made:
    coverage, requirement, centre = made
    servers = tuple(replace(s, tier=tiers[0].id if apart and k % 2 else "") for k, s in enumerate(coverage.servers))
    return replace(coverage, servers=servers), requirement, centre.model_copy(update={"tiers": tiers})


def total(report: ServiceReport, measure: str) -> dict[str, float]:
    return {q: row.get(measure) for q in (*report.queues, "all") if (row := report.row("week", "2026-11-23", q))}


@anything
@given(centres(), st.integers(0, 1000), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_without_priority_nothing_changes(made: Made, seed: int, first: float, second: float) -> None:
    plain = simulate(*made, seed=seed, replications=2)
    tiers = (Tier(id="a", share=first, priority=False), Tier(id="b", share=second, priority=False))
    parted = simulate(*with_tiers(made, *tiers), seed=seed, replications=2)
    for one, other in zip(plain.rows, parted.rows, strict=True):
        np.testing.assert_allclose(one.value, other.value, rtol=1e-8, atol=1e-8)


@anything
@given(centres(), st.integers(0, 1000), st.booleans())
def test_tiers_add_up_to_their_queues(made: Made, seed: int, apart: bool) -> None:
    """Contacts offered, abandoned and time waited, with priority and with people set apart."""
    tiers = (Tier(id="a", share=0.2), Tier(id="b", share=0.3))
    report = simulate(*with_tiers(made, *tiers, apart=apart), seed=seed, replications=2)
    offered, waits, lost = (total(report, m) for m in ("offered", "mean_wait_s", "abandonment"))
    for queue in made[2].queues:
        if queue.deferred:
            continue
        rows = [r for r in report.tiers if r.scope == "week" and r.queue == queue.id]
        each = {m: [r.simulated(m)[0] for r in rows] for m in ("offered", "mean_wait_s", "abandonment")}
        came = np.array(each["offered"])
        assert np.isclose(came.sum(), offered[queue.id])
        for measure, whole in (("mean_wait_s", waits), ("abandonment", lost)):
            parts = np.nan_to_num(np.array(each[measure])) @ came
            assert np.isclose(parts, np.nan_to_num(whole[queue.id]) * offered[queue.id])


@anything
@given(st.integers(0, 10**6))
def test_one_decision_is_what_the_routing_plan_by_tier_says(seed: int) -> None:
    """With one agent idle the contact of least (level, rank, arrival); with one contact the agent of least level."""
    rng = np.random.default_rng(seed)
    queues = (Queue(id="p"), Queue(id="c", channel=Channel.CHAT, concurrency=2), Queue(id="s"))
    tiers = (
        Tier(id="x", share=0.1, team="red", others_serve=bool(rng.integers(2))),
        Tier(id="y", share=0.1, priority=bool(rng.integers(2)), queues=("p", "s")),
    )
    centre = Centre(name="c", timezone="UTC", queues=queues, contracts=(), tiers=tiers)
    agents = [Agent(id=f"a{k}", contract="f", hourly_cost=1, team=["red", ""][int(rng.integers(2))]) for k in range(5)]
    routes = [
        Route(agent_id=agent.id, queue=queue.id, level=int(rng.integers(1, 3)), weight=float(rng.random()))
        for agent in agents
        for queue in queues
        if rng.random() < 0.8
    ]
    plan = {(r.agent_id, r.queue, r.tier): r for r in tier_routes(centre, agents, routes)}
    router = Router.of(centre, routes, agents)
    line = [Waiting(queues[rng.integers(3)].id, float(k), str(k), ["", "x", "y"][rng.integers(3)]) for k in range(6)]
    idle = [Idle(agent.id, float(rng.random())) for agent in agents]

    def route(agent: Idle, contact: Waiting) -> Any:
        held = contact.tier if contact.tier and (contact.queue != "c" or contact.tier == "x") else "standard"
        return plan.get((agent.agent_id, contact.queue, held))

    for agent in idle:
        able = [(r.level, r.rank, c.since) for c in line if (r := route(agent, c))]
        told = router.decide(line, [agent])
        assert (told[0][0].since if told else None) == (min(able)[2] if able else None)
    for contact in line:
        ranked = [(r.level, -r.weight, a.since, a.agent_id) for a in idle if (r := route(a, contact))]
        told = router.decide([contact], idle)
        assert (told[0][1].agent_id if told else None) == (min(ranked)[3] if ranked else None)

"""Policies to compare, and the answer to one routing question."""

from __future__ import annotations

import time

import numpy as np
import pytest

from capacity.decision import Idle, Router, Waiting
from capacity.policies import POLICIES
from capacity.scores import score_agents
from domain.centre import Centre
from domain.people import Route
from domain.queues import Channel, Queue
from tests.unit.planning.whatif_case import FIRST, world_of

CENTRE = Centre(
    name="c",
    timezone="UTC",
    queues=(
        Queue(id="phone"),
        Queue(id="chat", channel=Channel.CHAT, concurrency=2),
        Queue(id="mail", channel=Channel.DEFERRED),
    ),
    contracts=(),
)


def router(*rows):
    return Router.of(CENTRE, [Route(agent_id=a, queue=q, level=level, weight=w) for a, q, level, w in rows])


def test_every_policy_routes_everyone_to_the_queues_they_may_serve():
    folder = world_of().folder
    scores = score_agents(folder, before=FIRST)
    skilled = {(skill.agent_id, skill.queue) for skill in folder.skills}
    for name, policy in POLICIES.items():
        routes = policy(folder, scores, FIRST)
        assert {(route.agent_id, route.queue) for route in routes} == skilled, name
    primary = {r.queue for r in POLICIES["skill priority"](folder, scores, FIRST) if r.level == 1}
    assert primary == {"phone"}


def test_the_most_valuable_queue_comes_first():
    folder = world_of().folder
    queues = tuple(
        q.model_copy(update={"value": v}) for q, v in zip(folder.centre.queues, (1.0, 5.0, 2.0), strict=True)
    )
    worth = type(folder)(
        folder.centre.model_copy(update={"queues": queues}), folder.history, folder.agents, folder.skills
    )
    routes = POLICIES["value first"](worth, (), FIRST)
    level = {route.queue: route.level for route in routes}
    assert level == {"chat": 1, "mail": 2, "phone": 3}


def test_one_contact_goes_to_the_lowest_level_then_the_least_loaded_the_highest_weight_the_longest_idle():
    r = router(("a", "chat", 2, 9.0), ("b", "chat", 1, 1.0), ("c", "chat", 1, 2.0), ("d", "chat", 1, 2.0))
    idle = [Idle("a", 0), Idle("b", 0), Idle("c", 5), Idle("d", 3)]
    ((_, agent),) = r.decide([Waiting("chat", 10)], idle)
    assert agent.agent_id == "d"
    busy = [Idle("b", 0), Idle("d", 3, ("chat",))]
    ((_, agent),) = r.decide([Waiting("chat", 10)], busy)
    assert agent.agent_id == "b"
    assert r.decide([Waiting("chat", 10)], [Idle("d", 3, ("chat", "chat"))]) == ()
    assert r.decide([Waiting("phone", 10)], idle) == ()


def test_one_agent_takes_live_work_first_then_the_lowest_level_then_the_longest_wait():
    r = router(("a", "phone", 2, 1.0), ("a", "chat", 1, 1.0), ("a", "mail", 1, 1.0))
    line = [Waiting("mail", 0), Waiting("phone", 1), Waiting("chat", 5), Waiting("chat", 4)]
    ((contact, _),) = r.decide(line, [Idle("a", 0)])
    assert contact == Waiting("chat", 4)
    ((contact, _),) = r.decide(line[:2], [Idle("a", 0)])
    assert contact.queue == "phone"
    ((contact, _),) = r.decide(line[:1], [Idle("a", 0)])
    assert contact.queue == "mail"


def test_many_contacts_and_agents_are_paired_and_none_twice():
    r = router(*((f"a{k}", "phone", 1 + k % 2, 1.0) for k in range(5)))
    pairs = r.decide([Waiting("phone", k, str(k)) for k in range(8)], [Idle(f"a{k}", k) for k in range(5)])
    assert [contact.contact for contact, _ in pairs] == ["0", "1", "2", "3", "4"]
    assert [agent.agent_id for _, agent in pairs] == ["a0", "a2", "a4", "a1", "a3"]


def test_of_contacts_that_came_at_once_the_first_named_goes_first():
    r = router(("a", "phone", 1, 1.0))
    ((contact, _),) = r.decide([Waiting("phone", 5, "1"), Waiting("phone", 5, "2")], [Idle("a", 0)])
    assert contact.contact == "1"


def test_a_queue_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        router(("a", "phone", 1, 1.0)).decide([Waiting("fone", 0)], [Idle("a", 0)])


def test_a_question_takes_well_under_a_millisecond():
    """Three hundred agents idle, one contact; three hundred contacts in ten queues, one agent."""
    queues = tuple(Queue(id=f"q{k}") for k in range(10))
    rng = np.random.default_rng(2)
    centre = Centre(name="c", timezone="UTC", queues=queues, contracts=())
    routes = [
        Route(agent_id=f"a{a}", queue=f"q{q}", level=int(rng.integers(1, 3)), weight=float(rng.random()))
        for a in range(300)
        for q in rng.choice(10, 4, replace=False)
    ]
    made = Router.of(centre, routes)
    idle = [Idle(f"a{k}", float(rng.random())) for k in range(300)]
    line = [Waiting(f"q{rng.integers(10)}", float(k)) for k in range(300)]
    for waiting, free in ((line[:1], idle), (line, idle[:1])):
        spent = []
        for _ in range(20):
            begun = time.process_time()
            assert len(made.decide(waiting, free)) <= 1
            spent.append(time.process_time() - begun)
        assert min(spent) < 0.02  # a bound that no load breaks; the figure stands in benchmarks/capacity

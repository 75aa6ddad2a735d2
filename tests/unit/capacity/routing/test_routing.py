import heapq
from datetime import date

import numpy as np
import pytest

from capacity.matching import Matching, Work
from capacity.routing import comparative_advantage, make_routes, usual_volume
from capacity.skill_table import may_serve
from domain.people import Agent, Skill


def table(routes):
    return {(route.agent_id, route.queue): route for route in routes}


def test_each_is_first_line_where_they_are_relatively_strong(make_small, make_score):
    """Ann is better at both queues, yet Bob's place is where he loses least."""
    folder = make_small(["ann", "bob"], {"ann": ["a", "b"], "bob": ["a", "b"]}, offered=[50, 50])
    scores = [
        make_score("ann", "a", 0.90), make_score("ann", "b", 0.80),
        make_score("bob", "a", 0.40), make_score("bob", "b", 0.70),
    ]  # fmt: skip
    routes = table(make_routes(folder, scores))
    assert routes["ann", "a"].level == routes["bob", "b"].level == 1
    assert routes["ann", "b"].level == routes["bob", "a"].level == 2
    assert routes["ann", "a"].weight > routes["bob", "a"].weight
    assert routes["bob", "b"].weight > routes["ann", "b"].weight


def test_unequal_volume_makes_the_busy_queue_a_first_line_of_more_people(make_small, make_score):
    """A queue few excel at still gets the first lines that its share of the work needs."""
    people = [f"p{k}" for k in range(6)]
    folder = make_small(people, {p: ["a", "b"] for p in people}, offered=[90, 10])
    scores = [make_score(p, q, 0.5 + 0.2 * ((q == "b") == (k > 0))) for k, p in enumerate(people) for q in "ab"]
    routes = table(make_routes(folder, scores))
    assert sum(routes[p, "a"].level == 1 for p in people) >= 5


@pytest.mark.parametrize("seed", range(5))
def test_first_lines_alone_can_carry_as_much_of_every_queue_as_all_lines(make_small, make_score, seed):
    rng = np.random.default_rng(seed)
    people, queues = [f"p{k}" for k in range(12)], ("a", "b", "c", "d")
    skills = {p: [q for q in queues if rng.random() < 0.6] or ["a"] for p in people}
    folder = make_small(people, skills, queues, offered=rng.uniform(5, 100, 4))
    scores = [make_score(p, q, rng.uniform(0.3, 0.9), rng.uniform(0.7, 1.3)) for p in people for q in queues]
    factor = np.array([s.aht_factor for s in scores]).reshape(12, 4)
    routes = table(make_routes(folder, scores))
    volume, _ = usual_volume(folder, None)
    all_lines = np.array([[(p, q) in routes for q in queues] for p in people])
    first = np.array([[(p, q) in routes and routes[p, q].level == 1 for q in queues] for p in people])
    served = [Matching(Work(able, factor, np.full(12, 40.0), volume), 100.0) for able in (all_lines, first)]
    covered = all_lines.any(axis=0)
    np.testing.assert_array_equal(first.any(axis=0), covered)
    share = [(m.served[covered] / volume[covered]).min() for m in served]
    assert share[1] >= share[0] * (1 - 1e-6)


def test_people_alike_are_all_first_line_and_tie(make_small, make_score):
    people = ["x", "y", "z"]
    folder = make_small(people, {p: ["a", "b"] for p in people})
    routes = make_routes(folder, [make_score(p, q, 0.6) for p in people for q in "ab"])
    assert {(route.level, route.weight) for route in routes} == {(1, 1.0)}


def test_without_fcr_speed_alone_counts(make_small, make_score):
    folder = make_small(["fast", "slow"], {"fast": ["a", "b"], "slow": ["a", "b"]})
    scores = [
        make_score("fast", "a", factor=0.7), make_score("fast", "b", factor=1.0),
        make_score("slow", "a", factor=1.3), make_score("slow", "b", factor=1.0),
    ]  # fmt: skip
    routes = table(make_routes(folder, scores))
    assert routes["fast", "a"].weight > routes["slow", "a"].weight
    assert routes["slow", "a"].level == 2


def test_experts_are_second_line_unless_nobody_else_serves_the_queue(make_small, make_score):
    guru = Agent(id="guru", contract="full", hourly_cost=80, pool="expert")
    folder = make_small(["ann", guru], {"ann": ["a"], "guru": ["a", "b"]})
    routes = table(make_routes(folder, [make_score("ann", "a", 0.5), make_score("guru", "a", 0.9)]))
    assert (routes["ann", "a"].level, routes["guru", "a"].level, routes["guru", "b"].level) == (1, 2, 1)


def test_a_dedicated_agent_is_routed_to_that_queue_alone(make_small, make_score):
    own = Skill(agent_id="ann", queue="a", dedicated=True)
    folder = make_small(["ann", "bob"], {"ann": [own, "b"], "bob": ["a", "b"]})
    routes = table(make_routes(folder, [make_score("ann", "a", 0.2), make_score("bob", "a", 0.9)]))
    assert ("ann", "b") not in routes
    assert routes["ann", "a"].level == 1


def test_a_lapsed_certificate_is_not_routed_and_the_other_is_first_line(make_small, make_score):
    lapsed = Skill(agent_id="ann", queue="a", certified_until=date(2026, 1, 1))
    folder = make_small(["ann", "bob"], {"ann": [lapsed, "b"], "bob": ["a", "b"]}, offered=[50, 50])
    scores = [
        make_score("ann", "a", 0.9), make_score("ann", "b", 0.5),
        make_score("bob", "a", 0.5), make_score("bob", "b", 0.6),
    ]  # fmt: skip
    for before in (date(2026, 11, 23), None):
        routes = table(make_routes(folder, scores, before=before))
        assert ("ann", "a") not in routes
        assert routes["bob", "a"].level == 1
    earlier = table(make_routes(folder, scores, before=date(2026, 1, 1)))
    assert ("ann", "a") in earlier


def test_a_certificate_counts_on_its_last_day(make_small):
    last = Skill(agent_id="ann", queue="a", certified_until=date(2026, 11, 23))
    folder = make_small(["ann"], {"ann": [last, "b"]})
    assert may_serve(folder, date(2026, 11, 23)).tolist() == [[True, True]]
    assert may_serve(folder, date(2026, 11, 24)).tolist() == [[False, True]]
    assert may_serve(folder).tolist() == [[True, True]]


def test_advantage_has_no_agent_or_queue_mean_even_with_gaps():
    rng = np.random.default_rng(0)
    able = rng.random((20, 5)) < 0.7
    able[:, 0] = True
    strength = rng.normal(0, 1, (20, 1)) + rng.normal(0, 1, 5) + rng.normal(0, 0.1, (20, 5))
    found = comparative_advantage(strength, able)
    np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-8)
    additive = rng.normal(0, 1, (20, 1)) + rng.normal(0, 1, 5)
    np.testing.assert_allclose(comparative_advantage(additive, able), 0, atol=1e-8)


def test_usual_volume_is_a_week_before_the_date_and_equal_without_history(make_small):
    folder = make_small(["ann"], {"ann": ["a"]}, offered=[80, 20])
    np.testing.assert_array_equal(usual_volume(folder, date(2026, 11, 2))[0], [20, 5])
    np.testing.assert_array_equal(usual_volume(folder, date(2026, 10, 1))[0], [1, 1])


def simulate(level, weight, seconds, fcr, gap_s, contacts=30_000, seed=0):
    """Serve a stream under the contract's rule; return (mean wait, FCR). Plain and slow on purpose."""
    rng = np.random.default_rng(seed)
    people, queues = level.shape
    arrival = np.cumsum(rng.exponential(gap_s, contacts))
    queue_of = rng.integers(queues, size=contacts)
    stretch, luck = rng.gamma(1 / 0.9, 0.9, contacts), rng.random(contacts)
    idle = dict.fromkeys(range(people), 0.0)
    waiting = [[] for _ in range(queues)]
    ends, wait, resolved = [], 0.0, 0

    def begin(now, agent, contact):
        nonlocal wait, resolved
        q = queue_of[contact]
        wait += now - arrival[contact]
        resolved += luck[contact] < fcr[agent, q]
        heapq.heappush(ends, (now + stretch[contact] * seconds[agent, q], agent))

    for contact, now in enumerate(arrival):
        while ends and ends[0][0] <= now:
            free_at, agent = heapq.heappop(ends)
            found = [(level[agent, q], waiting[q][0], q) for q in range(queues) if waiting[q]]
            if found:
                q = min(found)[2]
                begin(free_at, agent, waiting[q].pop(0))
            else:
                idle[agent] = free_at
        if idle:
            q = queue_of[contact]
            agent = min(idle, key=lambda i: (level[i, q], -weight[i, q], idle[i]))
            del idle[agent]
            begin(now, agent, contact)
        else:
            waiting[queue_of[contact]].append(contact)
    return wait / contacts, resolved / contacts


@pytest.mark.parametrize("load", [0.8, 0.92])
def test_routing_raises_fcr_and_does_not_lengthen_waits(make_small, make_score, load):
    """In a simulated centre with a home queue for everyone; the yardstick is longest idle."""
    rng = np.random.default_rng(4)
    people, queues = [f"p{k}" for k in range(20)], ("a", "b", "c", "d")
    factor = np.exp(rng.normal(0, 0.2, (20, 1)) + rng.normal(0, 0.05, (20, 4)))
    factor /= factor.mean(axis=0)
    home = np.arange(4) == rng.integers(4, size=20)[:, None]
    fcr = np.clip(rng.normal(0.68, 0.08, (20, 1)) - np.where(home, 0, 0.185), 0.1, 0.95)
    folder = make_small(people, dict.fromkeys(people, queues), queues, offered=[25] * 4)
    scores = [make_score(people[i], queues[q], fcr[i, q], factor[i, q]) for i in range(20) for q in range(4)]
    routes = make_routes(folder, scores)
    level = np.array([route.level for route in routes]).reshape(20, 4)
    weight = np.array([route.weight for route in routes]).reshape(20, 4)
    gap = 300 / ((1 / factor.mean(axis=1)).sum() * load)
    plain_wait, plain_fcr = simulate(np.ones_like(level), np.ones_like(weight), 300 * factor, fcr, gap)
    our_wait, our_fcr = simulate(level, weight, 300 * factor, fcr, gap)
    assert our_fcr > plain_fcr + 0.03
    assert our_wait < 1.05 * plain_wait + 1

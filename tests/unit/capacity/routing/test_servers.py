from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from capacity.servers import elastic_cap, make_servers, with_seats
from domain.people import Agent, Route, Skill
from domain.roster import Stretch

MONDAY = date(2026, 11, 23)


@pytest.fixture
def centre(make_small, elastic_pool):
    people = [Agent(id=f"p{k}", contract="full", hourly_cost=50) for k in range(10)]
    people.append(Agent(id="guru", contract="full", hourly_cost=80, pool="expert"))
    people.append(Agent(id="soon", contract="full", hourly_cost=50, hired_on=date(2026, 11, 25)))
    skills = {f"p{k}": ["a", "b"] for k in range(10)} | {"guru": ["b"], "soon": ["a"]}
    return make_small(people, skills, elastic=elastic_pool)


def test_cap_is_a_share_of_core_heads_hired_by_the_first_day(centre):
    assert elastic_cap(centre, MONDAY) == 2
    assert elastic_cap(centre, MONDAY, emergency=True) == 3
    late = replace(centre, agents=tuple(a.model_copy(update={"hired_on": date(2026, 12, 1)}) for a in centre.agents))
    assert elastic_cap(late, MONDAY) == 0


def test_agents_come_in_the_folder_s_order_then_elastic_seats(centre):
    servers = make_servers(centre, [], [], MONDAY, 7)
    assert [s.id for s in servers] == [a.id for a in centre.agents] + ["elastic-001", "elastic-002"]
    assert [s.pool for s in servers[-4:]] == ["expert", "core", "elastic", "elastic"]
    assert len(make_servers(centre, [], [], MONDAY, 7, emergency=True)) == len(servers) + 1


def test_unknown_people_are_average_and_their_fcr_unknown(centre):
    server = make_servers(centre, [], [], MONDAY, 7)[0]
    np.testing.assert_array_equal(server.aht_factor, [1, 1])
    assert np.isnan(server.fcr).all()


def test_scores_and_routes_land_on_their_queue(centre, make_score):
    routes = [Route(agent_id="p0", queue="b", level=2, weight=1.3), Route(agent_id="p0", queue="a", level=1)]
    server = make_servers(centre, [make_score("p0", "b", 0.8, 0.9)], routes, MONDAY, 7)[0]
    np.testing.assert_array_equal(server.level, [1, 2])
    np.testing.assert_array_equal(server.weight, [1, 1.3])
    np.testing.assert_array_equal(server.aht_factor, [1, 0.9])
    assert server.fcr[1] == 0.8


def test_level_is_zero_without_skill_whatever_the_routes_say(centre):
    routes = [Route(agent_id="guru", queue="a", level=1), Route(agent_id="guru", queue="b", level=2)]
    servers = {s.id: s for s in make_servers(centre, [], routes, MONDAY, 7)}
    np.testing.assert_array_equal(servers["guru"].level, [0, 2])
    np.testing.assert_array_equal(servers["soon"].level, [1, 0])


def test_a_routed_agent_serves_only_what_the_acd_routes_and_an_unrouted_one_all_skills(centre):
    servers = make_servers(centre, [], [Route(agent_id="p0", queue="a", level=3)], MONDAY, 7)
    np.testing.assert_array_equal(servers[0].level, [3, 0])
    np.testing.assert_array_equal(servers[1].level, [1, 1])


def test_a_dedicated_skill_shuts_out_the_others(centre):
    own = Skill(agent_id="p0", queue="b", dedicated=True)
    folder = replace(centre, skills=(own, *centre.skills))
    np.testing.assert_array_equal(make_servers(folder, [], [], MONDAY, 7)[0].level, [0, 1])


def test_elastic_seats_are_slower_first_line_and_asked_after_the_core(centre):
    routes = [Route(agent_id=f"p{k}", queue="a", level=1, weight=0.6 + k / 10) for k in range(10)]
    *core, seat, _ = make_servers(centre, [], routes, MONDAY, 7)
    np.testing.assert_array_equal(seat.aht_factor, [1.15, 1.15])
    np.testing.assert_array_equal(seat.fcr, [0.5, 0.5])
    np.testing.assert_array_equal(seat.level, [1, 0])
    assert seat.weight[0] < min(s.weight[0] for s in core if s.level[0] > 0)


def test_no_pool_no_seats(make_small):
    servers = make_servers(make_small(["ann"], {"ann": ["a"]}), [], [], MONDAY, 7)
    assert [s.id for s in servers] == ["ann"]


def test_seats_beyond_the_cap_can_be_simulated_where_a_roster_names_them(centre):
    servers = make_servers(centre, [], [], MONDAY, 7)
    more = with_seats(centre, servers, ["elastic-009", "p0", "elastic-001"])
    assert [s.id for s in more[len(servers) :]] == ["elastic-009"]
    np.testing.assert_array_equal(more[-1].level, servers[-1].level)
    assert with_seats(centre, servers, ["p0"]) == servers


def test_a_seat_that_works_into_the_week_is_there_whatever_the_cap(centre):
    start = datetime(2026, 11, 23, tzinfo=ZoneInfo(centre.centre.timezone))
    seat = Stretch("elastic-007", start - timedelta(hours=3), start + timedelta(hours=1), pool="elastic")
    gone = replace(seat, agent_id="elastic-008", end=start)
    servers = make_servers(replace(centre, previous=(seat, gone)), [], [], MONDAY, 7)
    assert [s.id for s in servers if s.pool == "elastic"] == ["elastic-001", "elastic-002", "elastic-007"]

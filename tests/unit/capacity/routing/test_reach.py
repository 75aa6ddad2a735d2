from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from scipy.optimize import linprog

from capacity.duty_hours import contact_hours
from capacity.matching import Matching, Work, hours_per_contact
from capacity.reach import reachable_fcr
from capacity.servers import make_servers
from domain.centre import Experts, Shrinkage
from domain.people import Agent, Skill, TimeOff
from domain.queues import Channel, Target

MONDAY = date(2026, 11, 23)
AHT = np.array([360.0, 360.0])


def two_people(make_small, make_score, queue_keys=None):
    folder = make_small(["ann", "bob"], {"ann": ["a", "b"], "bob": ["a", "b"]}, queue_keys=queue_keys)
    scores = [
        make_score("ann", "a", 0.9), make_score("ann", "b", 0.5),
        make_score("bob", "a", 0.6), make_score("bob", "b", 0.7),
    ]  # fmt: skip
    return folder, make_servers(folder, scores, [], MONDAY, 7)


def test_everyone_on_their_strong_queue_when_volumes_allow(make_small, make_score):
    folder, servers = two_people(make_small, make_score)
    found = reachable_fcr(folder, servers, np.array([100.0, 100.0]), AHT, np.array([10.0, 10.0]))
    assert found.together == pytest.approx({"a": 0.9, "b": 0.7})
    assert found.overall == pytest.approx(0.8)
    assert found.served_share == pytest.approx(1.0)


def test_scarce_hours_push_work_to_the_weaker(make_small, make_score):
    """150 contacts of a at 10 an hour: Ann has hours for 100, Bob takes 50 of them."""
    folder, servers = two_people(make_small, make_score)
    found = reachable_fcr(folder, servers, np.array([150.0, 50.0]), AHT, np.array([10.0, 10.0]))
    assert found.together["a"] == pytest.approx((100 * 0.9 + 50 * 0.6) / 150)
    assert found.overall == pytest.approx((100 * 0.9 + 50 * 0.6 + 50 * 0.7) / 200)


def test_more_volume_than_hours_serves_a_common_share_first(make_small, make_score):
    folder, servers = two_people(make_small, make_score)
    found = reachable_fcr(folder, servers, np.array([300.0, 100.0]), AHT, np.array([10.0, 10.0]))
    assert found.served_share == pytest.approx(0.5)
    assert found.overall == pytest.approx((100 * 0.9 + 50 * 0.6 + 50 * 0.7) / 200, abs=1e-6)
    assert "hours for 50 % of the contacts at most" in found.sentences()[0]


def test_a_target_out_of_reach_is_said_with_the_highest_that_can_be(make_small, make_score):
    keys = {"b": {"targets": (Target(fcr=0.75),)}}
    folder, servers = two_people(make_small, make_score, keys)
    found = reachable_fcr(folder, servers, np.array([100.0, 50.0]), AHT, np.array([10.0, 10.0]))
    assert found.alone == pytest.approx({"b": 0.7})
    assert found.margin == pytest.approx(-0.05)
    first = found.sentences()[0]
    assert first.startswith("b: no roster can reach an FCR of 0.75: ") and first.endswith("it is 0.70 at most.")


def test_targets_that_can_be_met_alone_but_not_at_once_are_told_apart(make_small, make_score):
    keys = {q: {"targets": (Target(fcr=0.85),)} for q in "ab"}
    folder = make_small(["ann", "bob"], {"ann": ["a", "b"], "bob": ["a", "b"]}, queue_keys=keys)
    scores = [make_score(p, q, fcr) for p, fcr in (("ann", 0.9), ("bob", 0.5)) for q in "ab"]
    servers = make_servers(folder, scores, [], MONDAY, 7)
    found = reachable_fcr(folder, servers, np.array([100.0, 100.0]), AHT, np.array([10.0, 10.0]))
    assert found.alone == pytest.approx({"a": 0.9, "b": 0.9})
    assert found.margin == pytest.approx(0.7 - 0.85)
    first = found.sentences()[0]
    assert first.startswith("No roster can reach all FCR targets at once: ") and "0.150 or more below" in first
    assert first.endswith("That is a limit, not what this roster gives.")


def test_matching_equals_another_solver_s_on_random_centres():
    rng = np.random.default_rng(0)
    for _ in range(10):
        people, queues = 6, 3
        able = rng.random((people, queues)) < 0.7
        able[0] = True
        work = Work(able, rng.uniform(0.05, 0.2, able.shape), rng.uniform(5, 40, people), rng.uniform(20, 150, queues))
        gain = rng.random(able.shape)
        matching = Matching(work)
        value = float((matching.best(gain) * gain).sum())
        i, q = np.nonzero(able)
        hours = np.zeros((people, len(i)))
        hours[i, np.arange(len(i))] = work.hours_per_contact[i, q]
        contacts = np.zeros((queues, len(i)))
        contacts[q, np.arange(len(i))] = 1
        other = linprog(-gain[i, q], A_ub=hours, b_ub=work.hours, A_eq=contacts, b_eq=matching.served)
        assert value == pytest.approx(-other.fun, rel=1e-6)


def test_a_queue_nobody_serves_leaves_the_others_bounded(make_small, make_score):
    folder = make_small(["ann"], {"ann": ["a"]})
    servers = make_servers(folder, [make_score("ann", "a", 0.6)], [], MONDAY, 7)
    found = reachable_fcr(folder, servers, np.array([50.0, 50.0]), AHT, np.array([10.0]))
    assert found.together == pytest.approx({"a": 0.6})
    assert found.served_share == pytest.approx(0.5)


def test_skills_that_lack_are_not_called_hours_that_lack(make_small, make_score):
    keys = {"b": {"targets": (Target(fcr=0.7),)}}
    folder = make_small(["ann"], {"ann": ["a"]}, queue_keys=keys)
    servers = make_servers(folder, [make_score("ann", "a", 0.6)], [], MONDAY, 7)
    found = reachable_fcr(folder, servers, np.array([50.0, 50.0]), AHT, np.array([10.0]))
    assert (found.unskilled, found.hours_share) == (("b",), pytest.approx(1.0))
    said = found.sentences()
    assert said[0] == "b: nobody may serve it, so no limit on FCR counts its contacts."
    assert not any("There are hours" in line or "nothing tells" in line for line in said)
    short = reachable_fcr(folder, servers, np.array([200.0, 50.0]), AHT, np.array([10.0]))
    assert short.sentences()[1].startswith("There are hours for 50 % of the other contacts at most")


def test_people_without_hours_are_short_of_hours_not_of_skills(make_small, make_score):
    folder, servers = two_people(make_small, make_score)
    found = reachable_fcr(folder, servers, np.array([50.0, 50.0]), AHT, np.zeros(2))
    assert (found.unskilled, found.hours_share) == ((), 0.0)


def test_a_lapsed_certificate_serves_nobody(make_small, make_score):
    lapsed = Skill(agent_id="ann", queue="a", certified_until=date(2026, 11, 22))
    folder = make_small(["ann"], {"ann": [lapsed, "b"]})
    servers = make_servers(folder, [make_score("ann", "a", 0.9), make_score("ann", "b", 0.5)], [], MONDAY, 7)
    found = reachable_fcr(folder, servers, np.array([50.0, 50.0]), AHT, np.array([10.0]))
    assert (found.together, found.unskilled) == (pytest.approx({"b": 0.5}), ("a",))


def test_nothing_known_of_fcr_gives_no_bound(make_small):
    folder = make_small(["ann"], {"ann": ["a"]}, queue_keys={"a": {"targets": (Target(fcr=0.7),)}})
    servers = make_servers(folder, [], [], MONDAY, 7)
    found = reachable_fcr(folder, servers, np.array([50.0, 0.0]), AHT, np.array([10.0]))
    assert np.isnan(found.overall)
    assert found.sentences() == ("a: nothing tells the FCR of those who serve it.",)
    none = reachable_fcr(folder, servers, np.zeros(2), AHT, np.array([10.0]))
    assert none.served_share == 1.0


def test_no_roster_of_contacts_beats_the_bound(make_small, make_score):
    """Random ways to serve the same contacts within the hours never resolve more."""
    rng = np.random.default_rng(1)
    folder, servers = two_people(make_small, make_score)
    volume, hours = np.array([80.0, 90.0]), np.array([9.0, 9.0])
    bound = reachable_fcr(folder, servers, volume, AHT, hours).overall
    fcr = np.array([s.fcr for s in servers])
    tried = 0
    while tried < 200:
        share = rng.random(2)
        contacts = np.array([share * volume, (1 - share) * volume])
        if (contacts.sum(axis=1) / 10 <= hours).all():
            tried += 1
            assert (contacts * fcr).sum() / volume.sum() <= bound + 1e-9


def test_contacts_side_by_side_share_their_agent_s_time(make_small):
    keys = {"b": {"channel": Channel.CHAT, "concurrency": 3, "slowdown": (0.6, 0.8, 1.5)}}
    folder = make_small(["ann"], {"ann": ["a", "b"]}, queue_keys=keys)
    found = hours_per_contact(folder, np.array([[1.0, 2.0]]), np.array([360.0, 360.0]))
    np.testing.assert_allclose(found, [[0.1, 0.1 * 2 * 0.8 / 2]])


def test_contact_hours_leave_out_breaks_shrinkage_leave_and_days_before_hiring(make_small, elastic_pool):
    """40 paid hours less 48 of 480 minutes are 36; a fifth of it is lost to shrinkage here."""
    people = [
        "ann",
        Agent(id="new", contract="full", hourly_cost=50, hired_on=date(2026, 11, 30)),
        "away",
        Agent(id="guru", contract="full", hourly_cost=80, pool="expert"),
        *[f"p{k}" for k in range(3)],
    ]
    folder = make_small(
        people, {p if isinstance(p, str) else p.id: ["a"] for p in people}, elastic=elastic_pool,
        shrinkage=Shrinkage(absence=0.2), experts=Experts(weekly_hours_max=10),
    )  # fmt: skip
    off = TimeOff(
        agent_id="away",
        start=datetime(2026, 11, 23, tzinfo=UTC),
        end=datetime(2026, 11, 30, tzinfo=UTC),
    )
    folder = replace(folder, time_off=(off,))
    servers = make_servers(folder, [], [], MONDAY, 14)
    hours = dict(zip([s.id for s in servers], contact_hours(folder, servers, MONDAY, 14), strict=True))
    assert hours["ann"] == pytest.approx(2 * 36 * 0.8)
    assert hours["new"] == pytest.approx(36 * 0.8)
    assert hours["away"] == pytest.approx(36 * 0.8)
    assert hours["guru"] == pytest.approx(2 * 9 * 0.8)
    assert hours["elastic-001"] == pytest.approx(2 * 168)

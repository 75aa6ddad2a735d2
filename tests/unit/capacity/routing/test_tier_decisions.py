"""One routing question where customers have tiers."""

from __future__ import annotations

import pytest

from capacity.decision import Idle, Router, Waiting
from domain.centre import Centre
from domain.people import Agent, Route
from domain.queues import Channel, Queue
from domain.tiers import Tier


def router(*tiers: Tier, apart: tuple[str, ...] = ()) -> Router:
    """Two people on phone and mail, the first of them at level 2 on phone."""
    queues = (Queue(id="phone"), Queue(id="sales"), Queue(id="mail", channel=Channel.DEFERRED))
    centre = Centre(name="c", timezone="UTC", queues=queues, contracts=(), tiers=tiers)
    agents = [Agent(id=a, contract="f", hourly_cost=1, team="red" if a in apart else "") for a in ("a", "b")]
    routes = [
        Route(agent_id=a, queue=q, level=2 if (a, q) == ("a", "phone") else 1) for a in ("a", "b") for q in QUEUES
    ]
    return Router.of(centre, routes, agents)


QUEUES = ("phone", "sales", "mail")
TOP, NEXT = Tier(id="top", share=0.1), Tier(id="next", share=0.2)
LINE = [
    Waiting("phone", 0, "usual"),
    Waiting("phone", 1, "next", "next"),
    Waiting("phone", 2, "top", "top"),
    Waiting("phone", 3, "later", "standard"),
]


def order(made: Router, line: list[Waiting], agent: str = "b") -> list[str]:
    """Ask one agent again and again."""
    left, found = list(line), []
    while pairs := made.decide(left, [Idle(agent, 0)]):
        found.append(pairs[0][0].contact)
        left.remove(pairs[0][0])
    return found


def test_the_higher_tier_goes_first_then_the_longest_wait() -> None:
    assert order(router(TOP, NEXT), LINE) == ["top", "next", "usual", "later"]


def test_a_tier_without_priority_waits_in_line() -> None:
    assert order(router(TOP.model_copy(update={"priority": False}), NEXT), LINE) == ["next", "usual", "top", "later"]


def test_the_level_goes_before_the_tier_and_live_work_before_deferred() -> None:
    line = [Waiting("mail", 0, "mail", "top"), Waiting("phone", 1, "top", "top"), Waiting("sales", 2, "sales")]
    assert order(router(TOP, NEXT), line, "a") == ["sales", "top", "mail"]


def test_a_tier_means_nothing_on_a_queue_that_it_does_not_hold() -> None:
    held = TOP.model_copy(update={"queues": ("sales",)})
    assert order(router(held, NEXT), LINE) == ["next", "usual", "top", "later"]


def test_who_is_set_apart_takes_the_tier_alone_and_is_asked_first() -> None:
    made = router(TOP.model_copy(update={"team": "red"}), NEXT, apart=("a",))
    assert order(made, LINE, "a") == ["top"]
    assert order(made, LINE, "b") == ["top", "next", "usual", "later"]
    pairs = made.decide(LINE, [Idle("b", 0), Idle("a", 5)])
    assert [(contact.contact, agent.agent_id) for contact, agent in pairs] == [("top", "a"), ("next", "b")]


def test_others_may_be_kept_off_a_tier() -> None:
    made = router(TOP.model_copy(update={"team": "red", "others_serve": False}), NEXT, apart=("a",))
    assert order(made, LINE, "b") == ["next", "usual", "later"]


def test_a_tier_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        router(TOP).decide([Waiting("phone", 0, tier="gone")], [Idle("a", 0)])

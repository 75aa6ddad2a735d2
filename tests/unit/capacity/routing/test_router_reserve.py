"""One routing question: people kept free for live queues, and questions that cannot be answered."""

from __future__ import annotations

import math

import pytest

from capacity.decision import Idle, Router, Waiting
from domain.centre import Centre
from domain.people import Route
from domain.queues import Channel, Queue


def router(reserve: int, mail_only: tuple[str, ...] = ()) -> Router:
    """Three people on phone and mail, some of them on mail alone."""
    queues = (Queue(id="phone"), Queue(id="mail", channel=Channel.DEFERRED, reserve=reserve))
    centre = Centre(name="c", timezone="UTC", queues=queues, contracts=())
    routes = [Route(agent_id=a, queue="mail", level=1) for a in "abc"]
    routes += [Route(agent_id=a, queue="phone", level=1) for a in "abc" if a not in mail_only]
    return Router.of(centre, routes)


def taken(made: Router, waiting: list[Waiting], free: str) -> list[tuple[str, str]]:
    """Return queues and agents of the pairs."""
    return [(contact.queue, agent.agent_id) for contact, agent in made.decide(waiting, [Idle(a, 0) for a in free])]


def test_deferred_work_begins_only_while_more_than_the_reserve_are_free() -> None:
    mails = [Waiting("mail", k) for k in range(3)]
    assert taken(router(0), mails, "abc") == [("mail", "a"), ("mail", "b"), ("mail", "c")]
    assert taken(router(2), mails, "abc") == [("mail", "a")]
    assert taken(router(2), mails, "ab") == []
    # a call takes one of those who would be left
    assert taken(router(1), [*mails, Waiting("phone", 9)], "abc") == [("phone", "a"), ("mail", "b")]


def test_people_of_no_live_queue_are_no_reserve_and_need_none() -> None:
    assert taken(router(2, mail_only=("c",)), [Waiting("mail", 0)], "abc") == [("mail", "c")]


def test_times_that_are_none_and_agents_named_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="since"):
        router(0).decide([Waiting("phone", math.nan), Waiting("phone", 1)], [Idle("a", 0)])
    with pytest.raises(ValueError, match="since"):
        router(0).decide([Waiting("phone", 1)], [Idle("a", math.nan)])
    with pytest.raises(ValueError, match="once"):
        router(0).decide([Waiting("phone", 1)], [Idle("a", 0), Idle("a", 1)])

"""Groups of queues are named one by one, or by their channel and number."""

from __future__ import annotations

import pytest

from domain.centre import Centre
from domain.contracts import Contract, StartWindow
from domain.queues import Channel, Queue
from planning.queue_names import group_name, listed


def centre(*channels: Channel) -> Centre:
    return Centre(
        name="c",
        timezone="UTC",
        queues=tuple(Queue(id=f"q{k}", channel=channel) for k, channel in enumerate(channels)),
        contracts=(Contract(id="full", start=StartWindow(from_minute=480, to_minute=480)),),
    )


def test_long_lists_are_counted():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("channels", "name"),
    [
        ([Channel.VOICE] * 3, "q0, q1 and q2"),
        ([Channel.VOICE] * 4, "voice queues (4)"),
        ([Channel.CHAT, Channel.MESSAGING] * 2, "text queues (4)"),
        ([Channel.DEFERRED] * 5, "deferred queues (5)"),
        ([Channel.VOICE, Channel.CHAT] * 2, "queues (4)"),
    ],
)
def test_a_group_is_named_by_its_channel_and_number(channels, name):
    made = centre(*channels)
    assert group_name(made, made.queue_ids) == name

"""Turns: few work at a time, and in the order in which they asked."""

from __future__ import annotations

import threading
import time

import anyio
import pytest

from api.problems import Refusal
from api.turns import Turns


class Here:
    """A client that waits."""

    async def is_disconnected(self) -> bool:
        return False


class Gone:
    """A client that has hung up."""

    async def is_disconnected(self) -> bool:
        return True


def test_nothing_is_done_for_whoever_has_gone() -> None:
    async def ask() -> None:
        await Turns(1).take(Gone(), lambda: 1 / 0)  # type: ignore[arg-type]

    with pytest.raises(Refusal):
        anyio.run(ask)


def test_few_work_at_a_time_in_the_order_of_asking() -> None:
    lock = threading.Lock()
    working, most, begun = 0, 0, []

    def work(number: int) -> int:
        nonlocal working, most
        with lock:
            working, most = working + 1, max(most, working + 1)
            begun.append(number)
        time.sleep(0.01)
        with lock:
            working -= 1
        return number

    async def ask() -> list[int]:
        turns, found = Turns(1), []

        async def one(number: int) -> None:
            found.append(await turns.take(Here(), work, number))  # type: ignore[arg-type]

        async with anyio.create_task_group() as group:
            for number in range(12):
                group.start_soon(one, number)
        return found

    found = anyio.run(ask)
    assert sorted(found) == list(range(12))
    assert most == 2
    assert all(abs(number - place) <= 1 for place, number in enumerate(begun))

"""Worlds simulated side by side elsewhere: the figures of here, in their order, and a stop keeps what is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from domain.progress import Control
from domain.scenario import Outage, Scenario
from planning.whatif import Answer, Base, answer_about
from planning.whatif.simulated import AHEAD
from tests.unit.planning.whatif_case import base_of

MORE = [Scenario(name=f"s{k}", volume={"": 1 + k / 10}) for k in range(3)]


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(8)


def simulated(base: Base, scenarios: list[Scenario], control: Control) -> Answer:
    return answer_about(base, scenarios, exact=True, replications=8, control=control)


class Counting(Executor):
    """Does at once what it is handed; counts what waits to be fetched."""

    def __init__(self) -> None:
        self.sent = 0

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Future[Any]:
        self.sent += 1
        found: Future[Any] = Future()
        found.set_result(work(*given, **named))
        return found


def test_processes_give_the_figures_of_here(base: Base) -> None:
    grid = base.world.requirement.grid
    out = Scenario(name="out", outage=(Outage(queue="phone", start=grid.start, end=grid.end),))
    scenarios = [*MORE, out]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = simulated(base, scenarios, Control(executor=pool))
    assert str(there.rows) == str(simulated(base, scenarios, Control()).rows)
    assert list(dict.fromkeys(row.scenario for row in there.rows)) == ["s0", "s1", "s2", "out"]


@pytest.mark.parametrize("executor", [None, Counting()])
def test_a_stop_keeps_what_was_answered_and_names_the_rest(base: Base, executor: Executor | None) -> None:
    cancel = threading.Event()

    def report(step: str, share: float, note: str) -> None:
        if note == "s1":
            cancel.set()

    found = simulated(base, MORE, Control(report=report, cancel=cancel, executor=executor))
    told = {row.scenario for row in found.rows}
    assert "s0" in told and told | set(found.left) == {"s0", "s1", "s2"} and not told & set(found.left)


def test_no_more_worlds_than_a_few_are_sent_ahead(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    most, executor = 0, Counting()
    monkeypatch.setattr("planning.whatif.simulated._simulated", lambda world, replications: None)
    from planning.whatif.simulated import simulate_worlds

    def worlds() -> Iterator[Any]:
        for _ in range(3 * AHEAD):
            yield base.world

    for done, _ in enumerate(simulate_worlds(worlds(), 8, Control(executor=executor))):
        most = max(most, executor.sent - done)
    assert executor.sent == 3 * AHEAD and most == AHEAD

"""Lists of free agents find whom a look at everybody would find, so that speed changes no result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba import njit

from capacity.service import ServiceReport
from capacity.simulation import FixedArrivals, classes, simulate
from capacity.simulation.classes import cells_of
from capacity.simulation.idle import lowest
from domain.centre import Shrinkage
from domain.queues import Channel, Queue, Target

DAY = "2026-11-23"
Make = Callable[..., Any]


@njit
def _lowest(word: Any) -> Any:
    return lowest(word)


def test_the_lowest_bit_is_found() -> None:
    for bit in range(64):
        for above in (0, 1 << 63, ((1 << 64) - 1) << bit & ((1 << 64) - 1)):
            assert _lowest(np.uint64(1 << bit | above)) == bit
    assert _lowest(np.uint64(0)) == 64


def test_cells_stand_in_the_order_of_preference() -> None:
    """Against sorting whoever is free, for queues of one and of two of three units of attention."""
    rng = np.random.default_rng(2)
    rank, weight = rng.integers(0, 3, (40, 2)), rng.integers(0, 3, (40, 2)) / 2.0
    attention, full = np.array([1, 3]), 3
    cells = cells_of(rank, weight, attention, full)
    assert cells.listed
    for q in range(2):
        wanted = {}
        for s in range(40):
            for used in range(full):
                if rank[s, q] and used + attention[q] <= full:
                    wanted[int(cells.stretch_class[s]) * full + used] = (rank[s, q], used, -weight[s, q])
        placed = {cell: int(cells.position[cell, q]) for cell in range(len(cells.position))}
        assert {cell for cell, at in placed.items() if at >= 0} == set(wanted)
        for cell, key in wanted.items():
            at = placed[cell]
            assert cells.cell_at[q, at] == cell
            assert at >= sum(other < key for other in wanted.values())
            assert cells.alike_until[q, at] == sum(other <= key for other in wanted.values())


def test_those_alike_share_a_class_whatever_the_weight_of_what_they_do_not_serve() -> None:
    rank = np.array([[1, 0], [1, 0], [1, 2]])
    weight = np.array([[0.5, 1.0], [0.5, 7.0], [0.5, 1.0]])
    one, two, three = cells_of(rank, weight, np.array([1, 1]), 1).stretch_class
    assert one == two != three


def centre(case: Make, seed: int) -> tuple[Any, dict[str, Any]]:
    """Make up a centre with everything: chats of several sizes, equal weights, losses, logs with ties, returns."""
    rng = np.random.default_rng(seed)
    number, size, people = int(rng.integers(1, 5)), int(rng.integers(4, 20)), int(rng.integers(1, 90))
    queues = []
    for q in range(number):
        channel = list(Channel)[int(rng.integers(0, 4))] if seed % 3 else Channel.VOICE
        text = channel in (Channel.CHAT, Channel.MESSAGING)
        target = (Target(response_h=1.5, share=0.9),) if channel is Channel.DEFERRED else ()
        queues.append(
            Queue(
                id=f"q{q}", channel=channel, concurrency=int(rng.integers(1, 5)) if text else 1, targets=target,
                patience_s=[None, 300.0][int(rng.integers(0, 2))], repeat_probability=0.5, repeat_delay_h=0.5,
                redial_probability=0.5, redial_delay_s=200,
            )
        )  # fmt: skip
    cuts = [np.sort(rng.choice(np.arange(0, size * 30 + 1, 15), 4, replace=False)) for _ in range(people)]
    stretches = [(a, cut[i], cut[i + 1]) for a, cut in enumerate(cuts) for i in range(3)]
    weight = rng.choice([0.0, 0.5, 1.0], (people, number)) if seed % 2 else rng.uniform(0, 1, (people, number))
    coverage, requirement, made = case(
        queues, rng.uniform(0, 2.5, (number, size)) * people, stretches, aht=rng.uniform(60, 500, number),
        level=rng.integers(0, 4, (people, number)), weight=weight, factor=rng.uniform(0.7, 1.3, (people, number)),
        fcr=rng.uniform(0, 1, (people, number)), shrinkage=Shrinkage(absence=0.1, in_shift=[0.0, 0.1][seed % 2]),
    )  # fmt: skip
    coverage = replace(coverage, serves=rng.random(coverage.serves.shape) < 0.8)
    options: dict[str, Any] = {"seed": seed, "replications": 2, "closed_loop": seed % 4 == 0}
    if seed % 5 == 0:
        minute, handle = np.floor(rng.uniform(0, size * 30, 400)), 60.0 * rng.integers(1, 9, 400)
        options["arrivals"] = FixedArrivals(minute, rng.integers(0, number, 400), handle)
    return (coverage, requirement, made), options


def numbers(report: ServiceReport) -> bytes:
    rows = (*report.rows, *report.agents)
    return b"".join(part.tobytes() for row in rows for part in (row.value, row.low, row.high))


@pytest.mark.parametrize("seed", range(40))
def test_lists_change_no_result(case: Make, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    made, options = centre(case, seed)
    listed = simulate(*made, **options)
    monkeypatch.setattr(classes, "MOST_CELLS", -1)
    assert numbers(listed) == numbers(simulate(*made, **options))


STORED: dict[int, list[float]] = {
    4: [
        7405.0,
        55.68260111114553,
        0.8986953943467089,
        0.010081043684522633,
        0.5078172426828953,
        0.32825213551553906,
        45.67984541149643,
        1.0,
    ],
    5: [
        400.0,
        7495.133110077699,
        0.09523809523809523,
        0.0,
        0.42183291940234213,
        0.2386033007592673,
        1.8568603204704317,
        0.481651376146789,
    ],
    7: [
        4286.0,
        162.4121765758924,
        0.49780989925536573,
        0.03482260183968462,
        0.47654568949348663,
        0.5975975814841457,
        32.23239929871178,
        0.07211988760536997,
    ],
    11: [
        431.5,
        21.48183411531062,
        0.8064889918887601,
        0.08111239860950174,
        0.5715223162476954,
        0.22256385037960297,
        23.79378467704445,
        np.nan,
    ],
    16: [
        4714.5,
        102.20070687064926,
        0.8432495492629123,
        0.0,
        0.49172804595418645,
        0.5204359024104602,
        42.70385534754526,
        np.nan,
    ],
    20: [
        489.5,
        23.73483708306368,
        0.8631256384065373,
        0.017364657814096015,
        0.5637062836652498,
        0.4426756233113307,
        15.295579818307779,
        np.nan,
    ],
}
"""Offered, mean wait, service level, abandonment, fcr, occupancy, agents and share of the week over all queues, as the
simulator gave them before it kept lists, forgot contacts that were gone and held its heap's times in order."""


@pytest.mark.parametrize("seed", STORED)
def test_results_are_those_of_the_simulator_before(case: Make, seed: int) -> None:
    made, options = centre(case, seed)
    row = simulate(*made, **options).row("week", DAY, "all")
    assert row is not None
    assert row.value == pytest.approx(STORED[seed], rel=1e-12, nan_ok=True)

"""A year of half hours of ten queues: the seats that Erlang A asks for, and pyworkforce on cells drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.capacity import exact
from benchmarks.capacity.cases import (
    HANDLE_S,
    INTERVALS,
    LEAST,
    MOST,
    PATIENCE_S,
    QUEUES,
    SHARE,
    WITHIN_S,
    year_of_loads,
)
from benchmarks.capacity.section import Peers, Section, cpu_seconds
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.search import Limits, seats_for
from domain.history import Floats

SECONDS, FASTER = 0.5, 100.0
CELLS = QUEUES * INTERVALS
LEVEL = Limits(service_levels=((WITHIN_S, SHARE),))
EVERY = Limits(45.0, 0.05, 0.9, ((WITHIN_S, SHARE),))
TIMED = (
    ("Erlang A, 80 % in 20 s", LEVEL, PATIENCE_S),
    ("Erlang A, also mean wait 45 s, abandonment 5 %, occupancy 90 %", EVERY, PATIENCE_S),
    ("Erlang C, 80 % in 20 s", LEVEL, None),
)
PASSES = 20
"""Of a sample of cells, which alone is over too soon to be timed."""


def year(loads: Floats, limits: Limits, patience_s: float | None) -> Floats:
    """Return the seats of every cell, shape (queues, intervals)."""
    seats = [
        seats_for(3600.0 * row / handle_s, handle_s, limits, patience_s=patience_s)
        for row, handle_s in zip(loads, HANDLE_S, strict=True)
    ]
    return np.array(seats)


@dataclass(frozen=True)
class Beside:
    """pyworkforce's sample beside ours.

    Attributes
    ----------
    cells : int
    theirs, ours : float
        CPU seconds of the whole sample, each the fastest of some passes.
    more, fewer : int
        Cells where pyworkforce asks for more, or fewer, than the least whole number that keeps the target.
    """

    cells: int
    theirs: float
    ours: float
    more: int
    fewer: int

    @property
    def wrong(self) -> str:
        """Say how often pyworkforce is off."""
        return f"{self.more} too many, {self.fewer} too few"


def compared(found: Any, patience_s: float | None) -> Beside:
    """Answer the sampled cells too, and judge those where we differ by exact values.

    Raises
    ------
    ArithmeticError
        If it is we who are wrong in one of them.
    """
    queue, load = np.array([q for q, _ in found["cells"]]), np.array([load for _, load in found["cells"]])
    handle_s, said = HANDLE_S[queue], np.array(found["positions"])

    def sample() -> Floats:
        return seats_for(3600.0 * load / handle_s, handle_s, LEVEL, patience_s=patience_s)

    ours = cpu_seconds(lambda: [sample() for _ in range(PASSES)], 5)[0] / PASSES
    whole = np.ceil(sample())
    for k in np.flatnonzero(said != whole):
        enough, fewer = (
            exact.service_level(float(whole[k] - less), float(load[k]), float(handle_s[k]), WITHIN_S, patience_s)
            for less in (0, 1)
        )
        if not fewer < SHARE <= enough:
            raise ArithmeticError(f"{whole[k]} agents are not the least for {load[k]} Erlang")
    return Beside(len(load), sum(found["seconds"]), ours, int((said > whole).sum()), int((said < whole).sum()))


def by_load() -> str:
    """Say what a cell of one load costs."""
    told = []
    for load in (LEAST, 2.0, 20.0, MOST, 2000.0):
        # within a tenth of the load: equal cells are answered once
        rate = 3600.0 * load / 300.0 * np.linspace(0.95, 1.05, PASSES * 100)
        spent = cpu_seconds(partial(seats_for, rate, 300.0, LEVEL, patience_s=PATIENCE_S), 5)[0]
        told.append(f"{load:g} Erlang {1e6 * spent / rate.size:.1f}")
    return f"µs a cell by load, Erlang A: {', '.join(told)}."


def section(peers: Peers) -> Section:
    """Measure the year, and the sample beside pyworkforce."""
    loads = year_of_loads()
    rows, spent = [], []
    for name, limits, patience in TIMED:
        seconds = cpu_seconds(partial(year, loads, limits, patience), 5)
        spent.append(seconds)
        seats = year(loads, limits, patience).mean()
        rows.append(
            [name, *(f"{s:.3f}" for s in (seconds[0], seconds[2])), f"{1e6 * seconds[0] / CELLS:.2f}", f"{seats:.2f}"]
        )
    what = f"a year of half hours of ten queues by Erlang A in {SECONDS} CPU s"
    goals = [goal(what, spent[0][0] <= SECONDS, f"{spent[0][0]:.3f} s, median of five {spent[0][2]:.3f} s")]
    beside = []
    for model, patience in (("ErlangC", None), ("ErlangA", PATIENCE_S)):
        sample = compared(peers["pyworkforce"]["requirements"][model], patience)
        times, theirs = sample.theirs / sample.ours, sample.theirs / sample.cells
        figures = (f"{1e6 * theirs:,.1f}", f"{1e6 * sample.ours / sample.cells:.2f}", f"{times:,.0f}")
        beside.append([model, f"{sample.cells}", *figures, f"{theirs * CELLS:,.1f}", sample.wrong])
        what = f"{FASTER:.0f} times faster than pyworkforce's {model}, and right where it is wrong"
        told = f"{times:,.0f} times; of {sample.cells} cells it has {sample.wrong}"
        goals.append(goal(what, times >= FASTER, told))
    head = ["model", "cells", "pyworkforce µs a cell", "ours on them", "times faster", "its year, CPU s", "its answers"]
    return Section(
        "Requirements of a year",
        (
            f"{CELLS:,} cells of {loads.min():g} to {loads.max():g} Erlang (mean {loads.mean():.1f}), handle times of "
            f"{HANDLE_S[0]:.0f} to {HANDLE_S[-1]:.0f} s, patience {PATIENCE_S:.0f} s; real-valued seats, at most 1e-8 "
            "of them above the least, by `capacity.search.seats_for`, one call a queue. CPU seconds of one core, the "
            "fastest and the median of five.",
            markdown(["what", "CPU s", "median", "µs a cell", "mean seats"], rows),
            by_load(),
            "pyworkforce on cells drawn from the same year, the same number of every queue, one call a cell as it is "
            "made for; its time (of Erlang C the least of three passes over each cell, of "
            "Erlang A of one) scaled up to the year. Its answers are whole numbers: `too many` and `too few` are "
            f"against the least whole number that keeps the target, by integrals at {exact.DIGITS} digits where we "
            "differ.",
            markdown(head, beside),
        ),
        tuple(goals),
    )

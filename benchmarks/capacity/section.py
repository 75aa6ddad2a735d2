"""A section of the page, and what the sections share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from domain.history import Floats

Peers = Mapping[str, Any]
"""What the peers' own Python found."""


@dataclass(frozen=True)
class Section:
    """One heading with its text and tables.

    Attributes
    ----------
    title : str
    blocks : tuple of str
        Paragraphs and tables, as markdown.
    goals : tuple of str
        From `benchmarks.table.goal`.
    """

    title: str
    blocks: tuple[str, ...]
    goals: tuple[str, ...] = ()


def cpu_seconds(work: Callable[[], object], times: int) -> list[float]:
    """Return the CPU seconds of repeated work, fastest first, after one run that compiles and is not counted."""
    work()
    return again(work, times)


def again(work: Callable[[], object], times: int) -> list[float]:
    """Return the CPU seconds of repeated work, fastest first."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return sorted(spent)


def ratio(above: Floats, below: Floats) -> tuple[float, float]:
    """Return a ratio of sums over replications, and its standard error by the delta method."""
    value = float(above.sum() / below.sum())
    spread = (above - value * below).std(ddof=1)
    return value, float(spread / np.sqrt(above.size) / below.mean())


def quantile(level: float, replications: int) -> float:
    """Return the two-sided quantile of Student's t for so many replications."""
    return float(stdtrit(replications - 1, 0.5 + level / 2))

"""Small centres to simulate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from capacity.requirement import Requirement
from domain.centre import Centre, Shrinkage
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.queues import Queue

Case = tuple[Coverage, Requirement, Centre]


def small_case(
    queues: Sequence[Queue],
    volume: Any,
    stretches: Sequence[tuple[int, float, float]],
    *,
    aht: Sequence[float] | float = 60.0,
    servers: int | None = None,
    pool: str = "core",
    level: Any = None,
    weight: Any = None,
    factor: Any = None,
    fcr: Any = None,
    shifts: Sequence[int] | None = None,
    step: int = 30,
    shrinkage: Shrinkage | None = None,
) -> Case:
    """Build a case: stretches are (server, from minute, to minute), everyone serves everything by default."""
    volume = np.atleast_2d(np.asarray(volume, dtype=np.float64))
    number, size = volume.shape
    grid = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), step, size, "UTC")
    table = np.array(stretches, dtype=np.float64).reshape(-1, 3)
    people = servers if servers is not None else int(table[:, 0].max()) + 1 if len(table) else 0

    def spread(values: Any, default: float) -> Any:
        return np.broadcast_to(default if values is None else np.asarray(values), (people, number))

    levels, weights = spread(level, 1).astype(np.int64), spread(weight, 1.0).astype(np.float64)
    factors, rates = spread(factor, 1.0).astype(np.float64), spread(fcr, 0.5).astype(np.float64)
    named = tuple(
        Server(f"a{i}", pool, factors[i], rates[i], levels[i], weights[i])  # type: ignore[arg-type]
        for i in range(people)
    )
    coverage = Coverage(
        grid,
        tuple(q.id for q in queues),
        named,
        table[:, 0].astype(np.int64),
        np.arange(len(table)) if shifts is None else np.asarray(shifts),
        table[:, 1].copy(),
        table[:, 2].copy(),
        np.ones((len(table), number), dtype=np.bool_),
    )
    handle = np.repeat(np.broadcast_to(np.asarray(aht, dtype=np.float64), (number,))[:, None], size, axis=1)
    nothing = np.zeros_like(volume)
    requirement = Requirement(grid, coverage.queues, volume, handle, *(nothing,) * 6)
    centre = Centre(
        name="Small",
        timezone="UTC",
        queues=tuple(queues),
        contracts=(),
        shrinkage=shrinkage or Shrinkage(),
    )
    return coverage, requirement, centre


@pytest.fixture
def case() -> Callable[..., Case]:
    return small_case

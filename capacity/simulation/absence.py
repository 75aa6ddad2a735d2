"""Whose shift may not happen, and by which draw."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from capacity.simulation.draws import derive
from domain.centre import Centre
from domain.coverage import Coverage
from domain.history import Floats, Ints


def shifts(coverage: Coverage, centre: Centre) -> tuple[Ints, NDArray[np.uint64], Floats]:
    """Return each stretch's shift (numbered from 0), and the key and chance of each shift's absence.

    The key is of the person and the day, so that someone who is ill stays so in another roster. Of several shifts
    that begin on a day the last one is the day's; one before it, carried over from the night, has a key of its own.
    """
    _, shift = np.unique(coverage.shift, return_inverse=True)
    shift = shift.reshape(-1).astype(np.int64)
    count = int(shift.max()) + 1 if shift.size else 0
    keys = np.zeros(count, dtype=np.uint64)
    chance = np.zeros(count)
    grid = coverage.grid
    interval = np.minimum(coverage.from_minute // grid.step_minutes, grid.size - 1).astype(np.int64)
    order = np.argsort(coverage.from_minute, kind="stable")
    begins = order[np.unique(shift[order], return_index=True)[1]]  # each shift's first stretch
    later: Counter[tuple[int, int]] = Counter()
    for s in sorted(begins, key=lambda s: coverage.from_minute[s], reverse=True):
        person, day = int(coverage.server[s]), int(grid.day_of[interval[s]])
        server = coverage.servers[person]
        key = np.uint64(derive(person_key(server.id), day))
        keys[shift[s]] = derive(key, later[person, day]) if later[person, day] else key
        later[person, day] += 1
        chance[shift[s]] = 0.0 if server.pool == "elastic" else centre.shrinkage.absence
    return shift, keys, chance


def person_key(server_id: str) -> np.uint64:
    """Return a key of a person that is the same in every roster and run."""
    return np.uint64(zlib.crc32(server_id.encode()))

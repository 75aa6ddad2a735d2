"""Names of a log as numbers: in the order they first appear while it is read, sorted and without gaps at the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.call_log.calls import NOBODY, Calls


@dataclass
class Numbering:
    """Numbers names in the order they first appear."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, texts: pd.Series[str], unknown: tuple[str, ...] = ()) -> NDArray[np.int64]:
        """Return the number of each name; `NOBODY` where the cell is empty or among ``unknown``."""
        codes, names = pd.factorize(texts)
        known = [
            NOBODY if name == "" or name in unknown else self.numbers.setdefault(name, len(self.numbers))
            for name in names
        ]
        return np.array(known, dtype=np.int64)[codes] if len(codes) else np.zeros(0, dtype=np.int64)

    def sorted(self, codes: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Renumber so that names are in sorted order."""
        names = sorted(self.numbers)
        new = np.zeros(len(names) + 1, dtype=np.int64)
        for position, name in enumerate(names):
            new[self.numbers[name]] = position
        new[-1] = NOBODY
        return tuple(names), new[codes]


def only_used(calls: Calls) -> Calls:
    """Drop names that no kept row uses (their rows were dropped), keeping the order of the others."""
    used = np.unique(calls.queue[calls.contacts])
    # Follow-up work of queues without contacts keeps the first queue: only its customer and time matter.
    new = np.zeros(len(calls.queues), dtype=np.int64)
    new[used] = np.arange(len(used))
    people = np.unique(calls.agent[calls.agent != NOBODY])
    number = np.full(len(calls.agents) + 1, NOBODY, dtype=np.int64)
    number[people] = np.arange(len(people))
    return replace(
        calls,
        queues=tuple(calls.queues[i] for i in used),
        agents=tuple(calls.agents[i] for i in people),
        queue=new[calls.queue],
        agent=number[calls.agent],
    )

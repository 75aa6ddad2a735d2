"""Faults of a log, kept by column and kind while it is read part by part: the first few, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.files.faults import SHOWN, Faults


@dataclass
class _Kind:
    found: list[tuple[int, str, str]] = field(default_factory=list)
    total: int = 0


@dataclass
class LogFaults:
    """Faulty cells and rows of a log.

    Attributes
    ----------
    name : str
        The log's file.
    """

    name: str
    kinds: dict[tuple[str, str], _Kind] = field(default_factory=dict)

    def row(self, line: int, value: str, expected: str) -> None:
        """Record a row that does not have the header's cells."""
        kind = self.kinds.setdefault(("", ""), _Kind())
        kind.total += 1
        if len(kind.found) < SHOWN:
            kind.found.append((line, value, expected))

    def cells(self, columns: Sequence[str], expected: str, frame: pd.DataFrame, wrong: NDArray[np.bool_]) -> None:
        """Record the rows of a mask, with what stands in some columns."""
        if not wrong.any():
            return
        kind = self.kinds.setdefault((" ".join(columns), expected), _Kind())
        kind.total += int(wrong.sum())
        room = SHOWN - len(kind.found)
        for i in np.flatnonzero(wrong)[: max(room, 0)]:
            written = " ".join(str(frame[name].iloc[i]) for name in columns)
            kind.found.append((int(frame.index[i]), written, expected))

    def gathered(self) -> Faults:
        """Return them all, those of many lines counted."""
        faults = Faults()
        for (column, _), kind in self.kinds.items():
            faults.lines(self.name, column, kind.found, kind.total)
        return faults

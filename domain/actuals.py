"""What was kept of a plan: time people were scheduled for, and time that was lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.history import Floats


@dataclass(frozen=True)
class ShrinkageActuals:
    """Columns of ``shrinkage.csv``; row i is a local date, of one person or of all.

    Attributes
    ----------
    date : datetime64[D] array
    scheduled_minutes, absent_minutes, in_shift_lost_minutes : float arrays
        The last two are NaN where not given. Leave, breaks and activities planned beforehand are in none of them.
    """

    date: NDArray[np.datetime64]
    scheduled_minutes: Floats
    absent_minutes: Floats
    in_shift_lost_minutes: Floats

    def __len__(self) -> int:
        return len(self.date)

    def select(self, keep: NDArray[np.bool_]) -> ShrinkageActuals:
        """Return the rows a mask keeps."""
        return ShrinkageActuals(
            self.date[keep],
            self.scheduled_minutes[keep],
            self.absent_minutes[keep],
            self.in_shift_lost_minutes[keep],
        )

"""Arguments of formulas: what makes no sense is refused by its name, so that no wrong answer is silent."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from domain.history import Floats


def check_share(**shares: float) -> None:
    """Refuse a share outside 0..1.

    Raises
    ------
    ValueError
        Naming it.
    """
    for name, value in shares.items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"{name} is a share from 0 to 1, not {value}")


def check_positive(**numbers: float) -> None:
    """Refuse a number that is not above 0 and finite.

    Raises
    ------
    ValueError
        Naming it.
    """
    for name, value in numbers.items():
        if not 0.0 < value < math.inf:
            raise ValueError(f"{name} is above 0 and finite, not {value}")


def check_amounts(**amounts: ArrayLike) -> None:
    """Refuse numbers or arrays that hold anything but finite amounts from 0.

    Raises
    ------
    ValueError
        Naming them.
    """
    for name, value in amounts.items():
        numbers: Floats = np.asarray(value, np.float64)
        wrong = numbers[~((numbers >= 0.0) & (numbers < math.inf))]
        if wrong.size:
            raise ValueError(f"{name} is 0 or more and finite, not {wrong[0]}")

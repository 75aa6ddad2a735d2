"""What one interval must keep, and how far it is from keeping it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from capacity.interval import service
from capacity.levels import Definition, definition_number, level_of
from capacity.waits import waits
from domain.history import Floats

NO_LIMIT = np.array([math.inf, 1.0, 1.0, math.inf, 1.0])
"""Upper limits that ask for nothing, in the order of `Limits.upper`."""

FLOOR = -30.0
"""The log ratio of a measure of nothing to its limit."""


@dataclass(frozen=True)
class Limits:
    """What one interval must keep; the defaults ask for nothing.

    Attributes
    ----------
    mean_wait_s : float
        Upper limit on the mean wait of all offered.
    abandonment, occupancy : float
        Upper limits; 1 asks for nothing.
    service_levels : tuple of (within_s, share)
        Least shares within each threshold.
    definition : str
        What those are shares of, by its name in `capacity.levels.LEVEL_DEFINITIONS`.
    early_s : float or None
        Abandoned within this time is early, for the definitions that know it; None is each threshold itself.
    speed_of_answer_s : float
        Upper limit on the mean wait of those answered (ASA).
    wait_probability : float
        Upper limit on the share that waits; 1 asks for nothing.
    wait_percentiles : tuple of (share, seconds)
        Least shares whose time in queue, answered or not, stays within so many seconds.

    Raises
    ------
    ValueError
        If a limit cannot be kept by any number of seats, or is not a number.
    """

    mean_wait_s: float = math.inf
    abandonment: float = 1.0
    occupancy: float = 1.0
    service_levels: tuple[tuple[float, float], ...] = ()
    definition: Definition = "offered"
    early_s: float | None = None
    speed_of_answer_s: float = math.inf
    wait_probability: float = 1.0
    wait_percentiles: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        for name in ("mean_wait_s", "speed_of_answer_s"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} is above 0 seconds, not {getattr(self, name)}")
        definition_number(self.definition)
        if self.early_s is not None and not self.early_s >= 0.0:
            raise ValueError(f"early_s is 0 seconds or more, not {self.early_s}")
        for name in ("abandonment", "occupancy", "wait_probability"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is above 0 and at most 1, not {getattr(self, name)}")
        for within_s, share in self.service_levels:
            if not (within_s >= 0.0 and 0.0 <= share < 1.0):
                raise ValueError(
                    f"service_levels are (seconds from 0, share from 0 to below 1), not ({within_s}, {share})"
                )
        for share, seconds in self.wait_percentiles:
            if not (seconds >= 0.0 and 0.0 <= share < 1.0):
                raise ValueError(
                    f"wait_percentiles are (share from 0 to below 1, seconds from 0), not ({share}, {seconds})"
                )

    @property
    def given(self) -> bool:
        """Whether anything is asked for."""
        return bool(np.any(self.upper < NO_LIMIT)) or bool(self.service_levels or self.wait_percentiles)

    @property
    def upper(self) -> Floats:
        """Upper limits on wait, abandonment, occupancy, speed of answer and P(wait), in this order."""
        limits = (self.mean_wait_s, self.abandonment, self.occupancy, self.speed_of_answer_s, self.wait_probability)
        return np.array(limits, np.float64)

    @property
    def levels(self) -> Floats:
        """Rows of (within, 1 - share, number of the definition, early), shape (levels, 4)."""
        number = definition_number(self.definition)
        rows = [
            (within, 1.0 - share, number, within if self.early_s is None else self.early_s)
            for within, share in self.service_levels
        ]
        in_queue = definition_number("with_early_abandons")
        rows += [(within, 1.0 - share, in_queue, within) for share, within in self.wait_percentiles]
        return np.array(rows, np.float64).reshape(-1, 4)


@njit(cache=True, error_model="numpy")
def _log_ratio(value: float, limit: float) -> float:
    if value <= 0.0:
        return FLOOR
    return max(math.log(value / limit), FLOOR)


@njit(cache=True, error_model="numpy")
def gap_of(
    rate: float, aht: float, agents: float, patience: float, speeds: Floats, upper: Floats, levels: Floats
) -> float:
    """Return the largest log ratio of a measure to its limit: at or below 0 where all are kept.

    Parameters
    ----------
    rate, aht, agents, patience, speeds
        As in `capacity.interval.service`.
    upper, levels : float arrays
        Those of `Limits`.

    Notes
    -----
    Nobody there answers nobody: every limit on the answered is missed.
    """
    first = levels.shape[0] > 0 and levels[0, 2] == 0.0
    waiting, wait, lost, level, occupancy = service(
        rate, aht, agents, patience, levels[0, 0] if first else 0.0, speeds, False
    )
    gap = FLOOR
    if upper[0] < math.inf:
        gap = max(gap, _log_ratio(wait, upper[0]))
    if upper[1] < 1.0:
        gap = max(gap, _log_ratio(lost, upper[1]))
    if upper[2] < 1.0:
        gap = max(gap, _log_ratio(occupancy, upper[2]))
    if upper[3] < math.inf:
        speed = waits(rate, aht, agents, patience, 0.0, 0.0, speeds)[5]
        gap = max(gap, math.inf if math.isnan(speed) else _log_ratio(speed, upper[3]))
    if upper[4] < 1.0:
        gap = max(gap, _log_ratio(waiting, upper[4]))
    for k in range(levels.shape[0]):
        if levels[k, 2] > 0.0:
            _, in_time, gone, late, left, _ = waits(rate, aht, agents, patience, levels[k, 0], levels[k, 3], speeds)
            level = level_of(int(levels[k, 2]), in_time, gone, late, left)
            level = 0.0 if math.isnan(level) else level
        elif k > 0:
            level = service(rate, aht, agents, patience, levels[k, 0], speeds, False)[3]
        gap = max(gap, _log_ratio(1.0 - level, levels[k, 1]))
    return gap

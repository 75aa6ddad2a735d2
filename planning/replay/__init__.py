"""Replay of days that have been, to see whether the simulator reproduces the centre."""

from planning.replay.comparison import ReplayRow
from planning.replay.days import ActualDays
from planning.replay.log import read_logged_days
from planning.replay.run import REPLICATIONS, Replayed, replay_days
from planning.replay.words import summary_lines, warning_lines

__all__ = [
    "REPLICATIONS",
    "ActualDays",
    "ReplayRow",
    "Replayed",
    "read_logged_days",
    "replay_days",
    "summary_lines",
    "warning_lines",
]

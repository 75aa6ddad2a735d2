"""What each agent's record says of each queue: speed, resolution, score and grade."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """One row of ``scores.csv``.

    Attributes
    ----------
    agent_id, queue : str
    handled : float
    aht_s : float
        Observed mean handle time; NaN where nothing was handled.
    aht_factor : float
        Shrunk handle time over the queue's contact-weighted mean, within ``factor_limits``; above 1 is slower.
    fcr, fcr_low, fcr_high : float
        Shrunk share resolved with its 95 % interval; NaN where nothing tells.
    score : float
        0..100; NaN where no KPI is known.
    grade : str
    """

    agent_id: str
    queue: str
    handled: float
    aht_s: float
    aht_factor: float
    fcr: float
    fcr_low: float
    fcr_high: float
    score: float
    grade: str

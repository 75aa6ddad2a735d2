"""An activity that found no time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Missed:
    """One activity of one person that takes place less often in a week than planned.

    Attributes
    ----------
    activity, agent_id : str
    week : str
        First day, ISO.
    times, of : int
        How often it is missing, of how many times a week.
    why : str
    price : float
        Its time at the person's hourly cost: what the objective counts for it.
    """

    activity: str
    agent_id: str
    week: str
    times: int
    of: int
    why: str
    price: float

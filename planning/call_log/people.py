"""Who answered the contacts of a log, which queues they serve, and their daily record."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.call_log.calls import NOBODY, Calls
from planning.call_log.resolution import Returns


def skills_of(calls: Calls, at_least: int) -> NDArray[np.bool_]:
    """Return which agent handled at least so many contacts of which queue, shape (agents, queues)."""
    served = calls.answered & (calls.agent != NOBODY)
    cell = calls.agent[served] * len(calls.queues) + calls.queue[served]
    counts = np.bincount(cell, minlength=len(calls.agents) * len(calls.queues))
    return np.asarray(counts.reshape(len(calls.agents), len(calls.queues)) >= at_least)


def agents_table(calls: Calls, skilled: NDArray[np.bool_], contract: str, hourly_cost: float) -> pd.DataFrame:
    """Return `agents.csv` of everyone with a skill; contract and pay are the map's, not the log's."""
    names = [name for name, skills in zip(calls.agents, skilled, strict=True) if skills.any()]
    return pd.DataFrame({"agent_id": names, "name": names, "contract": contract, "hourly_cost": hourly_cost})


def skills_table(calls: Calls, skilled: NDArray[np.bool_]) -> pd.DataFrame:
    """Return `skills.csv`."""
    agent, queue = np.nonzero(skilled)
    return pd.DataFrame({"agent_id": np.array(calls.agents)[agent], "queue": np.array(calls.queues)[queue]})


def performance_table(calls: Calls, skilled: NDArray[np.bool_], returns: Returns) -> pd.DataFrame:
    """Return `performance.csv`: handled contacts by agent, queue and local date.

    Notes
    -----
    Artefacts are left out. Where the outcome of only some contacts of a row is known, ``resolved`` is their
    share times ``handled``, so that ``resolved / handled`` is the observed rate; where none is known, it stays empty.
    """
    keep = calls.answered & ~calls.artefact & (calls.agent != NOBODY) & np.isfinite(calls.handle_s)
    able = np.asarray(skilled.any(axis=1))
    keep[keep] = able[calls.agent[keep]]
    frame = pd.DataFrame(
        {
            "date": calls.local_days()[keep],
            "agent": calls.agent[keep],
            "queue": calls.queue[keep],
            "handled": 1,
            "handle_time_s": calls.handle_s[keep],
            "known": returns.known[keep],
            "resolved": returns.resolved[keep],
        }
    )
    total = frame.groupby(["date", "agent", "queue"], as_index=False).sum()
    known, handled = total["known"].to_numpy(), total["handled"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        resolved = np.where(known > 0, total["resolved"].to_numpy() * handled / known, np.nan)
    return pd.DataFrame(
        {
            "date": total["date"].dt.strftime("%Y-%m-%d"),
            "agent_id": np.array(calls.agents, dtype=object)[total["agent"]],
            "queue": np.array(calls.queues, dtype=object)[total["queue"]],
            "handled": handled,
            "handle_time_s": np.round(total["handle_time_s"].to_numpy(), 1),
            "resolved": np.round(resolved, 3),
        }
    )

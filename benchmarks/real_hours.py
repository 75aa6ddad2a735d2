"""Hours of people: seen in a log, and planned in a roster."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.grid import IntervalGrid
from domain.roster import WORK, Roster
from planning.call_log.calls import NOBODY, Calls
from planning.call_log.duty import StaffSpell

DAY_STARTS_H = 4
"""A contact taken after midnight belongs to the duty of the evening before."""
SPLIT_H = 2.0
"""A longer time without contacts parts one duty from the next; shorter ones are counted as presence."""


def presence(calls: Calls) -> pd.DataFrame:
    """Return agent, day, hours: from the first contact taken to the last one finished.

    Notes
    -----
    Time before the first and after the last contact cannot be seen, so these are fewer hours than were paid.
    """
    mine = calls.answered & (calls.agent != NOBODY)
    taken = calls.seconds[mine] + np.nan_to_num(calls.wait_s[mine])
    local = calls.local()[mine] - pd.Timedelta(hours=DAY_STARTS_H)
    rows = pd.DataFrame(
        {
            "agent": np.array(calls.agents, dtype=object)[calls.agent[mine]],
            "day": local.strftime("%Y-%m-%d"),
            "taken": taken,
            "end": taken + np.nan_to_num(calls.handle_s[mine]),
        }
    ).sort_values(["agent", "day", "taken"], kind="stable")
    group = rows.groupby(["agent", "day"], sort=True)
    rows["end"] = group["end"].cummax()
    gap = (rows["taken"] - group["end"].shift()).fillna(0.0) / 3600
    rows["away"] = np.where(gap > SPLIT_H, gap, 0.0)
    found = group.agg(first=("taken", "min"), last=("end", "max")).join(rows.groupby(["agent", "day"])["away"].sum())
    found["hours"] = (found["last"] - found["first"]) / 3600 - found["away"]
    return found.reset_index()[["agent", "day", "hours"]]


def ready_hours(calls: Calls, spells: tuple[StaffSpell, ...]) -> pd.Series[float]:
    """Return, by day, the hours in which agents served contacts or were ready for them."""
    mine = calls.answered & (calls.agent != NOBODY)
    taken = calls.seconds[mine] + np.nan_to_num(calls.wait_s[mine])
    served = pd.DataFrame(
        {
            "agent": np.array(calls.agents, dtype=object)[calls.agent[mine]],
            "low": taken,
            "high": taken + np.nan_to_num(calls.handle_s[mine]),
        }
    )
    ready = pd.DataFrame(
        [(spell.agent, spell.start.timestamp(), spell.end.timestamp()) for spell in spells],
        columns=["agent", "low", "high"],
    )
    rows = pd.concat([served, ready], ignore_index=True).sort_values(["agent", "low"], kind="stable")
    before = rows.groupby("agent")["high"].cummax().groupby(rows["agent"]).shift().fillna(-np.inf)
    hours = (rows["high"] - rows["low"].clip(lower=before)).clip(lower=0.0) / 3600
    moment = pd.to_datetime(rows["low"], unit="s", utc=True).dt.tz_convert(calls.zone)
    day = (moment - pd.Timedelta(hours=DAY_STARTS_H)).dt.strftime("%Y-%m-%d")
    by_day: pd.Series[float] = hours.groupby(day).sum()
    return by_day


def roster_hours(roster: Roster, grid: IntervalGrid) -> pd.DataFrame:
    """Return paid hours and hours of contact duty by the local day on which the shift starts."""
    rows = [
        (
            grid.local_starts[grid.index_at(shift.start)].date().isoformat(),
            shift.paid_minutes / 60,
            sum(stretch.minutes for stretch in shift.stretches if stretch.activity == WORK) / 60,
        )
        for shift in roster.shifts
    ]
    return pd.DataFrame(rows, columns=["day", "paid", "duty"]).groupby("day").sum()

"""One week of a log: the planning folder of what was known before it."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.centre import Centre
from domain.grid import IntervalGrid
from planning.call_log.calls import Calls
from planning.call_log.mapping import Mapping
from planning.call_log.write import ImportedFolder, call_tables
from planning.files import read_folder
from planning.files.folder_out import write_folder
from planning.files.interval_rows import open_intervals

TARGET = {"scope": "day", "service_level": 0.80, "within_s": 20, "abandonment": 0.05}
ONE_QUEUE = "calls"
MINIMUM = {"days": "Mon-Sun", "from": "00:00", "to": "24:00", "agents": 2}
BREAK = {"kind": "break", "minutes": 30, "paid": True, "after_minutes": 90, "before_minutes": 180}
SHIFT_H = {"min": 4, "max": 9}
STARTS = {"from": "07:00", "to": "20:00", "step_minutes": 30}


@dataclass(frozen=True)
class Known:
    """What the log of the time before the week tells.

    Attributes
    ----------
    made : ImportedFolder
    in_shift : float
        Share of time on duty, breaks left out, in which agents were not ready for contacts.
    """

    made: ImportedFolder
    in_shift: float


def last_full_week(calls: Calls) -> date:
    """Return the Sunday of the last week, Sunday to Saturday, that the log holds as a whole."""
    first, last = calls.local_days().min().item(), calls.local_days().max().item()
    saturday = last - timedelta(days=(last.weekday() - 5) % 7)
    sunday: date = saturday - timedelta(days=6)
    if sunday < first:
        raise ValueError("the log holds no whole week")
    return sunday


def known_before(log: Path, mapping: Mapping, week: date, in_shift: float) -> Known:
    """Import the log up to the day before the week.

    Parameters
    ----------
    log : Path
    mapping : Mapping
    week : date
    in_shift : float
        Goes into the folder's shrinkage.
    """
    rows = pd.read_csv(log, dtype=str, keep_default_na=False)
    with tempfile.TemporaryDirectory() as place:
        cut = Path(place) / log.name
        rows[rows["date"] < week.isoformat()].to_csv(cut, index=False)
        made = call_tables(cut, mapping.model_copy(update={"shrinkage": {"absence": 0.0, "in_shift": in_shift}}))
    made.centre["centre"]["schedule_minutes"] = 30
    for queue in made.centre["queues"]:
        queue["target"] = TARGET
    return Known(made, in_shift)


def earlier_history(earlier: Path, known: pd.DataFrame, centre: Centre, week: date) -> pd.DataFrame:
    """Return history rows of the days before the log: all calls of the centre, split by queue.

    Parameters
    ----------
    earlier : Path
        Columns datetime and calls, of all queues together.
    known : DataFrame
        History of the log before the week.
    centre : Centre
    week : date

    Notes
    -----
    The file counts every row of the log, also those that are no contact (hung up inside the voice-response unit,
    PHANTOM). So each queue's share is its contacts over all of the file's calls, on the days that both tell of,
    by kind of day (Sunday to Thursday, Friday, Saturday) and hour. The split is an estimate; the sum is a count.
    Rounded so that running totals stay within half a contact.
    """
    with gzip.open(earlier, "rt") as lines:
        table = pd.read_csv(lines, parse_dates=["datetime"])
    table = table[table["datetime"] < pd.Timestamp(week)]
    calls = table.groupby(table["datetime"].dt.floor(f"{centre.interval_minutes}min"))["calls"].sum()
    moments = pd.DatetimeIndex(calls.index)
    log_start = pd.Timestamp(known["interval_start"].iloc[0][:10])
    logged = moments >= log_start
    total = calls[logged].groupby([_kind(moments[logged]), moments[logged].hour]).sum()
    local = pd.DatetimeIndex(known["interval_start"].str[:16])
    shares = known.groupby(["queue", _kind(local), local.hour])["offered"].sum()

    first, before = moments.min().date(), log_start.date()
    grid = IntervalGrid.of_days(first, (before - first).days, centre.timezone, centre.interval_minutes)
    is_open = open_intervals(centre, grid, ())
    clock = pd.DatetimeIndex([moment.replace(tzinfo=None) for moment in grid.local_starts])
    labels = np.array([grid.label(i) for i in range(grid.size)])
    counted = calls.reindex(clock).to_numpy()
    cells = list(zip(_kind(clock), clock.hour, strict=True))
    frames = []
    for q, queue in enumerate(centre.queue_ids):
        share = np.array([shares.get((queue, *cell), 0.0) / max(total.get(cell, 0.0), 1.0) for cell in cells])
        use = is_open[q] & np.isfinite(counted)
        running = np.round(np.cumsum((counted * share)[use]))
        frames.append(
            pd.DataFrame({"interval_start": labels[use], "queue": queue, "offered": np.diff(running, prepend=0.0)})
        )
    return pd.concat(frames).sort_values("interval_start", kind="stable")


def _kind(moments: pd.DatetimeIndex) -> NDArray[np.str_]:
    weekday = moments.day_of_week
    return np.where(weekday == 4, "Fri", np.where(weekday == 5, "Sat", "Sun-Thu"))


def common_contract() -> list[dict[str, Any]]:
    """Return the contract assumed for everybody."""
    return [_contract("assumed", 42.0, 5)]


def own_contracts(worked: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a contract a person: at most the hours and days that person worked in the week.

    Hours are rounded down to half hours; who worked less than the shortest shift is left out.
    """
    total = worked.groupby("agent")["hours"].agg(["sum", "size"])
    return [
        _contract(str(agent), np.floor(2 * row["sum"]) / 2, int(row["size"]))
        for agent, row in total.iterrows()
        if row["sum"] >= SHIFT_H["min"]
    ]


def _contract(name: str, hours: float, days: int) -> dict[str, Any]:
    return {
        "id": name,
        "weekly_hours": {"min": 0, "max": float(hours)},
        "days_per_week": {"min": 0, "max": days},
        "shift_hours": SHIFT_H,
        "start": STARTS,
        "rest_h": 8,
        "weekend_days": ["Fri", "Sat"],
        "breaks": [BREAK],
    }


def write_centre(
    place: Path, known: Known, history: pd.DataFrame, people: list[str], contracts: list[dict[str, Any]]
) -> Path:
    """Write the planning folder of some people under some contracts, each their own where one has their name."""
    made = known.made
    own = {str(contract["id"]) for contract in contracts}
    if "assumed" not in own:
        people = [name for name in people if name in own]
    agents = made.tables["agents"]
    agents = agents[agents["agent_id"].isin(people)]
    agents = agents.assign(contract=[name if name in own else "assumed" for name in agents["agent_id"]])
    kept = {
        name: table[table["agent_id"].isin(people)]
        for name, table in made.tables.items()
        if name in {"skills", "performance"}
    }
    busiest = str(history.groupby("queue")["offered"].sum().idxmax())
    tables = {"history": history, "agents": agents, **kept}
    return write_folder(
        place,
        made.centre | {"contracts": contracts, "minimum_staff": [MINIMUM | {"queue": busiest}]},
        tables,
    )


def centre_of(made: ImportedFolder) -> Centre:
    """Return the centre of an imported folder."""
    with tempfile.TemporaryDirectory() as place:
        return read_folder(write_folder(Path(place) / "centre", made.centre, made.tables)).centre


def in_one_queue(mapping: Mapping) -> Mapping:
    """Return a map that takes calls of all types for one queue."""
    return mapping.model_copy(update={"queue_names": dict.fromkeys(mapping.queue_names, ONE_QUEUE)})

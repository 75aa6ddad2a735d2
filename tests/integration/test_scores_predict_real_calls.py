"""Factors from the first days of a real log predict handle times of its later days better than raw means do."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capacity.handle_factors import handle_factors, handle_times
from capacity.record import performance_record
from domain.centre import Centre
from domain.contracts import Contract, StartWindow
from domain.folder import PlanningFolder
from domain.history import History, Performance
from domain.people import Agent
from domain.queues import Queue

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("SEATWISE_DATA", ROOT / ".." / "shared" / "data"))
LOG = DATA / "anonymous_bank_1999" / "calls_1999_02.csv"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not LOG.is_file(), reason="the Anonymous Bank log is not there (SEATWISE_DATA)"),
]


@pytest.fixture(scope="module")
def folder() -> PlanningFolder:
    """Answered calls of at least 10 s (shorter ones are a known artefact), by server, type and day."""
    calls = pd.read_csv(LOG)
    named = (calls["outcome"] == "AGENT") & ~calls["server"].isin(["NO_SERVER"]) & (calls["ser_time"] >= 10)
    daily = calls[named].groupby(["date", "server", "type"])["ser_time"].agg(["size", "sum"]).reset_index()
    agents = tuple(sorted(set(daily["server"])))
    queues = tuple(sorted(set(daily["type"])))
    unknown, empty = np.full(len(daily), np.nan), np.empty(0)
    record = Performance(
        agents,
        queues,
        daily["date"].to_numpy(dtype="datetime64[D]"),
        np.searchsorted(agents, daily["server"].to_numpy(dtype=str)).astype(np.int64),
        np.searchsorted(queues, daily["type"].to_numpy(dtype=str)).astype(np.int64),
        daily["size"].to_numpy(dtype=float),
        daily["sum"].to_numpy(dtype=float),
        *[unknown] * 9,
    )
    contract = Contract(id="c", start=StartWindow(from_minute=0, to_minute=0))
    return PlanningFolder(
        centre=Centre(name="bank", timezone="UTC", queues=tuple(Queue(id=q) for q in queues), contracts=(contract,)),
        history=History(queues, np.empty(0, "datetime64[s]"), np.empty(0, np.int64), *[empty] * 7),
        agents=tuple(Agent(id=a, contract="c", hourly_cost=1) for a in agents),
        performance=record,
    )


def miss(predicted, later):
    """Return the contact-weighted root mean square error over cells seen later."""
    weight = later.count
    return float(np.sqrt((weight * (predicted - np.nan_to_num(later.mean)) ** 2).sum() / weight.sum()))


@pytest.mark.parametrize("day", [3, 5, 8, 15])
def test_shrunk_factors_predict_later_days_better_than_raw_means_and_the_queue_mean(folder, day):
    record = performance_record(folder, date(1999, 2, day))
    seen = handle_times(record)
    rows = folder.performance
    later = handle_times(
        performance_record(replace_rows(folder, rows.date >= np.datetime64(f"1999-02-{day:02d}")), date(1999, 3, 1))
    )
    queue = np.nansum(seen.mean * seen.count, axis=0) / np.maximum(seen.count.sum(axis=0), 1)
    raw = np.where(seen.count > 0, seen.mean, queue)
    shrunk = handle_factors(record, (0.3, 3.0)) * queue
    assert miss(shrunk, later) < miss(raw, later)
    assert miss(shrunk, later) < miss(np.broadcast_to(queue, raw.shape), later)


def replace_rows(folder, keep):
    return replace(folder, performance=folder.performance.select(keep))

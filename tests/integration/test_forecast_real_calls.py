"""Forecasts of real calls one week ahead, against what was published or measured of the same data."""

import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.centre import Centre
from domain.history import History
from domain.progress import Control
from domain.queues import Queue
from forecasting.backtest import CHOSEN, backtest
from forecasting.members import FLOOR

DATA = Path(os.environ.get("SEATWISE_DATA", Path(__file__).parents[2] / "../shared/data"))
pytestmark = pytest.mark.data


def logged(path: str, queue: str, zone: str) -> History:
    source = DATA / path
    if not source.exists():
        pytest.skip(f"real data are not at {source}: set SEATWISE_DATA")
    with gzip.open(source, "rt") as lines:
        table = pd.read_csv(lines)
    time = next(name for name in ("interval_start", "datetime") if name in table)
    count = next(name for name in ("offered", "calls", "arrivals") if name in table)
    if "queue" in table:
        table = table[table["queue"] == queue]
    start = pd.to_datetime(table[time]).dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    table = table[start.notna()]
    start = start.dropna().dt.tz_convert("UTC").dt.tz_localize(None)
    blank = np.full(len(table), np.nan)
    return History(
        (queue,),
        start.to_numpy().astype("datetime64[s]"),
        np.zeros(len(table), dtype=np.int64),
        table[count].to_numpy(dtype=np.float64),
        *(blank for _ in range(6)),
    )


def judged(path, queue, zone, country, step, origins):
    history = logged(path, queue, zone)
    centre = Centre(
        name=queue,
        timezone=zone,
        country=country,
        interval_minutes=step,
        queues=(Queue(id=queue),),
        contracts=(),
    )
    rows = backtest(history, centre, (), origins=origins, leads=(1,), control=Control())
    return {row.member: row for row in rows}


def test_bank_calls_of_2003_are_forecast_within_five_per_cent():
    """Weinberg, Brown and Stroud 2007; weekdays of August 2003 and the weeks before."""
    rows = judged("bank_calls_2003/history_5min.csv.gz", "voice", "America/New_York", "US", 30, 8)
    assert rows[CHOSEN].wape < 0.05
    assert rows[CHOSEN].wape < 0.88 * rows[FLOOR].wape
    assert rows[CHOSEN].cover95 > 0.92


def test_an_assistance_line_with_whole_weeks_missing_beats_the_median():
    rows = judged("axa_inbound/history.csv.gz", "Tech_Axa", "Europe/Paris", "FR", 30, 10)
    assert rows[CHOSEN].wape < 0.9 * rows[FLOOR].wape
    assert 0.74 < rows[CHOSEN].cover80 < 0.88
    assert 0.90 < rows[CHOSEN].cover95 < 0.985


def test_emergency_arrivals_come_near_their_noise():
    """Hourly counts of six or seven: Poisson noise alone is 29-30 per cent."""
    rows = judged("emergency_arrivals/hourly.csv.gz", "er", "America/Chicago", "US", 60, 10)
    assert rows[CHOSEN].wape < 0.32
    assert rows[CHOSEN].wape < rows[FLOOR].wape
    assert 0.76 < rows[CHOSEN].cover80 < 0.85
    assert 0.92 < rows[CHOSEN].cover95 < 0.975

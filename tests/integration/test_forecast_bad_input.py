"""Histories as they come: every fault said, every oddity noticed, and never a forecast below zero or absent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.progress import Control
from forecasting.forecaster import make_forecast
from tests.unit.planning.files.conftest import CENTRE, Folder

WEEK = date(2026, 11, 2)
HOURS = 'open = [{ days = "Mon-Sun", from = "00:00", to = "24:00" }]'


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    centre = CENTRE.replace('open = [{ days = "Mon-Fri", from = "08:00", to = "20:00" }]', HOURS)
    made.write("centre.toml", centre.replace("interval_minutes = 30", "interval_minutes = 60"))
    return made


def rows(weeks: int = 6) -> pd.DataFrame:
    """Return hours of both queues up to the week in which Berlin's clock has gone back, with offsets."""
    start = pd.date_range(end="2026-11-02", periods=24 * 7 * weeks + 1, freq="h", tz="Europe/Berlin", inclusive="left")
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "interval_start": [moment.isoformat() for moment in start for _ in range(2)],
            "queue": ["phone", "chat"] * len(start),
            "offered": rng.poisson(12, 2 * len(start)),
            "aht_s": 300,
        }
    )


def written(folder: Folder, table: pd.DataFrame) -> Folder:
    folder.write("history.csv", table.to_csv(index=False))
    return folder


def forecast(folder: Folder):
    read = folder.read()
    found, choices = make_forecast(read.history, read.centre, read.events, WEEK, 7, seed=1, control=Control())
    for values in (found.mean, found.bands):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    return read, found, choices


def daily(found, queue=0) -> float:
    return float(found.mean[queue].sum() / 7)


def test_a_week_across_the_clock_change_has_the_usual_level(folder):
    _, found, _ = forecast(written(folder, rows()))
    assert daily(found) == pytest.approx(24 * 12, rel=0.06)


def test_gaps_are_unknown_and_zeros_are_zeros(folder):
    table = rows()
    hole = (table["queue"] == "phone") & (np.arange(len(table)) % 6 < 2)
    gaps = daily(forecast(written(folder, table[~hole]))[1])
    table.loc[hole, "offered"] = 0
    zeros = daily(forecast(written(folder, table))[1])
    assert gaps == pytest.approx(24 * 12, rel=0.1)
    assert zeros < 0.85 * gaps


def test_negative_counts_and_contradicting_duplicates_are_refused_together(folder):
    table = rows()
    table.loc[10, "offered"] = -4
    twice = table.iloc[[20]].assign(offered=99)
    written(folder, pd.concat([table, twice]))
    found = {(p.line, p.column) for p in folder.problems()}
    assert (12, "offered") in found
    assert any(line == len(table) + 2 for line, _ in found)


def test_equal_duplicates_are_read_once_and_said(folder):
    table = rows()
    read, found, _ = forecast(written(folder, pd.concat([table, table.iloc[:48]])))
    assert len(read.history) == len(table)
    assert read.notices
    assert daily(found) == pytest.approx(24 * 12, rel=0.06)


def test_minutes_given_as_seconds_are_said_before_anything_else(folder):
    read, _, _ = forecast(written(folder, rows().assign(aht_s=5)))
    assert "look like minutes" in str(read.notices[0])


def test_a_queue_renamed_in_the_log_alone_is_refused_by_name(folder):
    table = rows()
    table.loc[table.index[-200:], "queue"] = table["queue"].iloc[-200:].replace("phone", "phones")
    problems = written(folder, table).problems()
    assert problems[0].column == "queue"
    assert "phone" in problems[0].expected


def test_a_queue_that_died_and_its_successor_are_named(folder):
    table = rows(12)
    moment = pd.to_datetime(table["interval_start"], utc=True)
    since = pd.Timestamp("2026-10-01", tz="Europe/Berlin")
    old, new = (table["queue"] == "phone") & (moment < since), (table["queue"] == "chat") & (moment >= since)
    chat_is_voice = folder.path.joinpath("centre.toml").read_text().replace('channel = "chat"', 'channel = "voice"')
    folder.write("centre.toml", chat_is_voice.replace("concurrency = 2\nslowdown = [0.8, 1.0]\n", ""))
    _, found, choices = forecast(written(folder, table[old | new]))
    assert daily(found) == 0
    assert any("NOTHING since 2026-10-01" in note for note in choices[0].notes)
    assert any("chat begins where it ends" in note for note in choices[0].notes)


def test_an_event_without_past_example_is_warned_about(folder):
    folder.write("events.csv", "start,end,name\n2026-11-04,2026-11-05,Grand opening\n")
    _, _, choices = forecast(written(folder, rows()))
    assert any("Grand opening has no lift and no past example" in note for note in choices[0].notes)

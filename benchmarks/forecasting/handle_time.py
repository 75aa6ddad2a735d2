"""Handle time and workload a week ahead, on logs of single contacts, against means by weekday and time of day.

``python -m benchmarks.forecasting.handle_time`` writes ``handle_time.md`` beside itself. The data are others' and stay
where they are: the environment variable SEATWISE_DATA names their folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import Floats, History
from domain.progress import Control
from domain.queues import Queue
from forecasting.forecaster import make_forecast

DATA = Path(os.environ.get("SEATWISE_DATA", Path(__file__).parents[2] / "../shared/data"))
STEP = 30


@dataclass(frozen=True)
class Log:
    """Contacts one by one: when they came, and how long they took."""

    title: str
    zone: str
    country: str
    start: pd.Series[pd.Timestamp]
    seconds: Floats
    origins: tuple[date, ...]


@dataclass(frozen=True)
class Errors:
    """Absolute errors over what there was, of one log and method."""

    aht: float
    workload: float
    day: float


def logs() -> list[Log]:
    """Read the logs at hand."""
    bank = pd.read_csv(DATA / "anonymous_bank_1999" / "calls_1999_02.csv")
    bank = bank[(bank["outcome"] == "AGENT") & (bank["ser_time"] >= 10)]  # shorter ones are a known artefact
    bank_origins = (date(1999, 2, 15), date(1999, 2, 22))
    found = []
    for title, part in [("Anonymous Bank 1999", bank)] + [
        (f"Anonymous Bank 1999, {kind}", bank[bank["type"] == kind]) for kind in ("PS", "NW", "NE", "TT")
    ]:
        moment = pd.to_datetime(part["date"] + " " + part["vru_entry"])
        seconds = part["ser_time"].to_numpy(dtype=np.float64)
        found.append(Log(title, "Asia/Jerusalem", "IL", moment, seconds, bank_origins))
    desk = pd.read_csv(DATA / "callcenter_log" / "events.csv")
    desk = desk[(desk["operation"] == "Inbound Call") & (desk["start"] < "2010-03-31")]
    seconds = 60 * desk["dur_min"].to_numpy(dtype=np.float64)
    use = seconds > 0
    moment = pd.to_datetime(desk["start"])[use]
    found.append(Log("callcenter_log 2010", "UTC", "", moment, seconds[use], (date(2010, 3, 16), date(2010, 3, 23))))
    return found


def tables(log: Log) -> tuple[date, Floats, Floats]:
    """Return the first day, and contacts and handle seconds by day and slot."""
    first, last = log.start.min().date(), log.start.max().date()
    days, slots = (last - first).days + 1, 1440 // STEP
    day = (log.start.dt.normalize() - pd.Timestamp(first)).dt.days.to_numpy()
    slot = ((log.start.dt.hour * 60 + log.start.dt.minute) // STEP).to_numpy()
    cell = day * slots + slot
    contacts = np.bincount(cell, minlength=days * slots).astype(np.float64).reshape(days, slots)
    work = np.bincount(cell, weights=log.seconds, minlength=days * slots).reshape(days, slots)
    return first, contacts, work


def history_of(log: Log, first: date, contacts: Floats, work: Floats) -> History:
    """Return the interval history that a centre would have of the log; slots never used are closed."""
    grid = IntervalGrid.of_days(first, len(contacts), log.zone, STEP)
    slot = grid.minute_of_day // STEP
    used = (contacts.sum(axis=0) > 0)[slot]
    came = contacts[grid.day_of, slot][used]
    with np.errstate(invalid="ignore"):
        aht = (work / contacts)[grid.day_of, slot][used]
    blank = np.full(len(came), np.nan)
    queue = np.zeros(len(came), dtype=np.int64)
    return History(("q",), grid.starts[used], queue, came, came, blank, aht, blank, blank, blank)


def means(first: date, contacts: Floats, work: Floats, known: int, ahead: int) -> tuple[Floats, Floats]:
    """Return handle time and workload of the days ahead as the means of their weekday and slot so far."""
    weekday = (first.weekday() + np.arange(known + ahead)) % 7
    aht, load = np.zeros((ahead, contacts.shape[1])), np.zeros((ahead, contacts.shape[1]))
    overall = work[:known].sum() / contacts[:known].sum()
    for k in range(ahead):
        mine = weekday[:known] == weekday[known + k]
        came, worked = contacts[:known][mine].sum(axis=0), work[:known][mine].sum(axis=0)
        aht[k] = np.divide(worked, came, out=np.full(len(came), overall), where=came > 0)
        load[k] = worked / max(int(mine.sum()), 1)
    return aht, load


def chance(seconds: Floats, came: Floats, expected: Floats) -> Floats:
    """Return the errors that chance alone makes, summed: of handle time, of workload, of a day's workload.

    Single contacts are drawn again: as many as came for handle time, a Poisson number around the expected for workload.
    """
    rng = np.random.default_rng(1)
    mean = float(seconds.mean())
    sums = np.zeros(3)
    rounds = 40

    def drawn(counts: Floats) -> Floats:
        values = rng.choice(seconds, int(counts.sum()))
        ends = np.cumsum(counts.ravel()).astype(np.int64)
        total = np.concatenate([[0.0], np.cumsum(values)])[ends]
        return np.asarray(np.diff(total, prepend=0.0).reshape(counts.shape))

    for _ in range(rounds):
        off = drawn(rng.poisson(expected).astype(np.float64)) - expected * mean
        sums += [np.abs(drawn(came) - came * mean).sum(), np.abs(off).sum(), np.abs(off.sum(axis=1)).sum()]
    return np.asarray(sums / rounds)


def judged(log: Log) -> dict[str, Errors]:
    """Return the errors of both methods, and of chance alone, over all origins of a log."""
    first, contacts, work = tables(log)
    history = history_of(log, first, contacts, work)
    queue = Queue(id="q")
    centre = Centre(
        name="c", timezone=log.zone, country=log.country, interval_minutes=STEP, queues=(queue,), contracts=()
    )
    sums = {name: np.zeros(3) for name in ("seatwise", "means", "chance")}
    total = 0.0
    for origin in log.origins:
        known = (origin - first).days
        ahead = min(7, len(contacts) - known)
        came, worked = contacts[known : known + ahead], work[known : known + ahead]
        # The second log does not say where it was made; UTC keeps its wall clock, day by day of 24 hours.
        found, _ = make_forecast(history, centre, (), origin, ahead, seed=1, control=Control())
        aht = found.aht_s[0].reshape(ahead, -1)
        plain, load = means(first, contacts, work, known, ahead)
        mine = found.mean[0].reshape(ahead, -1) * aht
        for name, (a, w) in {"seatwise": (aht, mine), "means": (plain, load)}.items():
            off = w - worked
            sums[name] += [np.abs(a * came - worked).sum(), np.abs(off).sum(), np.abs(off.sum(axis=1)).sum()]
        sums["chance"] += chance(log.seconds, came, found.mean[0].reshape(ahead, -1))
        total += float(worked.sum())
    return {name: Errors(*(value / total)) for name, value in sums.items()}


def table() -> str:
    """Return the table in Markdown."""
    lines = [
        "# Handle time and workload, one week ahead",
        "",
        "Half hours, two origins a week apart, a fortnight and three weeks of history; absolute error over what there",
        "was, weighted by contacts, in %. Workload is contacts times handle time. `means` are of the same weekday and",
        "slot so far. `chance` is what remains if rate and handle-time distribution were known exactly: contacts drawn",
        "again, a Poisson number of them for workload. Calls of the bank under 10 s are left out as a known artefact.",
        "",
        "| log | figure | seatwise | means | less by | chance | of what lies above chance, less by |",
        "|---|---|---|---|---|---|---|",
    ]
    for log in logs():
        ours, plain, floor = judged(log).values()
        for figure, name in (("aht", "handle time"), ("workload", "workload"), ("day", "workload of a day")):
            mine, theirs, least = (100 * float(getattr(errors, figure)) for errors in (ours, plain, floor))
            above = f"{100 * (1 - (mine - least) / (theirs - least)):.0f} %" if theirs > least else "-"
            cells = [f"{mine:.1f}", f"{theirs:.1f}", f"{100 * (1 - mine / theirs):.0f} %", f"{least:.1f}", above]
            lines.append(f"| {log.title} | {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    written = table()
    Path(__file__).with_suffix(".md").write_text(written, encoding="utf-8")
    print(written)

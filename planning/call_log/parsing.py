"""Texts of a log's cells turned into instants and seconds, whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.grid import Instants
from domain.history import Floats
from planning.call_log.log_columns import UNITS, MomentColumns
from planning.files.moments import TWICE, read_moment, settle

_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
_EPOCH = pd.Timestamp("1970-01-01")
SECONDS = "seconds, or h:m:s; not negative"


@dataclass(frozen=True)
class MomentCells:
    """A column of instants.

    Attributes
    ----------
    utc : datetime64[s] array
        NaT where empty or wrong.
    wrong : bool array
        Not empty and no time.
    twice : bool array
        The clock shows the time twice: taken as the first.
    expected : str
        What would be right.
    """

    utc: Instants
    wrong: NDArray[np.bool_]
    twice: NDArray[np.bool_]
    expected: str


def moments(frame: pd.DataFrame, where: MomentColumns, zone: str, time_format: str) -> MomentCells:
    """Read instants.

    Parameters
    ----------
    frame : DataFrame
        Texts; a date and a time of day apart are joined by a space.
    where : MomentColumns
    zone : str
        Zone of wall-clock times.
    time_format : str
        As of ``strptime``; empty for times written year first.
    """
    texts = frame[where.columns[0]]
    empty = (texts == "").to_numpy()
    for name in where.columns[1:]:
        empty = empty | (frame[name] == "").to_numpy()
        texts = texts + " " + frame[name]
    wall, exact = _read(texts.where(~empty, ""), time_format)
    settled = settle(wall, exact, zone)
    expected = (
        f"a time written as {time_format}"
        if time_format
        else "a time such as 2026-11-23 08:00:00 (year first), or give log.time_format"
    )
    return MomentCells(
        utc=np.where(np.isnat(wall), np.datetime64("NaT", "s"), settled.utc),
        wrong=np.isnat(wall) & ~empty,
        twice=settled.occurs == TWICE,
        expected=expected,
    )


def _read(texts: pd.Series[str], time_format: str) -> tuple[Instants, NDArray[np.bool_]]:
    """Return wall-clock times, and which are exact (an offset was written: then UTC)."""
    if time_format:
        exact = np.full(len(texts), "%z" in time_format or "%Z" in time_format)
        parsed = pd.to_datetime(texts, format=time_format, errors="coerce", utc=bool(exact.any()))
        if exact.any():
            parsed = parsed.dt.tz_localize(None)
        return parsed.to_numpy().astype("datetime64[s]"), exact
    wall = np.full(len(texts), "NaT", dtype="datetime64[s]")
    exact = np.zeros(len(texts), dtype=np.bool_)
    left = (texts != "").to_numpy()
    for form in _FORMS:
        if not left.any():
            break
        found = pd.to_datetime(texts[left], format=form, errors="coerce").to_numpy().astype("datetime64[s]")
        wall[left] = found
        left = left & np.isnat(wall)
    for i in np.flatnonzero(left):
        try:
            moment = pd.Timestamp(read_moment(texts.iloc[i]))
        except ValueError:
            continue
        exact[i] = moment.tzinfo is not None
        plain = moment.tz_convert("UTC").tz_localize(None) if exact[i] else moment
        wall[i] = np.datetime64((plain - _EPOCH) // pd.Timedelta(seconds=1), "s")
    return wall, exact


def durations(texts: pd.Series[str], unit: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Read durations as seconds.

    Returns
    -------
    seconds : float array
        NaN where empty or wrong.
    wrong : bool array
        Not empty and no duration, or negative.
    """
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64) * UNITS[unit]
    empty = (texts == "").to_numpy()
    left = np.flatnonzero(np.isnan(values) & ~empty)
    for i in left:
        values[i] = _clock(texts.iloc[i])
    wrong = (~np.isfinite(values) | (values < 0)) & ~empty
    values[wrong] = np.nan
    return values, wrong


def _clock(text: str) -> float:
    sign = -1.0 if text.startswith("-") else 1.0
    parts = text.lstrip("-").replace(",", ".").split(":")
    if not 2 <= len(parts) <= 3:
        return np.nan
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return np.nan
    total = 0.0
    for number in numbers:
        total = total * 60 + number
    return sign * total

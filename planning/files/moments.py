"""Times as spreadsheets write them, and wall-clock times turned into instants."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.grid import Instants
from planning.files.year_last import Order, has_short_year, year_first

MOMENT = "a time such as 2026-11-23T08:00 (year first)"
DATE = "a date such as 2026-11-23 (year first)"
UNTOLD = Order()
ONCE, TWICE, NEVER, WRONG = 0, 1, 2, 3
"""How often a wall-clock time occurs; WRONG is no time at all."""

_FORM = re.compile(
    r"^(\d{4})(?P<s>[-/.年])(\d{1,2})(?:(?P=s)|月)(\d{1,2})日?"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AP]M)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")


@dataclass(frozen=True)
class Moments:
    """Texts as UTC instants.

    Attributes
    ----------
    utc : datetime64[s] array
        The first of the two where the time occurs twice; the instant the clock jumps to where never.
    later : datetime64[s] array
        The second of the two; equal to ``utc`` elsewhere.
    occurs : int array
        ``ONCE``, ``TWICE``, ``NEVER`` or ``WRONG``; a time with an offset occurs once.
    """

    utc: Instants
    later: Instants
    occurs: NDArray[np.int8]


def read_moment(text: str, order: Order = UNTOLD) -> datetime:
    """Return a datetime, aware where the text has an offset; a bare date is its midnight.

    Parameters
    ----------
    text : str
    order : Order
        Of the file's dates, where their year comes last.

    Raises
    ------
    ValueError
        If the text is none; the message says what would be right.
    """
    if len(text) >= 16 and text[4] == "-" and text[10] in "T " and text[13] == ":":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        plain = year_first(plain, order)
    except ValueError as fault:
        raise ValueError(f"{MOMENT}; {fault}") from fault
    found = _FORM.match(plain)
    if not found:
        if has_short_year(plain):
            raise ValueError(f"{MOMENT}; the year needs four digits")
        if _SERIAL.match(plain):
            raise ValueError(f"{MOMENT}; this looks like a spreadsheet's day number: format the cell as a date")
        raise ValueError(MOMENT)
    year, _, month, day, hour, minute, second, half, offset = found.groups()
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    wrong_half = half is not None and not 1 <= clock[0] <= 12
    if half is not None:
        clock = (clock[0] % 12 + (12 if half.upper() == "PM" else 0), *clock[1:])
    if wrong_half or clock > (24, 0, 0) or clock[1] > 59 or clock[2] > 59:
        raise ValueError(f"{MOMENT}; there is no such time of day")
    try:
        midnight = datetime(int(year), int(month), int(day))
        moment = midnight + timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2])
    except (ValueError, OverflowError) as fault:
        raise ValueError(f"{MOMENT}; there is no such day") from fault
    return moment if offset is None else datetime.fromisoformat(moment.isoformat() + _offset(offset))


def is_bare_date(text: str, order: Order = UNTOLD) -> bool:
    """Tell whether a text that `read_moment` reads is a date without a time of day."""
    found = _FORM.match(year_first(unicodedata.normalize("NFKC", text).strip(), order))
    return found is not None and found[5] is None


def _offset(text: str) -> str:
    if text.upper() == "Z":
        return "+00:00"
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def read_day(text: str, order: Order = UNTOLD) -> date:
    """Return a date; a time of midnight behind it is ignored. Parameters as `read_moment`.

    Raises
    ------
    ValueError
        If the text is none; the message says what would be right.
    """
    try:
        moment = read_moment(text, order)
    except ValueError as fault:
        raise ValueError(str(fault).replace(MOMENT, DATE)) from fault
    if moment.time() != datetime.min.time() or moment.tzinfo is not None:
        raise ValueError(f"{DATE}, without a time of day")
    return moment.date()


def parse_moments(texts: Sequence[str], zone: str, order: Order = UNTOLD) -> tuple[Moments, dict[int, str]]:
    """Turn texts into instants; what would be right stands beside the index of each that is none.

    Seconds within a minute are kept; fractions of a second are dropped.
    """
    wall = np.full(len(texts), "NaT", dtype="datetime64[s]")
    exact = np.zeros(len(texts), dtype=np.bool_)
    wrong: dict[int, str] = {}
    epoch = datetime(1970, 1, 1)
    seconds = np.zeros(len(texts), dtype=np.int64)
    for i, text in enumerate(texts):
        try:
            moment = read_moment(text, order)
            if moment.tzinfo is not None:
                moment = moment.astimezone(UTC).replace(tzinfo=None)
                exact[i] = True
        except (ValueError, OverflowError) as fault:
            wrong[i] = str(fault) if isinstance(fault, ValueError) else MOMENT
            continue
        if not 1971 <= moment.year <= 2199:
            wrong[i] = f"{MOMENT}; the year {moment.year} cannot be right"
            continue
        seconds[i] = (moment - epoch) // timedelta(seconds=1)
    good = np.ones(len(texts), dtype=np.bool_)
    good[list(wrong)] = False
    wall[good] = seconds[good].astype("datetime64[s]")
    return settle(wall, exact, zone), wrong


def settle(wall: Instants, exact: NDArray[np.bool_], zone: str) -> Moments:
    """Turn wall-clock times of a zone into instants; ``exact`` ones are UTC already, NaT is wrong."""
    local = pd.DatetimeIndex(wall)
    first = _instants(local.tz_localize(zone, ambiguous=np.ones(len(wall), bool), nonexistent="shift_forward"))
    second = _instants(local.tz_localize(zone, ambiguous=np.zeros(len(wall), bool), nonexistent="shift_forward"))
    there = local.tz_localize(zone, ambiguous=np.ones(len(wall), bool), nonexistent="NaT")
    occurs = np.full(len(wall), ONCE, dtype=np.int8)
    occurs[first != second] = TWICE
    occurs[np.asarray(there.isna())] = NEVER
    occurs[exact] = ONCE
    occurs[np.isnat(wall)] = WRONG
    return Moments(
        np.where(exact, wall, np.minimum(first, second)),
        np.where(exact, wall, np.maximum(first, second)),
        occurs,
    )


def _instants(index: pd.DatetimeIndex) -> Instants:
    return index.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")


def offsets_of(earlier: np.datetime64, zone: str) -> str:
    """Say how to write a wall-clock time that occurs twice, with each of its offsets."""
    first = pd.Timestamp(earlier, tz="UTC").tz_convert(zone)
    step = next(
        later
        for minutes in (30, 60, 90, 120, 180)
        if (later := (first + pd.Timedelta(minutes=minutes))).replace(tzinfo=None) == first.replace(tzinfo=None)
    )
    return f"an offset, since the clock shows this time twice: {first.isoformat()} or {step.isoformat()}"


def on_clock(moment: datetime, zone: str) -> datetime:
    """Put one written time on a zone's clock, unless it has an offset of its own; a day begins at its first instant.

    Raises
    ------
    ValueError
        If the clock shows that time twice, or never; the message says what would be right.
    """
    if moment.tzinfo is not None:
        return moment
    placed = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
    if moment.time() == time() or placed.utcoffset() == placed.replace(fold=1).utcoffset():
        return placed
    there = placed.astimezone(UTC)
    if there.astimezone(placed.tzinfo).replace(tzinfo=None) != moment.replace(fold=0):
        raise ValueError("a time that the clock shows; it goes forward over this one")
    raise ValueError(offsets_of(np.datetime64(there.replace(tzinfo=None), "s"), zone))

"""Cells: the distinct texts of a column turned into what its kind asks for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from domain.hours import WEEKDAYS, parse_clock, parse_days
from planning.files.columns import Clock, Day, Flag, Kind, Moment, Text, Weekdays, Word
from planning.files.faults import listed, meant
from planning.files.figures import Parsed
from planning.files.moments import (
    DATE,
    MOMENT,
    NEVER,
    ONCE,
    TWICE,
    UNTOLD,
    WRONG,
    is_bare_date,
    offsets_of,
    parse_moments,
    read_day,
)
from planning.files.year_last import Order, is_year_last

SEAT = "elastic-"
"""Elastic seats are named ``elastic-001`` and so on; no person may be."""

NO_SEATS = "an agent of agents.csv; centre.toml has no [elastic], so there are no seats"

YES = frozenset({"true", "yes", "y", "1", "t", "x", "是", "对"})
NO = frozenset({"false", "no", "n", "0", "f", "否", "不"})

_DAY_NAMES = {name.casefold(): name for name in WEEKDAYS}
_DAY_NAMES |= dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), WEEKDAYS, strict=True)
)
_DAY_NAMES |= {
    f"{week}{day}": name for week in ("周", "星期") for day, name in zip("一二三四五六日", WEEKDAYS, strict=True)
}
_DAY_NAMES |= {"周天": "Sun", "星期天": "Sun"}

MOMENTS = np.dtype([("utc", "M8[s]"), ("later", "M8[s]"), ("occurs", "i1")])
"""Row of a column whose repeated wall-clock times are left to the reader."""


@dataclass(frozen=True)
class Context:
    """What cells may refer to.

    Attributes
    ----------
    zone : str
        IANA name.
    queues, contracts, agents : tuple of str or None
        Known ids; None where any will do.
    order : Order
        How the file's dates are meant where their year comes last.
    """

    zone: str
    queues: tuple[str, ...] | None = None
    contracts: tuple[str, ...] | None = None
    agents: tuple[str, ...] | None = None
    order: Order = UNTOLD


def parse_cells(texts: Sequence[str], kind: Kind, context: Context) -> Parsed:
    """Turn distinct texts into values of a kind (numbers are read in `figures`)."""
    match kind:
        case Text():
            return _refer(texts, kind, context)
        case Moment():
            return _moments(texts, kind, context)
        case Day():
            return _days(texts, context.order)
        case Flag():
            return _each(texts, _flag, "bool")
        case Word():
            return _each(texts, lambda text: _word(text, kind), "object")
        case Weekdays():
            return _each(texts, weekdays, "object")
        case Clock():
            return _each(texts, minute_of_day, "int64")
    raise TypeError(f"no reader for {kind}")


def empty_value(kind: Kind) -> object:
    """Return what a cell that is not given becomes."""
    match kind:
        case Moment(repeats=True):
            return np.array((np.datetime64("NaT"), np.datetime64("NaT"), WRONG), dtype=MOMENTS)
        case Moment():
            return np.datetime64("NaT", "s")
        case Day():
            return np.datetime64("NaT", "D")
        case Flag():
            return kind.default
        case Word():
            return kind.choices[0]
        case Text():
            return ""
        case Weekdays():
            return frozenset()
        case Clock():
            return 0
    return np.nan


GUARDED = "result files write it with an apostrophe before it"
"""What becomes of an id that a spreadsheet would run."""


def unescaped(text: str) -> str:
    """Undo `escaped`: drop the apostrophe that keeps a spreadsheet from running a cell."""
    return text[1:] if text.startswith("'") and text.lstrip("'")[:1] in _ACTIVE else text


def escaped(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula."""
    return "'" + text if text.lstrip("'")[:1] in _ACTIVE else text


_ACTIVE = frozenset("=+-@\t\r＝＋－＠")


def _each(texts: Sequence[str], read: Callable[[str], object], dtype: str) -> Parsed:
    parsed = Parsed(np.zeros(len(texts), dtype=dtype))
    for i, text in enumerate(texts):
        try:
            parsed.values[i] = read(text)
        except ValueError as fault:
            parsed.wrong[i] = str(fault)
    return parsed


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError("true or false")


def _word(text: str, kind: Word) -> str:
    spelling = text.casefold()
    also = dict(kind.also)
    if spelling in kind.choices or spelling in also:
        return also.get(spelling, spelling)
    named = [choice for choice in kind.choices if choice]
    raise ValueError(listed(named) + meant(spelling, named))


def weekdays(text: str) -> frozenset[int]:
    """Return weekdays of ``Mon``, ``Monday-Friday``, ``周一`` and the like.

    Raises
    ------
    ValueError
        If a name is none; the message says what would be right.
    """
    plain = unicodedata.normalize("NFKC", text).replace("至", "-").replace("、", ",")
    for mark in ";,-":
        plain = plain.replace(mark, f" {mark} ")
    words = [_DAY_NAMES.get(word.casefold(), word) for word in plain.split()]
    return parse_days("".join(words))


def minute_of_day(text: str) -> int:
    """Return the minute of the day of ``8:00``, ``08:00`` or ``08:00:00``.

    Raises
    ------
    ValueError
        If the text is no time of day; the message says what would be right.
    """
    plain = unicodedata.normalize("NFKC", text)
    return parse_clock(plain[:-3] if plain.count(":") == 2 and plain.endswith(":00") else plain)


def _refer(texts: Sequence[str], kind: Text, context: Context) -> Parsed:
    parsed = Parsed(np.array([*texts, ""], dtype=object)[:-1])
    known, what = {
        "": (None, ""),
        "agent": (context.agents, "an agent of agents.csv"),
        "person or seat": (context.agents, "an agent of agents.csv, or an elastic seat such as elastic-001"),
        "queue": (context.queues, "a queue of centre.toml"),
        "contract": (context.contracts, "a contract of centre.toml"),
    }[kind.of]
    if known is None:
        return parsed
    members = set(known)
    for i, text in enumerate(texts):
        if text in members or (kind.of == "person or seat" and text.startswith(SEAT)):
            continue
        few = f": {listed(known)}" if len(known) <= 8 and known else ""
        parsed.wrong[i] = what + (meant(text, known) or few)
    return parsed


def _days(texts: Sequence[str], order: Order) -> Parsed:
    parsed = _each(texts, lambda text: read_day(text, order), "datetime64[D]")
    parsed.odd = _turned(texts, order, DATE)
    parsed.odd = {i: said for i, said in parsed.odd.items() if i not in parsed.wrong}
    return parsed


def _turned(texts: Sequence[str], order: Order, expected: str) -> dict[int, str]:
    """Say of dates with the year last how they are read."""
    if not order.words:
        return {}
    said = f"{expected}; read as {order.words}, since {order.day_first or order.month_first} leaves no doubt"
    return {i: said for i, text in enumerate(texts) if is_year_last(text)}


def _moments(texts: Sequence[str], kind: Moment, context: Context) -> Parsed:
    moments, wrong = parse_moments(texts, context.zone, context.order)
    odd = _turned(texts, context.order, MOMENT)
    if kind.repeats:
        values = np.empty(len(texts), dtype=MOMENTS)
        values["utc"], values["later"], values["occurs"] = moments.utc, moments.later, moments.occurs
        return Parsed(values, wrong, {i: said for i, said in odd.items() if i not in wrong})
    for i in np.flatnonzero(moments.occurs != ONCE).tolist():
        if i not in wrong and is_bare_date(texts[i], context.order):
            continue  # where the clock jumps over midnight or shows it twice, the day begins at its first instant
        if moments.occurs[i] == TWICE:
            wrong[i] = offsets_of(moments.utc[i], context.zone)
        elif moments.occurs[i] == NEVER:
            wrong[i] = f"a time that exists: the clock of {context.zone} skips this one"
    return Parsed(moments.utc, wrong, {i: said for i, said in odd.items() if i not in wrong})

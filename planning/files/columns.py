"""What a table is made of: columns, the kind of cell in each, and the words people use for their headers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

BRACKETS = re.compile(r"[(\[（【](.*?)[)\]）】]")
"""What a header says in brackets: its unit."""


def fold(header: str) -> str:
    """Return what is compared of a header: no case, width, spaces, joints or unit in brackets."""
    plain = unicodedata.normalize("NFKC", header).replace("\ufeff", "")
    plain = BRACKETS.sub("", plain)
    return re.sub(r"[\s_\-./:]+", "", plain).casefold()


@dataclass(frozen=True)
class Text:
    """Any text; ``of`` names what it must refer to."""

    of: Literal["", "agent", "person or seat", "queue", "contract"] = ""


@dataclass(frozen=True)
class Number:
    """A number within limits; ``whole`` asks for an integer."""

    low: float = 0.0
    high: float = float("inf")
    whole: bool = False
    above: bool = False

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")

    @property
    def expected(self) -> str:
        """Say what would be right."""
        kind = "a whole number" if self.whole else "a number"
        if self.high < float("inf"):
            return f"{kind} from {self.low:,.12g} to {self.high:,.12g}"
        if self.low > float("-inf"):
            return f"{kind} above {self.low:g}" if self.above else f"{kind}, at least {self.low:g}"
        return kind


@dataclass(frozen=True)
class Moment:
    """An instant: wall-clock time in the centre's zone, or with an offset.

    ``repeats`` keeps a wall-clock time that the clock shows twice (or never) for the reader to settle.
    """

    repeats: bool = False


@dataclass(frozen=True)
class Day:
    """A date."""


@dataclass(frozen=True)
class Flag:
    """Yes or no, with the value of an empty cell."""

    default: bool = False


@dataclass(frozen=True)
class Word:
    """One of a few words; ``also`` maps other spellings to them; the first is the default."""

    choices: tuple[str, ...]
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Weekdays:
    """Weekdays such as ``Mon`` or ``Mon-Fri``."""


@dataclass(frozen=True)
class Clock:
    """A time of day from 00:00 to 24:00, as minutes."""


Kind = Text | Number | Moment | Day | Flag | Word | Weekdays | Clock


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    kind : Kind
    required : bool
        Whether the column, and a value in every row, must be there.
    aliases : tuple of str
        Other headers that mean it.
    seconds : bool
        Whether it is a duration in seconds, so that a unit in the header's brackets is converted.
    """

    name: str
    kind: Kind = field(default_factory=Text)
    required: bool = False
    aliases: tuple[str, ...] = ()
    seconds: bool = False


@dataclass(frozen=True)
class Layout:
    """The columns of one file, in the order they are written."""

    file: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def names(self) -> dict[str, str]:
        """Column by folded header, own names before aliases."""
        found = {fold(alias): c.name for c in reversed(self.columns) for alias in c.aliases}
        return found | {fold(column.name): column.name for column in self.columns}

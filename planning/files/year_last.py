"""Dates with the year last: which of the other two numbers is the day, as the whole file tells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_FORM = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)$", re.DOTALL)
_SHORT = re.compile(r"^\d{1,2}([-/.])\d{1,2}\1\d{2}(?!\d)")


@dataclass(frozen=True)
class Order:
    """Whether the dates of a file have their day first or their month first.

    Attributes
    ----------
    day_first, month_first : str
        A date that can only have the day first (the month first), as written; empty where there is none.
    """

    day_first: str = ""
    month_first: str = ""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Order:
        """Look for dates of which one number can only be the day."""
        day_first = month_first = ""
        for text in texts:
            found = _match(text)
            if found:
                one, other = int(found[1]) > 12, int(found[3]) > 12
                if one and not other:
                    day_first = day_first or text
                elif other and not one:
                    month_first = month_first or text
                if day_first and month_first:
                    break
        return cls(day_first, month_first)

    @property
    def words(self) -> str:
        """Say how the dates are read; empty where nothing tells."""
        if bool(self.day_first) == bool(self.month_first):
            return ""
        return "day, month, year" if self.day_first else "month, day, year"

    @property
    def doubt(self) -> str:
        """Say why the dates cannot be read."""
        if self.day_first and self.month_first:
            return f"{self.day_first} can only have the day first, and {self.month_first} only the month first"
        return "day and month cannot be told apart: no date of this file has a day above 12"


def is_year_last(text: str) -> bool:
    """Tell whether a text begins with a date whose year comes last."""
    return _match(text) is not None


def has_short_year(text: str) -> bool:
    """Tell whether a text begins with a date whose year, last, has two digits."""
    return _SHORT.match(text) is not None


def year_first(text: str, order: Order) -> str:
    """Write a date whose year comes last with the year first; what follows it stays.

    Raises
    ------
    ValueError
        If the file does not tell day from month; the message says why.
    """
    found = _match(text)
    if found is None:
        return text
    if not order.words:
        raise ValueError(order.doubt)
    day, month = (found[1], found[3]) if order.day_first else (found[3], found[1])
    return f"{found[4]}-{month}-{day}{found[5]}"


def _match(text: str) -> re.Match[str] | None:
    # Most texts have the year first, and columns are long: the cheap test comes first.
    if text[1:2].isdigit() and text[2:3].isdigit() and text.isascii():
        return None
    return _FORM.match(text if text.isascii() else unicodedata.normalize("NFKC", text))

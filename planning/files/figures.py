"""Numbers as spreadsheets write them: decimal commas, thousands separators, and what cannot be told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from domain.history import Floats
from planning.files.columns import Number

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_COMMA = re.compile(r"^[+-]?\d+,\d+$")
_COMMA_GROUP = re.compile(r"^[+-]?[1-9]\d{0,2},\d{3}$")
_DOT_GROUP = re.compile(r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$")
_ENGLISH = re.compile(r"^[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})$")
_GERMAN = re.compile(r"^[+-]?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})$")
_SPACED = re.compile(r"^[+-]?\d{1,3}([  \u202f'’]\d{3})+([.,]\d+)?$")

DECIMAL_COMMA = "a point as the decimal mark; read as {value:g}"
SEPARATORS = "digits without thousands separators; read as {value:g}"


@dataclass
class Parsed:
    """Distinct texts turned into values.

    Attributes
    ----------
    values : array, shape (texts,)
    wrong, odd : dict of int to str
        What would be right, by index of the text; ``odd`` ones were accepted.
    """

    values: np.ndarray
    wrong: dict[int, str] = field(default_factory=dict)
    odd: dict[int, str] = field(default_factory=dict)


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Tell whether any text can only be read with a comma as its decimal mark."""
    return any((_COMMA.match(text) and not _COMMA_GROUP.match(text)) or _GERMAN.match(text) for text in texts)


def odd_texts(texts: pa.Array) -> pa.Array:
    """Return the texts that are no plain numbers."""
    return texts.filter(pc.invert(pc.match_substring_regex(texts, _PLAIN)))


def parse_numbers(texts: pa.Array, kind: Number, comma: bool, factor: float = 1.0) -> Parsed:
    """Turn distinct texts into numbers within limits.

    Parameters
    ----------
    texts : pyarrow string array
    comma : bool
        Whether the file uses a comma as its decimal mark, so that ``1,234`` is 1.234 and ``1.234`` is
        refused; without it ``1,234`` is refused, since it may be either.
    factor : float
        Seconds of the header's unit.
    """
    plain = pc.match_substring_regex(texts, _PLAIN)
    mask = plain.to_numpy(zero_copy_only=False)
    parsed = Parsed(np.full(len(texts), np.nan))
    if mask.any():
        cast = pc.cast(texts.filter(plain), pa.float64())
        parsed.values[mask] = cast.to_numpy(zero_copy_only=False)
    if comma:
        groups = pc.match_substring_regex(texts, _DOT_GROUP.pattern).to_numpy(zero_copy_only=False)
        for i in np.flatnonzero(groups):
            parsed.wrong[int(i)] = (
                "a number without thousands separators (the file uses decimal commas, so this may be "
                "thousands or decimals)"
            )
    for i in np.flatnonzero(~mask):
        _spreadsheet(int(i), str(texts[int(i)]), kind, comma, parsed)
    _limit(parsed, kind)
    if factor != 1.0:
        parsed.values *= factor
    return parsed


def _spreadsheet(i: int, written: str, kind: Number, comma: bool, parsed: Parsed) -> None:
    text = unicodedata.normalize("NFKC", written).replace("−", "-").strip()
    if re.match(_PLAIN, text):
        parsed.values[i] = float(text)
    elif _COMMA.match(text) and (comma or not _COMMA_GROUP.match(text)):
        parsed.values[i] = float(text.replace(",", "."))
        parsed.odd[i] = DECIMAL_COMMA.format(value=parsed.values[i])
    elif _COMMA_GROUP.match(text):
        whole, decimal = text.replace(",", ""), text.replace(",", ".")
        parsed.wrong[i] = f"{kind.expected}, without a comma: {whole} or {decimal}?"
    elif _ENGLISH.match(text):
        parsed.values[i] = float(text.replace(",", ""))
        parsed.odd[i] = SEPARATORS.format(value=parsed.values[i])
    elif _GERMAN.match(text):
        parsed.values[i] = float(text.replace(".", "").replace(",", "."))
        parsed.odd[i] = DECIMAL_COMMA.format(value=parsed.values[i])
    elif _SPACED.match(text):
        parsed.values[i] = float(re.sub(r"[\s'’]", "", text).replace(",", "."))
        parsed.odd[i] = SEPARATORS.format(value=parsed.values[i])
    elif text.endswith("%"):
        parsed.wrong[i] = f"{kind.expected}; write 85% as 0.85"
    elif text.casefold().lstrip("+-") in {
        "nan",
        "inf",
        "infinity",
        "na",
        "n/a",
        "#n/a",
        "null",
        "none",
        "-",
        "",
    }:
        parsed.wrong[i] = f"{kind.expected}; leave the cell empty where it is not known"
    else:
        parsed.wrong[i] = kind.expected


def _limit(parsed: Parsed, kind: Number) -> None:
    values = parsed.values
    with np.errstate(invalid="ignore"):
        outside = (values < kind.low) | (values > kind.high) | np.isinf(values)
        if kind.above:
            outside |= values == kind.low
        if kind.whole:
            outside |= values != np.floor(values)
    outside &= ~np.isnan(values)
    for i in np.flatnonzero(outside):
        parsed.wrong.setdefault(int(i), kind.expected)
        parsed.odd.pop(int(i), None)


def limited(values: Floats, kind: Number) -> Parsed:
    """Check numbers that came as numbers (Parquet)."""
    parsed = Parsed(values)
    _limit(parsed, kind)
    return parsed

"""Faults of a request's form in words for people: what stands where, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MOMENT = "a time such as 2026-11-24T11:30 (in an address an offset's + is written %2B)"

DAY = "a day such as 2026-11-23"

WORDS = {
    "missing": "a value; there is none",
    "extra_forbidden": "a name that is known here",
    "json_invalid": "JSON that can be read; {error}",
    "union_tag_not_found": "a value for {discriminator}, which says what it is",
    "union_tag_invalid": "{discriminator} to be one of {expected_tags}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "too_long": "at most {max_length} of them",
    "too_short": "at least {min_length} of them",
    "model_attributes_type": "a table of names and values",
    "dict_type": "a table of names and values",
    "list_type": "a list",
    "string_type": "text",
    "finite_number": "a finite number",
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
}
"""What would be right, by pydantic's names of faults; what is not here has words of its own that serve."""

PATTERNS = {
    "^[0-9a-f]{20}$": "an identifier of 20 digits and letters a to f",
    "^[a-z0-9][a-z0-9-]{0,62}$": "small letters, digits and hyphens, 63 at most",
    "^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$": "letters, digits and . _ @ -, 100 at most",
    "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$": "letters, digits and . _ -, 100 at most",
    "^[a-z_]{1,60}$": "the name of a table: small letters and _",
}
"""Texts of a form, in words."""

NOTHING_SHOWN = frozenset({"missing", "extra_forbidden", "json_invalid"})

SECRET = frozenset({"password", "old", "new", "refresh_token"})
"""Fields whose values are told to nobody."""

LONGEST = 100


def told(error: Mapping[str, Any], body: object) -> dict[str, Any]:
    """Return one fault: where it is, what stands there, what would be right, and all of it in a sentence."""
    where, *path = error["loc"]
    if error["type"] == "json_invalid":
        path = []
    if path and isinstance(body, dict) and path[0] == body.get("kind"):
        # the name of a form stands before what is in it
        path = path[1:]
    field = ".".join(map(str, path))
    value = error.get("input")
    hidden = error["type"] in NOTHING_SHOWN or isinstance(value, dict | list | bytes) or value is None
    shown = None if hidden or (path and path[-1] in SECRET) else plain(value)
    expected = _expected(error)
    if where == "body" and not path and isinstance(value, str | bytes):
        expected = "JSON, with the header Content-Type: application/json"
        shown = None
    text = f"{field or f'the {where}'}: expected {expected}"
    if shown is not None:
        text += f", not {shown!r}"
    return {
        "in": str(where),
        "field": field,
        "value": shown,
        "expected": expected,
        "text": text,
    }


def _expected(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], f"text of the form {context['pattern']}")
    if error["type"] in WORDS:
        return WORDS[error["type"]].format(**context)
    return re.sub(r"^(Value error, |Input should be |\w+ should have )", "", str(error["msg"]))


def plain(value: object) -> str:
    """Return the beginning of a value as text that can be written."""
    return str(value).encode("utf-8", "backslashreplace").decode()[:LONGEST]

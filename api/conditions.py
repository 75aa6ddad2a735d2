"""Two people may edit the same thing: each says which version was seen, and nobody overwrites the other unawares."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Response

from api.problems import Refusal

_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def tag(response: Response, version: int) -> None:
    """Mark an answer with the version that it tells of."""
    response.headers["ETag"] = f'"{version}"'


def _seen(if_match: Annotated[str | None, Header(description='The version seen, as its ETag: "7".')] = None) -> int:
    """Return the version that a caller has seen.

    Raises
    ------
    Refusal
        428 where none is named, 400 where it is no tag of ours.
    """
    if if_match is None:
        raise Refusal(
            428,
            "send the version that you have seen in If-Match, as its ETag; somebody else may have changed it since",
            kind="version-needed",
        )
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Refusal(400, f'If-Match has to be one ETag such as "7", not {if_match[:100]!r}')
    return int(found[1])


Seen = Annotated[int, Depends(_seen)]


def outdated(seen: int, current: int, difference: Any) -> Refusal:
    """Return the refusal of a change to a version that is not the current one, with what lies between."""
    return Refusal(
        412,
        f"version {seen} was seen, {current} is the current one; the difference is told here",
        kind="changed-since",
        headers={"ETag": f'"{current}"'},
        seen=seen,
        current=current,
        difference=difference,
    )

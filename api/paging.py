"""Long lists come in pages."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

T = TypeVar("T")

MOST_DIGITS = 18
"""Of a place in a list: it has to fit into 64 bits."""


def place_of(after: str | None) -> int:
    """Return the place that a page begins at; 0 where none of ours is named."""
    right = after is not None and after.isascii() and after.isdecimal() and len(after) <= MOST_DIGITS
    return int(after) if right and after else 0


Limit = Annotated[int, Query(ge=1, le=1000, description="Most rows of a page.")]
After = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]


class Page(BaseModel, Generic[T]):
    """A part of a list."""

    items: list[T] = Field(description="What the page holds.")
    next: str | None = Field(default=None, description="Where the next page begins; null on the last.")

"""How the innermost functions of the searches are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def leaf(function: Compiled) -> Compiled:
    """Compile a function that allocates nothing.

    It need not count references to the arrays that it is handed, which, atomic as the counts are, takes longer than a
    small change of a roster itself.
    """
    options: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
    compiled: Compiled = njit(**options)(function)
    return compiled

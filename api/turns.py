"""Turns at heavy work: few at a time and in the order of asking, so that all wait about as long as each other.

Threads that contend for the interpreter finish late together, some far later than others: of 32 clients of a what-if
one in a hundred waited .60 s with a thread for each, .23 s with turns (median .37 and .20 s).
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request

from api.problems import Refusal

if TYPE_CHECKING:
    from api.service import Service

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """Hands out turns.

    Parameters
    ----------
    cores : int
        One more than these work at a time: one of them may wait for the database.
    """

    def __init__(self, cores: int) -> None:
        self._limiter = CapacityLimiter(cores + 1)
        self._threads = CapacityLimiter(cores + 1)

    async def take(self, request: Request, work: Callable[..., T], /, *given: Any, **named: Any) -> T:
        """Do work in a thread when its turn has come, unless whoever asked for it has gone.

        Raises
        ------
        Refusal
            To nobody, where they have.
        """
        async with self._limiter:
            if await request.is_disconnected():
                raise Refusal(408, "the line was closed before this came to its turn")
            return await run_sync(functools.partial(work, *given, **named), limiter=self._threads)


def in_turn(
    is_long: Callable[[Mapping[str, Any]], bool] = lambda _: False,
) -> Callable[[Callable[P, T]], Callable[P, Awaitable[T]]]:
    """Make an operation wait for its turn; it has to take the `service` and the `request`.

    Parameters
    ----------
    is_long : callable
        Tells of what an operation is given whether it takes seconds: those have turns of their own.
    """

    def made(work: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        @functools.wraps(work)
        async def asked(*given: P.args, **named: P.kwargs) -> T:
            service: Service = named["service"]  # type: ignore[assignment]
            request: Request = named["request"]  # type: ignore[assignment]
            turns = service.long_turns if is_long(named) else service.turns
            return await turns.take(request, work, *given, **named)

        return asked

    return made

"""The list of everything found wrong or odd in the input, kept until all of it can be said at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from domain.errors import InputError, Problem

SHOWN = 20
"""Faults of one kind spelt out per file and column; the rest are counted."""


@dataclass
class Faults:
    """Faults (which stop the work) and notices (which do not), in the order found."""

    wrong: list[Problem] = field(default_factory=list)
    odd: list[Problem] = field(default_factory=list)

    def error(self, file: str, expected: str, *, line: int = 0, column: str = "", value: str = "") -> None:
        """Record a fault."""
        self.wrong.append(Problem(file, line, column, value, expected))

    def notice(self, file: str, expected: str, *, line: int = 0, column: str = "", value: str = "") -> None:
        """Record something accepted that is worth a look."""
        self.odd.append(Problem(file, line, column, value, expected))

    def lines(
        self,
        file: str,
        column: str,
        found: Sequence[tuple[int, str, str]],
        total: int,
        *,
        warn: bool = False,
    ) -> None:
        """Record faults of many lines: the first ``SHOWN``, and in one more how many are like them.

        Parameters
        ----------
        found : sequence of (line, value, expected)
            The first of them, at least ``SHOWN + 1`` where there are as many.
        total : int
            How many there are.
        """
        target = self.odd if warn else self.wrong
        target.extend(Problem(file, line, column, value, expected) for line, value, expected in found[:SHOWN])
        if total > SHOWN:
            line, value, expected = found[SHOWN]
            more = f"; and {total - SHOWN - 1} more like it" if total > SHOWN + 1 else ""
            target.append(Problem(file, line, column, value, expected + more))

    def check(self) -> None:
        """Raise if any fault was recorded.

        Raises
        ------
        InputError
            With every fault.
        """
        if self.wrong:
            raise InputError(self.wrong)

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Notices without repeats, sorted by file and line."""
        return tuple(sorted(set(self.odd)))


def meant(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for a near miss, else nothing."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    return f"; did you mean {by_fold[near[0]]}?" if near else ""


def listed(names: Iterable[str], most: int = 12, last: str = "or") -> str:
    """Write names as ``a, b or c``, cut where there are many."""
    every = list(names)
    if len(every) > most:
        return ", ".join(every[:most]) + f" (and {len(every) - most} more)"
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"

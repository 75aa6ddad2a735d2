"""The list of everything found wrong or odd in the input, kept until all of it can be said at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from domain.errors import InputError, Problem

SHOWN = 20
"""Faults of one kind that are all spelt out, per file and column."""
EXAMPLES = 5
"""Where there are more, so many are spelt out and the rest counted."""


@dataclass
class Faults:
    """Faults (which stop the work) and notices (which do not), in the order found.

    Attributes
    ----------
    wrong, odd : list of Problem
        Faults and notices.
    grave : list of Problem
        Notices to be read before the others: what spoils every figure if it is not meant.
    """

    wrong: list[Problem] = field(default_factory=list)
    odd: list[Problem] = field(default_factory=list)
    grave: list[Problem] = field(default_factory=list)

    def error(self, file: str, expected: str, *, line: int = 0, column: str = "", value: str = "") -> None:
        """Record a fault."""
        self.wrong.append(Problem(file, line, column, value, expected))

    def notice(
        self,
        file: str,
        expected: str = "",
        *,
        line: int = 0,
        column: str = "",
        value: str = "",
        remark: str = "",
        more: int = 0,
        grave: bool = False,
    ) -> None:
        """Record something accepted that is worth a look: what would be right, or a remark of its own."""
        target = self.grave if grave else self.odd
        target.append(Problem(file, line, column, value, expected, remark, more))

    def lines(
        self,
        file: str,
        column: str,
        found: Sequence[tuple[int, str, str]],
        total: int,
        *,
        warn: bool = False,
    ) -> None:
        """Record faults of many lines: all of them up to ``SHOWN``, else ``EXAMPLES`` and how many are like them.

        Parameters
        ----------
        found : sequence of (line, value, expected)
            All of them, or at least ``EXAMPLES`` where they are more than ``SHOWN``.
        total : int
            How many there are.
        """
        told = found if total <= SHOWN else found[:EXAMPLES]
        problems = [Problem(file, line, column, value, expected) for line, value, expected in told]
        if total > len(told):
            problems[-1] = replace(problems[-1], more=total - len(told))
        (self.odd if warn else self.wrong).extend(problems)

    def spare(self, *stems: str) -> bool:
        """Tell whether no fault lies in any of these files, named without their ending."""
        return not any(problem.file.rpartition(".")[0] in stems for problem in self.wrong)

    def check(self, notices: list[Problem] | None = None) -> None:
        """Raise if any fault was recorded; else hand the notices over to a list that is given.

        Raises
        ------
        InputError
            With every fault.
        """
        if self.wrong:
            raise InputError(self.wrong, self.notices)
        if notices is not None:
            notices.extend(self.notices)

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Notices without repeats, grave ones first, sorted by file and line."""
        return (*sorted(set(self.grave)), *sorted(set(self.odd) - set(self.grave)))


def meant(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for a near miss, else nothing."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    return f"; did you mean {by_fold[near[0]]}?" if near else ""


def one_of(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for a near miss, else which there are."""
    names = list(known)
    return meant(word, names) or f"; they are {listed(names, last='and')}"


def listed(names: Iterable[str], most: int = 12, last: str = "or") -> str:
    """Write names as ``a, b or c``, cut where there are many."""
    every = list(names)
    if len(every) > most:
        return ", ".join(every[:most]) + f" (and {len(every) - most} more)"
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"

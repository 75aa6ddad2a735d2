"""Faults a planner can act on: what is wrong, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault or notice in the input.

    Attributes
    ----------
    file : str
        Name of the file as the planner knows it.
    line : int
        Line in that file, the header being line 1; 0 where no single line is at fault.
    column : str
        Column or key; empty where the whole line is meant.
    value : str
        The value as written.
    expected : str
        What would be right, in words; after a semicolon, what else helps.
    remark : str
        The whole sentence, where nothing in particular would be right: ``unknown column, not read``.
    more : int
        How many others are like it and are not spelt out.
    """

    file: str
    line: int = 0
    column: str = ""
    value: str = ""
    expected: str = ""
    remark: str = ""
    more: int = 0

    def __str__(self) -> str:
        """Write the fault as one line: ``file:line, column c: expected this, found 'that'; what helps``."""
        place = self.file + (f":{self.line}" if self.line else "")
        if self.column:
            kind = "key " if self.file.endswith(".toml") else "column "
            place += f", {kind if self.line else ''}{self.column}"
        text = self.remark
        if self.expected:
            right, _, hint = self.expected.partition("; ")
            found = f", found {self.value!r}" if self.value else ""
            text = f"expected {right}{found}" + (f"; {hint}" if hint else "")
        return f"{place}: {text}" + (f"; and {self.more:,} more like it" if self.more else "")


@dataclass(frozen=True)
class Conflict:
    """Hard rules that cannot all be kept.

    Attributes
    ----------
    who : tuple of str
        The people (or queues) concerned.
    days : tuple of str
        The local days concerned, ISO.
    rules : tuple of str
        Labels of the smallest set of rules that conflict.
    change : str
        The smallest change that would lift the conflict.
    """

    who: tuple[str, ...]
    days: tuple[str, ...]
    rules: tuple[str, ...]
    change: str

    def __str__(self) -> str:
        """Write the conflict as one sentence."""
        who = ", ".join(self.who)
        days = f" on {', '.join(self.days)}" if self.days else ""
        return f"{who}{days}: {' + '.join(self.rules)} cannot all be kept. Smallest change: {self.change}"


class SeatwiseError(Exception):
    """Base of every error that is an answer to the planner and not a fault of ours."""

    exit_status = 1


class InputError(SeatwiseError):
    """Bad input: every fault found, at once. Nothing has been written.

    Parameters
    ----------
    problems : iterable of Problem
        The faults.
    notices : iterable of Problem
        What else is worth a look in the same input: a misspelt key often explains a fault.
    """

    exit_status = 2

    def __init__(self, problems: Iterable[Problem], notices: Iterable[Problem] = ()) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        self.notices: Sequence[Problem] = tuple(dict.fromkeys(notices))
        super().__init__("\n".join(map(str, self.problems)))

    @property
    def count(self) -> int:
        """How many faults there are, those not spelt out included."""
        return sum(1 + problem.more for problem in self.problems)


class ConflictError(SeatwiseError):
    """No roster satisfies the hard rules; says which rules, whose, and the way out."""

    exit_status = 3

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts: Sequence[Conflict] = list(conflicts)
        super().__init__("\n".join(map(str, self.conflicts)))


class StoppedError(SeatwiseError):
    """Cancelled or out of time before anything legal was found."""

    exit_status = 4

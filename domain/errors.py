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
        What would be right, in words.
    """

    file: str
    line: int = 0
    column: str = ""
    value: str = ""
    expected: str = ""

    def __str__(self) -> str:
        """Write the fault as one line: ``file:line, column, value: expected``."""
        place = self.file + (f":{self.line}" if self.line else "")
        parts = [place]
        if self.column:
            parts.append(f"column {self.column}" if self.line != 0 else self.column)
        if self.value:
            parts.append(repr(self.value))
        return ", ".join(parts) + f": {self.expected}"


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
    """Bad input: every fault found, at once. Nothing has been written."""

    exit_status = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class ConflictError(SeatwiseError):
    """No roster satisfies the hard rules; says which rules, whose, and the way out."""

    exit_status = 3

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts: Sequence[Conflict] = list(conflicts)
        super().__init__("\n".join(map(str, self.conflicts)))


class StoppedError(SeatwiseError):
    """Cancelled or out of time before anything legal was found."""

    exit_status = 4

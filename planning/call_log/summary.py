"""What an import read, left out, measured, inferred and assumed, in lines for people."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Problem


@dataclass(frozen=True)
class ImportSummary:
    """The account of one import.

    Attributes
    ----------
    log : str
        Name of the log.
    rows, contacts : int
        Rows of the log, and contacts that reached the folder's history.
    first, last : str
        First and last local day.
    dropped, artefacts : dict
        Rows by reason: left out; kept, but with a handle time that cannot be one.
    measured, inferred, assumed : tuple of str
        What the data show; what was read out of them by a rule; what nothing in them says.
    faulty : tuple of Problem
        Faulty rows within the share the map tolerates.
    notices : tuple of Problem
        What is worth a look in the folder that was made: unknown keys that the map carried over, for one.
    """

    log: str
    rows: int
    contacts: int
    first: str
    last: str
    dropped: dict[str, int]
    artefacts: dict[str, int]
    measured: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    faulty: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()

    def lines(self) -> list[str]:
        """Return the account as lines of text."""
        lines = [f"{self.log}: {self.rows:,} rows, {self.contacts:,} contacts from {self.first} to {self.last}"]
        lines += [f"left out: {count:,} rows, {reason}" for reason, count in self.dropped.items()]
        lines += [
            f"kept outside handle times: {count:,} contacts, {reason}" for reason, count in self.artefacts.items()
        ]
        for label in ("measured", "inferred", "assumed"):
            lines += [f"{label}: {line}" for line in getattr(self, label)]
        lines += [f"faulty row left out: {problem}" for problem in self.faulty]
        lines += [f"worth a look: {problem}" for problem in self.notices]
        return lines

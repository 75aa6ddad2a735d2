"""Tables of results: printed as text, kept as markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """What one part of the benchmark found.

    Attributes
    ----------
    name : str
        Of its file, and of the option that runs it alone.
    title : str
    head : tuple of str
        Column titles; empty where there is no table.
    rows : tuple of tuple of str
    notes : tuple of str
        Sentences and blocks under the table: how it was measured, and every goal with whether it was reached.
    """

    name: str
    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def markdown(self, setting: Sequence[str]) -> str:
        """Return the part as a page, the machine it ran on at its end."""
        blocks = [f"# {self.title}"]
        if self.head:
            lines = [self.head, tuple("---" for _ in self.head), *self.rows]
            blocks.append("\n".join("| " + " | ".join(line) + " |" for line in lines))
        blocks += [*self.notes, "## Measured on", "\n".join(f"- {line}" for line in setting)]
        return "\n\n".join(blocks) + "\n"

    def text(self) -> str:
        """Return the part as aligned columns for a terminal."""
        blocks = [self.title]
        if self.head:
            lines = [self.head, *self.rows]
            widths = [max(len(line[k]) for line in lines) for k in range(len(self.head))]
            blocks.append(
                "\n".join("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in lines)
            )
        return "\n\n".join([*blocks, *self.notes])


def goal(what: str, reached: bool, found: str) -> str:
    """Return one sentence on a goal."""
    return f"Goal: {what}. {'Reached' if reached else 'Missed'}: {found}."

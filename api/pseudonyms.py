"""Pseudonyms: exports that tell rows of one person from another's, and not who they are.

A pseudonym is a keyed digest of the centre and the person: the same in every export of a centre, and nothing to be got
back without the key, which never leaves the database. It is no anonymity: pay, team and hours stay, for without them a
centre could not be planned.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import TypeVar

Cell = TypeVar("Cell")

DIGITS = 10
WORDS = frozenset({"name", "author", "reason", "why", "text", "said", "note"})
"""Columns of words about people or by them: they are emptied. Names of events tell of nobody and stay."""


class Pseudonyms:
    """Hides the people of a centre.

    Parameters
    ----------
    key : str
        Secret of the database.
    centre_id : str
    """

    def __init__(self, key: str, centre_id: str) -> None:
        self._key = hashlib.sha256(f"pseudonyms\n{key}".encode()).digest()
        self._centre_id = centre_id

    def of(self, agent_id: str) -> str:
        """Return somebody's pseudonym."""
        text = f"{self._centre_id}\n{agent_id}".encode()
        return "p" + hmac.new(self._key, text, "sha256").hexdigest()[:DIGITS]

    def masked(self, table: str, row: Mapping[str, Cell | str | None]) -> dict[str, Cell | str | None]:
        """Return a row of a table without its person; seats from a partner are nobody and stay."""
        found = dict(row)
        who = found.get("agent_id")
        if isinstance(who, str) and who and not _seat(found, who):
            hidden = self.of(who)
            found["agent_id"] = hidden
            shift = found.get("shift_id")
            if isinstance(shift, str) and shift:
                # a date after the id stays; anything else could be somebody's id
                rest = re.fullmatch(r"(-\d{4}-\d{2}-\d{2}(-\d+)?)", shift.removeprefix(who))
                found["shift_id"] = hidden + (rest[1] if rest else f"-{self.of(shift)}")
        for column in WORDS & found.keys():
            if table != "events":
                found[column] = None
        return found


def _seat(row: Mapping[str, object], who: str) -> bool:
    return row.get("pool") == "elastic" or ("pool" not in row and who.startswith("elastic-"))

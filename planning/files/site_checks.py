"""What `[[sites]]` and the column `site` of `agents` ask of each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from planning.files.entities import TomlReader
from planning.files.faults import listed, meant
from planning.files.table import Table
from planning.files.toml_lines import Path, line_of, path_text

Places = tuple[tuple[str, int, str], ...]
"""Ids of the sites, those with faults of their own included, each with the line and the name of its key."""


def places_of(reader: TomlReader, data: Mapping[str, Any]) -> Places:
    """Return the sites that `centre.toml` names, for `check_members`."""
    items = data.get("sites", [])
    many = isinstance(items, list)
    found = []
    for i, item in enumerate(items if many else [items]):
        path: Path = ("sites", i) if many else ("sites",)
        if isinstance(item, dict) and item.get("id"):
            key = (*path, "id")
            found.append((str(item["id"]), line_of(reader.lines, key), path_text(key)))
    return tuple(found)


def check_members(places: Places, file: str, people: Table) -> None:
    """Record sites that there are not, and notice people without a site and sites without people.

    Parameters
    ----------
    places : tuple
        As `places_of` returns them.
    file : str
        That names the sites.
    people : Table
        Of `agents`.
    """
    given, named = people.given["site"], people["site"]
    if not places:
        if given.any():
            people.faults.notice(
                people.file, column="site", remark=f"{file} has no [[sites]], so nobody is planned by site"
            )
        return
    known = list(dict.fromkeys(name for name, _, _ in places))
    strange = given & ~np.isin(named.astype(str), known)
    people.flag(strange, "site", lambda row: _expected(file, str(named[row]), known))
    people.remark(~given, "site", f"a site of {file}; somebody without one is taken to be of none")
    for name, line, column in places:
        if not (given & (named == name)).any():
            people.faults.notice(
                file, "somebody of agents.csv at this site; nobody is", line=line, column=column, value=name
            )


def _expected(file: str, name: str, known: list[str]) -> str:
    return f"a site of {file}" + (meant(name, known) or f": {listed(known)}")

"""What a change of a centre does, for people: rows of tables by their key, lines of settings, days of history."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from api.store.rows import compare, read_rows
from domain.errors import InputError

SHOWN = 200
"""Rows of each kind that are told of one table; the counts tell of all."""


def between(old: Mapping[str, bytes], new: Mapping[str, bytes | None]) -> dict[str, Any]:
    """Return what changes, by file.

    Parameters
    ----------
    old : mapping of str to bytes
        All files as they are, history apart.
    new : mapping of str to bytes or None
        Files that are written, and those that are taken out; a table in CSV takes the place of one in Parquet.
    """
    found: dict[str, Any] = {}
    for name, raw in new.items():
        stem = name.rpartition(".")[0]
        was = next(((n, b) for n, b in old.items() if n.rpartition(".")[0] == stem), None)
        if name == "centre.toml":
            told = _lines(was[1] if was else b"", raw or b"")
        else:
            told = _rows(stem, was, (name, raw) if raw is not None else None)
        if told:
            found[name] = told
    return found


def counted(difference: Mapping[str, Any]) -> dict[str, Any]:
    """Return a difference without its rows and lines: how many there are alone."""
    return {
        name: {"counts": told["counts"]}
        if "counts" in told
        else {"lines": [], "more": len(told["lines"]) + told["more"]}
        for name, told in difference.items()
    }


def of_history(old: pa.Table, new: pa.Table) -> dict[str, Any]:
    """Return how many rows of history come, go and change, and by queue which days are concerned."""
    first, second = _keyed(old), _keyed(new)
    both = first.join(second, keys=["queue", "interval_start"], join_type="full outer", right_suffix="_new")
    has_old = both["there"].is_valid().to_numpy(zero_copy_only=False)
    has_new = both["there_new"].is_valid().to_numpy(zero_copy_only=False)
    apart = np.zeros(both.num_rows, dtype=np.bool_)
    for name in old.column_names[2:]:
        pair = [both[column].to_numpy(zero_copy_only=False) for column in (name, f"{name}_new")]
        apart |= ~((pair[0] == pair[1]) | (np.isnan(pair[0]) & np.isnan(pair[1])))
    touched = np.where(has_old & has_new, apart, True)
    if not touched.any():
        return {}
    days: dict[str, list[str]] = {}
    rows = both.filter(pa.array(touched))
    queues = rows["queue"].cast(pa.string()).to_pylist()
    dates = rows["interval_start"].to_numpy().astype("datetime64[D]").astype(str)
    for queue, day in zip(queues, dates.tolist(), strict=True):
        ends = days.setdefault(queue, [day, day])
        ends[0], ends[1] = min(ends[0], day), max(ends[1], day)
    counts = {
        "added": int((has_new & ~has_old).sum()),
        "removed": int((has_old & ~has_new).sum()),
        "changed": int((has_old & has_new & apart).sum()),
    }
    return {"counts": counts, "days": dict(sorted(days.items()))}


def _keyed(table: pa.Table) -> pa.Table:
    plain = table.set_column(table.column_names.index("queue"), "queue", table["queue"].cast(pa.string()))
    return plain.append_column("there", pa.array(np.ones(table.num_rows, dtype=np.int8)))


def _lines(old: bytes, new: bytes) -> dict[str, Any]:
    before, after = (raw.decode("utf-8", "replace").splitlines() for raw in (old, new))
    lines = list(difflib.unified_diff(before, after, "before", "after", lineterm="", n=1))
    return {"lines": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)} if lines else {}


def _rows(stem: str, old: tuple[str, bytes] | None, new: tuple[str, bytes] | None) -> dict[str, Any]:
    before, after = (_read(file) for file in (old, new))
    found = compare(stem, before, after)
    if found.empty:
        return {}
    told: dict[str, Any] = {kind: getattr(found, kind)[:SHOWN] for kind in ("added", "removed", "changed")}
    told["counts"] = {kind: len(getattr(found, kind)) for kind in ("added", "removed", "changed")}
    return told


def _read(file: tuple[str, bytes] | None) -> list[dict[str, str]]:
    if file is None:
        return []
    try:
        return read_rows(*file)
    except InputError:
        return []

"""What the measurements share: paired bootstrap ratios, and pages of tables beside the code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from domain.history import Floats

HERE = Path(__file__).parent


def paired_ratio(after: Floats, before: Floats, blocks: Floats, draws: int = 2000) -> tuple[float, float, float]:
    """Return the ratio of two summed errors and its 95 % interval.

    Parameters
    ----------
    after, before : float arrays, shape (days,)
        Errors of the same days.
    blocks : array, shape (days,)
        Days of one block are drawn together.
    draws : int
        Bootstrap samples, from a fixed seed.
    """
    names, where = np.unique(blocks, return_inverse=True)
    top = np.bincount(where, weights=after)
    bottom = np.bincount(where, weights=before)
    if bottom.sum() <= 0:
        return 1.0, 1.0, 1.0
    picks = np.random.default_rng(1).integers(0, len(names), (draws, len(names)))
    sums = bottom[picks].sum(axis=1)
    ratios = top[picks].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(top.sum() / bottom.sum()), float(low), float(high)


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table, text left and figures right."""
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, rule, *rows))


def keep(name: str, title: str, parts: Sequence[str]) -> Path:
    """Write a page beside this module and print its last part."""
    page = f"# {title}\n\n" + "\n\n".join(parts) + "\n"
    print(parts[-1], flush=True)
    path = HERE / f"{name}.md"
    path.write_text(page, encoding="utf-8")
    return path

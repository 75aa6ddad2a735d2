"""The page that lays our forecasts beside the peers': a table a data set, the queues one by one, and the goals.

``python -m benchmarks.forecasting.peers_page WORK`` reads what the exporter, the peers and our own run left in WORK.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.forecast import SOURCES, Source, read
from benchmarks.forecasting.peers import PEERS, Peer, finished
from benchmarks.forecasting.peers_export import key, series_of
from benchmarks.forecasting.peers_goals import goals_of
from benchmarks.forecasting.peers_ours import current, load
from benchmarks.forecasting.peers_score import (
    OURS,
    SCOPES,
    Judged,
    Scope,
    best_peer,
    complete,
    judged,
    load_peer,
    pooled,
    ratio,
)
from benchmarks.forecasting.peers_text import METHOD, SETTINGS, UNMEASURED
from benchmarks.forecasting.tables import keep, markdown
from benchmarks.machine import setting

FLOOR = "8-week median"
WEEK, LATER, FOURTH, NEAR, NEAR_FOURTH = SCOPES


def judge(work: Path, source: Source) -> tuple[list[Judged], list[str]]:
    """Read every forecast of a data set, and name the peers that have not forecast all of its series."""
    _, centre = read(source)
    found = list(series_of(source))
    there: list[Peer] = []
    missing: list[Peer] = []
    for peer in PEERS:
        whole = all(finished(work / "series" / s.name, peer, work / "forecasts" / s.name) for s in found)
        (there if whole else missing).append(peer)
    items = [
        judged(s, load(work, s, centre.queue_ids), {peer.label: load_peer(work, s, peer.function) for peer in there})
        for s in found
    ]
    return items, [peer.label for peer in missing]


def per_cent(share: float) -> str:
    """Write a share in per cent; empty where there is none."""
    return f"{100 * share:.2f}" if share == share else "-"


def main_table(items: Sequence[Judged]) -> str:
    """Return a data set's table: a row a method, with errors and ratios at one week, two to four, and four."""
    head = ["method", "origins", "CPU s", "week 1, day totals %"]
    rows = []
    for name in by_error(items, WEEK):
        some = [int(np.isfinite(item.forecasts[name]).all(axis=(1, 2)).sum()) for item in items]
        seconds = sum(item.seconds[name] for item in items) / len(items)
        row = [f"{max(some)}" if complete(items, name) else f"only {min(some)}", f"{seconds:.2f}"]
        rows.append([*row, per_cent(pooled(items, name, WEEK, by_day=True))])
    return _with_errors(items, head, rows, (WEEK, LATER, FOURTH))


def holiday_table(items: Sequence[Judged]) -> str:
    """Return the same of the days near a holiday."""
    return _with_errors(items, ["method"], [[] for _ in items[0].forecasts], (NEAR, NEAR_FOURTH))


def by_error(items: Sequence[Judged], scope: Scope) -> list[str]:
    """Return the methods, ours first, the others by error."""
    return sorted(items[0].forecasts, key=lambda name: (name != OURS, pooled(items, name, scope)))


def _with_errors(items: Sequence[Judged], head: list[str], rows: list[list[str]], scopes: Sequence[Scope]) -> str:
    full = []
    for name, row in zip(by_error(items, scopes[0]), rows, strict=True):
        cells = [f"**{name}**" if name == OURS else name, *row]
        for scope in scopes:
            cells += [per_cent(pooled(items, name, scope)), "" if name == OURS else str(ratio(items, name, scope))]
        full.append(cells)
    head = head + [cell for scope in scopes for cell in (f"{scope.title} %", "ours / peer")]
    full += [[name, "not measured: weights not to be had", *[""] * (len(head) - 2)] for name in UNMEASURED]
    return markdown(head, full)


def band_table(items: Sequence[Judged]) -> str:
    """Return how often what came lay inside our bands, by scope."""
    rows = []
    for scope in SCOPES:
        cells, in80, in95 = np.sum([item.inside(scope) for item in items], axis=0)
        days = sum(item.days(scope) for item in items)
        shares = [f"{100 * inside / cells:.1f}" if cells else "-" for inside in (in80, in95)]
        rows.append([scope.title, str(days), f"{cells:.0f}", *shares])
    return markdown(["our bands", "days scored", "intervals", "80 % band covers %", "95 % band covers %"], rows)


def queue_table(items: Sequence[Judged]) -> str:
    """Return the queues one by one, at one week and at four."""
    head = ["queue", "contacts an open interval", "judged by"]
    for scope in (WEEK, FOURTH):
        head += [f"{scope.title} %", "best peer there", "ours / best peer", f"ours / {FLOOR}", "80 %", "95 %"]
    rows = []
    for item in items:
        one = [item]
        mean = item.volume(WEEK).sum() / item.inside(WEEK)[0]
        row = [item.series.queue, f"{mean:.1f}", "day totals" if item.sparse else "intervals"]
        for scope in (WEEK, FOURTH):
            best = best_peer(one, scope)
            cells, in80, in95 = item.inside(scope)
            row += [
                per_cent(pooled(one, OURS, scope)),
                best,
                str(ratio(one, best, scope)),
                str(ratio(one, FLOOR, scope)),
            ]
            row += [f"{100 * in80 / cells:.1f}", f"{100 * in95 / cells:.1f}"]
        rows.append(row)
    return markdown(head, rows)


def dense_alone(items: Sequence[Judged]) -> str:
    """Say the pooled ratio without the queues that are judged by day totals."""
    dense = [item for item in items if not item.sparse]
    best = {scope: best_peer(dense, scope) for scope in SCOPES}
    told = [f"{scope.title} {ratio(dense, peer, scope)} ({peer})" for scope, peer in best.items()]
    return f"The {len(dense)} queues judged by intervals alone, ours / best peer: {'; '.join(told)}."


def span(items: Sequence[Judged]) -> str:
    """Say which weeks were judged."""
    series = items[0].series
    weeks = (
        f"{len(series.targets)} weeks judged, {series.day(series.targets[0])} to {series.day(series.targets[-1] + 6)}"
    )
    month = sum(item.month_seconds for item in items) / len(items)
    return (
        f"{weeks}, each forecast one, two, three and four weeks ahead; {series.source.step_minutes} minutes; "
        f"a forecast of four weeks takes us {month:.2f} CPU s a queue, one of a week what the table says."
    )


def main(arguments: list[str]) -> None:
    """Write the page."""
    work = Path(arguments[0])
    parts, goals = [METHOD, SETTINGS], []
    for source in SOURCES:
        items, missing = judge(work, source)
        parts += [f"## {source.title}", span(items), main_table(items), holiday_table(items), band_table(items)]
        if not current(work, source):
            parts.append("Our forecasts here were made by an earlier state of the code; running it again renews them.")
        if missing:
            parts.append(f"Not finished in this run, so not in the tables: {'; '.join(missing)}.")
        if len(items) > 1:
            parts += [queue_table(items), dense_alone(items)]
        goals += goals_of(key(source), items)
    versions = json.loads((work / "versions.json").read_text(encoding="utf-8"))
    peers = ", ".join(f"{name} {number}" for name, number in versions.items())
    parts += ["## Goals", "\n".join(f"- {line}" for line in goals)]
    parts += [
        "## Measured on",
        "\n".join(f"- {line}" for line in (date.today().isoformat(), *setting(), f"peers: {peers}")),
    ]
    keep("peers", "Forecasts beside those of other libraries", parts)
    print("\n".join(goals))


if __name__ == "__main__":
    main(sys.argv[1:])

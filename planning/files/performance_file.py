"""`performance.csv`: handled work per agent, queue and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np

from domain.centre import Centre
from domain.history import Performance
from planning.files.repeats import settle_repeats
from planning.files.settings_checks import SHORT_AHT_S
from planning.files.table import Table

FIGURES = tuple(f.name for f in fields(Performance) if f.name not in {"agents", "queues", "date", "agent", "queue"})


def read_performance(table: Table, centre: Centre, agents: Sequence[str], before: date | None = None) -> Performance:
    """Turn the checked cells of `performance.csv` into records.

    People who are not (or no longer) in ``agents`` are kept, since their contacts are part of what a queue
    is like, and noticed; ``Performance.agents`` lists the agents first and them after.

    Parameters
    ----------
    before : date or None
        Rows of this date and later are left out, once they are checked.
    """
    _figures(table)
    settle_repeats(table, ("date", "agent_id", "queue"), "date, agent and queue")
    number = {name: i for i, name in enumerate(agents)}
    names: list[str] = table["agent_id"].tolist()
    unknown = np.array([bool(name) and name not in number for name in names], dtype=np.bool_)
    unknown &= table.good
    sentence = "an agent of agents.csv; someone else's record is read as that of a person who has left"
    table.remark(unknown, "agent_id", sentence)
    rows = table.rows()
    for row in rows:
        number.setdefault(names[row], len(number))
    column = {name: i for i, name in enumerate(centre.queue_ids)}
    record = Performance(
        agents=tuple(number),
        queues=centre.queue_ids,
        date=table["date"][rows],
        agent=np.array([number[names[row]] for row in rows], dtype=np.int64),
        queue=np.array([column[name] for name in table["queue"][rows].tolist()], dtype=np.int64),
        **{name: table[name][rows] for name in FIGURES},
    )
    order: Any = np.lexsort((record.queue, record.agent, record.date))
    record = record.select(order)
    return record if before is None else record.select(record.date < np.datetime64(before, "D"))


def _figures(table: Table) -> None:
    handled, total, good = table["handled"], table["handle_time_s"], table.good
    with np.errstate(invalid="ignore", divide="ignore"):
        table.remark(good & (table["resolved"] > handled), "resolved", "at most handled; accepted")
        each = total / handled
        short = good & (handled > 0) & (total > 0) & (each < SHORT_AHT_S)
        usual = float(np.median(each[good & (handled > 0)])) if (good & (handled > 0)).any() else 0.0
        if usual < SHORT_AHT_S or short.any():
            suspect = short & ((usual < SHORT_AHT_S) | (each < usual / 20))
            sentence = "the total of all contacts in seconds; this looks like minutes, or like a mean"
            table.remark(suspect, "handle_time_s", sentence, grave=usual < SHORT_AHT_S)
        none = good & (handled > 0) & (total == 0)
        table.remark(none, "handle_time_s", "a time above 0 where contacts were handled")
        for kind in ("csat", "quality"):
            count, points = table[f"{kind}_count"], table[f"{kind}_sum"]
            high = good & (points > 100 * np.where(np.isnan(count), np.inf, count) + 1e-9)
            table.flag(high, f"{kind}_sum", f"at most 100 for each of {kind}_count")
            table.remark(
                good & (np.isnan(count) != np.isnan(points)),
                f"{kind}_count",
                f"{kind}_sum and {kind}_count together; one alone tells nothing",
            )
        means = table["csat_sum"][good] / table["csat_count"][good]
        means = means[np.isfinite(means)]
        if means.size and float(np.max(means)) <= 10:
            table.faults.notice(
                table.file,
                "csat on 0..100; no mean is above 10, which looks like stars or points of another scale",
                column="csat_sum",
            )

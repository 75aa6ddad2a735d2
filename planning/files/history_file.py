"""`history.csv`: contacts per queue and interval, on the centre's grid."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.centre import Centre
from domain.grid import local_midnight, to_utc64
from domain.history import History, Ints
from planning.files.history_gathering import gathered, row_key
from planning.files.local_time import LocalTime, open_at
from planning.files.moments import NEVER, TWICE
from planning.files.repeats import same_as, settle_pairs
from planning.files.settings_checks import SHORT_AHT_S
from planning.files.table import Table

COUNTS = ("offered", "handled", "abandoned", "answered_in_target")
FIGURES = ("offered", "handled", "abandoned", "aht_s", "mean_wait_s", "answered_in_target", "backlog")


def read_history(table: Table, centre: Centre, before: date | None = None, *, whole: bool = True) -> History:
    """Turn the checked cells of `history.csv` into a history.

    Parameters
    ----------
    table : Table
    centre : Centre
    before : date or None
        Rows from this local midnight on are left out, once they are checked.
    whole : bool
        It is all that there is of every queue: one without contacts is noticed.

    Notes
    -----
    1. A wall-clock time that occurs twice and has no offset is the first of the two where a queue has it
       once, and the first and the second where it has it twice; this is noticed.
    2. Rows finer than the centre's interval are added up where they fill every open part of it; handle time
       is weighted by handled contacts and waits by offered ones. An interval that is not filled is unknown
       and left out.
    """
    queue = table.numbered("queue", centre.queue_ids)
    start = _instants(table, queue)
    _figures(table)
    _handle_times(table, queue, centre)
    rows = table.rows()
    key = row_key(queue, start)
    again, first = same_as(key, rows)
    settle_pairs(table, again, first, "queue and interval", "interval_start", FIGURES)
    local = LocalTime.of(start, centre.timezone, table.good)
    step = _steps(table, queue, local, centre)
    rows = table.rows()
    rows = rows[np.lexsort((queue[rows], start[rows]))]
    history = History(
        queues=centre.queue_ids,
        start=start[rows],
        queue=queue[rows],
        **{name: table[name][rows] for name in FIGURES},
    )
    if any(width < centre.interval_minutes for width in step.values()):
        history = gathered(table, history, local.select(rows), step, centre)
    _outside_opening(table, history, centre, whole)
    if before is not None:
        history = history.select(history.start < to_utc64(local_midnight(before, centre.timezone)))
    return history


def _instants(table: Table, queue: Ints) -> NDArray[np.datetime64]:
    """Settle wall-clock times that occur twice or never."""
    moments = table["interval_start"]
    start = moments["utc"].copy()
    occurs = moments["occurs"]
    twice = np.flatnonzero((occurs == TWICE) & table.good)
    if twice.size:
        again, _ = same_as(row_key(queue, start), twice)
        start[again] = moments["later"][again]
        mask = np.zeros(table.size, dtype=np.bool_)
        mask[twice] = True
        sentence = (
            "an offset, since the clock shows this time twice when it goes back; without one the first row "
            "of a queue is taken for the first time, a second row for the second"
        )
        table.remark(mask, "interval_start", sentence)
    never = (occurs == NEVER) & table.good
    empty = never & ~(table["offered"] > 0)
    table.remark(empty, "interval_start", "a time that exists; the clock skips this one, and the row is left out")
    table.drop(empty)
    table.flag(never & ~empty, "interval_start", "a time that exists; the clock skips this one")
    return np.asarray(start)


def _figures(table: Table) -> None:
    offered, handled, abandoned = table["offered"], table["handled"], table["abandoned"]
    good = table.good
    with np.errstate(invalid="ignore"):
        table.remark(good & (handled > offered), "handled", "at most offered; accepted, since contacts may spill over")
        table.remark(good & (abandoned > offered), "abandoned", "at most offered; accepted")
        within = good & (table["answered_in_target"] > np.where(np.isnan(handled), offered, handled))
        table.remark(within, "answered_in_target", "at most handled; accepted")
    # Nothing handled has no handle time, whatever the exporting system writes.
    idle = (table["aht_s"] == 0) | (np.where(np.isnan(handled), offered, handled) == 0)
    worked = good & (table["aht_s"] == 0) & (handled > 0)
    table.remark(worked, "aht_s", "a time above 0 where contacts were handled; taken as not given")
    table["aht_s"][idle] = np.nan


def _handle_times(table: Table, queue: Ints, centre: Centre) -> None:
    aht = table["aht_s"]
    known = table.good & ~np.isnan(aht)
    short = known & (aht < SHORT_AHT_S)
    for k in np.unique(queue[short]):
        mine = queue == k
        usual = float(np.median(aht[known & mine]))
        suspect = short & mine & ((usual < SHORT_AHT_S) | (aht < usual / 20))
        name, whole = centre.queue_ids[int(k)], usual < SHORT_AHT_S
        expected = f"seconds; queue {name} has handle times here that look like minutes"
        if whole:
            expected += ", nearly all of them: with minutes the requirement would be far too small"
        table.remark(suspect, "aht_s", expected, grave=whole)


def _steps(table: Table, queue: Ints, local: LocalTime, centre: Centre) -> dict[int, int]:
    """Return the minutes between a queue's rows, and flag rows off the grid.

    The step is the commonest distance between neighbouring rows of one local day.
    """
    interval = centre.interval_minutes
    found = dict.fromkeys(range(len(centre.queue_ids)), interval)
    width = np.full(len(centre.queue_ids), interval)
    rows = table.rows()
    clock = local.day * 1440 + local.minute
    order = rows[np.lexsort((clock[rows], queue[rows]))]
    edges = np.searchsorted(queue[order], np.arange(len(centre.queue_ids) + 1))
    for k, name in enumerate(centre.queue_ids):
        mine = order[edges[k] : edges[k + 1]]
        minutes = clock[mine]
        minutes = minutes[np.flatnonzero(np.diff(minutes, prepend=-1))]
        step = _usual_step(minutes)
        if step > interval and step % interval == 0 and len(mine) >= 24 and not (minutes % step).any():
            only = np.zeros(table.size, dtype=np.bool_)
            only[mine[:1]] = True
            table.flag(
                only,
                "interval_start",
                f"rows every {interval} minutes as interval_minutes says; those of queue {name} "
                f"come every {step}: set interval_minutes to {step} or export them finer",
            )
        elif _finer(minutes, step, interval):
            found[k] = width[k] = step
    off = table.good & ((local.minute % width[queue] != 0) | local.seconds)
    for size in sorted(set(found.values())):
        table.flag(off & (width[queue] == size), "interval_start", f"a start on the grid of {size} minutes")
    return found


def _usual_step(minutes: Ints) -> int:
    gaps = np.diff(minutes)
    gaps = gaps[(gaps > 0) & (gaps < 720)]
    if not gaps.size:
        return 0
    sizes, counts = np.unique(gaps, return_counts=True)
    return int(sizes[counts == counts.max()].max())


def _finer(minutes: Ints, step: int, interval: int) -> bool:
    """Tell whether rows come in steps that divide the interval and fill at least one."""
    if not 0 < step < interval or interval % step:
        return False
    distinct = minutes[minutes % step == 0]
    return bool(np.unique(distinct // interval, return_counts=True)[1].max() == interval // step)


def _outside_opening(table: Table, history: History, centre: Centre, whole: bool) -> None:
    for k, queue in enumerate(centre.queues):
        rows = (history.queue == k) & (history.offered > 0)
        if not rows.any():
            if whole:
                table.faults.notice(table.file, f"contacts of queue {queue.id}; history has none", column="queue")
            continue
        if queue.deferred or not queue.open:
            continue
        closed = ~open_at(queue, history.start[rows], centre.timezone)
        if closed.any():
            first = str(np.datetime_as_string(history.start[rows][closed][0], "m"))
            table.faults.notice(
                table.file,
                f"contacts of queue {queue.id} inside its opening hours; {int(closed.sum())} rows with contacts "
                f"lie outside them, the first at {first} UTC",
                column="interval_start",
            )

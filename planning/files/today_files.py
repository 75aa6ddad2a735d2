"""The files of an answer about today: actions, targets they move, net staffing, service, and who is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from planning.files.lines_out import flag, moment, number, text, write_csv
from planning.files.result_layouts import FORECAST, ROSTER
from planning.today.board import WAITS
from planning.today.effects import Effect
from planning.today.run import Today
from planning.today.words import action_text

ACTIONS = (
    "rank",
    "action",
    "agent_id",
    "queue",
    "start",
    "end",
    *(f"{measure}_{when}" for measure in WAITS for when in ("before", "after")),
    "price",
    "mended",
    "worth",
    "price_per_point",
    "recommended",
    "text",
)
TARGETS = ("rank", "queue", "scope", "start", "measure", "target", "before", "after")
NET = (
    "interval_start",
    "queue",
    "volume",
    "required",
    "rostered",
    "there",
    "net",
    "after",
    "net_after",
    "heads_rostered",
    "heads_there",
)
SERVICE = (
    "scope",
    "start",
    "queue",
    "offered",
    *(f"{measure}_{when}" for measure in WAITS for when in ("before", "after")),
)
PRESENCE = ("agent_id", "state", "start", "end", "queues")
COLUMNS = {
    "actions": ACTIONS,
    "action_targets": TARGETS,
    "net_staffing": NET,
    "service": SERVICE,
    "forecast": tuple(column.name for column in FORECAST.columns),
    "roster": tuple(column.name for column in ROSTER.columns),
}
"""Tables of every answer; who is there is told where somebody logs in."""

ALL = "all"


def write_today(today: Today, effects: Sequence[Effect], folder: Path) -> None:
    """Write the tables of an answer; forecast and roster are written as every step's."""
    write_actions(today, effects, folder)
    write_action_targets(effects, folder)
    write_net_staffing(today, folder)
    write_service_of_day(today, folder)
    if today.situation.presence:
        write_presence(today, folder)


def write_actions(today: Today, effects: Sequence[Effect], folder: Path) -> Path:
    """Write `actions.csv`: the recommended ones by rank, then options."""
    here = ZoneInfo(today.situation.day.grid.zone)
    rows = []
    for effect in effects:
        step = effect.step
        pairs = [(effect.before[measure], effect.after[measure]) for measure in WAITS]
        rows.append(
            (
                str(effect.rank),
                step.proposal.lever,
                text(step.proposal.who),
                text(";".join(step.proposal.queues)),
                moment(step.proposal.start, here),
                moment(step.proposal.end, here),
                *(number(value) for pair in pairs for value in pair),
                number(step.price),
                number(step.mended),
                number(step.worth),
                number(effect.price_per_point),
                flag(effect.recommended),
                text(action_text(effect, today)),
            )
        )
    return _rows(folder / "actions.csv", ACTIONS, rows)


def write_action_targets(effects: Sequence[Effect], folder: Path) -> Path:
    """Write `action_targets.csv`: every target that an action moves, before and after it."""
    rows = [
        (
            str(effect.rank),
            text(row.queue),
            row.scope,
            row.start,
            row.measure,
            number(row.target),
            number(row.before),
            number(row.after),
        )
        for effect in effects
        for row in effect.targets
    ]
    return _rows(folder / "action_targets.csv", TARGETS, rows)


def write_net_staffing(today: Today, folder: Path) -> Path:
    """Write `net_staffing.csv`: the rest of today and tomorrow, in time order."""
    rows = [
        (
            row.start,
            text(row.queue),
            *map(number, (row.volume, row.required, row.rostered, row.there, row.net, row.after, row.net_after)),
            number(row.heads_rostered),
            number(row.heads_there),
        )
        for row in today.net()
    ]
    return _rows(folder / "net_staffing.csv", NET, rows)


def write_service_of_day(today: Today, folder: Path) -> Path:
    """Write `service.csv`: expected service without and with the recommended actions."""
    return _rows(folder / "service.csv", SERVICE, list(_service_rows(today)))


def _service_rows(today: Today) -> Iterator[tuple[str, ...]]:
    board, grid = today.board, today.situation.day.grid
    live = np.flatnonzero(board.live)
    sets = [(name, np.array([q])) for q, name in enumerate(board.centre.queue_ids) if board.live[q]] + [(ALL, live)]
    windows = [("interval", grid.label(int(i)), np.arange(grid.size) == i) for i in np.flatnonzero(board.ahead)]
    if board.ahead.any():
        windows.append(("rest", grid.label(int(np.argmax(board.ahead))), board.ahead))
    windows.append(("day", today.situation.day.date.isoformat(), np.ones(grid.size, dtype=np.bool_)))
    figures = {
        (measure, k): board.figure(state.usual, measure)
        for measure in WAITS
        for k, state in enumerate((today.start, today.end))
    }
    for scope, label, inside in windows:
        for name, queues in sets:
            offered = board.need.volume[np.ix_(queues, np.flatnonzero(inside))]
            if not offered.sum() > 0:
                continue
            values = []
            for measure in WAITS:
                for k in range(2):
                    cells = figures[measure, k][np.ix_(queues, np.flatnonzero(inside))]
                    known = np.isfinite(cells)
                    weight = np.where(known, offered, 0.0)
                    values.append(
                        float((np.nan_to_num(cells) * weight).sum() / weight.sum()) if weight.sum() else np.nan
                    )
            yield (scope, label, text(name), number(float(offered.sum())), *map(number, values))


def write_presence(today: Today, folder: Path) -> Path:
    """Write `presence.csv`: who is there as rostered, missing, gone early, or there without a shift."""
    here = ZoneInfo(today.situation.day.grid.zone)
    rows = [
        (
            text(one.agent_id),
            one.state,
            moment(one.start, here),
            "" if one.end is None else moment(one.end, here),
            text(";".join(one.queues)),
        )
        for one in today.situation.presence
    ]
    return _rows(folder / "presence.csv", PRESENCE, rows)


def _rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return write_csv(path, header, columns)

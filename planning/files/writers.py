"""The files of a plan folder, each with the contract's columns in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import Requirement
from capacity.scores import Score
from capacity.service import MEASURES, ServiceReport
from domain.grid import IntervalGrid
from domain.history import Floats
from domain.people import Route
from domain.roster import Roster
from forecasting.forecast import BANDS, Forecast
from forecasting.overrides import Overridden
from planning.files import result_layouts
from planning.files.lines_out import flag, moment, number, numbers, text, write_csv


def write_forecast(forecast: Forecast, folder: Path) -> Path:
    """Write `forecast.csv`: every queue and interval of the horizon, in time order."""
    bands = {name: forecast.bands[k] for k, name in enumerate(BANDS)}
    figures = {"mean": forecast.mean, **bands, "aht_s": forecast.aht_s}
    return _intervals(folder / "forecast.csv", forecast.grid, forecast.queues, figures)


def write_forecast_model(overridden: Overridden, folder: Path) -> Path | None:
    """Write `forecast_model.csv`: the model's own forecast beside an overridden one; None where nothing was changed.

    Its columns are those of `forecast.csv`, and ``override_reason`` and ``override_author`` of what was changed.
    """
    if not overridden.changed.any():
        return None
    model = overridden.model
    bands = {name: model.bands[k] for k, name in enumerate(BANDS)}
    figures = {"mean": model.mean, **bands, "aht_s": model.aht_s}
    said = {"override_reason": overridden.reason, "override_author": overridden.author}
    return _intervals(folder / "forecast_model.csv", model.grid, model.queues, figures, said)


def write_requirement(requirement: Requirement, folder: Path) -> Path:
    """Write `requirement.csv`: every queue and interval of the horizon, in time order."""
    names = [column.name for column in result_layouts.REQUIREMENT.columns[2:]]
    figures = {name: getattr(requirement, name) for name in names}
    return _intervals(folder / "requirement.csv", requirement.grid, requirement.queues, figures)


def write_roster(roster: Roster, folder: Path, zone: str) -> Path:
    """Write `roster.csv`: one stretch a row, by person and time, times in ``zone`` with their offset."""
    here = ZoneInfo(zone)
    rows = [
        (
            text(stretch.agent_id),
            stretch.pool,
            text(stretch.shift_id),
            moment(stretch.start, here),
            moment(stretch.end, here),
            text(stretch.activity),
            text(";".join(stretch.queues)),
            flag(stretch.paid),
        )
        for stretch in roster.stretches
    ]
    return _rows(folder / "roster.csv", [column.name for column in result_layouts.ROSTER.columns], rows)


def write_scores(scores: Sequence[Score], folder: Path) -> Path:
    """Write `scores.csv`, in the order given."""
    rows = [
        (
            text(score.agent_id),
            text(score.queue),
            *map(number, (score.handled, score.aht_s, score.aht_factor)),
            *map(number, (score.fcr, score.fcr_low, score.fcr_high, score.score)),
            text(score.grade),
            *map(number, (score.aht_factor_low, score.aht_factor_high, score.quality_time_s)),
        )
        for score in scores
    ]
    return _rows(folder / "scores.csv", [column.name for column in result_layouts.SCORES.columns], rows)


def write_routing(routes: Sequence[Route], folder: Path) -> Path:
    """Write `routing.csv`, in the order given."""
    rows = [(text(r.agent_id), text(r.queue), str(r.level), number(r.weight)) for r in routes]
    return _rows(folder / "routing.csv", [column.name for column in result_layouts.ROUTING.columns], rows)


def write_service(
    service: ServiceReport, folder: Path, name: str = "service.csv", *, expected: Mapping[str, Floats] | None = None
) -> Path:
    """Write `service.csv` (or one of another name): each measure, then its 95 % interval; empty where none applies.

    Parameters
    ----------
    service : ServiceReport
    folder : Path
    name : str
    expected : mapping of measure to float array, shape (rows,), optional
        What formulas expect, from `planning.expected_service`: columns of their own at the end.
    """
    header = ["scope", "start", "queue"]
    for measure in MEASURES:
        header += [measure, f"{measure}_low", f"{measure}_high"]
    told = expected or {}
    header += [f"expected_{measure}" for measure in told]
    more = np.stack(list(told.values()), axis=1) if told else np.zeros((len(service.rows), 0))
    rows = [
        (
            row.scope,
            row.start,
            text(row.queue),
            *numbers([*np.stack([row.value, row.low, row.high], axis=1).ravel().tolist(), *more[k].tolist()]),
        )
        for k, row in enumerate(service.rows)
    ]
    return _rows(folder / name, header, rows)


def _rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return write_csv(path, header, columns)


def _intervals(
    path: Path,
    grid: IntervalGrid,
    queues: Sequence[str],
    figures: dict[str, Floats],
    texts: Mapping[str, NDArray[np.object_]] | None = None,
) -> Path:
    labels = [grid.label(i) for i in range(grid.size)]
    names = [text(queue) for queue in queues]
    starts = [label for label in labels for _ in names]
    columns = [starts, names * grid.size]
    # Time order, queues within an interval: arrays are (queues, intervals).
    columns += [numbers(values.T.ravel().tolist()) for values in figures.values()]
    columns += [[text(cell) for cell in cells.T.ravel().tolist()] for cells in (texts or {}).values()]
    return write_csv(path, ["interval_start", "queue", *figures, *(texts or {})], columns)

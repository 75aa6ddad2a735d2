"""`forecast.csv` and `requirement.csv`: figures per queue and interval, over whole local days."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from capacity.requirement import Requirement
from domain.centre import Centre
from domain.errors import Problem
from domain.history import Floats
from domain.people import Event
from forecasting.forecast import BANDS, LEVELS, Forecast
from planning.files import result_layouts
from planning.files.faults import Faults
from planning.files.interval_rows import Placed, loaded, placed_rows
from planning.files.table import Table


def read_forecast(
    path: Path, centre: Centre, *, events: Sequence[Event] = (), notices: list[Problem] | None = None
) -> Forecast:
    """Read a forecast, ours or anybody's, edited by hand or not.

    Parameters
    ----------
    path : Path
        `forecast.csv` (or Parquet), or the folder that holds it.
    centre : Centre
    events : sequence of Event
        Those that close a queue excuse rows that are missing.
    notices : list or None
        Receives what was accepted but is worth a look.

    Returns
    -------
    Forecast
        Over the whole local days from the first row to the last. Without bands they equal the mean; bands
        that are missing between given ones are interpolated on the normal scale, and the outermost given
        ones stand for those beyond. ``aht_s`` falls back on the queue's.

    Raises
    ------
    InputError
        With every fault, among them every open interval without a row.
    """
    faults = Faults()
    table = loaded(path, result_layouts.FORECAST, centre, faults)
    _band_order(table)
    placed = placed_rows(table, centre, faults, events)
    mean = placed.array("mean", 0.0)
    bands = np.stack([placed.array(name, np.nan) for name in BANDS])
    _beyond_bands(table)
    _closed_volume(table, placed, mean, "mean")
    faults.check(notices)
    return Forecast(
        grid=placed.grid,
        queues=centre.queue_ids,
        mean=mean,
        bands=filled_bands(mean, bands),
        aht_s=_handle_times(placed, centre),
        open=placed.open,
    )


def read_requirement(
    path: Path, centre: Centre, *, events: Sequence[Event] = (), notices: list[Problem] | None = None
) -> Requirement:
    """Read a requirement, ours or anybody's, edited by hand or not.

    ``agents`` is what counts: ``scheduled_agents`` is worked out from it and the centre's shrinkage, and a
    file that says otherwise is noticed. Measures that are not given are NaN. Parameters and errors are those
    of `read_forecast`.
    """
    faults = Faults()
    table = loaded(path, result_layouts.REQUIREMENT, centre, faults)
    kept = centre.shrinkage.kept
    with np.errstate(invalid="ignore"):
        stale = np.abs(table["scheduled_agents"] * kept - table["agents"]) > 1e-4 * (1 + table["agents"])
    sentence = "agents / ((1 - absence)(1 - in_shift)); worked out again from agents"
    table.remark(stale & table.good, "scheduled_agents", sentence)
    placed = placed_rows(table, centre, faults, events)
    agents = placed.array("agents", 0.0)
    volume = placed.array("volume", 0.0)
    _closed_volume(table, placed, volume, "volume")
    faults.check(notices)
    return Requirement(
        grid=placed.grid,
        queues=centre.queue_ids,
        volume=volume,
        aht_s=_handle_times(placed, centre),
        agents=agents,
        scheduled_agents=agents / kept,
        mean_wait_s=placed.array("mean_wait_s", np.nan),
        service_level=placed.array("service_level", np.nan),
        abandonment=placed.array("abandonment", np.nan),
        occupancy=placed.array("occupancy", np.nan),
    )


def filled_bands(mean: Floats, bands: Floats) -> Floats:
    """Fill bands that are not given (NaN), shape (levels, queues, intervals).

    Where none is given, all equal the mean. Elsewhere gaps are interpolated over the normal score of their
    level, and the outermost given band stands for those beyond it.
    """
    filled: Floats = np.where(np.all(np.isnan(bands), axis=0, keepdims=True), mean[None], bands)
    score = ndtri(np.array(LEVELS))
    for queue, interval in np.argwhere(np.isnan(filled).any(axis=0)):
        column = filled[:, queue, interval]
        known = ~np.isnan(column)
        filled[:, queue, interval] = np.interp(score, score[known], column[known])
    return filled


def _handle_times(placed: Placed, centre: Centre) -> Floats:
    usual = np.array([np.nan if q.aht_s is None else q.aht_s for q in centre.queues], dtype=np.float64)
    aht = placed.array("aht_s", np.nan)
    aht[aht == 0] = np.nan
    return np.where(np.isnan(aht), usual[:, None], aht)


def _band_order(table: Table) -> None:
    below: NDArray[np.float64] = np.full(table.size, -np.inf)
    for name in BANDS:
        with np.errstate(invalid="ignore"):
            table.flag(table.good & (table[name] < below), name, "bands that do not fall from p025 to p975")
        below = np.where(np.isnan(table[name]), below, table[name])


def _beyond_bands(table: Table) -> None:
    """Notice a mean outside its own bands: an edit that forgot them."""
    with np.errstate(invalid="ignore"):
        far = (table["mean"] > table["p975"] + 1) | (table["mean"] < table["p025"] - 1)
    table.remark(far & table.good, "mean", "a mean inside its bands; clear the bands to take the mean as known")


def _closed_volume(table: Table, placed: Placed, volume: Floats, column: str) -> None:
    shut = np.zeros(table.size, dtype=np.bool_)
    shut[placed.rows] = ((volume > 0) & ~placed.open)[placed.queue, placed.interval]
    table.remark(shut, column, "0 while the queue is closed; kept as it is")

"""Our forecasts from the same origins, made by the call that a plan makes: a week ahead, and four weeks ahead.

``python -m benchmarks.forecasting.peers_ours WORK --cores 2`` fills ``WORK/ours``. What is there already, made of the
same data by the same code, is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.forecast import DATA, SOURCES, Source, read
from benchmarks.forecasting.peers_export import WEEKS, Series, key, origins_of
from domain.centre import Centre
from domain.history import Floats, History
from domain.progress import Control
from forecasting.forecast import LEVELS, Forecast
from forecasting.forecaster import make_forecast

ROOT = Path(__file__).parents[2]
RELIED_ON = ("centre", "grid", "history", "hours", "people", "queues")
"""Parts of the vocabulary that a forecast depends on."""

EDGES = tuple(LEVELS.index(level) for level in (0.025, 0.1, 0.9, 0.975))
"""The bands kept: of 95 % outside, of 80 % inside."""


@dataclass(frozen=True)
class Ours:
    """Our forecasts of one series.

    Attributes
    ----------
    mean : float array, shape (origins, days, slots)
        The first week from a forecast of one week, the others from one of four.
    bands : float array, shape (4, origins, days, slots)
        At p025, p10, p90 and p975.
    seconds : float array, shape (2, origins)
        CPU seconds a queue, of the forecast of one week and of the one of four.
    """

    mean: Floats
    bands: Floats
    seconds: Floats


def fingerprint(source: Source) -> str:
    """Return what our forecasts of a data set depend on, in short."""
    found = hashlib.sha256(repr(source).encode())
    for path in sorted((*(ROOT / "forecasting").glob("*.py"), *(ROOT / "domain" / f"{name}.py" for name in RELIED_ON))):
        found.update(path.read_bytes())
    found.update((DATA / source.path).read_bytes())
    return found.hexdigest()[:16]


def starts_of(source: Source, history: History, centre: Centre) -> list[date]:
    """Return the first day of every forecast of a data set."""
    first, _, origins, _ = origins_of(history, source, centre)
    return [first + timedelta(days=origin) for origin in origins]


@lru_cache(maxsize=1)
def _read(at: int) -> tuple[History, Centre]:
    return read(SOURCES[at])


@lru_cache(maxsize=1)
def _start_up() -> None:
    """Forecast once, so that what a process loads and compiles is not counted."""
    history, centre = read(SOURCES[0])
    make_forecast(history, centre, (), starts_of(SOURCES[0], history, centre)[-1], 7, seed=1, control=Control())


def by_day(forecast: Forecast, days: int) -> tuple[Floats, Floats]:
    """Return mean and bands by wall-clock day and slot; an hour that the clock repeats counts by its mean."""
    step = forecast.grid.step_minutes
    slots = 1440 // step
    cell = forecast.grid.day_of * slots + forecast.grid.minute_of_day // step
    times = np.bincount(cell, minlength=days * slots)

    def matrix(values: Floats) -> Floats:
        total = np.bincount(cell, weights=values, minlength=days * slots)
        return (total / np.maximum(times, 1)).reshape(days, slots)

    count = len(forecast.queues)
    mean = np.array([matrix(forecast.mean[q]) for q in range(count)])
    return mean, np.array([[matrix(forecast.bands[e, q]) for q in range(count)] for e in EDGES])


def forecast_origin(at: int, start: date, path: Path, mark: str) -> float:
    """Forecast every queue of a data set from one origin; return the CPU seconds of both forecasts."""
    history, centre = _read(at)
    kept: dict[str, Floats] = {}
    _start_up()
    for name, days in (("week", 7), ("month", 7 * WEEKS)):
        began = time.process_time()
        found, _ = make_forecast(history, centre, (), start, days, seed=1, control=Control())
        kept[f"{name}_seconds"] = np.array((time.process_time() - began) / len(centre.queues))
        kept[f"{name}_mean"], kept[f"{name}_bands"] = by_day(found, days)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, allow_pickle=False, key=np.array(mark), **kept)
    part.replace(path)
    return float(kept["week_seconds"] + kept["month_seconds"])


def file_of(work: Path, source: Source, start: date) -> Path:
    """Return where the forecasts from one origin are kept."""
    return work / "ours" / key(source) / f"{start.isoformat()}.npz"


def finished(path: Path, mark: str) -> bool:
    """Tell whether forecasts are there and still hold."""
    if not path.exists():
        return False
    with np.load(path) as kept:
        return str(kept["key"]) == mark


def current(work: Path, source: Source) -> bool:
    """Tell whether every forecast of a data set was made by the code and the data as they are now."""
    mark = fingerprint(source)
    return all(finished(file_of(work, source, start), mark) for start in starts_of(source, *read(source)))


def load(work: Path, series: Series, queues: tuple[str, ...]) -> Ours:
    """Read what was forecast of one series."""
    mean, bands, seconds = [], [], []
    at = queues.index(series.queue)
    for origin in series.origins:
        with np.load(file_of(work, series.source, series.day(origin))) as kept:
            month, edges = kept["month_mean"][at].copy(), kept["month_bands"][:, at].copy()
            month[:7], edges[:, :7] = kept["week_mean"][at], kept["week_bands"][:, at]
            mean.append(month)
            bands.append(edges)
            seconds.append((kept["week_seconds"], kept["month_seconds"]))
    return Ours(np.array(mean), np.moveaxis(np.array(bands), 1, 0), np.array(seconds).T)


def main(arguments: list[str] | None = None) -> int:
    """Forecast what is not there yet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--cores", type=int, default=1, help="processes at a time")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    with ProcessPoolExecutor(asked.cores) as pool:
        for at, source in enumerate(SOURCES):
            mark = fingerprint(source)
            files = {start: file_of(asked.work, source, start) for start in starts_of(source, *read(source))}
            missing = [start for start, path in files.items() if not finished(path, mark)]
            waiting = [pool.submit(forecast_origin, at, start, files[start], mark) for start in missing]
            for k, done in enumerate(as_completed(waiting)):
                note = f"{key(source)} {k + 1}/{len(missing)}  {done.result():.2f} CPU s a queue"
                print(f"{time.monotonic() - began:6.0f} s  {note}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run by the peers' own Python: forecasts of every exported series, one file a series and peer.

``python -m benchmarks.forecasting.peers WORK --cores 2`` reads ``WORK/series`` and fills ``WORK/forecasts``. What is
there already, made of the same series by the same code, is kept, so that a run that was ended goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import logging
import platform
import resource
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.forecasting.peers_series import read_series

HERE = Path(__file__).parent
LIBRARIES = ("statsforecast", "prophet", "lightgbm", "numpy", "pandas")
SHARED = ("peers_series.py",)


@dataclass(frozen=True)
class Peer:
    """One peer in one setting.

    Attributes
    ----------
    file, function : str
        Where it stands.
    label : str
    every : int
        Of long histories only one origin in so many is forecast, counted from the newest: it is slow.
    """

    file: str
    function: str
    label: str
    every: int = 1


PEERS = (
    Peer("peers_statsforecast", "four_week_mean", "4-week mean"),
    Peer("peers_statsforecast", "eight_week_median", "8-week median"),
    Peer("peers_trees", "boosted", "LightGBM, lags and calendar"),
    Peer("peers_trees", "boosted_ratio", "LightGBM, ratio to the 4-week mean"),
    Peer("peers_trees", "boosted_totals", "LightGBM, day totals x profile"),
    Peer("peers_statsforecast", "ets_by_total", "AutoETS, day totals x profile"),
    Peer("peers_statsforecast", "theta_by_total", "AutoTheta, day totals x profile"),
    Peer("peers_prophet", "prophet_by_total", "Prophet, day totals x profile"),
    Peer("peers_statsforecast", "mstl_by_total", "MSTL, day totals x profile"),
    Peer("peers_statsforecast", "ets_by_slot", "AutoETS, each weekday and interval"),
    Peer("peers_statsforecast", "theta_by_slot", "AutoTheta, each weekday and interval"),
    Peer("peers_statsforecast", "mstl_by_interval", "MSTL, intervals (day, week)"),
    Peer("peers_statsforecast", "theta_by_interval", "AutoTheta, intervals (week)", every=10),
    Peer("peers_prophet", "prophet_by_interval", "Prophet, intervals", every=10),
)
STARTED: set[Peer] = set()
"""Peers that this process has run before."""

LONG = 15_000
"""Open intervals from which on a history counts as long."""


def fingerprint(folder: Path, peer: Peer) -> str:
    """Return what a forecast depends on, in short."""
    found = hashlib.sha256(f"{peer.function} {peer.every}".encode())
    for path in (*sorted(folder.iterdir()), *(HERE / name for name in (*SHARED, f"{peer.file}.py"))):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def cpu() -> float:
    """Return the CPU seconds of this process and of the programs that it ran: Prophet's fit is one."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def forecast(folder: Path, peer: Peer, out: Path) -> float:
    """Forecast one series from every origin with one peer; return the CPU seconds of an origin."""
    warnings.simplefilter("ignore")
    for name in ("prophet.plot", "cmdstanpy"):
        logging.getLogger(name).disabled = True
    series = read_series(folder)
    run: Any = getattr(importlib.import_module(f"benchmarks.forecasting.{peer.file}"), peer.function)
    count = len(series.origins)
    weekday = series.past(count - 1).weekday[: len(series.counts)]
    long = np.isfinite(np.where(series.opened[-1][weekday], series.counts, np.nan)).sum() > LONG
    picked = [k for k in range(count) if not long or (count - 1 - k) % peer.every == 0]
    found = np.full((count, series.ahead, series.counts.shape[1]), np.nan)
    seconds = np.full(count, np.nan)
    if peer not in STARTED:
        run(series.past(0))  # loads and compiles what there is to: start-up is not counted
        STARTED.add(peer)
    for k in picked:
        past = series.past(k)
        began = cpu()
        made = np.maximum(run(past), 0.0)
        seconds[k] = cpu() - began
        found[k] = np.where(past.opened[past.weekday[past.days :]], made, 0.0)
    out.mkdir(parents=True, exist_ok=True)
    part = out / f"{peer.function}.part.npz"
    np.savez_compressed(part, forecast=found, seconds=seconds, key=fingerprint(folder, peer))
    part.replace(out / f"{peer.function}.npz")
    return float(np.nanmean(seconds))


def finished(folder: Path, peer: Peer, out: Path) -> bool:
    """Tell whether a forecast is there and still holds."""
    path = out / f"{peer.function}.npz"
    if not path.exists():
        return False
    with np.load(path) as kept:
        return str(kept["key"]) == fingerprint(folder, peer)


def main(arguments: list[str] | None = None) -> int:
    """Forecast what is not there yet; return 1 where a peer broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--cores", type=int, default=1, help="processes at a time")
    parser.add_argument("--only", action="append", help="these functions alone")
    parser.add_argument("--series", action="append", help="these series alone")
    asked = parser.parse_args(arguments)
    folders = [p for p in sorted((asked.work / "series").iterdir()) if not asked.series or p.name in asked.series]
    peers = [peer for peer in PEERS if not asked.only or peer.function in asked.only]
    tasks = [(f, p) for p in peers for f in folders if not finished(f, p, asked.work / "forecasts" / f.name)]
    print(f"{len(tasks)} of {len(folders) * len(peers)} forecasts to make", flush=True)
    versions = {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}
    (asked.work / "versions.json").write_text(json.dumps(versions) + "\n", encoding="utf-8")
    began, broken = time.monotonic(), 0
    with ProcessPoolExecutor(asked.cores) as pool:
        waiting = {pool.submit(forecast, f, p, asked.work / "forecasts" / f.name): (f, p) for f, p in tasks}
        for done in as_completed(waiting):
            folder, peer = waiting[done]
            at = f"{time.monotonic() - began:6.0f} s  {peer.label}  {folder.name}"
            try:
                print(f"{at}  {done.result():.3f} CPU s an origin", flush=True)
            except Exception as fault:
                # One broken forecast must not take the others with it.
                broken += 1
                print(f"{at}  broke: {fault!r}", flush=True)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())

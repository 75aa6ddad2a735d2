"""The forecast's tables as a part of the benchmark; `benchmarks.forecast` measures them."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import forecast
from benchmarks.machine import timed
from benchmarks.table import Part


def run(cores: int, say: Callable[[str], None]) -> Part:
    """Back-test on real arrivals; skipped without the data."""
    title = "Forecasts of real arrivals, one week ahead"
    if not forecast.DATA.exists():
        return Part("forecast", title, notes=("Skipped: the data is not here (SEATWISE_DATA names its folder).",))
    with timed() as clock:
        tables = forecast.run()
    say(f"{len(tables)} data sets in {clock.wall:.0f} s")
    return Part("forecast", title, notes=(*(f"```\n{table}\n```" for table in tables),))

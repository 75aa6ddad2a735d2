"""Formula values that others published, row by row (sources stand in the file)."""

import csv
import math
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from capacity.erlang import erlang_b, erlang_c
from capacity.interval import IntervalService, interval_service
from capacity.search import Limits, seats_for

ROOT = Path(__file__).parents[3]
FILE = Path(os.environ.get("SEATWISE_DATA", ROOT.parent / "shared/data"))
FILE = (FILE if FILE.is_absolute() else ROOT / FILE) / "erlang_reference" / "published_values.csv"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not FILE.exists(), reason=f"published values not found at {FILE}; set SEATWISE_DATA"),
]

NUMBER = r"([0-9.]+)"
PATTERNS = {
    "rate_min": rf"(?:lambda {NUMBER}(?:/min|,)|{NUMBER} calls/min)",
    "rate_half_hour": rf"{NUMBER} calls/30 min",
    "rate_h": rf"{NUMBER} calls/h",
    "aht_min": rf"(?:AHT {NUMBER}(?: min|,)|mean service {NUMBER} min)",
    "aht_s": rf"AHT {NUMBER} s",
    "mu_min": rf"mu {NUMBER}/min",
    "agents": rf"\bN {NUMBER}",
    "load": rf"\ba {NUMBER}",
    "awt_min": rf"AWT {NUMBER}(?: min|$)",
    "awt_s": rf"(?:AWT {NUMBER} s|, {NUMBER} s$)",
    "patience_min": rf"patience {NUMBER} min",
    "occupancy": rf"max occ(?:upancy)? {NUMBER}",
}


def inputs_of(text: str, before: dict[str, float]) -> dict[str, float]:
    """Read the numbers of a row; one that begins with "same" keeps those of the row before."""
    found = dict(before) if text.startswith("same") else {}
    for name, pattern in PATTERNS.items():
        match = re.search(pattern, text)
        if match:
            found[name] = float(next(group for group in match.groups() if group))
    if "100 calls/30 min" in text:  # one example of pyworkforce, its threshold named in one row only
        found["awt_min"] = 20 / 60
    if "80/20" in text:
        found["awt_s"] = 20.0
    return found


def service(row: dict[str, float], model: str, within_s: float | None = None, **other: float) -> IntervalService:
    rate = row.get("rate_h", 60 * row.get("rate_min", 0) + 2 * row.get("rate_half_hour", 0))
    aht = row.get("aht_s", 60 * row.get("aht_min", 1 / row["mu_min"] if "mu_min" in row else 0))
    if not rate:
        aht = aht or 180.0
        rate = 3600 * row["load"] / aht
    within = row.get("awt_s", 60 * row.get("awt_min", 0.0)) if within_s is None else within_s
    if model == "erlang_chat":
        return interval_service(240, 180.0, 5, patience_s=60.0, within_s=within, concurrency=3,
                                slowdown=(1.0, 3.5 / 3, 4 / 3), even_spread=True)  # fmt: skip
    patience = 60 * row["patience_min"] if "patience_min" in row and model != "erlang_c" else None
    return interval_service(rate, aht, other.get("agents", row["agents"]), patience_s=patience, within_s=within)


def virtual(row: dict[str, float], model: str) -> tuple[float, float]:
    """Return the mean wait (s) and service level of a customer of endless patience.

    The service level's slope in T is the density of that wait, thinned by patience.
    """
    awt = 60 * row.get("awt_min", 0.333)
    edges = np.concatenate([np.linspace(0.0, awt, 2001), np.linspace(awt, 900.0, 4001)[1:]])
    levels = np.array([float(service(row, model, within_s=t).service_level) for t in edges])
    middle = (edges[1:] + edges[:-1]) / 2
    density = np.diff(levels) * np.exp(middle / 60.0)
    return float(density @ middle), float(levels[0] + density[:2000].sum())


MEASURES: dict[str, Callable[[dict[str, float], str], float]] = {
    "ASA_min": lambda r, m: float(service(r, m).mean_wait_s) / 60,
    "ASA_s": lambda r, m: float(service(r, m).mean_wait_s),
    "SL": lambda r, m: float(service(r, m).service_level),
    "SL at 14": lambda r, m: float(service(r, m).service_level),
    "occupancy": lambda r, m: float(service(r, m).occupancy),
    "utilisation": lambda r, m: float(service(r, m).occupancy),
    "occupancy (mean chats / (3 N))": lambda r, m: float(service(r, m).occupancy),
    "abandon": lambda r, m: float(service(r, m).abandonment),
    "mean wait of all, s": lambda r, m: float(service(r, m).mean_wait_s),
    "mean queue": lambda r, m: float(service(r, m).mean_wait_s) * r["rate_min"] / 60,
    "SL alt: served within AWT / arrivals": lambda r, m: float(service(r, m).service_level),
    "SL alt: served within AWT / served": lambda r, m: float(
        service(r, m).service_level / (1 - service(r, m).abandonment)
    ),
    "ASA_min (virtual wait of an infinitely patient caller)": lambda r, m: virtual(r, m)[0] / 60,
    "ASA_min (virtual)": lambda r, m: virtual(r, m)[0] / 60,
    "SL (virtual wait <= AWT)": lambda r, m: virtual(r, m)[1],
    "waiting_probability": lambda r, m: float(
        erlang_c(r["agents"], r["load"]) if "load" in r else service(r, m).wait_probability
    ),
    "blocking": lambda r, m: float(erlang_b(r["agents"], r["load"])),
    "wait 90th percentile s": lambda r, m: next(
        t for t in np.arange(50.0, 70.0, 0.001) if float(service(r, m, within_s=t).service_level) >= 0.9
    ),
}

# Out of reach of the public figures: mixtures with outbound work, and rows that say themselves they are unsafe.
SKIPPED = ("erlang_blend",)
COMPUTED = ("raw_positions", "positions", "agents", "agents with shrinkage", "channels", "offered traffic, erlang")
ELSEWHERE = (
    "SL alt: served within AWT / (arrivals - abandons within AWT)",
    "mean wait of served, min",
)


def rows() -> list[tuple[str, str, str, dict[str, float], float, float]]:
    if not FILE.exists():
        return []
    found = []
    before: dict[str, float] = {}
    with FILE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            before = inputs_of(row["inputs"], before)
            if row["metric"] == "raw_positions":
                before["agents"] = float(row["published_value"])
            if row["model"] in SKIPPED or "do not use" in row["source"]:
                continue
            published = row["published_value"] or row["recomputed_value"]
            tolerance = float(row["tolerance"] or 0) or 5e-6 * max(1.0, abs(float(published)))
            if row["model"] == "m_m_n_sim":
                published, tolerance = row["recomputed_value"].split()[0], 1e-6
            found.append((row["model"], row["metric"], row["inputs"], dict(before), float(published), tolerance))
    return found


@pytest.mark.parametrize(
    ("model", "metric", "inputs", "row", "published", "tolerance"),
    [r for r in rows() if r[1] not in (*COMPUTED, *ELSEWHERE)],
)
def test_published_value(
    model: str, metric: str, inputs: str, row: dict[str, float], published: float, tolerance: float
) -> None:
    assert MEASURES[metric](row, model) == pytest.approx(published, abs=1.02 * tolerance), inputs


def test_every_usable_row_is_tested() -> None:
    assert len(rows()) == 61
    assert {metric for _, metric, *_ in rows()} == {*MEASURES, *COMPUTED, *ELSEWHERE}


@pytest.mark.parametrize("row", [r for r in rows() if r[1] == "offered traffic, erlang"])
def test_one_per_cent_blocking_table(row: tuple[str, str, str, dict[str, float], float, float]) -> None:
    assert float(erlang_b(row[3]["agents"], row[4])) == pytest.approx(0.01, rel=2e-5)


@pytest.mark.parametrize("row", [r for r in rows() if r[1] == "channels"])
def test_channels_for_one_per_cent_blocking(row: tuple[str, str, str, dict[str, float], float, float]) -> None:
    load, channels = row[3]["load"], row[4]
    assert float(erlang_b(channels, load)) <= 0.01 < float(erlang_b(channels - 1, load))


def test_agents_of_published_examples() -> None:
    """pyworkforce 0.5.1 (tests) and call_center_tools 1.0.0 (README)."""
    limits = Limits(mean_wait_s=20.0, occupancy=0.85, service_levels=((20.0, 0.8),))
    assert math.ceil(float(seats_for(200.0, 180.0, limits))) == 14
    assert math.ceil(14 / 0.7) == 20
    busy = Limits(mean_wait_s=20.0, occupancy=0.70, service_levels=((20.0, 0.8),))
    assert math.ceil(float(seats_for(200.0, 180.0, busy))) == 15
    other = Limits(occupancy=0.85, service_levels=((20.0, 0.8),))
    assert math.ceil(float(seats_for(1000.0, 120.0, other))) == 40
    assert math.ceil(40 / 0.7) == 58


def test_mean_wait_of_the_served() -> None:
    """Erlang X row: waits of the served are the waits of all less those of customers who left.

    Served and lost split by the service level's own density, integrated over T.
    """
    row = {"rate_min": 4.0, "aht_min": 3.0, "patience_min": 1.0, "agents": 14.0}
    edges = np.linspace(0.0, 900.0, 6001)
    levels = np.array([float(service(row, "erlang_x", within_s=t).service_level) for t in edges])
    served = np.diff(levels) @ ((edges[1:] + edges[:-1]) / 2) / levels[-1] / 60
    assert served == pytest.approx(0.058918, abs=2e-6)

"""How far the formulas are from exact values, for real numbers of agents from .01 to 50,000 Erlang."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from benchmarks.capacity import exact
from benchmarks.capacity.section import Peers, Section
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity import erlang
from capacity.interval import interval_service

LOW, HIGH = 0.01, 50_000.0
WITHOUT_PATIENCE, WITH_PATIENCE = 1e-12, 1e-9
CASES_BC, CASES_A, CASES_BEYOND = 240, 200, 60
PATIENCE, BEYOND = (-2.0, 3.0), (3.0, 5.0)
"""Powers of ten of the patience in handle times: those judged, and those where a service level is nearly cancelled."""

UNDERFLOW = 1e-290
"""Shares below it are 0 by definition."""

BANDS = ((LOW, 1.0), (1.0, 100.0), (100.0, HIGH))
CHECKS = ((1, 0.3, 2.0), (7, 9.0, 0.2), (60, 55.5, 1.0), (700, 740.0, 12.0), (2000, 1800.0, 0.5))
"""Whole agents, Erlang and patience at which integrals are held against the chain."""

Errors = dict[str, list[tuple[float, float]]]
"""By measure, pairs of load and error."""


def relative(found: float, value: exact.Real) -> float:
    """Return the relative error; 0 where both are below what a double can hold."""
    if value < UNDERFLOW and found < UNDERFLOW:
        return 0.0
    with mp.workdps(exact.DIGITS):
        return float(abs(mp.mpf(found) / value - 1))


def reference_error() -> float:
    """Return the largest relative difference of the integrals from the birth-death chain."""
    worst = mp.mpf(0)
    for agents, load, patience in CHECKS:
        integral, states = exact.erlang_a(agents, load, patience, 0.0), exact.chain(agents, load, patience)
        for one, other in ((integral.p_wait, states[0]), (integral.mean_wait, states[1])):
            with mp.workdps(exact.DIGITS):
                worst = max(worst, abs(one / other - 1))
    return float(worst)


def loads(rng: np.random.Generator, count: int) -> list[float]:
    """Return loads spread evenly over their logarithm, both ends among them."""
    return [LOW, HIGH, *(float(x) for x in LOW * (HIGH / LOW) ** rng.random(count - 2))]


def blocking_errors(rng: np.random.Generator) -> Errors:
    """Compare Erlang B and C at agents from a third of the load to 16 standard deviations above it."""
    found: Errors = {"Erlang B": [], "Erlang C": []}
    for load in loads(rng, CASES_BC):
        agents = load * rng.uniform(0.3, 1.0) if rng.random() < 0.3 else load + rng.uniform(0, 16) * np.sqrt(load)
        value = exact.erlang_b(agents, load)
        found["Erlang B"].append((load, relative(float(erlang.erlang_b(agents, load)), value)))
        if agents > load:
            value = exact.erlang_c(agents, load)
            found["Erlang C"].append((load, relative(float(erlang.erlang_c(agents, load)), value)))
    return found


def patience_errors(rng: np.random.Generator, count: int, decades: tuple[float, float]) -> Errors:
    """Compare Erlang A at agents from half the load up, patience over some decades, thresholds over three."""
    found: Errors = {"P(wait)": [], "abandonment": [], "mean wait": [], "service level (absolute)": []}
    for load in loads(rng, count):
        agents = load * rng.uniform(0.5, 1.0) if rng.random() < 0.5 else load + rng.uniform(0, 5) * np.sqrt(load)
        patience, within = 10.0 ** rng.uniform(*decades), 10.0 ** rng.uniform(-2.5, 0.5)
        value = exact.erlang_a(agents, load, patience, within)
        got = interval_service(3600.0 * load, 1.0, agents, patience_s=patience, within_s=within)
        found["P(wait)"].append((load, relative(float(got.wait_probability), value.p_wait)))
        found["abandonment"].append((load, relative(float(got.abandonment), value.abandonment)))
        found["mean wait"].append((load, relative(float(got.mean_wait_s), value.mean_wait)))
        level = abs(mp.mpf(float(got.service_level)) - value.service_level)
        found["service level (absolute)"].append((load, float(level)))
    return found


def section(peers: Peers) -> Section:
    """Draw cases and compare."""
    rng = np.random.default_rng(50_000)
    blocking, patience = blocking_errors(rng), patience_errors(rng, CASES_A, PATIENCE)
    beyond = patience_errors(rng, CASES_BEYOND, BEYOND)
    rows = []
    named = blocking | {f"Erlang A, {name}": errors for name, errors in patience.items()}
    named |= {f"endless patience, {name}": errors for name, errors in beyond.items()}
    for name, errors in named.items():
        bands = [max(error for load, error in errors if low <= load <= high) for low, high in BANDS]
        rows.append([name, f"{len(errors)}", *(f"{worst:.1e}" for worst in bands)])
    worst_bc, worst_a = (max(e for errors in each.values() for _, e in errors) for each in (blocking, patience))
    text = (
        "Largest relative error (of the service level, a share, the absolute one) against integrals at "
        f"{exact.DIGITS} digits: 1/B = a ∫ e^(-at) (1+t)^n dt, and the virtual wait of M/M/n+M. Loads are spread "
        "evenly over their logarithm, agents are real numbers, from a third of the load (Erlang A: half) up; patience "
        ".01 to 1,000 and thresholds .003 to 3 handle times. Rows of endless patience, 1,000 to 100,000 handle times, "
        f"are shown and not judged. Shares below {UNDERFLOW:g} count as 0. Where agents are whole the integrals are "
        f"within {reference_error():.0e} of the sum over the chain's states."
    )
    head = ["formula", "cases", *(f"{low:g} to {high:,g} Erlang" for low, high in BANDS)]
    return Section(
        "Accuracy",
        (text, markdown(head, rows)),
        (
            goal(f"Erlang B and C within {WITHOUT_PATIENCE:g}", worst_bc <= WITHOUT_PATIENCE, f"{worst_bc:.1e}"),
            goal(f"Erlang A within {WITH_PATIENCE:g}", worst_a <= WITH_PATIENCE, f"{worst_a:.1e}"),
        ),
    )

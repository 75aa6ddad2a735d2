"""Scores: factors and FCR against raw means, on planted truth and on a real log in two halves."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.capacity.planted import WIDE, Truth, call_centre_log, drawn
from benchmarks.capacity.section import Peers, Section
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.handle_factors import CONTACT_CV, factor_estimates, handle_times
from capacity.record import Record, performance_record
from capacity.resolution import outcomes, resolution
from domain.folder import PlanningFolder
from domain.history import Floats

DATA = Path(__file__).parents[2] / os.environ.get("SEATWISE_DATA", "../shared/data")
LOG = DATA / "callcenter_log" / "events.csv"
AFTER = date(2100, 1, 1)
DAYS, DRAWS = (7, 28, 60, 180), 12
BETTER, COVERED = 0.20, (0.92, 0.98)
LEAST = 5
"""Contacts of the later half, at least, for a cell to be looked for in its interval."""

Errors = tuple[float, float, float]
"""Mean squared: raw means, the level's (or queue's) mean, shrunk."""


@dataclass(frozen=True)
class Found:
    """What one record's estimates were like: handle-time factors, then FCR.

    Attributes
    ----------
    factor, fcr : tuple of float
        Mean squared errors.
    factor_noise, fcr_noise : float
        What of them is the noise of what they are compared with.
    factor_inside, fcr_inside : float
        Share inside the 95 % interval.
    contacts : float
        Median contacts a cell.
    """

    factor: Errors
    fcr: Errors
    factor_noise: float
    fcr_noise: float
    factor_inside: float
    fcr_inside: float
    contacts: float


def section(peers: Peers) -> Section:
    """Measure both."""
    rows, goals = _planted()
    text = (
        f"{DRAWS} draws each of 50 agents on 12 queues as the reference case has them (speed sd 20 %, FCR by level and "
        "home post, activity up to a hundredfold apart). Root mean square error over the cells that have a contact, of "
        "raw means, of the level's mean on the queue, and of ours; share of truths inside our 95 % interval."
    )
    head = ["days (contacts a cell)", "factor: raw", "level", "ours", "inside", "FCR: raw", "level", "ours", "inside"]
    blocks = [text, markdown(head, rows)]
    if LOG.is_file():
        more, told, found = _halves()
        blocks += [told, markdown(["predicted from", *head[1:]], more)]
        goals += found
    else:
        blocks.append("The call centre log is not here (SEATWISE_DATA names its folder).")
    return Section("Scores", tuple(blocks), tuple(goals))


def _planted() -> tuple[list[list[str]], list[str]]:
    rows, worst_factor, worst_fcr, factor_inside, fcr_inside = [], -1.0, -1.0, [], []
    for days in DAYS:
        each = [_against_truth(*drawn(seed, days)) for seed in range(DRAWS)]
        factor, fcr = (np.sqrt(np.mean([getattr(e, name) for e in each], axis=0)) for name in ("factor", "fcr"))
        inside = [float(np.mean([getattr(e, name) for e in each])) for name in ("factor_inside", "fcr_inside")]
        contacts = np.mean([e.contacts for e in each])
        rows.append([f"{days} ({contacts:.0f})", *_cells(factor, inside[0]), *_cells(fcr, inside[1])])
        worst_factor, worst_fcr = max(worst_factor, factor[2] / factor[0]), max(worst_fcr, fcr[2] / fcr[0])
        factor_inside.append(inside[0])
        fcr_inside.append(inside[1])
    goals = []
    for name, ratio in (("handle-time factors", worst_factor), ("FCR", worst_fcr)):
        what = f"on planted truth, error of {name} {BETTER:.0%} below raw means at every length of record"
        goals.append(goal(what, ratio <= 1 - BETTER, f"{1 - ratio:.0%} below at the least"))
    for name, shares in (("factors", factor_inside), ("FCR", fcr_inside)):
        what = f"on planted truth, 95 % intervals of {name} cover {COVERED[0]:.0%} to {COVERED[1]:.0%}"
        reached = all(COVERED[0] <= share <= COVERED[1] for share in shares)
        goals.append(goal(what, reached, ", ".join(f"{share:.1%}" for share in shares)))
    return rows, goals


def _halves() -> tuple[list[list[str]], str, list[str]]:
    folder = call_centre_log(LOG)
    rows = folder.performance
    assert rows is not None
    days = np.unique(rows.date)
    contacts = np.cumsum([rows.handled[rows.date == day].sum() for day in days])
    middle = days[np.searchsorted(contacts, contacts[-1] / 2)]
    halves = [
        performance_record(replace(folder, performance=rows.select(keep)), AFTER)
        for keep in (rows.date < middle, rows.date >= middle)
    ]
    each = {"the first half": _against_half(*halves), "the second half": _against_half(*halves[::-1])}
    table, goals = [], []
    for name, e in each.items():
        table.append([name, *_cells(np.sqrt(e.factor), e.factor_inside), *_cells(np.sqrt(e.fcr), e.fcr_inside)])
    means: dict[str, Floats] = {}
    for figure in ("factor", "fcr"):
        means[figure] = np.mean([getattr(e, figure) for e in each.values()], axis=0)
        means[f"{figure} less"] = np.mean(
            [np.array(getattr(e, figure)) - getattr(e, f"{figure}_noise") for e in each.values()], axis=0
        )
    sides = {name: np.mean([getattr(e, f"{name}_inside") for e in each.values()]) for name in ("factor", "fcr")}
    table.append(
        [
            "both, less the other half's noise",
            *_cells(np.sqrt(means["factor less"]), None),
            *_cells(np.sqrt(means["fcr less"]), None),
        ]
    )
    for figure, name in (("factor", "handle-time factors"), ("fcr", "FCR")):
        for key, against in ((figure, "the other half as it was"), (f"{figure} less", "its noise deducted")):
            ratio = float(np.sqrt(means[key][2] / means[key][0]))
            what = f"on `callcenter_log`, half from half, error of {name} {BETTER:.0%} below raw means, {against}"
            goals.append(goal(what, ratio <= 1 - BETTER, f"{1 - ratio:.0%} below"))
    for figure, name in (("factor", "factors"), ("fcr", "FCR")):
        what = f"on `callcenter_log`, 95 % intervals of {name} with the other half's noise cover 92 % to 98 %"
        goals.append(goal(what, COVERED[0] <= sides[figure] <= COVERED[1], f"{sides[figure]:.1%}"))
    told = (
        f"`callcenter_log`: {int(contacts[-1]):,} first calls of {len(folder.agents)} agents by product, March 2010, a "
        f"case without a later event being resolved, cut at {middle} into halves of equal contacts; each half is "
        "predicted from the other, cells weighted by the contacts of the half predicted, factors scaled to a mean of 1 "
        "over them. That half is itself a sample: its noise is in every error, and is deducted in the last line "
        "(variance of one contact over contacts). Inside: cells of the other half with at least "
        f"{LEAST} contacts inside the interval widened by their own noise. There are no levels: the level is everybody."
    )
    return table, told, goals


def _against_truth(folder: PlanningFolder, truth: Truth) -> Found:
    record = performance_record(folder, AFTER)
    times, solved = handle_times(record), outcomes(record)
    assert times is not None and solved is not None
    n = times.count
    true = truth.handle_s / ((truth.handle_s * n).sum(axis=0) / n.sum(axis=0))
    factors, fcr = factor_estimates(record, WIDE), resolution(record, np.full(record.shape[1], np.nan))
    raw = np.where(n > 0, times.mean / _mean(times.mean, n), 1.0)
    seen = (n > 0).astype(float)
    return Found(
        factor=_errors((raw, _by_level(raw, n, record), factors.factor), true, seen),
        fcr=_errors((solved.mean, _by_level(solved.mean, n, record), fcr.fcr), truth.fcr, seen),
        factor_noise=0.0,
        fcr_noise=0.0,
        factor_inside=float(np.mean((factors.low <= true) & (true <= factors.high))),
        fcr_inside=float(np.mean((fcr.low <= truth.fcr) & (truth.fcr <= fcr.high))),
        contacts=float(np.median(n)),
    )


def _against_half(known: Record, other: Record) -> Found:
    times, later, solved, shares = handle_times(known), handle_times(other), outcomes(known), outcomes(other)
    assert times is not None and later is not None and solved is not None and shares is not None
    factors, fcr = factor_estimates(known, WIDE), resolution(known, np.full(known.shape[1], np.nan))
    queue, chance = _mean(times.mean, times.count), _mean(solved.mean, solved.count)
    ours, raw = (
        e / _mean(e, later.count) for e in (factors.factor, np.where(times.count > 0, times.mean / queue, 1.0))
    )
    share = np.where(solved.count > 0, solved.mean, chance)
    seen = later.mean / _mean(later.mean, later.count)
    n = np.maximum(later.count, 1.0)
    relative = later.noise(CONTACT_CV**2) / n
    binomial = fcr.fcr * (1 - fcr.fcr) / np.maximum(shares.count, 1.0)
    spread = np.sqrt((np.log(factors.high / factors.low) / 3.92) ** 2 + np.log1p(relative))
    inside = np.abs(np.log(seen / ours)) <= 1.96 * spread
    within = np.abs(shares.mean - fcr.fcr) <= 1.96 * np.sqrt(fcr.variance + binomial)
    enough = later.count >= LEAST
    one, level = np.ones_like(raw), np.broadcast_to(chance, raw.shape)
    return Found(
        factor=_errors((raw, one, ours), np.nan_to_num(seen), later.count),
        fcr=_errors((share, level, fcr.fcr), np.nan_to_num(shares.mean), shares.count),
        factor_noise=float(np.average(relative * ours**2, weights=later.count)),
        fcr_noise=float(np.average(binomial, weights=shares.count)),
        factor_inside=float(np.mean(inside[enough])),
        fcr_inside=float(np.mean(within[enough])),
        contacts=float(np.median(times.count)),
    )


def _mean(value: Floats, count: Floats) -> Floats:
    return np.asarray(np.nansum(value * count, axis=0) / count.sum(axis=0))


def _by_level(value: Floats, count: Floats, record: Record) -> Floats:
    member = (record.level == np.arange(len(record.levels))[:, None]).astype(float)
    return np.asarray(((member @ (np.nan_to_num(value) * count)) / np.maximum(member @ count, 1e-9))[record.level])


def _errors(estimates: tuple[Floats, Floats, Floats], true: Floats, weight: Floats) -> Errors:
    raw, level, ours = (float(np.average(np.nan_to_num(e - true) ** 2, weights=weight)) for e in estimates)
    return raw, level, ours


def _cells(errors: Floats, inside: float | None) -> list[str]:
    return [*(f"{error:.3f}" for error in errors), "" if inside is None else f"{inside:.1%}"]

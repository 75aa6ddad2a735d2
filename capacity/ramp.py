"""The ramp of the newly hired: how much slower they are, and how much less they resolve, until they have learned.

    log handle time, t days after hiring = plateau + slower * left(t)
    FCR                                  = plateau - unresolved * left(t)        left(t) = exp(-3 t / days)

so that after ``days`` 95 % is learned. The curve is found from people whose first weeks lie inside the record, and
shrunk to a typical three months; where there are none it is that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from capacity.handle_factors import CONTACT_CV
from capacity.record import Record, performance_record
from domain.folder import PlanningFolder
from domain.history import Floats, Ints

TYPICAL_DAYS = 91.0
DAYS_SPREAD = 0.5
"""Three months, and the standard deviation of its log between centres."""

DAYS = np.round(np.geomspace(14.0, 364.0, 25), 1)
"""Lengths looked at: two weeks to a year."""

LONGEST = 2.0
"""After so many lengths (.25 % left) nothing is left to learn."""


@dataclass(frozen=True)
class _Figure:
    """What to expect of one figure: where newcomers begin, and how their plateaus differ."""

    start: float
    start_spread: float
    plateau_spread: float
    person_spread: float


SPEED = _Figure(float(np.log(1.3)), 0.15, 0.15, 0.18)
"""In logs: 30 % slower on the first day. Assumed; so are the spreads."""

FCR = _Figure(0.10, 0.07, 0.10, 0.08)
"""Ten points fewer resolved on the first day. Assumed; so are the spreads."""


@dataclass(frozen=True)
class Ramp:
    """A learning curve.

    Attributes
    ----------
    days : float
        Until 95 % is learned.
    slower, unresolved : float
        On the first day: log of handle time over the plateau's; points of FCR below it, as a share.
    slower_error, unresolved_error : float
        Their standard errors, the length being known.
    people : int
        Newcomers it was learned from.
    """

    days: float = TYPICAL_DAYS
    slower: float = SPEED.start
    unresolved: float = FCR.start
    slower_error: float = SPEED.start_spread
    unresolved_error: float = FCR.start_spread
    people: int = 0

    def left(self, tenure_days: Floats) -> Floats:
        """Return the share still to be learned after so many days; NaN (not known when hired) counts as learned."""
        return _left(tenure_days, self.days)


def learned_ramp(folder: PlanningFolder, before: date) -> Ramp:
    """Learn the ramp from the record before a date.

    Notes
    -----
    1. Newcomers are the folder's people with days of their first three months in the record. Each of their weeks is
       compared with what the others take (and resolve) of the same queues.
    2. A newcomer's weeks are ``offset + own plateau + start x left(t) + noise``, all normal; given the length, the
       start is a posterior mean around the typical one. The length maximises the marginal likelihood of both figures
       times a lognormal density around three months, on a grid. So few newcomers leave the typical curve as it is, and
       many replace it.
    3. That learning in service follows a curve that flattens, and that agents differ in it, is measured in [1]_; that
       an exponential describes one person's learning better than a power of time, in [2]_.

    References
    ----------
    .. [1] Gans, Liu, Mandelbaum, Shen and Ye (2010), Service times in call centers: agent heterogeneity and learning
       with some operational consequences, in Borrowing Strength, IMS Collections 6.
    .. [2] Heathcote, Brown and Mewhort (2000), The power law repealed: the case for an exponential law of practice,
       Psychonomic Bulletin and Review 7.
    """
    weeks = _first_weeks(folder, performance_record(folder, before))
    if weeks is None:
        return Ramp()
    prior = -0.5 * (np.log(DAYS / TYPICAL_DAYS) / DAYS_SPREAD) ** 2
    speed = [_start(weeks.person, weeks.slower, weeks.slower_noise, _left(weeks.tenure, d), SPEED) for d in DAYS]
    solved = [_start(weeks.person, weeks.unresolved, weeks.unresolved_noise, _left(weeks.tenure, d), FCR) for d in DAYS]
    merit = prior + np.array([s.log_likelihood + r.log_likelihood for s, r in zip(speed, solved, strict=True)])
    best = int(np.argmax(np.round(merit, 9)))
    return Ramp(
        days=float(DAYS[best]) if np.ptp(merit - prior) > 0 else TYPICAL_DAYS,
        slower=max(speed[best].mean, 0.0),
        unresolved=max(solved[best].mean, 0.0),
        slower_error=speed[best].error,
        unresolved_error=solved[best].error,
        people=len(np.unique(weeks.person)),
    )


def tenure_days(folder: PlanningFolder, on: date) -> Floats:
    """Return everyone's days since hiring, at least 0, in the folder's order; NaN where it is not known."""
    return np.array([np.nan if a.hired_on is None else max((on - a.hired_on).days, 0.0) for a in folder.agents])


def row_tenure(folder: PlanningFolder, record: Record) -> Floats:
    """Return days since hiring of every performance row; NaN where it is not known."""
    if record.rows is None:
        return np.empty(0)
    hired = [np.datetime64(a.hired_on if a.hired_on is not None else "NaT", "D") for a in folder.agents]
    left = len(record.agents) - record.staff
    since = record.rows.date - np.array([*hired, *[np.datetime64("NaT", "D")] * left])[record.row_agent]
    return np.where(np.isnat(since), np.nan, np.maximum(since.astype("timedelta64[D]").astype(np.float64), 0.0))


def _left(tenure: Floats, days: float) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where(tenure <= LONGEST * days, np.exp(-3.0 * tenure / days), 0.0)


@dataclass(frozen=True)
class _Weeks:
    """Newcomers' weeks: who, days since hiring, both figures against the others', and their noise variances."""

    person: Ints
    tenure: Floats
    slower: Floats
    slower_noise: Floats
    unresolved: Floats
    unresolved_noise: Floats


def _first_weeks(folder: PlanningFolder, record: Record) -> _Weeks | None:
    rows = record.rows
    if rows is None or not len(rows):
        return None
    tenure = row_tenure(folder, record)
    good = (rows.handled > 0) & (np.nan_to_num(rows.handle_time_s) > 0)
    young = np.zeros(len(record.agents), dtype=bool)
    young[record.row_agent[good & (tenure < TYPICAL_DAYS)]] = True
    new = young[record.row_agent]
    queues = len(record.queues)
    told = good & np.isfinite(rows.resolved)
    solved = np.where(told, np.minimum(rows.resolved, rows.handled), 0.0)

    def by_queue(values: Floats, keep: NDArray[np.bool_]) -> Floats:
        return np.bincount(record.row_queue, np.where(keep, values, 0.0), minlength=queues).astype(np.float64)

    others = by_queue(rows.handled, good & ~new)
    with np.errstate(invalid="ignore", divide="ignore"):
        usual_s = by_queue(np.nan_to_num(rows.handle_time_s), good & ~new) / others
        usual_fcr = by_queue(solved, told & ~new) / by_queue(rows.handled, told & ~new)
    keep = good & new & np.isfinite(usual_s[record.row_queue])
    if not keep.any():
        return None
    cell, person = _cells(record.row_agent[keep], tenure[keep])
    n = rows.handled[keep]

    def total(values: Floats) -> Floats:
        return np.bincount(cell, values).astype(np.float64)

    contacts = total(n)
    usual = usual_fcr[record.row_queue[keep]]
    known = told[keep] & np.isfinite(usual)
    counted = total(np.where(known, n, 0.0))
    chance = total(np.where(known, n * np.nan_to_num(usual), 0.0)) / np.maximum(counted, 1e-9)
    share = total(np.where(known, solved[keep], 0.0)) / np.maximum(counted, 1e-9)
    variance = np.log1p(CONTACT_CV**2 / contacts)
    ratio = total(rows.handle_time_s[keep]) / total(n * usual_s[record.row_queue[keep]])
    spread = np.clip(chance, 0.05, 0.95) * (1 - np.clip(chance, 0.05, 0.95))
    return _Weeks(
        person=person,
        tenure=total(n * tenure[keep]) / contacts,
        slower=np.log(ratio) + variance / 2,
        slower_noise=variance,
        unresolved=chance - share,
        unresolved_noise=np.where(counted > 0, spread / np.maximum(counted, 1e-9), np.inf),
    )


def _cells(agent: Ints, tenure: Floats) -> tuple[Ints, Ints]:
    """Return which (person, week) pair each row belongs to, and each pair's person."""
    week = (tenure // 7).astype(np.int64)
    key, cell = np.unique(agent * (week.max() + 1) + week, return_inverse=True)
    return cell, key // (week.max() + 1)


@dataclass(frozen=True)
class _Start:
    mean: float
    error: float
    log_likelihood: float


def _start(person: Ints, value: Floats, noise: Floats, left: Floats, figure: _Figure) -> _Start:
    """Estimate what newcomers begin with, one length being given; see :func:`learned_ramp`."""
    weight = 1 / noise
    _, who = np.unique(person, return_inverse=True)
    regressors = np.stack([np.ones_like(left), left])
    residual = value - figure.start * left
    total = np.bincount(who, weight)
    c = figure.person_spread**2 / (1 + figure.person_spread**2 * total)
    sums = np.stack([np.bincount(who, weight * r) for r in (*regressors, residual)])
    products = np.einsum("aw,bw->ab", weight * np.stack([*regressors, residual]), np.stack([*regressors, residual]))
    products -= (c * sums) @ sums.T
    prior = np.diag([figure.plateau_spread**-2, figure.start_spread**-2])
    precision = products[:2, :2] + prior
    shift = np.linalg.solve(precision, products[:2, 2])
    log_det = np.linalg.slogdet(precision)[1]
    likelihood = -0.5 * (products[2, 2] - products[:2, 2] @ shift + log_det)
    error = float(np.sqrt(np.linalg.inv(precision)[1, 1]))
    return _Start(figure.start + float(shift[1]), error, float(likelihood))

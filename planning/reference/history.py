"""Two years of half hours of the reference centre: contacts, handle times, waits, and what went wrong."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from domain.history import Floats
from planning.reference import parameters as case
from planning.reference.handling import mean_handle_time

DAYS = 7 * case.HISTORY_WEEKS
SLOTS = (case.CLOSES - case.OPENS) * 60 // case.INTERVAL_MINUTES
FIRST_DAY = case.LAST_DAY - timedelta(days=DAYS - 1)

CAMPAIGNS = (
    (date(2025, 6, 18), "618", 2.0),
    (date(2025, 11, 11), "Double 11", 3.0),
    (date(2026, 6, 18), "618", 2.0),
    (date(2026, 11, 11), "Double 11", 3.0),
)
OUTAGE = (date(2026, 3, 17), 10, 14)
"""Local day, first and last hour (exclusive): the platform is down and almost nothing arrives."""
OUTAGE_LEFT = 0.08
LOST_AFTERNOON = (date(2025, 8, 20), 13, 18)
"""Nothing was logged in these hours."""
LOST_WEEK = (date(2025, 3, 3), "pre-sales-video")
"""The connector of one queue was down for seven days."""
LOST_SHARE = 0.001


def events_table() -> pd.DataFrame:
    """Return `events.csv`: two campaigns a year and the outage."""
    rows = [(str(day), str(day + timedelta(days=1)), name, "campaign", "", lift) for day, name, lift in CAMPAIGNS]
    day, first, last = OUTAGE
    rows.append((f"{day}T{first:02d}:00", f"{day}T{last:02d}:00", "platform outage", "outage", "", np.nan))
    return pd.DataFrame(rows, columns=["start", "end", "name", "kind", "queue", "lift"])


def busyness(rng: np.random.Generator, days: int = DAYS) -> Floats:
    """Draw the factor of each day, mean about 1, lognormal, correlated from day to day.

    The log is a stationary first-order autoregression. The factors are rescaled so that the last eight weeks,
    campaigns left out, average exactly 1: they are the level the case states.
    """
    sigma = np.sqrt(np.log1p(case.BUSYNESS_CV**2))
    phi = case.BUSYNESS_MEMORY
    shocks = rng.standard_normal(days) * sigma * np.sqrt(1 - phi * phi)
    log = np.empty(days)
    log[0] = rng.standard_normal() * sigma
    for k in range(1, days):
        log[k] = phi * log[k - 1] + shocks[k]
    factor = np.exp(log - sigma * sigma / 2)
    last = np.arange(days) >= days - 7 * case.LEVEL_WEEKS
    ordinary = campaign_lift(days) == 1.0
    return np.asarray(factor / factor[last & ordinary].mean(), dtype=np.float64)


def campaign_lift(days: int = DAYS) -> Floats:
    """Return the multiplier of each day, 1 on ordinary ones."""
    lift = np.ones(days)
    first = case.LAST_DAY - timedelta(days=days - 1)
    for day, _, factor in CAMPAIGNS:
        k = (day - first).days
        if 0 <= k < days:
            lift[k] = factor
    return lift


def expected_by_day(factor: Floats) -> Floats:
    """Return expected contacts of each day, shape (days,): level, growth, weekday, campaigns and busyness."""
    days = len(factor)
    age = np.arange(days) - (days - 1 - 7 * case.LEVEL_WEEKS / 2)
    growth = (1 + case.GROWTH_A_YEAR) ** (age / 365.25)
    weekday = np.array(case.WEEKDAY_FACTORS)
    first = case.LAST_DAY - timedelta(days=days - 1)
    return np.asarray(
        case.CONTACTS_A_DAY
        * growth
        * (weekday / weekday.mean())[(first.weekday() + np.arange(days)) % 7]
        * campaign_lift(days)
        * factor
    )


def history_table(rng: np.random.Generator) -> pd.DataFrame:
    """Return `history.csv`: open half hours of 104 weeks by queue, lost rows left out.

    Notes
    -----
    Waits belong to today's flat roster: they grow with the cube of an interval's load about its mean, are
    240 s on average on ordinary days, and the impatient leave with probability wait / patience.
    """
    by_day = expected_by_day(busyness(rng))
    hours = np.array(case.HOUR_PERCENT)
    per_hour = 60 // case.INTERVAL_MINUTES
    slot_share = np.repeat(hours / hours.sum() / per_hour, per_hour)
    shares = np.array(list(case.SHARES.values()))
    rate = by_day[:, None] * slot_share[None, :]
    rate *= np.where(_outage(), OUTAGE_LEFT, 1.0)
    offered = rng.poisson(rate[:, :, None] * shares / shares.sum())

    wait = _mean_wait(rate)
    noise = rng.gamma(np.maximum(offered, 1) * 2.0) / (np.maximum(offered, 1) * 2.0)
    mean_wait = np.where(offered > 0, wait[:, :, None] * noise, np.nan)
    abandoned = rng.binomial(offered, np.minimum(wait[:, :, None] / case.PATIENCE_S, 1.0))
    handled = offered - abandoned
    aht = np.array([case.aht_s(channel) for _, channel in case.SHARES])
    aht_seen = np.where(handled > 0, mean_handle_time(aht, handled, rng), np.nan)

    table = pd.DataFrame(
        {
            "interval_start": np.repeat(_labels(), len(shares)),
            "queue": np.tile(np.array(case.QUEUES), DAYS * SLOTS),
            "offered": offered.ravel(),
            "handled": handled.ravel(),
            "abandoned": abandoned.ravel(),
            "aht_s": np.round(aht_seen, 1).ravel(),
            "mean_wait_s": np.round(mean_wait, 1).ravel(),
        }
    )
    return table[_logged(rng).ravel()].reset_index(drop=True)


def _labels() -> np.ndarray:
    days = [str(FIRST_DAY + timedelta(days=k)) for k in range(DAYS)]
    minutes = [case.OPENS * 60 + k * case.INTERVAL_MINUTES for k in range(SLOTS)]
    clocks = [f"T{m // 60:02d}:{m % 60:02d}" for m in minutes]
    return np.array([day + time for day in days for time in clocks])


def _slots(span: tuple[date, int, int]) -> np.ndarray:
    """Return the half hours of some hours of one day, shape (days, slots)."""
    day, first, last = span
    mask = np.zeros((DAYS, SLOTS), dtype=np.bool_)
    per_hour = 60 // case.INTERVAL_MINUTES
    mask[(day - FIRST_DAY).days, (first - case.OPENS) * per_hour : (last - case.OPENS) * per_hour] = True
    return mask


def _outage() -> np.ndarray:
    return _slots(OUTAGE)


def _mean_wait(rate: Floats) -> Floats:
    ordinary = campaign_lift() == 1.0
    load = rate / rate[ordinary].mean()
    shape = np.clip(load**3, 0.0, 60.0)
    weighted = (shape * rate)[ordinary].sum() / rate[ordinary].sum()
    return np.asarray(np.minimum(case.FLAT_WAIT_S * shape / weighted, case.WAIT_LIMIT_S))


def _logged(rng: np.random.Generator) -> np.ndarray:
    """Return which rows were logged, shape (days, slots, queues)."""
    mask = rng.random((DAYS, SLOTS, len(case.QUEUES))) >= LOST_SHARE
    mask[_slots(LOST_AFTERNOON)] = False
    day, queue = LOST_WEEK
    first = (day - FIRST_DAY).days
    mask[first : first + 7, :, case.QUEUES.index(queue)] = False
    return mask

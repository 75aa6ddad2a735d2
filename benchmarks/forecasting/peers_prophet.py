"""Prophet with the country's holidays, on intervals and on day totals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from prophet import Prophet

from benchmarks.forecasting.peers_series import Past


def holidays_of(past: Past) -> pd.DataFrame | None:
    """Return the holidays as Prophet takes them, the day before and the day after with effects of their own."""
    if not past.holidays:
        return None
    rows = sorted(past.holidays.items())
    return pd.DataFrame(
        {
            "holiday": [name for _, name in rows],
            "ds": pd.to_datetime([day for day, _ in rows]),
            "lower_window": -1,
            "upper_window": 1,
        }
    )


def fitted(past: Past, table: pd.DataFrame, daily: Any, mode: str) -> Prophet:
    """Fit; yearly terms by Prophet's own rule (from two years on), the band's sampling left out."""
    model = Prophet(
        holidays=holidays_of(past),
        seasonality_mode=mode,
        weekly_seasonality=True,
        daily_seasonality=daily,
        uncertainty_samples=0,
    )
    model.fit(table, seed=1)
    return model


def prophet_by_interval(past: Past, daily: Any = 12, mode: str = "multiplicative") -> Any:
    """Fit the open, known intervals; twelve daily harmonics, seasons that multiply."""
    step = pd.Timedelta(minutes=past.step_minutes)
    day, slot = np.nonzero(np.isfinite(past.known))
    start = pd.Timestamp(past.first)
    table = pd.DataFrame({"ds": start + pd.to_timedelta(day, "D") + slot * step, "y": past.known[day, slot]})
    model = fitted(past, table, daily, mode)
    after, slots = np.nonzero(past.opened[past.weekday[past.days :]])
    ds = start + pd.to_timedelta(past.days + after, "D") + slots * step
    result = np.zeros((past.ahead, past.slots))
    result[after, slots] = model.predict(pd.DataFrame({"ds": ds}))["yhat"].to_numpy()
    return result


def prophet_by_total(past: Past, mode: str = "multiplicative") -> Any:
    """Fit the totals of fully known open days, and spread them by eight weeks' mean shares."""
    weekday = past.weekday[: past.days]
    whole = np.isfinite(past.known).any(axis=1) & past.opened.any(axis=1)[weekday]
    rows = np.flatnonzero(whole)
    ds = [past.first + timedelta(days=int(k)) for k in rows]
    table = pd.DataFrame({"ds": pd.to_datetime(ds), "y": past.filled[rows].sum(axis=1)})
    model = fitted(past, table, False, mode)
    ahead = [past.first + timedelta(days=past.days + k) for k in range(past.ahead)]
    totals = model.predict(pd.DataFrame({"ds": pd.to_datetime(ahead)}))["yhat"].to_numpy()
    return past.spread(totals)

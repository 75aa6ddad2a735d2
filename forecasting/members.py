"""The members a forecast is chosen from: each turns history before a day into days ahead."""

from __future__ import annotations

import numpy as np

from domain.history import Floats
from forecasting.boosting import spread_parts
from forecasting.day_series import TotalsAhead
from forecasting.gate import Gate, believable
from forecasting.local_level import local_level_totals
from forecasting.prepared import LEAST_TYPICAL, Prepared
from forecasting.regression import regress_totals
from forecasting.shapes import forecast_shapes
from forecasting.simple import poisson_totals, recent_weekdays, weekday_means

FLOOR = "8-week median"
MEANS = "weekday means"
REGRESSION = "calendar regression"
LEVEL = "local level"
YEARLY = "local level, yearly"
SHAPES = "day shapes"
POISSON = "Poisson regression"
COMBINATION = "combination"
CAUTIOUS = "combination and median"
TREES = "boosted trees"
WITH_TREES = "combination and trees"
COMBINED = (REGRESSION, LEVEL, YEARLY, SHAPES)

TREES_SHARE = 0.3
"""Weight of the trees beside the combination."""

Paths = dict[str, Floats]
"""Expected contacts of each member, shape (horizon, slots)."""


def member_paths(past: Prepared, parts: Floats | None = None) -> Paths:
    """Forecast the days wanted with every member that the history allows.

    Parameters
    ----------
    past : Prepared
    parts : float array, shape (horizon, parts), optional
        What boosted trees forecast of each part of a day: see `forecasting.boosting`.

    Returns
    -------
    dict of str to float array, shape (horizon, slots)
        The floor is always among them; events are not yet applied.
    """
    series, ahead, shares = past.series, past.ahead_weekday, past.shares
    recent = weekday_means(series, past.weekday)
    means = recent[:, None] * past.profile.shares[ahead]
    median = recent_weekdays(past.counts, past.past_weekday, 8, "median")[ahead]
    paths: Paths = {FLOOR: np.where(np.isfinite(median), median, means), MEANS: means}
    # The median of very few contacts is nothing, and no measure of them.
    busy = past.typical >= LEAST_TYPICAL
    gate = believable(series, past.weekday) if busy else Gate(0.5 * recent, 2.0 * recent)

    def add(name: str, totals: TotalsAhead) -> None:
        paths[name] = (gate.held(totals.usual) * totals.special)[:, None] * shares

    if past.bears_logs:
        series = past.weighed
        level, coefficients = local_level_totals(series)
        add(LEVEL, level)
        group = series.design.group
        prior = {c: b for c, b in coefficients.items() if group[c] == "special"} if past.known >= 250 else {}
        regression = regress_totals(series, prior)
        add(REGRESSION, regression)
        if past.known >= 540:
            add(YEARLY, local_level_totals(series, yearly=True)[0])
        if past.known >= 42 and past.typical >= 50.0:
            path = forecast_shapes(series, past.learn, past.weekday, past.profile)
            usual = path.sum(axis=1) / regression.special
            factor = np.divide(gate.held(usual), usual, out=np.zeros(len(usual)), where=usual > 0)
            paths[SHAPES] = path * factor[:, None]
    if past.known >= 28 and past.typical < 300.0:
        add(POISSON, poisson_totals(series))
    found = [paths[name] for name in COMBINED if name in paths]
    if len(found) > 1:
        paths[COMBINATION] = np.mean(found, axis=0)
        paths[CAUTIOUS] = 0.5 * (paths[COMBINATION] + paths[FLOOR])
        if parts is not None:
            paths[TREES] = spread_parts(parts, paths[COMBINATION])
            paths[WITH_TREES] = TREES_SHARE * paths[TREES] + (1 - TREES_SHARE) * paths[COMBINATION]
    taken = past.live[ahead]
    return {name: np.where(taken, path, 0.0) for name, path in paths.items() if np.all(np.isfinite(path))}

"""Totals of a forecast by day, week and month, with what past totals of the centre say of their bands."""

from __future__ import annotations

from datetime import date

from domain.folder import PlanningFolder
from domain.progress import Control
from forecasting.forecast import Forecast
from forecasting.total_spread import learn_spreads
from forecasting.totals import Total, forecast_totals


def totals_of(
    folder: PlanningFolder, forecast: Forecast, first: date, seed: int, control: Control
) -> tuple[Total, ...]:
    """Add a forecast up; parameters as `forecasting.totals.forecast_totals`."""
    spreads = learn_spreads(folder.history, folder.centre, folder.events, first, control)
    return forecast_totals(forecast, spreads, seed=seed)

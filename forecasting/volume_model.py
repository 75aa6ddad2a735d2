"""Contact volume as a model that is fitted and then forecasts: the package's front door for Python programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from domain.centre import Centre
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.explanation import ForecastChoice
from forecasting.forecast import BANDS, LEVELS, Forecast
from forecasting.forecaster import make_forecast
from forecasting.scenarios import scenarios


@dataclass(frozen=True)
class VolumeModel:
    """Offered contacts of a centre's queues.

    Parameters
    ----------
    history : History
    centre : Centre
    events : sequence of Event
    queues : sequence of str, optional
        Those wanted; all of the centre's by default.

    Examples
    --------
    >>> folder = read_folder(Path("centre"))  # doctest: +SKIP
    >>> results = VolumeModel(folder.history, folder.centre, folder.events).fit(date(2026, 11, 23))  # doctest: +SKIP
    >>> results.frame("phone")  # doctest: +SKIP
    """

    history: History
    centre: Centre
    events: Sequence[Event] = ()
    queues: Sequence[str] | None = None

    def fit(self, first: date, days: int = 7, *, control: Control | None = None) -> VolumeResults:
        """Choose every queue's member for the days from ``first`` on, by what was known before it, and forecast.

        Parameters
        ----------
        first : date
            First local day of the forecast; rows from it on are not looked at.
        days : int
            How many: members are judged at this lead, so another horizon is another fit.
        control : Control, optional

        Raises
        ------
        KeyError
            If a queue is not the centre's.
        """
        wanted = self.centre.queue_ids if self.queues is None else tuple(self.queues)
        known = {queue.id: queue for queue in self.centre.queues}
        centre = self.centre.model_copy(update={"queues": tuple(known[name] for name in wanted)})
        found, choices = make_forecast(
            self.history, centre, self.events, first, days, seed=1, control=control or Control()
        )
        return VolumeResults(replace(self, centre=centre), found, {choice.queue: choice for choice in choices})


@dataclass(frozen=True)
class VolumeResults:
    """What was fitted, and what it forecasts.

    Attributes
    ----------
    model : VolumeModel
    forecast : Forecast
        Means, bands and handle times as arrays over queues and intervals.
    choices : dict of str to ForecastChoice
        How each queue's forecast came about.
    """

    model: VolumeModel
    forecast: Forecast
    choices: dict[str, ForecastChoice] = field(default_factory=dict)

    def frame(self, queue: str) -> pd.DataFrame:
        """Return one queue's forecast by local interval start: mean, a column for each quantile, handle time."""
        q = self.forecast.queues.index(queue)
        columns = {name: self.forecast.bands[k, q] for k, name in enumerate(BANDS)}
        index = pd.DatetimeIndex(self.forecast.grid.local_starts, name="start")
        return pd.DataFrame({"mean": self.forecast.mean[q], **columns, "aht_s": self.forecast.aht_s[q]}, index=index)

    def interval(self, queue: str, coverage: float = 0.8) -> Floats:
        """Return the lower and upper end of a central band, shape (2, intervals).

        Raises
        ------
        ValueError
            If the band is not among those that were calibrated: 0.5, 0.8, 0.9 and 0.95.
        """
        wanted = ((1 - coverage) / 2, (1 + coverage) / 2)
        places = [k for edge in wanted for k, level in enumerate(LEVELS) if abs(level - edge) < 1e-9]
        if len(places) != 2:
            raise ValueError(f"bands of 0.5, 0.8, 0.9 and 0.95 are calibrated, not of {coverage:g}")
        return self.forecast.bands[places, self.forecast.queues.index(queue)]

    def simulate(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw mean volumes of whole horizons, shape (count, queues, intervals): see `forecasting.scenarios`."""
        return scenarios(self.forecast, count, rng)

    def errors(self, queue: str) -> pd.Series[float]:
        """Return the back-test error of every candidate of a queue, the least first; absolute error over contacts."""
        return pd.Series(self.choices[queue].errors, dtype=float).sort_values(kind="stable")

    def summary(self) -> str:
        """Return a line a queue: the member taken, its error and the floor's, and the weeks behind them."""
        table = pd.DataFrame(
            [
                (
                    choice.queue,
                    choice.member,
                    "" if np.isnan(choice.error) else f"{100 * choice.error:.1f} %",
                    "" if np.isnan(choice.floor_error) else f"{100 * choice.floor_error:.1f} %",
                    choice.origins,
                )
                for choice in self.choices.values()
            ],
            columns=["queue", "member", "error", "8-week median", "past weeks"],
        )
        return table.to_string(index=False)

"""Rolling-origin back-test: what each member, and the choice among them, would have forecast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from domain.centre import Centre
from domain.grid import from_utc64
from domain.history import Floats, History
from domain.people import Event
from domain.progress import Control
from forecasting.bands import bands
from forecasting.calibration import lead_calibration
from forecasting.days import first_logged, queue_days
from forecasting.forecast import LEVELS
from forecasting.selection import QueueStudy, queue_study
from forecasting.simple import recent_weekdays

CHOSEN = "chosen"
NAIVE: Mapping[str, tuple[int, str]] = {
    "seasonal naive": (1, "median"),
    "4-week mean": (4, "mean"),
    "4-week median": (4, "median"),
    "8-week mean": (8, "mean"),
}
"""What needs no model: weeks looked at, and how."""


@dataclass(frozen=True)
class BacktestRow:
    """How one member did for one queue at one lead; NaN where a figure does not apply.

    Attributes
    ----------
    queue, member : str
        ``chosen`` is what the choice before each origin would have taken.
    lead : int
        Weeks: lead 1 judges the seven days after the last known one.
    origins : int
        Weeks judged.
    wape : float
        Summed absolute error of intervals over contacts.
    mase : float
        Mean absolute error over that of repeating the week before, in the year before each origin.
    bias : float
        Summed error over contacts; positive is too many.
    day_wape : float
        As ``wape``, of day totals.
    pinball : float
        Mean quantile loss over the levels of the bands, in contacts an interval.
    cover80, cover95 : float
        Share of intervals inside the bands p10..p90 and p025..p975.
    """

    queue: str
    member: str
    lead: int
    origins: int
    wape: float
    mase: float
    bias: float
    day_wape: float
    pinball: float
    cover80: float
    cover95: float


@dataclass(frozen=True)
class Judged:
    """One past week of one queue: what a member would have forecast, and what came.

    Attributes
    ----------
    queue, member : str
    lead : int
        Weeks.
    expected, actual : float arrays, shape (7, slots)
        ``actual`` is NaN where unknown.
    """

    queue: str
    member: str
    lead: int
    expected: Floats
    actual: Floats


def _unheard(judged: Judged) -> None:
    """Take a judged week and do nothing with it."""


@dataclass
class _Sums:
    origins: int = 0
    error: float = 0.0
    absolute: float = 0.0
    day: float = 0.0
    volume: float = 0.0
    scaled: float = 0.0
    scaled_cells: int = 0
    loss: float = 0.0
    in80: float = 0.0
    in95: float = 0.0
    banded: int = 0

    def add(self, actual: Floats, path: Floats, band: Floats | None, scale: float) -> None:
        known = np.isfinite(actual)
        came = np.where(known, actual, 0.0)
        error = np.where(known, path - came, 0.0)
        self.origins += 1
        self.error += float(error.sum())
        self.absolute += float(np.abs(error).sum())
        self.day += float(np.abs(error.sum(axis=1)).sum())
        self.volume += float(came.sum())
        if scale > 0:
            self.scaled += float(np.abs(error).sum()) / scale
            self.scaled_cells += int(known.sum())
        if band is not None:
            use = known & (path > 0)
            came, band = actual[use], band[:, use]
            levels = np.array(LEVELS)[:, None]
            miss = came[None] - band
            self.loss += float(np.maximum(levels * miss, (levels - 1) * miss).mean(axis=0).sum())
            inside = [(came >= band[low]) & (came <= band[-1 - low]) for low in (2, 0)]
            self.in80 += float(inside[0].sum())
            self.in95 += float(inside[1].sum())
            self.banded += int(use.sum())

    def row(self, queue: str, member: str, lead: int) -> BacktestRow:
        def over(top: float, bottom: float) -> float:
            return top / bottom if bottom > 0 else float("nan")

        return BacktestRow(
            queue,
            member,
            lead,
            self.origins,
            over(self.absolute, self.volume),
            over(self.scaled, self.scaled_cells),
            over(self.error, self.volume),
            over(self.day, self.volume),
            over(self.loss, self.banded),
            over(self.in80, self.banded),
            over(self.in95, self.banded),
        )


def backtest(
    history: History,
    centre: Centre,
    events: Sequence[Event],
    *,
    origins: int,
    leads: Sequence[int],
    control: Control,
    each: Callable[[Judged], None] = _unheard,
) -> list[BacktestRow]:
    """Forecast past weeks as if they lay ahead, and compare with what came.

    Parameters
    ----------
    history : History
    centre : Centre
    events : sequence of Event
    origins : int
        Past weeks judged at each lead, the newest ending with the history.
    leads : sequence of int
        Weeks ahead.
    control : Control
        When stopped, the queues done so far are returned.
    each : callable
        Is handed every judged week of every member, for figures that are not of contacts.

    Returns
    -------
    list of BacktestRow
        By queue, lead and member, the chosen one first; losers included.

    Notes
    -----
    At each origin every member sees only the days before it, and so does the choice: it compares members
    on weeks before that origin, as ``make_forecast`` does.
    """
    if not len(history):
        return []
    last = from_utc64(history.start.max())
    ends = (last + timedelta(days=2)).date()  # after the last local day in any zone
    oldest = first_logged(history, centre.timezone, ends)
    span = 7 * max(leads)
    rows: list[BacktestRow] = []
    matrices = queue_days(history, centre, oldest, (ends - oldest).days, ends)
    for k, matrix in enumerate(matrices):
        if control.stopping:
            break
        control.report("backtest", k / len(matrices), matrix.queue.id)
        study = queue_study(matrix, events, centre).reaching(span + 28)
        for lead in leads:
            rows += _one_lead(study, lead, origins, each)
    control.report("backtest", 1.0, "")
    return rows


def _one_lead(study: QueueStudy, lead: int, origins: int, each: Callable[[Judged], None]) -> list[BacktestRow]:
    """Judge every member of one queue at one lead."""
    counts, weekday = study.days.counts, study.days.weekday
    sums: dict[str, _Sums] = {}
    finish = study.data_end(study.days.days)
    for k in range(origins):
        nominal = finish - 7 * lead - 7 * k
        if nominal < study.first_known + 14:
            break
        # The last known day may lie further back: the lead is then longer.
        end = study.data_end(nominal)
        low = nominal - end + 7 * (lead - 1)
        target = slice(end + low, end + low + 7)
        actual = counts[target]
        if low + 7 > study.span or not np.isfinite(actual).any():
            continue
        scale = naive_scale(counts[max(end - 365, 0) : end])
        choice = study.choose(end, low, low + 7)
        paths = study.paths(end)
        bands_of = {}
        for name, path in paths.items():
            calibration = lead_calibration(study, name, end, low, low + 7)
            part = path[low : low + 7]
            bands_of[name] = bands(part, calibration, np.zeros_like(part))
            sums.setdefault(name, _Sums()).add(actual, part, bands_of[name], scale)
            each(Judged(study.days.queue.id, name, lead, part, actual))
        chosen = paths[choice.member][low : low + 7]
        sums.setdefault(CHOSEN, _Sums()).add(actual, chosen, bands_of[choice.member], scale)
        each(Judged(study.days.queue.id, CHOSEN, lead, chosen, actual))
        for name, (weeks, how) in NAIVE.items():
            recent = recent_weekdays(counts[:end], weekday[:end], weeks, how)
            simple = np.nan_to_num(recent)[weekday[target]]
            sums.setdefault(name, _Sums()).add(actual, simple, None, scale)
            each(Judged(study.days.queue.id, name, lead, simple, actual))
    ordered = sorted(sums, key=lambda name: (name != CHOSEN, sums[name].absolute / max(sums[name].volume, 1)))
    return [sums[name].row(study.days.queue.id, name, lead) for name in ordered]


def naive_scale(counts: Floats) -> float:
    """Return the mean absolute change from the same slot a week before; 0 where nothing tells."""
    change = np.abs(counts[7:] - counts[:-7])
    return float(np.nanmean(change)) if np.isfinite(change).any() else 0.0


def backtest_table(rows: Sequence[BacktestRow]) -> str:
    """Write back-test rows as a table of text, percentages where a share is meant."""
    head = ("queue", "lead", "member", "weeks", "WAPE", "MASE", "bias", "day", "pinball", "80 %", "95 %")
    cells = [head]
    for row in rows:
        shares = (row.wape, row.bias, row.day_wape, row.cover80, row.cover95)
        wape, bias, day, in80, in95 = ("" if np.isnan(x) else f"{100 * x:.1f}" for x in shares)
        mase, loss = ("" if np.isnan(x) else f"{x:.3f}" for x in (row.mase, row.pinball))
        cells.append((row.queue, str(row.lead), row.member, str(row.origins), wape, mase, bias, day, loss, in80, in95))
    width = [max(len(line[k]) for line in cells) for k in range(len(head))]
    left = (0, 2)
    return "\n".join(
        "  ".join(text.ljust(width[k]) if k in left else text.rjust(width[k]) for k, text in enumerate(line)).rstrip()
        for line in cells
    )

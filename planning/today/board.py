"""The service of one day by formula, moved by one shift at a time: exact, and in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from capacity.roster_service import Need, live_line
from capacity.team_seats import OnDuty, TeamSeats, team_seats
from domain.centre import Centre
from domain.history import Floats
from planning.today.duty import ARRAYS, Duty
from planning.today.later_work import LaterWork
from planning.today.promises import Promises, contact_weights

WAITS = ("mean_wait_s", "service_level", "abandonment")
"""What every effect is told in."""

TRIED = 0.5
"""Seats more by which the worth of a seat is tried out: service level is not convex, so a whole step is looked at."""


@dataclass(frozen=True)
class Measured:
    """What the day's counts tell of service so far, by measure, shape (queues, intervals); NaN where they do not."""

    of: Mapping[str, Floats]


@dataclass(frozen=True)
class Standing:
    """A day's service with the duty there is.

    Attributes
    ----------
    duty : Duty
    team : TeamSeats
        Of live queues; `part` is of ``duty``'s rows.
    rest : TeamSeats or None
        Of deferred queues, in the time that live ones leave.
    figures : mapping of measure to float array, shape (queues, intervals)
    values : float array, shape (promises,)
    shortfall : float
        Price of all misses.
    """

    duty: Duty
    team: TeamSeats
    rest: TeamSeats | None
    figures: Mapping[str, Floats]
    values: Floats
    shortfall: float


class Board:
    """A day's need and promises, against which duty is laid.

    Parameters
    ----------
    centre : Centre
    need : Need
        Of the day.
    worth : mapping of measure to float array, shape (queues, intervals)
        What a seat is worth against the formula, from `planning.whatif.fitting.fit`.
    promises : Promises
    ahead : bool array, shape (intervals,)
        Intervals that are not over.
    measured : Measured
    later : LaterWork or None
        Deferred work, where the centre has some.
    """

    def __init__(
        self,
        centre: Centre,
        need: Need,
        worth: Mapping[str, Floats],
        promises: Promises,
        ahead: NDArray[np.bool_],
        measured: Measured,
        later: LaterWork | None = None,
    ) -> None:
        self.centre, self.need, self.worth, self.promises = centre, need, worth, promises
        self.ahead, self.measured, self.later = ahead, measured, later
        self.live = np.array([not queue.deferred for queue in centre.queues], dtype=np.bool_)
        self.load = need.load(centre.queues)
        promised = {row.measure for row in promises.rows}
        lost = {"abandonment"} if later is not None or "fcr" in promised else set()
        # what is neither promised nor needed for it is worked out only where it is told
        self.asked = [measure for measure in (*WAITS, "occupancy") if measure in promised | lost]
        self.looks = 0

    def standing(self, duty: Duty) -> Standing:
        """Return the service that a whole day's duty gives."""
        team = team_seats(duty.on, np.where(self.live[:, None], self.load, 0.0), self.live)
        figures = {measure: self._line(measure, team, self.live) for measure in self.asked}
        return self._finished(duty, team, figures)

    def changed(self, now: Standing, shift: int, come: Duty) -> Standing:
        """Return the service with the duty of one shift in the place of what it was.

        Only intervals and queues that the change touches are worked out; the result is that of `standing`.
        """
        self.looks += 1
        mine = now.duty.shift == shift
        count = len(self.live)
        touched = (now.duty.select(mine).spread(count) != come.spread(count)).any(axis=0)
        # rows of other intervals stay where they are, so that their shares of time can be kept
        kept = now.duty.select(~(mine & touched[now.duty.on.interval]))
        duty = kept.with_rows(come.select(touched[come.on.interval]))
        team = self._team(now, duty, touched)
        moved = self.live & (
            ~np.isclose(team.seats, now.team.seats, rtol=1e-12, atol=1e-12)
            | ~np.isclose(team.pooling, now.team.pooling, rtol=1e-12, atol=1e-12)
            | ~np.isclose(team.spread, now.team.spread, rtol=1e-12, atol=1e-12)
        ).any(axis=1)
        figures = {}
        for measure in self.asked:
            figures[measure] = now.figures[measure].copy()
            figures[measure][moved] = self._line(measure, team, moved)[moved]
        return self._finished(duty, team, figures)

    def seat_worth(self, now: Standing) -> Floats:
        """Return the money that one more seat saves of priced misses, by queue and interval (of a whole one)."""
        found = np.zeros_like(self.load)
        missed = self.promises.misses(now.values)
        if not missed.any():
            return found
        more = replace(now.team, seats=now.team.seats + TRIED)
        for measure in self.asked:
            rows = [k for k in self.promises.of_measure(measure).tolist() if missed[k] > 0]
            if not rows:
                continue
            change = (np.nan_to_num(self._line(measure, more, self.live)) - np.nan_to_num(now.figures[measure])) / TRIED
            weight = contact_weights(self.need.volume, now.figures, now.team.seats, measure)
            for k in rows:
                row, q = self.promises.rows[k], int(self.promises.queue[k])
                mine = self.promises.inside[k] & self.ahead
                total = self.promises.below[k] + float(weight[q, self.promises.inside[k]].sum())
                gain = -change[q] if row.upper else change[q]
                found[q] += np.where(
                    mine, self.promises.price[k] * gain * weight[q] / max(total, 1e-9) / row.limit, 0.0
                )
        for k in self.promises.of_measure("share").tolist():
            if missed[k] > 0 and self.later is not None:
                q, row = int(self.promises.queue[k]), self.promises.rows[k]
                each = 60.0 * self.need.grid.step_minutes / np.nan_to_num(self.need.aht_s[q], nan=np.inf)
                part = each / max(float(self.later.contacts(row)), 1e-9) / row.limit
                found[q] += np.where(self.ahead & self.need.worked[q], self.promises.price[k] * part, 0.0)
        return np.maximum(found, 0.0)

    def over(self, now: Standing, measure: str, queues: Sequence[int], intervals: NDArray[np.bool_]) -> float:
        """Return a measure of some queues over some intervals as the ratio of sums; NaN where nothing tells."""
        cells = np.ix_(np.array(queues, dtype=np.int64), np.flatnonzero(intervals))
        figures = self.figure(now, measure)[cells]
        weight = contact_weights(self.need.volume, now.figures, now.team.seats, measure)[cells]
        known = np.isfinite(figures) & (weight > 0)
        total = float(weight[known].sum())
        return float((figures[known] * weight[known]).sum() / total) if total > 0 else float("nan")

    def figure(self, now: Standing, measure: str) -> Floats:
        """Return a measure of every queue and interval, promised or not."""
        known = now.figures.get(measure)
        return self._line(measure, now.team, self.live) if known is None else known

    def _team(self, now: Standing, duty: Duty, touched: NDArray[np.bool_]) -> TeamSeats:
        """Share out people's time anew in the intervals that are touched; shares of others stay."""
        at = np.flatnonzero(touched)
        mine = touched[duty.on.interval]
        on = OnDuty(**{name: getattr(duty.on, name)[mine] for name in ARRAYS}, size=len(at))
        on = replace(on, interval=np.searchsorted(at, on.interval))
        load = np.where(self.live[:, None], self.load, 0.0)[:, at]
        fresh = team_seats(on, load, self.live)
        joined = {}
        for name in ("seats", "pooling", "spread", "fcr"):
            joined[name] = getattr(now.team, name).copy()
            joined[name][:, at] = getattr(fresh, name)
        part = np.zeros((len(duty.shift), len(self.live)))
        part[~mine] = now.team.part[~touched[now.duty.on.interval]]
        part[mine] = fresh.part
        return TeamSeats(**joined, part=part)

    def _line(self, measure: str, team: TeamSeats, which: NDArray[np.bool_]) -> Floats:
        """Return one measure of some live queues, what was measured in its place; NaN for the other queues."""
        found = np.full_like(self.load, np.nan)
        at = np.flatnonzero(which)
        if len(at):
            part = self.centre.model_copy(update={"queues": tuple(self.centre.queues[q] for q in at.tolist())})
            need = replace(
                self.need, volume=self.need.volume[at], aht_s=self.need.aht_s[at], worked=self.need.worked[at]
            )
            arrays = {name: getattr(team, name)[at] for name in ("seats", "pooling", "spread", "fcr")}
            worth = self.worth.get(measure)
            one = replace(team, **arrays)
            found[at] = live_line(part, need, one, measure, None if worth is None else worth[at])
        told = self.measured.of.get(measure)
        if told is None:
            return found
        return np.where(np.isfinite(told) & ~self.ahead & which[:, None], told, found)

    def _finished(self, duty: Duty, team: TeamSeats, figures: dict[str, Floats]) -> Standing:
        rest = None
        fcr = np.where(self.live[:, None], team.fcr, np.nan)
        if self.later is not None:
            rest = self._rest(duty, team, figures)
            fcr = np.where(self.live[:, None], fcr, rest.fcr)
        told = {**figures, "fcr": fcr}
        values = np.full(len(self.promises.rows), np.nan)
        for measure in dict.fromkeys(row.measure for row in self.promises.rows):
            rows = self.promises.of_measure(measure)
            if measure == "share":
                if self.later is not None and rest is not None:
                    values[rows] = self.later.values([self.promises.rows[k] for k in rows.tolist()], rest.seats)
                continue
            q = self.promises.queue[rows]
            weight = contact_weights(self.need.volume, told, team.seats, measure)[q]
            figure = told[measure][q]
            counts = self.promises.inside[rows] & np.isfinite(figure) & (weight > 0)
            above = self.promises.above[rows] + np.where(counts, np.nan_to_num(figure) * weight, 0.0).sum(axis=1)
            below = self.promises.below[rows] + np.where(counts, weight, 0.0).sum(axis=1)
            values[rows] = np.divide(above, below, out=np.full(len(rows), np.nan), where=below > 0)
        return Standing(duty, team, rest, told, values, self.promises.shortfall(values))

    def _rest(self, duty: Duty, team: TeamSeats, figures: Mapping[str, Floats]) -> TeamSeats:
        """Share out the time that live queues leave among deferred ones, as `capacity.roster_service` does."""
        served = self.load * (1.0 - np.nan_to_num(figures["abandonment"]))
        busy = np.minimum(np.divide(served, team.seats, out=np.zeros_like(served), where=team.seats > 0), 1.0)
        left = duty.on.time * (1.0 - (team.part * busy.T[duty.on.interval]).sum(axis=1))
        mean = np.repeat(self.load.mean(axis=1, keepdims=True), self.need.grid.size, axis=1)
        spread = np.where(self.live[:, None], 0.0, mean)
        return team_seats(duty.on, spread, ~self.live, np.maximum(left, 0.0))

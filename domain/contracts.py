"""Contracts: the hard rules of one person's week."""

from __future__ import annotations

from pydantic import Field, model_validator

from domain.entity import Entity


class Limits(Entity):
    """An inclusive range; an absent end does not limit."""

    min: float = Field(default=0.0, ge=0)
    max: float = Field(default=float("inf"), ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Limits:
        if self.min > self.max:
            raise ValueError(f"min at most max; min ({self.min:g}) is above max ({self.max:g})")
        return self


class StartWindow(Entity):
    """Legal shift starts: ``from``..``to`` inclusive on a grid counted from ``from``; may wrap past midnight.

    Attributes
    ----------
    from_minute, to_minute : int
        Minutes of the local day.
    step_minutes : int
    """

    from_minute: int = Field(ge=0, lt=1440)
    to_minute: int = Field(ge=0, le=1440)
    step_minutes: int = Field(default=30, gt=0)

    def minutes(self) -> tuple[int, ...]:
        """Return the legal starts as minutes of the local day, ascending."""
        span = self.to_minute - self.from_minute
        if span < 0:
            span += 1440
        starts = {(self.from_minute + k) % 1440 for k in range(0, span + 1, self.step_minutes)}
        return tuple(sorted(starts))


class BreakRule(Entity):
    """A break that belongs to every shift (or to those of ``shift_at_least_h`` paid hours).

    Attributes
    ----------
    kind : str
        ``meal``, ``break``, ..: the activity written to the roster.
    minutes : int
    paid : bool
    after_minutes, before_minutes : int
        Its start lies in this window, inclusive, counted from the shift's start.
    shift_at_least_h : float
    """

    kind: str = "break"
    minutes: int = Field(gt=0)
    paid: bool = True
    after_minutes: int = Field(ge=0)
    before_minutes: int = Field(ge=0)
    shift_at_least_h: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> BreakRule:
        if self.after_minutes > self.before_minutes:
            raise ValueError("after_minutes at most before_minutes")
        if self.kind.casefold() in {"", "work", "off"}:
            raise ValueError("a kind such as break or meal; work and off mean something else")
        return self


class WeekendRule(Entity):
    """At least ``at_least`` free weekends in every run of ``in_weeks`` weeks."""

    at_least: int = Field(ge=0)
    in_weeks: int = Field(gt=0)


class NightWindow(Entity):
    """The hours that make a shift a night shift."""

    from_minute: int = Field(default=22 * 60, ge=0, lt=1440)
    to_minute: int = Field(default=6 * 60, ge=0, le=1440)


class Contract(Entity):
    """The rules of one kind of employment; hours are paid hours.

    Attributes
    ----------
    id : str
    weekly_hours, days_per_week, shift_hours : Limits
    start : StartWindow
    rest_h : float
        Between the end of a shift and the next start.
    max_consecutive_days : int or None
    weekends_off : WeekendRule or None
        Looks back through previous rosters.
    breaks : tuple of BreakRule
    start_spread_minutes : int or None
        Starts within one week differ by at most this (wall-clock minutes of the day).
    days_off_together : int or None
        At least this many free days of the week lie side by side.
    complete_weekends : bool
        Every weekend is worked on all of its days or on none.
    weekly_rest_h : float or None
        One free stretch of at least this length in each week.
    rotation : str or None
        ``weekly``: the same start all week.
    team_same_shift : bool
        All of a team on this contract start together on days they work.
    nights_per_week : Limits or None
    night : NightWindow
    weekend_days : frozenset of int
        Weekdays, Monday 0.
    """

    id: str = Field(min_length=1)
    weekly_hours: Limits = Limits()
    days_per_week: Limits = Limits(min=0, max=7)
    shift_hours: Limits = Limits(min=8, max=8)
    start: StartWindow
    rest_h: float = Field(default=0.0, ge=0)
    max_consecutive_days: int | None = Field(default=None, ge=1)
    weekends_off: WeekendRule | None = None
    breaks: tuple[BreakRule, ...] = ()
    start_spread_minutes: int | None = Field(default=None, ge=0)
    days_off_together: int | None = Field(default=None, ge=0)
    complete_weekends: bool = False
    weekly_rest_h: float | None = Field(default=None, ge=0)
    rotation: str | None = Field(default=None, pattern="^weekly$")
    team_same_shift: bool = False
    nights_per_week: Limits | None = None
    night: NightWindow = NightWindow()
    weekend_days: frozenset[int] = frozenset({5, 6})

    def breaks_of(self, paid_minutes: int) -> tuple[BreakRule, ...]:
        """Return the breaks that belong to a shift of so many paid minutes."""
        return tuple(rule for rule in self.breaks if paid_minutes >= 60 * rule.shift_at_least_h)

    def elapsed_minutes(self, paid_minutes: int) -> int:
        """Return the length from start to end of a shift of so many paid minutes."""
        return paid_minutes + sum(rule.minutes for rule in self.breaks_of(paid_minutes) if not rule.paid)

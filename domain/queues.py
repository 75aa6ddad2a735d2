"""Queues, their channels and the targets their customers were promised."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from domain.entity import Entity
from domain.hours import WeeklyWindow

Scope = Literal["interval", "day", "week"]
Measure = Literal["mean_wait_s", "service_level", "abandonment", "fcr", "occupancy", "share"]

UPPER_LIMITS: frozenset[str] = frozenset({"mean_wait_s", "abandonment", "occupancy"})
"""Measures that must stay at or below their target; the others at or above."""

IMPLIED_ABANDONMENT = 0.05
"""Used where patience is at or below the wait target and no abandonment target is given."""


class Channel(StrEnum):
    """How contacts of a queue reach an agent."""

    VOICE = "voice"
    CHAT = "chat"
    MESSAGING = "messaging"
    DEFERRED = "deferred"


class Target(Entity):
    """What a queue promises within one scope; any subset of the measures may be set.

    Attributes
    ----------
    scope : {"interval", "day", "week"}
        The window over which contact-weighted figures must hold.
    mean_wait_s : float or None
        Upper limit on the mean time in queue of all offered contacts.
    service_level, within_s : float or None
        Least share answered within ``within_s`` of all offered.
    abandonment : float or None
        Upper limit on abandoned / offered.
    fcr : float or None
        Least share of handled contacts that resolve their issue.
    occupancy : float or None
        Upper limit on contact time / time on contact duty.
    response_h, share : float or None
        Deferred work: least share completed within ``response_h`` clock hours.
    """

    scope: Scope = "day"
    mean_wait_s: float | None = Field(default=None, gt=0)
    service_level: float | None = Field(default=None, gt=0, lt=1)
    within_s: float | None = Field(default=None, ge=0)
    abandonment: float | None = Field(default=None, gt=0, lt=1)
    fcr: float | None = Field(default=None, gt=0, le=1)
    occupancy: float | None = Field(default=None, gt=0, le=1)
    response_h: float | None = Field(default=None, gt=0)
    share: float | None = Field(default=None, gt=0, le=1)

    @model_validator(mode="after")
    def _pairs(self) -> Target:
        if (self.service_level is None) != (self.within_s is None):
            raise ValueError("service_level and within_s given together")
        if (self.response_h is None) != (self.share is None):
            raise ValueError("response_h and share given together")
        return self

    def measures(self) -> dict[Measure, float]:
        """Return the limits that are set, by measure."""
        names: tuple[Measure, ...] = (
            "mean_wait_s",
            "service_level",
            "abandonment",
            "fcr",
            "occupancy",
            "share",
        )
        return {name: float(getattr(self, name)) for name in names if getattr(self, name) is not None}


class Growth(Entity):
    """A planned lasting change of volume: from a local day on, times a factor."""

    start: date
    factor: float = Field(gt=0, le=20, allow_inf_nan=False)


class Queue(Entity):
    """A stream of contacts that wait for an agent of one skill.

    Attributes
    ----------
    id : str
    channel : Channel
    aht_s : float or None
        Elapsed handle time of one contact, used where history has none.
    patience_s : float or None
        Mean time until a waiting customer leaves; None where they wait for ever.
    concurrency : int
        Contacts one agent carries at once.
    slowdown : tuple of float
        Elapsed time of a contact while 1, 2, .. are carried, times ``aht_s``.
    repeat_probability, repeat_delay_h : float
        An unresolved contact comes back with this probability after an exponential delay of this mean.
    fcr, planned_fcr : float or None
        Today's FCR where performance does not tell; the FCR the volume is planned for.
    value : float
        Relative worth, for routing between queues.
    open : tuple of WeeklyWindow
        Opening hours; empty means always open.
    targets : tuple of Target
    deflection, deflected_aht_factor : float
        Planned share that a bot takes, and the handle-time factor of what is left.
    bot_coverage, bot_containment : float or None
        Share of contacts that meet the bot, and share of those that it settles; their product is ``deflection``.
    growth : tuple of Growth
        Planned changes of volume that history does not show; the factors of days past multiply.
    expected_per_day : float or None
        Contacts on a usual day, for a queue without history.
    redial_probability, redial_delay_s : float
        An abandoned contact tries again.
    reserve : int
        Deferred work is begun by people who also serve a live queue only while so many of them stay free.
    """

    id: str = Field(min_length=1)
    channel: Channel = Channel.VOICE
    aht_s: float | None = Field(default=None, gt=0, le=1e7)
    patience_s: float | None = Field(default=None, gt=0, le=1e9)
    concurrency: int = Field(default=1, ge=1, le=20)
    slowdown: tuple[float, ...] = ()
    repeat_probability: float = Field(default=0.0, ge=0, le=1)
    repeat_delay_h: float = Field(default=24.0, gt=0)
    fcr: float | None = Field(default=None, ge=0, le=1)
    planned_fcr: float | None = Field(default=None, ge=0, le=1)
    value: float = Field(default=1.0, ge=0)
    open: tuple[WeeklyWindow, ...] = ()
    targets: tuple[Target, ...] = ()
    deflection: float = Field(default=0.0, ge=0, lt=1)
    deflected_aht_factor: float = Field(default=1.0, gt=0)
    bot_coverage: float | None = Field(default=None, ge=0, le=1)
    bot_containment: float | None = Field(default=None, ge=0, le=1)
    growth: tuple[Growth, ...] = ()
    expected_per_day: float | None = Field(default=None, ge=0, le=1_000_000, allow_inf_nan=False)
    redial_probability: float = Field(default=0.0, ge=0, le=1)
    redial_delay_s: float = Field(default=600.0, gt=0)
    reserve: int = Field(default=0, ge=0, le=10_000)

    @model_validator(mode="before")
    @classmethod
    def _deflected(cls, given: Any) -> Any:
        """Work out ``deflection`` from the bot's coverage and containment where it is not given itself."""
        if not isinstance(given, dict) or "deflection" in given:
            return given
        pair = (given.get("bot_coverage"), given.get("bot_containment"))
        numbers = [x for x in pair if isinstance(x, int | float) and not isinstance(x, bool) and 0 <= x <= 1]
        return given | {"deflection": numbers[0] * numbers[1]} if len(numbers) == 2 else given

    @model_validator(mode="after")
    def _bot(self) -> Queue:
        if (self.bot_coverage is None) != (self.bot_containment is None):
            raise ValueError("bot_coverage and bot_containment given together")
        if self.bot_coverage is not None and self.bot_containment is not None:
            product = self.bot_coverage * self.bot_containment
            if abs(product - self.deflection) > 5e-4:
                raise ValueError(
                    f"deflection equal to bot_coverage times bot_containment ({product:g}); one of the two is enough"
                )
        return self

    @property
    def deferred(self) -> bool:
        """Whether the work waits for a deadline and not for an ear."""
        return self.channel is Channel.DEFERRED

    def slowdowns(self) -> tuple[float, ...]:
        """Return the slowdown at 1..concurrency contacts, the last one repeated where short."""
        given = self.slowdown or (1.0,)
        return tuple(given[min(k, len(given) - 1)] for k in range(self.concurrency))

"""Queues, their channels and the targets their customers were promised."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

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
            raise ValueError("service_level and within_s are given together")
        if (self.response_h is None) != (self.share is None):
            raise ValueError("response_h and share are given together")
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
    redial_probability, redial_delay_s : float
        An abandoned contact tries again.
    """

    id: str = Field(min_length=1)
    channel: Channel = Channel.VOICE
    aht_s: float | None = Field(default=None, gt=0)
    patience_s: float | None = Field(default=None, gt=0)
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
    redial_probability: float = Field(default=0.0, ge=0, le=1)
    redial_delay_s: float = Field(default=600.0, gt=0)

    @property
    def deferred(self) -> bool:
        """Whether the work waits for a deadline and not for an ear."""
        return self.channel is Channel.DEFERRED

    def slowdowns(self) -> tuple[float, ...]:
        """Return the slowdown at 1..concurrency contacts, the last one repeated where short."""
        given = self.slowdown or (1.0,)
        return tuple(given[min(k, len(given) - 1)] for k in range(self.concurrency))

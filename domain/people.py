"""Agents, what they may serve, and when they are there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from domain.entity import Entity
from domain.hours import WeeklyWindow


class Agent(Entity):
    """A named person.

    Attributes
    ----------
    overtime_h : float
        Hours a week that they volunteer for beyond the contract's most.
    site : str
        The building they sit in; empty where there is none.
    """

    id: str = Field(min_length=1)
    contract: str
    hourly_cost: float = Field(ge=0)
    name: str = ""
    team: str = ""
    pool: Literal["core", "expert"] = "core"
    hired_on: date | None = None
    level: str = ""
    overtime_h: float = Field(default=0.0, ge=0)
    site: str = ""


class Skill(Entity):
    """An agent may serve a queue, until a certificate's last day where one is needed."""

    agent_id: str
    queue: str
    certified_until: date | None = None
    dedicated: bool = False


class _Span(Entity):
    agent_id: str
    start: datetime
    end: datetime

    @model_validator(mode="after")
    def _ordered(self) -> _Span:
        if self.end <= self.start:
            raise ValueError("end is not after start")
        return self


class TimeOff(_Span):
    """An absence known beforehand; ``paid`` leave counts as worked."""

    kind: Literal["paid", "unavailable"] = "paid"


class Preference(_Span):
    """A wish to work or to be off; honoured where that costs less than its weight is worth."""

    wish: Literal["work", "off"]
    weight: float = Field(default=1.0, ge=0)

    def days(self, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
        """Return the span cut every 24 hours of the wall clock, counted from its start: each part is one wish of a day.

        A night from 22:00 to 06:00 so stays whole, and bare dates are cut at midnight.
        """
        local = self.start.astimezone(zone)
        edges = [self.start]
        while edges[-1] < self.end:
            wall = local.replace(tzinfo=None) + timedelta(days=len(edges))
            edges.append(min(wall.replace(tzinfo=zone).astimezone(self.start.tzinfo), self.end))
        return tuple(pairwise(edges))


class Availability(Entity):
    """A weekly window in which an agent may work; an agent with none is always available."""

    agent_id: str
    window: WeeklyWindow


class Activity(Entity):
    """Training, coaching or a meeting to be placed off-peak."""

    activity: str
    minutes: int = Field(gt=0)
    earliest: datetime
    latest: datetime
    agent_id: str = ""
    team: str = ""
    times_per_week: int = Field(default=1, ge=1)
    together: bool = False
    paid: bool = True


class Event(Entity):
    """A span that is not like others; ``closed`` closes its queue (every queue where none is named)."""

    start: datetime
    end: datetime
    name: str
    kind: Literal["holiday", "campaign", "outage", "closed"] = "campaign"
    queue: str = ""
    lift: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Event:
        if self.end <= self.start:
            raise ValueError("end is not after start")
        return self


class Route(Entity):
    """How the ACD ranks an agent for a queue: lower level first, then higher weight."""

    agent_id: str
    queue: str
    level: int = Field(default=1, ge=1)
    weight: float = Field(default=1.0, ge=0)

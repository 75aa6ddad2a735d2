"""Scenarios: what a changed world does to a centre whose roster stays as it is."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, model_validator

from domain.entity import Entity

ByQueue = dict[str, float]
"""One figure a queue; the key ``""`` stands for all queues that are not named."""


class Outage(Entity):
    """A time in which nobody can serve a queue; its contacts come all the same and wait."""

    queue: str
    start: datetime
    end: datetime

    @model_validator(mode="after")
    def _forward(self) -> Outage:
        if self.end <= self.start:
            raise ValueError("an end after its start")
        return self


class Shift(Entity):
    """A share of one queue's contacts that comes to another queue instead: a change of the mix."""

    source: str
    to: str
    share: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _apart(self) -> Shift:
        if self.source == self.to:
            raise ValueError("two different queues in from and to")
        return self


class ElasticChange(Entity):
    """Keys of ``[elastic]`` that change; the others stay."""

    share: float | None = Field(default=None, ge=0, le=5)
    hourly_cost: float | None = Field(default=None, ge=0)
    aht_factor: float | None = Field(default=None, gt=0, le=10)
    fcr: float | None = Field(default=None, ge=0, le=1)


class TargetChange(Entity):
    """Keys of a queue's ``target`` that change; the others stay."""

    mean_wait_s: float | None = Field(default=None, gt=0)
    service_level: float | None = Field(default=None, gt=0, lt=1)
    within_s: float | None = Field(default=None, ge=0)
    abandonment: float | None = Field(default=None, gt=0, lt=1)
    fcr: float | None = Field(default=None, gt=0, le=1)
    occupancy: float | None = Field(default=None, gt=0, le=1)
    response_h: float | None = Field(default=None, gt=0)
    share: float | None = Field(default=None, gt=0, le=1)

    def given(self) -> dict[str, float]:
        """Return what changes."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Prices(Entity):
    """Multipliers on hourly costs."""

    core: float = Field(default=1.0, ge=0, le=100)
    elastic: float = Field(default=1.0, ge=0, le=100)
    expert: float = Field(default=1.0, ge=0, le=100)


class Scenario(Entity):
    """One changed world; what is not given stays as it is.

    Attributes
    ----------
    name : str
    volume, aht, patience : dict of str to float
        Multipliers by queue.
    fcr : dict of str to float
        Points (0.05 is five) added to every server's FCR; repeats change with it.
    deflection : dict of str to float
        Share of contacts that a bot takes, in the place of the queue's own.
    absence : float or None
        Share of shifts that do not happen, in the place of the centre's.
    outage : tuple of Outage
    mix : tuple of Shift
    elastic : ElasticChange or None
    target : dict of str to TargetChange
    prices : Prices
    """

    name: str = Field(min_length=1, max_length=80)
    volume: ByQueue = Field(default={})
    aht: ByQueue = Field(default={})
    patience: ByQueue = Field(default={})
    fcr: ByQueue = Field(default={})
    deflection: ByQueue = Field(default={})
    absence: float | None = Field(default=None, ge=0, lt=1)
    outage: tuple[Outage, ...] = ()
    mix: tuple[Shift, ...] = ()
    elastic: ElasticChange | None = None
    target: dict[str, TargetChange] = Field(default={})
    prices: Prices = Prices()

    def of(self, field: str, queue: str, usual: float) -> float:
        """Return a queue's figure of ``volume``, ``aht``, ``patience``, ``fcr`` or ``deflection``."""
        figures: ByQueue = getattr(self, field)
        return figures.get(queue, figures.get("", usual))

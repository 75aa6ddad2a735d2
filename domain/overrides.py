"""A planner's word against the model's: how many contacts are to be planned for, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field, model_validator

from domain.entity import Entity


class Override(Entity):
    """A correction of the forecast for a span, made by a person and kept apart from the model.

    Attributes
    ----------
    queue : str
        Empty means every queue.
    start, end : datetime
        Half open; an interval that is covered in part is changed in part.
    kind : {"level", "event", "interval"}
        ``level``: the volume is another one, bands keep their relative width. ``event``: something out of the
        ordinary, bands grow wider. ``interval``: so many contacts in each interval.
    value : float
        A factor on the model's volume; for ``interval`` contacts in an interval of the centre.
    reason, author : str
    made_on : date or None
    """

    queue: str = ""
    start: datetime
    end: datetime
    kind: Literal["level", "event", "interval"] = "level"
    value: float = Field(ge=0, allow_inf_nan=False)
    reason: str = ""
    author: str = ""
    made_on: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Override:
        if self.end <= self.start:
            raise ValueError("end is not after start")
        return self

    def concerns(self, queue_id: str) -> bool:
        """Tell whether the override changes a queue."""
        return self.queue in ("", queue_id)

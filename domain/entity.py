"""Base of the entities: immutable, checked when they are made, no unknown keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Entity(BaseModel):
    """A frozen pydantic model; readers turn its faults into lines a planner can act on."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

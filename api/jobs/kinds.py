"""All kinds of jobs, by name."""

from __future__ import annotations

from api.jobs import planning, upkeep
from api.jobs.work import Kind

KINDS: dict[str, Kind] = {**planning.KINDS, **upkeep.KINDS}

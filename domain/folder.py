"""A planning folder as the rooms see it: everything read, checked and named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from domain.actuals import ShrinkageActuals
from domain.centre import Centre
from domain.errors import Problem
from domain.history import History, Performance
from domain.overrides import Override
from domain.people import Activity, Agent, Availability, Event, Preference, Route, Skill, TimeOff
from domain.roster import Stretch


@dataclass(frozen=True)
class PlanningFolder:
    """All inputs of one centre.

    Attributes
    ----------
    centre : Centre
    history : History
    agents, skills, time_off, availability, preferences, activities, events, overrides, pins, previous, routing_current
        Entities, one a row of the file of that name.
    performance : Performance or None
    shrinkage_actuals : ShrinkageActuals or None
    notices : tuple of Problem
        What was accepted but is worth a look (unknown columns, handled > offered, ...).
    pin_lines : tuple of int
        Where each pin stands in its file, for what is found wrong with it later.
    override_lines : tuple of int
        The same of overrides.
    sha256 : str
        Digest over the files read, for reproducibility.
    """

    centre: Centre
    history: History
    agents: tuple[Agent, ...]
    skills: tuple[Skill, ...] = ()
    performance: Performance | None = None
    time_off: tuple[TimeOff, ...] = ()
    availability: tuple[Availability, ...] = ()
    preferences: tuple[Preference, ...] = ()
    activities: tuple[Activity, ...] = ()
    events: tuple[Event, ...] = ()
    overrides: tuple[Override, ...] = ()
    shrinkage_actuals: ShrinkageActuals | None = None
    pins: tuple[Stretch, ...] = ()
    previous: tuple[Stretch, ...] = ()
    routing_current: tuple[Route, ...] = ()
    notices: tuple[Problem, ...] = field(default=())
    pin_lines: tuple[int, ...] = ()
    override_lines: tuple[int, ...] = ()
    sha256: str = ""

    @cached_property
    def skills_of(self) -> dict[str, tuple[Skill, ...]]:
        """Skills of each agent."""
        found: dict[str, list[Skill]] = defaultdict(list)
        for skill in self.skills:
            found[skill.agent_id].append(skill)
        return {agent: tuple(skills) for agent, skills in found.items()}

"""A planning folder read as a whole: every file, every row, every fault at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np

from domain.centre import Centre
from domain.folder import PlanningFolder
from domain.history import History
from domain.people import Agent, Skill
from planning.files import layouts
from planning.files.cells import Context
from planning.files.columns import Layout
from planning.files.faults import Faults, listed
from planning.files.history_file import read_history
from planning.files.overrides_file import read_overrides
from planning.files.people_files import (
    read_activities,
    read_agents,
    read_availability,
    read_events,
    read_preferences,
    read_skills,
    read_time_off,
)
from planning.files.performance_file import read_performance
from planning.files.pins_file import Pins, read_pins
from planning.files.roster_file import drop_leavers, read_stretches
from planning.files.routing_file import read_routes
from planning.files.settings import FILE, Settings, read_settings
from planning.files.shrinkage_file import read_shrinkage
from planning.files.site_checks import check_members
from planning.files.sources import Sources
from planning.files.table import Table, read_table
from planning.files.tier_checks import check_teams

T = TypeVar("T")


def read_folder(path: Path, *, before: date | None = None) -> PlanningFolder:
    """Read and check a planning folder.

    Parameters
    ----------
    path : Path
        The folder with `centre.toml` and the tables, as CSV or Parquet.
    before : date or None
        History and performance from this local date on are left out, once they are checked.

    Returns
    -------
    PlanningFolder
        With ``notices`` for what was accepted but is worth a look, and a digest of all files read.

    Raises
    ------
    InputError
        With every fault of every file, by file, line, column and value.
    """
    faults = Faults()
    folder = readable_part(path, faults, before)
    faults.check()
    assert folder is not None, "a folder without faults can be read"
    return folder


def readable_part(path: Path, faults: Faults, before: date | None = None) -> PlanningFolder | None:
    """Read what can be read of a planning folder, recording every fault; None where that is nothing.

    Parameters as `read_folder`; rows with faults are missing from what is returned.
    """
    if not path.is_dir():
        what = "this is a file" if path.is_file() else "there is no such folder"
        wanted = f"a planning folder, with centre.toml, history.csv, agents.csv and skills.csv in it; {what}"
        faults.error("command line", wanted, column="CENTRE", value=str(path))
        return None
    try:
        sources = Sources(path, faults)
    except OSError as fault:
        wanted = f"a planning folder that can be read; {fault.strerror or fault}"
        faults.error("command line", wanted, column="CENTRE", value=str(path))
        return None
    sources.strangers([layout.file for layout in layouts.INPUTS])
    raw = sources.text(FILE)
    settings = read_settings(raw, faults) if raw is not None else Settings(None, Context("UTC"), None)
    return _Reading(sources, settings, faults).folder(before)


class _Reading:
    """One folder being read; tables that need a sound centre are checked against a stand-in without one."""

    def __init__(self, sources: Sources, settings: Settings, faults: Faults) -> None:
        self.sources = sources
        self.settings = settings
        self.faults = faults
        self.context = settings.context

    def folder(self, before: date | None) -> PlanningFolder | None:
        """Read every table; None where faults leave nothing to hand out."""
        centre = self.settings.stand_in
        people = self._table(layouts.AGENTS)
        agents: tuple[Agent, ...] = ()
        if people is not None:
            ids = tuple(dict.fromkeys(name for name in people["agent_id"].tolist() if name))
            self.context = Context(self.context.zone, self.context.queues, self.context.contracts, ids)
            check_members(self.settings.places, FILE, people)
            agents = read_agents(people)
        teams = tuple(dict.fromkeys(people["team"].tolist())) if people is not None else ()
        skills = self._read(layouts.SKILLS, read_skills)
        time_off = self._read(layouts.TIME_OFF, read_time_off)
        availability = self._read(layouts.AVAILABILITY, read_availability)
        preferences = self._read(layouts.PREFERENCES, read_preferences)
        events = self._read(layouts.EVENTS, read_events)
        overridden = self._table(layouts.OVERRIDES)
        overrides = read_overrides(overridden) if overridden is not None else ()
        routes = self._read(layouts.ROUTING_CURRENT, read_routes)
        tables = {
            layout.file: self._table(layout)
            for layout in (
                layouts.HISTORY,
                layouts.PERFORMANCE,
                layouts.ACTIVITIES,
                layouts.PINS,
                layouts.SHRINKAGE,
            )
        }
        leavers = Context(self.context.zone, self.context.queues, self.context.contracts, None)
        previous = self._table(layouts.PREVIOUS, leavers)
        if centre is None:
            return None
        known = self.context.agents or ()
        history = self._history(tables["history"], centre, before)
        record = tables["performance"]
        performance = read_performance(record, centre, known, before) if record is not None else None
        kept = tables["shrinkage"]
        actuals = read_shrinkage(kept, before) if kept is not None else None
        tasks = tables["activities"]
        activities = read_activities(tasks, centre, teams) if tasks is not None else ()
        pins = Pins()
        if (pinned := tables["pins"]) is not None:
            sound = self.faults.spare("centre", "agents", "skills")
            pins = read_pins(pinned, centre, agents, skills if sound else None)
        if previous is not None and self.context.agents is not None:
            drop_leavers(previous, known, seats=centre.elastic is not None)
        if people is not None:
            check_teams(self.settings.teams, FILE, teams, agents, skills, centre.queues, self.faults)
        if self.settings.centre is not None and history is not None:
            self._remarks(centre, history, agents, skills)
        return PlanningFolder(
            centre=centre,
            history=history if history is not None else _no_history(centre),
            agents=agents,
            skills=skills,
            performance=performance,
            time_off=time_off,
            availability=availability,
            preferences=preferences,
            activities=activities,
            events=events,
            overrides=overrides,
            shrinkage_actuals=actuals,
            pins=pins.stretches,
            pin_lines=pins.lines,
            override_lines=tuple(overridden.line_of(overridden.rows()).tolist()) if overrides and overridden else (),
            previous=read_stretches(previous, centre, agents) if previous is not None else (),
            routing_current=routes,
            notices=self.faults.notices,
            sha256=self.sources.sha256,
        )

    def _table(self, layout: Layout, context: Context | None = None) -> Table | None:
        found = self.sources.table(layout.file, required=layout.file in layouts.REQUIRED)
        if found is None:
            return None
        return read_table(*found, layout, context or self.context, self.faults)

    def _read(self, layout: Layout, read: Callable[[Table], tuple[T, ...]]) -> tuple[T, ...]:
        table = self._table(layout)
        return read(table) if table is not None else ()

    def _history(self, table: Table | None, centre: Centre, before: date | None) -> History | None:
        if table is None:
            return None
        if not table.size:
            self.faults.notice(table.file, "rows of history; there are none, so nothing can be forecast")
        return read_history(table, centre, before)

    def _remarks(self, centre: Centre, history: History, agents: tuple[Agent, ...], skills: tuple[Skill, ...]) -> None:
        served = {skill.queue for skill in skills}
        skilled = {skill.agent_id for skill in skills}
        for i, queue in enumerate(centre.queues):
            if queue.id not in served:
                self.faults.notice("skills.csv", f"somebody who may serve queue {queue.id}; nobody may")
            known = (history.queue == i) & ~np.isnan(history.aht_s)
            if queue.aht_s is None and not known.any():
                sentence = f"a handle time of queue {queue.id}, since history has none"
                self.faults.notice(FILE, sentence, column=f"queues[{i}].aht_s")
        idle = [agent.id for agent in agents if agent.id not in skilled]
        offered = any(agent.overtime_h > 0 for agent in agents)
        if offered and centre.pay.overtime is None:
            remark = "nobody works overtime while centre.toml has no [pay] overtime"
            self.faults.notice("agents.csv", column="overtime_h", remark=remark)
        if idle:
            self.faults.notice("skills.csv", f"a queue for each agent; none for {listed(idle)}")


def _no_history(centre: Centre) -> History:
    nothing = np.zeros(0)
    return History(
        centre.queue_ids,
        nothing.astype("datetime64[s]"),
        nothing.astype(np.int64),
        *([nothing] * 7),
    )

"""One week of a log: its plan, and the plan on the actual calls."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.real_hours import roster_hours
from benchmarks.real_replay import Replay, replay, server_of
from benchmarks.real_week import Known, centre_of
from domain.coverage import Coverage
from domain.folder import PlanningFolder
from domain.grid import IntervalGrid
from domain.progress import Control
from domain.roster import WORK, Roster
from planning.call_log.calls import Calls
from planning.plan import make_plan
from planning.result import Plan
from planning.steps import Options, people_of


@dataclass(frozen=True)
class Planned:
    """A plan, what its roster gives on the week's actual calls, and its hours by day (paid, duty)."""

    plan: Plan
    actual: Replay
    hours: pd.DataFrame


def plan_week(
    folder: PlanningFolder, options: Options, calls: Calls, types: Known, *, replications: int, control: Control
) -> Planned:
    """Plan a week and let its roster meet the calls that came.

    Parameters
    ----------
    folder : PlanningFolder
        Of queues by type of call, or of one queue.
    options : Options
    calls : Calls
        By type.
    types : Known
        By type; where the plan knows one queue, who is on duty takes calls of all types that they may serve.
    replications : int
    control : Control
    """
    plan = make_plan(folder, options, control)
    return on_actual_calls(plan, options, calls, types, replications=replications)


def on_actual_calls(plan: Plan, options: Options, calls: Calls, types: Known, *, replications: int) -> Planned:
    """Let a plan's roster meet the calls that came; parameters as `plan_week`."""
    centre = centre_of(types.made)
    folder, roster = plan.folder, plan.roster
    if folder.centre.queue_ids == centre.queue_ids:
        # The handle times are those of whoever took the calls, so nobody is faster or slower than them.
        usual = np.ones(len(centre.queues))
        servers = [replace(server, aht_factor=usual) for server in people_of(folder, options).servers]
    else:
        skills = skills_by_type(types)
        servers = [server_of(agent.id, skills[agent.id], centre.queue_ids) for agent in folder.agents]
        roster = roster_by_type(roster, skills)
    grid = IntervalGrid.of_days(options.week, 7, centre.timezone, centre.interval_minutes)
    coverage = Coverage.of_roster(roster, servers, centre.queue_ids, grid)
    actual = replay(coverage, calls, centre, seed=options.seed, replications=replications)
    return Planned(plan, actual, roster_hours(plan.roster, grid))


def skills_by_type(types: Known) -> dict[str, tuple[str, ...]]:
    """Return the types of call that each person may serve."""
    table = types.made.tables["skills"]
    return {str(agent): tuple(found) for agent, found in table.groupby("agent_id")["queue"]}


def roster_by_type(roster: Roster, skills: dict[str, tuple[str, ...]]) -> Roster:
    """Return the work of a roster of one queue as work on all types of call that each person may serve."""
    work = [row for row in roster.stretches if row.activity == WORK]
    return Roster.of(replace(row, queues=skills[row.agent_id]) for row in work)

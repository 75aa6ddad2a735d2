"""Uncertain days on a real centre: a roster for most of them, beside one for the forecast itself."""

from __future__ import annotations

from dataclasses import replace
from textwrap import fill

import numpy as np

from benchmarks.real_plan import Planned
from benchmarks.real_replay import Replay
from benchmarks.real_text import WIDTH, percent, points, table
from domain.progress import Control
from domain.roster import WORK
from planning.call_log.observed import ALL
from planning.files.interval_rows import open_intervals
from planning.plan import finish
from planning.result import Plan
from planning.risk import risk_plan
from planning.rounds import make_roster
from planning.steps import Options

SHARE = 0.8


def plan_for_most_days(plan: Plan, options: Options, control: Control) -> Plan:
    """Plan the same forecast again, with targets kept on a share of days.

    Parameters
    ----------
    plan : Plan
        For the forecast itself.
    options : Options
    control : Control
    """
    centre = plan.folder.centre
    centre = centre.model_copy(update={"planning": centre.planning.model_copy(update={"risk": SHARE})})
    folder = replace(plan.folder, centre=centre)
    risk = risk_plan(centre, plan.forecast, plan.requirement, options.seed)
    rostered, requirement, people = make_roster(folder, plan.forecast, plan.requirement, options, control, risk)
    made = finish(folder, plan.forecast, requirement, rostered, people, options, control, (), risk)
    return replace(made, risk=risk)


def risk_lines(usual: Planned, safer: Planned, bank: Replay) -> list[str]:
    """Set the two rosters side by side: what they take, and how often their targets hold."""
    assert safer.plan.risk is not None, "planned for a share of days"
    hours = safer.plan.risk.agent_hours
    days = f"{SHARE:.0%} of days".replace("%", " %")
    rows = [
        ["the forecast itself", f"{hours['expected']:,.0f}", *_taken(usual)],
        ["the mean of uncertain days", f"{hours['mean']:,.0f}", *[""] * 6],
        [days, f"{hours['share_of_days']:,.0f}", *_taken(safer)],
    ]
    header = ["planned for", "agent-hours", "hours paid", "on duty", "most", "cost", "targets hold", "in 20 s, actual"]
    intro = (
        "The forecast's bands say how far a day may come out from its mean. `risk` in `[planning]` chooses what a "
        "roster is for. Agent-hours on contact are what the targets ask for by formula, half hour by half hour; the "
        "rest is of rosters with *free hours*: people on duty while open, on average and at most, the share of "
        "uncertain days on which a target holds, and the service on the calls that came."
    )
    money = usual.plan.folder.centre.currency
    before, after = usual.plan.cost.total, safer.plan.cost.total
    forecast, actual = float(usual.plan.forecast.mean.sum()), bank.get(ALL, "offered")
    gain = (safer.actual.table - usual.actual.table).loc[ALL]
    return [
        "### Uncertain days",
        "",
        fill(intro, WIDTH, break_on_hyphens=False),
        "",
        *table(header, rows),
        "",
        *points(
            [
                f"Targets on {days}, against the forecast itself: "
                f"{100 * (hours['share_of_days'] / hours['expected'] - 1):+.0f} % agent-hours by formula, and for the "
                f"roster {after - before:+,.0f} {money} a week ({100 * (after / before - 1):+.0f} %). Targets on the "
                f"mean of such days alone: {100 * (hours['mean'] / hours['expected'] - 1):+.0f} % agent-hours, as a "
                "bad day takes more than a good one spares.",
                f"The week that came brought {100 * (actual / forecast - 1):+.0f} % contacts against its forecast. "
                f"On them the dearer roster gives {100 * gain['service_level']:+.1f} points in 20 s, "
                f"{gain['mean_wait_s']:+.0f} s of wait and {100 * gain['abandonment']:+.1f} points abandoned.",
            ]
        ),
        "",
    ]


def _taken(made: Planned) -> list[str]:
    """Return what a roster takes and gives: hours paid, people on duty, cost, chance, service on the actual calls."""
    plan = made.plan
    grid = plan.requirement.grid
    people = np.zeros(grid.size)
    for row in plan.roster.stretches:
        if row.activity == WORK:
            people[max(grid.index_at(row.start), 0) : grid.index_at(row.end)] += 1
    opened = open_intervals(plan.folder.centre, grid, plan.folder.events, worked=True).any(axis=0)
    chance = [target.probability_met for target in plan.targets if np.isfinite(target.probability_met)]
    return [
        f"{made.hours['paid'].sum():,.1f}",
        f"{people[opened].mean():.1f}",
        f"{people[opened].max():.0f}",
        f"{plan.cost.total:,.0f}",
        f"{100 * min(chance):.0f} to {100 * max(chance):.0f} %",
        percent(made.actual.get(ALL, "service_level")),
    ]

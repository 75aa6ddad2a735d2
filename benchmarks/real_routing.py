"""Routing on a real centre: policies on a plan's roster, its one queue parted into the types of call again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

import numpy as np

from benchmarks.real_plan import roster_by_type, skills_by_type
from benchmarks.real_text import WIDTH, percent, points, table
from benchmarks.real_week import Known, common_contract, write_centre
from capacity.requirement import Requirement
from domain.progress import Control
from planning.call_log.calls import Calls
from planning.files import read_folder
from planning.policy_comparison import US, PolicyResult, compare_policies
from planning.result import Plan
from planning.steps import Options, people_of
from planning.whatif import World

REPLICATIONS = 100
USUAL = "longest idle"
LEFT_OUT = "value first"
"""All types of call are worth the same here, so it would repeat another policy."""


def world_by_type(plan: Plan, calls: Calls, types: Known, place: Path) -> World:
    """Return a plan's roster before queues by type of call, at the volume that came.

    Parameters
    ----------
    plan : Plan
        Of one queue.
    calls : Calls
        By type; those of the plan's days count.
    types : Known
        By type; people's skills, handle times and FCR are from before the week.
    place : Path
        Of a planning folder, to be written.
    """
    names = [agent.id for agent in plan.folder.agents]
    folder = read_folder(
        write_centre(place, types, types.made.tables["history"], names, common_contract()), before=plan.week
    )
    grid, queues = plan.requirement.grid, folder.centre.queues
    position = (calls.arrival - grid.starts[0]).astype(np.int64) // (60 * grid.step_minutes)
    inside = calls.contacts & (position >= 0) & (position < grid.size)
    volume = np.zeros((len(queues), grid.size))
    np.add.at(volume, (calls.queue[inside], position[inside]), 1.0)
    aht = np.repeat([[queue.aht_s or 0.0] for queue in queues], grid.size, axis=1)
    unknown, none = np.full_like(volume, np.nan), np.zeros_like(volume)
    need = Requirement(grid, folder.centre.queue_ids, volume, aht, none, none, *(unknown,) * 4)
    options = Options(week=plan.week, seed=plan.seed)
    roster = roster_by_type(plan.roster, skills_by_type(types))
    return World(folder, need, roster, people_of(folder, options), options)


def compare(world: World) -> tuple[PolicyResult, ...]:
    """Simulate the roster under every policy, with the same customers."""
    found = compare_policies(world, replications=REPLICATIONS, control=Control())
    return tuple(result for result in found if result.policy != LEFT_OUT)


def routing_lines(results: Sequence[PolicyResult], window_h: float) -> list[str]:
    """Set the policies side by side.

    Parameters
    ----------
    results : sequence of PolicyResult
    window_h : float
        A customer who does not come back for so long counts as resolved.
    """
    rows = [
        [
            result.policy,
            percent(result.figures["service_level"][0]),
            f"{result.figures['mean_wait_s'][0]:.1f} s",
            percent(result.figures["abandonment"][0]),
            percent(result.figures["fcr"][0]),
            f"{100 * result.occupancy_sd:.1f}",
        ]
        for result in results
    ]
    by_name = {result.policy: result for result in results}
    ours, usual = by_name[US], by_name[USUAL]
    gain = {measure: ours.figures[measure][0] - usual.figures[measure][0] for measure in ours.figures}
    doubt = 100 * max(_half(result.figures["fcr"]) for result in (ours, usual))
    intro = (
        "The plan is of one queue, so its roster is parted again: everybody serves the types of call they had taken "
        "20 of before the week, and the six types arrive by half hour as often as they did. Handle times and FCR of "
        f"each person are from before the week; FCR is the share whose customer did not call again within "
        f"{window_h:g} h. {REPLICATIONS} simulated weeks, all policies with the same customers."
    )
    return [
        "### Routing",
        "",
        fill(intro, WIDTH, break_on_hyphens=False),
        "",
        *table(["who is asked first", "in 20 s", "mean wait", "abandoned", "FCR", "spread of occupancy"], rows),
        "",
        *points(
            [
                f"Our recommendation against the {USUAL}, the usual rule: {100 * gain['fcr']:+.1f} points FCR (each "
                f"known to {doubt:.2f}), {100 * gain['service_level']:+.1f} points in 20 s and "
                f"{gain['mean_wait_s']:+.1f} s of wait, for the same people and hours. Spread is the standard "
                "deviation of people's occupancy, in points: the best are asked more often.",
            ]
        ),
        "",
    ]


def _half(figure: tuple[float, float, float]) -> float:
    return 0.5 * (figure[2] - figure[1])

"""Activities of a plan: how many have a time, what their duty costs in service, and why some have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.folder import PlanningFolder
from scheduling.missed import Missed
from scheduling.model import Model
from scheduling.result import Result


@dataclass(frozen=True)
class PlacedActivities:
    """What became of `activities.csv`.

    Attributes
    ----------
    placed : int
        Occurrences placed by the plan; pinned ones are not counted.
    hours : float
        Duty that they take.
    lost_service : float
        What that adds to the price of missed targets, by the planning model.
    missed : tuple of Missed
    """

    placed: int
    hours: float
    lost_service: float
    missed: tuple[Missed, ...]


def placed_activities(folder: PlanningFolder, weeks: Sequence[tuple[Model, Result]]) -> PlacedActivities | None:
    """Add up the activities of a plan's weeks; None where the folder has none."""
    if not folder.activities:
        return None
    tables = [(result.roll.activities, model.instance.slot_hours) for model, result in weeks]
    return PlacedActivities(
        placed=sum(len(table) for table, _ in tables),
        hours=sum(float(table[:, 3].sum()) * slot for table, slot in tables),
        lost_service=sum(result.lost_service for _, result in weeks),
        missed=tuple(row for _, result in weeks for row in result.missed),
    )


def activity_notes(folder: PlanningFolder, weeks: Sequence[tuple[Model, Result]]) -> list[str]:
    """Say how many activities have a time and what that costs, then who has which one too rarely, and why.

    People with the same reason for the same activity share a sentence.
    """
    found = placed_activities(folder, weeks)
    if found is None:
        return []
    money = folder.centre.currency
    # below zero where those who are away resolve less at first contact than others
    lost = f", which changes the price of missed targets by {money} {found.lost_service:+,.0f}"
    notes = [
        f"Activities: {found.placed} placed off-peak, {found.hours:,.1f} hours of duty{lost}."
        if found.placed
        else "Activities: none placed by the plan."
    ]
    names = {agent.id: f"{agent.name} ({agent.id})" if agent.name else agent.id for agent in folder.agents}
    alike: dict[tuple[str, str, int, int, str], list[Missed]] = {}
    for row in found.missed:
        alike.setdefault((row.activity, row.week, row.times, row.of, row.why), []).append(row)
    for (activity, week, times, of, why), rows in alike.items():
        who = ", ".join(names[row.agent_id] for row in rows)
        price = sum(row.price for row in rows)
        notes.append(
            f"{activity} has no time {times} of {of} times in the week of {week} for {who}: {why}. "
            f"Its hours are priced at {money} {price:,.2f}."
        )
    return notes

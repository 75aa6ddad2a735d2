"""`requirement_shared.csv`: what queues that share people need, between the two bounds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from capacity.requirement import Requirement
from capacity.shared import Group
from planning.files.lines_out import number, text, write_csv

COLUMNS = ("interval_start", "queues", "pooled", "siloed", "simulated")


def write_shared(groups: Sequence[Group], requirement: Requirement, folder: Path) -> Path:
    """Write `requirement_shared.csv`: a row an interval and group of queues, in time order."""
    names = [text(_named(group, requirement)) for group in groups]
    rows = [
        (
            requirement.grid.label(t),
            name,
            *(number(float(values[t])) for values in (group.pooled, group.siloed, group.simulated)),
        )
        for t in range(requirement.grid.size)
        for name, group in zip(names, groups, strict=True)
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    return write_csv(folder / "requirement_shared.csv", COLUMNS, columns)


def shared_lines(groups: Sequence[Group], requirement: Requirement) -> list[str]:
    """Say what each group needs over the horizon, and the team at its busiest load."""
    hours = requirement.grid.step_minutes / 60
    lines = []
    for group in groups:
        low, high, found = (float(np.nansum(v)) * hours for v in (group.pooled, group.siloed, group.simulated))
        lines.append(
            f"{_named(group, requirement)}: {low:,.0f} agent-hours as one line, {found:,.0f} with the skills there are "
            f"(simulated), {high:,.0f} each queue alone"
        )
        for mine, count in group.team.items():
            if count:
                queues = ", ".join(requirement.queues[q] for q in sorted(mine))
                whom = "all of them" if mine == set(group.queues) else queues
                lines.append(f"  team at the busiest load: {count} who serve {whom}")
    return lines


def _named(group: Group, requirement: Requirement) -> str:
    return ";".join(requirement.queues[q] for q in group.queues)

"""What `[[tiers]]` asks of the other sections, and of the teams in `agents`."""

from __future__ import annotations

from collections.abc import Sequence

from domain.people import Agent, Skill
from domain.queues import Queue
from domain.tiers import REST, Tier
from planning.files.cells import GUARDED, escaped
from planning.files.entities import TomlReader
from planning.files.faults import Faults, listed, meant
from planning.files.toml_lines import Path, line_of, path_text

ALL = "all"
ROUNDING = 1e-9

Named = tuple[tuple[Tier, int, str], ...]
"""Tiers with a team, each with the line and the name of its key."""


def check_tiers(reader: TomlReader, queue_ids: Sequence[str]) -> None:
    """Check tiers against each other and against the queues, on whatever could be read."""
    tiers = sorted(reader.every(Tier), key=lambda item: (str(item[0][0]), item[0][1:]))
    queues = {queue.id: queue for _, queue in reader.every(Queue)}
    taken: dict[str, float] = {}
    teams: dict[str, str] = {}
    above = float("inf")
    for path, tier in tiers:
        _id(reader, (*path, "id"), tier.id)
        for i, name in enumerate(tier.queues):
            _queue(reader, (*path, "queues", i), name, tier.queues[:i], queue_ids, queues)
        if not tier.queues and len(queues) == len(queue_ids) and not any(tier.holds(q) for q in queues.values()):
            reader.error(path, "at least one live queue in [[queues]]; deferred work has no tiers")
        _share(reader, (*path, "share"), tier, queues, taken)
        if tier.team and tier.team in teams:
            expected = f"a team of its own: people of {tier.team} already serve tier {teams[tier.team]} alone"
            reader.error((*path, "team"), expected, tier.team)
        teams.setdefault(tier.team, tier.id)
        if tier.target is not None and not tier.target.model_dump(exclude_none=True):
            reader.notice((*path, "target"), "at least one measure; this target asks for nothing")
        if tier.value > above:
            remark = "worth more than a tier of higher rank, which goes first all the same"
            reader.notice((*path, "value"), remark=remark, value=f"{tier.value:g}")
        above = min(above, tier.value)


def teams_of(reader: TomlReader) -> Named:
    """Return the tiers that a team serves, for `check_teams`."""
    found = []
    for path, tier in reader.every(Tier):
        key = (*path, "team")
        if tier.team:
            found.append((tier, line_of(reader.lines, key), path_text(key)))
    return tuple(found)


def check_teams(
    named: Named,
    file: str,
    teams: Sequence[str],
    agents: Sequence[Agent],
    skills: Sequence[Skill],
    queues: Sequence[Queue],
    faults: Faults,
) -> None:
    """Record teams that nobody is in, and notice those of whom nobody may serve the tier.

    Parameters
    ----------
    named : tuple
        As `teams_of` returns them.
    file : str
        That names the tiers.
    teams : sequence of str
        All that agents are in, agents with faults included.
    agents, skills, queues, faults
    """
    names = [team for team in teams if team]
    for tier, line, column in named:
        members = {agent.id for agent in agents if agent.team == tier.team}
        if tier.team not in names:
            known = f": {listed(names)}{meant(tier.team, names)}" if names else "; nobody is in one"
            faults.error(file, f"a team of agents.csv{known}", line=line, column=column, value=tier.team)
            continue
        held = {queue.id for queue in queues if tier.holds(queue)}
        if members and not any(skill.agent_id in members and skill.queue in held for skill in skills):
            expected = f"somebody of the team who may serve a queue of the tier ({listed(sorted(held))}); nobody may"
            faults.notice(file, expected, line=line, column=column, value=tier.team)


def _id(reader: TomlReader, path: Path, name: str) -> None:
    if name.casefold() in (REST, ALL):
        what = "contacts of no tier" if name.casefold() == REST else "all queues together"
        reader.error(path, f"another id: {name.casefold()} stands for {what} in tiers.csv", name)
    if escaped(name) != name:
        reader.notice(path, f"a letter or digit first; spreadsheets take this for a formula, so {GUARDED}", name)


def _queue(
    reader: TomlReader,
    path: Path,
    name: str,
    before: Sequence[str],
    ids: Sequence[str],
    queues: dict[str, Queue],
) -> None:
    if name not in ids:
        reader.error(path, f"a queue of [[queues]]: {listed(ids)}{meant(name, ids)}", name)
    elif name in before:
        reader.error(path, "each queue once", name)
    elif name in queues and queues[name].deferred:
        reader.error(path, "a live queue; deferred work is done by its deadline, whoever it is from", name)


def _share(reader: TomlReader, path: Path, tier: Tier, queues: dict[str, Queue], taken: dict[str, float]) -> None:
    """Add up the shares of each queue, and record the tier with which they come to more than all its contacts."""
    full = []
    for queue in queues.values():
        if tier.holds(queue):
            before = taken.get(queue.id, 0.0)
            taken[queue.id] = before + tier.share
            if taken[queue.id] > 1 + ROUNDING >= before + ROUNDING:
                full.append((queue.id, before))
    if full:
        left = min(1 - before for _, before in full)
        names = listed([name for name, _ in full], last="and")
        expected = f"at most {max(left, 0):.10g}: higher tiers take the rest of the contacts of {names}"
        reader.error(path, expected, f"{tier.share:.10g}")

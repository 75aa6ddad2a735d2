"""What customer tiers get beside what they were promised, and what agents of their own would take, in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from capacity.duty_hours import usual_contact_hours
from capacity.service import ServiceReport, TierRow
from domain.folder import PlanningFolder
from domain.hours import DAY_MINUTES
from domain.queues import UPPER_LIMITS, Queue
from domain.tiers import REST, Tier

ROUND_THE_CLOCK_H = 168.0

ONE_LINE = (
    "Tiers change who waits and not how many people are needed: every queue is planned as one line. What people set "
    "apart for a tier leave to the others is in the simulated service, and in the rounds that learn from it."
)


@dataclass(frozen=True)
class Heads:
    """The arithmetic of so many customers an agent.

    Attributes
    ----------
    posts : int
        Agents on duty at a time.
    hours : float
        A head's hours a week on contact duty.
    open_h : float
        Hours a week in which any of the tier's queues is open.
    open_heads, clock_heads : int
        Heads that keep the posts filled in these hours, and round the clock.
    own, centre : int
        Core heads of the tier's team, and of the centre.
    """

    posts: int
    hours: float
    open_h: float
    open_heads: int
    clock_heads: int
    own: int
    centre: int


def heads_of(folder: PlanningFolder, tier: Tier) -> Heads | None:
    """Reckon the heads of a tier's customers; None where nothing says how many they are, or nobody works.

    A head is the mean of the team's core people, of all core people where there is no team.
    """
    core = [agent for agent in folder.agents if agent.pool == "core"]
    own = [agent for agent in core if tier.team and agent.team == tier.team]
    if tier.customers is None or tier.customers_per_agent is None or not core:
        return None
    hours = float(np.mean([usual_contact_hours(folder, agent) for agent in own or core]))
    if hours <= 0:
        return None
    posts = math.ceil(tier.customers / tier.customers_per_agent - 1e-9)
    open_h = _open_hours([queue for queue in folder.centre.queues if tier.holds(queue)])
    heads = [math.ceil(posts * week / hours - 1e-9) for week in (open_h, ROUND_THE_CLOCK_H)]
    return Heads(posts, hours, open_h, heads[0], heads[1], len(own), len(core))


def heads_sentence(tier: Tier, heads: Heads) -> str:
    """Say with its arithmetic what an agent for so many customers takes."""
    open_part = ""
    if heads.open_h < ROUND_THE_CLOCK_H:
        open_part = f"{heads.posts} x {heads.open_h:g} / {heads.hours:.1f} = {heads.open_heads:,} heads while its "
        open_part += "queues are open, and "
    clock = f"{heads.posts} x {ROUND_THE_CLOCK_H:g} / {heads.hours:.1f} = {heads.clock_heads:,} heads"
    own = f" ({heads.own:,} in its team {tier.team})" if tier.team else ""
    times = heads.clock_heads / heads.centre
    more = f": round the clock takes {times:.1f} times as many" if times > 1 else ""
    return (
        f"Tier {tier.id}: one agent on duty for every {tier.customers_per_agent:g} of {tier.customers:,.0f} customers "
        f"is {heads.posts:,} at a time. A head is {heads.hours:.1f} h a week on contact duty, so that takes {open_part}"
        f"{clock} round the clock. The centre has {heads.centre:,} core heads{own}{more}."
    )


def missed(tier: Tier, row: TierRow) -> list[str] | None:
    """Name the measures in which a tier gets less than promised; None where nothing is promised or offered."""
    promised = {} if tier.target is None else tier.target.model_dump(exclude_none=True)
    found = {measure: row.simulated(measure)[0] for measure in promised}
    if not promised or not all(math.isfinite(value) for value in found.values()):
        return None
    return [m for m, limit in promised.items() if (found[m] > limit if m in UPPER_LIMITS else found[m] < limit)]


def tier_sentences(folder: PlanningFolder, report: ServiceReport) -> tuple[str, ...]:
    """Say what each tier gets in the first week, beside contacts of no tier; nothing where there are no tiers."""
    start = report.grid.days[0].isoformat()
    rows = {row.tier: row for row in report.tiers if (row.scope, row.start, row.queue) == ("week", start, "all")}
    rest = rows.get(REST)
    text = []
    for tier in folder.centre.tiers:
        row = rows.get(tier.id)
        if row is not None and rest is not None and math.isfinite(row.simulated("mean_wait_s")[0]):
            text.append(_service(tier, row, rest))
        heads = heads_of(folder, tier)
        text += [] if heads is None else [heads_sentence(tier, heads)]
    return (*text, ONE_LINE) if rows else ()


def _service(tier: Tier, row: TierRow, rest: TierRow) -> str:
    wait, low, high = row.simulated("mean_wait_s")
    ends = f" ({low:,.1f} to {high:,.1f})" if math.isfinite(low) else ""
    others, level, gone = rest.simulated("mean_wait_s")[0], *(row.simulated(m)[0] for m in _SHARES)
    beside = f", against {others:,.1f} s for contacts of no tier" if math.isfinite(others) else ""
    short = missed(tier, row)
    end = "." if short is None else "; its targets are met."
    if short:
        names = {"mean_wait_s": "mean wait", "service_level": "service level", "abandonment": "abandonment"}
        end = f"; its target of {' and '.join(names[m] for m in short)} is missed."
    return (
        f"Tier {tier.id} waits {wait:,.1f} s on average{ends}{beside}; {100 * level:.1f} % are answered in time and "
        f"{100 * gone:.1f} % give up{end}"
    )


_SHARES = ("service_level", "abandonment")


def _open_hours(queues: list[Queue]) -> float:
    """Return the weekly hours in which any of some queues is open."""
    if any(not queue.open for queue in queues):
        return ROUND_THE_CLOCK_H
    minutes = np.zeros((7, DAY_MINUTES), dtype=np.bool_)
    for weekday in range(7):
        for window in (window for queue in queues for window in queue.open):
            minutes[weekday] |= [window.holds(weekday, minute) for minute in range(DAY_MINUTES)]
    return float(minutes.sum()) / 60

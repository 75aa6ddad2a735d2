"""The answer as people read it: who is there, net staffing at a glance, and the table of actions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planning.queue_names import group_name
from planning.today.effects import Effect, of_rest
from planning.today.presence import Presence
from planning.today.run import Today
from planning.today.unmet import unmet_lines

SHOWN = 15
"""Actions that are printed; all of them are in actions.csv."""

PEOPLE = 15
"""People missing that are named."""

SHORT = 0.5
"""Agents short from which an interval is named."""

TITLES = ("#", "action", "price", "worth", "mean wait s", "service level %", "abandonment %")


def lines_of(today: Today, effects: Sequence[Effect]) -> list[str]:
    """Write the whole answer."""
    day = today.situation.day
    lines = [f"{day.date:%A %Y-%m-%d}, {day.clock(day.now)}."]
    lines += presence_lines(today)
    lines += today.outlook.notes
    if not day.ahead.any():
        return [*lines, "The day is over: nothing is left to decide."]
    lines += _contacts(today)
    lines += net_lines(today)
    lines += table(effects, recommended=True, currency=today.situation.folder.centre.currency)
    options = [effect for effect in effects if not effect.recommended]
    if options:
        lines += ["Not applied, for somebody to decide:"]
        lines += [f"  {option_text(effect, today)}" for effect in options]
    start, end = (of_rest(today.board, state.usual) for state in (today.start, today.end))
    then = f"; with the actions: {_service(end)}" if today.steps else ""
    lines.append(f"From now on, all queues: {_service(start)}{then}.")
    left = unmet_lines(today)
    lines += (
        ["What remains missed:", *(f"  {line}" for line in left)]
        if left
        else [f"No target of the day is missed{' then' if today.steps else ''}."]
    )
    lines += [f"left out, for the rules forbid it: {text}" for text in today.refused]
    return lines


def presence_lines(today: Today) -> list[str]:
    """Say who is missing, who has left, and who is there unplanned."""
    found = today.situation.presence
    there = sum(one.state == "there" for one in found)
    odd = [one for one in found if one.state != "there"]
    if not found:
        return []
    count = {state: sum(one.state == state for one in odd) for state in ("missing", "left", "unplanned")}
    lines = [
        f"Log-ins: {there} there as rostered, {count['missing']} missing, {count['left']} logged out early, "
        f"{count['unplanned']} there without a shift. Who is missing is reckoned to stay away."
    ]
    lines += [f"  {_presence(today, one)}" for one in odd[:PEOPLE]]
    return lines + ([f"  and {len(odd) - PEOPLE} more, all in presence.csv"] if len(odd) > PEOPLE else [])


def _presence(today: Today, one: Presence) -> str:
    words = {"missing": "has not logged in", "left": "has logged out", "unplanned": "is there without a shift"}
    day = today.situation.day
    span = f"since {day.clock(one.start)}"
    if one.end is not None and one.state != "unplanned":
        span = f"shift {day.clock(one.start)}-{day.clock(one.end)}"
    served = f" on {', '.join(one.queues)}" if one.queues else ""
    return f"{today.situation.name(one.agent_id)} {words[one.state]} ({span}{served})"


def _contacts(today: Today) -> list[str]:
    """Say how the rest of the day is revised."""
    plan, part = today.situation.plan.requirement.volume, today.situation.day.part
    now = today.outlook.requirement.volume
    ahead = today.situation.day.ahead
    lines = []
    for q, name in enumerate(today.board.centre.queue_ids):
        planned, seen = (float(volume[q, part][ahead].sum()) for volume in (plan, now))
        if planned > 0 and abs(seen / planned - 1) >= 0.005:
            lines.append(f"{name}: {seen:,.0f} contacts still to come, {seen / planned - 1:+.0%} against the plan.")
    return lines


def net_lines(today: Today) -> list[str]:
    """Name each queue's worst interval of the rest of today, where agents are short."""
    label, centre = today.situation.day.date.isoformat(), today.board.centre
    worst: dict[str, tuple[float, str, float]] = {}
    for row in today.net():
        if row.start.startswith(label) and row.net <= min(-SHORT, worst.get(row.queue, (0.0,))[0] - 1e-9):
            worst[row.queue] = (row.net, row.start, row.net_after)
    return [
        f"{group_name(centre, queues)}{' together' if len(queues) > 1 else ''}: short by up to {-net:,.1f} agents, at "
        f"{start[11:16]} (with the actions {_net(after)})"
        for queues, (net, start, after) in ((tuple(name.split(";")), row) for name, row in worst.items())
    ]


def _net(agents: float) -> str:
    shown = round(agents, 1)
    return f"{abs(shown):,.1f} {'short' if shown < 0 else 'to spare'}" if shown else "just enough"


def table(effects: Sequence[Effect], *, recommended: bool, currency: str) -> list[str]:
    """Lay actions out in columns; effects are of all live queues from now on."""
    mine = [effect for effect in effects if effect.recommended == recommended]
    if not mine:
        return ["No action is worth more than it costs."]
    rows = [
        (
            str(effect.rank),
            effect.step.proposal.what,
            f"{effect.step.price:,.0f}",
            f"{effect.step.worth:,.0f}",
            _pair(effect, "mean_wait_s", 1.0, ",.0f"),
            _pair(effect, "service_level", 100.0, ".1f"),
            _pair(effect, "abandonment", 100.0, ".1f"),
        )
        for effect in mine[:SHOWN]
    ]
    heads = [title if title not in ("price", "worth") else f"{title} {currency}" for title in TITLES]
    widths = [max(len(head), *(len(row[k]) for row in rows)) for k, head in enumerate(heads)]
    lines = [
        "  ".join(
            cell.ljust(width) if k == 1 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (tuple(heads), *rows)
    ]
    return [line.rstrip() for line in lines] + (
        [f"and {len(mine) - SHOWN} more, all in actions.csv"] if len(mine) > SHOWN else []
    )


def _pair(effect: Effect, measure: str, scale: float, form: str) -> str:
    before, after = effect.before[measure], effect.after[measure]
    if not math.isfinite(before + after):
        return "-"
    return f"{scale * before:{form}} > {scale * after:{form}}"


def option_text(effect: Effect, today: Today) -> str:
    """Write one option with what it would cost and be worth."""
    step, currency = effect.step, today.situation.folder.centre.currency
    if step.proposal.emergency:
        return f"with a declared emergency: {step.proposal.what}, {currency} {step.price:,.0f}, worth {step.worth:,.0f}"
    return step.proposal.what


def action_text(effect: Effect, today: Today) -> str:
    """Write one action as a sentence with its effect and price."""
    step, currency = effect.step, today.situation.folder.centre.currency
    if not effect.recommended:
        return option_text(effect, today)
    paid = f"costs {currency} {step.price:,.0f}" if step.price > 0 else "costs nothing"
    if step.price < 0:
        paid = f"saves {currency} {-step.price:,.0f}"
    mends = (
        f"mends {currency} {step.mended:,.0f} of misses"
        if step.mended >= 0
        else f"adds {currency} {-step.mended:,.0f} of misses"
    )
    return f"{step.proposal.what}: {paid}, {mends}; {_service(effect.before)} -> {_service(effect.after)}"


def _service(figures: dict[str, float]) -> str:
    parts = []
    if math.isfinite(figures["mean_wait_s"]):
        parts.append(f"mean wait {figures['mean_wait_s']:,.0f} s")
    if math.isfinite(figures["service_level"]):
        parts.append(f"service level {100 * figures['service_level']:.1f} %")
    if math.isfinite(figures["abandonment"]):
        parts.append(f"abandonment {100 * figures['abandonment']:.1f} %")
    return ", ".join(parts) or "nothing comes"

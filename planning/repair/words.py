"""A repair in sentences: what changed, what it costs, and the service with and without it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from planning.repair.changes import counted
from planning.result import TargetResult

if TYPE_CHECKING:
    from planning.repair.run import Repair

TOLD = 40
"""Changes that are written out in the notes; all of them are in ``changes.csv``."""

STAGE_WORDS = {
    "kept": "nobody changes beside those whose week had become illegal",
    "seats": "re-booking elastic seats, and experts where there are some, is enough",
    "responses": "people moved to better weeks one by one",
    "search": "people moved, and the days concerned were searched",
}


def repair_notes(found: Repair, published: Mapping[str, Any]) -> list[str]:
    """Return the sentences of a repair, the diff among them.

    Parameters
    ----------
    found : Repair
    published : mapping
        ``plan.json`` of the published plan.
    """
    shown = [str(change) + (f" ({change.why})" if change.why else "") for change in found.changes]
    left = len(shown) - TOLD
    return [
        *summary(found, published),
        *(f"Changed: {line}." for line in shown[:TOLD]),
        *([f"{left} more changes are in changes.csv."] if left > 0 else []),
    ]


def summary(found: Repair, published: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures of a repair."""
    money = found.plan.folder.centre.currency
    count = counted(found.changes)
    people = len({change.agent_id for change in found.changes if change.what == "shift"})
    stopped = "; it was stopped there, before the search was done" if found.plan.solver.status == "stopped" else ""
    yield (
        f"Repair: {_number(count['shift'], 'agent-day')} of {_number(people, 'person', 'people')} changed, "
        f"{found.lost} of them because the published shift cannot be worked; "
        f"on {_number(count['breaks'], 'day')} breaks alone, on {_number(count['queues'], 'day')} queues alone; "
        f"{_number(count['seat'], 'day')} of elastic seats. "
        f"How: {'; '.join(dict.fromkeys(STAGE_WORDS[stage] for stage in found.stages))}{stopped}."
    )
    cost = found.plan.cost.total
    changed = found.plan.solver.parts.get("changes", 0.0)
    yield (
        f"Repair, cost: {money} {cost:,.0f}, {cost - found.cost_before:+,.0f} against the published roster without the "
        f"shifts that cannot be worked, {cost - found.cost_published:+,.0f} against the roster as published; its "
        f"changes are priced at {money} {found.price:,.2f} an agent-day, {changed:,.0f} in all (a price, nothing paid)."
    )
    planned = [row for row in published.get("targets", ()) if row.get("simulated") is not None]
    yield (
        "Repair, targets met in the simulation: "
        f"{sum(bool(row.get('met')) for row in planned)} of {len(planned)} as published, "
        f"{_met(found.targets_before)} without the repair, {_met(found.plan.targets)} with it."
    )
    yield from _waits(found)


def _waits(found: Repair) -> Iterator[str]:
    """Yield the days on which the repair changes the mean wait of a queue most."""
    before = {(row.queue, row.start): row for row in found.targets_before if row.measure == "mean_wait_s"}
    pairs = [
        (before[row.queue, row.start].simulated, row)
        for row in found.plan.targets
        if row.measure == "mean_wait_s" and (row.queue, row.start) in before
    ]
    moved = sorted(
        ((was, row) for was, row in pairs if math.isfinite(was - row.simulated) and abs(was - row.simulated) >= 1),
        key=lambda pair: -abs(pair[0] - pair[1].simulated),
    )
    for was, row in moved[:3]:
        yield (
            f"Repair, {row.queue} on {row.start}: mean wait {was:,.0f} s without the repair, {row.simulated:,.0f} s "
            f"with it; the target is {row.target:g} s."
        )


def _met(results: Sequence[TargetResult]) -> str:
    judged = [row for row in results if math.isfinite(row.simulated)]
    return f"{sum(row.met for row in judged)} of {len(judged)}"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"

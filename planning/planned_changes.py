"""What the settings plan to be different from history: growth and bots, in sentences for people."""

from __future__ import annotations

from datetime import date

from domain.folder import PlanningFolder
from domain.grid import local_midnight, to_utc64


def planned_change_notes(folder: PlanningFolder, week: date, days: int) -> list[str]:
    """Say which planned changes move the volume away from the forecast, and which may count twice.

    Parameters
    ----------
    folder : PlanningFolder
    week : date
        First planned day.
    days : int

    Returns
    -------
    list of str
        By queue, in the centre's order.
    """
    notes = []
    history, zone = folder.history, folder.centre.timezone
    for q, queue in enumerate(folder.centre.queues):
        mine = history.start[(history.queue == q) & (history.start < to_utc64(local_midnight(week, zone)))]
        for change in queue.growth:
            if (change.start - week).days >= days:
                continue
            notes.append(
                f"{queue.id}: planned growth from {change.start} on multiplies the forecast by {change.factor:g}"
            )
            if len(mine) and mine.max() >= to_utc64(local_midnight(change.start, zone)):
                notes.append(
                    f"{queue.id}: history reaches past {change.start}, so the forecast holds part of that growth "
                    "already and it counts twice: take the growth out of centre.toml once it shows"
                )
        if queue.deflection > 0:
            how = f"a bot takes {queue.deflection:.1%} of contacts, repeats among them"
            if queue.bot_coverage is not None and queue.bot_containment is not None:
                how += f" ({queue.bot_coverage:.0%} meet it, it settles {queue.bot_containment:.0%} of them)"
            if queue.deflected_aht_factor != 1:
                how += f", what is left takes {queue.deflected_aht_factor:g} times as long"
            notes.append(f"{queue.id}: {how}")
    return notes

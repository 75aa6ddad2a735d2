"""`shrinkage.csv`: scheduled, absent and lost minutes of days gone by."""

from __future__ import annotations

from datetime import date

import numpy as np

from domain.actuals import ShrinkageActuals
from planning.files.repeats import settle_repeats
from planning.files.table import Table

_DAY_MINUTES = 1440.0
_HOURS = 24.0


def read_shrinkage(table: Table, before: date | None = None) -> ShrinkageActuals:
    """Read `shrinkage.csv`.

    Parameters
    ----------
    table : Table
    before : date or None
        Rows from this local date on are left out, once they are checked.

    Notes
    -----
    Faults: more absent than scheduled, more lost than was left, more than a day of one person. Noticed: figures that
    look like hours.
    """
    settle_repeats(table, ("date", "agent_id"), "date and agent", "scheduled_minutes")
    scheduled, absent, lost = table["scheduled_minutes"], table["absent_minutes"], table["in_shift_lost_minutes"]
    with np.errstate(invalid="ignore"):
        table.flag(table.good & (absent > scheduled), "absent_minutes", "at most scheduled_minutes")
        left = scheduled - np.nan_to_num(absent)
        wanted = "at most scheduled_minutes less absent_minutes"
        table.flag(table.good & (lost > left + 1e-9), "in_shift_lost_minutes", wanted)
        mine = table.good & table.given["agent_id"]
        table.flag(mine & (scheduled > _DAY_MINUTES), "scheduled_minutes", "minutes of one person's day, at most 1440")
    rows = table.rows()
    people = rows[table.given["agent_id"][rows] & (scheduled[rows] > 0)]
    if len(people) and float(np.median(scheduled[people])) <= _HOURS:
        odd = np.zeros(table.size, dtype=np.bool_)
        odd[people] = True
        table.remark(odd, "scheduled_minutes", "minutes; these look like hours (shares come out the same)")
    found = ShrinkageActuals(table["date"][rows].astype("datetime64[D]"), scheduled[rows], absent[rows], lost[rows])
    return found if before is None else found.select(found.date < np.datetime64(before, "D"))

"""`seat_prices.csv`: up to which price an elastic seat pays, interval by interval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from domain.centre import Centre
from planning.files.lines_out import flag, number, text, write_csv
from scheduling.seat_prices import SeatPrices

COLUMNS = (
    "interval_start",
    "queues",
    "worth_per_hour",
    "block_worth_per_hour",
    "kept_worth_per_hour",
    "dual_per_hour",
    "price_per_hour",
    "pays",
    "booked",
    "left",
)


def write_seat_prices(weeks: Sequence[SeatPrices], centre: Centre, folder: Path) -> Path | None:
    """Write `seat_prices.csv`: a row a set of queues and open interval, in time order; None without elastic seats."""
    if not weeks or centre.elastic is None:
        return None
    price = centre.elastic.hourly_cost
    rows = []
    for week in weeks:
        for t in range(week.grid.size):
            for k, queues in enumerate(week.queues):
                if not np.isfinite(week.worth[k, t]):
                    continue
                figures = (array[k, t] for array in (week.worth, week.block, week.kept, week.dual))
                rows.append(
                    (
                        week.grid.label(t),
                        text(";".join(queues)),
                        # half a cent an hour is nothing: rounding keeps the noise of sums out of the file
                        *(number(round(float(value), 2) + 0.0) for value in figures),
                        number(price),
                        flag(bool(week.block[k, t] > price + 1e-9)),
                        str(int(week.booked[k, t])),
                        str(int(week.left[t])),
                    )
                )
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    return write_csv(folder / "seat_prices.csv", COLUMNS, columns)

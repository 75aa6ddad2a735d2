"""Break-even prices of elastic seats in words."""

from __future__ import annotations

from collections.abc import Sequence

from domain.centre import Centre
from planning.queue_names import group_name
from planning.report import wording
from planning.seat_prices import PAYS, Peak, booked_seat, cap_worth, next_seat
from scheduling.seat_prices import SeatPrices

NO_HELP = "no block that may be booked would help a target that the planning model misses"


def price_sentence(weeks: Sequence[SeatPrices], centre: Centre) -> str:
    """Say up to which price an elastic seat pays, and what one more seat of the cap is worth; empty without seats."""
    pool = centre.elastic
    if not weeks or pool is None:
        return ""
    money = centre.currency
    more, there = next_seat(weeks), booked_seat(weeks)
    price = f"price is {_amount(pool.hourly_cost)}"
    if more is not None:
        most = f"{money} {_amount(more.per_hour)} an hour {_at(more, centre)}"
        text = f"One more elastic seat is worth up to {most}; its {price}."
    elif there is not None:
        text = (
            f"One more elastic seat pays at no price: {NO_HELP}. Those "
            f"booked pay at up to {money} {_amount(there.per_hour)} an hour {_at(there, centre)}; their {price}."
        )
        if there.per_hour < pool.hourly_cost:
            text += " They are booked because seats come whole and in blocks; that worth is of parts of a seat."
    else:
        text = f"An elastic seat pays at no price: {NO_HELP}; its {price}."
    return f"{text} {_cap(weeks, centre)}"


def _cap(weeks: Sequence[SeatPrices], centre: Centre) -> str:
    heads = max(week.cap for week in weeks)
    hours = sum(week.reached_h for week in weeks)
    worth = cap_worth(weeks)
    each = "a week" if len(weeks) == 1 else "a week on average"
    amount = f"{centre.currency} {_amount(worth)} {each}"
    if heads == 0:
        return "The cap allows no seat" + (f"; the first would be worth {amount}." if worth >= PAYS else ".")
    name = f"The cap of {wording.counted(heads, 'seat')}"
    if hours <= 0:
        return f"{name} is nowhere reached: a higher one is worth nothing."
    reached = f"{name} is reached for {wording.number(hours, 0 if hours >= 10 else 1)} h"
    if worth < PAYS:
        return f"{reached}, but one more seat would save nothing that its blocks do not cost."
    return f"{reached}; one more seat of it is worth {amount}."


def _amount(value: float) -> str:
    return wording.number(value, 0 if value >= 100 else 2)


def _at(peak: Peak, centre: Centre) -> str:
    where = group_name(centre, list(peak.queues))
    return f"on {where} at {wording.day_text(peak.start.date())} {peak.start:%H:%M}"

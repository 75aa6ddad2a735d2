"""One activity goes where trying every place, each measured from nothing, finds the least loss."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import small
from activity_case import QUICK, activity, at
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.progress import Control
from scheduling.pauses.activities import place_activities
from scheduling.pauses.desk import EASE
from scheduling.roll import Roll, measure
from scheduling.service_model import row_values, shortfall_of
from scheduling.solve import solve


@cache
def rostered(load):
    """Return a model of four people without breaks, and a roster: short of people, or with some to spare."""
    model = small.model(small.folder(4, contracts=(small.contract(breaks=()),)), load=load)
    return model, solve(model, seed=1, effort=QUICK, control=Control())


def value(model, roll):
    """Return priced misses, and what is better or worse than targets at the price that breaks ties."""
    inst, service = model.instance, model.instance.service
    seats, gains, _, _ = measure(inst, roll)
    values = row_values(inst, seats, gains)
    return shortfall_of(inst, values) + float(
        (EASE * service.price * service.sign * (values - service.limit) / service.limit).sum()
    )


def every_place(model, roll, length, first, last):
    """Return the value of an activity of the first person at every start, with work on both sides."""
    inst = model.instance
    found = {}
    for d, tour in enumerate(roll.tours[0]):
        if tour[0] < 0:
            continue
        low, size = int(inst.options.start[tour[0]]), int(inst.options.length[tour[0]])
        for s in range(max(low + 1, first), min(low + size - 1, last) - length + 1):
            table = np.array([[0, d, s, length, 0]], dtype=np.int64)
            found[s] = value(model, Roll(roll.tours, roll.blocks, table, np.array([True])))
    return found


@settings(max_examples=25, deadline=None)
@given(
    load=st.sampled_from([1.0, 6.0]),
    slots=st.integers(1, 8),
    day=st.integers(0, 5),
    hour=st.integers(8, 18),
    days=st.integers(1, 6),
)
def test_no_place_loses_less(load, slots, day, hour, days):
    model, result = rostered(load)
    item = activity(minutes=15 * slots, earliest=at(day, hour), latest=at(min(day + days, 7), 0))
    model = replace(model, folder=replace(model.folder, activities=(item,)))
    window = round(24 * 4 * day + 4 * hour), 24 * 4 * min(day + days, 7)
    places = every_place(model, result.roll, slots, *window)
    placed = place_activities(model, result)
    if not places:
        assert len(placed.missed) == 1 and not len(placed.roll.activities)
        return
    ((_, _, start, length, _),) = placed.roll.activities.tolist()
    assert length == slots and start in places
    assert value(model, placed.roll) == pytest.approx(places[start])
    if load == 6.0:
        # every target is missed throughout, so that prices are the same wherever it lies
        assert places[start] == pytest.approx(min(places.values()), rel=1e-9)
    else:
        assert places[start] <= np.mean(list(places.values())) + 1e-9

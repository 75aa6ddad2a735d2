"""Break-even prices: exact against a roster measured afresh, nothing where there are people enough, dear where not."""

from __future__ import annotations

import numpy as np
import pytest
import small
from test_solve import ELASTIC, run

from domain.roster import Stretch
from scheduling.block_worth import BARRED, savings
from scheduling.model import Model
from scheduling.result import Result
from scheduling.roll import Roll, measure, objective_of_roll
from scheduling.seat_prices import seat_prices
from scheduling.service_model import elastic_cost, row_values


def solved(agents: int, load: float, **changes: object) -> tuple[Model, Result]:
    planning = small.folder(agents, elastic=ELASTIC.model_copy(update=changes))
    model = small.model(planning, load=load)
    return model, run(model)


@pytest.fixture(scope="module")
def short() -> tuple[Model, Result]:
    """Four people and one seat for the work of eight."""
    return solved(4, 5.0, share=0.34)


def test_a_block_saves_what_measuring_the_roster_with_it_finds(short: tuple[Model, Result]) -> None:
    """The fast sum equals the difference of two objectives, for blocks of every length, one more or one less."""
    model, result = short
    inst, roll = model.instance, result.roll
    seats, gains, _, _ = measure(inst, roll)
    values = row_values(inst, seats, gains)
    everywhere = np.ones(inst.slots, dtype=np.int64)
    now = objective_of_roll(inst, roll)
    rng = np.random.default_rng(3)
    taken = int(roll.blocks[:, 2].sum())
    for length in inst.elastic.lengths.tolist():
        found = savings(inst, seats, values, everywhere, length, 1.0)
        for t in rng.choice(np.flatnonzero(found[0] > BARRED), 12).tolist():
            more = Roll(roll.tours, np.vstack([roll.blocks, [[0, t * inst.per_interval, length]]]))
            cost = elastic_cost(inst, taken + length) - elastic_cost(inst, taken)
            assert found[0, t] == pytest.approx(now + cost - objective_of_roll(inst, more), abs=1e-6 * now)
    block = roll.blocks[0]
    room = np.zeros(inst.slots, dtype=np.int64)
    room[block[1] : block[1] + block[2]] = 1
    if block[1] % inst.per_interval == 0:
        lost = savings(inst, seats, values, room, int(block[2]), -1.0)
        fewer = Roll(roll.tours, roll.blocks[1:])
        paid = elastic_cost(inst, taken) - elastic_cost(inst, taken - int(block[2]))
        at = (int(block[0]), int(block[1]) // inst.per_interval)
        assert -lost[at] == pytest.approx(objective_of_roll(inst, fewer) + paid - now, abs=1e-6 * now)


def test_seats_are_worth_more_than_their_price_where_people_are_short(short: tuple[Model, Result]) -> None:
    """Every open interval of a short week has a price above nothing; the peak's is far above what a seat costs."""
    model, result = short
    prices = seat_prices(model, result)
    assert prices is not None
    assert np.nanmin(prices.worth) > 0
    assert np.nanmax(prices.block) > 10 * ELASTIC.hourly_cost
    assert np.nanmax(prices.dual) > ELASTIC.hourly_cost
    assert prices.cap == 1
    assert prices.cap_worth > 0
    assert prices.cap_dual > 0
    assert prices.reached_h > 0
    assert (prices.kept[prices.booked > 0] > 0).all()
    assert np.isnan(prices.kept[prices.booked == 0]).all()
    assert (prices.left <= 1).all()


def test_a_block_s_price_an_hour_is_no_more_than_its_best_interval_s(short: tuple[Model, Result]) -> None:
    """Misses fall ever more slowly, so that a block is worth at most the sum of its intervals."""
    prices = seat_prices(*short)
    assert prices is not None
    assert np.nanmax(prices.block) <= np.nanmax(prices.worth) + 1e-6


def test_a_seat_pays_at_no_price_where_there_are_people_enough() -> None:
    """Twelve people for the work of two: no interval, block or cap is worth anything."""
    model, result = solved(12, 1.0)
    prices = seat_prices(model, result)
    assert prices is not None
    assert np.nanmax(prices.worth) == 0
    assert np.nanmax(prices.block) == 0
    assert prices.cap_worth == 0
    assert prices.reached_h == 0
    assert (prices.booked == 0).all()


def test_closed_hours_have_no_price(short: tuple[Model, Result]) -> None:
    model, result = short
    prices = seat_prices(model, result)
    assert prices is not None
    opened = (model.intervals.minute_of_day >= 8 * 60) & (model.intervals.minute_of_day < 21 * 60)
    assert np.isfinite(prices.worth[0]).tolist() == opened.tolist()


def test_one_more_seat_of_the_cap_saves_what_it_is_said_to_be_worth_or_more() -> None:
    """A roster solved with one seat more costs less by at least the worth, less what the search lets lie."""
    model, result = solved(4, 5.0, share=0.34)
    prices = seat_prices(model, result)
    assert prices is not None
    assert prices.cap == 1
    more = small.folder(4, elastic=ELASTIC.model_copy(update={"share": 0.5}))
    wider = small.model(more, load=5.0)
    saved = result.objective - run(wider).objective
    assert saved > 0.8 * prices.cap_worth


def test_a_centre_without_seats_has_no_prices() -> None:
    model = small.model(small.folder(4), load=3.0)
    assert seat_prices(model, run(model)) is None
    model, result = solved(4, 3.0, share=0.0)
    assert seat_prices(model, result) is None
    model, result = solved(4, 3.0, notice_h=24.0 * 15)
    assert seat_prices(model, result) is None


def test_pinned_blocks_count_as_booked() -> None:
    grid = small.demand(small.folder(1)).grid
    pin = Stretch("elastic-001", grid.at(10 * 60), grid.at(13 * 60), queues=("phone",), pool="elastic")
    model = small.model(small.folder(6, elastic=ELASTIC.model_copy(update={"share": 0.17}), pins=(pin,)), load=1.0)
    prices = seat_prices(model, run(model))
    assert prices is not None
    assert prices.cap == 1
    assert prices.booked[0, 20:26].tolist() == [1] * 6
    assert prices.left[20:26].tolist() == [0] * 6

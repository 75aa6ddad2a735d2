"""A search of few changes: priced as a full count prices them, and people may take the place of elastic seats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small
from test_anneal import placed
from test_solve import CENTRES, ELASTIC, hard

from domain.history import Ints
from scheduling.handout import roster_of
from scheduling.held import Held
from scheduling.mend import mend
from scheduling.model import Model
from scheduling.repair_search import RepairEffort, RepairSearch
from scheduling.replaced import standing
from scheduling.roll import Roll, objective_of_roll

DEAR = ELASTIC.model_copy(update={"hourly_cost": 90.0})
LOOSE = small.contract(weekly_hours=small.Limits(min=0, max=48), days_per_week=small.Limits(min=0, max=6))


def held_of(model: Model, roll: Roll, days: tuple[int, ...]) -> Held:
    """Let everybody's every day change, changes beginning on some days, at no price."""
    people = len(roll.tours)
    cells = np.array([(a, d) for a in range(people) for d in days], dtype=np.int64)
    free = np.ones(roll.tours.shape[:2], dtype=np.int8)
    return Held(roll.tours, free, cells, np.array(days, dtype=np.int64), 0.0)


def mended(model: Model, roll: Roll, moves: int, heat: float, days: tuple[int, ...] = tuple(range(7))):
    """Mend a roster; return it and how far the objective is said to have fallen."""
    inst = model.instance
    nobody: Ints = np.zeros(inst.slots, dtype=np.int64)
    room = np.zeros((300, 3), dtype=np.int64)
    room[: len(roll.blocks)] = roll.blocks
    tours, blocks, count, fell = mend(
        inst,
        standing(inst, roll),
        roll.tours,
        room,
        len(roll.blocks),
        model.crew,
        held_of(model, roll, days),
        nobody,
        nobody - 1000,
        moves,
        False,
        heat,
        heat / 100,
        np.random.default_rng(4),
    )
    return Roll(tours, blocks[:count].copy()), fell


def booked(model: Model, roll: Roll) -> Roll:
    """Book elastic seats wherever they pay, people as they are."""
    gone = np.zeros(roll.tours.shape[:2], dtype=np.bool_)
    return RepairSearch.around(model, roll, roll, gone, range(7), RepairEffort(), 1).seats(roll)


@pytest.mark.parametrize("name", CENTRES)
def test_the_fall_of_the_objective_is_what_a_full_count_finds(name: str) -> None:
    """Thousands of changes later the running sum equals the objective measured afresh, and nothing is illegal."""
    model = small.model(CENTRES[name], 4.0)
    start = booked(model, placed(model))
    end, fell = mended(model, start, 20_000, 20.0)
    before, after = objective_of_roll(model.instance, start), objective_of_roll(model.instance, end)
    assert fell <= 0
    assert after - before == pytest.approx(fell, abs=1e-5 * max(before, 1.0))
    assert hard(CENTRES[name], roster_of(model, end)) == []


def test_people_take_the_place_of_dearer_elastic_seats() -> None:
    """All targets are met by seats at four times an agent's pay; people with hours left come in, and seats go."""
    folder = small.folder(8, elastic=DEAR, contracts=(LOOSE,))
    model = small.model(folder, 4.0)
    free = placed(model)
    tours = free.tours.copy()
    tours[:, 2:4] = -1
    start = booked(model, Roll(tours, free.blocks))
    end, fell = mended(model, start, 30_000, 0.5)
    assert len(start.blocks) > 0
    assert end.blocks[:, 2].sum() < start.blocks[:, 2].sum()
    assert (end.tours[:, :, 0] >= 0).sum() > (start.tours[:, :, 0] >= 0).sum()
    assert fell < 0
    assert hard(folder, roster_of(model, end)) == []


def test_blocks_of_other_days_stay() -> None:
    """Changes that begin on one day book and drop no seats of another."""
    model = small.model(small.folder(6, elastic=ELASTIC), 4.0)
    full = booked(model, placed(model))
    first, last = model.instance.day_first[1:3].tolist()

    def elsewhere(roll: Roll) -> list[list[int]]:
        return sorted(block for block in roll.blocks.tolist() if not first <= block[1] < last)

    start = Roll(full.tours, np.array(elsewhere(full), dtype=np.int64))
    end, _ = mended(model, start, 20_000, 5.0, days=(1,))
    assert elsewhere(end) == elsewhere(start)
    assert len(end.blocks) > len(start.blocks) > 0


def test_a_roster_given_is_left_as_it_is() -> None:
    """The search works on copies."""
    model = small.model(small.folder(6, elastic=ELASTIC), 4.0)
    start = booked(model, placed(model))
    kept = replace(start, tours=start.tours.copy(), blocks=start.blocks.copy())
    mended(model, start, 5_000, 20.0)
    assert np.array_equal(start.tours, kept.tours)
    assert np.array_equal(start.blocks, kept.blocks)

"""Many scenarios at once: the same figures as one by one, whatever is multiplied, and what cannot be is told apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.scenarios import read_asked, read_by_file
from domain.progress import Control
from domain.scenario import Prices, Scenario
from planning.whatif import Base, Only, WhatIfRow, answer_about
from planning.whatif.batch import plain
from tests.unit.planning.whatif_case import base_of

ONLY = Only(frozenset({"offered", "mean_wait_s", "service_level", "abandonment", "cost"}))


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(16)


def close(one: WhatIfRow, other: WhatIfRow) -> bool:
    places = ("scenario", "queue", "scope", "start", "measure")
    figures = ("base", "value", "low", "high")
    return all(getattr(one, name) == getattr(other, name) for name in places) and all(
        np.isclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-12, equal_nan=True) for name in figures
    )


FACTORS = st.floats(0.3, 3.0)


@given(st.lists(st.tuples(FACTORS, FACTORS, FACTORS), min_size=2, max_size=4), st.integers(1, 3))
@settings(deadline=None, max_examples=15)
def test_together_they_are_answered_as_one_by_one(base: Base, factors: list[tuple[float, ...]], cores: int) -> None:
    scenarios = [
        Scenario(name=f"s{k}", volume={"": volume}, aht={"": aht}, patience={"": patience})
        for k, (volume, aht, patience) in enumerate(factors)
    ]
    assert all(plain(base, scenario) for scenario in scenarios)
    together = answer_about(base, scenarios, only=ONLY, control=Control(cores=cores)).rows
    apart = [row for scenario in scenarios for row in answer_about(base, [scenario], only=ONLY).rows]
    assert len(together) == len(apart) > 20
    assert all(close(one, other) for one, other in zip(together, apart, strict=True))


def test_scenarios_that_change_more_are_answered_beside_them_in_their_order(base: Base) -> None:
    scenarios = [
        Scenario(name="more", volume={"": 1.2}),
        Scenario(name="one queue", volume={"phone": 1.5}),
        Scenario(name="dearer", prices=Prices(core=1.1)),
        Scenario(name="away", absence=0.3),
        Scenario(name="bot", deflection={"": 0.2}),
        Scenario(name="nobody", volume={"": 0.0}),
    ]
    assert [plain(base, scenario) for scenario in scenarios] == [True, False, False, False, True, False]
    together = answer_about(base, scenarios, only=ONLY).rows
    apart = [row for scenario in scenarios for row in answer_about(base, [scenario], only=ONLY).rows]
    assert list(dict.fromkeys(row.scenario for row in together)) == [scenario.name for scenario in scenarios]
    assert all(close(one, other) for one, other in zip(together, apart, strict=True))


def test_only_what_is_wanted_is_told(base: Base) -> None:
    scenarios = [Scenario(name="a", volume={"": 1.1}), Scenario(name="b", volume={"": 1.2})]
    week = answer_about(base, scenarios, only=Only(frozenset({"mean_wait_s"}), "week")).rows
    assert {(row.scope, row.measure) for row in week} == {("week", "mean_wait_s")}
    everything = answer_about(base, scenarios).rows
    assert {"cost", "targets_met", "fcr", "occupancy", "share"} <= {row.measure for row in everything}
    same = [row for row in everything if (row.scope, row.measure) == ("week", "mean_wait_s")]
    assert all(close(one, other) for one, other in zip(week, same, strict=True))


def test_plain_scenarios_are_read_as_the_reader_of_the_file_reads_them(base: Base) -> None:
    centre, grid = base.world.folder.centre, base.world.requirement.grid
    asked = [{"name": f"s{k}", "volume": 1 + k / 100, "patience": 2} for k in range(5)]
    assert read_asked(asked, centre, grid) == read_by_file(asked, centre, grid)
    for fault in ({"volume": -1}, {"volume": "x"}, {"volum": 1}, {"name": "base"}, {"name": "s3"}, {"name": ""}):
        with pytest.raises(Exception, match="expected"):
            read_asked([*asked[:-1], {**asked[-1], **fault}], centre, grid)

"""What is short, and why: spans that make a target miss, what the others do, and why no elastic seat is booked."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
import small

from domain.centre import ElasticPool, Priorities
from domain.contracts import Limits
from domain.progress import Control
from scheduling.handout import roster_of
from scheduling.result import Effort
from scheduling.shortage import pooled_need, shortages
from scheduling.solve import solve

QUICK = Effort(ascent=80, steps=60, moves=100_000, assembly=0.1)
DEAR = {"block_hours": (3, 4), "hourly_cost": 1e6, "queues": ("phone",), "share": 0.5}
FREE = small.contract(days_per_week=Limits(min=0, max=5), weekly_hours=Limits(min=0, max=40))
CENTRES = {
    "too few": {"agents": 4},
    "dear elastic": {"agents": 4, "elastic": ElasticPool(**DEAR)},
    "elastic elsewhere": {
        "agents": 4,
        "queues": (small.queue(), small.queue("chat", targets=())),
        "elastic": ElasticPool(**{**DEAR, "queues": ("chat",)}),
    },
    "too late": {"agents": 4, "elastic": ElasticPool(**DEAR, notice_h=1000)},
    "long blocks": {"agents": 4, "elastic": ElasticPool(**{**DEAR, "block_hours": (20,)})},
    "cheap misses": {"agents": 4, "contracts": (FREE,), "priorities": Priorities(shortfall_per_contact=0.001)},
}


@cache
def explained(name: str):
    """Solve a centre and explain the waits of Monday."""
    planning = small.folder(**CENTRES[name])
    model = small.model(planning, load=4.0)
    result = solve(model, seed=3, effort=QUICK, control=Control())
    missed = [row for row in model.targets if row.start == "2026-11-23" and row.queue == 0]
    return model, result, shortages(model, result, roster_of(model, result.roll), missed)


@pytest.mark.parametrize("name", CENTRES)
def test_everyone_is_in_one_of_a_few_groups_and_grammar_agrees(name: str) -> None:
    _, _, found = explained(name)
    assert found
    for short in found:
        groups, _, rest = short.why.partition(". ")
        total = int(re.match(r"(?:By .*?\. )?(?:Of the|All) (\d+) who may serve it", groups).group(1))
        assert total == 4
        outside = re.sub(r"\(.*?\)", "", groups)
        counts = [int(n) for n in re.findall(r"(\d+) (?:is|are|works?|has|have|cannot)\b", outside)]
        assert (sum(counts) or total) == total and len(counts) <= 5
        assert not re.search(r"\b1 (are|work|have)\b|\b[2-9] (is|works|has)\b", short.why)
        assert short.agents > 0 and "0.0 seats" not in short.why
        assert not rest or rest.endswith(".")


def test_seats_are_those_of_the_interval_s_need() -> None:
    """The number is the mean, over the span, of need less effective seats: the grid of the report shows the same."""
    model, result, found = explained("too few")
    need = pooled_need(model)[0]
    for short in found:
        span = slice(model.intervals.index_at(short.start), model.intervals.index_at(short.end))
        assert short.agents == pytest.approx(float((need[span] - result.seats[0, span]).mean()))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("elastic elsewhere", "Elastic seats may not serve it."),
        ("too late", "It is too late to book elastic seats: their notice is 1000 hours."),
        (
            "long blocks",
            "2 elastic seats are left, but no block (20 hours or more) fits opening hours, notice and cap.",
        ),
        ("dear elastic", "2 elastic seats are left; the best block ("),
    ],
)
def test_why_no_elastic_seat_is_booked(name: str, said: str) -> None:
    assert all(said in short.why for short in explained(name)[2])


def test_a_centre_without_elastic_seats_does_not_speak_of_them() -> None:
    assert not any("lastic" in short.why for short in explained("too few")[2])


def test_a_dear_block_is_told_with_what_it_would_save() -> None:
    for short in explained("dear elastic")[2]:
        price, saved = re.search(r"costs EUR ([\d,]+) and would save only EUR ([\d,]+) of misses", short.why).groups()
        assert int(price.replace(",", "")) in (3_000_000, 4_000_000)
        assert int(saved.replace(",", "")) < 3_000_000


def test_people_who_are_free_are_told_with_the_price_of_a_shift() -> None:
    """Misses at next to nothing: nobody is asked to work, all are free, and that is said with both prices."""
    _, _, found = explained("cheap misses")
    free = [short for short in found if " free" in short.why]
    assert free
    for short in free:
        assert re.search(
            r"A further shift costs EUR \d+ or more; all that is missed .* is priced at EUR \d+", short.why
        )


def test_where_the_formulas_find_enough_the_simulation_s_worth_is_counted() -> None:
    """Seats for every need, each worth little in the simulation: said, and counted so."""
    planning = small.folder(12)
    model = small.model(planning, load=1.0)
    result = solve(model, seed=3, effort=QUICK, control=Control())
    need = pooled_need(model)[0]
    there = np.where(need > 0, need + 0.1, 0.0)
    model.learned.efficiency[:] = 0.6
    rich = result.__class__(**{**result.__dict__, "seats": there[None, :]})
    missed = [row for row in model.targets if row.start == "2026-11-23"]
    found = shortages(model, rich, roster_of(model, result.roll), missed)
    assert found
    assert all(short.why.startswith("By the formulas the seats are enough; in the simulation") for short in found)
    model.learned.efficiency[:] = 1.0
    (small_miss,) = shortages(model, rich, roster_of(model, result.roll), missed)
    assert small_miss.why.startswith("No interval lacks a quarter of a seat")

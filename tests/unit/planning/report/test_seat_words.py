"""Break-even prices in a sentence, in `plan.json` and in `seat_prices.csv`."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from domain.grid import IntervalGrid
from planning.files.plan_json import plan_document
from planning.files.seat_prices_file import COLUMNS, write_seat_prices
from planning.report.page import render
from planning.report.seat_words import price_sentence
from planning.report.summary import summary_lines
from planning.result import Plan
from planning.seat_prices import booked_seat, cap_worth, next_seat, price_document
from scheduling.seat_prices import SeatPrices


@pytest.fixture
def prices() -> SeatPrices:
    """Two sets of queues over a week of half hours; only Monday from 10 to 11 is open and short."""
    grid = IntervalGrid.of_days(date(2026, 11, 23), 7, "Asia/Shanghai", 30)
    closed = np.full((2, grid.size), np.nan)
    worth, block, kept, dual = (closed.copy() for _ in range(4))
    worth[:, 18:24] = 0.0
    worth[0, 20:22] = (300.0, 310.0)
    block[:, 18:24] = 0.0
    block[0, 18:24] = 120.5
    dual[:, 18:24] = 40.0
    dual[0, 21] = 82.25
    kept[0, 20] = 500.0
    booked = np.zeros((2, grid.size), dtype=np.int64)
    booked[0, 20:22] = 1
    left = np.ones(grid.size, dtype=np.int64)
    left[20:22] = 0
    names = (("phone",), ("phone", "chat"))
    return SeatPrices(grid, names, worth, block, kept, dual, booked, left, 1, 1.0, 250.0, 300.0)


def calm(prices: SeatPrices) -> SeatPrices:
    """Return the prices of a week in which no further seat is worth anything."""
    return replace(prices, worth=prices.worth * 0, block=prices.block * 0, cap_worth=0.0)


def test_where_a_block_pays_most_is_where_a_seat_is_worth_most_in_it(prices: SeatPrices) -> None:
    found = next_seat([prices])
    assert found is not None
    assert (f"{found.start:%H:%M}", found.queues, found.per_hour) == ("10:30", ("phone",), 120.5)
    there = booked_seat([prices])
    assert there is not None and there.per_hour == 82.25
    assert next_seat([calm(prices)]) is None


def test_the_sentence_tells_price_cap_and_where(plan: Plan, prices: SeatPrices) -> None:
    centre = plan.folder.centre
    assert price_sentence([prices], centre) == (
        "One more elastic seat is worth up to CNY 120 an hour on phone at Mon 23 Nov 10:30; its price is 75.00. "
        "The cap of 1 seat is reached for 1.0 h; one more seat of it is worth CNY 250 a week."
    )
    assert price_sentence([calm(prices)], centre) == (
        "One more elastic seat pays at no price: no block that may be booked would help a target that the planning "
        "model misses. Those booked pay at up to CNY "
        "82.25 an hour on phone at Mon 23 Nov 10:30; their price is 75.00. The cap of 1 seat is reached for 1.0 h, but "
        "one more seat would save nothing that its blocks do not cost."
    )
    cheap = replace(calm(prices), dual=prices.dual * 0.5)
    assert (
        "41.12 an hour on phone at Mon 23 Nov 10:30; their price is 75.00. They are booked because"
        in price_sentence([cheap], centre)
    )
    idle = replace(calm(prices), booked=prices.booked * 0, reached_h=0.0)
    assert price_sentence([idle], centre).startswith("An elastic seat pays at no price")
    assert price_sentence([idle], centre).endswith("is nowhere reached: a higher one is worth nothing.")
    none = replace(prices, cap=0)
    assert price_sentence([none], centre).endswith("allows no seat; the first would be worth CNY 250 a week.")
    assert price_sentence([], centre) == ""
    assert cap_worth([prices, calm(prices)]) == 125.0
    assert "a week on average" in price_sentence([prices, calm(prices)], centre)


def test_a_plan_tells_them_on_its_page_in_the_terminal_and_in_its_json(plan: Plan, prices: SeatPrices) -> None:
    priced = replace(plan, seat_prices=(prices,))
    assert "One more elastic seat is worth up to CNY 120 an hour" in render(priced).replace("\u00a0", " ")
    assert any(line.startswith("prices    One more elastic seat") for line in summary_lines(priced))
    elastic = plan_document(priced, "0")["elastic"]
    assert elastic["break_even"]["next_seat"] == {
        "start": "2026-11-23T10:30+08:00",
        "queues": ["phone"],
        "per_hour": 120.5,
    }
    assert elastic["cap"] == {
        "seats": 1,
        "reached_h": 1.0,
        "worth_per_seat": 250.0,
        "worth_per_seat_by_bound": 300.0,
    }
    assert set(plan_document(plan, "0")["elastic"]) == {"peak_share", "hours"}
    assert price_document([], plan.folder.centre) == {}
    assert price_document([calm(prices)], plan.folder.centre)["break_even"]["next_seat"] is None


def test_the_file_has_a_row_an_open_interval_and_set_of_queues(plan: Plan, prices: SeatPrices, tmp_path: Path) -> None:
    assert write_seat_prices((), plan.folder.centre, tmp_path) is None
    path = write_seat_prices((prices,), plan.folder.centre, tmp_path)
    assert path is not None
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 12
    ten = [row for row in rows if row["interval_start"] == "2026-11-23T10:00+08:00"]
    assert [row["queues"] for row in ten] == ["phone", "phone;chat"]
    assert ten[0] == {
        "interval_start": "2026-11-23T10:00+08:00",
        "queues": "phone",
        "worth_per_hour": "300",
        "block_worth_per_hour": "120.5",
        "kept_worth_per_hour": "500",
        "dual_per_hour": "40",
        "price_per_hour": "75",
        "pays": "true",
        "booked": "1",
        "left": "0",
    }
    assert (ten[1]["pays"], ten[1]["kept_worth_per_hour"], ten[1]["booked"]) == ("false", "", "0")

from datetime import date, timedelta

import numpy as np
import pytest

from domain.grid import local_midnight
from domain.people import Event
from domain.progress import Control
from forecasting.backtest import CHOSEN, NAIVE, backtest, naive_scale
from forecasting.backtest_row import backtest_table
from forecasting.members import COMBINATION, FLOOR

FIRST, DAYS = date(2024, 1, 1), 168


@pytest.fixture
def rows(make_centre, make_history, weekly_total):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, weekly_total)
    return backtest(history, centre, (), origins=4, leads=(1, 3), control=Control())


def test_every_member_stands_beside_the_chosen_one(rows):
    for lead in (1, 3):
        names = [row.member for row in rows if row.lead == lead]
        assert names[0] == CHOSEN
        assert {FLOOR, COMBINATION, *NAIVE} <= set(names)
        assert all(row.origins == 4 for row in rows if row.lead == lead)


def test_its_figures_agree_with_one_another(rows):
    for row in rows:
        assert 0 < row.day_wape <= row.wape
        assert abs(row.bias) <= row.day_wape
        assert row.mase > 0
    chosen = next(row for row in rows if row.member == CHOSEN)
    assert 0.6 < chosen.cover80 < 0.97
    assert chosen.cover80 <= chosen.cover95 <= 1
    naive = next(row for row in rows if row.member == "seasonal naive" and row.lead == 1)
    assert 0.8 < naive.mase < 1.2
    assert chosen.wape < naive.wape


def test_the_chosen_row_is_one_of_the_members_at_each_origin(make_centre, make_history, weekly_total):
    """With one origin the chosen row must equal the row of the member that was taken."""
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, weekly_total)
    rows = backtest(history, centre, (), origins=1, leads=(1,), control=Control())
    assert any(row.wape == rows[0].wape and row.pinball == rows[0].pinball for row in rows if row.member != CHOSEN)


def test_later_weeks_do_not_change_what_an_earlier_origin_forecast(make_centre, make_history, weekly_total):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, weekly_total)
    whole = backtest(history, centre, (), origins=2, leads=(1,), control=Control())
    newest = backtest(history, centre, (), origins=1, leads=(1,), control=Control())
    older_history = history.select(history.start < np.datetime64("2024-06-09T22:00"))
    older = backtest(older_history, centre, (), origins=1, leads=(1,), control=Control())
    for name in (CHOSEN, FLOOR):
        both = next(r for r in whole if r.member == name)
        parts = [next(r for r in part if r.member == name) for part in (newest, older)]
        low, high = sorted(part.wape for part in parts)
        assert low <= both.wape <= high


def test_the_table_names_what_it_shows(rows):
    table = backtest_table(rows)
    lines = table.splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[0].split()[:3] == ["queue", "lead", "member"]
    assert "chosen" in lines[1]
    assert "nan" not in table


def test_the_scale_is_the_change_from_a_week_before():
    counts = np.arange(21, dtype=float)[:, None]
    assert naive_scale(counts) == 7.0
    assert naive_scale(counts[:5]) == 0.0


def test_a_stopped_back_test_returns_what_is_done(make_centre, make_history, weekly_total):
    centre = make_centre()
    control = Control()
    control.cancel.set()
    history = make_history(centre, FIRST, 60, weekly_total)
    assert backtest(history, centre, (), origins=2, leads=(1,), control=control) == []


def test_bands_of_a_week_with_an_event_are_wider_as_they_are_ahead(make_centre, make_history, weekly_total):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, weekly_total)
    start = local_midnight(date(2024, 6, 10), centre.timezone)
    event = Event(start=start, end=start + timedelta(days=6), name="Sale", lift=1.0)
    plain, lifted = (
        next(
            row
            for row in backtest(history, centre, events, origins=1, leads=(1,), control=Control())
            if row.member == FLOOR
        )
        for events in ((), [event])
    )
    assert lifted.wape == plain.wape
    assert lifted.cover80 > plain.cover80

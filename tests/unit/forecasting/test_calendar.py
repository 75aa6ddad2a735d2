from datetime import date, timedelta

import numpy as np

from forecasting.calendar import day_calendar
from forecasting.design import calendar_design


def index(calendar, day: date) -> int:
    return (day - calendar.first).days


def test_chinese_make_up_days_are_worked_weekends():
    calendar = day_calendar(date(2024, 1, 1), 120, "CN")
    for day in (date(2024, 2, 4), date(2024, 2, 18)):  # published with the Spring Festival of 2024
        assert calendar.makeup[index(calendar, day)]
        assert calendar.working[index(calendar, day)]
    assert calendar.makeup.sum() == 4  # and 7 and 28 April
    assert "Chinese New Year" in calendar.holiday[index(calendar, date(2024, 2, 10))]


def test_days_around_a_monday_holiday():
    calendar = day_calendar(date(2013, 3, 20), 30, "FR")  # Easter Monday is 1 April
    assert calendar.eve[index(calendar, date(2013, 3, 29))]
    assert calendar.block[index(calendar, date(2013, 3, 31))]
    assert calendar.after[index(calendar, date(2013, 4, 2))]
    assert calendar.second_after[index(calendar, date(2013, 4, 3))]
    assert calendar.special.sum() == 6  # eve, Saturday to Monday, two days after, and nothing else


def test_a_lone_working_day_is_a_bridge_and_neither_eve_nor_after():
    calendar = day_calendar(date(2013, 5, 1), 20, "FR")  # Ascension is Thursday 9 May, 8 May a holiday too
    friday = index(calendar, date(2013, 5, 10))
    assert calendar.bridge[friday]
    assert not calendar.after[friday]
    assert not calendar.eve[friday]


def test_own_holidays_add_and_an_empty_name_cancels():
    own = {date(2013, 5, 1): "", date(2013, 5, 15): "Stocktaking"}
    calendar = day_calendar(date(2013, 5, 1), 20, "FR", own)
    assert calendar.holiday[0] == ""
    assert calendar.holiday[14] == "Stocktaking"


def test_an_unknown_country_has_no_holidays_and_says_so():
    calendar = day_calendar(date(2024, 12, 20), 10, "XX")
    assert not calendar.known_country
    assert not calendar.is_holiday.any()
    assert not day_calendar(date(2024, 12, 20), 10, "").known_country


def test_month_edges_count_working_days():
    calendar = day_calendar(date(2024, 6, 1), 30, "FR")
    assert calendar.from_month_start[index(calendar, date(2024, 6, 3))] == 0  # the 1st is a Saturday
    assert calendar.to_month_end[index(calendar, date(2024, 6, 28))] == 0
    assert calendar.from_month_start[0] == -1


def test_traits_do_not_depend_on_where_the_window_begins():
    whole = day_calendar(date(2013, 1, 1), 200, "FR")
    part = day_calendar(date(2013, 4, 1), 60, "FR")
    at = slice(90, 150)
    assert whole.holiday[at] == part.holiday
    for name in ("eve", "after", "second_after", "bridge", "block", "from_month_start", "to_month_end"):
        assert np.array_equal(getattr(whole, name)[at], getattr(part, name)), name


def test_columns_without_support_are_dropped():
    calendar = day_calendar(date(2024, 1, 8), 60, "FR")
    design = calendar_design(calendar)
    known = np.zeros(30, dtype=bool)
    known[:30] = calendar.weekday[:30] < 5
    used = [design.columns[c] for c in design.supported(known, frozenset({"weekday", "special", "month"}))]
    assert "weekday 4" in used
    assert "weekday 5" not in used
    assert not any(name.startswith("holiday") for name in used)
    assert not any(name.startswith("year") for name in used)


def test_every_column_is_finite_and_named_once():
    design = calendar_design(day_calendar(date(2022, 1, 1), 800, "CN"))
    assert np.isfinite(design.matrix).all()
    assert len(set(design.columns)) == len(design.columns) == design.matrix.shape[1]
    assert (design.spread > 0).all()


def test_holiday_names_lose_what_stands_in_brackets():
    calendar = day_calendar(date(2022, 12, 20), 20, "GB")
    named = {name for name in calendar.holiday if name}
    assert named
    assert all("(" not in name for name in named)
    assert calendar.first + timedelta(days=5) == date(2022, 12, 25)


def test_days_between_two_feasts_are_minor_holidays_and_special():
    calendar = day_calendar(date(1999, 9, 1), 60, "IL")  # Sukkot 25 September to 2 October
    sunday = index(calendar, date(1999, 9, 26))
    assert calendar.minor[sunday] == "Sukkot holiday"
    assert calendar.special[sunday]
    assert not calendar.is_holiday[sunday]
    design = calendar_design(calendar)
    assert design.matrix[sunday, design.columns.index("minor holiday")] == 1.0


def test_a_country_without_minor_holidays_has_none():
    assert not day_calendar(date(2024, 1, 1), 366, "FR").is_minor.any()
    assert not day_calendar(date(2024, 1, 1), 366, "").is_minor.any()


def test_a_day_after_a_holiday_is_expected_to_be_busier_before_any_was_seen():
    design = calendar_design(day_calendar(date(2003, 3, 3), 120, "US"))  # Memorial Day is 26 May
    column = design.columns.index("after, midweek")
    unseen = np.arange(120) < 60
    assert column in design.supported(unseen[:60], frozenset({"special"}))
    assert design.expected[column] > 0


def test_a_bridge_before_a_holiday_is_an_eve_even_where_the_days_end():
    """Friday 2024-05-10 is a bridge in France; with Saturday named a holiday it is an eve too."""
    own = {date(2024, 5, 11): "Fair"}
    for days in (10, 20):
        calendar = day_calendar(date(2024, 5, 1), days, "FR", own)
        assert calendar.bridge[9]
        assert calendar.eve[9]

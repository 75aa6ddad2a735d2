"""One person without a legal week: the fewest rules in conflict, the days, and a change that lifts it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.centre import Experts
from domain.contracts import Limits, StartWindow, WeekendRule
from domain.people import Skill
from domain.roster import Stretch
from scheduling.explain_person import explain_person
from scheduling.person_week import ALL, FAMILIES, find_weeks
from scheduling.rules import RULES
from tests.scheduling_case import MONDAY, at, full_time, leave, make_folder, may, person, shift, week

FREE = {"weekly_hours": Limits(), "days_per_week": Limits(max=7)}


def folder(agents=("ann",), contract=None, **rest):
    return make_folder(agents=[person(name) for name in agents], contracts=[contract or full_time()], **rest)


def explain(case, weeks=1):
    found = explain_person(case, "ann", MONDAY, weeks)
    return None if found is None else (set(found.rules), found.days, found.change)


def work(day, low, high, who="ann"):
    return Stretch(who, at(day, low), at(day, high), "work", ("phone",))


def test_families_are_rules():
    assert {rule.id for rule in RULES} >= set(FAMILIES)


def test_a_person_with_a_legal_week_has_no_conflict():
    assert explain(folder()) is None
    assert explain(folder(), weeks=3) is None


def test_away_all_week_is_legal():
    assert explain(folder(time_off=[leave("ann", at(0, "00:00"), at(7, "00:00"))])) is None
    assert explain(folder(availability=[may("ann", "Mon-Sun", "09:00", "12:00")])) is None


def test_a_pin_on_leave():
    case = folder(time_off=[leave("ann", at(1, "00:00"), at(2, "00:00"))], pins=[work(1, "09:00", "12:00")])
    rules, days, change = explain(case)
    assert rules == {"Time off", "Pins"} and days == ("2026-11-24",)
    assert change == (
        "remove the pin work, 2026-11-24 09:00 to 12:00 (pins.csv); or "
        "move the time off 2026-11-24 00:00 to 2026-11-25 00:00 (time_off.csv)"
    )


def test_only_the_days_of_a_longer_leave_that_matter_are_named():
    """Three days of leave, a pin on the second: the first and the last play no part."""
    case = folder(time_off=[leave("ann", at(1, "00:00"), at(4, "00:00"))], pins=[work(2, "09:00", "12:00")])
    rules, days, change = explain(case)
    assert rules == {"Time off", "Pins"} and days == ("2026-11-25",)
    assert "move the time off 2026-11-24 00:00 to 2026-11-27 00:00 (time_off.csv)" in change


def test_the_line_of_a_pin_is_named_where_it_is_known():
    pins = [work(0, "09:00", "12:00"), work(1, "09:00", "12:00")]
    case = folder(time_off=[leave("ann", at(1, "00:00"), at(2, "00:00"))], pins=pins, pin_lines=[2, 5])
    assert "(pins.csv, line 5); or move" in explain(case)[2]


def test_the_person_is_named_with_their_id():
    case = make_folder(
        agents=[person("ann", name="Ann Lee")],
        time_off=[leave("ann", at(1, "00:00"), at(2, "00:00"))],
        pins=[work(1, "09:00", "12:00")],
    )
    found = explain_person(case, "ann", MONDAY, 1)
    assert found.who == ("Ann Lee (ann)",)
    assert str(found).startswith("Ann Lee (ann) on 2026-11-24: Time off + Pins cannot all be kept. Smallest change: ")


def test_only_the_pins_that_matter_are_named():
    pins = [work(0, "09:00", "12:00"), work(1, "09:00", "12:00"), work(4, "09:00", "12:00")]
    case = folder(time_off=[leave("ann", at(1, "00:00"), at(2, "00:00"))], pins=pins)
    assert explain(case)[1] == ("2026-11-24",)


def test_two_pins_at_once():
    pins = [work(1, "09:00", "12:00"), Stretch("ann", at(1, "11:00"), at(1, "12:00"), "off")]
    rules, days, change = explain(folder(pins=pins))
    assert rules == {"Pins"} and days == ("2026-11-24",) and change.startswith("remove the pin")


def test_pinned_shifts_without_their_rest():
    pins = [*shift("ann", at(1, "16:00"), queues=("chat",)), work(2, "08:00", "09:00")]
    rules, _, change = explain(folder(pins=pins))
    assert rules == {"Rest between shifts", "Pins"}
    assert change.startswith("remove the pin work, 2026-11-2")


def test_a_pin_outside_the_start_window():
    rules, _, change = explain(folder(pins=[work(1, "05:00", "08:00")], contract=full_time(**FREE)))
    assert rules == {"Pins", "Opening hours"}
    assert change.startswith("remove the pin")


def test_hours_that_no_days_can_hold():
    contract = full_time(shift_hours=Limits(min=7, max=7), weekly_hours=Limits(min=40, max=40))
    rules, days, change = explain(folder(contract=contract))
    assert rules == {"Shift hours", "Weekly hours"} and days == ("2026-11-23",)
    assert change == (
        "raise shift_hours.max to 8 of contract full (centre.toml); or "
        "lower weekly_hours.min to 35 of contract full (centre.toml)"
    )
    capped = full_time(shift_hours=Limits(min=6, max=7), weekly_hours=Limits(min=40, max=40))
    rules, _, change = explain(folder(contract=capped))
    assert rules == {"Shift hours", "Days per week", "Weekly hours"}
    assert change.startswith(
        "raise days_per_week.max to 6 of contract full (centre.toml); or raise shift_hours.max to 8"
    )


def test_a_change_named_does_lift_the_conflict():
    contract = full_time(shift_hours=Limits(min=6, max=7), weekly_hours=Limits(min=40, max=40))
    wider = contract.model_copy(update={"days_per_week": Limits(min=5, max=6)})
    assert find_weeks(folder(contract=contract), "ann", MONDAY, 1) is None
    assert find_weeks(folder(contract=wider), "ann", MONDAY, 1) is not None


def test_rest_longer_than_the_start_window_allows():
    contract = full_time(rest_h=16, start=StartWindow(from_minute=540, to_minute=540))
    rules, _, change = explain(folder(contract=contract))
    # a shift ends 15 hours before the next start, so no two days follow each other
    assert {"Rest between shifts", "Weekly hours"} <= rules
    assert change


def test_days_in_a_row_after_previous_rosters():
    contract = full_time(
        days_per_week=Limits(min=6, max=6), weekly_hours=Limits(min=48, max=48), max_consecutive_days=3
    )
    assert explain(folder(contract=contract)) is None
    case = replace(folder(contract=contract), previous=tuple(week("ann", days=range(-2, 0))))
    rules, _, change = explain(case)
    assert rules == {"Days in a row", "Days per week"}
    assert change == "raise max_consecutive_days to 4 of contract full (centre.toml)"


def test_free_weekends_against_days():
    contract = full_time(
        days_per_week=Limits(min=6, max=6),
        weekly_hours=Limits(min=48, max=48),
        weekends_off=WeekendRule(at_least=1, in_weeks=2),
    )
    case = folder(contract=contract)
    assert explain(case) is None
    rules, days, _ = explain(case, weeks=2)
    assert "Free weekends" in rules and days == ("2026-11-30",)


def test_a_lapsed_certificate():
    case = folder(skills=[Skill(agent_id="ann", queue="phone", certified_until=MONDAY)])
    rules, _, change = explain(case)
    assert "Skills" in rules
    assert change == "renew the certificate for phone that ends on 2026-11-23 (skills.csv)"
    rules, _, change = explain(folder(skills=[]))
    assert "Skills" in rules and change == "let them serve phone (skills.csv)"


def test_breaks_that_do_not_fit():
    meal = full_time().breaks[0].model_copy(update={"after_minutes": 600, "before_minutes": 660})
    rules, _, change = explain(folder(contract=full_time(breaks=(meal,))))
    assert "Breaks" in rules
    assert change == "set after_minutes of the meal of contract full to 465 (centre.toml)"


def test_an_expert_whose_contract_asks_for_more_than_the_second_line_allows():
    case = make_folder(agents=[person("ann", pool="expert")], centre={"experts": Experts(share=1, weekly_hours_max=10)})
    rules, _, change = explain(case)
    assert rules == {"Expert hours", "Weekly hours"}
    # fewer weekly hours alone would not do: five days of eight hours remain
    assert change == "raise weekly_hours_max of experts to 40 (centre.toml)"


@pytest.mark.parametrize(
    "contract",
    [
        full_time(days_off_together=3),
        full_time(weekly_rest_h=100),
        full_time(nights_per_week=Limits(min=6, max=7)),
        full_time(
            start_spread_minutes=0,
            nights_per_week=Limits(min=1, max=4),
            start=StartWindow(from_minute=780, to_minute=900, step_minutes=60),
        ),
    ],
)
def test_what_is_named_conflicts_and_each_part_is_needed(contract):
    case = folder(contract=contract)
    found = explain_person(case, "ann", MONDAY, 1)
    ids = {rule.label: rule.id for rule in RULES}
    kept = frozenset(ids[label] for label in found.rules)
    assert find_weeks(case, "ann", MONDAY, 1, kept) is None
    for family in kept:
        assert find_weeks(case, "ann", MONDAY, 1, kept - {family}) is not None
    assert str(found).startswith("ann on 2026-11-23: ") and "Smallest change: " in str(found)


def test_pins_elsewhere_and_other_people_do_not_matter():
    case = folder(("ann", "bob"), pins=[work(0, "03:00", "04:00", "bob")])
    assert explain(case) is None
    assert explain_person(case, "bob", MONDAY, 1) is not None


def test_fewer_rules_never_allow_less():
    case = folder(time_off=[leave("ann", at(0, "00:00"), at(1, "00:00"))])
    for family in FAMILIES:
        assert find_weeks(case, "ann", MONDAY, 1, ALL - {family}) is not None


def test_a_night_pinned_across_midnight_belongs_to_its_evening():
    contract = full_time(**FREE, start=StartWindow(from_minute=1320, to_minute=1320), breaks=())
    pin = [Stretch("ann", at(1, "02:00"), at(1, "05:00"), "work", ("chat",))]
    plan = find_weeks(folder(contract=contract, pins=pin), "ann", MONDAY, 1)
    assert plan is not None and plan[0] is not None and plan[1] is None


def test_hiring_in_the_week_is_legal():
    case = make_folder(agents=[person("ann", hired_on=MONDAY + timedelta(days=4))])
    plan = find_weeks(case, "ann", MONDAY, 1)
    assert plan is not None and not any(plan[:4])

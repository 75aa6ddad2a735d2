"""`centre.toml` of the reference centre says what the case says, in entities the rooms accept."""

from pathlib import Path

import pytest

from domain.contracts import BreakRule
from planning.reference import parameters as case
from planning.reference.centre import centre_toml

DOCS = Path(__file__).parents[4] / "docs" / "reference" / "reference-centre.md"


@pytest.fixture(scope="module")
def centre():
    return centre_toml()


def test_fifteen_queues_with_their_targets(centre):
    assert [queue["id"] for queue in centre["queues"]] == list(case.QUEUES)
    assert len(case.QUEUES) == 15
    for queue in centre["queues"]:
        day, week = queue["target"]
        assert (day["mean_wait_s"], day["abandonment"], day["occupancy"]) == (90, 0.05, 0.90)
        assert week == {"scope": "week", "fcr": 0.70}


def test_text_carries_three_and_phone_one(centre):
    for queue in centre["queues"]:
        phone = queue["id"].endswith("phone")
        assert queue["concurrency"] == (1 if phone else 3)
        assert queue["slowdown"] == ([1.0] if phone else [0.6, 0.8, 1.0])
        assert queue["channel"] == "voice" if phone else queue["channel"] in {"chat", "messaging"}


def test_shrinkage_is_one_tenth(centre):
    losses = centre["shrinkage"]
    assert (1 - losses["absence"]) * (1 - losses["in_shift"]) == pytest.approx(0.90, abs=1e-4)


def test_new_issues_are_2380_a_day():
    """3,500 contacts less the repeats of the 45 % that are unresolved and come back with .711."""
    repeats = (1 - case.FCR_TODAY) * case.REPEAT_PROBABILITY
    assert case.CONTACTS_A_DAY * (1 - repeats) == pytest.approx(2380, abs=1)


def test_shifts_end_by_closing_and_hold_their_breaks(centre):
    for contract in centre["contracts"]:
        rules = [BreakRule(**rule) for rule in contract["breaks"]]
        longest = contract["shift_hours"]["max"] * 60 + sum(r.minutes for r in rules if not r.paid)
        hour, minute = map(int, contract["start"]["to"].split(":"))
        assert 60 * hour + minute + longest <= 24 * 60
        shortest = contract["shift_hours"]["min"] * 60
        end = 0
        for rule in rules:
            assert rule.after_minutes > end
            end = rule.before_minutes + rule.minutes
        assert end < shortest + sum(r.minutes for r in rules if not r.paid)


def test_a_long_shift_has_a_meal_and_two_breaks(centre):
    for contract in centre["contracts"]:
        kinds = sorted((rule["kind"], rule["minutes"], rule["paid"]) for rule in contract["breaks"])
        if contract["shift_hours"]["max"] >= 8:
            assert kinds == [("break", 15, True), ("break", 15, True), ("meal", 60, False)]
        else:
            assert kinds == [("break", 15, True)]


def test_ten_seats_at_most(centre):
    assert centre["elastic"]["share"] * sum(case.POSTS.values()) == pytest.approx(10)
    assert centre["elastic"]["block_hours"] == [3, 4, 5]
    assert set(centre["elastic"]["queues"]) == set(case.QUEUES)


def test_the_reference_page_shows_every_parameter_with_its_mark():
    text = DOCS.read_text(encoding="utf-8")
    assert "synthetic" in text
    for parameter in case.PARAMETERS:
        assert f"| {parameter.name} | {parameter.value} | {parameter.mark} |" in text

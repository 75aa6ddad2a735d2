"""`centre.toml`: what is read, and how each slip is answered."""

from __future__ import annotations

from typing import Any

import pytest

from domain.centre import Centre
from domain.errors import InputError
from domain.queues import Channel
from planning.files.faults import Faults
from planning.files.settings import read_settings
from planning.files.unplanned import NOT_YET

EVERYTHING = """\
[centre]
name = "服务中心"
timezone = "Asia/Shanghai"
country = "CN"
currency = "CNY"
interval_minutes = 30
schedule_minutes = 15

[[queues]]
id = "phone"
channel = "voice"
aht_s = 360
patience_s = 1500
concurrency = 1
slowdown = [1.0]
repeat_probability = 0.71
repeat_delay_h = 24
fcr = 0.55
planned_fcr = 0.70
value = 1.0
open = [{ days = "Mon-Sun", from = "08:00", to = "24:00" }]
target = { scope = "day", mean_wait_s = 90, service_level = 0.80, within_s = 20, fcr = 0.70, occupancy = 0.90 }
deflection = 0.1
deflected_aht_factor = 1.2
redial_probability = 0.2
redial_delay_s = 300

[[queues]]
id = "mail"
channel = "deferred"
aht_s = 600
target = { response_h = 24, share = 0.95 }

[[contracts]]
id = "full-time"
weekly_hours = { min = 40, max = 40 }
days_per_week = { min = 5, max = 5 }
shift_hours = { min = 8, max = 8 }
start = { from = "07:00", to = "16:00", step_minutes = 30 }
rest_h = 11
max_consecutive_days = 6
weekends_off = { at_least = 1, in_weeks = 4 }
breaks = [
  { kind = "meal",  minutes = 60, paid = false, after_minutes = 180, before_minutes = 300 },
  { kind = "break", minutes = 15, paid = true,  after_minutes = 60,  before_minutes = 180, shift_at_least_h = 6 },
]
start_spread_minutes = 120
days_off_together = 2
complete_weekends = true
weekly_rest_h = 35
rotation = "weekly"
team_same_shift = true
nights_per_week = { max = 3 }
night = { from = "22:00", to = "06:00" }
weekend_days = ["Fri", "Sat"]

[[minimum_staff]]
queue = "phone"
days = "Mon-Sun"
from = "08:00"
to = "24:00"
agents = 2

[shrinkage]
absence = 0.06
in_shift = 0.04

[planning]
risk = { share_of_days = 0.8 }
queue_changes = "stretch"

[pay]
premiums = [ { kind = "night", from = "22:00", to = "06:00", rate = 0.25 }, { kind = "holiday", rate = 2.0 } ]
overtime = { max_h_per_month = 36, rates = [1.5, 2.0, 3.0] }

[elastic]
share = 0.20
emergency_share = 0.30
block_hours = [3, 4, 5]
hourly_cost = 75.0
queues = ["phone"]
aht_factor = 1.15
fcr = 0.50
booking = { minimum_hours_per_week = 10, notice_h = 24 }

[experts]
share = 0.10
weekly_hours_max = 10

[scorecard]
weights = { quality = 0.5, csat = 0.5 }
grades = { excellent = 95 }
use_in_staffing = false
factor_limits = [0.8, 1.2]

[supervision]
span = 8

[fairness]
weights = { weekend = 2.0, unpopular = 0 }
unpopular = { before = "06:30", after = "23:00" }

[priorities]
shortfall_per_contact = 12.5
wish = 20
fairness = 5
"""


def _centre(text: str) -> Centre:
    faults = Faults()
    found = read_settings(text.encode(), faults).centre
    assert found is not None, "\n".join(map(str, faults.wrong))
    odd = [notice for notice in faults.odd if NOT_YET not in notice.remark]
    assert not odd, "\n".join(map(str, odd))
    return found


def test_every_key_of_the_contract_is_read_and_none_is_called_unknown() -> None:
    centre = _centre(EVERYTHING)
    phone, mail = centre.queues
    assert phone.open[0].to_minute == 1440 and phone.open[0].days == frozenset(range(7))
    assert phone.targets[0].within_s == 20 and phone.redial_delay_s == 300
    assert mail.channel is Channel.DEFERRED and mail.targets[0].share == 0.95 and mail.open == ()
    contract = centre.contracts[0]
    assert contract.start.minutes()[:2] == (420, 450) and contract.start.to_minute == 960
    assert contract.weekend_days == frozenset({4, 5})
    assert contract.nights_per_week is not None and contract.nights_per_week.max == 3
    assert contract.breaks[1].shift_at_least_h == 6
    assert centre.minimum_staff[0].window.holds(0, 480)
    assert centre.planning.risk == 0.8
    assert centre.pay.premiums[0].from_minute == 1320 and centre.pay.premiums[1].from_minute is None
    assert centre.elastic is not None and centre.elastic.minimum_hours_per_week == 10
    assert centre.scorecard.weights == {"quality": 0.5, "csat": 0.5}
    assert centre.scorecard.grades == {"excellent": 95.0, "good": 80.0, "qualified": 70.0}
    assert centre.priorities.shortfall_per_contact == 12.5
    assert (centre.priorities.wish, centre.priorities.fairness) == (20.0, 5.0)
    assert centre.fairness.counted == ("weekend", "night") and centre.fairness.weight("night") == 1.0
    assert centre.fairness.unpopular.before_minute == 390 and centre.fairness.unpopular.after_minute == 1380


def test_a_target_may_be_one_table_or_a_list_and_scope_is_day_where_absent(folder: Any) -> None:
    centre = _centre(folder.centre_toml)
    assert [t.scope for t in centre.queue("phone").targets] == ["day"]
    assert [t.scope for t in centre.queue("chat").targets] == ["day", "week"]


def test_one_number_for_limits_means_exactly_that(folder: Any) -> None:
    centre = _centre(folder.centre_toml.replace("weekly_hours = { min = 40, max = 40 }", "weekly_hours = 40"))
    assert (centre.contracts[0].weekly_hours.min, centre.contracts[0].weekly_hours.max) == (40, 40)


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "said"),
    [
        ("aht_s = 300", 'aht_s = "long"', 12, "queues[0].aht_s", "a number"),
        ("aht_s = 300", "aht_s = -1", 12, "queues[0].aht_s", "above 0"),
        ("aht_s = 300", "aht_s = nan", 12, "queues[0].aht_s", "finite"),
        ('channel = "voice"', 'channel = "voise"', 11, "queues[0].channel", "did you mean voice"),
        ('"Europe/Berlin"', '"Europe/Berln"', 3, "centre.timezone", "did you mean Europe/Berlin"),
        ('"DE"', '"Germany"', 4, "centre.country", "ISO 3166"),
        ("interval_minutes = 30", "interval_minutes = 20", 6, "centre.interval_minutes", "15, 30 or 60"),
        ("schedule_minutes = 15", "schedule_minutes = 20", 7, "centre.schedule_minutes", "divide"),
        ('from = "08:00"', 'from = "8 am"', 14, "queues[0].open[0].from", "time of day"),
        ('days = "Mon-Fri"', 'days = "Mon-Frei"', 14, "queues[0].open[0].days", "weekdays"),
        ("abandonment = 0.05", "abandonment = 5", 15, "queues[0].target.abandonment", "5 % is written 0.05"),
        ("within_s = 60", "occupancy = 0.9", 24, "queues[1].target[0]", "given together"),
        ('scope = "week"', 'scope = "day"', 25, "queues[1].target[1].scope", "one target table per scope"),
        ('id = "chat"', 'id = "phone"', 18, "queues[1].id", "id of its own"),
        ('id = "chat"', 'id = "all"', 18, "queues[1].id", "stands for all queues"),
        ('id = "chat"', 'id = "a;b"', 18, "queues[1].id", "semicolon"),
        ('from = "07:00", to', 'from = "07:10", to', 33, "contracts[0].start.from", "grid of schedule_minutes (15)"),
        ("minutes = 15, paid", "minutes = 10, paid", 37, "contracts[0].breaks[1].minutes", "grid"),
        ("after_minutes = 180", "after_minutes = 310", 36, "contracts[0].breaks[0]", "at most before_minutes"),
        ("shift_hours = { min = 8, max = 8 }", "shift_hours = { min = 7.6, max = 7.6 }", 32, "shift_hours", "grid"),
        ("min = 40, max = 40", "min = 41, max = 40", 30, "contracts[0].weekly_hours", "above max"),
        ("rest_h = 11", 'rest_h = "eleven"', 34, "contracts[0].rest_h", "a number"),
    ],
)
def test_each_slip_is_answered_with_line_key_and_what_would_be_right(
    folder: Any, old: str, new: str, line: int, column: str, said: str
) -> None:
    folder.edit("centre.toml", old, new)
    problems = [p for p in folder.problems() if p.file == "centre.toml"]
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert problems[0].line == line
    assert column in problems[0].column
    assert said in problems[0].expected


def test_all_slips_of_the_file_are_said_at_once_together_with_those_of_the_tables(folder: Any) -> None:
    folder.edit("centre.toml", "aht_s = 300", 'aht_s = "x"')
    folder.edit("centre.toml", "rest_h = 11", "rest_h = -1")
    folder.edit("centre.toml", "aht_s = 500", "aht_s = 0")
    folder.edit("history.csv", "12,12,0,290.5", "12,-12,0,290.5")
    folder.edit("skills.csv", "A2,phone", "A2,fone")
    found = [(p.file, p.line) for p in folder.problems()]
    assert found == [
        ("centre.toml", 12),
        ("centre.toml", 20),
        ("centre.toml", 34),
        ("history.csv", 3),
        ("skills.csv", 4),
    ]


def test_what_keys_ask_of_each_other_is_told_beside_their_own_faults(folder: Any) -> None:
    mail = '[[queues]]\nid = "mail"\nchannel = "deferred"\ntarget = { response_hours = 24, share = 95 }\n'
    folder.edit("centre.toml", "[[contracts]]", mail + "[[contracts]]")
    folder.edit("centre.toml", "slowdown = [0.8, 1.0]", "slowdown = [0.8, -1.0]")
    folder.edit("centre.toml", "minutes = 15, paid", "minutes = 10, paid")
    folder.edit("centre.toml", "weekly_hours = { min = 40, max = 40 }", "weekly_hours = { min = 40, max = -1 }")
    with pytest.raises(InputError) as caught:
        folder.read()
    assert [p.column for p in caught.value.problems] == [
        "queues[1].slowdown",
        "queues[2].target",
        "queues[2].target.share",
        "contracts[0].weekly_hours",
        "contracts[0].weekly_hours.max",
        "contracts[0].breaks[1].minutes",
    ]
    assert any("did you mean response_h" in str(n) for n in caught.value.notices)


def test_references_to_queues_that_are_not_there_are_faults(folder: Any) -> None:
    floor = '[[minimum_staff]]\nqueue = "fone"\ndays = "Mon"\nfrom = "08:00"\nto = "09:00"\nagents = 1\n'
    folder.write(
        "centre.toml",
        folder.centre_toml + floor + '[elastic]\nhourly_cost = 1\nqueues = ["chatt"]\nblock_hours = [3.1]\n',
    )
    said = [str(p) for p in folder.problems()]
    assert "minimum_staff[0].queue" in said[0] and "did you mean phone?" in said[0]
    assert any("elastic.queues[0]" in text and "did you mean chat?" in text for text in said)
    assert any("elastic.block_hours[0]" in text for text in said)


def test_unknown_keys_and_sections_are_noticed_with_a_suggestion_and_not_read(folder: Any) -> None:
    folder.edit("centre.toml", "patience_s = 600", "patiense_s = 600")
    folder.write("centre.toml", (folder.path / "centre.toml").read_text() + "[shrinkag]\nabsence = 0.1\n")
    notices = folder.notices()
    assert any("queues[0].patiense_s" in n and "did you mean patience_s" in n for n in notices)
    assert any("shrinkag" in n and "did you mean shrinkage" in n for n in notices)
    assert folder.read().centre.queue("phone").patience_s is None


def test_a_decimal_comma_breaks_toml_and_the_line_is_named(folder: Any) -> None:
    folder.edit("centre.toml", "abandonment = 0.05", "abandonment = 0.05 }\nfcr = 0,05\nx = {")
    problem = folder.problem()
    assert problem.line == 16 and "decimals take a point" in problem.expected and problem.value == "fcr = 0,05"


@pytest.mark.parametrize("section", ["centre", "queues", "contracts"])
def test_a_missing_section_is_said(folder: Any, section: str) -> None:
    folder.write("centre.toml", folder.centre_toml.replace(f"[{section}]", f"[other_{section}]"))
    assert any(f"[{section}]" in str(p) for p in folder.problems())


def test_toml_with_a_byte_order_mark_or_in_gb18030_is_read(folder: Any) -> None:
    text = folder.centre_toml.replace('"Small"', '"客服中心"')
    for raw in (b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030"), text.replace("\n", "\r\n").encode()):
        folder.write("centre.toml", raw)
        assert folder.read().centre.name == "客服中心"


def test_chat_without_slowdown_no_country_and_short_handle_time_are_noticed(folder: Any) -> None:
    folder.edit("centre.toml", "slowdown = [0.8, 1.0]\n", "")
    folder.edit("centre.toml", 'country = "DE"\n', "")
    folder.edit("centre.toml", "aht_s = 300", "aht_s = 5")
    notices = "\n".join(folder.notices())
    assert "taken not to slow each other" in notices
    assert "no country is given" in notices
    assert "looks like minutes" in notices


def test_premiums_need_both_ends_and_grades_fall(folder: Any) -> None:
    pay = '[pay]\npremiums = [{ kind = "night", from = "22:00", rate = 0.2 }]\n'
    rest = "[scorecard]\ngrades = { good = 99 }\n[planning]\nrisk = 1.5\n"
    folder.write("centre.toml", folder.centre_toml + pay + rest)
    said = "\n".join(map(str, folder.problems()))
    assert "from and to together" in said and "excellent above good" in said and "share_of_days" in said


def test_a_premium_whose_hours_nobody_knows_is_refused(folder: Any) -> None:
    premiums = '{ kind = "sunday", rate = 0.5 }, { kind = "late", from = "20:00", to = "24:00", rate = 0.1 }'
    folder.write("centre.toml", folder.centre_toml + f"[pay]\npremiums = [{premiums}]\n")
    problem = folder.problem()
    assert problem.column == "pay.premiums[0].kind" and "night, weekend or holiday" in problem.expected


def test_no_opening_hours_at_all_are_not_taken_for_all_hours(folder: Any) -> None:
    folder.edit("centre.toml", 'open = [{ days = "Mon-Fri", from = "08:00", to = "20:00" }]', "open = []")
    assert "leave the key out" in folder.problem().expected


def test_settings_in_a_western_encoding_are_read_and_said(folder: Any) -> None:
    folder.write("centre.toml", folder.centre_toml.replace('"Small"', '"Café Müller"').encode("cp1252"))
    assert folder.read().centre.name == "Café Müller"
    assert any("Windows-1252" in notice for notice in folder.notices())

"""A map is checked whole, and says what is wrong with it key by key."""

from pathlib import Path

import pytest

from domain.errors import InputError
from planning.call_log.mapping import parse_mapping, read_mapping

BENCHMARKS = Path(__file__).parents[4] / "benchmarks"


def faults(data):
    with pytest.raises(InputError) as caught:
        parse_mapping(data)
    return {problem.column: problem.expected for problem in caught.value.problems}


def test_arrival_and_timezone_are_enough():
    mapping = parse_mapping({"columns": {"arrival": "t"}, "centre": {"timezone": "UTC"}})
    assert mapping.columns_read() == ("t",)


def test_every_form_of_columns():
    mapping = parse_mapping(
        {
            "columns": {
                "arrival": {"date": "day", "time": "clock"},
                "wait": {"from": "queued", "to": {"date": "day", "time": "taken"}},
                "handle": {"column": "talk", "unit": "min"},
            },
            "centre": {"timezone": "UTC"},
            "drop": [{"reason": "tests", "when": [{"column": "line", "values": ["9"]}]}],
        }
    )
    assert mapping.columns_read() == ("day", "clock", "queued", "taken", "talk", "line")


def test_every_fault_is_named_at_once():
    found = faults(
        {
            "columns": {"arrival": 3, "wait": {"column": "w", "unit": "days"}, "que": "q"},
            "centre": {"interval_minutes": 20},
            "colums": {},
        }
    )
    assert {"columns.arrival", "columns.que", "centre.timezone", "colums"} <= set(found)
    assert "required" in found["centre.timezone"]
    assert any(key.startswith("columns.wait") for key in found)
    assert any(key.startswith("centre.interval_minutes") for key in found)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"centre": {"timezone": "Mars/Base"}}, "centre.timezone"),
        ({"outcomes": {"answered": ["x"], "ignored": ["x"]}}, "outcomes"),
        ({"drop": [{"reason": "r", "when": [{"column": "c"}]}]}, "drop[0].when[0]"),
        ({"artefacts": [{"reason": "r", "handle_below_s": 5, "treat": "hide"}]}, "artefacts[0].treat"),
    ],
)
def test_wrong_values(change, key):
    base = {"columns": {"arrival": "t"}, "centre": {"timezone": "UTC"}}
    assert key in faults(base | change)


def test_an_outcome_column_needs_its_values():
    found = faults({"columns": {"arrival": "t", "outcome": "o"}, "centre": {"timezone": "UTC"}})
    assert "outcomes.answered" in found[""]


def test_a_file_that_is_no_toml(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text("[columns\n")
    with pytest.raises(InputError, match="valid TOML"):
        read_mapping(path)
    with pytest.raises(InputError, match="can be read"):
        read_mapping(tmp_path / "none.toml")


def test_faults_stand_at_their_line_whatever_the_encoding(tmp_path):
    text = '[columns]\narrival = "时间"\n\n[centre]\ntimezone = "Mars/Base"\n'
    for encoding in ("utf-8-sig", "gb18030"):
        (tmp_path / "map.toml").write_bytes(text.encode(encoding))
        with pytest.raises(InputError) as caught:
            read_mapping(tmp_path / "map.toml")
        assert [(p.file, p.line) for p in caught.value.problems] == [("map.toml", 5)]


def test_the_folder_of_a_map_will_do(tmp_path):
    (tmp_path / "map.toml").write_text('[columns]\narrival = "t"\n[centre]\ntimezone = "UTC"\n')
    assert read_mapping(tmp_path).columns.arrival.columns == ("t",)
    (tmp_path / "other.toml").write_text("")
    with pytest.raises(InputError, match="this has 2"):
        read_mapping(tmp_path)


def test_the_example_map_is_valid():
    mapping = read_mapping(BENCHMARKS / "anonymous_bank.toml")
    assert mapping.centre.timezone == "Asia/Jerusalem"
    assert mapping.artefacts[0].handle_below_s == 10

"""Real logs become planning folders that the reader accepts, with the figures the logs are known for."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from domain.errors import InputError
from planning.call_log.mapping import parse_mapping
from planning.call_log.write import NOTES_FILE, call_tables, import_calls
from planning.files.folder import read_folder

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("SEATWISE_DATA", ROOT / ".." / "shared" / "data"))
BANK = DATA / "anonymous_bank_1999" / "calls_1999_02.csv"
CASES = DATA / "callcenter_log" / "events.csv"
MAP = ROOT / "benchmarks" / "anonymous_bank.toml"

needs_bank = pytest.mark.skipif(not BANK.is_file(), reason="the Anonymous Bank log is not there (SEATWISE_DATA)")
needs_cases = pytest.mark.skipif(not CASES.is_file(), reason="the call-centre sample is not there (SEATWISE_DATA)")

SMALL_LOG = """start,skill,waited,result,who,talked,client
2026-03-02 09:00:10,help,4,served,ann,120,c1
2026-03-02 09:10:00,help,30,served,bob,240,c2
2026-03-02 10:20:00,help,90,lost,,,c1
2026-03-03 09:05:00,help,1,served,ann,100,c3
2026-03-05 11:05:00,help,1,served,bob,100,c4
"""
SMALL_MAP = """
[columns]
arrival = "start"
queue = "skill"
wait = "waited"
outcome = "result"
agent = "who"
handle = "talked"
customer = "client"
[outcomes]
answered = ["served"]
abandoned = ["lost"]
[centre]
timezone = "Europe/Paris"
[people]
skill_at_least = 1
"""


@pytest.fixture
def small(tmp_path):
    """A log and a map with everything else left to be inferred or assumed."""
    log, mapping = tmp_path / "log.csv", tmp_path / "MAP.toml"
    log.write_text(SMALL_LOG, encoding="utf-8")
    mapping.write_text(SMALL_MAP, encoding="utf-8")
    return log, mapping


def test_a_small_log_becomes_a_folder(small, tmp_path):
    summary = import_calls(*small, tmp_path / "centre")
    folder = read_folder(tmp_path / "centre")
    assert [agent.id for agent in folder.agents] == ["ann", "bob"]
    assert folder.centre.queue_ids == ("help",)
    queue = folder.centre.queue("help")
    assert queue.aht_s == 140
    assert queue.patience_s == 126
    assert folder.history.offered.sum() == 4
    assert summary.dropped == {"arrived outside opening hours": 1}
    assert folder.performance is not None
    resolved, handled = folder.performance.resolved, folder.performance.handled
    assert np.nansum(resolved) == 1
    assert handled.sum() == 4
    text = (tmp_path / "centre" / NOTES_FILE).read_text(encoding="utf-8")
    assert text.splitlines() == summary.lines()
    assert "inferred: opening hours" in text
    assert "assumed: a contract" in text
    assert "assumed: no shrinkage" in text


def test_the_same_log_gives_the_same_bytes(small, tmp_path):
    for name in ("one", "two"):
        import_calls(*small, tmp_path / name)
    for path in sorted((tmp_path / "one").glob("*.*")):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_keys_that_mean_nothing_in_the_folder_made_are_told(small, tmp_path):
    log, mapping = small
    mapping.write_text(SMALL_MAP + "[queues.help]\npatiense_s = 90\n", encoding="utf-8")
    summary = import_calls(log, mapping, tmp_path / "centre")
    assert [n.column for n in summary.notices if "patience_s" in n.remark] == ["queues[0].patiense_s"]
    assert any(line.startswith("worth a look: centre.toml") for line in summary.lines())


def test_a_map_that_makes_no_sound_folder_writes_nothing(small, tmp_path):
    log, mapping = small
    mapping.write_text(SMALL_MAP + '[elastic]\nshare = 2.5\nhourly_cost = "much"\n', encoding="utf-8")
    with pytest.raises(InputError, match="elastic"):
        import_calls(log, mapping, tmp_path / "centre")
    assert not (tmp_path / "centre").exists()


def test_a_map_that_names_what_is_not_there_is_refused(small):
    log, mapping = small
    mapping.write_text(
        SMALL_MAP.replace("[people]", '[people]\ncontract = "gold"') + "[queues.sales]\nvalue = 2.0\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        call_tables(log, mapping)
    assert {problem.column for problem in caught.value.problems} == {"people.contract", "queues.sales"}


def test_measured_shrinkage_and_sections_of_the_map_are_carried(small):
    log, mapping = small
    extra = '[shrinkage]\nabsence = 0.05\nin_shift = "measured"\n[queues.help]\nvalue = 2.0\n[supervision]\nspan = 9\n'
    mapping.write_text(SMALL_MAP + extra, encoding="utf-8")
    made = call_tables(log, mapping)
    assert made.centre["shrinkage"]["absence"] == 0.05
    assert 0 <= made.centre["shrinkage"]["in_shift"] < 1
    assert made.centre["supervision"] == {"span": 9}
    assert made.centre["queues"][0]["value"] == 2.0


def test_a_log_without_waits_agents_or_customers(small, tmp_path):
    log, mapping = small
    mapping.write_text('[columns]\narrival = "start"\n[centre]\ntimezone = "Europe/Paris"\n', encoding="utf-8")
    made = call_tables(log, mapping)
    assert made.tables["history"]["offered"].sum() == 5
    assert made.tables["agents"].empty
    assert "patience_s" not in made.centre["queues"][0]


@needs_bank
@pytest.mark.data
def test_the_bank_log(tmp_path):
    """1,819 short calls are an artefact and phantoms are ignored, as its documentation says."""
    summary = import_calls(BANK, MAP, tmp_path / "bank")
    assert summary.rows == 33_344
    assert summary.artefacts == {"answered for less than 10 s": 1819}
    assert summary.dropped["outcome ignored"] == 278
    assert summary.contacts + sum(summary.dropped.values()) == summary.rows
    folder = read_folder(tmp_path / "bank")
    assert len(folder.agents) == 24
    raw = pd.read_csv(BANK)
    answered = raw[(raw["outcome"] == "AGENT") & (raw["ser_time"] >= 10)]
    assert folder.performance is not None
    assert folder.performance.handled.sum() == (answered["server"] != "NO_SERVER").sum()
    regular = folder.centre.queue("regular")
    assert regular.aht_s == pytest.approx(answered[answered["type"] == "PS"]["ser_time"].mean(), abs=0.1)
    hours = {tuple(sorted(window.days)): (window.from_minute, window.to_minute) for window in regular.open}
    assert hours == {(0, 1, 2, 3, 6): (420, 1440), (4,): (420, 840), (5,): (1170, 1440)}


@needs_bank
@pytest.mark.data
def test_the_bank_hours_can_be_read_off_its_log():
    import tomllib

    data = tomllib.loads(MAP.read_text(encoding="utf-8"))
    del data["opening"]
    made = call_tables(BANK, parse_mapping(data))
    hours = {window["days"]: (window["from"], window["to"]) for window in made.centre["queues"][0]["open"]}
    assert hours == {
        "Mon,Tue,Wed,Thu,Sun": ("07:00", "24:00"),
        "Fri": ("07:00", "14:00"),
        "Sat": ("19:30", "24:00"),
    }


@needs_cases
@pytest.mark.data
def test_a_log_of_cases_with_phone_and_mail():
    """Follow-up work shows which first contacts did not resolve; a case of one event is resolved at once."""
    mapping = parse_mapping(
        {
            "columns": {
                "arrival": "start",
                "queue": "operation",
                "outcome": "operation",
                "handle": {"from": "start", "to": "end"},
                "agent": "agent",
                "customer": "service_id",
            },
            "outcomes": {
                "answered": ["Inbound Call", "Inbound Email"],
                "follow_up": ["Handle Case", "Call Outbound", "Handle Email", "Email Outbound"],
            },
            "queue_names": {"Inbound Call": "phone", "Inbound Email": "mail"},
            "queues": {"mail": {"channel": "deferred", "concurrency": 1}},
            "centre": {"timezone": "Europe/Amsterdam", "name": "Sample"},
            "resolution": {"window_h": 72},
            "artefacts": [{"reason": "no time on the phone", "handle_below_s": 1}],
        }
    )
    made = call_tables(CASES, mapping)
    assert [queue["id"] for queue in made.centre["queues"]] == ["mail", "phone"]
    assert made.centre["queues"][0]["target"] == {"response_h": 24, "share": 0.95}
    assert "mean_wait_s" not in made.tables["history"]
    raw = pd.read_csv(CASES)
    assert made.tables["history"]["offered"].sum() + made.summary.dropped.get("arrived outside opening hours", 0) == (
        raw["operation"].isin(["Inbound Call", "Inbound Email"]).sum()
    )
    known = made.tables["performance"].dropna(subset="resolved")
    assert known["resolved"].sum() / known["handled"].sum() == pytest.approx(0.74, abs=0.08)

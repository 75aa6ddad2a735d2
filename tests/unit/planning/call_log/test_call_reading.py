"""Logs of every form become the same columns; what is wrong in them is said by line."""

import gzip

import numpy as np
import pandas as pd
import pytest

from domain.errors import InputError
from domain.progress import Control
from planning.call_log import chunks as chunk_module
from planning.call_log.calls import ABANDONED, ANSWERED, FOLLOW_UP, NOBODY
from planning.call_log.reading import read_calls

ROWS = (
    "2026-03-02 08:10:00,sales,12,ok,ann,200,7",
    "2026-03-02 08:00:30,help,0,ok,bob,1:40,0",
    "2026-03-02 08:05:00,sales,45,gone,-,,7",
    "2026-03-02 08:06:00,sales,1,test,-,,",
    "2026-03-02 09:00:00,sales,,case,,,7",
)


def problems(log, mapping):
    with pytest.raises(InputError) as caught:
        read_calls(log, mapping)
    return [(p.line, p.column, p.value) for p in caught.value.problems]


def test_contacts_in_order_of_arrival(write_log, plain_map):
    reading = read_calls(write_log(*ROWS), plain_map)
    calls = reading.calls
    assert calls.queues == ("help", "sales")
    assert calls.agents == ("ann", "bob")
    assert calls.queue.tolist() == [0, 1, 1, 1]
    assert calls.outcome.tolist() == [ANSWERED, ABANDONED, ANSWERED, FOLLOW_UP]
    assert calls.agent.tolist() == [1, NOBODY, 0, NOBODY]
    assert calls.customer.tolist() == [NOBODY, 0, 0, 0]
    np.testing.assert_array_equal(calls.wait_s[:3], [0, 45, 12])
    np.testing.assert_array_equal(calls.handle_s, [100, np.nan, 200, np.nan])
    assert calls.arrival[0] == np.datetime64("2026-03-02T07:00:30")
    assert reading.rows == 5
    assert reading.dropped == {"outcome ignored": 1}


def test_gzip_parquet_and_other_delimiters_read_the_same(write_log, plain_map, tmp_path):
    log = write_log(*ROWS)
    zipped = tmp_path / "log.csv.gz"
    zipped.write_bytes(gzip.compress(log.read_bytes()))
    table = tmp_path / "log.parquet"
    frame = pd.read_csv(log, dtype={"customer": "Int64", "talk": str})
    frame["arrived"] = pd.to_datetime(frame["arrived"])
    frame.to_parquet(table)
    other = tmp_path / "semicolon.csv"
    other.write_text(log.read_text().replace(",", ";"), encoding="utf-8-sig")
    first = read_calls(log, plain_map).calls
    for path in (zipped, table, other):
        calls = read_calls(path, plain_map).calls
        assert calls.queues == first.queues
        for name in ("arrival", "queue", "outcome", "wait_s", "handle_s", "agent", "customer"):
            np.testing.assert_array_equal(getattr(calls, name), getattr(first, name))


def test_reading_in_parts_changes_nothing(write_log, plain_map, monkeypatch):
    rows = [
        f"2026-03-02 08:{k % 60:02d}:{k % 7:02d},q{k % 3},{k % 50},{'ok' if k % 4 else 'gone'},a{k % 5},{k},{k % 11}"
        for k in range(300)
    ]
    whole = read_calls(write_log(*rows), plain_map).calls
    monkeypatch.setattr(chunk_module, "BYTES", 400)
    seen = []
    control = Control(report=lambda step, share, note: seen.append(share))
    parts = read_calls(write_log(*rows), plain_map, control=control).calls
    for name in ("arrival", "queue", "outcome", "wait_s", "handle_s", "agent", "customer"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    assert len(seen) > 20
    assert seen == sorted(seen)


def test_every_fault_with_its_line(write_log, plain_map):
    log = write_log(
        "2026-03-02 08:00:00,sales,5,ok,ann,60,1",
        "02/03/2026 08:00,sales,5,ok,ann,60,1",
        "2026-03-02 08:02:00,sales,-4,ok,ann,60,1",
        "",
        "2026-03-02 08:03:00,sales,5,lost,ann,60,1",
        "2026-03-02 08:04:00,,5,ok,ann,60,1",
        "2026-03-02 08:05:00,sales,5,ok,ann,ten,1",
        ",sales,5,ok,ann,60,1",
    )
    assert problems(log, plain_map) == [
        (3, "arrived", "02/03/2026 08:00"),
        (4, "wait", "-4"),
        (6, "outcome", "lost"),
        (7, "queue", ""),
        (8, "talk", "ten"),
        (9, "arrived", ""),
    ]


def test_an_unknown_outcome_says_what_is_known(write_log, plain_map):
    log = write_log("2026-03-02 08:03:00,sales,5,lost,ann,60,1")
    with pytest.raises(InputError, match="one of ok, gone, case or test"):
        read_calls(log, plain_map)


def test_faults_of_rows_that_do_not_matter_are_none(write_log, plain_map):
    """An ignored row may hold anything; an abandoned one has no handle time to be wrong."""
    log = write_log(
        "2026-03-02 08:00:00,sales,5,ok,ann,60,1",
        "2026-03-02 08:01:00,sales,5,gone,ann,-1,1",
        "never,,x,test,,,",
    )
    assert len(read_calls(log, plain_map).calls) == 2


def test_a_share_of_faulty_rows_may_be_tolerated(write_log, changed_map):
    rows = [f"2026-03-02 08:{k:02d}:00,sales,5,ok,ann,60,1" for k in range(19)]
    log = write_log(*rows, "2026-03-02 08:30:00,sales,5,odd,ann,60,1")
    reading = read_calls(log, changed_map(log={"tolerate": 0.05}))
    assert len(reading.calls) == 19
    assert reading.dropped == {"faulty, within log.tolerate": 1}
    assert [problem.line for problem in reading.faulty] == [21]
    assert problems(log, changed_map(log={"tolerate": 0.04}))


def test_many_like_faults_are_counted(write_log, plain_map):
    log = write_log(*["2026-03-02 08:00:00,sales,5,odd,ann,60,1"] * 500)
    with pytest.raises(InputError) as caught:
        read_calls(log, plain_map)
    assert len(caught.value.problems) == 5 and caught.value.count == 500
    assert "495 more like it" in str(caught.value)


def test_a_missing_column_is_named_with_what_is_there(write_log, plain_map):
    log = write_log("2026-03-02 08:00:00,5", header="arrived,waits")
    with pytest.raises(InputError) as caught:
        read_calls(log, plain_map)
    missing = {problem.column for problem in caught.value.problems}
    assert missing == {"queue", "wait", "talk", "outcome", "agent", "customer"}
    assert "did you mean waits?" in str(caught.value)


def test_no_file_no_table_no_contacts(write_log, plain_map, tmp_path):
    with pytest.raises(InputError, match="a file that exists"):
        read_calls(tmp_path / "none.csv", plain_map)
    with pytest.raises(InputError, match="at least one contact"):
        read_calls(write_log(), plain_map)
    broken = tmp_path / "log.parquet"
    broken.write_bytes(b"no table")
    with pytest.raises(InputError, match="a Parquet file"):
        read_calls(broken, plain_map)


def test_a_row_with_more_cells_is_a_fault(write_log, plain_map):
    """An unquoted comma shifts every cell behind it."""
    log = write_log("2026-03-02 08:00:00,sales,5,ok,ann,60,1", "2026-03-02 08:01:00,a,b,5,ok,ann,60,1")
    assert problems(log, plain_map) == [(3, "", "2026-03-02 08:01:00,a,b,5,ok,ann,60,1")]


def test_lines_stay_right_behind_blank_and_refused_rows(write_log, plain_map, monkeypatch):
    """Whatever the parts the file is read in."""
    good, short, odd = "2026-03-02 08:00:00,sales,5,ok,ann,60,1", "08:00,sales", "2026-03-02 08:00:00,s,5,odd,a,6,1"
    log = write_log(good, "", short, odd, *[good] * 40, short, good, odd)
    for size in (1 << 24, 150):
        monkeypatch.setattr(chunk_module, "BYTES", size)
        assert [line for line, _, _ in problems(log, plain_map)] == [4, 5, 46, 48]


def test_drop_rules_and_artefacts(write_log, changed_map):
    mapping = changed_map(
        drop=[
            {"reason": "test line", "when": [{"column": "queue", "values": ["lab"]}]},
            {
                "reason": "long waits of nobody",
                "when": [{"column": "wait", "above": 100}, {"column": "agent", "values": ["-"]}],
            },
        ],
        artefacts=[
            {"reason": "under 1 s", "handle_below_s": 1, "treat": "drop"},
            {"reason": "under 10 s", "handle_below_s": 10},
        ],
    )
    log = write_log(
        "2026-03-02 08:00:00,lab,5,ok,ann,60,1",
        "2026-03-02 08:01:00,sales,500,gone,-,,1",
        "2026-03-02 08:02:00,sales,500,ok,ann,0,1",
        "2026-03-02 08:03:00,sales,500,ok,ann,9,1",
        "2026-03-02 08:04:00,sales,500,ok,ann,10,1",
    )
    reading = read_calls(log, mapping)
    assert reading.dropped == {"test line": 1, "long waits of nobody": 1, "under 1 s": 1}
    assert reading.artefacts == {"under 10 s": 1}
    assert reading.calls.artefact.tolist() == [True, False]
    assert reading.calls.queues == ("sales",)


def test_waits_and_handle_times_from_instants(tmp_path, changed_map):
    log = tmp_path / "log.csv"
    log.write_text(
        "day,in,taken,out,agent\n2026-03-02,8:00:00,8:00:30,8:05:00,ann\n2026-03-02,8:01:00,,,\n"
        "2026-03-02,8:02:00,8:01:00,8:03:00,ann\n",
        encoding="utf-8",
    )

    def moment(name):
        return {"date": "day", "time": name}

    mapping = changed_map(
        columns={
            "arrival": moment("in"),
            "wait": {"from": moment("in"), "to": moment("taken")},
            "handle": {"from": moment("taken"), "to": moment("out")},
            "agent": "agent",
        },
        outcomes={},
        log={"tolerate": 0.5},
    )
    reading = read_calls(log, mapping)
    np.testing.assert_array_equal(reading.calls.wait_s, [30, np.nan])
    np.testing.assert_array_equal(reading.calls.handle_s, [270, np.nan])
    assert reading.calls.outcome.tolist() == [ANSWERED, ABANDONED]
    assert reading.calls.queues == ("calls",)
    assert [problem.line for problem in reading.faulty] == [4]
    assert any("an agent is named" in note for note in reading.notes)


def test_a_contact_past_midnight_under_one_date(tmp_path, changed_map):
    log = tmp_path / "log.csv"
    log.write_text("day,in,taken,out,agent\n2026-03-02,23:58:00,23:59:00,0:04:00,ann\n", encoding="utf-8")

    def moment(name):
        return {"date": "day", "time": name}

    span = {"from": moment("taken"), "to": moment("out")}
    columns = {"arrival": moment("in"), "handle": span, "agent": "agent"}
    assert read_calls(log, changed_map(columns=columns, outcomes={})).calls.handle_s[0] == 300


def test_chinese_headers_in_gb18030_and_another_time_format(tmp_path, changed_map):
    log = tmp_path / "通话.csv"
    rows = (
        "进线时间,技能组,排队秒数,结果,工号,通话分钟,客户",
        "02.03.2026 08:15,售前,30,接通,王芳,2.5,张三",
        "02.03.2026 08:16,售后,90,放弃,,,李四",
    )
    text = "\n".join(rows)
    log.write_bytes(text.encode("gb18030"))
    mapping = changed_map(
        columns={
            "arrival": "进线时间",
            "queue": "技能组",
            "wait": "排队秒数",
            "outcome": "结果",
            "agent": "工号",
            "handle": {"column": "通话分钟", "unit": "min"},
            "customer": "客户",
        },
        outcomes={"answered": ["接通"], "abandoned": ["放弃"]},
        queue_names={"售前": "pre-sales"},
        centre={"timezone": "Asia/Shanghai"},
        log={"time_format": "%d.%m.%Y %H:%M"},
    )
    calls = read_calls(log, mapping).calls
    assert calls.queues == ("pre-sales", "售后")
    assert calls.agents == ("王芳",)
    assert calls.handle_s[0] == 150
    assert calls.arrival[0] == np.datetime64("2026-03-02T00:15:00")


def test_daylight_saving_and_offsets(write_log, plain_map):
    """Shown twice: the first, and said; an offset settles it; never shown: the instant of the jump."""
    log = write_log(
        "2026-10-25 02:30:00,sales,1,ok,ann,60,1",
        "2026-10-25T02:30:00+01:00,sales,1,ok,ann,60,1",
        "2026-03-29 02:30:00,sales,1,ok,ann,60,1",
    )
    reading = read_calls(log, plain_map)
    assert reading.calls.arrival.astype(str).tolist() == [
        "2026-03-29T01:00:00",
        "2026-10-25T00:30:00",
        "2026-10-25T01:30:00",
    ]
    assert reading.notes == ("times that the clock shows twice as daylight saving ends, taken as the first: 1",)


def test_a_column_that_is_read_and_stands_twice_is_refused(write_log, plain_map):
    header = "arrived,queue,wait,outcome,agent,talk,customer,wait,note,note"
    log = write_log("2026-03-02 08:10:00,sales,12,ok,ann,200,7,1,x,y", header=header)
    assert problems(log, plain_map) == [(1, "wait", "")]

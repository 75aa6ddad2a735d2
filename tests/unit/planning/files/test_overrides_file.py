"""`overrides.csv` read: every fault at once, and what is odd but accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime

from planning.files.overrides_file import overrides_outside

HEADER = "queue,start,end,kind,value,reason,author,made_on\n"


def test_rows_become_overrides_in_their_order(folder) -> None:
    folder.write(
        "overrides.csv",
        HEADER
        + "phone,2026-11-23,2026-11-24,level,1.2,price letter,Ann,2026-11-20\n"
        + ",2026-11-23T10:00,2026-11-23T12:00,interval,8,,,\n",
    )
    first, second = folder.read().overrides
    assert first.queue == "phone"
    assert first.start == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert (first.kind, first.value, first.reason, first.author) == ("level", 1.2, "price letter", "Ann")
    assert first.made_on == date(2026, 11, 20)
    assert second.queue == ""
    assert second.made_on is None
    assert second.concerns("chat")
    assert not first.concerns("chat")


def test_no_file_means_no_overrides(folder) -> None:
    assert folder.read().overrides == ()


def test_every_fault_is_told_at_once_with_line_and_column(folder) -> None:
    folder.write(
        "overrides.csv",
        HEADER
        + "fax,2026-11-23,2026-11-24,level,1.2,a,b,\n"
        + "phone,2026-11-24,2026-11-23,level,1.2,a,b,\n"
        + "phone,2026-11-23,2026-11-24,levle,1.2,a,b,\n"
        + "phone,2026-11-23,2026-11-24,event,-1,a,b,\n"
        + "phone,2026-11-25,2026-11-26,level,120,a,b,\n"
        + "phone,2026-11-23,2026-11-24,level,,a,b,soon\n",
    )
    found = {(p.line, p.column): p for p in folder.problems()}
    assert set(found) == {
        (2, "queue"),
        (3, "end"),
        (4, "kind"),
        (5, "value"),
        (6, "value"),
        (7, "value"),
        (7, "made_on"),
    }
    assert "120 % of the model is 1.2" in found[6, "value"].expected
    assert "level" in found[4, "kind"].expected


def test_rows_that_contradict_each_other_are_refused(folder) -> None:
    row = "phone,2026-11-23,2026-11-24,level,{},a,b,\n"
    folder.write("overrides.csv", HEADER + row.format(1.2) + row.format(1.3))
    assert folder.problem().column == "value"


def test_odd_rows_are_noticed_and_kept(folder) -> None:
    folder.write(
        "overrides.csv",
        HEADER
        + "phone,2026-11-23,2026-11-24,event,9,,,\n"
        + "phone,2026-11-23T08:00,2026-11-23T10:00,interval,9,a,b,\n"
        + ",2026-11-23T09:00,2026-11-23T11:00,interval,7,a,b,\n",
    )
    notices = " ".join(folder.notices())
    assert "a factor of at most 5" in notices
    assert "why the forecast is changed" in notices
    assert "who changed the forecast" in notices
    assert "do not overlap" in notices
    assert len(folder.read().overrides) == 3


def test_spans_outside_the_days_forecast_are_noticed_by_line_and_those_that_touch_them_are_not(folder) -> None:
    row = "phone,{},{},level,1.2,a,b,\n"
    spans = [
        ("2026-11-20", "2026-11-23"),  # ends as the week begins
        ("2026-11-20", "2026-11-23T00:30"),
        ("2026-11-29T23:30", "2026-12-02"),
        ("2026-11-30", "2026-12-02"),  # begins as it ends
    ]
    folder.write("overrides.csv", HEADER + "\n" + "".join(row.format(*span) for span in spans))
    read = folder.read()
    assert read.override_lines == (3, 4, 5, 6)
    found = overrides_outside(read, date(2026, 11, 23), 7)
    assert [(p.file, p.line, p.column) for p in found] == [("overrides.csv", 3, "start"), ("overrides.csv", 6, "start")]
    assert "2026-11-23 to 2026-11-29; this one changes nothing" in found[0].expected
    assert overrides_outside(read, date(2026, 11, 16), 21) == ()


def test_of_very_many_old_overrides_five_are_spelt_out_and_the_rest_counted(folder) -> None:
    rows = [f"phone,2026-10-{k:02d},2026-10-{k + 1:02d},level,1.2,a,b,\n" for k in range(1, 31)]
    folder.write("overrides.csv", HEADER + "".join(rows))
    found = overrides_outside(folder.read(), date(2026, 11, 23), 7)
    assert len(found) == 5
    assert found[-1].more == 25

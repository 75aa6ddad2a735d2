"""`overrides.csv` read: every fault at once, and what is odd but accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime

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

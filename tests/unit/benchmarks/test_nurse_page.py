"""The table of results, its goals, and the command from instance files to rows."""

import importlib
from pathlib import Path

import pytest

from benchmarks.nurse_rostering.checker import check, read_rows
from benchmarks.nurse_rostering.columns import whole
from benchmarks.nurse_rostering.instance import parse
from benchmarks.nurse_rostering.page import Known, Result, gap_of, goals, part, read_known

command = importlib.import_module("benchmarks.nurse_rostering.__main__")

INSTANCE = """SECTION_HORIZON
14
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=14|L=4,4800,2400,5,2,2,1
B,E=0|L=14,4800,2400,5,2,2,1
C,E=14|L=14,2400,960,5,1,1,1
SECTION_DAYS_OFF
A,3
SECTION_SHIFT_ON_REQUESTS
A,5,E,2
C,7,L,3
SECTION_SHIFT_OFF_REQUESTS
B,1,L,2
SECTION_COVER
""" + "\n".join(f"{day},{shift},1,100,1" for day in range(14) for shift in "EL")


def result(name: str, found: int, bound: int, seconds: float = 1.0) -> Result:
    return Result(name, 8, 14, found, bound, seconds, 2.0, 120.0)


KNOWN = {"1": Known(607, ("607", "607", "607")), "2": Known(828, ("", "", "")), "3": Known(1001, ("", "", ""))}


def test_goal_needs_proof_and_time() -> None:
    good = [result("1", 607, 607), result("2", 828, 828), result("3", 1001, 1001)]
    assert goals(good, KNOWN)[0].startswith("Goal: instances 1, 2, 3 proven optimal in 2 minutes each. Reached")
    assert ". Missed" in goals([*good[:2], result("3", 1001, 1000)], KNOWN)[0]
    assert ". Missed" in goals([*good[:2], result("3", 1001, 1001, 300.0)], KNOWN)[0]
    # instances that were not solved make no goal
    assert len(goals(good[:2], KNOWN)) == 1


def test_table_tells_gap_and_bound() -> None:
    made = part([result("1", 610, 600), result("99", 5, 0)], KNOWN)
    assert made.rows[0][3:8] == ("610", "607", "0.49%", "600", "1.64%")
    assert made.rows[1][4:6] == ("", "")
    assert gap_of(result("1", 607, 1), KNOWN["1"]) == 0
    assert all(len(row) == len(made.head) for row in made.rows)


def test_known_values_are_read(tmp_path: Path) -> None:
    path = tmp_path / "best_known.csv"
    head = "best_known_ub_wssuite2023,ip_vns_10min_rahimian2017,ejection_chain_10min_curtoisqu2014"
    path.write_text(f"instance,{head},gurobi_10min_curtoisqu2014\n7,1056,1084.0,,1056\n", encoding="utf-8")
    assert read_known(path) == {"7": Known(1056, ("1,084", "", "1,056"))}


def test_bounds_become_whole() -> None:
    assert [whole(x) for x in (3.00001, 3.1, -2.0, float("-inf"))] == [3, 4, 0, 0]


def test_command_writes_rows_and_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Instance5.txt").write_text(INSTANCE, encoding="utf-8")
    monkeypatch.setattr(command, "DATA", tmp_path)
    monkeypatch.setattr(command, "PAGE", tmp_path / "nurses.md")
    out = tmp_path / "out"
    assert command.main(["--seconds", "2", "--out", str(out), "--record"]) == 0
    verdict = check(parse(INSTANCE), read_rows(out / "Instance5.csv"))
    assert not verdict.broken
    page = (tmp_path / "nurses.md").read_text(encoding="utf-8")
    assert f"| 5 | 3 | 14 | {verdict.cost} |" in page
    capsys.readouterr()
    assert command.main(["--instances", "5", "--check", str(out / "Instance5.csv")]) == 0
    assert capsys.readouterr().out.startswith(f"cost {verdict.cost}: ")
    with pytest.raises(SystemExit):
        command.main(["--instances", "6"])


def test_command_is_skipped_without_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "DATA", tmp_path / "none")
    assert command.main([]) == 0
    assert capsys.readouterr().out.startswith("skipped: no data at")


@pytest.mark.data
def test_the_first_public_instance_is_proven(tmp_path: Path) -> None:
    if not command.DATA.is_dir():
        pytest.skip("no real data")
    found = command.run("1", 60.0, tmp_path, loud=False)
    assert (found.found, found.bound, found.broken) == (607, 607, 0)

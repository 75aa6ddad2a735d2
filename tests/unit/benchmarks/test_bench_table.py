"""Benchmark pages: tables, goals, and what one broken part does to the others."""

from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.machine import setting, timed
from benchmarks.table import Part, goal

PART = Part("speed", "Speed", ("what", "found"), (("a", "1 s"), ("longer", "2 s")), ("A note.",))


def test_page_holds_table_notes_and_machine() -> None:
    lines = PART.markdown(["one core"]).splitlines()
    assert lines[:6] == ["# Speed", "", "| what | found |", "| --- | --- |", "| a | 1 s |", "| longer | 2 s |"]
    assert lines[-3:] == ["## Measured on", "", "- one core"]
    assert "A note." in lines


def test_text_is_aligned() -> None:
    assert "a       1 s\nlonger  2 s" in PART.text()


def test_a_part_without_a_table_is_its_notes() -> None:
    assert Part("x", "Title", notes=("Skipped.",)).text() == "Title\n\nSkipped."


@pytest.mark.parametrize(("reached", "word"), [(True, "Reached"), (False, "Missed")])
def test_a_goal_says_whether_it_is_reached(reached: bool, word: str) -> None:
    assert goal("3 s", reached, "2 s") == f"Goal: 3 s. {word}: 2 s."


def test_setting_names_processor_python_and_libraries() -> None:
    told = "\n".join(setting())
    assert all(word in told for word in ("cores", "Python 3", "numpy", "ortools"))


def test_clock_counts_processor_time() -> None:
    with timed() as clock:
        sum(range(300_000))
    assert clock.wall > 0 and 0 <= clock.cpu < clock.wall + 5


def test_a_broken_part_fails_the_run_but_not_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Sound:
        @staticmethod
        def run(cores: int, say: object) -> Part:
            return Part("reading", "Reading")

    class Broken:
        @staticmethod
        def run(cores: int, say: object) -> Part:
            raise ValueError("no")

    monkeypatch.setattr(run, "import_module", lambda name: Sound if name == run.PARTS["reading"] else Broken)
    assert run.main(["--out", str(tmp_path), "--only", "plan", "--only", "reading"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["reading.md"]
    assert run.main(["--out", str(tmp_path), "--only", "reading"]) == 0

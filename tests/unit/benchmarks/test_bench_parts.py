"""The smaller parts: published formulas, the simulator's set-up, reading, and forecasts without data."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import arrivals, formulas, reading
from capacity.simulation import simulate
from domain.queues import Queue
from planning.files import read_folder


def nothing(note: str) -> None:
    """Report nothing."""


@pytest.mark.data
@pytest.mark.skipif(not formulas.PUBLISHED.exists(), reason="published values not found; set SEATWISE_DATA")
def test_published_formula_values_lie_within_their_printed_tolerance() -> None:
    errors = [error for found in formulas.published_errors().values() for error in found]
    assert len(errors) > 50 and max(errors) <= 1.02


def test_one_queue_has_the_people_of_each_hour() -> None:
    made = formulas.one_queue(Queue(id="phone"), np.array([10.0, 20.0, 0.0]), [2, 3, 1], 60.0)
    assert made[0].seats().tolist() == [[2.0, 3.0, 1.0]]
    report = simulate(*made, seed=1, replications=200)
    assert report.simulated("day", formulas.DAY, "phone", "offered")[0] == pytest.approx(30.0, rel=0.05)


def test_formulas_say_when_the_published_data_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(formulas, "PUBLISHED", tmp_path / "none.csv")
    monkeypatch.setattr(formulas, "year_of_requirements", lambda: 0.1)
    monkeypatch.setattr(formulas, "contacts_a_second", lambda: 4e6)
    part = formulas.run(1, nothing)
    assert "skipped" in part.notes[0] and all("Reached" in note for note in part.notes[1:])


def test_forecasts_are_skipped_without_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(arrivals.forecast, "DATA", tmp_path / "none")
    assert "Skipped" in arrivals.run(1, nothing).notes[0]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_long_history_reads_without_faults(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reading, "ROWS", 2000)
    assert reading.write_centre(tmp_path / "centre", ending) > 0
    folder = read_folder(tmp_path / "centre")
    assert len(folder.history) == 2000 and len(folder.centre.queues) == reading.QUEUES
    reading.measure(tmp_path / "centre")
    count, wall, cpu, peak = (float(word) for word in capsys.readouterr().out.split())
    assert count == 2000 and wall > 0 and cpu >= 0 and peak > 50

"""Where results may go: no input, no planning folder, no stranger's folder, no place that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import InputError
from planning.files import check_output, output_folder
from planning.files.output_check import MARKER


def _planning(path: Path) -> Path:
    with output_folder(path, "a planning folder") as inside:
        (inside / "centre.toml").write_text("x")
    return path


def _results(path: Path) -> Path:
    with output_folder(path) as inside:
        (inside / "requirement.csv").write_text("x")
    return path


def _refused(path: Path, said: str, kind: str = "results", **inputs: Path | None) -> None:
    with pytest.raises(InputError, match=said) as caught:
        check_output(path, kind=kind, inputs=inputs)  # type: ignore[arg-type]
    assert caught.value.problems[0].column == "--out" and caught.value.problems[0].value == str(path)


def test_what_is_read_is_never_written_over(tmp_path: Path) -> None:
    results = _results(tmp_path / "above" / "results")
    _refused(results, "is or holds --requirement", **{"--requirement": results})
    _refused(results, "is or holds --requirement", **{"--requirement": results / "requirement.csv"})
    _refused(results / ".." / "results", "would be lost", **{"--requirement": results})
    _refused(tmp_path / "above", "would be lost", CENTRE=tmp_path / "other", roster=results)
    check_output(results, inputs={"--requirement": tmp_path / "other.csv", "--roster": None})
    check_output(results / "below", inputs={"--requirement": results})


def test_links_are_followed_to_what_is_read(tmp_path: Path) -> None:
    results = _results(tmp_path / "results")
    (tmp_path / "link").symlink_to(results)
    _refused(tmp_path / "link", "would be lost", CENTRE=results)
    _refused(results, "would be lost", CENTRE=tmp_path / "link")
    (tmp_path / "centre").mkdir()
    (tmp_path / "centre" / "history.csv").symlink_to(results / "requirement.csv")
    _refused(results, "would be lost", CENTRE=tmp_path / "centre")


def test_a_planning_folder_is_replaced_by_its_own_kind_alone(tmp_path: Path) -> None:
    planning, results = _planning(tmp_path / "planning"), _results(tmp_path / "results")
    _refused(planning, "this one is for a planning folder")
    _refused(results, "this one is for results", kind="a planning folder")
    check_output(planning, kind="a planning folder")
    check_output(results)
    (planning / "centre.toml").unlink()
    _refused(planning, "this one is for a planning folder")
    (results / "Centre.toml").write_text("theirs")
    _refused(results, "this one is for a planning folder")
    _refused(results, "without centre.toml", kind="a planning folder")


def test_a_centre_put_in_meanwhile_is_not_swapped_away(tmp_path: Path) -> None:
    results = _results(tmp_path / "results")
    with pytest.raises(InputError, match="a planning folder"), output_folder(results):
        (results / "centre.toml").write_text("theirs")
    assert (results / "centre.toml").read_text() == "theirs"


def test_places_that_cannot_be_written_are_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    _refused(tmp_path / "file", "this is a file")
    _refused(tmp_path / "file" / "below" / "further", "is a file")
    _refused(tmp_path / ("x" * 240), "can be written")
    _refused(Path("/"), "root of a file system")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    _refused(tmp_path / "loop", ".")
    check_output(tmp_path / "not" / "yet" / "there")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "loop"]


def test_the_marker_tells_what_a_folder_holds(tmp_path: Path) -> None:
    assert "a planning folder" in (_planning(tmp_path / "p") / MARKER).read_text()
    assert "results" in (_results(tmp_path / "r") / MARKER).read_text()

"""Output folders: whole or untouched, ours or refused, and clean after a kill."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.errors import InputError
from planning.files import output_folder, swap
from planning.files.output_check import MARKER, ours


def _write(path: Path, content: str) -> None:
    with output_folder(path) as folder:
        (folder / "a.txt").write_text(content)


def _names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_a_folder_is_made_with_its_parents_and_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "x" / "y" / "plan"
    _write(out, "one")
    (out / "extra.txt").write_text("stale")
    _write(out, "two")
    assert _names(out) == [MARKER, "a.txt"] and (out / "a.txt").read_text() == "two"
    assert _names(out.parent) == ["plan"]
    assert out.stat().st_mode & 0o055 == 0o055 & ~swap._umask()


def test_a_failure_leaves_the_folder_untouched_and_nothing_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    _write(out, "one")
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), output_folder(out) as folder:
            (folder / "a.txt").write_text("half")
            raise error
    assert (out / "a.txt").read_text() == "one" and _names(tmp_path) == ["plan"]
    with pytest.raises(ValueError), output_folder(tmp_path / "new"):
        raise ValueError
    assert _names(tmp_path) == ["plan"]


def test_folders_that_are_not_ours_and_files_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter.doc").write_text("precious")
    with pytest.raises(InputError, match="one of ours"):
        _write(foreign, "x")
    assert (foreign / "chapter.doc").read_text() == "precious"
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="this is a file"):
        _write(tmp_path / "file", "x")
    with pytest.raises(InputError):
        _write(tmp_path / "file" / "below", "x")
    with pytest.raises(InputError):
        _write(Path("/"), "x")


def test_an_empty_folder_is_taken_and_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    _write(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "empty" / "a.txt").read_text() == "x"
    assert ours(tmp_path / "empty")


def test_a_folder_that_fills_up_meanwhile_is_refused_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    with pytest.raises(InputError), output_folder(out):
        out.mkdir()
        (out / "theirs").write_text("x")
    assert (out / "theirs").exists() and _names(tmp_path) == ["plan"]


def test_without_the_one_step_exchange_two_renames_do_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    _write(tmp_path / "plan", "one")
    _write(tmp_path / "plan", "two")
    assert (tmp_path / "plan" / "a.txt").read_text() == "two" and _names(tmp_path) == ["plan"]


def test_a_run_killed_between_two_renames_is_put_right_by_the_next(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    _write(out, "one")
    out.rename(tmp_path / ".plan.seatwise-old-abc")
    with pytest.raises(ValueError), output_folder(out):
        assert (out / "a.txt").read_text() == "one"
        raise ValueError
    assert (out / "a.txt").read_text() == "one" and _names(tmp_path) == ["plan"]


KILLED = """
import sys, time
from pathlib import Path
from planning.files.swap import output_folder
with output_folder(Path(sys.argv[1])) as folder:
    (folder / "a.txt").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_killed_run_leaves_the_old_folder_and_the_next_run_clears_its_remains(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    _write(out, "one")
    root = Path(swap.__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(out)],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None and child.stdout.readline() == b"ready\n"
    # While it lives, another run leaves its folder alone.
    _write(out, "two")
    assert len(_names(tmp_path)) == 2
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert (out / "a.txt").read_text() == "two" and len(_names(tmp_path)) == 2
    _write(out, "three")
    assert _names(tmp_path) == ["plan"]


def test_remains_without_a_marker_go_after_a_day(tmp_path: Path) -> None:
    left = tmp_path / ".plan.seatwise-new-abc"
    left.mkdir()
    _write(tmp_path / "plan", "x")
    assert left.exists()
    day = time.time() - 90_000
    os.utime(left, (day, day))
    _write(tmp_path / "plan", "x")
    assert not left.exists()


def test_names_with_glob_marks_do_not_reach_other_folders(tmp_path: Path) -> None:
    other = tmp_path / ".plan1.seatwise-new-abc"
    other.mkdir()
    (other / MARKER).write_text("")
    _write(tmp_path / "plan[1]", "x")
    _write(tmp_path / "plan*", "x")
    assert other.exists()


def test_a_full_disk_is_told_in_words_and_any_other_fault_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No space left"), output_folder(tmp_path / "plan"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(PermissionError), output_folder(tmp_path / "plan"):
        raise PermissionError
    assert _names(tmp_path) == []

"""What comes in from outside: archives that lead out, blow up, or are none."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from api.problems import Refusal
from api.uploads import MOST_ENTRIES, unpacked
from domain.errors import InputError
from tests.service.ground import Client, packed


def archive(*entries: tuple[str, bytes]) -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    held.seek(0)
    return held


def test_files_are_taken_from_the_top_or_from_one_folder_whatever_their_case() -> None:
    found, left = unpacked(
        archive(("north/Agents.CSV", b"a"), ("north/notes.txt", b"b"), ("north/centre.toml", b"c")), 1
    )
    assert found == {"agents.csv": b"a", "centre.toml": b"c"} and left == ["north/notes.txt"]


@pytest.mark.parametrize(
    "name", ["../agents.csv", "/agents.csv", "x/../../agents.csv", "C:agents.csv", "..\\agents.csv", "a/b/agents.csv"]
)
def test_ways_out_of_an_archive_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        unpacked(archive((name, b"x")), 1)


def test_a_file_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"one file agents\.csv"):
        unpacked(archive(("south/agents.csv", b"x"), ("north/agents.csv", b"y")), 1)


def test_what_lies_deeper_than_the_planning_folder_is_left() -> None:
    found, left = unpacked(archive(("centre.toml", b"c"), ("agents.csv", b"x"), ("truth/agents.csv", b"y")), 1)
    assert found == {"centre.toml": b"c", "agents.csv": b"x"} and left == ["truth/agents.csv"]


def test_a_bomb_is_stopped_at_its_size_whatever_it_says_of_itself() -> None:
    bomb = archive(("history.csv", b"\0" * 5_000_000))
    with pytest.raises(Refusal) as told:
        unpacked(bomb, 1)
    assert told.value.status == 413
    raw = bytearray(bomb.getvalue())
    at = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<I", raw, at + 24, 10)  # the directory says: ten bytes
    with pytest.raises((Refusal, InputError)):
        unpacked(io.BytesIO(bytes(raw)), 1)


def test_too_many_files_links_and_what_is_no_archive_are_refused() -> None:
    with pytest.raises(InputError):
        unpacked(archive(*((f"{k}.txt", b"") for k in range(MOST_ENTRIES + 1))), 1)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        link = zipfile.ZipInfo("agents.csv")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="not a link"):
        unpacked(held, 1)
    with pytest.raises(InputError, match="zip archive"):
        unpacked(io.BytesIO(b"hello"), 1)


def test_an_archive_that_is_broken_inside_is_an_answer(folder: Path) -> None:
    raw = bytearray(packed(folder))
    raw[200:260] = b"\xff" * 60
    with pytest.raises(InputError):
        unpacked(io.BytesIO(bytes(raw)), 100)


def test_bodies_are_bounded(planner: Client, service) -> None:  # type: ignore[no-untyped-def]
    big = b"x" * int(service.settings.upload_mb * 1_000_000 + 1)
    answer = planner.post("/api/v1/centres/north", content=big)
    assert answer.status_code == 413
    pieces = (big[k : k + 1_000_000] for k in range(0, len(big), 1_000_000))
    assert planner.post("/api/v1/centres/north", content=pieces).status_code == 413

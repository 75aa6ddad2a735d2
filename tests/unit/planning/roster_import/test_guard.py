"""Files that are no workbook, or would not fit into memory, are refused with a reason before they are opened."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from planning.files.faults import Faults
from planning.roster_import import guard
from planning.roster_import.guard import check_workbook

PART = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"


def said(path: Path) -> str:
    faults = Faults()
    good = check_workbook(path, faults)
    assert good == (not faults.wrong)
    return "" if good else str(faults.wrong[0])


def packed(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_our_own_workbook_is_opened(path: Path) -> None:
    assert said(path) == ""


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert "a workbook (.xlsx) that is there" in said(tmp_path / "nowhere.xlsx")
    assert "a workbook (.xlsx) that is there" in said(tmp_path)
    csv = tmp_path / "roster.csv"
    csv.write_text("agent_id\n", encoding="utf-8")
    assert "simulate --roster" in said(csv)
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "without a password" in said(old)
    text = tmp_path / "text.xlsx"
    text.write_text("not a workbook", encoding="utf-8")
    assert "damaged" in said(text)
    assert "holds something else" in said(packed(tmp_path / "zip.xlsx", {"a.txt": b"x"}))


def test_a_cut_or_flipped_file_is_refused(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(content[: len(content) // 2])
    assert "damaged" in said(cut)
    broken = bytearray(content)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet2.xml").header_offset + 200
    broken[at : at + 40] = b"\xff" * 40
    flipped = tmp_path / "flipped.xlsx"
    flipped.write_bytes(bytes(broken))
    assert "damaged" in said(flipped)


def test_a_bomb_is_refused_by_what_it_would_grow_to(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.xlsx", {PART: b"<w/>", SHEET: b" " * (400 << 20)})
    assert bomb.stat().st_size < 1 << 20
    assert "would grow to 400 MB" in said(bomb)
    small = packed(tmp_path / "small.xlsx", {PART: b"<w/>", SHEET: b" " * (9 << 20)})
    assert "would grow to 9 MB" in said(small)


def test_a_size_that_lies_cannot_get_more_read_than_it_states(tmp_path: Path) -> None:
    """The archive's directory says 10 bytes of a part of 100 MB: no more than that is read, and its sum is wrong."""
    path = packed(tmp_path / "lie.xlsx", {PART: b"<w/>", SHEET: b" " * (100 << 20)})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(content))
    assert "damaged" in said(path) or "would grow" in said(path)


def test_entities_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    bomb = packed(tmp_path / "entities.xlsx", {PART: b"<w/>", "xl/sharedStrings.xml": laughs})
    assert "no document type or entity; xl/sharedStrings.xml declares one" in said(bomb)
    # the chunk's end lies within the word
    far = b"<!--" + b"x" * ((1 << 20) - 9) + b"--><!DOCTYPE a>"
    assert "no document type" in said(packed(tmp_path / "far.xlsx", {PART: b"<w/>", SHEET: far}, zipfile.ZIP_STORED))
    wide = "<!DOCTYPE a>".encode("utf-16")
    assert "another encoding" in said(packed(tmp_path / "wide.xlsx", {PART: b"<w/>", SHEET: wide}))


def test_rows_of_endless_cells_and_sheets_of_endless_tags_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = b"<sheetData><row r='1'>" + b"<c/>" * (guard.MOST_TAGS_A_ROW + 9) + b"</row></sheetData>"
    wide = packed(tmp_path / "row.xlsx", {PART: b"<w/>", SHEET: row}, zipfile.ZIP_STORED)
    assert "16,384 cells" in said(wide)
    prefixed = row.replace(b"<row", b"<x:row")
    assert "16,384 cells" in said(packed(tmp_path / "x.xlsx", {PART: b"<w/>", SHEET: prefixed}, zipfile.ZIP_STORED))
    rows = b"<sheetData>" + b"<row><c/></row>" * 200_000 + b"</sheetData>"
    fine = packed(tmp_path / "rows.xlsx", {PART: b"<w/>", SHEET: rows}, zipfile.ZIP_STORED)
    assert said(fine) == ""
    monkeypatch.setattr(guard, "MOST_TAGS", 100_000)
    assert "100,000 tags" in said(fine)


def test_a_file_too_large_or_of_too_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = packed(tmp_path / "many.xlsx", {PART: b"<w/>", **{f"x/{k}.xml": b"<a/>" for k in range(600)}})
    assert "at most 500 parts" in said(many)
    monkeypatch.setattr(guard, "MOST_BYTES", 1000)
    assert "this one has" in said(many)

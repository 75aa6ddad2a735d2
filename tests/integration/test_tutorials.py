"""Tutorials are run as they stand, and what they print is what they say.

With ``SEATWISE_WRITE_DOCS=1`` the outputs are written into the pages instead.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

from planning.reference.write import write_reference

PAGES = sorted((Path(__file__).parents[2] / "docs" / "tutorials").glob("*.md"))
BLOCK = re.compile(r"```python\n(.*?)```(\n\n```text\n(.*?)```)?", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_prints_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of Python is run in order, in a folder with the reference centre."""
    text = page.read_text(encoding="utf-8")
    write_reference(tmp_path / "out" / "reference")
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    printed: list[str] = []

    def run(block: re.Match[str]) -> str:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(block[1], str(page), "exec"), scope)
        printed.append(said.getvalue())
        return f"```python\n{block[1]}```" + (f"\n\n```text\n{said.getvalue()}```" if block[2] else "")

    written = BLOCK.sub(run, text)
    assert len(printed) > 3
    if os.environ.get("SEATWISE_WRITE_DOCS"):
        page.write_text(written, encoding="utf-8")
    assert written == page.read_text(encoding="utf-8")

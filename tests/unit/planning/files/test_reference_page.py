"""The reference page names every column and alias there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.files import layouts, result_layouts

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "files.md"


@pytest.mark.parametrize(
    "layout",
    [*layouts.INPUTS, result_layouts.FORECAST, result_layouts.REQUIREMENT, result_layouts.SCORES],
    ids=lambda layout: layout.file,
)
def test_every_column_and_alias_is_documented(layout: layouts.Layout) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for column in layout.columns:
        name = f"**{column.name}**" if column.required else column.name
        rows = [line for line in lines if line.startswith(f"| {name} |")]
        assert any(line.endswith(f"| {', '.join(column.aliases)} |".replace("|  |", "| |")) for line in rows), name


def test_no_two_columns_of_a_file_share_a_header() -> None:
    from planning.files.columns import fold

    for layout in layouts.INPUTS:
        folded = [fold(name) for column in layout.columns for name in {column.name, *column.aliases}]
        assert len(folded) == len(set(folded)), layout.file

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


PROMISED = {
    "interval_start": "start, date time, 时段, 时段开始, 开始时间",
    "queue": "skill, split, vdn, 队列, 技能组",
    "offered": "calls offered, contacts, cvo, 来电量, 呼入量, 进线量",
    "handled": "answered, calls handled, 接通量, 接听量, 处理量",
    "abandoned": "放弃量",
    "aht_s": "aht, 平均处理时长, AHT (s)",
    "mean_wait_s": "平均等待时长, 平均等待时间",
    "agent_id": "agent, Employee ID, 工号",
    "name": "姓名",
    "date": "日期",
    "contract": "合同",
    "hourly_cost": "时薪",
    "team": "班组",
    "resolved": "首次解决量",
    "start": "开始",
    "end": "结束",
}


def test_every_promised_alias_is_known_wherever_the_column_is() -> None:
    from planning.files.columns import fold

    files = (*layouts.INPUTS, result_layouts.FORECAST, result_layouts.REQUIREMENT, result_layouts.SCORES)
    for layout in files:
        for column in layout.columns:
            for alias in filter(None, PROMISED.get(column.name, "").split(", ")):
                assert layout.names[fold(alias)] == column.name, (layout.file, alias)

"""Several inputs of one command: the faults of all of them at once."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InputError
from planning.files import read_requirement, read_roster
from planning.files.inputs import read_with, together

REQUIREMENT = "interval_start,queue,volume,agents\n2026-11-23T08:00,phone,x,1\n"
ROSTER = "agent_id,start,end,queues\nnobody,2026-11-23T08:00,2026-11-23T09:00,phone\n"


def _both(folder: Any) -> None:
    path = folder.path.parent
    (path / "requirement.csv").write_text(REQUIREMENT)
    (path / "roster.csv").write_text(ROSTER)
    read_with(
        folder.path,
        lambda read, notices: together(
            lambda: read_requirement(path, read.centre, notices=notices),
            lambda: read_roster(path, read.centre, read.agents, notices=notices),
        ),
    )


def test_faults_of_the_folder_and_of_what_goes_with_it_are_told_together(folder: Any) -> None:
    folder.edit("history.csv", "12,12", "x,12")
    folder.edit("skills.csv", "A2,phone", "A2,fone")
    folder.edit("centre.toml", "rest_h", "rest_hh")
    with pytest.raises(InputError) as caught:
        _both(folder)
    files = {problem.file for problem in caught.value.problems}
    assert files == {"history.csv", "skills.csv", "requirement.csv", "roster.csv"}
    assert any("did you mean rest_h" in str(notice) for notice in caught.value.notices)


def test_what_cannot_be_judged_without_a_sound_centre_is_left_for_the_next_run(folder: Any) -> None:
    folder.edit("centre.toml", 'channel = "voice"', 'channel = "telepathy"')
    with pytest.raises(InputError) as caught:
        _both(folder)
    assert {problem.file for problem in caught.value.problems} == {"centre.toml"}


def test_notices_of_what_goes_with_a_folder_become_the_folders(folder: Any) -> None:
    folder.write("skills.csv", "agent_id,queue\nA1,phone\nA1,chat\nA2,phone\n")
    path = folder.path.parent / "roster.csv"
    path.write_text("agent_id,start,end,queues,colour\nA1,2026-11-23T08:00,2026-11-23T09:00,phone,red\n")
    read, roster = read_with(
        folder.path, lambda part, notices: read_roster(path, part.centre, part.agents, notices=notices)
    )
    assert len(roster.stretches) == 1
    assert [str(notice) for notice in read.notices] == ["roster.csv:1, column colour: unknown column, not read"]

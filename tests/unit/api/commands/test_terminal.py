"""What the terminal says: stages where no bar can be drawn, and faults with the contract's exit status."""

from __future__ import annotations

import pytest

from api.commands import terminal
from api.commands.terminal import QUIET_S, Lines, answering
from domain.errors import InputError, Problem
from domain.progress import ROUND


def test_a_stage_is_a_line_and_a_long_one_speaks_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])
    report = Lines()
    report("forecast", 0.0, "phone")
    report("forecast", 0.5, "chat")
    report(ROUND, 0.0, "1 of at most 2")
    report("bound", 0.1, "7")
    clock[0] = QUIET_S + 1
    report("bound", 0.4, "8")
    report("bound", 0.5, "9")
    report(ROUND, 0.5, "2 of at most 2")
    report("bound", 0.0, "9")
    said = [line.split("s  ")[1] for line in capsys.readouterr().err.splitlines()]
    assert said == ["forecast", "round 1 of at most 2", "bound", "bound 40 %, 8", "round 2 of at most 2"]


@pytest.mark.parametrize(("more", "said"), [(0, "1 fault in"), (1179, "1,180 faults in")])
def test_faults_are_counted_warnings_come_first_and_the_exit_status_is_two(
    capsys: pytest.CaptureFixture[str], more: int, said: str
) -> None:
    odd = Problem("centre.toml", 3, "queues[0].patiense_s", remark="unknown key, not read")
    wrong = Problem("history.csv", 2, "offered", ":bug: [x]", "a number", more=more)
    with pytest.raises(SystemExit) as caught, answering():
        raise InputError([wrong], [odd])
    lines = capsys.readouterr().err.splitlines()
    assert caught.value.code == 2
    assert lines[0] == "warning: centre.toml:3, key queues[0].patiense_s: unknown key, not read"
    assert lines[1].startswith("error: history.csv:2, column offered: expected a number, found ':bug: [x]'")
    assert lines[2].startswith(said)


def test_of_very_many_faults_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("a.csv", line, "x", "y", "a number", more=9) for line in range(60)]
    with pytest.raises(SystemExit), answering():
        raise InputError(problems)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == ["and 100 more", "600 faults in the input; nothing was written"]

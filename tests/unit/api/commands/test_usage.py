"""Mistakes in the command's own words are told as every other fault is, with exit status 2."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from api.commands.cli import app


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("plan", "CENTRE: expected a value, which `seatwise plan` needs; the planning folder"),
        (
            "plan x --out y",
            "--week: expected a value, which `seatwise plan` needs; first day of the week, such as 2026-11-23",
        ),
        ("plan x --week", "--week: expected a value after it"),
        (
            "plan x --week a --out b --weeks z",
            "--weeks: expected a whole number from 1 to 8, found 'z'; how many weeks",
        ),
        ("plan x --week a --out b --weeks=99", "--weeks: expected a whole number from 1 to 8, found '99'"),
        ("plan x --week a --out b --seconds ten", "--seconds: expected a number from 1 on, found 'ten'"),
        ("plan x --emergency=3", "--emergency: expected the option alone, without a value"),
        ("plan --wek 2026-11-23", "expected an option of `seatwise plan`, found '--wek'; did you mean --week?"),
        ("--quiet", "expected an option of `seatwise`, found '--quiet'; --help lists them"),
        ("plam", "expected a verb of `seatwise`, found 'plam'; did you mean plan?"),
        ("example shop", "expected a verb of `seatwise example`, found 'shop'; it has reference"),
        (
            "frontier x --week 2026-11-23 --weeks 2 --out y",
            "--weeks: expected 1, or left out: a cap is weighed on one week, found '2'; others are runs of their own",
        ),
        (
            "route x --compare --plan p --policy p-mu --out y",
            "--policy: expected left out beside --compare, found 'p-mu'; every policy is compared",
        ),
        (
            "route x --compare --plan p --week 2026-11-23 --out y",
            "--week: expected left out beside --compare, found '2026-11-23'; every policy",
        ),
        ("plan x y --week a --out b", "got unexpected extra argument(s) (y); `seatwise plan --help` tells"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_would_be_right(words: str, said: str) -> None:
    done = CliRunner().invoke(app, words.split(), prog_name="seatwise")
    lines = done.stderr.splitlines()
    assert done.exit_code == 2
    assert lines[0].startswith(f"error: command line, {said}" if said[0] in "-C" else f"error: command line: {said}")
    assert lines[1:] == ["1 fault in the input; nothing was written"]
    assert done.stdout == ""


@pytest.mark.parametrize("words", ["", "example", "import"])
def test_without_a_verb_the_help_is_shown(words: str) -> None:
    done = CliRunner().invoke(app, words.split(), prog_name="seatwise")
    assert done.exit_code == 2
    assert "Usage: seatwise" in done.output
    assert "fault" not in done.output


def test_help_and_version_end_well() -> None:
    for words in (["--help"], ["plan", "--help"], ["--version"]):
        done = CliRunner().invoke(app, words, prog_name="seatwise")
        assert done.exit_code == 0
        assert done.stderr == ""


def test_a_fault_that_a_verb_finds_is_told_once() -> None:
    done = CliRunner().invoke(app, ["plan", "nowhere", "--week", "soon", "--out", "o"], prog_name="seatwise")
    assert done.exit_code == 2
    assert done.stderr.count("error:") == 1
    assert "--week: expected a date such as 2026-11-23, found 'soon'" in done.stderr

"""What pyworkforce can express: the count on answers made by hand, our folders, and both pages from a small file."""

import importlib
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scheduling import peers_centres, peers_mix, peers_page, peers_staffed_page, peers_timefold
from benchmarks.scheduling.peers_problem import CASES, DAYS, draw
from benchmarks.scheduling.peers_staffed import (
    COVERS,
    MIXES,
    ROTAS,
    SHIFT_H,
    SHIFTS,
    Cover,
    Mix,
    Rota,
    broken,
    cheapest,
    filled,
    uncovered,
)
from scheduling.result import Effort

command = importlib.import_module("benchmarks.scheduling.__main__")

LITTLE = Effort(ascent=60, steps=40, chains=1, passes=1, moves=40_000, assembly=0.05)
EMPTY = (0,) * 24
SMALL = Cover("small", (6, 8, 10), ((*([0] * 6), 1, 1, 2, 2, 3, 3, 2, 2, 2, 2, 1, 1, *([0] * 6)), *([EMPTY] * 6)))
NIGHTS = ROTAS[1]


def say(note: str) -> None:
    """Say nothing."""


def test_hours_that_nobody_covers_are_counted() -> None:
    assert uncovered(SMALL, {}) == 22
    assert uncovered(SMALL, {(0, 6): 1, (0, 8): 1, (0, 10): 1}) == 0
    assert uncovered(SMALL, {(0, 6): 1, (0, 8): 1}) == 2 + 2 + 2
    assert uncovered(SMALL, {(1, 6): 3}) == 22


def test_the_least_shifts_are_those_of_trying_all() -> None:
    best = min(
        sum(counts)
        for counts in itertools.product(range(4), repeat=3)
        if uncovered(SMALL, {(0, s): n for s, n in zip(SMALL.starts, counts, strict=True)}) == 0
    )
    assert peers_centres.least_shifts(SMALL, 0) == best == 3
    assert peers_centres.least_shifts(SMALL, 1) == 0


def test_ours_covers_with_the_fewest_shifts() -> None:
    taken, faults = peers_centres.covered(SMALL, LITTLE)
    assert faults == 0
    assert uncovered(SMALL, taken) == 0
    assert sum(taken.values()) == 3


def all_week(shift: int, who: int) -> list[tuple[int, int, int]]:
    return [(who, day, shift) for day in range(DAYS)]


def test_a_rota_of_people_who_keep_their_shift_breaks_nothing() -> None:
    rows = [row for who in range(6) for row in all_week(who % 3, who)]
    assert broken(NIGHTS, 6, rows) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[1:], "day 0: morning has too few"),
        (lambda rows: [*rows, (0, 0, 1)], "0: two shifts on a day"),
        (lambda rows: [row for row in rows if row[0] or row[1] > 2], "0: too many days off"),
        (lambda rows: [row for row in rows if row[0] or row[1] > 2], "0: too few hours"),
        (lambda rows: [(2, 3, 0) if row == (2, 3, 2) else row for row in rows], "2: morning after night on day 3"),
    ],
)
def test_every_rule_of_a_rota_is_counted(change: Any, said: str) -> None:
    rows = [row for who in range(6) for row in all_week(who % 3, who)]
    assert said in broken(NIGHTS, 6, change(rows))


def test_ours_lets_the_same_people_work_late_after_each_night() -> None:
    found = peers_centres.fewest(ROTAS[2], 4)
    assert found is not None
    people, rows, faults = found
    assert (people, faults, len(rows)) == (2, 0, 2 * DAYS)
    assert broken(ROTAS[2], people, rows) == []
    assert {shift for who, _, shift in rows if who == 0} == {1, 2}


def test_ours_says_where_there_are_too_few_people() -> None:
    assert peers_centres.rostered(Rota("none", SHIFTS, ((1,) * DAYS,) * 3, 40, 2, ((2, 0),), 8.0), 2, LITTLE) is None


def test_one_person_fills_one_seat() -> None:
    mix = Mix("m", (5, 3), (1.0, 1.0, 1.5))
    assert filled(mix, (2, 0, 3)) == 5
    assert filled(mix, (5, 3, 0)) == filled(mix, (4, 2, 2)) == 8
    assert filled(mix, (9, 0, 0)) == 5
    assert cheapest(mix) == (8.0, (5, 3, 0))
    assert cheapest(Mix("dear", (1, 1), (3.0, 3.0, 1.0))) == (2.0, (0, 0, 2))


def test_ours_proves_that_a_team_counted_twice_leaves_seats_empty() -> None:
    empty, least, faults, rows = peers_mix.seated(MIXES[0], (2, 0, 3))
    assert (empty, faults, len(rows)) == (3, 0, 5)
    assert 2.5 < least <= 3.0 + 1e-6
    assert peers_mix.seated(MIXES[0], (5, 3, 0))[0] == 0


def small_file() -> dict[str, Any]:
    """Return what peers would write, where Timefold left one shift each and pyworkforce the least or nothing."""
    problem = draw(CASES[0])
    rows = [[k, 0, 16, 16, 0] for k in range(len(problem.people))]
    run = {"rows": rows, "wall": 1.0, "cpu": 2.0, "moves": 10, "hard": -9}
    return {
        "versions": {"timefold": "1", "pyworkforce": "2"},
        "timefold": [{"case": CASES[0].name, "digest": problem.digest, "runs": {"default": run, "tabu": run}}],
        "pyworkforce": {
            "covers": [{"name": c.name, "status": "OPTIMAL", "rows": [[0, 6, 1]], "seconds": 0.1} for c in COVERS],
            "rotas": [
                {"name": r.name, "tries": [{"people": 9, "status": "INFEASIBLE", "rows": [], "seconds": 0.1}]}
                for r in ROTAS
            ],
            "mixes": [{"name": MIXES[0].name, "status": "OPTIMAL", "team": [2, 0, 3], "cost": 6.5}],
        },
    }


def test_the_page_on_timefold_judges_what_the_file_holds() -> None:
    part = peers_page.run(small_file(), say, efforts={50: LITTLE})
    (row,) = part.rows
    assert len(row) == len(part.head)
    assert row[0] == CASES[0].name and row[-2] == "0" and int(row[-1]) > 0
    assert any(note.startswith("Goal: 50 people, one pool") and "Reached" in note for note in part.notes)


def test_another_problem_than_the_peers_is_refused() -> None:
    told = small_file()
    told["timefold"][0]["digest"] = "another"
    with pytest.raises(ValueError, match="another problem"):
        peers_page.run(told, say, efforts={50: LITTLE})


def test_the_page_on_pyworkforce_says_what_each_leaves_open() -> None:
    part = peers_staffed_page.run(small_file(), say, only="eleven")
    (row,) = part.rows
    assert row[2] == "infeasible up to 9" and row[3] == f"6, {SHIFT_H * 42}" and row[-1] == "0"
    part = peers_staffed_page.run(small_file(), say, only="five and three")
    assert [row[3] for row in part.rows] == ["3 (bound 3.00)", "0"]
    assert all("Reached" in note for note in part.notes if note.startswith("Goal"))


def test_the_command_asks_for_the_peers_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--only", "timefold", "--out", str(tmp_path)])
    assert "--peers" in capsys.readouterr().err
    told = tmp_path / "peers.json"
    told.write_text(json.dumps(small_file()), encoding="utf-8")
    asked = ["--only", "pyworkforce", "--case", "five and three", "--out", str(tmp_path), "--peers", str(told)]
    assert command.main(asked) == 0
    assert "Rosters beside pyworkforce" in capsys.readouterr().out


def test_java_is_told_the_problem_and_heard() -> None:
    told = list(peers_timefold.lines(draw(CASES[1])))
    assert told[0] == "all 7 48 22 10000"
    assert sum(line.startswith("person ") for line in told) == 50
    assert all(len(line.split()) == 5 for line in told if line.startswith("demand "))
    found = peers_timefold.read("wall 1500\ncpu 1200\nmoves 7\nhard 0\nrow 3 0 16 8 1\n")
    assert found == {"wall": 1.5, "cpu": 1.2, "moves": 7, "hard": 0, "rows": [[3, 0, 16, 8, 1]]}

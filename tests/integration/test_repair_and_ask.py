"""`seatwise repair` and `seatwise ask` as a planner meets them: files in, a plan and its changes out."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from api.commands.cli import app
from domain.roster import Roster
from planning.files import previous_before, read_folder, read_roster
from scheduling.rules import validate
from tests.integration.repair_case import WEEK, published

TUESDAY = "2026-03-03"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return published(tmp_path_factory.mktemp("published"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="seatwise")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def worker(plan: Path, day: str = TUESDAY) -> str:
    return next(row["agent_id"] for row in rows_of(plan / "roster.csv") if row["start"].startswith(day))


def centre_with(made: tuple[Path, Path], place: Path, name: str, lines: Sequence[str]) -> Path:
    """Return a copy of the centre with one more file."""
    centre = place / "centre"
    shutil.copytree(made[0], centre)
    (centre / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return centre


def hard(centre: Path, roster: Roster) -> list[str]:
    folder = read_folder(centre, before=WEEK)
    assert previous_before(folder, WEEK)[0] == ()
    return [v.text for v in validate(folder, roster, WEEK, 1) if v.hard]


def roster_of(centre: Path, plan: Path) -> Roster:
    folder = read_folder(centre, before=WEEK)
    return read_roster(plan, folder.centre, folder.agents)


def test_sick_leave_and_more_contacts_are_repaired_into_a_whole_plan(made: tuple[Path, Path], tmp_path: Path) -> None:
    """Legal again, every file of a plan, the diff in words, and only what changed in changes.csv."""
    who = worker(made[1])
    leave = f"{who},{TUESDAY}T00:00,2026-03-04T00:00,sick"
    centre = centre_with(made, tmp_path, "time_off.csv", ["agent_id,start,end,kind", leave])
    assert hard(centre, roster_of(centre, made[1]))
    new = tmp_path / "new"
    done = run(
        "repair", centre, "--plan", made[1], "--volume", f"phone=1.1@{TUESDAY}", "--replications", "24", "--out", new
    )
    assert done.exit_code == 0, done.output + str(done.exception)
    assert hard(centre, roster_of(centre, new)) == []
    assert all((new / name).stat().st_size > 0 for name in ("plan.json", "report.html", "roster.xlsx", "service.csv"))
    changes = rows_of(new / "changes.csv")
    assert list(changes[0]) == ["agent_id", "day", "before", "after", "why", "what", "name"]
    mine = [row for row in changes if row["agent_id"] == who and row["day"] == TUESDAY]
    assert [(row["after"], row["why"]) for row in mine] == [("off", "on leave")]
    document = json.loads((new / "plan.json").read_text(encoding="utf-8"))
    solver = document["solver"]
    assert solver["bound"] <= solver["objective"] * (1 + 1e-9)
    assert "changes" in solver["parts"]
    assert sum(solver["parts"].values()) == pytest.approx(solver["objective"], rel=1e-9)
    assert any(f"Tue {mine[0]['before']} -> off" in note for note in document["notes"])
    assert "agent-day" in done.stdout
    before, after = rows_of(made[1] / "roster.csv"), rows_of(new / "roster.csv")
    touched = {(row["agent_id"], row["day"]) for row in changes}
    kept = [row for row in before if (row["agent_id"], row["start"][:10]) not in touched]
    assert all(row in after for row in kept)


def test_what_lies_before_the_moment_is_equal_to_the_letter(made: tuple[Path, Path], tmp_path: Path) -> None:
    """From Wednesday noon: every earlier row stays, though Monday's leave contradicts it; that is said."""
    who = worker(made[1], "2026-03-02")
    leave = [f"{who},2026-03-02T00:00,2026-03-03T00:00,sick"]
    other = next(row["agent_id"] for row in rows_of(made[1] / "roster.csv") if row["start"].startswith("2026-03-05"))
    leave.append(f"{other},2026-03-05T00:00,2026-03-06T00:00,sick")
    centre = centre_with(made, tmp_path, "time_off.csv", ["agent_id,start,end,kind", *leave])
    new = tmp_path / "new"
    since = "2026-03-04T12:00"
    done = run(
        "repair", centre, "--plan", made[1], "--from", since, "--volume", "1.2", "--replications", "24", "--out", new
    )
    assert done.exit_code == 0, done.output + str(done.exception)
    old, now = ((path / "roster.csv").read_text(encoding="utf-8").splitlines() for path in (made[1], new))
    assert [line for line in old if line.split(",")[4] <= since] == [
        line for line in now if line.split(",")[4] <= since
    ]
    assert {row["day"] for row in rows_of(new / "changes.csv")} <= {f"2026-03-0{d}" for d in range(4, 9)}
    notes = json.loads((new / "plan.json").read_text(encoding="utf-8"))["notes"]
    assert any("begins before --from" in note for note in notes)


def test_elastic_seats_alone(made: tuple[Path, Path], tmp_path: Path) -> None:
    """With --keep-people no row of a person changes."""
    new = tmp_path / "new"
    words = ("--volume", f"1.3@{TUESDAY}", "--keep-people", "--replications", "24", "--out", new)
    done = run("repair", made[0], "--plan", made[1], *words)
    assert done.exit_code == 0, done.output + str(done.exception)
    assert {row["what"] for row in rows_of(new / "changes.csv")} <= {"seat"}
    people = [[row for row in rows_of(path / "roster.csv") if row["pool"] == "core"] for path in (made[1], new)]
    assert people[0] == people[1]


def test_every_fault_of_a_repair_is_told_at_once(made: tuple[Path, Path], tmp_path: Path) -> None:
    """Volumes, scenario, pins and leave are all read before anything is said; nothing is written."""
    centre = centre_with(made, tmp_path, "time_off.csv", ["agent_id,start,end", "a99,2026-03-03,2026-03-04"])
    (centre / "pins.csv").write_text(
        "agent_id,start,end,activity,queues\na01,2026-03-20T09:00,2026-03-20T17:00,work,phone\n", encoding="utf-8"
    )
    scenario = tmp_path / "s.toml"
    scenario.write_text('[[scenario]]\nname = "a"\nvolume = -1\n', encoding="utf-8")
    new = tmp_path / "new"
    words = ("--volume", "fone=1.1", "--volume", "phone=x", "--volume", "1.1@2026-05-01", "--scenario", scenario)
    done = run("repair", centre, "--plan", made[1], *words, "--out", new)
    assert done.exit_code == 2
    said = done.stderr
    for part in (
        "did you mean phone",
        "found 'phone=x'",
        "a day of the plan",
        "s.toml:3",
        "pins.csv:2",
        "time_off.csv:2",
    ):
        assert part in said, said
    assert not new.exists()


def test_somebody_without_a_legal_week_is_explained(made: tuple[Path, Path], tmp_path: Path) -> None:
    """Pinned to work while on leave: exit status 3, the rules named, nothing written."""
    who = worker(made[1])
    centre = centre_with(
        made, tmp_path, "time_off.csv", ["agent_id,start,end,kind", f"{who},{TUESDAY},2026-03-04,sick"]
    )
    (centre / "pins.csv").write_text(
        f"agent_id,start,end,activity,queues\n{who},{TUESDAY}T12:00,{TUESDAY}T13:00,work,phone\n", encoding="utf-8"
    )
    done = run("repair", centre, "--plan", made[1], "--out", tmp_path / "new")
    assert done.exit_code == 3
    assert "cannot all be kept" in done.stderr
    assert not (tmp_path / "new").exists()


def test_what_ask_calls_legal_the_validator_calls_legal(made: tuple[Path, Path], tmp_path: Path) -> None:
    """Swaps, days off and shifts: the verdict is that of the validator on the changed roster."""
    from api.commands.whatif import asked_about
    from planning.ask import DayOff, ShiftEdit, Swap, answer_questions
    from planning.ask.edited import edited

    folder, plan, world = asked_about(made[0], made[1], None)
    days = plan.requirement.grid.days
    ids = [agent.id for agent in folder.agents]
    at = plan.requirement.grid.at
    questions = [
        *(Swap(ids[k], ids[(3 * k + 1) % len(ids)], days[k % 6]) for k in range(4)),
        DayOff(worker(made[1]), days[1], "paid"),
        DayOff(worker(made[1]), days[1], "free"),
        ShiftEdit(ids[0], at(1440 + 540), at(1440 + 540 + 540), ("phone",)),
        ShiftEdit(ids[0], at(1440 + 300), at(1440 + 360)),
    ]
    found = answer_questions(world, plan, questions)
    verdicts = set()
    for question, answer in zip(questions, found, strict=True):
        there = edited(world.folder, world.roster, question)
        broken = [v.text for v in validate(there.folder, there.roster, WEEK, 1) if v.hard]
        assert answer.legal == (broken == [])
        assert sorted(answer.stops) == sorted(broken)
        verdicts.add(answer.legal)
    assert verdicts == {True, False}
    off = found[4]
    assert off.gap
    assert any(row.after != row.before for row in off.service)


def test_the_five_best_people_for_a_gap_are_legal(made: tuple[Path, Path], tmp_path: Path) -> None:
    """Everybody named could take it by the validator, covers some of it, and the best come first."""
    from api.commands.whatif import asked_about
    from planning.ask.colleagues import colleagues
    from planning.ask.gap_week import gap_model, legal_for, with_week
    from scheduling.published import published_roll
    from scheduling.stand_ins import stand_ins

    folder, plan, world = asked_about(made[0], made[1], None)
    at = plan.requirement.grid.at
    start, end = at(1440 + 17 * 60), at(1440 + 19 * 60)
    people, others = colleagues(world, plan, "phone", start, end)
    assert 0 < len(people) <= 5
    assert others
    model = gap_model(world, plan, WEEK, world)
    roll = published_roll(model, world.roster).roll
    found = stand_ins(model, roll, 0, (1440 + 17 * 60) // 15, (1440 + 19 * 60) // 15)
    named = {person.agent_id for person in people}
    for one in found:
        who = model.agents[one.agent].id
        roster = with_week(model, roll, one, world.roster)
        clean = not [v for v in validate(folder, roster, WEEK, 1) if v.hard and v.who == who]
        assert legal_for(folder, roster, who, plan) == clean
        if who in named:
            assert clean
            there = [
                row
                for row in roster.stretches
                if row.agent_id == who and row.start < end and start < row.end and "phone" in row.queues
            ]
            assert there
    assert [one.covered for one in found] == sorted((one.covered for one in found), reverse=True)


def test_ask_writes_and_prints_its_answers(made: tuple[Path, Path], tmp_path: Path) -> None:
    """A table on the terminal, ask.csv and ask.json beside it; slips are told together."""
    who = worker(made[1])
    new = tmp_path / "answers"
    words = ("--day-off", f"{who},{TUESDAY}", "--gap", f"phone,{TUESDAY}T17:00,{TUESDAY}T19:00", "--out", new)
    done = run("ask", made[0], "--plan", made[1], *words)
    assert done.exit_code == 0, done.output + str(done.exception)
    assert "who could take" in done.stdout and "1. Agent" in done.stdout
    kinds = [row["row"] for row in rows_of(new / "ask.csv")]
    assert kinds.count("legal") == 2 and "person" in kinds and "target" in kinds
    document = json.loads((new / "ask.json").read_text(encoding="utf-8"))
    assert [len(answer["people"]) > 0 for answer in document] == [True, True]
    done = run(
        "ask", made[0], "--plan", made[1], "--swap", f"a01,a0x,{TUESDAY}", "--day-off", "a01,2027-01-01",
        "--gap", f"fone,{TUESDAY}T17:07,{TUESDAY}T16:00", "--shift", "a01",
    )  # fmt: skip
    assert done.exit_code == 2
    assert all(
        part in done.stderr
        for part in ("found 'a0x'", "a day of the plan", "found 'fone'", "grid of", "an end after", "found 'a01'")
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a published plan with training, and with a course that nobody has time for."""
    rows = [
        ("training", 60, "2026-03-02T08:00", "2026-03-08T20:00", "a00", "true"),
        ("training", 60, "2026-03-02T08:00", "2026-03-08T20:00", "a03", "true"),
        ("course", 240, "2026-03-03T00:00", "2026-03-03T05:00", "a01", "true"),
    ]
    columns = ["activity", "minutes", "earliest", "latest", "agent_id", "paid"]
    return published(tmp_path_factory.mktemp("trained"), activities=pd.DataFrame(rows, columns=columns))


def test_a_gap_leaves_activities_alone_and_counts_the_shifts_that_hold_them(trained: tuple[Path, Path]) -> None:
    """Whoever has training works that day: pay is that of the hours that change, and the training stays."""
    from api.commands.whatif import asked_about
    from planning.ask.gap_week import gap_model, with_week
    from scheduling.cost import roster_cost
    from scheduling.published import published_roll
    from scheduling.stand_ins import stand_ins

    folder, plan, world = asked_about(*trained, None)
    model = gap_model(world, plan, WEEK, world)
    known = published_roll(model, world.roster)
    assert not known.lost.any()
    before = roster_cost(folder, world.roster, WEEK, 1).total
    held = {row for row in world.roster.stretches if row.activity == "training"}
    assert len(held) == 2
    found = stand_ins(model, known.roll, 0, (1440 + 17 * 60) // 15, (1440 + 19 * 60) // 15)
    for one in found:
        roster = with_week(model, known.roll, one, world.roster)
        assert one.pay == pytest.approx(roster_cost(folder, roster, WEEK, 1).total - before, abs=1e-6)
        kept = {(row.agent_id, row.start) for row in roster.stretches if row.activity == "training"}
        assert kept == {(row.agent_id, row.start) for row in held}


def test_a_repair_holds_activities_and_prices_those_without_a_time(trained: tuple[Path, Path], tmp_path: Path) -> None:
    """The training stays to the minute; the course is missed as before, and the parts say so."""
    new = tmp_path / "new"
    words = ("--volume", f"1.3@{TUESDAY}", "--replications", "24", "--out", new)
    done = run("repair", trained[0], "--plan", trained[1], *words)
    assert done.exit_code == 0, done.output + str(done.exception)
    assert hard(trained[0], roster_of(trained[0], new)) == []
    held = [
        {(row["agent_id"], row["start"]) for row in rows_of(path / "roster.csv") if row["activity"] == "training"}
        for path in (trained[1], new)
    ]
    assert held[0] == held[1]
    old, now = (json.loads((path / "plan.json").read_text(encoding="utf-8")) for path in (trained[1], new))
    missed = [(row["activity"], row["agent_id"], row["price"]) for row in now["activities"]["missed"]]
    assert missed == [(row["activity"], row["agent_id"], row["price"]) for row in old["activities"]["missed"]]
    assert [row[:2] for row in missed] == [("course", "a01")]
    parts = now["solver"]["parts"]
    assert parts["activities"] == pytest.approx(sum(row[2] for row in missed))
    assert parts["cost"] == pytest.approx(now["cost"]["total"])
    assert now["solver"]["objective"] == pytest.approx(sum(parts.values()))


def test_whoever_leaves_another_day_short_is_named_with_it(made: tuple[Path, Path]) -> None:
    """A colleague whose gain on one day is a miss on another: both are told."""
    from datetime import timedelta

    from api.commands.whatif import asked_about
    from planning.ask.colleagues import colleagues

    _, plan, world = asked_about(*made, None)
    at = plan.requirement.grid.at
    gaps = [(at(1440 * d + 1020), at(1440 * d + 1140)) for d in range(5)]
    people = [person for start, end in gaps for person in colleagues(world, plan, "phone", start, end)[0]]
    worse = [person for person in people if "worse" in person.service]
    days = {(WEEK + timedelta(days=d)).isoformat() for d in range(7)}
    assert worse
    assert all(any(day in person.service for day in days) and person.service.count("worse") == 1 for person in worse)


def test_a_repair_that_is_stopped_says_so(made: tuple[Path, Path]) -> None:
    """Cancelled at once: the published roster, legal, marked as stopped, and in words."""
    from api.commands.whatif import asked_about
    from domain.progress import Control
    from planning.repair.run import make_repair
    from planning.repair.week import RepairTerms

    _, plan, world = asked_about(*made, None)
    options = replace(world.options, replications=8)
    control = Control()
    control.cancel.set()
    found = make_repair(world, world, plan, plan.forecast, options, RepairTerms(), control)
    assert found.plan.solver.status == "stopped" and found.changes == ()
    assert "it was stopped there, before the search was done" in found.plan.notes[0]

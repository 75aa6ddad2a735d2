"""What two rosters differ by, in words, and an edited roster beside the plan's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.progress import Control
from domain.roster import Roster, Stretch
from planning.files.plan_in import PlanIn
from planning.files.roster_import_files import write_comparison
from planning.roster_import.comparison import compare_rosters, judged
from planning.roster_import.diff import changes_of, content_of
from planning.roster_import.words import comparison_lines, violation_lines
from planning.steps import simulate_roster
from planning.whatif.world import World
from tests.unit.planning.whatif_case import MONDAY, world_of


@pytest.fixture(scope="module")
def world() -> World:
    return world_of()


@pytest.fixture(scope="module")
def plan(world: World) -> PlanIn:
    """The plan of that roster, simulated."""
    service = simulate_roster(
        world.folder, world.requirement, world.roster, world.people, world.options, Control(), replications=30, seed=1
    )
    document = {"week": "2026-11-23", "engine": {}}
    return PlanIn(world.options.week, 1, None, world.requirement, world.roster, service, document)  # type: ignore[arg-type]


def changed(roster: Roster, change: Callable[[Stretch], Stretch | None]) -> Roster:
    rows = [change(row) for row in roster.stretches]
    return Roster.of(row for row in rows if row is not None)


def test_a_roster_does_not_differ_from_itself_however_it_is_cut_and_named(world: World) -> None:
    middle = MONDAY.replace(hour=13)
    rows: list[Stretch] = []
    for row in world.roster.stretches:
        if row.start < middle < row.end:
            rows += [replace(row, end=middle, shift_id="x"), replace(row, start=middle, shift_id="x")]
        else:
            rows.append(replace(row, queues=tuple(reversed(row.queues))))
    cut = Roster.of(rows)
    assert content_of(cut) == content_of(world.roster)
    assert changes_of(world.folder, world.roster, cut) == ()


def test_every_kind_of_change_is_told(world: World) -> None:
    def change(row: Stretch) -> Stretch | None:
        if row.agent_id == "a00" and row.shift_id == "0":
            return None
        if row.agent_id == "a01" and row.shift_id == "1":
            return replace(row, queues=("chat",))
        if row.agent_id == "a02" and row.shift_id == "2":
            return replace(row, end=row.end.replace(hour=row.end.hour - 2))
        return row

    edited = changed(world.roster, change)
    block = Stretch(
        "elastic-001", MONDAY + timedelta(hours=9), MONDAY + timedelta(hours=12), queues=("phone",), pool="elastic"
    )
    made = changes_of(world.folder, world.roster, Roster.of([*edited.stretches, block]))
    told = {c.agent_id: (c.kind, c.what, c.text) for c in made}
    assert told["a00"][:2] == ("removed", ())
    assert told["a00"][2] == "a00, Mon 23 Nov: shift removed: 08:00–20:00, phone, chat and mail"
    assert told["a01"] == ("changed", ("queues",), "a01, Tue 24 Nov: no longer serves phone")
    assert told["a02"][1] == ("times",)
    assert told["a02"][2] == "a02, Wed 25 Nov: 08:00–20:00 becomes 08:00–18:00"
    assert told["elastic-001"][2].startswith("elastic-001, Mon 23 Nov: block added: ")
    assert len(made) == 4


def test_nothing_changed_is_said_without_a_simulation(world: World, plan: PlanIn) -> None:
    made = compare_rosters(world, plan, world.roster, Control())
    assert made.service is plan.service
    assert comparison_lines(made, "EUR")[0] == "the workbook holds the plan's roster: nothing was changed"
    assert made.cost == made.cost_before


def test_fewer_people_wait_longer_cost_less_and_break_what_they_break(world: World, plan: PlanIn, tmp_path) -> None:
    """Four of twelve taken off on Monday: cost, Monday's wait and Tuesday's contacts stand beside the plan's."""

    def change(row: Stretch) -> Stretch | None:
        return None if row.shift_id == "0" and row.agent_id in {"a00", "a01", "a02", "a03"} else row

    made = compare_rosters(world, plan, changed(world.roster, change), Control(), replications=30)
    assert len(made.changes) == 4
    assert made.cost.core == pytest.approx(made.cost_before.core - 4 * 12 * 20.0)
    monday = {(r.queue, r.measure): r for r in made.rows if r.scope == "day" and r.start == "2026-11-23"}
    assert monday["phone", "mean_wait_s"].value > monday["phone", "mean_wait_s"].base
    tuesday = {(r.queue, r.measure): r for r in made.rows if r.scope == "day" and r.start == "2026-11-28"}
    assert tuesday["phone", "offered"].value == pytest.approx(tuesday["phone", "offered"].base)
    lines = comparison_lines(made, "EUR")
    assert any(line.startswith("cost ") and "−960.00 against the plan" in line for line in lines)
    assert any(line.startswith("service ") and "mean wait" in line for line in lines)
    assert judged(made.targets)[1] == judged(made.targets_before)[1]
    write_comparison(made, "2026-11-23", tmp_path, world.folder.centre.timezone)
    assert {p.name for p in tmp_path.iterdir()} == {
        "roster.csv",
        "service.csv",
        "changes.csv",
        "violations.csv",
        "comparison.csv",
    }
    assert (tmp_path / "changes.csv").read_text(encoding="utf-8").count("removed") >= 4


def test_violations_that_the_plan_has_not_are_told_apart(world: World, plan: PlanIn) -> None:
    """The plan's twelve-hour days stand in for its own faults; a block beyond the cap is the editor's."""
    blocks = [
        Stretch(
            f"elastic-00{k}",
            MONDAY + timedelta(hours=9),
            MONDAY + timedelta(hours=12),
            queues=("phone",),
            pool="elastic",
            shift_id="b",
        )
        for k in range(1, 6)
    ]
    made = compare_rosters(world, plan, Roster.of([*world.roster.stretches, *blocks]), Control(), replications=10)
    fresh = {violation.rule for violation, new in made.violations if new and violation.hard}
    assert fresh == {"elastic_cap"}
    old = [violation for violation, new in made.violations if not new and violation.hard]
    assert len(violation_lines(made)) == len([v for v, new in made.violations if new and v.hard])
    rules = next(line for line in comparison_lines(made, "EUR") if line.startswith("rules"))
    assert ("that the plan's roster has as well" in rules) == bool(old)

"""A real log: its service reproduced, its last full week planned from what was known before, and the plan questioned.

``python -m benchmarks.real --out out/real`` prints the tables and keeps them, with the plans, in the folder. The data
(calls of February 1999 of the "Anonymous Bank", Technion; Brown et al. 2005) are others' and stay where they are: the
environment variable SEATWISE_DATA names their folder.
"""

from __future__ import annotations

import argparse
import os
from datetime import timedelta
from pathlib import Path

import pandas as pd

from api.commands.terminal import working
from benchmarks.real_hours import presence, ready_hours
from benchmarks.real_plan import Planned, on_actual_calls, plan_week
from benchmarks.real_replay import Replay, in_opening_hours, observed, replay, staff_coverage
from benchmarks.real_risk import plan_for_most_days, risk_lines
from benchmarks.real_routing import compare, routing_lines, world_by_type
from benchmarks.real_text import assumption_lines, machine, reproduction_lines, week_lines
from benchmarks.real_week import (
    BREAK,
    centre_of,
    common_contract,
    earlier_history,
    in_one_queue,
    known_before,
    last_full_week,
    own_contracts,
    write_centre,
)
from benchmarks.real_whatif import ask, whatif_lines
from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.progress import Control
from planning.call_log.calls import Calls
from planning.call_log.mapping import read_mapping
from planning.call_log.observed import Observed, read_observed
from planning.call_log.write import call_tables
from planning.files import read_folder
from planning.save import save_plan
from planning.steps import Options
from scheduling.result import Effort
from seatwise import __version__

ROOT = Path(__file__).resolve().parents[1]
DATA = (ROOT / os.environ.get("SEATWISE_DATA", "../shared/data")) / "anonymous_bank_1999"
LOG, EARLIER = DATA / "calls_1999_02.csv", DATA / "arrivals_6min_1999.csv.gz"
MAP = ROOT / "benchmarks" / "anonymous_bank.toml"
RECORD = ROOT / "benchmarks" / "results" / "real.md"

SEED = 1
REPLICATIONS = 20
PLAN_REPLICATIONS = 100
EFFORT = Effort(ascent=200, steps=300)
"""Less than a plan's default, which takes twice as long and changes the share in 20 s by less than a point."""
ROUNDS = 2
SKILL_AT_LEAST = 5
"""In the replay of those who were there, the few who took the rare English calls must not be left out."""


def reproduce(seen: Observed, centre: Centre) -> tuple[Calls, Replay, Replay]:
    """Return the log's contacts, what they got, and what they get from the staff inferred from the log."""
    calls = in_opening_hours(seen.calls, centre)
    days = calls.local_days()
    grid = IntervalGrid.of_days(days.min().item(), int((days.max() - days.min()).astype(int)) + 1, calls.zone, 30)
    coverage = staff_coverage(seen.spells, grid, centre.queue_ids)
    return calls, observed(calls), replay(coverage, calls, centre, seed=SEED, replications=REPLICATIONS)


def run(out: Path, *, by_type: bool) -> tuple[str, bool]:
    """Do everything; return the text, and whether every plan was finished."""
    mapping = read_mapping(MAP)
    people = mapping.people.model_copy(update={"skill_at_least": SKILL_AT_LEAST})
    imported = call_tables(LOG, mapping)
    centre = centre_of(imported)
    seen = read_observed(LOG, mapping.model_copy(update={"people": people}))
    calls, bank, again = reproduce(seen, centre)

    week = last_full_week(calls)
    days = [(week + timedelta(days=k)).isoformat() for k in range(7)]
    shifts, ready = presence(seen.calls), ready_hours(seen.calls, seen.spells)
    before = shifts["day"] < days[0]
    breaks = float(BREAK["minutes"]) / 60 * float(before.sum())  # type: ignore[arg-type]
    in_shift = 1 - float(ready[ready.index < days[0]].sum()) / (float(shifts["hours"][before].sum()) - breaks)
    types = known_before(LOG, mapping, week, round(in_shift, 3))
    one = known_before(LOG, in_one_queue(mapping), week, round(in_shift, 3))
    worked = shifts[shifts["day"].isin(days)]
    names = sorted(set(worked["agent"]) & set(types.made.tables["agents"]["agent_id"]))
    worked = worked[worked["agent"].isin(names)]
    own = own_contracts(worked)

    plans: dict[str, Planned] = {}
    for name, known, contracts, place in (
        ("same hours", one, own, "plan_same_hours"),
        ("same hours, by type", types, own, "plan_by_type"),
        ("free hours", one, common_contract(), "plan"),
    ):
        if known is types and not by_type:
            continue
        told = known.made.tables["history"]
        history = pd.concat([earlier_history(EARLIER, told, centre_of(known.made), week), told])
        folder = read_folder(write_centre(out / f"{place}_centre", known, history, names, contracts), before=week)
        options = Options(week=week, seed=SEED, effort=EFFORT, rounds=ROUNDS, replications=PLAN_REPLICATIONS)
        with working(os.cpu_count() or 1, None) as control:
            plans[name] = plan_week(folder, options, calls, types, replications=REPLICATIONS, control=control)
        save_plan(plans[name].plan, out / place, __version__, Control())

    free = plans["free hours"]
    scenarios = out / "scenarios.toml"
    asked = ask(free.plan, scenarios)
    with working(os.cpu_count() or 1, None) as control:
        most_days = plan_for_most_days(free.plan, options, control)
    safer = on_actual_calls(most_days, options, calls, types, replications=REPLICATIONS)
    policies = compare(world_by_type(free.plan, calls, types, out / "routing_centre"))

    present = shifts.groupby("day")["hours"].sum()
    left_out = float(worked["hours"].sum()) - sum(float(contract["weekly_hours"]["max"]) for contract in own)
    lines = [
        "# A real log",
        "",
        f"Anonymous Bank (Technion), February 1999: {len(calls):,} contacts in opening hours.",
        f"Measured on {machine()}; seed {SEED}.",
        "",
        *reproduction_lines(bank, again, REPLICATIONS),
        *assumption_lines(week, types.in_shift, len(names), left_out),
        *week_lines(bank.of_days(days), again.of_days(days), present, ready, plans, week),
        "",
        "## What else the plan with free hours answers",
        "",
        *whatif_lines(asked, scenarios),
        *risk_lines(free, safer, bank.of_days(days)),
        *routing_lines(policies, mapping.resolution.window_h),
    ]
    whole = all(made.plan.solver.status != "stopped" for made in (*plans.values(), safer))
    return "\n".join(lines).rstrip() + "\n", whole


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables and the plans")
    parser.add_argument("--record", action="store_true", help=f"keep the tables in {RECORD.relative_to(ROOT)} too")
    parser.add_argument("--by-type", action="store_true", help="add a plan that keeps the six types of call apart")
    asked = parser.parse_args()
    missing = [path.name for path in (LOG, EARLIER) if not path.is_file()]
    if missing:
        print(f"skipped: {', '.join(missing)} not found in {DATA}; set SEATWISE_DATA")
        return
    text, whole = run(asked.out, by_type=asked.by_type)
    print(text, end="")
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "real.md").write_text(text, encoding="utf-8", newline="\n")
    if asked.record and not whole:
        raise SystemExit("not recorded: a plan was stopped before its end")
    if asked.record:
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        RECORD.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

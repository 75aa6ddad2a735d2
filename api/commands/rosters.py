"""The verbs of rosters: the whole plan, a roster for a requirement, and the service a roster gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from api.commands.handed import as_requirement, need_file, outside, read_need, whole_weeks
from api.commands.options import (
    DEFAULT_CORES,
    CentreFolder,
    ClosedLoop,
    Cores,
    Emergency,
    Gap,
    NeedForecast,
    Now,
    OutFolder,
    Replications,
    RequirementFile,
    RosterFile,
    Seconds,
    Seed,
    Week,
    Weeks,
    Work,
    day_of,
    in_zone,
    now_of,
    ready,
)
from api.commands.reading import folder_to_plan, folder_with
from api.commands.remote import Overwrite, ServerUrl
from api.commands.replays import Absence, Actuals, Choices, LogMapping, check_replay, replay_of
from api.commands.served import made_there, refuse, tell
from api.commands.terminal import counted, err, first_run_note, out, working
from domain.errors import Problem
from seatwise import __version__

if TYPE_CHECKING:
    from capacity.requirement import Requirement
    from domain.folder import PlanningFolder
    from domain.roster import Roster, Stretch
    from forecasting.forecast import Forecast
    from planning.result import TargetResult
    from scheduling.rules.rule import Violation

    Need = Requirement | Forecast


def plan(
    centre: CentreFolder,
    week: Week,
    out_folder: OutFolder,
    weeks: Weeks = 1,
    seed: Seed = 1,
    seconds: Seconds = None,
    work: Work = 1.0,
    gap: Gap = 0.0,
    cores: Cores = DEFAULT_CORES,
    emergency: Emergency = False,
    now: Now = None,
    replications: Replications = None,
    server: ServerUrl = None,
    overwrite: Overwrite = False,
) -> None:
    """History -> forecast -> requirement -> roster -> simulated service -> report."""
    first, called = day_of(week, "--week"), now_of(now)
    ready(out_folder, CENTRE=centre)
    if server is not None:
        refuse({"--now": now})
        asked = {"week": first.isoformat(), "weeks": weeks, "seed": seed, "seconds": seconds, "work": work, "gap": gap}
        more = {"emergency": emergency, "replications": replications}
        tell(made_there(server, centre, "plan", asked | more, out_folder, overwrite=overwrite))
        out.print(f"look at   {out_folder / 'report.html'}")
        return
    folder = folder_to_plan(centre, first, 7 * weeks)
    first_run_note()
    from planning.plan import make_plan
    from planning.report import summary_lines
    from planning.save import save_plan
    from planning.steps import Options, effort_for

    moment = in_zone(called, folder.centre.timezone)
    options = Options(
        week=first,
        weeks=weeks,
        seed=seed,
        emergency=emergency,
        now=moment,
        replications=replications,
        effort=effort_for(work, gap),
    )
    with working(cores, seconds, pieces=len(folder.centre.queues)) as control:
        made = make_plan(folder, options, control)
        save_plan(made, out_folder, __version__, control, centre)
    for line in summary_lines(made, out_folder):
        out.print(line)


def roster(
    centre: CentreFolder,
    out_folder: OutFolder,
    requirement_file: RequirementFile = None,
    forecast_file: NeedForecast = None,
    seed: Seed = 1,
    seconds: Seconds = None,
    work: Work = 1.0,
    gap: Gap = 0.0,
    cores: Cores = DEFAULT_CORES,
    emergency: Emergency = False,
    now: Now = None,
    replications: Replications = None,
) -> None:
    """Roster people and elastic seats for a requirement, or for a forecast."""
    called = now_of(now)
    source = need_file(requirement_file, forecast_file)
    ready(out_folder, CENTRE=centre, requirement=requirement_file, forecast=forecast_file)
    from planning.files import check_pins, output_folder, previous_before, write_roster

    def handed(read: PlanningFolder, notices: list[Problem]) -> tuple[Need, date, int, tuple[Stretch, ...]]:
        need = read_need(read, notices, requirement_file, forecast_file)
        usual = "requirement.csv" if requirement_file else "forecast.csv"
        begin, count = whole_weeks(need.grid.days, source, usual)
        check_pins(read, begin, 7 * count)
        before, said = previous_before(read, begin)
        notices.extend(said)
        return need, begin, count, before

    folder, (need, first, weeks, earlier) = folder_with(centre, handed)
    first_run_note()
    from planning.activity_notes import activity_notes
    from planning.plan import summary
    from planning.rounds import make_roster
    from planning.shrinkage import with_learned_shrinkage
    from planning.steps import Options, effort_for
    from scheduling.rules.validator import validate

    moment = in_zone(called, folder.centre.timezone)
    folder, _ = with_learned_shrinkage(replace(folder, previous=earlier), first)
    requirement = as_requirement(folder, need)
    options = Options(
        week=first,
        weeks=weeks,
        seed=seed,
        emergency=emergency,
        now=moment,
        replications=replications,
        effort=effort_for(work, gap),
    )
    with working(cores, seconds) as control:
        made, _, _ = make_roster(folder, None, requirement, options, control)
    with output_folder(out_folder) as place:
        write_roster(made.roster, place, folder.centre.timezone)
    proof = summary(made)
    for note in activity_notes(folder, made.weeks):
        out.print(note)
    out.print(f"{proof.status}: cost {proof.parts['cost']:,.2f} {folder.centre.currency}, gap {100 * proof.gap:.2f} %")
    _tell_violations(validate(folder, made.roster, first, weeks, emergency=emergency, now=moment))
    out.print(f"roster: {out_folder / 'roster.csv'}")


def simulate(
    centre: CentreFolder,
    roster_file: RosterFile,
    out_folder: OutFolder,
    requirement_file: RequirementFile = None,
    forecast_file: NeedForecast = None,
    seed: Seed = 1,
    cores: Cores = DEFAULT_CORES,
    replications: Replications = None,
    emergency: Emergency = False,
    now: Now = None,
    closed_loop: ClosedLoop = False,
    replay: Actuals = None,
    mapping: LogMapping = None,
    absence: Absence = False,
) -> None:
    """Simulate the service a roster gives; an illegal one too, its violations listed."""
    called = now_of(now)
    unused = {"--requirement": requirement_file, "--forecast": forecast_file, "--now": now}
    check_replay(replay, unused | {"--closed-loop": closed_loop}, {"--mapping": mapping, "--absence": absence})
    if replay is not None:
        chosen = Choices(seed, cores, replications, emergency, absence)
        replay_of(centre, roster_file, replay, mapping, out_folder, chosen)
        return
    need_file(requirement_file, forecast_file)
    ready(out_folder, CENTRE=centre, requirement=requirement_file, forecast=forecast_file, roster=roster_file)
    from planning.files import output_folder, previous_before, read_roster, write_service
    from planning.files.inputs import together
    from planning.files.tiers_file import write_tiers

    def handed(read: PlanningFolder, notices: list[Problem]) -> tuple[Need, Roster, tuple[Stretch, ...]]:
        need, who = together(
            lambda: read_need(read, notices, requirement_file, forecast_file),
            lambda: read_roster(roster_file, read.centre, read.agents, notices=notices),
        )
        notices.extend(outside(who, need.grid, roster_file))
        before, said = previous_before(read, need.grid.days[0])
        notices.extend(said)
        return need, who, before

    folder, (need, people_and_seats, earlier) = folder_with(centre, handed)
    first_run_note()
    from capacity.servers import with_seats
    from planning.closed_loop import loop_sentence, new_issues
    from planning.expected_service import expected_columns, expected_service
    from planning.promises import target_results
    from planning.report.figures import missed_text
    from planning.shrinkage import with_learned_shrinkage
    from planning.steps import Options, people_of, simulate_roster, targets_of
    from planning.tier_service import tier_sentences
    from scheduling.rules.validator import validate

    days, moment = need.grid.days, in_zone(called, folder.centre.timezone)
    folder, _ = with_learned_shrinkage(replace(folder, previous=earlier), days[0])
    requirement = as_requirement(folder, need)
    options = Options(week=days[0], weeks=max(1, -(-len(days) // 7)), seed=seed, emergency=emergency, now=moment)
    broken = validate(folder, people_and_seats, days[0], options.weeks, emergency=emergency, now=moment)
    with working(cores) as control:
        people = people_of(folder, options)
        people = replace(people, servers=with_seats(folder, people.servers, people_and_seats.by_agent))
        report = simulate_roster(
            folder, requirement, people_and_seats, people, options, control, replications=replications
        )
        looped = None
        if closed_loop:
            issues = new_issues(folder, requirement, report, days[0])
            looped = simulate_roster(
                folder,
                issues,
                people_and_seats,
                people,
                options,
                control,
                replications=replications or report.replications,
                closed_loop=True,
            )
    formulas = expected_service(folder, requirement, people_and_seats, people, options, report)
    with output_folder(out_folder) as place:
        write_service(report, place, expected=expected_columns(report, folder.centre, formulas))
        write_tiers(report, folder.centre, place)
        if looped is not None:
            write_service(looped, place, "service_closed_loop.csv")
            write_tiers(looped, folder.centre, place, "tiers_closed_loop.csv")
    _tell_violations(broken)
    if looped is not None:
        out.print(loop_sentence(report, looped, issues))
    for line in _target_lines(target_results(targets_of(folder, requirement), (), requirement, report), missed_text):
        out.print(line)
    for line in tier_sentences(folder, report):
        out.print(line)
    out.print(f"{report.replications} replications; service: {out_folder / 'service.csv'}")


def _tell_violations(found: Sequence[Violation]) -> None:
    """Name every hard rule broken, and count them."""
    hard = [violation for violation in found if violation.hard]
    for violation in hard:
        err.print(f"violation: {violation.text}")
    if hard:
        out.print(f"rules     {counted(len(hard), 'violation')} of hard rules")


def _target_lines(results: Sequence[TargetResult], named: Callable[[list[TargetResult]], str]) -> list[str]:
    """Say how many targets the simulation finds met, and name the worst misses."""
    judged = [row for row in results if math.isfinite(row.simulated)]
    missed = [row for row in judged if not row.met]
    lines = [f"targets   {len(judged) - len(missed)} of {len(judged)} met in the simulation"]
    if missed:
        lines.append(f"          missed: {named(missed)}")
    if len(judged) < len(results):
        left = counted(len(results) - len(judged), "target")
        lines.append(f"          {left} without contacts or without simulation, not judged")
    return lines

"""The verbs of people: how good each agent is at each queue, and the routing that follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DEFAULT_CORES, BeforeWeek, CentreFolder, Cores, OutFolder, day_of, ready, wrong
from api.commands.reading import folder_of
from api.commands.terminal import out, working
from domain.errors import InputError, Problem

if TYPE_CHECKING:
    from capacity.score_periods import Period
    from planning.tier_comparison import TierPolicy

TIER_HEAD = "mean wait s by tier"


def score(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: BeforeWeek = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Explain one agent's numbers.")] = None,
    queue: Annotated[str | None, typer.Option("--queue", help="Of --agent, explain this queue alone.")] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", help="Also by period (all, month or quarter), against peers and the period before."),
    ] = None,
    advise: Annotated[
        bool, typer.Option("--advise", help="Say which weights the data suggest; they are not applied.")
    ] = False,
) -> None:
    """Score each agent on each queue."""
    before = day_of(week, "--week") if week else None
    by = _period_of(period)
    if queue is not None and agent is None:
        raise wrong("--queue", queue, "--agent beside it, whose numbers on that queue are explained")
    ready(out_folder, CENTRE=centre)
    folder = folder_of(centre, before)
    from capacity.score_explanation import explain_score
    from capacity.score_periods import period_scores
    from capacity.scores import score_agents
    from capacity.weight_advice import advice_text, suggest_weights
    from planning.files import output_folder, write_scores
    from planning.files.faults import listed, meant
    from planning.files.score_files import write_score_periods

    known = [person.id for person in folder.agents]
    if agent is not None and agent not in known:
        raise wrong("--agent", agent, f"an agent of agents.csv{meant(agent, known)}")
    before = before or date.max
    scores = score_agents(folder, before=before)
    scored = [score.queue for score in scores if score.agent_id == agent]
    if queue is not None and queue not in scored:
        raise wrong("--queue", queue, f"a queue that {agent} has a score on: {listed(scored) or 'there is none'}")
    with output_folder(out_folder) as place:
        write_scores(scores, place)
        if by is not None:
            write_score_periods(period_scores(folder, before=before, period=by), place)
    if agent is not None:
        for line in explain_score(folder, agent, before, by, queue):
            out.print(line)
    if advise:
        for line in advice_text(suggest_weights(folder, before)):
            out.print(line)
    out.print(f"scores: {out_folder / 'scores.csv'}")
    if by is not None:
        out.print(f"scores by period: {out_folder / 'score_periods.csv'}")


def _period_of(word: str | None) -> Period | None:
    """Return the period named.

    Raises
    ------
    InputError
        If it is none.
    """
    from capacity.score_periods import PERIODS

    for period in PERIODS:
        if word == period:
            return period
    if word is None:
        return None
    raise wrong("--period", word, "all, month or quarter")


def route(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: BeforeWeek = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="Another way to route: longest idle, skill priority, best FCR, ...")
    ] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Simulate every policy on the roster of --plan.")] = False,
    plan_folder: Annotated[Path | None, typer.Option("--plan", help="The plan whose roster --compare takes.")] = None,
    spread: Annotated[
        float | None, typer.Option("--spread", min=0.001, max=1, help="Also hold the spread of occupancy to this.")
    ] = None,
    cores: Cores = DEFAULT_CORES,
) -> None:
    """Recommend levels and weights for the ACD."""
    before = day_of(week, "--week") if week else None
    if compare != (plan_folder is not None) or (spread is not None and not compare):
        raise wrong("--compare", "", "--plan PLAN beside it, and neither --plan nor --spread without it")
    unused = {"--policy": policy, "--week": week} if compare else {}
    expected = "left out beside --compare; every policy is compared, on the weeks of the plan"
    if given := [Problem("command line", column=name, value=v, expected=expected) for name, v in unused.items() if v]:
        raise InputError(given)
    ready(out_folder, CENTRE=centre, plan=plan_folder)
    if plan_folder is not None:
        _compare(centre, plan_folder, out_folder, spread, cores)
        return
    folder = folder_of(centre, before)
    from capacity.policies import POLICIES
    from capacity.score_use import score_uses
    from capacity.scores import score_agents
    from capacity.tier_routes import tier_routes
    from planning.files import output_folder, write_routing
    from planning.files.score_files import write_score_use
    from planning.files.tiers_file import write_tier_routes

    name = policy or "comparative advantage"
    if name not in POLICIES:
        raise wrong("--policy", name, f"one of {', '.join(POLICIES)}")
    scores = score_agents(folder, before=before or date.max)
    routes = POLICIES[name](folder, scores, before)
    run = f"route {before.isoformat()}" if before else "route"
    with output_folder(out_folder) as place:
        write_routing(routes, place)
        write_tier_routes(tier_routes(folder.centre, folder.agents, routes), place)
        write_score_use(score_uses(folder, scores, run=run, used_for=["routing"]), place)
    out.print(f"routing: {out_folder / 'routing.csv'}")


def _compare(centre: Path, plan_folder: Path, out_folder: Path, spread: float | None, cores: int) -> None:
    """Simulate every policy on a plan's roster and write what came of it."""
    from api.commands.whatif import asked_about
    from capacity.tier_routes import tier_routes
    from planning.files import output_folder, write_routing
    from planning.files.policies_file import write_frontier, write_policies, write_tier_policies
    from planning.files.tiers_file import write_tier_routes
    from planning.policy_comparison import compare_policies, to_use
    from planning.tier_comparison import compare_tiers

    _, _, world = asked_about(centre, plan_folder, None)
    with output_folder(out_folder) as place:
        with working(cores) as control:
            results = compare_policies(world, spread=spread, control=control)
            by_tier = compare_tiers(world, results[0].routes, control=control)
            cut = control.stopping
        write_policies(results, place)
        write_frontier(results, place)
        if by_tier:
            write_tier_policies(by_tier, place)
        write_routing(to_use(results).routes, place)
        write_tier_routes(tier_routes(world.folder.centre, world.folder.agents, to_use(results).routes), place)
    if cut:
        out.print("stopped: policies that are not listed were not simulated")
    width = max(len(result.policy) for result in results)
    out.print(f"{'policy':{width}}  {'mean wait s':>11}  {'service level':>13}  {'FCR':>7}  {'spread':>6} points")
    for result in results:
        wait, level, fcr = (result.figures[m][0] for m in ("mean_wait_s", "service_level", "fcr"))
        shares = [f"{100 * share:.1f} %" if math.isfinite(share) else "-" for share in (level, fcr)]
        cells = f"{wait:>11,.1f}  {shares[0]:>13}  {shares[1]:>7}  {100 * result.occupancy_sd:>6.1f}"
        out.print(f"{result.policy:{width}}  {cells}")
    for result in results:
        if not result.kept and spread is not None:
            out.print(
                f"no routing tried holds the spread to {100 * spread:g} points: the most even one has "
                f"{100 * result.occupancy_sd:.1f}, for skills and shifts differ; routing.csv is {results[0].policy}"
            )
    for line in _tier_lines(by_tier, world.folder.centre.currency):
        out.print(line)
    out.print(f"policies: {out_folder / 'policies.csv'}, picture: {out_folder / 'policies.svg'}")


def _tier_lines(results: Sequence[TierPolicy], currency: str) -> list[str]:
    """Say what every tier waits under each way to treat tiers, then who is set apart and at what pay."""
    if not results:
        return []
    names = [row.tier for row in results[0].rows]
    wide = [max(len(name), 9) for name in names]
    first = max(len(TIER_HEAD), *(len(result.policy) for result in results))
    head = "  ".join(f"{name:>{width}}" for name, width in zip(names, wide, strict=True))
    lines = [f"{TIER_HEAD:{first}}  {head}  {'by value':>9}"]
    for result in results:
        waits = (row.simulated("mean_wait_s")[0] for row in result.rows)
        cells = "  ".join(f"{wait:>{width},.1f}" for wait, width in zip(waits, wide, strict=True))
        lines.append(f"{result.policy:{first}}  {cells}  {result.weighted_wait_s:>9,.1f}")
    for result in results:
        for tier, team in result.teams.items():
            people = "1 person" if team.people == 1 else f"{team.people} people"
            paid = f"{team.paid_h:,.0f} paid hours in the first week for {currency} {team.cost:,.0f}"
            lines.append(f"set apart for {tier}: {people}, {paid}, busy {100 * team.occupancy:.0f} % of their time")
    return lines

"""The verbs of people: how good each agent is at each queue, and the routing that follows."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import DEFAULT_CORES, BeforeWeek, CentreFolder, Cores, OutFolder, day_of, ready, wrong
from api.reading import folder_of
from api.terminal import out, working

if TYPE_CHECKING:
    from capacity.score_periods import Period


def score(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: BeforeWeek = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Explain one agent's numbers.")] = None,
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
    ready(out_folder, CENTRE=centre)
    folder = folder_of(centre, before)
    from capacity.score_explanation import explain_score
    from capacity.score_periods import period_scores
    from capacity.scores import score_agents
    from capacity.weight_advice import advice_text, suggest_weights
    from planning.files import output_folder, write_scores
    from planning.files.score_files import write_score_periods

    if agent is not None and agent not in {person.id for person in folder.agents}:
        raise wrong("--agent", agent, "an agent of agents.csv")
    before = before or date.max
    scores = score_agents(folder, before=before)
    with output_folder(out_folder) as place:
        write_scores(scores, place)
        if by is not None:
            write_score_periods(period_scores(folder, before=before, period=by), place)
    if agent is not None:
        for line in explain_score(folder, agent, before, by):
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
        raise wrong("--compare", "", "--compare and --plan given together, and --spread with them")
    ready(out_folder, CENTRE=centre, plan=plan_folder)
    if plan_folder is not None:
        _compare(centre, plan_folder, out_folder, spread, cores)
        return
    folder = folder_of(centre, before)
    from capacity.policies import POLICIES
    from capacity.score_use import score_uses
    from capacity.scores import score_agents
    from planning.files import output_folder, write_routing
    from planning.files.score_files import write_score_use

    name = policy or "comparative advantage"
    if name not in POLICIES:
        raise wrong("--policy", name, f"one of {', '.join(POLICIES)}")
    scores = score_agents(folder, before=before or date.max)
    routes = POLICIES[name](folder, scores, before)
    run = f"route {before.isoformat()}" if before else "route"
    with output_folder(out_folder) as place:
        write_routing(routes, place)
        write_score_use(score_uses(folder, scores, run=run, used_for=["routing"]), place)
    out.print(f"routing: {out_folder / 'routing.csv'}")


def _compare(centre: Path, plan_folder: Path, out_folder: Path, spread: float | None, cores: int) -> None:
    """Simulate every policy on a plan's roster and write what came of it."""
    from api.whatif import asked_about
    from planning.files import output_folder, write_routing
    from planning.files.policies_file import write_frontier, write_policies
    from planning.policy_comparison import compare_policies

    _, _, world = asked_about(centre, plan_folder, None)
    with output_folder(out_folder) as place:
        with working(cores) as control:
            results = compare_policies(world, spread=spread, control=control)
        write_policies(results, place)
        write_frontier(results, place)
        write_routing(results[-1].routes if spread is not None else results[0].routes, place)
    width = max(len(result.policy) for result in results)
    out.print(f"{'policy':{width}}  {'mean wait s':>11}  {'service level':>13}  {'FCR':>7}  {'spread':>6} points")
    for result in results:
        wait, level, fcr = (result.figures[m][0] for m in ("mean_wait_s", "service_level", "fcr"))
        shares = [f"{100 * share:.1f} %" if math.isfinite(share) else "-" for share in (level, fcr)]
        cells = f"{wait:>11,.1f}  {shares[0]:>13}  {shares[1]:>7}  {100 * result.occupancy_sd:>6.1f}"
        out.print(f"{result.policy:{width}}  {cells}")
    out.print(f"policies: {out_folder / 'policies.csv'}, picture: {out_folder / 'policies.svg'}")

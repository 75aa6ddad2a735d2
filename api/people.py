"""The verbs of people: how good each agent is at each queue, and the routing that follows."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from api.options import BeforeWeek, CentreFolder, OutFolder, day_of, ready, wrong
from api.reading import folder_of
from api.terminal import out


def score(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: BeforeWeek = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Explain one agent's numbers.")] = None,
) -> None:
    """Score each agent on each queue."""
    before = day_of(week, "--week") if week else None
    ready(out_folder, CENTRE=centre)
    folder = folder_of(centre, before)
    from capacity.score_explanation import explain_score
    from capacity.scores import score_agents
    from planning.files import output_folder, write_scores

    if agent is not None and agent not in {person.id for person in folder.agents}:
        raise wrong("--agent", agent, "an agent of agents.csv")
    before = before or date.max
    scores = score_agents(folder, before=before)
    with output_folder(out_folder) as place:
        write_scores(scores, place)
    if agent is not None:
        for line in explain_score(folder, agent, before):
            out.print(line)
    out.print(f"scores: {out_folder / 'scores.csv'}")


def route(
    centre: CentreFolder,
    out_folder: OutFolder,
    week: BeforeWeek = None,
) -> None:
    """Recommend levels and weights for the ACD."""
    before = day_of(week, "--week") if week else None
    ready(out_folder, CENTRE=centre)
    folder = folder_of(centre, before)
    from capacity.routing import make_routes
    from capacity.scores import score_agents
    from planning.files import output_folder, write_routing

    routes = make_routes(folder, score_agents(folder, before=before or date.max), before=before)
    with output_folder(out_folder) as place:
        write_routing(routes, place)
    out.print(f"routing: {out_folder / 'routing.csv'}")

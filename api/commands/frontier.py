"""The verb of the elastic frontier: what each cap on elastic seats costs and buys."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import (
    DEFAULT_CORES,
    CentreFolder,
    Cores,
    Gap,
    Now,
    OutFolder,
    Replications,
    Seconds,
    Seed,
    Week,
    Work,
    day_of,
    in_zone,
    now_of,
    ready,
    wrong,
)
from api.commands.reading import folder_to_plan
from api.commands.terminal import first_run_note, out, working
from domain.errors import InputError, Problem

Shares = Annotated[str, typer.Option("--shares", help="Caps to try, as shares of the core heads.")]
OneWeek = Annotated[int, typer.Option("--weeks", help="One: the caps are tried on a single week.", hidden=True)]

USUAL = "0,0.05,0.10,0.15,0.20,0.30"

MOST_SHARES = 24


def frontier(
    centre: CentreFolder,
    week: Week,
    out_folder: OutFolder,
    shares: Shares = USUAL,
    weeks: OneWeek = 1,
    seed: Seed = 1,
    seconds: Seconds = None,
    work: Work = 1.0,
    gap: Gap = 0.0,
    cores: Cores = DEFAULT_CORES,
    now: Now = None,
    replications: Replications = None,
) -> None:
    """Plan a week under several caps on elastic seats: cost against wait and FCR, and which cap to take."""
    first, called, caps = day_of(week, "--week"), now_of(now), shares_of(shares)
    if weeks != 1:
        raise wrong("--weeks", str(weeks), "1, or left out: a cap is weighed on one week; others are runs of their own")
    ready(out_folder, CENTRE=centre)
    folder = folder_to_plan(centre, first, 7)
    if folder.centre.elastic is None:
        expected = "a section [elastic] with hourly_cost and queues; there are no seats to choose a cap for"
        raise InputError([Problem("centre.toml", column="elastic", expected=expected)])
    first_run_note()
    from planning.files import output_folder
    from planning.files.frontier_file import write_frontier
    from planning.frontier import trace_frontier
    from planning.report.frontier_page import write_frontier_page
    from planning.report.frontier_words import advice, table_lines
    from planning.steps import Options, effort_for

    moment = in_zone(called, folder.centre.timezone)
    options = Options(week=first, seed=seed, now=moment, replications=replications, effort=effort_for(work, gap))
    with working(cores, seconds, pieces=len(folder.centre.queues)) as control:
        made = trace_frontier(folder, options, caps, control)
    with output_folder(out_folder) as place:
        write_frontier(made, place)
        write_frontier_page(made, place / "frontier.html")
    for line in table_lines(made):
        out.print(line)
    for note in made.notes:
        out.print(f"note: {note}")
    out.print(advice(made))
    out.print(f"look at {out_folder / 'frontier.html'}; figures: {out_folder / 'frontier.csv'}")


def shares_of(text: str) -> tuple[float, ...]:
    """Return the caps of ``--shares``, rising.

    Raises
    ------
    InputError
        If one is no share from 0 to 1, or there are too many.
    """
    try:
        found = sorted({float(part) for part in text.split(",")})
        if not all(0 <= share <= 1 for share in found) or len(found) > MOST_SHARES:
            raise ValueError
    except ValueError:
        expected = f"at most {MOST_SHARES} shares from 0 to 1, such as {USUAL}"
        raise wrong("--shares", text, expected) from None
    return tuple(found)

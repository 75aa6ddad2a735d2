"""The frontier as one self-contained page: two pictures, the table, and what to take."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from planning.files.frontier_file import place_of
from planning.frontier.points import Frontier
from planning.report import wording
from planning.report.frontier_chart import Dot, picture
from planning.report.frontier_words import HEADS, advice, row_of
from planning.report.page import unbroken
from planning.report.seat_words import price_sentence


def write_frontier_page(frontier: Frontier, path: Path) -> None:
    """Write the page; no network, no clock, no script: the same bytes for the same frontier."""
    path.write_text(render_frontier(frontier), encoding="utf-8", newline="\n")


def render_frontier(frontier: Frontier) -> str:
    """Return the page as text."""
    environment = Environment(
        loader=PackageLoader("planning.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["unbroken"] = unbroken
    centre, chosen = frontier.folder.centre, frontier.recommended
    grid = frontier.points[0].service.grid
    across = f"cost of the week, {centre.currency}"

    def drawn(measure: str, up: str, scale: float = 1.0) -> Markup:
        dots = [
            Dot(point.cost.total, *point.figure(measure), wording.percent(point.share, 0), point is chosen)
            for point in frontier.points
        ]
        # our own figures and escaped labels
        return Markup(picture(dots, across, up, scale))

    css = resources.files("planning.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return environment.get_template("frontier.html.j2").render(
        centre=centre,
        week=wording.week_text(grid.days[0], grid.days[-1]),
        advice=advice(frontier),
        wait=drawn("mean_wait_s", "mean wait of all offered, s"),
        fcr=drawn("fcr", "resolved at first contact, %", 100.0),
        heads=HEADS,
        rows=[(point is chosen, place_of(point), row_of(frontier, point)) for point in frontier.points],
        prices=[
            (wording.percent(point.share, 0), price_sentence((point.prices,), centre))
            for point in frontier.points
            if point.prices is not None
        ],
        proofs=[
            (
                wording.percent(point.share, 0),
                wording.number(point.objective),
                wording.number(point.bound),
                wording.percent(point.gap, 2),
                wording.number(point.shortfall),
                f"{point.met} of {point.targets}",
            )
            for point in frontier.points
        ],
        notes=frontier.notes,
        css=Markup(css),
    )

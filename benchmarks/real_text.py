"""The tables and words of the benchmark on a real log."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd

from benchmarks.real_plan import Planned
from benchmarks.real_replay import POINTS, RELATIVE, Replay, invalid
from benchmarks.real_week import BREAK, TARGET
from planning.call_log.observed import ALL
from seatwise import __version__

WIDTH = 118


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out a Markdown table that can be read as it is; numbers to the right."""
    widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        parts = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        return f"| {' | '.join([cells[0].ljust(widths[0]), *parts[1:]])} |"

    marks = ["-" * width if k == 0 else "-" * (width - 1) + ":" for k, width in enumerate(widths)]
    return [line(header), line(marks), *map(line, rows)]


def points(texts: Iterable[str]) -> list[str]:
    """Lay out a list."""
    return [fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False) for text in texts]


def percent(value: float) -> str:
    """Write a share."""
    return f"{100 * value:.1f} %"


def short_day(day: str) -> str:
    """Write a date with its weekday."""
    return f"{date.fromisoformat(day):%a %m-%d}"


def reproduction_lines(seen: Replay, again: Replay, replications: int) -> list[str]:
    """Tell how well the simulation gives back every day of the log."""
    days = [day for day in seen.table.index if day != ALL]
    header = ["day", "contacts", "in 20 s", "replayed", "points", "mean wait", "replayed", "off by"]
    header += ["abandoned", "replayed", "comparison"]
    rows = []
    for day in [*days, ALL]:
        was, now = (dict(result.table.loc[day]) for result in (seen, again))
        found = invalid(seen, again, day)
        rows.append(
            [
                day if day == ALL else short_day(day),
                f"{was['offered']:,.0f}",
                percent(was["service_level"]),
                percent(now["service_level"]),
                f"{100 * (now['service_level'] - was['service_level']):+.1f}",
                f"{was['mean_wait_s']:.1f} s",
                f"{now['mean_wait_s']:.1f} s",
                f"{100 * (now['mean_wait_s'] / was['mean_wait_s'] - 1):+.0f} %",
                percent(was["abandonment"]),
                percent(now["abandonment"]),
                f"invalid: {', '.join(found)}" if found else "valid",
            ]
        )
    error = 100 * (again.table - seen.table).loc[days]
    share, lost = error["service_level"], error["abandonment"]
    relative = again.table.loc[days, "mean_wait_s"] / seen.table.loc[days, "mean_wait_s"] - 1
    faults = [invalid(seen, again, day) for day in days]
    valid = sum(not found for found in faults)
    shares = sum(set(found) <= {"wait"} for found in faults)
    intro = (
        f"The log's own customers meet the staff inferred from the calls they took ({replications} replications). A "
        f"day's "
        f"comparison is called invalid where a share differs by more than {100 * POINTS:g} points or the mean wait "
        f"by more "
        f"than {100 * RELATIVE:g} %."
    )
    return [
        "## The log reproduced",
        "",
        fill(intro, WIDTH),
        "",
        *table(header, rows),
        "",
        *points(
            [
                f"Valid in every measure: {valid} of {len(days)} days; {len(days) - valid} are invalid. Both shares "
                f"within "
                f"{100 * POINTS:g} points, whatever the wait: {shares} of {len(days)}.",
                f"Answered in 20 s: {share.abs().mean():.1f} points off on a typical day, {share.abs().max():.1f} "
                f"on the worst, "
                f"bias {share.mean():+.1f}. Abandoned: {lost.abs().mean():.1f}, {lost.abs().max():.1f}, "
                f"{lost.mean():+.1f}.",
                f"The mean wait comes out too long on {int((relative > 0).sum())} days, by "
                f"{100 * relative.mean():.0f} % on "
                "average. Likely reasons: an agent's readiness after the last call of a spell cannot be seen; the "
                "bank let some "
                "identified customers go ahead, here the longest wait goes first; and real patience is not "
                "exponential.",
                "An invalid day says that a gain on that day cannot be told from the error of the replay. The error "
                "mostly "
                "works against a simulated team, as its waits are too long.",
            ]
        ),
        "",
    ]


def assumption_lines(week: date, in_shift: float, people: int, left_out: float) -> list[str]:
    """Say what stood before the week, and what had to be assumed."""
    known = (
        "It is the last week, Sunday to Saturday, that the log holds as a whole. Known to the plan: the log up to "
        "the day "
        "before (counts, handle times, patience, skills), and the calls of the whole centre from January on, every "
        "six "
        "minutes. Those count every row of the log, also hang-ups inside the voice-response unit; each queue got "
        "the part "
        "that its contacts were of them in the log's days before the week, by kind of day (Sunday to Thursday, "
        "Friday, "
        "Saturday) and hour. Assumed, since the log does not tell:"
    )
    return [
        f"## The week of {week} to {week + timedelta(days=6)}, planned from what was known before",
        "",
        fill(known, WIDTH),
        "",
        *points(
            [
                f"Contracts: shifts of 4 to 9 paid hours with a paid break of {BREAK['minutes']} minutes, starts "
                f"every half "
                "hour from 7:00 to 20:00, 8 hours of rest. *Free hours*: up to 42 hours on up to five days for "
                "everybody. *Same "
                "hours*: nobody more hours or days than that person worked in this very week. How many hours to pay "
                "was the "
                "bank's decision; it tells nothing of who would call.",
                f"People: the {people} who worked in that week, for queues of which they had handled 20 calls or "
                f"more before it.",
                f"Time lost: {percent(in_shift)} of time on duty, breaks left out. So much lay, before the week, "
                f"between presence "
                "(first call to last) and being ready for calls. Other work of the bank's agents is in it, and the "
                "rosters pay "
                "for it too. Absence: none, as the bank's hours are of people who came.",
                f"Targets of every queue and day: "
                f"{percent(float(str(TARGET['service_level'])))} in 20 s, and at most "
                f"{percent(float(str(TARGET['abandonment'])))} abandoned: a share in 20 s alone would be served "
                f"best, where "
                "hours are short, by giving up the busy hours. At least two agents in the busiest queue while open.",
                "Queues: the six types of call are planned as one queue, as most of the bank's agents took most "
                "types. On "
                "the actual calls they are six again: whoever is on duty takes the longest wait among the types they "
                "may serve. With `--by-type` another plan keeps them apart as six queues, each with its targets. When "
                "last tried, it served worse than the bank's own staff: sharing people gains more than it is "
                "credited for.",
                "On the actual calls everybody handles a call as fast as it was handled. Patience is the estimate "
                "from before.",
                f"Half hours and shifts of 4 hours or more leave {left_out:.1f} of the bank's hours out of reach of "
                f"*same hours*.",
            ]
        ),
        "",
    ]


def week_lines(
    bank: Replay,
    again: Replay,
    present: pd.Series[float],
    ready: pd.Series[float],
    plans: dict[str, Planned],
    week: date,
) -> list[str]:
    """Set what the customers got beside what the rosters would have given them."""
    days = [(week + timedelta(days=k)).isoformat() for k in range(7)]

    def row(name: str, values: pd.Series[float], text: Callable[[float], str]) -> list[str]:
        return [name, *(text(float(values[day])) for day in [*days, ALL])]

    def summed(series: pd.Series[float]) -> pd.Series[float]:
        found = series.reindex(days).fillna(0.0)
        return pd.concat([found, pd.Series({ALL: found.sum()})])

    def seconds(value: float) -> str:
        return f"{value:.0f} s"

    def hours(value: float) -> str:
        return f"{value:,.1f}"

    forecast = next(iter(plans.values())).plan.forecast
    labels = np.array([day.isoformat() for day in forecast.grid.days])[forecast.grid.day_of]
    mean = pd.Series(forecast.mean.sum(axis=0)).groupby(labels).sum()
    teams = {"the bank, observed": bank, "the bank, replayed": again} | {
        name: made.actual for name, made in plans.items()
    }
    rows = [
        row("contacts: forecast", summed(mean), "{:,.0f}".format),
        row("contacts: actual", bank.table["offered"], "{:,.0f}".format),
    ]
    for title, measure, text in (
        ("in 20 s", "service_level", percent),
        ("mean wait", "mean_wait_s", seconds),
        ("abandoned", "abandonment", percent),
    ):
        rows += [row(f"{title}: {name}", result.table[measure], text) for name, result in teams.items()]
    rows.append(row("hours present: the bank", summed(present), hours))
    rows += [row(f"hours paid: {name}", summed(made.hours["paid"]), hours) for name, made in plans.items()]
    rows.append(row("hours on contact: the bank", summed(ready), hours))
    for name, made in plans.items():
        on_contact = made.hours["duty"] * (1 - made.plan.folder.centre.shrinkage.in_shift)
        rows.append(row(f"hours on contact: {name}", summed(on_contact), hours))
    doubt = [f"{date.fromisoformat(day):%a}" for day in days if invalid(bank, again, day)]
    error = (again.table - bank.table).loc[ALL]
    said = [
        "The bank's hours present are from the first call to the last, gaps of more than two hours left out. Hours "
        "on contact "
        "are those of serving or being ready to; in the rosters, duty less the time lost.",
        f"Days whose comparison is invalid by the test above: {', '.join(doubt) or 'none'}. Over the whole week the "
        f"replay "
        f"of the bank's own staff is {100 * error['service_level']:+.1f} points in 20 s, "
        f"{error['mean_wait_s']:+.0f} s of "
        f"wait and {100 * error['abandonment']:+.1f} points abandoned off what was observed.",
    ]
    for name, made in plans.items():
        gain = (made.actual.table - again.table).loc[ALL]
        change = summed(made.hours["paid"])[ALL] / summed(present)[ALL] - 1
        promised = made.plan.service.simulated("week", week.isoformat(), ALL, "service_level")[0]
        met = sum(target.met for target in made.plan.targets)
        said.append(
            f"*{name}*: {100 * change:+.1f} % hours; against the bank's staff in the same simulation "
            f"{100 * gain['service_level']:+.1f} points in 20 s, {gain['mean_wait_s']:+.0f} s of wait and "
            f"{100 * gain['abandonment']:+.1f} points abandoned. On its forecast the plan expected "
            f"{percent(promised)} in 20 s "
            f"and met {met} of {len(made.plan.targets)} targets. Solver: {made.plan.solver.status}, gap "
            f"{percent(made.plan.solver.gap)}."
        )
    header = ["", *map(short_day, days), "week"]
    return [*table(header, rows), "", *points(said)]


def machine() -> str:
    """Describe where this was measured."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, seatwise {__version__}"

"""The roster as a workbook: a grid for people, a long sheet for machines, coverage and targets."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from domain.roster import WORK, Shift
from planning.files.lines_out import flag, moment
from planning.files.result_layouts import ROSTER
from planning.report import wording
from planning.report.book import Book, Sheet
from planning.report.figures import figures_of
from planning.report.people import leave_days, people_of
from planning.report.staffing import Staffing, net_staffing
from planning.report.summary import summary_sentences
from planning.result import Plan
from planning.roster_import.shift_rows import COLUMNS, SHEET, shift_rows

STRETCH_COLUMNS = tuple(column.name for column in ROSTER.columns)

_DAY_WIDTH = 22
"""Width of a day's column, in characters."""

_STARTS = ((9, "early"), (12, "day"), (20, "late"), (24, "night"))
"""The part of the day by the hour that a start lies before; before 5 counts as night."""


def write_workbook(plan: Plan, path: Path) -> None:
    """Write ``roster.xlsx``; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
    path : Path
    """
    book = Book(path, plan.week)
    _roster(book, plan)
    _shifts(book, plan)
    _stretches(book, plan)
    staffing = net_staffing(plan)
    _coverage(book, plan, staffing)
    _targets(book, plan)
    _read_me(book, plan, staffing)
    book.book.close()


def _kind(shift: Shift, zone: ZoneInfo) -> str:
    hour = shift.start.astimezone(zone).hour
    return "night" if hour < 5 else next(name for before, name in _STARTS if hour < before)


def shift_text(shift: Shift, zone: ZoneInfo) -> str:
    """Write a shift as a cell: its times, its queues, its breaks."""

    def clock(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%H:%M}"

    served = list(dict.fromkeys(queue for row in shift.stretches for queue in row.queues))
    queues = "; ".join(served if len(served) <= 4 else [*served[:3], f"{len(served) - 3} more"])
    other = ", ".join(f"{row.activity} {clock(row.start)}" for row in shift.stretches if row.activity != WORK)
    lines = [f"{clock(shift.start)}–{clock(shift.end)}", queues, other]
    return "\n".join(line for line in lines if line)


def _roster(book: Book, plan: Plan) -> None:
    """Write one row a person, one column a day; seats below the people."""
    zone = ZoneInfo(plan.folder.centre.timezone)
    days = plan.forecast.grid.days
    header = [
        "agent_id",
        "name",
        "team",
        *(wording.day_text(day) for day in days),
        "hours",
        "leave hours credited",
        "contract from",
        "contract to",
        "weekends",
    ]
    widths = [14, 18, 14, *([_DAY_WIDTH] * len(days)), 8, 10, 10, 10, 10]
    sheet = book.sheet("Roster", header, widths, (1, 3))
    by_agent = dict(plan.roster.by_agent)
    for person in people_of(plan):
        agent = person.agent
        shifts = by_agent.pop(agent.id, ())
        away = leave_days(plan, agent.id)
        _person(sheet, (agent.id, agent.name or agent.id, agent.team), shifts, days, zone, away)
        last = 3 + len(days)
        for k, hours in enumerate((person.hours, person.credited_h, person.least, person.most)):
            sheet.put(last + k, hours, book.hours)
        sheet.put(last + 4, float(person.weekends), book.text)
        sheet.at += 1
    for seat, shifts in by_agent.items():
        _person(sheet, (seat, seat, shifts[0].pool), shifts, days, zone, set())
        sheet.put(3 + len(days), sum(shift.paid_minutes for shift in shifts) / 60, book.hours)
        sheet.at += 1
    sheet.page.autofilter(0, 0, max(sheet.at - 1, 1), len(header) - 1)
    sheet.page.set_landscape()
    sheet.page.fit_to_pages(1, 0)
    sheet.page.repeat_rows(0)


def _person(
    sheet: Sheet,
    labels: tuple[str, str, str],
    shifts: tuple[Shift, ...],
    days: tuple[date, ...],
    zone: ZoneInfo,
    away: set[date],
) -> None:
    book = sheet.book
    for column, label in enumerate(labels):
        sheet.put(column, label, book.bold if column == 1 else book.text)
    lines = 1
    for column, day in enumerate(days, start=len(labels)):
        here = [shift for shift in shifts if shift.start.astimezone(zone).date() == day]
        if here:
            text = "\n".join(shift_text(shift, zone) for shift in here)
            form = book.elastic if here[0].pool == "elastic" else book.shift[_kind(here[0], zone)]
            sheet.put(column, text, form)
            lines = max(lines, sum(math.ceil(len(line) / _DAY_WIDTH) for line in text.splitlines()))
        elif day in away:
            sheet.put(column, "leave", book.leave)
    sheet.page.set_row(sheet.at, 13.5 * min(lines, 12))


def _shifts(book: Book, plan: Plan) -> None:
    """Write a row a shift, for people to edit; all of it text, which no spreadsheet program turns into its own."""
    sheet = book.sheet(SHEET, COLUMNS, [14, 18, 9, 12, 9, 9, 34, 52, 24], (1, 2))
    for row in shift_rows(plan.roster, plan.folder):
        sheet.row(row.cells)
    sheet.page.autofilter(0, 0, max(sheet.at - 1, 1), len(COLUMNS) - 1)


def _stretches(book: Book, plan: Plan) -> None:
    """Write the rows of ``roster.csv``, as text."""
    sheet = book.sheet("Stretches", STRETCH_COLUMNS, [16, 9, 22, 24, 24, 12, 30, 7], (1, 0))
    zone = ZoneInfo(plan.folder.centre.timezone)
    for row in plan.roster.stretches:
        start, end = moment(row.start, zone), moment(row.end, zone)
        queues = ";".join(row.queues)
        sheet.row([row.agent_id, row.pool, row.shift_id, start, end, row.activity, queues, flag(row.paid)])
    sheet.page.autofilter(0, 0, max(sheet.at - 1, 1), len(STRETCH_COLUMNS) - 1)


def _coverage(book: Book, plan: Plan, staffing: Staffing) -> None:
    """Write need against people, a block of columns a queue, all queues first; closed hours are left out."""
    requirement = plan.requirement
    header = [
        "interval_start",
        "all: people on duty",
        "all: effective seats",
        "all: need of the pools",
        "all: above or below need",
    ]
    blocks = ("people who could serve", "need alone", "share of the pool's need", "above or below need")
    for queue in requirement.queues:
        header += [f"{queue}: {name}" for name in blocks]
    sheet = book.sheet("Coverage", header, [24, *([12] * (len(header) - 1))], (1, 1))
    alone = np.nan_to_num(requirement.agents)
    for t in range(staffing.grid.size):
        need = float(staffing.need[:, t].sum())
        if not need and not staffing.people[t]:
            continue
        values = [float(staffing.people[t]), float(staffing.supply[t]), need, float(staffing.overall[t])]
        for q in range(len(requirement.queues)):
            values += [float(array[q, t]) for array in (staffing.could_people, alone, staffing.need, staffing.net)]
        sheet.put(0, staffing.grid.label(t), book.text)
        for column, value in enumerate(values, start=1):
            is_net = column % len(blocks) == 0
            sheet.put(column, round(value, 3), book.short if is_net and value < -0.05 else book.hours)
        sheet.at += 1


def _targets(book: Book, plan: Plan) -> None:
    """Write every promise with what the formulas said and the simulation found."""
    header = (
        *("queue", "scope", "start", "measure", "target", "promised", "simulated", "low", "high"),
        *("probability_met", "day_p10", "day_p90", "met", "implied", "contacts", "price"),
    )
    sheet = book.sheet("Targets", header, [16, 9, 20, 16, *([11] * 12)], (1, 4))
    for row in plan.targets:
        known = math.isfinite(row.simulated)
        met = ("yes" if row.met else "no") if known else "not judged"
        names: list[str | float] = [row.queue, row.scope, row.start, row.measure]
        numbers = [row.target, row.promised, row.simulated, row.low, row.high]
        for column, value in enumerate([*names, *numbers, row.probability_met, row.day_p10, row.day_p90]):
            sheet.put(column, value, book.text)
        sheet.put(12, met, book.bad if met == "no" else book.text)
        sheet.put(13, "yes" if row.implied else "no", book.text)
        sheet.put(14, row.contacts, book.text)
        sheet.put(15, row.price, book.text)
        sheet.at += 1
    sheet.page.autofilter(0, 0, max(sheet.at - 1, 1), len(header) - 1)


def _read_me(book: Book, plan: Plan, staffing: Staffing) -> None:
    """Say what the sheets hold, and how an edited roster finds its way back."""
    centre = plan.folder.centre
    sheet = Sheet(book, "Read me")
    sheet.page.set_column(0, 0, 18)
    sheet.page.set_column(1, 1, 110)
    days = plan.forecast.grid.days
    sheet.row([centre.name, wording.week_text(days[0], days[-1]) if days else ""], book.bold)
    lines = [
        ("Summary", " ".join(summary_sentences(plan, figures_of(plan, staffing)))),
        (
            "Roster",
            "For reading: a row a person, a column a day. Colour: start before 9, 12, 20, later.",
        ),
        (
            SHEET,
            "Made for editing, a row a shift: change times, queues and pauses, take rows out or add some (shift_id may "
            "stay empty). An end at or before the start is on the next day; pauses are written like meal 12:00-13:00 "
            "unpaid, with a semicolon between them. Then save the workbook and run seatwise import roster FILE.xlsx "
            "--plan PLAN --out O: it tells what was changed, what that breaks, what it costs and what service it "
            "gives.",
        ),
        (
            "Stretches",
            "The roster row by row, in the columns of roster.csv. May be edited in the place of Shifts: import reads "
            "the sheet that was changed. Saved as CSV it goes into seatwise simulate --roster as well.",
        ),
        ("Coverage", "Seats are average-agent equivalents on contact duty, after unplanned losses."),
        ("", "Need alone: what the queue by itself takes in that interval to keep its targets (requirement.csv)."),
        ("", "Share of the pool's need: queues that the same people serve need less together; its part of that."),
        ("", "Above or below need counts against that share. Below zero no sharing of the people on duty can meet it;"),
        ("", "a queue caught in a shared lack shows the whole of it. A day's target may hold all the same."),
        ("Targets", "Shares are 0..1 and waits in seconds; low and high are the simulation's 95 % interval."),
        ("Times", f"Clock of {centre.timezone}, with the offset."),
        ("Provenance", f"seed {plan.seed}; input sha256 {plan.folder.sha256}"),
        *(("Note", note) for note in plan.notes),
    ]
    for label, text in lines:
        sheet.row([label, text], book.wrap)

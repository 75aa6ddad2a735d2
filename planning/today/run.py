"""The rest of today: what comes, who is there, what is short, and what can be done about it, by worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from capacity.roster_service import Need, roster_service
from capacity.servers import make_servers, with_seats
from domain.folder import PlanningFolder
from domain.history import Floats, History
from domain.roster import Roster
from forecasting.forecast import LEVELS
from forecasting.intraday_model import IntradayModel
from planning.files.plan_in import PlanIn
from planning.steps import backlog_of, targets_of
from planning.today.board import Board
from planning.today.day import Day, day_of_plan, days_cut
from planning.today.duty import DutyBook
from planning.today.later_work import LaterWork
from planning.today.lever_breaks import moved_pauses
from planning.today.lever_hours import Longer, longer_shifts, shorter_shifts
from planning.today.lever_queues import queue_changes
from planning.today.lever_seats import blocks_to_book, blocks_to_cancel
from planning.today.measured import counted_backlog, measured
from planning.today.net_staffing import NetRow, net_staffing
from planning.today.options import NOTHING, emergency_blocks, homegoing
from planning.today.outlook import Outlook, look_ahead
from planning.today.presence import Login, presences, sure_shifts, without_missing
from planning.today.promises import Promises, promises_of
from planning.today.proposal import Lever, Proposal, Shifts
from planning.today.ranking import MOST, legal_steps, ranked
from planning.today.situation import Situation
from planning.today.steps import State, Step, Walk
from planning.whatif.fitting import fit
from planning.whatif.world import World, base_world

BUSY = LEVELS.index(0.75)
"""The band that a busy day keeps to all along: people are released only where that pays even then."""


@dataclass(frozen=True)
class Today:
    """The answer.

    Attributes
    ----------
    situation : Situation
    outlook : Outlook
    board : Board
    steps : tuple of Step
        Recommended, in order of worth, each weighed after those above it.
    options : tuple of Step
        Not recommended or not ours to decide: blocks of a declared emergency, unpaid time off.
    start, end : State
        Before and after the recommended ones.
    longer : Longer
        Who could stay, and what stops the others.
    refused : tuple of str
        What the validator had against actions that were left out.
    """

    situation: Situation
    outlook: Outlook
    board: Board
    steps: tuple[Step, ...]
    options: tuple[Step, ...]
    start: State
    end: State
    longer: Longer
    refused: tuple[str, ...] = ()

    @property
    def roster(self) -> Roster:
        """The roster with the recommended actions."""
        return self.end.shifts.roster()

    def net(self) -> tuple[NetRow, ...]:
        """Return required against rostered and really there, for the rest of today and tomorrow."""
        return net_staffing(self.situation, self.outlook.requirement, self.end.shifts)


def make_today(
    folder: PlanningFolder,
    plan: PlanIn,
    actuals: History,
    now: datetime,
    models: Sequence[IntradayModel],
    *,
    logins: Sequence[Login] | None = None,
    emergency: bool = False,
    most: int = MOST,
    world: World | None = None,
) -> Today:
    """Look at the rest of a planned day and rank what can be done.

    Parameters
    ----------
    folder : PlanningFolder
        Read with records before the plan's week, `previous` included.
    plan : PlanIn
    actuals : History
        Counts since the plan began.
    now : datetime
        Aware.
    models : sequence of IntradayModel
        From `planning.today.learned.models_for`.
    logins : sequence of Login, optional
        Who is really there; everybody rostered, with the usual chance of absence, where not told.
    emergency : bool
        Whether the emergency share of elastic seats holds.
    most : int
        Actions recommended at most.
    world : World, optional
        The plan's own, where it is known.

    Raises
    ------
    InputError
        If the moment lies outside the plan's days.
    """
    day = day_of_plan(plan.requirement.grid, now)
    world = world or base_world(folder, plan)
    outlook = look_ahead(world.folder, plan, actuals, now, models)
    situation = _situation(world, plan, day, logins, emergency)
    promises = promises_of(
        world.folder,
        targets_of(world.folder, outlook.requirement),
        day,
        outlook.requirement.grid,
        outlook.requirement.volume,
        plan.service,
    )
    book = DutyBook(
        day.grid,
        world.folder.centre.queue_ids,
        tuple(situation.servers.values()),
        world.folder.centre.shrinkage,
        sure_shifts(situation.presence),
    )
    usual, busy = _boards(situation, world, outlook, promises, actuals)
    walk = Walk(situation, usual, busy, book)
    on_duty = without_missing(_on_duty(situation), situation.presence, now)
    start = walk.start(situation.shifts, book.of_roster(on_duty))
    longer = longer_shifts(situation)
    steps, refused = legal_steps(walk, start, ranked(walk, start, _proposals(walk, start, outlook, longer), most))
    end = steps[-1].after if steps else start
    enough = start.usual.shortfall <= NOTHING
    options = (*emergency_blocks(walk, end), *(homegoing(walk, end) if enough else ()))
    return Today(situation, outlook, usual, tuple(steps), options, start, end, longer, tuple(refused))


def _situation(world: World, plan: PlanIn, day: Day, logins: Sequence[Login] | None, emergency: bool) -> Situation:
    folder = world.folder
    options = replace(world.options, emergency=True)
    most = make_servers(
        folder, world.people.scores, world.people.routes, plan.week, 7 * plan.weeks, emergency=options.emergency
    )
    known = {server.id: server for server in world.people.servers}
    extra = [server.id for server in most if server.id not in known and server.pool == "elastic"]
    servers = with_seats(folder, world.people.servers, [*world.roster.by_agent, *extra])
    shifts = Shifts.of_roster(world.roster)
    bare = Situation(folder, plan, day, shifts, {server.id: server for server in servers}, (), emergency)
    found = () if logins is None else presences(_on_duty(bare), logins, day.now)
    return replace(bare, presence=found)


def _on_duty(situation: Situation) -> Roster:
    """Return the roster in force, with the shifts of the rosters before that still run."""
    start = situation.plan.requirement.grid.start
    carried = [row for row in situation.folder.previous if row.end > start]
    return Roster.of((*situation.shifts.roster().stretches, *carried))


def _boards(
    situation: Situation, world: World, outlook: Outlook, promises: Promises, actuals: History
) -> tuple[Board, Board]:
    """Return the day as expected, and a busy one: with more contacts in what is not over."""
    day, folder = situation.day, situation.folder
    planned = replace(world, requirement=days_cut(world.requirement, day.date, day.date))
    worth = fit(planned, situation.plan.service)
    need = replace(world, requirement=outlook.requirement).need
    counts = measured(folder.centre, actuals, day)
    later = _later(situation, world, outlook, need, counted_backlog(folder.centre, actuals, day))
    part = day.part
    today = Need(day.grid, need.volume[:, part], need.aht_s[:, part], need.worked[:, part], {})
    high = np.where(day.ahead, outlook.forecast.bands[BUSY][:, part], today.volume)
    more = replace(today, volume=np.maximum(high, today.volume))
    return (
        Board(folder.centre, today, worth, promises, day.ahead, counts, later),
        Board(folder.centre, more, worth, promises, day.ahead, counts, later),
    )


def _later(
    situation: Situation, world: World, outlook: Outlook, need: Need, counted: Mapping[str, float]
) -> LaterWork | None:
    """Return the deferred work around the day; None where the centre has none."""
    centre, day = situation.folder.centre, situation.day
    if not any(queue.deferred for queue in centre.queues):
        return None
    on_duty = replace(world, requirement=outlook.requirement)
    missing = without_missing(on_duty.roster, situation.presence, day.now)
    seats = roster_service(centre, on_duty.with_roster(missing).duty, need).seats
    begin = 0
    backlog = backlog_of(situation.folder, situation.plan.week)
    if counted:
        begin = day.first + int(np.argmax(day.ahead)) if day.ahead.any() else day.first
        backlog = {**backlog, **counted}
    grid = replace(need.grid, start=need.grid.start + begin * need.grid.step, size=need.grid.size - begin)
    cut = Need(grid, need.volume[:, begin:], need.aht_s[:, begin:], need.worked[:, begin:], backlog)
    low = max(day.first - begin, 0)
    skip = max(begin - day.first, 0)
    return LaterWork(centre, cut, begin, seats[:, begin:], slice(low, low + day.grid.size - skip), skip)


def _proposals(walk: Walk, start: State, outlook: Outlook, longer: Longer) -> dict[Lever, Sequence[Proposal]]:
    """Return everything that could be done, by lever; nothing where the day is over."""
    situation = walk.situation
    if not situation.day.ahead.any() or situation.soonest >= situation.day.grid.end:
        return {}
    worth: Floats = walk.usual.seat_worth(start.usual)
    short = bool(worth.any())
    found: dict[Lever, Sequence[Proposal]] = {
        "move_break": moved_pauses(situation, outlook.requirement) if short else (),
        "change_queue": queue_changes(situation, worth),
        "extend": longer.proposals if short else (),
        "book_seat": blocks_to_book(situation) if short else (),
        "cancel_seat": blocks_to_cancel(situation),
        "time_off": shorter_shifts(situation),
    }
    return {lever: [one for one in all_ if not situation.pinned(one)] for lever, all_ in found.items()}

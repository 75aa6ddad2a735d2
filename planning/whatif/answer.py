"""The answer to a what-if: every figure of the base and of each scenario, with what it may be off by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import numpy as np

from capacity.roster_service import RATES
from domain.errors import StoppedError
from domain.history import Floats
from domain.progress import Control
from domain.scenario import Scenario
from planning.files.plan_in import PlanIn
from planning.whatif.base import Base
from planning.whatif.batch import BATCHED, figures_of, plain
from planning.whatif.change import changed
from planning.whatif.figures import ALL, MEASURES
from planning.whatif.formula import by_formula, service_of
from planning.whatif.simulated import simulate_worlds
from planning.whatif.totals import TOTALS, WhatIfRow, totals
from planning.whatif.world import World


@dataclass(frozen=True)
class Answer:
    """Rows of the scenarios answered, what there is to say, and which were left unanswered by a cancel."""

    rows: tuple[WhatIfRow, ...]
    simulated: bool
    notes: tuple[str, ...] = field(default=())
    left: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Only:
    """What is wanted of an answer: these measures, totals among them, and this scope; None wants all."""

    measures: frozenset[str] | None = None
    scope: str | None = None

    def measure(self, name: str) -> bool:
        """Tell whether a measure is wanted."""
        return self.measures is None or name in self.measures

    @property
    def totals(self) -> tuple[str, ...]:
        """Return which totals are wanted; they are told over the horizon, as of its first week."""
        return tuple(what for what in TOTALS if self.measure(what) and self.scope != "day")

    def rates(self, promised: frozenset[str]) -> tuple[str, ...]:
        """Return the rates that have to be worked out: those wanted, and those promised where targets are counted."""
        counted = {"targets_met", "targets"} & set(self.totals)
        found = {rate for rate in RATES if self.measure(rate) or (counted and rate in promised)}
        # what FCR may be off by hangs on occupancy
        return tuple(rate for rate in RATES if rate in found or (rate == "occupancy" and "fcr" in found))


EVERYTHING = Only()


def answer(
    world: World,
    plan: PlanIn,
    scenarios: Sequence[Scenario],
    *,
    exact: bool = False,
    replications: int | None = None,
    control: Control | None = None,
) -> Answer:
    """Answer what scenarios would do to the service and the cost of a plan whose roster stays.

    Parameters
    ----------
    world : World
        The plan's own, from `base_world`.
    plan : PlanIn
    scenarios : sequence of Scenario
    exact : bool
        Simulate base and scenarios, with the same customers; else by formula.
    replications : int, optional
        Of each simulation.
    control : Control, optional

    Returns
    -------
    Answer
        For each scenario, queue (and all of them), day and week: offered contacts and every measure that applies;
        for the whole horizon also ``cost``, ``agent_hours`` (what the targets would need on contact duty) and
        ``targets_met``. Rates are NaN where nothing is offered.

    Notes
    -----
    By formula: what seats are worth is fitted to the plan's simulated days, so that the base is its simulation; a
    scenario is the base moved by what the fitted formula says of the change. The interval adds the simulation's own
    error to a share of the change.
    """
    return answer_about(Base(world, plan), scenarios, exact=exact, replications=replications, control=control)


def answer_about(
    base: Base,
    scenarios: Sequence[Scenario],
    *,
    exact: bool = False,
    replications: int | None = None,
    control: Control | None = None,
    only: Only = EVERYTHING,
) -> Answer:
    """Answer scenarios about a plan that is asked about again and again; the rest as `answer`.

    Parameters
    ----------
    base : Base
        Keeps what its questions share.
    only : Only
        What is wanted; the rest is not worked out where that saves time.
    """
    control = control or Control()
    if exact:
        rows, left = _simulated_rows(base, scenarios, replications, control, only)
    else:
        rows, left = _formula_rows(base, scenarios, control, only)
    if left and not rows:
        raise StoppedError("stopped before any scenario was answered; nothing was written")
    control.report("what-if", 1.0, "")
    return Answer(tuple(rows), exact, () if exact else _unmodelled(base.world, scenarios), left)


def _formula_rows(
    base: Base, scenarios: Sequence[Scenario], control: Control, only: Only
) -> tuple[list[WhatIfRow], tuple[str, ...]]:
    """Answer by formula: plain scenarios together where what is wanted allows it, the others one by one."""
    rates = only.rates(base.promised.measures)
    base.ready()
    together: dict[int, Floats] = {}
    if len(scenarios) > 1 and set(rates) <= set(BATCHED) and "agent_hours" not in only.totals:
        places = [k for k, scenario in enumerate(scenarios) if plain(base, scenario)]
        control.report("what-if", 0.0, "")
        if places and not control.stopping:
            figures = figures_of(base, [scenarios[k] for k in places], rates, control.cores)
            together = dict(zip(places, np.moveaxis(by_formula(base, figures), 1, 0), strict=True))
    rows: list[WhatIfRow] = []
    for k, scenario in enumerate(scenarios):
        control.report("what-if", k / len(scenarios), scenario.name)
        there = None
        if k in together:
            found = together[k]
        else:
            there = changed(base.world, scenario, base.fcr, base.fitted, agents="agent_hours" in only.totals)
            after = service_of(base, there, scenario, rates)
            found = by_formula(base, base.windows.figures(after))
        if control.stopping:
            return rows, tuple(each.name for each in scenarios[k:])
        rows += _rows(base, scenario.name, found, only)
        rows += totals(base, scenario, there, found, only.totals, base.seen[0])
    return rows, ()


def _simulated_rows(
    base: Base, scenarios: Sequence[Scenario], replications: int | None, control: Control, only: Only
) -> tuple[list[WhatIfRow], tuple[str, ...]]:
    """Answer by simulations of base and scenarios, with the same customers."""
    windows, rows = base.windows, list[WhatIfRow]()
    hours = "agent_hours" in only.totals
    control.report("what-if", 0.0, "")
    worlds = (changed(base.world, scenario, base.fcr, base.fitted, agents=hours) for scenario in scenarios)
    reports = simulate_worlds(chain([base.world], worlds), replications, control)
    seen = [windows.simulated(report) for _, report in islice(reports, 1)]
    for k, scenario in enumerate(scenarios):
        control.report("what-if", k / len(scenarios), scenario.name)
        answered = next(reports, None)
        if answered is None:
            return rows, tuple(each.name for each in scenarios[k:])
        there, report = answered
        found = np.concatenate([seen[0][:1], windows.simulated(report)])
        rows += _rows(base, scenario.name, found, only)
        rows += totals(base, scenario, there, found, only.totals, seen[0][0])
    return rows, ()


def _rows(base: Base, name: str, found: Floats, only: Only) -> Iterator[WhatIfRow]:
    """Yield the figures that apply: by span, queue and measure."""
    windows = base.windows
    measures = [k for k, measure in enumerate(MEASURES) if only.measure(measure)]
    spans = [s for s, (scope, _) in enumerate(windows.spans) if only.scope in {None, scope}]
    chosen = found[:, measures][:, :, :, spans]
    told = (np.isfinite(chosen[0]) | np.isfinite(chosen[1])).tolist()
    figures = chosen.transpose(3, 2, 1, 0).tolist()
    for s, span in enumerate(spans):
        for q, queue in enumerate(windows.queues):
            for m, k in enumerate(measures):
                if told[m][q][s] and not (queue == ALL and MEASURES[k] == "share"):
                    yield WhatIfRow(name, queue, *windows.spans[span], MEASURES[k], *figures[s][q][m])


def _unmodelled(world: World, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Name the scenarios that move deferred work, which the formulas do not let wait on live queues."""
    deferred = [queue.id for queue in world.folder.centre.queues if queue.deferred]
    moved = [
        scenario.name
        for scenario in scenarios
        if deferred
        and (
            any(scenario.of(field, queue, 1.0) != 1.0 for field in ("volume", "aht") for queue in deferred)
            or any(shift.source in deferred or shift.to in deferred for shift in scenario.mix)
        )
    ]
    if not moved:
        return ()
    return (
        f"{', '.join(moved)}: more or less deferred work also makes calls and chats wait, which formulas leave out; "
        "a simulated answer tells",
    )

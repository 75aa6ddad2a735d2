"""Repeats and redials: the fixed point of Erlang A beside simulations in which customers come again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from benchmarks.capacity.section import Peers, Section
from benchmarks.capacity.steady import MEASURES, Steady, steady, told, worst
from benchmarks.capacity.team import Group
from benchmarks.forecasting.tables import markdown
from benchmarks.table import goal
from capacity.interval import IntervalService, interval_service
from capacity.issues import effective_rate
from capacity.repeats import steady_factor
from domain.queues import Queue, Target

HANDLE_S, PATIENCE_S, WITHIN_S, POINT = 240.0, 180.0, 20.0, 1.0
REPEAT_DELAY_H = 1.0
CONTACTS = 800_000
AGENTS, FCR, RETURNS, LOADS = (8, 40), (0.5, 0.8), (0.4, 0.7), (0.85, 1.0, 1.15)
"""Loads are of the agents, once repeats are in and nobody leaves."""


@dataclass(frozen=True)
class Redials:
    """What becomes of those who leave.

    Attributes
    ----------
    probability : float
        That they try again.
    delay_s : float
    """

    probability: float = 0.0
    delay_s: float = 600.0


KINDS = {
    "repeats alone": Redials(),
    "repeats, and redials (.6) after an hour": Redials(0.6, 3600.0),
    "repeats, and redials (.6) after ten minutes": Redials(0.6, 600.0),
}


@dataclass(frozen=True)
class Case:
    """One queue whose customers come again."""

    agents: int
    fcr: float
    returns: float
    load: float
    redials: Redials

    @property
    def issues_per_h(self) -> float:
        """New issues an hour."""
        return self.load * self.agents * 3600.0 / HANDLE_S / steady_factor(1.0, self.fcr, self.returns)

    def service(self, rate_per_h: float) -> IntervalService:
        """Return what the agents give at a rate of contacts."""
        return interval_service(rate_per_h, HANDLE_S, self.agents, patience_s=PATIENCE_S, within_s=WITHIN_S)

    def fixed_point(self) -> tuple[float, IntervalService]:
        """Return the rate that its own abandonment and FCR bring about (`effective_rate`), and its service."""
        rate = effective_rate(
            self.issues_per_h,
            HANDLE_S,
            self.agents,
            fcr=self.fcr,
            repeat_probability=self.returns,
            redial_probability=self.redials.probability,
            patience_s=PATIENCE_S,
        )
        return float(rate), self.service(float(rate))

    def simulated(self, seed: int) -> Steady:
        """Return the second of two weeks that begin without anybody on their way back."""
        queue = Queue(
            id="phone",
            patience_s=PATIENCE_S,
            repeat_probability=self.returns,
            repeat_delay_h=REPEAT_DELAY_H,
            redial_probability=self.redials.probability,
            redial_delay_s=self.redials.delay_s,
            targets=(Target(service_level=0.8, within_s=WITHIN_S),),
        )
        return steady(queue, self.issues_per_h, HANDLE_S, Group(self.agents, fcr=self.fcr), seed, CONTACTS, weeks=2)


def section(peers: Peers) -> Section:
    """Compare over the grid, kind by kind."""
    rows, goals = [], []
    seed = 0
    for kind, redials in KINDS.items():
        fixed, ignored, factored, volumes, halves = [], [], [], [], []
        for agents, fcr, returns, load in product(AGENTS, FCR, RETURNS, LOADS):
            seed += 1
            case = Case(agents, fcr, returns, load, redials)
            found = case.simulated(seed)
            rate, service = case.fixed_point()
            fixed.append(found.points(service))
            ignored.append(found.points(case.service(case.issues_per_h)))
            factored.append(found.points(case.service(case.issues_per_h * steady_factor(1.0, fcr, returns))))
            volumes.append(abs(rate / found.rate_per_h - 1.0))
            halves.append(found.half)
        for name, points in (
            ("fixed point", fixed),
            ("`steady_factor` alone", factored),
            ("nothing fed back", ignored),
            ("half-width of the simulation", halves),
        ):
            most = worst(points)
            volume = f"{100 * max(volumes):.2f}" if points is fixed else ""
            rows.append([f"{kind}: {name}", *(f"{most[m]:.2f}" for m in MEASURES), volume])
        most = worst(fixed)
        what = f"{kind}, by fixed point within {POINT:g} point of simulation over {len(fixed)} cases"
        volume = f"contacts within {100 * max(volumes):.2f} %"
        goals.append(
            goal(
                what,
                max(most.values()) <= POINT,
                f"largest difference in {told(most)}; {volume}; half-widths up to {told(worst(halves))}",
            )
        )
    text = (
        f"{', '.join(map(str, AGENTS))} agents, FCR {' and '.join(map(str, FCR))}, an unresolved contact returns with "
        f"{' or '.join(map(str, RETURNS))} after {REPEAT_DELAY_H:g} h, loads of "
        f"{', '.join(f'{load:.0%}' for load in LOADS)} of the agents once repeats are in; handle time {HANDLE_S:.0f} "
        f"s, patience {PATIENCE_S:.0f} s, answered in {WITHIN_S:.0f} s. {CONTACTS:,} new issues a case, "
        "`simulate(closed_loop=True)`. The fixed point, contacts = issues / (1 - r (1 - FCR)(1 - lost) - d lost), is "
        "that of `capacity.issues.effective_rate`; `steady_factor` knows repeats and no abandonment. The largest "
        "difference, in points; contacts in per cent:"
    )
    head = ["what", *(measure.replace("_", " ") for measure in MEASURES), "contacts"]
    return Section("Agreement: repeats", (text, markdown(head, rows)), tuple(goals))

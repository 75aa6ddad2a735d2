"""The event loop against a slow and obvious simulation of the same rules, written apart from it."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from capacity.requirement import Requirement
from capacity.service import ServiceReport
from capacity.simulation import simulate
from domain.centre import Centre, Shrinkage
from domain.coverage import Coverage, Server
from domain.grid import IntervalGrid
from domain.hours import WeeklyWindow
from domain.progress import Control
from domain.queues import Channel, Queue, Target

EVERY_DAY = frozenset(range(7))


@dataclass
class Contact:
    queue: int
    arrival: float
    deadline: float = math.inf
    remaining: float = 0.0


@dataclass
class Person:
    number: int
    on: bool = False
    stretch: int = -1
    since: float = 0.0
    debt: float = 0.0
    demand: float = math.inf
    carried: list[Contact] = field(default_factory=list)


class SlowCentre:
    """One replication with objects and full scans: at each step, find what comes next, move everything there."""

    def __init__(self, coverage: Coverage, requirement: Requirement, centre: Centre, seed: int,
                 backlog: dict[str, float]) -> None:  # fmt: skip
        self.c, self.q, self.req, self.centre = coverage, centre.queues, requirement, centre
        self.rng = random.Random(seed)
        self.step = requirement.grid.step_minutes * 60.0
        self.end = self.step * requirement.grid.size
        self.sums: dict[tuple[str, int], float] = defaultdict(float)
        rng = self.rng
        shifts = sorted(set(coverage.shift.tolist()))
        pool = {int(sh): coverage.servers[int(se)].pool for sh, se in zip(coverage.shift, coverage.server, strict=True)}
        self.absent = {sh for sh in shifts if pool[sh] != "elastic" and rng.random() < centre.shrinkage.absence}
        self.people = [Person(a) for a in range(len(coverage.servers))]
        for person in self.people:
            person.demand = self.next_loss(person)
        self.arrivals: list[Contact] = []
        for q, queue in enumerate(self.q):
            for i in range(requirement.grid.size):
                t = i * self.step
                while requirement.volume[q, i] > 0:
                    t += rng.expovariate(requirement.volume[q, i] / self.step)
                    if t >= (i + 1) * self.step:
                        break
                    self.arrivals.append(Contact(q, t))
            n = round(backlog.get(queue.id, 0))
            for j in range(n):
                self.arrivals.append(Contact(q, -self.response(q) * (j + 0.5) / n))
        self.arrivals.sort(key=lambda contact: contact.arrival)
        self.waiting: list[Contact] = []
        self.now = 0.0

    def response(self, q: int) -> float:
        hours = [t.response_h for t in self.q[q].targets if t.response_h]
        return hours[0] * 3600 if hours else math.inf

    def next_loss(self, person: Person) -> float:
        share = self.centre.shrinkage.in_shift
        if share == 0 or self.c.servers[person.number].pool == "elastic":
            return math.inf
        return self.rng.expovariate(share / 300.0)

    def is_open(self, q: int) -> bool:
        minute = self.now / 60 % 1440
        weekday = int(self.now // 86400) % 7
        windows = self.q[q].open
        return self.now < self.end and (not windows or any(w.holds(weekday, int(minute)) for w in windows))

    def used(self, person: Person) -> float:
        return sum(1 / self.q[contact.queue].concurrency for contact in person.carried)

    def can_take(self, person: Person, q: int) -> bool:
        if not person.on or person.debt > 0 or not self.c.serves[person.stretch, q]:
            return False
        skilled = self.c.servers[person.number].level[q] > 0
        return bool(skilled and self.used(person) + 1 / self.q[q].concurrency <= 1 + 1e-9)

    def workable(self, q: int) -> bool:
        return not self.q[q].deferred or self.is_open(q)

    def pace(self, person: Person, contact: Contact) -> float:
        slow = self.q[contact.queue].slowdowns()
        return self.c.servers[person.number].aht_factor[contact.queue] * slow[min(len(person.carried), len(slow)) - 1]

    def begin(self, person: Person, contact: Contact) -> None:
        q = contact.queue
        wait = self.now - contact.arrival
        if contact.arrival >= 0:
            self.sums["wait", q] += wait
            within = [t.within_s for t in self.q[q].targets if t.within_s is not None]
            self.sums["in_time", q] += wait <= (within[0] if within else 20)
            self.sums["handled", q] += 1
            self.sums["fixed", q] += self.c.servers[person.number].fcr[q]
        sigma = math.sqrt(math.log(1 + 0.95**2))
        i = max(int(contact.arrival // self.step), 0)
        contact.remaining = self.req.aht_s[q, i] * self.rng.lognormvariate(-sigma * sigma / 2, sigma)
        person.carried.append(contact)
        person.since = self.now

    def offer(self, contact: Contact) -> bool:
        q = contact.queue
        able = [p for p in self.people if self.can_take(p, q)] if self.workable(q) else []
        if not able:
            return False
        server = self.c.servers
        self.begin(
            min(able, key=lambda p: (server[p.number].level[q], round(self.used(p), 6),
                                     -server[p.number].weight[q], p.since, p.number)),
            contact,
        )  # fmt: skip
        return True

    def feed(self, person: Person) -> bool:
        level = self.c.servers[person.number].level
        fit = [w for w in self.waiting if self.workable(w.queue) and self.can_take(person, w.queue)]
        if not fit:
            return False
        chosen = min(fit, key=lambda w: (self.q[w.queue].deferred, level[w.queue], w.arrival))
        self.waiting.remove(chosen)
        self.begin(person, chosen)
        return True

    def feed_all(self) -> None:
        while any(self.feed(p) for p in sorted(self.people, key=lambda p: (round(self.used(p), 6), p.since))):
            pass

    def leave(self, contact: Contact) -> None:
        self.waiting.remove(contact)
        self.sums["wait", contact.queue] += self.now - contact.arrival
        self.sums["abandoned", contact.queue] += 1

    def move_to(self, then: float) -> None:
        dt = then - self.now
        inside = min(then, self.end) - min(self.now, self.end)
        for person in self.people:
            used = self.used(person)
            paces = [self.pace(person, contact) for contact in person.carried]
            for contact, pace in zip(person.carried, paces, strict=True):
                contact.remaining -= dt / pace
                self.sums["busy", contact.queue] += inside / self.q[contact.queue].concurrency
            self.sums["duty", -1] += inside * (1.0 if person.on and person.debt <= 0 else used)
            if person.on:
                person.demand -= dt
                if person.debt > 0:
                    person.debt -= dt * (1 - used)
        self.now = then

    def plan(self) -> list[tuple[float, str, int]]:
        rows = []
        for s in range(len(self.c.server)):
            if int(self.c.shift[s]) not in self.absent:
                rows.append((self.c.from_minute[s] * 60, "come", s))
                rows.append((self.c.to_minute[s] * 60, "go", s))
        for i in range(self.req.grid.size + 1):
            rows.append((i * self.step, "interval", i))
        order = {"go": 0, "interval": 1, "come": 2}
        return sorted(rows, key=lambda row: (row[0], order[row[1]]))

    def run(self) -> dict[tuple[str, int], float]:
        plan = self.plan()
        horizon = self.end
        while True:
            times = [(max(self.arrivals[0].arrival, 0.0), "arrival", None)] if self.arrivals else []
            if plan:
                times.append((plan[0][0], "plan", None))
            for w in self.waiting:
                times.append((w.deadline, "deadline", w))
            for p in self.people:
                for contact in p.carried:
                    times.append((self.now + max(contact.remaining, 0) * self.pace(p, contact), "end", (p, contact)))
                if p.on:
                    times.append((self.now + p.demand, "loss", p))
                    if p.debt > 0 and self.used(p) < 1 - 1e-9:
                        times.append((self.now + p.debt / (1 - self.used(p)), "paid", p))
            priority = {"plan": 0, "end": 1, "loss": 1, "paid": 1, "deadline": 2, "arrival": 3}
            then, what, who = min(times, key=lambda e: (e[0], priority[e[1]]), default=(math.inf, "", None))
            if then == math.inf:
                break
            self.move_to(then)
            if what == "arrival":
                contact = self.arrivals.pop(0)
                q = contact.queue
                if contact.arrival >= 0:
                    self.sums["offered", q] += 1
                    self.sums["due", q] += contact.arrival + self.response(q) <= horizon
                if not self.offer(contact):
                    patience = None if self.q[q].deferred else self.q[q].patience_s
                    if patience is not None:
                        contact.deadline = self.now + self.rng.expovariate(1 / patience)
                    elif not self.q[q].deferred and not self.is_open(q):
                        contact.deadline = self.now
                    self.waiting.append(contact)
            elif what == "deadline":
                self.leave(who)
            elif what == "end":
                person, contact = who
                person.carried.remove(contact)
                person.since = self.now
                if self.q[contact.queue].deferred and contact.arrival >= 0:
                    due = contact.arrival + self.response(contact.queue)
                    self.sums["done", contact.queue] += self.now <= due <= horizon
                while self.feed(person):
                    pass
            elif what == "loss":
                who.debt = max(who.debt, 0.0) + self.rng.expovariate(1 / 300.0)
                who.demand = self.next_loss(who)
            elif what == "paid":
                who.debt, who.since = 0.0, self.now
                while self.feed(who):
                    pass
            else:
                while plan and plan[0][0] == then:
                    _, kind, s = plan.pop(0)
                    if kind == "interval":
                        for w in [w for w in self.waiting if not self.q[w.queue].deferred]:
                            if self.q[w.queue].patience_s is None and not self.is_open(w.queue):
                                self.leave(w)
                        continue
                    person = self.people[int(self.c.server[s])]
                    if kind == "go":
                        person.on = person.on and person.stretch != s
                    else:
                        person.on, person.stretch, person.since = True, s, self.now
                self.feed_all()
        for w in self.waiting:
            if w.arrival >= 0:
                self.sums["wait", w.queue] += horizon - w.arrival
        return self.sums


def blended() -> tuple[Coverage, Requirement, Centre]:
    """A small day with everything in it: calls, chats of two sizes, deferred work, breaks, losses and absence."""
    day = (WeeklyWindow(EVERY_DAY, 60, 300),)
    queues = (
        Queue(id="phone", aht_s=240, patience_s=180, open=day,
              targets=(Target(service_level=0.8, within_s=30),)),
        Queue(id="endless", aht_s=150, open=day),
        Queue(id="chat", channel=Channel.CHAT, concurrency=3, slowdown=(0.6, 0.8, 1.0), patience_s=400, open=day),
        Queue(id="messages", channel=Channel.MESSAGING, concurrency=2, slowdown=(0.8, 1.0), patience_s=900, open=day),
        Queue(id="mail", channel=Channel.DEFERRED, open=(WeeklyWindow(EVERY_DAY, 120, 300),),
              targets=(Target(response_h=1.5, share=0.9),)),
    )  # fmt: skip
    centre = Centre(
        name="Small", timezone="UTC", queues=queues, contracts=(),
        shrinkage=Shrinkage(absence=0.1, in_shift=0.08),
    )  # fmt: skip
    grid = IntervalGrid(datetime(2026, 11, 23, tzinfo=UTC), 30, 11, "UTC")
    volume = np.zeros((5, 11))
    volume[0, 2:10] = [14, 20, 25, 28, 28, 22, 18, 14]
    volume[1, 2:10] = 6
    volume[2, 2:10] = [8, 12, 16, 20, 20, 16, 14, 10]
    volume[3, 2:10] = 8
    volume[4] = 3
    aht = np.repeat(np.array([240.0, 150.0, 420.0, 300.0, 500.0])[:, None], 11, axis=1)
    aht[0, 5:] *= 1.1
    levels = [[1, 1, 0, 0, 0], [1, 2, 0, 0, 1], [1, 0, 2, 0, 0], [2, 1, 1, 1, 2], [0, 0, 1, 1, 0],
              [1, 1, 1, 1, 1], [2, 2, 1, 2, 1], [1, 1, 1, 2, 0]]  # fmt: skip
    rng = np.random.default_rng(3)
    servers = tuple(
        Server(f"p{a}", "elastic" if a == 7 else "core", rng.uniform(0.8, 1.3, 5), rng.uniform(0.4, 0.8, 5),
               np.array(level), rng.integers(0, 2, 5).astype(float))
        for a, level in enumerate(levels)
    )  # fmt: skip
    rows = []
    for a in range(8):
        late = 30.0 * (a % 3)
        rows += [(a, a, 60 + late, 150 + late, 1), (a, a, 165 + late, 240.0, 1), (a, a, 240.0, 300.0, a % 2)]
    table = np.array(rows)
    serves = np.ones((len(rows), 5), dtype=bool)
    serves[table[:, 4] == 0, 4] = False  # no mail in the last hour for some
    coverage = Coverage(grid, tuple(q.id for q in queues), servers, table[:, 0].astype(np.int64),
                        table[:, 1].astype(np.int64), table[:, 2], table[:, 3], serves)  # fmt: skip
    nothing = np.zeros_like(volume)
    requirement = Requirement(grid, coverage.queues, volume, aht, *(nothing,) * 6)
    return coverage, requirement, centre


@pytest.fixture(scope="module")
def both() -> tuple[list[dict[tuple[str, int], float]], ServiceReport]:
    coverage, requirement, centre = blended()
    backlog = {"mail": 12.0}
    slow = [dict(SlowCentre(coverage, requirement, centre, seed, backlog).run()) for seed in range(100)]
    fast = simulate(coverage, requirement, centre, seed=5, replications=1500, backlog=backlog, control=Control())
    return slow, fast


def ratio(runs: list[dict[tuple[str, int], float]], above: list[tuple[str, int]], below: list[tuple[str, int]]):  # type: ignore[no-untyped-def]
    n = np.array([sum(run.get(key, 0.0) for key in above) for run in runs])
    d = np.array([sum(run.get(key, 0.0) for key in below) for run in runs])
    value = n.sum() / d.sum()
    return value, np.std(n - value * d, ddof=1) / math.sqrt(len(runs)) / d.mean()


MEASURES = [
    (measure, queue)
    for queue in range(5)
    for measure in ("mean_wait_s", "service_level", "abandonment", "fcr", "share", "offered")
    if (measure in ("service_level", "abandonment")) <= (queue != 4) and (measure == "share") <= (queue == 4)
]


@pytest.mark.parametrize(("measure", "queue"), MEASURES)
def test_every_measure_agrees_with_the_slow_simulation(both, measure: str, queue: int) -> None:  # type: ignore[no-untyped-def]
    """Within four standard errors of the difference."""
    slow, fast = both
    parts = {
        "mean_wait_s": ("wait", "offered"),
        "service_level": ("in_time", "offered"),
        "abandonment": ("abandoned", "offered"),
        "fcr": ("fixed", "handled"),
        "share": ("done", "due"),
        "offered": ("offered", "one"),
    }
    for run in slow:
        run["one", queue] = 1.0
    above, below = parts[measure]
    value, error = ratio(slow, [(above, queue)], [(below, queue)])
    found, low, high = fast.simulated("day", "2026-11-23", fast.queues[queue], measure)
    assert abs(found - value) <= 4 * math.hypot(error, (high - low) / 3.92) + 1e-9, (found, value, error)


def test_time_on_duty_and_busy_time_agree_with_the_slow_simulation(both) -> None:  # type: ignore[no-untyped-def]
    """Agents of all queues add up to the time people were there; a queue's occupancy to the time they worked."""
    slow, fast = both
    for run in slow:
        run["one", -1] = 1.0
    duty, error = ratio(slow, [("duty", -1)], [("one", -1)])
    found, low, high = fast.simulated("day", "2026-11-23", "all", "agents")
    is_open_s = 8 * 1800.0  # from 1:00, when the first queue opens, to 5:00
    assert abs(found * is_open_s - duty) <= 4 * math.hypot(error, is_open_s * (high - low) / 3.92)
    live = [("busy", q) for q in range(4)]
    busy, error = ratio(slow, live, [("duty", -1)])
    found, low, high = fast.simulated("day", "2026-11-23", "all", "occupancy")
    assert abs(found - busy) <= 4 * math.hypot(error, (high - low) / 3.92)

"""Why deferred work is late: what nobody can meet, what falls due while nobody is there, what waits its turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import small

from capacity.servers import make_servers
from capacity.targets import target_rows
from domain.hours import WeeklyWindow
from domain.progress import Control
from domain.queues import Channel, Target
from domain.roster import Roster, Stretch
from scheduling.build import build_model
from scheduling.handout import promises
from scheduling.late_work import late_text, late_work
from scheduling.leave import LegalShifts
from scheduling.result import Effort
from scheduling.shortage import shortages
from scheduling.solve import solve
from scheduling.who_could import Gap

QUICK = Effort(ascent=60, steps=40, moves=50_000, assembly=0.1)
MAIL = small.queue(
    "mail",
    channel=Channel.DEFERRED,
    aht_s=600.0,
    patience_s=None,
    open=(WeeklyWindow(small.EVERY_DAY, 8 * 60, 18 * 60),),
    targets=(Target(scope="day", response_h=8, share=0.9),),
)
PLANNING = small.folder(3, queues=(small.queue(), MAIL))


def contacts(per_hour: float = 6.0):
    """Return the requirement with mail arriving evenly, day and night."""
    base = small.demand(PLANNING, load=0.2)
    volume = base.volume.copy()
    volume[1] = per_hour * base.grid.step_minutes / 60
    return replace(base, volume=volume)


@pytest.fixture(scope="module")
def solved():
    requirement = contacts()
    opened = np.array([requirement.volume[0] > 0, requirement.volume[1] > 0])
    targets = target_rows(PLANNING.centre, requirement.grid, opened, requirement.volume)
    servers = make_servers(PLANNING, (), (), small.FIRST, 7)
    model = build_model(PLANNING, requirement, targets, servers, small.FIRST)
    return model, solve(model, seed=1, effort=QUICK, control=Control())


def gap_of(solved, rows, day: int = 0):
    """Return Monday's (or another day's) window and target of mail under a roster: from hour, to hour, queues."""
    model, result = solved
    row = [target for target in model.targets if target.measure == "share"][day]
    start = model.intervals.start
    stretches = [
        Stretch(f"a{k:02d}", start + timedelta(hours=a), start + timedelta(hours=b), queues=queues, shift_id=f"s{k}")
        for k, (a, b, queues) in enumerate(rows)
    ]
    low, high = int(row.intervals[0]), int(row.intervals[-1]) + 1
    step = model.intervals.step
    legal = LegalShifts.of(PLANNING, model.first, 7)
    return Gap(model, result, Roster.of(stretches), legal, 1, start + low * step, start + high * step), row


def test_contacts_are_parted_minute_by_minute(solved):
    """Open 8 to 18, eight hours allowed, ten minutes' handling: due after 8:00 the next day is from 0:10 on.

    What arrives after 18:00 and is due before 8:10 cannot be met: 18:00 to 24:00 (due 2:00 to 8:00) of this day, and
    of its small hours 0:00 to 0:10. With somebody there until 16:30, what comes from then to 18:00 has nobody.
    """
    gap, row = gap_of(solved, [(8, 16.5, ("mail",)), (32, 40, ("mail",))])
    late = late_work(gap, row)
    assert late.contacts == pytest.approx(144)
    assert late.never == pytest.approx(6 * (6 + 1 / 6), abs=0.15)
    assert late.alone == pytest.approx(6 * 1.5, abs=0.15)
    text = late_text(gap, row, late)
    assert "Of 144 contacts, 37 arrive in hours from which no opening lies inside the 8 hours allowed" in text
    assert "nobody can meet them, so at most 74 % can be done in time." in text
    assert "9 more could be met only while nobody is on mail: the last one leaves it at 16:30" in text
    assert "it is open until 18:00" in text
    assert late.seats * late.open_h == pytest.approx(max(late.work_h - late.duty_h, 1.5))


def test_a_day_on_which_nobody_is_there(solved):
    gap, row = gap_of(solved, [(8, 16, ("phone",))])
    late = late_work(gap, row)
    assert late.leaves is None
    text = late_text(gap, row, late)
    assert text.startswith("Nobody is on mail that day, and 24.0 hours of work come in.")
    # over the opening hours, not diluted by the closed ones
    assert late.open_h == pytest.approx(10)
    assert late.seats * late.open_h == pytest.approx(max(24.0 - late.duty_h, late.alone / 6))


def test_work_that_waits_its_turn(solved):
    """Somebody is there all day: the hours tell, and whether live contacts go first."""
    model, result = solved
    rich = replace(result, seats=np.full_like(result.seats, 5.0))
    gap, row = gap_of((model, rich), [(0, 48, ("mail", "phone"))])
    late = replace(late_work(gap, row), never=0.0, alone=0.0)
    assert late.seats == 0
    assert late_text(gap, row, late).endswith(
        "hours of duty are given to it; still, the people there serve live contacts first."
    )
    gap, row = gap_of((model, rich), [(0, 48, ("mail",))])
    assert "waits behind what is there" in late_text(gap, row, late)


def test_what_falls_due_after_the_horizon_does_not_count(solved):
    gap, row = gap_of(solved, [(8, 16, ("mail",))], day=6)
    late = late_work(gap, row)
    assert late.contacts == pytest.approx(6 * 16, abs=0.15)


def test_a_missed_day_is_one_shortage_of_its_queue(solved):
    model, result = solved
    gap, row = gap_of(solved, [(8, 16.5, ("mail",))])
    (short,) = shortages(model, result, gap.roster, [row])
    assert short.queues == ("mail",)
    assert (short.start, short.end) == (gap.start, gap.end)
    assert "0.0 seats" not in short.why and "are free, but" not in short.why


def test_no_more_is_promised_than_opening_hours_allow(solved) -> None:
    """Mail that comes in from 18:00 until 00:10 cannot be begun inside eight hours: 74 % is the most, and is priced."""
    model, result = solved
    rows = [(r, target, value) for r, (target, value, _) in enumerate(promises(model, result.values, result.seats))]
    shares = [(r, value) for r, target, value in rows if target.measure == "share"]
    priced = 0.0
    for r, value in shares[:-1]:
        assert model.reach[r] == pytest.approx(1 - (6 * 60 + 10) / 1440, abs=2e-3)
        assert model.instance.service.limit[r] == pytest.approx(model.reach[r])
        assert value <= model.reach[r]
    for r, target, value in rows:
        priced += model.prices[r] * target.miss(value)
    assert model.instance.service.given > 0
    assert priced == pytest.approx(result.shortfall, rel=1e-9)
    assert result.bound >= model.instance.service.given


def test_two_deferred_queues_of_the_same_people_are_told_apart() -> None:
    """Urgent and normal mail are one pool; each target's own contacts are explained."""
    urgent = MAIL.model_copy(update={"id": "urgent", "targets": (Target(scope="day", response_h=6, share=0.95),)})
    planning = small.folder(2, queues=(MAIL, urgent))
    base = small.demand(planning, load=0.2)
    requirement = replace(base, volume=np.array([np.full(base.grid.size, 3.0), np.full(base.grid.size, 1.0)]))
    opened = np.ones_like(requirement.volume, dtype=bool)
    targets = target_rows(planning.centre, requirement.grid, opened, requirement.volume)
    servers = make_servers(planning, (), (), small.FIRST, 7)
    model = build_model(planning, requirement, targets, servers, small.FIRST)
    result = solve(model, seed=1, effort=QUICK, control=Control())
    assert len(model.pools) == 1
    missed = [replace(row, intervals=row.intervals.copy()) for row in model.targets]
    found = shortages(model, result, Roster.of(()), missed)
    assert {short.queues for short in found} == {("mail",), ("urgent",)}

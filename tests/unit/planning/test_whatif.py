"""Changed worlds: what a scenario file says, what it changes, and that the base stays what it was simulated to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from capacity.roster_service import roster_service
from domain.errors import InputError
from domain.queues import Channel, Queue, Target
from domain.roster import Roster, Stretch
from domain.scenario import Scenario, TargetChange
from planning.files.scenario_file import read_scenarios
from planning.whatif import booking
from planning.whatif.change import changed, changed_targets
from planning.whatif.drills import drills_text
from planning.whatif.world import without_queue
from tests.unit.planning.whatif_case import MONDAY, world_of

AT = "2026-11-23T"


@pytest.fixture(scope="module")
def world():
    return world_of()


def read(text, world, tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenarios(path, world.folder.centre, world.requirement.grid)


def test_a_file_says_all_that_a_scenario_may(world, tmp_path):
    (found,) = read(
        """
[[scenario]]
name = "everything"
volume = { phone = 1.2, mail = 0.5 }
aht = 1.1
patience = 0.8
fcr = 0.05
deflection = 0.1
absence = 0.2
outage = { queue = "phone", start = 2026-11-23T10:00:00, end = 2026-11-23T12:00:00 }
mix = { from = "phone", to = "chat", share = 0.25 }
elastic = { share = 0.5, hourly_cost = 40.0 }
target = { phone = { mean_wait_s = 30 } }
prices = { core = 1.05 }
""",
        world,
        tmp_path,
    )
    assert found.of("volume", "phone", 1.0) == 1.2
    assert found.of("volume", "chat", 1.0) == 1.0
    assert found.of("aht", "mail", 1.0) == 1.1
    assert found.outage[0].start.utcoffset() == timedelta(hours=1)
    assert found.mix[0].share == 0.25
    assert found.target["phone"].given() == {"mean_wait_s": 30.0}


def test_every_fault_is_told_with_its_line_and_what_would_be_right(world, tmp_path):
    text = """[[scenario]]
name = "a"
volumes = 1.2
volume = { fone = 1.1, chat = -1 }
absence = 1.5
outage = { queue = "phone", start = 2026-11-23T12:00:00, end = 2026-11-23T10:00:00 }
[[scenario]]
name = "a"
target = { mean_wait_s = 0 }
elastic = { shares = 0.3 }
patience = nan
"""
    with pytest.raises(InputError) as told:
        read(text, world, tmp_path)
    said = [str(problem) for problem in told.value.problems]
    for line, words in (
        (3, "did you mean volume"),
        (4, "did you mean phone"),
        (4, "a multiplier from 0 to 10"),
        (5, "below 1"),
        (6, "an end after its start"),
        (9, "above 0"),
        (10, "did you mean share"),
        (11, "finite"),
    ):
        assert any(f"scenario.toml:{line}" in text and words in text for text in said), (line, words, said)
    with pytest.raises(InputError, match="no other scenario has"):
        read('[[scenario]]\nname = "a"\n[[scenario]]\nname = "a"\n', world, tmp_path)
    with pytest.raises(InputError, match="at least one"):
        read("", world, tmp_path)
    with pytest.raises(InputError, match="can be read"):
        read_scenarios(tmp_path / "none.toml", world.folder.centre, world.requirement.grid)


def test_names_that_occur_twice_are_told_with_the_other_faults_and_none_twice(world, tmp_path):
    with pytest.raises(InputError) as told:
        read(
            '[[scenario]]\nname = "a"\naht = nan\n[[scenario]]\nname = "a"\n[[scenario]]\nname = "base"\n',
            world,
            tmp_path,
        )
    assert [(problem.line, problem.value) for problem in told.value.problems] == [(3, "nan"), (5, "a"), (7, "base")]


def test_an_outage_may_name_days_and_not_a_time_that_the_clock_shows_twice(world, tmp_path):
    head = '[[scenario]]\nname = "a"\n'
    (found,) = read(head + 'outage = { queue = "phone", start = 2026-11-24, end = "2026-11-25" }\n', world, tmp_path)
    assert [f"{moment:%d %H:%M %z}" for moment in (found.outage[0].start, found.outage[0].end)] == [
        "24 00:00 +0100",
        "25 00:00 +0100",
    ]
    with pytest.raises(InputError, match="an offset, since the clock shows this time twice"):
        read(head + 'outage = { queue = "phone", start = 2026-10-25T02:30:00, end = 2026-11-25 }\n', world, tmp_path)


def test_what_would_change_nothing_is_refused(world, tmp_path):
    for asked, told in (
        ('outage = { queue = "phone", start = 2026-12-24T10:00:00, end = 2026-12-24T12:00:00 }', "a time of the plan"),
        ('mix = { from = "phone", to = "phone", share = 0.2 }', "two different queues"),
        ("patience = { mail = 2.0 }", "a queue with patience_s"),
        ("target = { phone = { response_h = 3 } }", "a target key of a live queue"),
        ("target = { chat = { service_level = 0.9 } }", "given together"),
        ('outage = { queue = "phone", start = 2026-11-24T02:00:00, end = 2026-11-24T03:00:00 }', "phone is worked"),
        ('outage = { queue = "phone", start = 2026-11-24T10:00, end = 2026-11-24T12:00 }', "with seconds"),
    ):
        with pytest.raises(InputError, match=told):
            read(f'[[scenario]]\nname = "a"\n{asked}\n', world, tmp_path)


def test_deferred_work_needs_more_people_where_it_takes_longer_or_is_due_sooner(world):
    q = world.folder.centre.queue_ids.index("mail")
    for scenario in (
        Scenario(name="x", aht={"mail": 2.0}),
        Scenario(name="x", target={"mail": TargetChange(response_h=2.0)}),
        Scenario(name="x", volume={"mail": 2.0}),
    ):
        there = changed(world, scenario, {}).requirement
        assert there.agents[q].sum() > 1.05 * world.requirement.agents[q].sum()


def test_todays_share_of_elastic_seats_books_what_it_still_allows(world):
    quiet = Scenario(name="x", volume={"phone": 0.2}, elastic={"share": 0.2})
    assert changed(world, quiet, {}).roster == world.roster
    busy = Scenario(name="x", volume={"phone": 3.0}, elastic={"share": 0.2})
    there = changed(world, busy, {})
    assert elastic_blocks(there)
    assert changed(there, busy, {}).roster.stretches[: len(there.roster.stretches)] == there.roster.stretches


def elastic_blocks(there):
    return [shift for shift in there.roster.shifts if shift.pool == "elastic"]


def with_notice(world, hours, now=None):
    elastic = world.folder.centre.elastic.model_copy(update={"notice_h": hours})
    centre = world.folder.centre.model_copy(update={"elastic": elastic})
    options = replace(world.options, now=now)
    return replace(world, folder=replace(world.folder, centre=centre), options=options)


def test_blocks_within_notice_are_neither_booked_nor_given_up(world):
    busy = Scenario(name="x", volume={"phone": 3.0}, elastic={"share": 1.0})
    booked = elastic_blocks(changed(world, busy, {}))
    first = min(shift.start for shift in booked)
    called = MONDAY + timedelta(hours=30)
    late = with_notice(world, 24.0, called)
    assert first < called
    made = changed(late, busy, {})
    assert elastic_blocks(made)
    assert all(shift.start >= called + timedelta(hours=24) for shift in elastic_blocks(made))
    assert not elastic_blocks(changed(with_notice(world, 24.0 * 15), busy, {}))  # from a week ahead
    # all were booked in time: of those that cannot be called off any more none is given up
    full = late.with_roster(changed(world, busy, {}).roster)
    left = elastic_blocks(changed(full, Scenario(name="x", elastic={"share": 0.0}), {}))
    assert left == [shift for shift in booked if shift.start < called + timedelta(hours=24)]


def test_many_points_of_fcr_are_asked_about(world, tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text('[[scenario]]\nname = "a"\nfcr = { phone = 0.6 }\n', encoding="utf-8")
    notices = []
    read_scenarios(path, world.folder.centre, world.requirement.grid, notices=notices)
    assert "adds 60 points to everybody's FCR" in str(notices[0])
    with pytest.raises(InputError, match="they are phone, chat and mail"):
        read('[[scenario]]\nname = "a"\nvolume = { web = 1.2 }\n', world, tmp_path)


def test_the_world_of_a_scenario_that_changes_nothing_is_the_same(world):
    there = changed(world, Scenario(name="same"), {})
    assert np.array_equal(there.requirement.volume, world.requirement.volume)
    assert there.folder.centre == world.folder.centre
    assert there.roster == world.roster


def test_volume_mix_and_bots_move_contacts_and_lose_none(world):
    names = world.folder.centre.queue_ids
    before = world.requirement.volume
    there = changed(world, Scenario(name="x", volume={"phone": 2.0}), {}).requirement
    assert there.volume[names.index("phone")] == pytest.approx(2 * before[names.index("phone")])
    assert there.agents[names.index("phone")].sum() > 1.5 * world.requirement.agents[names.index("phone")].sum()
    mixed = changed(world, Scenario(name="x", mix=({"source": "phone", "to": "chat", "share": 0.5},)), {}).requirement
    assert mixed.volume.sum() == pytest.approx(before.sum())
    assert mixed.volume[names.index("phone")].sum() == pytest.approx(0.5 * before[names.index("phone")].sum())
    bot = changed(world, Scenario(name="x", deflection={"": 0.25}), {}).requirement
    assert bot.volume.sum() == pytest.approx(0.75 * before.sum())


def test_better_resolution_brings_fewer_contacts_back(world):
    q = world.folder.centre.queue_ids.index("phone")
    there = changed(world, Scenario(name="x", fcr={"phone": 0.1}), {"phone": 0.6})
    assert 0.7 < there.requirement.volume[q].sum() / world.requirement.volume[q].sum() < 1.0
    assert there.people.servers[0].fcr[q] == pytest.approx(world.people.servers[0].fcr[q] + 0.1)


def test_a_target_that_none_has_joins_the_first():
    phone = Queue(id="a", targets=(Target(mean_wait_s=60), Target(scope="week", service_level=0.8, within_s=20)))
    found = changed_targets(phone, TargetChange(mean_wait_s=30, service_level=0.9, abandonment=0.05))
    assert found[0] == Target(mean_wait_s=30, abandonment=0.05)
    assert found[1] == Target(scope="week", service_level=0.9, within_s=20)
    assert changed_targets(phone, TargetChange(response_h=4, share=0.9)) == phone.targets
    bare = Queue(id="b")
    assert changed_targets(bare, TargetChange(service_level=0.9)) == ()
    assert changed_targets(bare, TargetChange(service_level=0.9, within_s=30)) == (
        Target(service_level=0.9, within_s=30),
    )
    mail = Queue(id="m", channel=Channel.DEFERRED, targets=(Target(response_h=24, share=0.95),))
    assert changed_targets(mail, TargetChange(mean_wait_s=5, response_h=48)) == (Target(response_h=48, share=0.95),)


def test_an_outage_takes_a_queue_from_everyone_for_its_time():
    start = MONDAY
    hour = timedelta(hours=1)
    rows = [
        Stretch("a", start, start + 4 * hour, queues=("phone",), shift_id="1"),
        Stretch("b", start, start + 4 * hour, queues=("chat", "phone"), shift_id="1"),
        Stretch("c", start + 3 * hour, start + 5 * hour, queues=("phone",), shift_id="1"),
    ]
    found = without_queue(Roster.of(rows), "phone", start + hour, start + 3 * hour)
    assert [(r.agent_id, r.activity, r.queues, r.minutes) for r in found.stretches] == [
        ("a", "work", ("phone",), 60),
        ("a", "standby", (), 120),
        ("a", "work", ("phone",), 60),
        ("b", "work", ("chat", "phone"), 60),
        ("b", "work", ("chat",), 120),
        ("b", "work", ("chat", "phone"), 60),
        ("c", "work", ("phone",), 120),
    ]


def test_an_outage_reaches_shifts_that_began_before_the_plan(world):
    begun = Stretch("a", MONDAY - timedelta(hours=2), MONDAY + timedelta(hours=10), queues=("phone",), shift_id="n")
    before = replace(world, folder=replace(world.folder, previous=(begun,)))
    outage = {"queue": "phone", "start": MONDAY, "end": MONDAY + timedelta(hours=24)}
    there = changed(before, Scenario(name="x", outage=(outage,)), {})
    phone = there.folder.centre.queue_ids.index("phone")
    duty = there.duty
    assert not (duty.serves[duty.interval < 48, phone]).any()
    assert [row.activity for row in there.folder.previous] == ["work", "standby"]


def test_a_higher_cap_books_no_more_than_the_targets_take(world):
    fitted = {}
    small = Scenario(name="x", volume={"phone": 1.5}, elastic={"share": 1.0})
    made = changed(world, small, {}, fitted)
    blocks = [row for row in made.roster.stretches if row.pool == "elastic"]
    fewer = Roster.of(row for row in made.roster.stretches if row is not blocks[-1])
    columns = list(range(len(world.folder.centre.queues)))

    def missed(roster):
        there = made.with_roster(roster)
        service = roster_service(there.folder.centre, there.duty, there.need, fitted)
        return booking.missed_targets(there, service, columns)[1].sum()

    assert missed(made.roster) < missed(fewer) <= missed(world.roster)


def test_a_higher_cap_books_where_people_are_short_and_a_lower_one_gives_up(world):
    short = changed(world, Scenario(name="x", volume={"phone": 3.0}), {})
    more = changed(world, Scenario(name="x", volume={"phone": 3.0}, elastic={"share": 1.0}), {})
    blocks = [shift for shift in more.roster.shifts if shift.pool == "elastic"]
    assert len(blocks) > 2
    assert {(shift.end - shift.start).total_seconds() / 3600 for shift in blocks} <= {3.0, 4.0}
    heads = sum(agent.pool == "core" for agent in world.folder.agents)
    for shift in blocks:
        busy = sum(other.start < shift.end and other.end > shift.start for other in blocks)
        assert busy <= 3 * heads
        assert sum(o.start <= shift.start < o.end for o in blocks) <= heads
    assert not [
        s
        for s in changed(
            replace(world, roster=more.roster), Scenario(name="x", elastic={"share": 0.0}), {}
        ).roster.shifts
        if s.pool == "elastic"
    ]
    assert not [shift for shift in short.roster.shifts if shift.pool == "elastic"]


def test_drills_are_scenarios_of_the_centre(world, tmp_path):
    found = read(drills_text(world), world, tmp_path)
    assert [scenario.name for scenario in found] == [
        "outage",
        "mass complaint",
        "staff shortage",
        "bot down",
        "skills gap",
    ]
    (outage,) = found[0].outage
    assert outage.queue in world.folder.centre.queue_ids
    assert outage.end - outage.start == timedelta(hours=2)
    assert outage.start.date() >= date(2026, 11, 23)

"""`[[tiers]]` in `centre.toml`: what is read, and every fault of it at once."""

from __future__ import annotations

import pytest

from domain.tiers import Tier
from tests.unit.planning.files.conftest import CENTRE

FULL = """
[[tiers]]
id = "vip"
share = 0.05
queues = "phone"
value = 5
team = "red"
others_serve = false
target = { mean_wait_s = 30, abandonment = 0.02 }
customers = 100
customers_per_agent = 10

[[tiers]]
id = "gold"
share = 0.2
priority = false
"""


def read(folder, more):
    folder.write("centre.toml", CENTRE + more)
    return folder.read()


def faults(folder, content):
    folder.write("centre.toml", content)
    return folder.problems()


def test_tiers_are_read_in_the_order_of_rank(folder):
    vip, gold = read(folder, FULL).centre.tiers
    assert (vip.queues, vip.team, vip.others_serve, vip.value) == (("phone",), "red", False, 5.0)
    assert vip.target is not None
    assert vip.target.mean_wait_s == 30
    assert (vip.customers, vip.customers_per_agent) == (100, 10)
    assert gold == Tier(id="gold", share=0.2, priority=False)


def test_without_the_section_there_are_none(folder):
    assert folder.read().centre.tiers == ()


def test_every_fault_is_said_at_once_with_its_line(folder):
    folder.edit("agents.csv", "A2,full-time,31.5,Bo,red", "A2,full-timer,31.5,Bo,red")
    problems = faults(
        folder,
        CENTRE
        + """
[[tiers]]
id = "vip"
share = 0.05
team = "rad"
queues = ["phon", "chat", "chat"]
[[tiers]]
id = "vip"
share = 2
others_serve = false
customers = 100
[[tiers]]
id = "Standard"
share = 0.97
value = -1
target = { mean_wait_s = "soon" }
[[tiers]]
id = "all"
share = 0.97
queues = []
""",
    )
    found = {(p.line, p.column): p.expected for p in problems if p.file == "centre.toml"}
    start = CENTRE.count("\n") + 1
    assert found[start + 4, "tiers[0].team"] == "a team of agents.csv: red; did you mean red?"
    assert found[start + 5, "tiers[0].queues[0]"].startswith(
        "a queue of [[queues]]: phone or chat; did you mean phone?"
    )
    assert found[start + 5, "tiers[0].queues[2]"] == "each queue once"
    assert found[start + 6, "tiers[1]"] == (
        "customers and customers_per_agent given together; and a team, since others_serve = false leaves nobody else "
        "to serve the tier"
    )
    assert found[start + 7, "tiers[1].id"].startswith("an id of its own")
    assert found[start + 8, "tiers[1].share"].startswith("a number of at most 1")
    assert found[start + 14, "tiers[2].value"] == "a number of at least 0"
    assert found[start + 15, "tiers[2].target.mean_wait_s"] == "a number"
    assert found[start + 19, "tiers[3].queues"].startswith("at least one queue; leave the key out")
    assert any(p.file == "agents.csv" for p in problems)


def test_shares_of_a_queue_come_to_no_more_than_all_its_contacts(folder):
    tiers = '\n[[tiers]]\nid = "{}"\nshare = 0.6\nqueues = ["{}"]\n'
    assert len(read(folder, tiers.format("a", "phone") + tiers.format("b", "chat")).centre.tiers) == 2
    (problem,) = faults(folder, CENTRE + tiers.format("a", "phone") + tiers.format("b", "phone"))
    assert problem.column == "tiers[1].share"
    assert problem.expected == "at most 0.4: higher tiers take the rest of the contacts of phone"
    whole = tiers.replace("0.6", "0.1")
    assert len(read(folder, "".join(whole.format(f"t{k}", "phone") for k in range(10))).centre.tiers) == 10


@pytest.mark.parametrize("name", ["standard", "ALL"])
def test_names_of_all_and_of_none_are_taken(folder, name):
    (problem,) = faults(folder, CENTRE + f'\n[[tiers]]\nid = "{name}"\nshare = 0.1\n')
    assert problem.expected.startswith(f"another id: {name.casefold()} stands for")


def test_deferred_work_has_no_tiers(folder):
    deferred = CENTRE.replace('channel = "voice"', 'channel = "deferred"').replace("patience_s = 600\n", "")
    (problem,) = faults(folder, deferred + '\n[[tiers]]\nid = "a"\nshare = 0.1\nqueues = ["phone"]\n')
    assert problem.column == "tiers[0].queues[0]"
    both = deferred.replace('channel = "chat"', 'channel = "deferred"')
    (problem,) = faults(folder, both + '\n[[tiers]]\nid = "a"\nshare = 0.1\n')
    assert problem.expected == "at least one live queue in [[queues]]; deferred work has no tiers"


def test_a_team_serves_one_tier(folder):
    more = '\n[[tiers]]\nid = "{}"\nshare = 0.1\nteam = "red"\n'
    (problem,) = faults(folder, CENTRE + more.format("a") + more.format("b"))
    assert problem.column == "tiers[1].team"
    assert problem.expected == "a team of its own: people of red already serve tier a alone"


def test_a_team_without_skills_a_dearer_lower_tier_and_an_unknown_key_are_noticed(folder):
    folder.edit("agents.csv", "Bo,red", "Bo,blue")
    more = """
[[tiers]]
id = "a"
share = 0.1
team = "blue"
queues = ["chat"]
prority = true
target = {}
[[tiers]]
id = "b"
share = 0.1
value = 3
"""
    said = {p.column: p.remark or p.expected for p in read(folder, more).notices}
    assert said["tiers[0].team"].startswith("somebody of the team who may serve a queue of the tier (chat)")
    assert said["tiers[0].prority"] == "unknown key, not read; did you mean priority?"
    assert said["tiers[0].target"].startswith("at least one measure")
    assert said["tiers[1].value"].startswith("worth more than a tier of higher rank")

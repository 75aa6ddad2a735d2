"""`[[sites]]` in `centre.toml` and the column `site` of `agents.csv`: what is read, and every fault at once."""

from __future__ import annotations

import pytest

from domain.hours import WeeklyWindow
from domain.sites import Site
from tests.unit.planning.files.conftest import CENTRE

TWO = """
[[sites]]
id = "harbour"
desks = 40
open = { days = "Mon-Sat", from = "22:00", to = "06:00" }
country = "AT"

[[sites]]
id = "hill"
"""
AT = "agent_id,contract,hourly_cost,{}\nA1,full-time,30,{}\nA2,full-time,31.5,{}\n"


def people(folder, first, second, header="site"):
    folder.write("agents.csv", AT.format(header, first, second))


def test_sites_and_who_sits_where_are_read(folder):
    folder.write("centre.toml", CENTRE + TWO)
    people(folder, "harbour", "hill")
    read = folder.read()
    harbour, hill = read.centre.sites
    assert harbour == Site(
        id="harbour", desks=40, country="AT", open=(WeeklyWindow(frozenset(range(6)), 22 * 60, 6 * 60),)
    )
    assert hill == Site(id="hill")
    assert [agent.site for agent in read.agents] == ["harbour", "hill"]
    assert read.centre.site("hill") is hill and read.centre.site("") is None
    assert not folder.notices()


@pytest.mark.parametrize("header", ["职场", "站点", "Site ID", "building", "Location"])
def test_the_column_has_other_names(folder, header):
    folder.write("centre.toml", CENTRE + TWO)
    people(folder, "harbour", "hill", header)
    assert [agent.site for agent in folder.read().agents] == ["harbour", "hill"]


def test_without_the_section_there_are_none(folder):
    assert folder.read().centre.sites == () and [agent.site for agent in folder.read().agents] == ["", ""]
    people(folder, "harbour", "")
    assert any("centre.toml has no [[sites]], so nobody is planned by site" in n for n in folder.notices())


def test_an_unknown_site_is_a_fault_of_its_line(folder):
    folder.write("centre.toml", CENTRE + TWO)
    people(folder, "harbor", "moon")
    harbor, moon = folder.problems()
    assert (harbor.file, harbor.line, harbor.column, harbor.value) == ("agents.csv", 2, "site", "harbor")
    assert harbor.expected == "a site of centre.toml; did you mean harbour?"
    assert moon.expected == "a site of centre.toml: harbour or hill"


def test_people_without_a_site_and_sites_without_people_are_noticed(folder):
    folder.write("centre.toml", CENTRE + TWO)
    people(folder, "harbour", "")
    said = folder.notices()
    assert any("agents.csv:3, column site" in n and "taken to be of none" in n for n in said)
    assert any("sites[1].id" in n and "'hill'" in n and "nobody is" in n for n in said)


def test_every_fault_of_the_section_is_said_at_once(folder):
    wrong = (
        '[[sites]]\nid = "hub"\ndesks = 0\n[[sites]]\nid = "hub"\ncountry = "Atlantis"\n'
        '[[sites]]\nid = "x"\nopen = []\n[[sites]]\nid = "y"\nopen = { from = "25:00", to = "20:00" }\n'
    )
    folder.write("centre.toml", CENTRE + wrong)
    people(folder, "hub", "hubb")
    said = {problem.column: problem.expected for problem in folder.problems()}
    assert said["sites[0].desks"] == "a number of at least 1"
    assert said["sites[1].id"].startswith("an id of its own")
    assert said["sites[1].country"].startswith("a country whose public holidays are known")
    assert said["sites[2].open"] == "at least one window; leave the key out where it is always open"
    assert said["sites[3].open.from"].startswith("a time of day")
    assert said["site"] == "a site of centre.toml; did you mean hub?"


def test_a_misspelt_key_is_noticed(folder):
    folder.write("centre.toml", CENTRE + '[[sites]]\nid = "hub"\ndesk = 3\n')
    people(folder, "hub", "hub")
    assert any("sites[0].desk" in n and "did you mean desks?" in n for n in folder.notices())

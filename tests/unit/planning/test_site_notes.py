"""What a plan says of its sites: people, paid hours, and how full the desks get."""

from __future__ import annotations

from domain.roster import Stretch
from domain.sites import Site
from planning.site_notes import site_notes, site_uses
from tests.scheduling_case import at, make_folder, person, shift

PEOPLE = [
    person("ann", site="hub"),
    person("bob", site="hub"),
    person("x", site="hub", pool="expert"),
    person("dee", site="hill"),
    person("eve"),
]


def folder(*sites):
    return make_folder(agents=PEOPLE, centre={"sites": sites})


def rows():
    early, late = shift("ann", at(0, "08:00")), shift("bob", at(0, "12:00"))
    off = Stretch("dee", at(0, "00:00"), at(1, "00:00"), "off", paid=False)
    return [*early, *late, *shift("x", at(0, "12:00"), pool="expert"), *shift("eve", at(0, "09:00")), off]


def test_people_paid_hours_and_the_fullest_moment():
    hub, hill = site_uses(folder(Site(id="hub", desks=2), Site(id="hill")), rows())
    # nine hours from start to end, the meal unpaid; the expert takes no desk
    assert (hub.people, hub.hours, hub.peak) == (3, 24.0, 2)
    assert (hill.people, hill.hours, hill.peak) == (1, 0.0, 0)


def test_who_leaves_makes_room_for_who_comes():
    relay = [
        *shift("ann", at(0, "08:00"), elapsed=240, breaks=()),
        *shift("bob", at(0, "12:00"), elapsed=240, breaks=()),
    ]
    assert site_uses(folder(Site(id="hub", desks=1)), relay)[0].peak == 1


def test_one_sentence_for_all_sites_and_none_without():
    assert site_notes(folder(Site(id="hub", desks=2), Site(id="hill")), rows()) == [
        "Sites: hub has 3 people and 24.0 paid hours, at most 2 of its 2 desks taken; "
        "hill has 1 person and 0.0 paid hours."
    ]
    assert site_notes(folder(), rows()) == []

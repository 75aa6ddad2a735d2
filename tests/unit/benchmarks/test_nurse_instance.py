"""Reading of nurse-rostering instances, from a tiny one written here."""

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.nurse_rostering.instance import parse, read

TINY = """# a comment
SECTION_HORIZON
# The horizon length in days:
7

SECTION_SHIFTS
E,480,
L,600,E|X
X,360,

SECTION_STAFF
# ID, MaxShifts, ...
A,E=7|L=2|X=0,2400,960,3,2,2,1
B,E=0|L=7|X=7,1800,0,5,1,1,0

SECTION_DAYS_OFF
A,0,6

SECTION_SHIFT_ON_REQUESTS
A,2,E,3

SECTION_SHIFT_OFF_REQUESTS
B,1,L,2
B,1,L,1

SECTION_COVER
0,L,1,100,1
3,E,2,50,4
"""


def test_instance_is_read_whole() -> None:
    inst = parse(TINY.replace("\n", "\r\n"))
    assert (inst.days, inst.shifts, inst.minutes.tolist()) == (7, ("E", "L", "X"), [480, 600, 360])
    a, b = inst.nurses
    assert (a.name, a.most_of, a.days_off) == ("A", (7, 2, 0), frozenset({0, 6}))
    assert (a.most_minutes, a.least_minutes, a.most_run, a.least_run, a.least_off, a.most_weekends) == (
        *(2400, 960),
        *(3, 2, 2, 1),
    )
    assert (b.most_of, b.days_off, b.most_weekends) == ((0, 7, 7), frozenset(), 0)
    # the second field's types must not be worked on the day after
    assert np.argwhere(inst.barred).tolist() == [[1, 0], [1, 2]]
    assert inst.want[0, 2, 0] == 3 and inst.want.sum() == 3
    assert inst.shun[1, 1, 1] == 3 and inst.shun.sum() == 3
    assert inst.asked == 3
    assert [int(x[3, 0]) for x in (inst.need, inst.under, inst.over)] == [2, 50, 4]
    assert int(inst.under.sum()) == 150


def test_day_costs_are_those_of_working() -> None:
    costs = parse(TINY).day_costs()
    assert (costs[0, 2, 0], costs[1, 1, 1], costs.sum()) == (-3, 3, 0)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("SECTION_COVER", "SECTION_OTHER", "SECTION_COVER"),
        ("A,2,E,3", "C,2,E,3", "'C'"),
        ("A,2,E,3", "A,7,E,3", "day 7"),
        ("0,L,1,100,1", "0,Q,1,100,1", "'Q'"),
        ("A,0,6", "D,0,6", "'D'"),
        ("L,600,E|X", "L,600,E|Y", "'Y'"),
    ],
)
def test_faults_are_named(old: str, new: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(TINY.replace(old, new))


@pytest.mark.data
def test_all_instances_at_hand_are_read() -> None:
    root = os.environ.get("SEATWISE_DATA", Path(__file__).parents[3] / "../shared/data")
    files = sorted((Path(root) / "nurse_rostering").glob("Instance*.txt"))
    if not files:
        pytest.skip("no real data")
    for path in files:
        inst = read(path)
        assert inst.days % 7 == 0
        assert (inst.under > 0).all()
        assert all(nurse.least_minutes <= nurse.most_minutes for nurse in inst.nurses)

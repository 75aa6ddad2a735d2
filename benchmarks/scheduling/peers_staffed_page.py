"""Our rosters beside pyworkforce's: shifts that cover a week, people who work them, skills at one time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.scheduling import peers_centres, peers_mix
from benchmarks.scheduling.peers_staffed import (
    COVERS,
    DAYS,
    MIXES,
    MOST,
    ROTAS,
    SHIFT_H,
    Cover,
    Mix,
    Rota,
    broken,
    cheapest,
    filled,
    uncovered,
)
from benchmarks.table import Part, goal

Say = Callable[[str], None]
Line = tuple[tuple[str, ...], str]
"""A row of the table and the goal under it."""

HEAD = ("problem", "what is counted", "pyworkforce", "ours", "least possible", "rules broken, pyworkforce", "ours")
ABOUT = (
    "The problems that pyworkforce can express (`peers_staffed.py`), for us as planning folders: minimum staff, a "
    "contract, everybody paid alike (`peers_centres.py`). Every answer is counted by `peers_staffed.py`, ours by the "
    "validator too. `Least possible` is exact: shifts by filling each hour in turn, people by the hours of a week in "
    "which everybody works every day, teams by trying all."
)
ROTA = (
    "pyworkforce's roster class adds up `x[d, s] * banned[s, j] + x[d + 1, j]` over all shifts j and asks for at most "
    "1: after a shift with one banned follower nothing at all may follow, and a shift with two may not be worked but "
    "on the last day."
)
MIX = (
    "Its multi-skill staffing counts whoever has both skills on both queues at once. The team it finds enough leaves "
    "seats empty, which our bound proves of every roster of that team."
)


def run(peers: Mapping[str, Any], say: Say, only: str = "") -> Part:
    """Answer every problem (whose name holds ``only``) and set it beside what pyworkforce left."""
    told = peers["pyworkforce"]
    found: list[Line] = []
    for cover, theirs in zip(COVERS, told["covers"], strict=True):
        found += [_cover(cover, theirs)] if only in cover.name else []
    for rota, theirs in zip(ROTAS, told["rotas"], strict=True):
        found += [_rota(rota, theirs)] if only in rota.name else []
    for mix, theirs in zip(MIXES, told["mixes"], strict=True):
        found += _mix(mix, theirs) if only in mix.name else []
    for row, _ in found:
        say(" | ".join(row))
    notes = (ABOUT, ROTA, MIX, *(note for _, note in found if note))
    version = peers["versions"]["pyworkforce"]
    rows = tuple(row for row, _ in found)
    return Part("pyworkforce", "Rosters beside pyworkforce", HEAD, rows, (*notes, f"Peer: pyworkforce {version}."))


def _cover(cover: Cover, theirs: Mapping[str, Any]) -> Line:
    them = {(day, start): count for day, start, count in theirs["rows"]}
    mine, faults = peers_centres.covered(cover)
    least = sum(peers_centres.least_shifts(cover, day) for day in range(DAYS))
    ours, others = sum(mine.values()), sum(them.values())
    row = (
        cover.name,
        "shifts of the week",
        f"{others} ({theirs['status'].lower()})",
        str(ours),
        str(least),
        str(uncovered(cover, them)),
        str(faults + uncovered(cover, mine)),
    )
    reached = ours <= others and not faults and not uncovered(cover, mine)
    return row, goal(f"{cover.name}: no more shifts than pyworkforce", reached, f"{ours} against {others}")


def _rota(rota: Rota, theirs: Mapping[str, Any]) -> Line:
    last = theirs["tries"][-1]
    rows = [(who, day, shift) for who, day, shift in last["rows"]]
    mine = peers_centres.fewest(rota, MOST)
    wrong = broken(rota, last["people"], rows) if rows else []
    faults = None if mine is None else mine[2] + len(broken(rota, mine[0], mine[1]))
    row = (
        rota.name,
        "people, hours of the week",
        f"{last['people']}, {SHIFT_H * len(rows)}" if rows else f"infeasible up to {last['people']}",
        "infeasible" if mine is None else f"{mine[0]}, {SHIFT_H * len(mine[1])}",
        f"{rota.least}, {SHIFT_H * max(rota.work, rota.least * (DAYS - rota.max_resting))}",
        str(len(wrong)) if rows else "",
        "" if faults is None else str(faults),
    )
    fewer = mine is not None and (not rows or (mine[0], len(mine[1])) <= (last["people"], len(rows)))
    wanted = f"{rota.name}: no more people and hours than pyworkforce"
    return row, goal(wanted, fewer and faults == 0, f"{row[3]} against {row[2]}")


def _mix(mix: Mix, theirs: Mapping[str, Any]) -> list[Line]:
    need = sum(mix.need)
    team: tuple[int, int, int] = tuple(theirs["team"])
    empty, least, faults, _ = peers_mix.seated(mix, team)
    price, right = cheapest(mix)
    full, _, wrong, _ = peers_mix.seated(mix, right)
    short = need - filled(mix, team)
    lines: list[Line] = [
        (
            (
                f"{mix.name}: pyworkforce's team of {sum(team)}",
                "seats left empty",
                "0",
                f"{empty:g} (bound {least:.2f})",
                str(short),
                str(short),
                str(faults),
            ),
            goal(
                f"{mix.name}: the empty seats of pyworkforce's team found and proven",
                empty == short and least > short - 0.5,
                f"{empty:g}, bound {least:.2f}",
            ),
        ),
        (
            (
                f"{mix.name}: the cheapest team of {sum(right)}, price {price:g}",
                "seats left empty",
                f"stops at {sum(team)}, price {theirs['cost']:g}",
                f"{full:g}",
                "0",
                "",
                str(wrong),
            ),
            goal(f"{mix.name}: the team that is enough seated", full == 0 and not wrong, f"{full:g} empty"),
        ),
    ]
    return lines

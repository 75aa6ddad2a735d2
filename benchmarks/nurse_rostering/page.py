"""The table of what was found on each instance, and the page with its goals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Part, goal

OPTIMAL, OPTIMAL_S = ("1", "2", "3"), 120.0
NEAR, NEAR_S, NEAR_SHARE = ("4", "6", "10", "12"), 600.0, 0.02
OTHERS = (
    ("ip_vns_10min_rahimian2017", "IP and VNS"),
    ("ejection_chain_10min_curtoisqu2014", "ejection chain"),
    ("gurobi_10min_curtoisqu2014", "Gurobi"),
)
"""Columns of the file of best values that hold what others reached in ten minutes, and how they are named."""

HEAD = (
    "instance",
    "nurses",
    "days",
    "found",
    "best known",
    "gap",
    "bound",
    "proven gap",
    "seconds",
    "CPU s",
    *(f"{title}, 10 min" for _, title in OTHERS),
)


@dataclass(frozen=True)
class Result:
    """What was found on one instance.

    Attributes
    ----------
    name : str
    nurses, days : int
    found, bound : int
        Cost as the checker counts it, and a cost that no roster is below.
    seconds, cpu : float
        Until the roster was proven or the time was up; of processors, all threads together.
    limit : float
        Seconds it might take.
    broken : int
        Hard rules broken, by the checker.
    """

    name: str
    nurses: int
    days: int
    found: int
    bound: int
    seconds: float
    cpu: float
    limit: float
    broken: int = 0


@dataclass(frozen=True)
class Known:
    """Others' values: the best known, and what each reached in ten minutes."""

    best: int
    others: tuple[str, ...]


def read_known(path: Path) -> dict[str, Known]:
    """Read the best known value of each instance, by its number."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            line["instance"]: Known(
                int(line["best_known_ub_wssuite2023"]),
                tuple(f"{float(line[key]):,.0f}" if line[key] else "" for key, _ in OTHERS),
            )
            for line in csv.DictReader(file)
        }


def row(result: Result, known: Known | None) -> tuple[str, ...]:
    """Return one line of the table."""
    best, others = (f"{known.best:,}", known.others) if known else ("", tuple("" for _ in OTHERS))
    gap = f"{gap_of(result, known):.2%}" if known else ""
    return (
        result.name,
        str(result.nurses),
        str(result.days),
        f"{result.found:,}",
        best,
        gap,
        f"{result.bound:,}",
        f"{(result.found - result.bound) / max(result.found, 1):.2%}",
        f"{result.seconds:.1f}",
        f"{result.cpu:.1f}",
        *others,
    )


def gap_of(result: Result, known: Known) -> float:
    """Return how far what was found is above the best known, as a share of it."""
    return (result.found - known.best) / max(known.best, 1)


def goals(results: Sequence[Result], known: dict[str, Known]) -> list[str]:
    """Return a sentence on each goal whose instances were all solved."""
    by_name = {result.name: result for result in results}
    lines = []
    for names, seconds, share in ((OPTIMAL, OPTIMAL_S, 0.0), (NEAR, NEAR_S, NEAR_SHARE)):
        if not all(name in by_name and name in known for name in names):
            continue
        gaps = [gap_of(by_name[name], known[name]) for name in names]
        times = [by_name[name].seconds for name in names]
        optimal = all(by_name[name].found <= by_name[name].bound for name in names)
        what = f"within {share:.0%} of the best known" if share else "proven optimal"
        reached = (max(gaps) <= share if share else optimal) and max(times) <= 1.05 * seconds
        found = f"at most {max(gaps):.2%} above, {max(times):.1f} s, CPU {max(by_name[n].cpu for n in names):.1f} s"
        lines.append(goal(f"instances {', '.join(names)} {what} in {seconds / 60:.0f} minutes each", reached, found))
    broken = sum(result.broken for result in results)
    lines.append(goal("no hard rule broken, by a checker apart from the solver", not broken, f"{broken} broken"))
    return lines


def part(results: Sequence[Result], known: dict[str, Known]) -> Part:
    """Return table and notes."""
    rows = tuple(row(result, known.get(result.name)) for result in results)
    limits = sorted({f"{result.limit:.0f}" for result in results}, key=int)
    notes = (
        "\n".join(f"- {line}" for line in goals(results, known)),
        "Instances of schedulingbenchmarks.org (Curtois and Qu 2014), staffing by the day under hard rules of each "
        "nurse; costs are requests not met and nurses too few (100 each) or too many (1 each). `found` is counted by "
        "`checker.py` from the rows written, `bound` is a cost that no roster is below, `best known` is the best of "
        "others without a limit of time. The columns at the right are what others report after ten minutes, on their "
        "machines.",
        f"Time limit {' and '.join(limits)} s on the wall; a search ends earlier where its roster is proven. The same "
        "method and settings for all. A column of the linear master is one nurse's legal line of days, found by an "
        "exact dynamic program, and the master's value is the bound; a dive settles the surest cells round by round; "
        "then neighbourhoods of nurses or of days are searched in the same way, and by CP-SAT over the lines found. "
        "Where the bound leaves few cells open, CP-SAT tries all rules over these, which can prove a roster best. "
        "The machine has other users, so how far a search comes within its time differs from run to run; `CPU s` "
        "counts all threads and does not count waiting for others.",
    )
    return Part("nurses", "Nurse rostering: public instances", HEAD, rows, notes)

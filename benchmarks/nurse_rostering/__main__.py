"""Solve public nurse-rostering instances and print what was found beside the best known.

``python -m benchmarks.nurse_rostering --instances 1,2,3 --seconds 120 --out out/nurses`` writes each solution as rows
of agent, day and shift into the folder; ``--record`` writes the page ``nurses.md`` beside this file too. The data are
others' and stay where they are: the environment variable SEATWISE_DATA names their folder. ``--check FILE`` judges the
rows of one instance and solves nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.machine import setting, timed
from benchmarks.nurse_rostering.checker import check, read_rows, write_rows
from benchmarks.nurse_rostering.instance import read
from benchmarks.nurse_rostering.page import Known, Result, part, read_known
from benchmarks.nurse_rostering.solve import solve

DATA = Path(os.environ.get("SEATWISE_DATA", Path(__file__).parents[2] / "../shared/data")) / "nurse_rostering"
PAGE = Path(__file__).with_name("nurses.md")


def present(folder: Path) -> list[str]:
    """Return the numbers of the instances in a folder, in order."""
    numbers = (path.stem.removeprefix("Instance") for path in folder.glob("Instance*.txt"))
    return sorted(numbers, key=lambda name: (len(name), name))


def run(name: str, seconds: float, out: Path, *, loud: bool) -> Result:
    """Solve one instance, write its rows, and judge the file written."""
    inst = read(DATA / f"Instance{name}.txt")
    with timed() as clock:
        solution = solve(inst, seconds, told=(lambda text: print(f"  {text}", flush=True)) if loud else lambda _: None)
    path = out / f"Instance{name}.csv"
    write_rows(path, solution.rows(inst))
    verdict = check(inst, read_rows(path))
    for what in verdict.broken:
        print(f"  instance {name}: {what}", file=sys.stderr)
    if verdict.cost != solution.cost:
        print(f"  instance {name}: the search said {solution.cost}, the checker {verdict.cost}", file=sys.stderr)
    return Result(
        name,
        len(inst.nurses),
        inst.days,
        verdict.cost,
        solution.bound,
        clock.wall,
        clock.cpu,
        seconds,
        len(verdict.broken) + (verdict.cost != solution.cost),
    )


def judge(name: str, rows: Path) -> int:
    """Print what the rows of one instance cost and break; return 1 where they break a rule."""
    verdict = check(read(DATA / f"Instance{name}.txt"), read_rows(rows))
    print(f"cost {verdict.cost}: requests {verdict.requests}, too few {verdict.under}, too many {verdict.over}")
    for what in verdict.broken:
        print(what)
    return 1 if verdict.broken else 0


def main(arguments: list[str] | None = None) -> int:
    """Solve the instances asked for; return 1 where a rule is broken."""
    parser = argparse.ArgumentParser(prog="benchmarks.nurse_rostering", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", default="", help="numbers with commas between; all that are there by default")
    parser.add_argument("--seconds", type=float, default=600.0, help="on the wall, for each instance")
    parser.add_argument("--out", type=Path, default=Path("out/nurses"), help="folder for the solutions")
    parser.add_argument("--record", action="store_true", help="write the page too")
    parser.add_argument("--check", type=Path, metavar="FILE", help="judge these rows of the one instance named")
    parser.add_argument("--loud", action="store_true", help="print every better roster")
    asked = parser.parse_args(arguments)
    if not DATA.is_dir():
        print(f"skipped: no data at {DATA} (SEATWISE_DATA names the folder above)")
        return 0
    names = asked.instances.split(",") if asked.instances else present(DATA)
    if missing := [name for name in names if not (DATA / f"Instance{name}.txt").exists()]:
        parser.error(f"no such instance: {', '.join(missing)}; there are {', '.join(present(DATA))}")
    if asked.check:
        if len(names) != 1:
            parser.error("--check needs one instance")
        return judge(names[0], asked.check)
    best = DATA / "best_known.csv"
    known: dict[str, Known] = read_known(best) if best.exists() else {}
    results = []
    for name in names:
        results.append(run(name, asked.seconds, asked.out, loud=asked.loud))
        print(f"instance {name}: {results[-1].found} in {results[-1].seconds:.1f} s", flush=True)
    found = part(results, known)
    print(found.text())
    if asked.record:
        PAGE.write_text(found.markdown(setting()), encoding="utf-8")
    return 1 if any(result.broken for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())

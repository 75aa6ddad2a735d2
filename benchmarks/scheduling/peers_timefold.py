"""Run by the peers' own Python: Timefold on the weeks of `peers_problem`.

Its Python binding turns constraints into bytecode and is, as its own page says, significantly slower than Java: after
ten seconds on the first case the same model in Python was 10 % dearer. So the model is written in Java
(``PeersTimefold.java``) against the jars that the binding brings, which is Timefold at its best.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.scheduling.peers_problem import CASES, CLOSES, DAYS, PER_DAY, REST, Case, Problem, draw

SEARCHES = {"default": 2_000_000, "tabu": 2_000_000, "annealing5000": 4_000_000}
"""Changes weighed by each search, about half a minute on one core: the documented default (late acceptance, change and
swap moves), tabu search, and simulated annealing by change moves from a temperature of 50.00, the best of a dozen
that were tried on these very cases."""

WARM = 300_000
"""Changes weighed before, while the JVM compiles."""

SOURCE = Path(__file__).with_name("PeersTimefold.java")


def jars() -> str:
    """Return the class path of the jars in the package, without starting a JVM."""
    found = find_spec("timefold")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("timefold")
    return str(Path(next(iter(found.submodule_search_locations))) / "solver" / "jars" / "*")


def compiled(folder: Path) -> str:
    """Compile the model into a folder; return the class path that runs it."""
    path = jars()
    subprocess.run(["javac", "-cp", path, "-d", str(folder), str(SOURCE)], check=True)
    return f"{folder}:{path}"


def lines(problem: Problem) -> Iterator[str]:
    """Yield a problem as the Java side reads it."""
    yield f"all {DAYS} {PER_DAY} {REST} {problem.missing}"
    for t in problem.contracts:
        if t.start_to + t.shift_max > CLOSES:
            raise ValueError(f"{t.name}: start and length are free of each other, so the longest must end by closing")
        limits = (t.days_min, t.days_max, t.week_min, t.week_max, t.shift_min, t.shift_max, t.start_from, t.start_to)
        yield " ".join(("terms", *map(str, limits)))
    for k, person in enumerate(problem.people):
        yield " ".join(("person", *map(str, (k, person.contract, person.pay, *person.pools))))
    for pool, line in enumerate(problem.need):
        for slot, need in enumerate(line):
            if need:
                yield f"demand {pool} {slot // PER_DAY} {slot % PER_DAY} {need}"


def read(told: str) -> dict[str, Any]:
    """Return what the Java side prints."""
    found: dict[str, Any] = {"rows": []}
    for word, *numbers in (line.split() for line in told.splitlines()):
        if word == "row":
            found["rows"].append([int(x) for x in numbers])
        else:
            found[word] = int(numbers[0])
    return {**found, "wall": found["wall"] / 1000, "cpu": found["cpu"] / 1000}


def measure(times: float = 1.0, cases: Sequence[Case] = CASES) -> list[dict[str, Any]]:
    """Run every search on every case, one after the other, each in a JVM of its own; ``times`` so much work."""
    found = []
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        path = compiled(folder / "classes")
        for case in cases:
            problem = draw(case)
            told = folder / "problem.txt"
            told.write_text("\n".join(lines(problem)) + "\n", encoding="ascii")
            runs = {}
            for search, moves in SEARCHES.items():
                # solving is single-threaded: the simplest collector takes the least beside it
                command = ["java", "-XX:+UseSerialGC", "-cp", path, "PeersTimefold", str(told)]
                work = [str(WARM), str(round(times * moves)), search]
                said = subprocess.run([*command, *work], check=True, capture_output=True, text=True)
                runs[search] = read(said.stdout)
                print(f"timefold: {case.name}, {search}: {runs[search]['cpu']:.0f} CPU s", flush=True)
            found.append({"case": case.name, "digest": problem.digest, "runs": runs})
    return found

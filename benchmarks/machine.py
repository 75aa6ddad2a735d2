"""The machine and the libraries behind a measurement, and the clock of one piece of work."""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "ortools", "statsmodels", "pydantic")


def setting() -> list[str]:
    """Return lines on processor, cores, Python and library versions."""
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return [
        f"processor: {processor()}, {os.cpu_count()} cores, load {busy} at the end",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    ]


def processor() -> str:
    """Return the processor's name as the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


@dataclass
class Clock:
    """Seconds of one piece of work: on the wall, and of processors, children included."""

    wall: float = 0.0
    cpu: float = 0.0


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def timed() -> Iterator[Clock]:
    """Measure what happens inside."""
    clock = Clock()
    wall, cpu = time.perf_counter(), _cpu()
    try:
        yield clock
    finally:
        clock.wall, clock.cpu = time.perf_counter() - wall, _cpu() - cpu

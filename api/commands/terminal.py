"""The terminal: progress bars, cancellation, and answers in words with the contract's exit status."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from domain.errors import InputError, SeatwiseError
from domain.progress import ROUND, Control

MOST_SHOWN = 50
"""Faults printed before the rest are only counted."""

QUIET_S = 15.0
"""Longest silence of long work, where no bar can be drawn."""

# Without markup and emoji: names and paths of the planner may hold square brackets and colons.
out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: ``1 fault``, ``1,180 faults``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


class Bars:
    """One bar a step of the work."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, step: str, share: float, note: str) -> None:
        """Show how far a step is."""
        if step not in self.tasks:
            self.tasks[step] = self.progress.add_task(step, total=1.0, note="")
        self.progress.update(self.tasks[step], completed=share, note=note)


class Lines:
    """A line a stage, and one now and then while it lasts: for logs and pipes, where no bar can be drawn."""

    def __init__(self) -> None:
        self.begun = self.told = time.monotonic()
        self.stages: set[tuple[str, str]] = set()

    def __call__(self, step: str, share: float, note: str) -> None:
        """Say that a stage begins, or how far it is."""
        now = time.monotonic()
        stage = (step, note if step == ROUND else "")
        if stage not in self.stages:
            self.stages.add(stage)
            said = f"{step} {note}" if step == ROUND else step
        elif now - self.told >= QUIET_S:
            said = f"{step} {100 * share:.0f} %" + (f", {note}" if note else "")
        else:
            return
        self.told = now
        err.print(f"{now - self.begun:5.0f} s  {said}")


@contextmanager
def working(cores: int, seconds: float | None = None, pieces: int = 1) -> Iterator[Control]:
    """Hand out a control with progress bars on the error stream; Ctrl-C stops the work and keeps its best.

    A second Ctrl-C ends the command at once. ``pieces`` is by how many queues the work falls apart.
    """
    from planning.executors import executor_for

    cancel = threading.Event()
    deadline = None if seconds is None else time.monotonic() + seconds

    def stop(signum: int, frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        err.print("stopping: the best found so far is kept (once more to end at once)")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    columns = (
        TextColumn("{task.description:>16}"),
        BarColumn(30),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    try:
        seen = sys.stderr.isatty()
        with executor_for(pieces, cores) as executor, Progress(*columns, console=err, disable=not seen) as progress:
            yield Control(Bars(progress) if seen else Lines(), cancel, cores, deadline, executor)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def answering() -> Iterator[None]:
    """Turn errors that are answers into words and the contract's exit status."""
    try:
        yield
    except InputError as error:
        for notice in error.notices:
            err.print(f"warning: {notice}")
        for problem in error.problems[:MOST_SHOWN]:
            err.print(f"error: {problem}")
        left = sum(1 + problem.more for problem in error.problems[MOST_SHOWN:])
        if left:
            err.print(f"and {left:,} more")
        err.print(f"{counted(error.count, 'fault')} in the input; nothing was written")
        raise SystemExit(error.exit_status) from None
    except SeatwiseError as error:
        err.print(str(error))
        raise SystemExit(error.exit_status) from None
    except KeyboardInterrupt:
        err.print("ended; nothing was written")
        raise SystemExit(4) from None


def first_run_note() -> None:
    """Say once why the first run takes longer."""
    marker = Path(__file__).resolve().parents[2] / "scheduling" / "__pycache__"
    if not any(marker.glob("search.*.nbi")):
        err.print("first run: compiling the numerical kernels, one to two minutes; later runs start at once")

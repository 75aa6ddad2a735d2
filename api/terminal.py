"""The terminal: progress bars, cancellation, and answers in words with the contract's exit status."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from domain.errors import InputError, SeatwiseError
from domain.progress import Control

MOST_SHOWN = 50
"""Faults printed before the rest are only counted."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


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


@contextmanager
def working(cores: int, seconds: float | None) -> Iterator[Control]:
    """Hand out a control with progress bars on the error stream; Ctrl-C stops the work and keeps its best.

    A second Ctrl-C ends the command at once.
    """
    cancel = threading.Event()
    deadline = None if seconds is None else time.monotonic() + seconds

    def stop(signum: int, frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        err.print("stopping: the best found so far is kept (once more to end at once)")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    columns = (
        TextColumn("{task.description:>12}"),
        BarColumn(30),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    try:
        with Progress(*columns, console=err, disable=not sys.stderr.isatty()) as progress:
            yield Control(report=Bars(progress), cancel=cancel, cores=cores, deadline=deadline)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def answering() -> Iterator[None]:
    """Turn errors that are answers into words and the contract's exit status."""
    try:
        yield
    except InputError as error:
        for problem in error.problems[:MOST_SHOWN]:
            err.print(f"error: {problem}", markup=False)
        left = len(error.problems) - MOST_SHOWN
        if left > 0:
            err.print(f"and {left} more")
        err.print(f"{len(error.problems)} faults in the input; nothing was written", markup=False)
        raise SystemExit(error.exit_status) from None
    except SeatwiseError as error:
        err.print(str(error), markup=False)
        raise SystemExit(error.exit_status) from None
    except KeyboardInterrupt:
        err.print("ended; nothing was written")
        raise SystemExit(4) from None

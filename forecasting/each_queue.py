"""The same work for every queue of a centre: here one by one, or on an executor; the same answers either way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import date
from typing import TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from domain.centre import Centre
from domain.history import History
from domain.people import Event
from domain.progress import Control
from forecasting.days import QueueDays, first_logged, queue_days
from forecasting.study import QueueStudy, queue_study

Done = TypeVar("Done")
Work = Callable[[QueueStudy], Done]


def each_queue(
    work: Work[Done],
    stopped: Work[Done] | None,
    history: History,
    centre: Centre,
    events: Sequence[Event],
    first: date,
    days: int,
    control: Control,
    step: str,
) -> Iterator[Done]:
    """Do some work on the study of each queue, progress being reported.

    Parameters
    ----------
    work : callable
        With ``control.executor`` it is sent there, and what it returns is sent back: a function of a module, or a
        `functools.partial` of one.
    stopped : callable or None
        The quick way for queues that were not begun when the work was stopped; None leaves them out.
    history : History
        Rows from ``first`` on are not looked at.
    centre : Centre
    events : sequence of Event
    first : date
        First local day that is not known; `QueueDays.index` tells where it lies.
    days : int
        Blank days from ``first`` on.
    control : Control
    step : str
        What is reported as being done.

    Yields
    ------
    object
        What the work returns, in the centre's order of queues.
    """
    oldest = first_logged(history, centre.timezone, first)
    matrices = queue_days(history, centre, oldest, (first - oldest).days + days, first)
    jobs: list[Future[Done]] = []
    if control.executor is not None and not control.stopping:
        jobs = [control.executor.submit(_studied, work, matrix, events, centre) for matrix in matrices]
    try:
        for k, matrix in enumerate(matrices):
            control.report(step, k / len(matrices), matrix.queue.id)
            if control.stopping and not (jobs and jobs[k].done()):
                if stopped is None:
                    return
                yield _studied(stopped, matrix, events, centre)
            elif jobs:
                yield jobs[k].result()
            else:
                yield _studied(work, matrix, events, centre)
    finally:
        for job in jobs:
            job.cancel()
    control.report(step, 1.0, "")


def _studied(work: Work[Done], days: QueueDays, events: Sequence[Event], centre: Centre) -> Done:
    # matrices are small: threads would wait for each other, and round differently with their number
    with threadpool_limits(limits=1, user_api="blas"):
        return work(queue_study(days, events, centre))

"""Where work that falls apart is done: processes of this machine, or a Dask cluster named in the environment."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process

from domain.errors import InputError, Problem

SCHEDULER = "SEATWISE_DASK_SCHEDULER"
"""Environment variable with the address of a Dask scheduler, such as ``tcp://host:8786``."""

MANY = 12
"""Queues from which starting processes pays: each of them loads the numerical libraries first."""


@contextmanager
def executor_for(pieces: int, cores: int) -> Iterator[Executor | None]:
    """Hand out an executor for so many like pieces of work; None where they are best done here, one by one.

    Parameters
    ----------
    pieces : int
    cores : int
        Processes at most, without a cluster.

    Raises
    ------
    InputError
        If a scheduler is named and cannot be used.
    """
    address = os.environ.get(SCHEDULER, "")
    if address:
        with _cluster(address) as executor:
            yield executor
    elif cores > 1 and pieces >= MANY:
        # spawned, not forked: threads of numerical libraries do not survive a fork
        pool = ProcessPoolExecutor(min(cores, pieces), mp_context=get_context("spawn"), initializer=_obey)
        try:
            yield pool
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    else:
        yield None


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        expected = "nothing, or the extra installed: pip install 'seatwise[dask]'"
        raise InputError([Problem("environment", column=SCHEDULER, value=address, expected=expected)]) from None
    try:
        client = Client(address, timeout=20)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        expected = f"the address of a running Dask scheduler ({error})"
        raise InputError([Problem("environment", column=SCHEDULER, value=address, expected=expected)]) from None
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]


def _obey() -> None:
    """Leave Ctrl-C to the parent, and end with it whatever ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)

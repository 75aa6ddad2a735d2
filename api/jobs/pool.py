"""Worker processes beside a web process, started again where one ends."""

from __future__ import annotations

import threading
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import structlog

from api.jobs.states import take_from
from api.jobs.worker import name_of, run_worker
from api.service import Service

log = structlog.get_logger()

LOOK_S = 1.0
PATIENCE_S = 20.0
"""How long a worker that is asked to end may take to give its job back."""


class WorkerPool:
    """So many workers, as long as the block lasts.

    Parameters
    ----------
    service : Service
    size : int
    """

    def __init__(self, service: Service, size: int) -> None:
        self.settings = service.settings
        self.database = service.database
        self.size = size
        self.processes: list[BaseProcess] = []
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._mend, daemon=True)

    def __enter__(self) -> WorkerPool:
        self.processes = [self._start() for _ in range(self.size)]
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(PATIENCE_S)
            if process.is_alive():
                process.kill()

    def _start(self) -> BaseProcess:
        # spawned, not forked: threads of numerical libraries do not survive a fork; not daemons: they have children
        process = get_context("spawn").Process(target=run_worker, args=(self.settings,), name="seatwise-worker")
        process.start()
        return process

    def _mend(self) -> None:
        while not self._over.wait(LOOK_S):
            for k, process in enumerate(self.processes):
                if not process.is_alive() and not self._over.is_set():
                    log.error("a worker ended", code=process.exitcode)
                    self.processes[k] = self._start()
                    if process.pid is not None:
                        take_from(self.database, name_of(process.pid))

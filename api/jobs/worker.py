"""A worker process: claims jobs, does them one after the other, says how far they are, and keeps what they made."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
import time
from multiprocessing import connection, parent_process
from pathlib import Path
from types import FrameType

import structlog
from pydantic import ValidationError

from api.access.audit import record
from api.jobs.kinds import KINDS
from api.jobs.states import State, beat, claim, end, give_back, say, take_back
from api.jobs.webhooks import Teller
from api.jobs.work import Outcome, Work, keep_result
from api.observe import log_lines
from api.problems import document, of_error
from api.request_faults import told
from api.service import Service
from api.settings import Settings
from api.store.tables import Job
from domain.errors import SeatwiseError
from domain.progress import Control
from planning.executors import executor_for

log = structlog.get_logger()

LOOK_S = 0.5
"""Between two looks for work where there is none."""

BEAT_S = 2.0
"""Between two signs of life."""

BACK_S = 10.0
"""Between two looks for what dead workers have left."""


class Worker:
    """Does jobs until it is asked to end.

    Parameters
    ----------
    service : Service
    name : str, optional
    """

    def __init__(self, service: Service, name: str = "") -> None:
        self.service = service
        self.name = name or name_of(os.getpid())
        self.ending = threading.Event()

    def run(self, most: int | None = None) -> int:
        """Do jobs until asked to end, or ``most`` of them; return how many were done."""
        done, looked = 0, 0.0
        with Teller(self.service) as teller:
            while not self.ending.is_set() and (most is None or done < most):
                if time.monotonic() - looked > BACK_S:
                    looked = time.monotonic()
                    take_back(self.service.database)
                job = claim(self.service.database, self.name)
                if job is None:
                    self.ending.wait(LOOK_S)
                    continue
                self._do(job)
                teller.hurry()
                done += 1
        return done

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End after the job in hand has been given back."""
        self.ending.set()

    def _do(self, job: Job) -> None:
        structlog.contextvars.bind_contextvars(job_id=job.id, request_id=job.request_id, kind=job.kind)
        heard = _Heard(self.service, job, self.ending)
        try:
            with tempfile.TemporaryDirectory(prefix="seatwise-job-") as base, heard:
                settings = self.service.settings
                # heavy fan-out goes to a cluster, where one is named
                with executor_for(1, settings.cores) as executor:
                    control = Control(heard.report, heard.cancel, settings.cores, None, executor)
                    work = Work(self.service.database, job, Path(base), control, self.service.plans)
                    outcome = self._outcome(work)
                if self.ending.is_set() and heard.gave_up:
                    give_back(self.service.database, job)
                    return
                self._keep(work, outcome)
        except SeatwiseError as error:
            self._fail(job, of_error(error), cancelled=heard.cancel.is_set())
        except ValidationError as error:
            faults = [told({**each, "loc": ("asked", *each["loc"])}, None) for each in error.errors()]
            detail = "; ".join(each["text"] for each in faults)
            self._fail(job, document(422, detail, "request", errors=faults))
        except Exception as error:
            log.error("a job broke", exc_info=error)
            self._fail(job, document(500, f"a fault of ours; the log holds it under job {job.id}", "fault"))
        finally:
            structlog.contextvars.unbind_contextvars("job_id", "request_id", "kind")

    def _outcome(self, work: Work) -> Outcome:
        kind = KINDS[work.job.kind]
        return kind.do(work, kind.form.model_validate(work.job.asked))

    def _keep(self, work: Work, outcome: Outcome) -> None:
        job = work.job
        with self.service.database.writing() as session:
            result_id = None
            if outcome.made is not None:
                result_id = keep_result(session, outcome.made, work.centre_id, work.version, job.by).id
            if not end(session, job, State.DONE, answer=outcome.answer, result_id=result_id):
                log.warning("a job was done by somebody else meanwhile")
                session.rollback()
                return
            detail = {"kind": job.kind, "result": result_id}
            record(session, job.by, "job.done", f"jobs/{job.id}", job.request_id, **detail)
        log.info("job done", result=result_id)

    def _fail(self, job: Job, problem: dict[str, object], *, cancelled: bool = False) -> None:
        state = State.CANCELLED if cancelled else State.FAILED
        with self.service.database.writing() as session:
            if end(session, job, state, problem=problem):
                record(session, job.by, f"job.{state.value}", f"jobs/{job.id}", job.request_id, kind=job.kind)
        log.info("job ended", state=state.value)


def name_of(pid: int) -> str:
    """Return the name of the worker that is a process of this machine."""
    return f"{socket.gethostname()}:{pid}"


class _Heard:
    """Tells the database that a job is alive, and the job that it shall stop."""

    def __init__(self, service: Service, job: Job, ending: threading.Event) -> None:
        self.service = service
        self.job = job
        self.ending = ending
        self.cancel = threading.Event()
        self.gave_up = False
        self._step, self._share, self._note = "", 0.0, ""
        self._told: tuple[str, str] = ("", "")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def report(self, step: str, share: float, note: str) -> None:
        """Take how far the job is."""
        self._step, self._share, self._note = step, share, note

    def __enter__(self) -> _Heard:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            if self.ending.is_set() and not self.cancel.is_set():
                self.gave_up = True
                self.cancel.set()
            self._tell()

    def _tell(self) -> None:
        try:
            stop = beat(self.service.database, self.job, self._step, self._share)
            if (told := (self._step, self._note)) != self._told and stop is not None:
                self._told = told
                data = {"step": self._step, "share": round(self._share, 3), "note": self._note}
                with self.service.database.writing() as session:
                    say(session, self.job.id, "progress", data)
        except Exception as error:
            # the database may be away for a moment; the next beat tells
            log.warning("a beat was lost", exc_info=error)
            return
        if stop is None or stop:
            self.cancel.set()


def run_worker(settings: Settings) -> None:
    """Be a worker process until a signal ends it."""
    log_lines()
    worker = Worker(Service.start(settings))
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    parent = parent_process()
    if parent is not None:
        # a server that was killed leaves no worker behind
        threading.Thread(target=_end_with, args=(parent.sentinel, worker), daemon=True).start()
    log.info("worker begins", worker=worker.name)
    done = worker.run()
    log.info("worker ends", worker=worker.name, done=done)


def _end_with(sentinel: int, worker: Worker) -> None:
    connection.wait([sentinel])
    worker.stop()

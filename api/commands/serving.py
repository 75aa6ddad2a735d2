"""The verbs of the service: serve it, work for it."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from api.commands.terminal import err, first_run_note, out

Host = Annotated[str, typer.Option("--host", help="Address to listen on; 127.0.0.1 is this machine alone.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=0, max=64, help="Processes that do jobs; default: SEATWISE_WORKERS or 1.")
]


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = None) -> None:
    """Serve the HTTP API, with workers for its jobs; settings come from SEATWISE_... variables."""
    import uvicorn

    from api.access.first_admin import NAME, first_admin
    from api.app import make_app
    from api.jobs.pool import WorkerPool
    from api.observe import log_lines
    from api.service import Service
    from api.settings import Settings

    settings = Settings.of() if workers is None else Settings.of(workers=workers)
    service = Service.start(settings)
    password = first_admin(service, host)
    if password is not None:
        err.print(f"first administrator: {NAME}, one-time password: {password} (change it: PUT /api/v1/me/password)")
    first_run_note()
    log_lines()
    app = make_app(service)
    out.print(f"seatwise serves http://{host}:{port}, its documentation at /docs")
    sys.stdout.flush()
    # the server raises the signal that ended it again: workers have to be ended by then
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with WorkerPool(service, settings.workers):
        uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, server_header=False)


def worker() -> None:
    """Do jobs of the database that SEATWISE_DATABASE_URL names, until ended; as many as wanted, on any machine."""
    from api.jobs.worker import run_worker
    from api.settings import Settings

    run_worker(Settings.of())

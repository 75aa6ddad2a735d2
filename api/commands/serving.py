"""The verbs of the service: serve it, work for it."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from contextlib import suppress
from typing import Annotated

import typer

from api.commands.terminal import err, first_run_note, out
from domain.errors import InputError, Problem

BACKLOG = 2048
"""Connections that wait to be taken up."""

Host = Annotated[str, typer.Option("--host", help="Address to listen on; 127.0.0.1 is this machine alone.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=0, max=64, help="Processes that do jobs; default: SEATWISE_WORKERS or 1.")
]


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    InputError
        If the port is taken or no such address is ours.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as fault:
        column, value, right = ("--port", str(port), "a port that is free")
        if getattr(fault, "errno", None) != errno.EADDRINUSE:
            column, value, right = ("--host and --port", f"{host}:{port}", "an address to listen on")
        expected = f"{right}; {getattr(fault, 'strerror', None) or fault}"
        raise InputError([Problem("command line", column=column, value=value, expected=expected)]) from None
    # those that it accepts have it too: else the end of each answer waits 40 ms for the client's word
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = None) -> None:
    """Serve the HTTP API, with workers for its jobs; settings come from SEATWISE_... variables."""
    import uvicorn

    from api.access.first_admin import NAME, first_admin
    from api.app import make_app
    from api.jobs.pool import WorkerPool
    from api.observe import log_lines
    from api.service import Service
    from api.settings import Settings

    taken = listening(host, port)
    settings = Settings.of() if workers is None else Settings.of(workers=workers)
    service = Service.start(settings)
    password = first_admin(service, host)
    if password is not None:
        err.print(f"first administrator: {NAME}, one-time password: {password} (change it: PUT /api/v1/me/password)")
    elif settings.admin_password is not None:
        err.print(f"SEATWISE_ADMIN_PASSWORD counts where nobody can sign in yet; {NAME}'s password is as it was")
    first_run_note()
    log_lines()
    app = make_app(service)
    shown = f"[{host}]" if ":" in host else host
    out.print(f"seatwise serves http://{shown}:{port}, its documentation at /docs")
    sys.stdout.flush()
    # the server raises the signal that ended it again: workers have to be ended by then
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with WorkerPool(service, settings.workers), suppress(KeyboardInterrupt):
        config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[taken])


def worker() -> None:
    """Do jobs of the database that SEATWISE_DATABASE_URL names, until ended; as many as wanted, on any machine."""
    from api.jobs.worker import run_worker
    from api.settings import Settings

    run_worker(Settings.of())

"""A real server in a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.service.ground import PASSWORD

READY_S = 120.0


@contextmanager
def served(url: str, log: Path, *, workers: int = 1) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve a database; hand out the address and the process, and end it by SIGTERM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SEATWISE_DATABASE_URL": url, "SEATWISE_ADMIN_PASSWORD": PASSWORD}
    environment["SEATWISE_CORES"] = "1"
    command = [sys.executable, "-m", "seatwise", "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process, log)
            yield address, process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(40)
                except subprocess.TimeoutExpired:
                    process.kill()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < READY_S:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {log.read_text()[-2000:]}")
        try:
            if httpx2.get(f"{address}/api/v1/ready", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"no server after {READY_S} s: {log.read_text()[-2000:]}")


def key_of(address: str, role: str = "manager") -> str:
    """Return a fresh API key."""
    client = httpx2.Client(base_url=f"{address}/api/v1", timeout=30)
    told = client.post("/token", data={"username": "admin", "password": PASSWORD}).json()
    client.headers["Authorization"] = f"Bearer {told['access_token']}"
    made = client.post("/keys", json={"name": f"test-{role}", "role": role})
    assert made.status_code == 201, made.text
    return str(made.json()["key"])

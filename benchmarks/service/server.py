"""A real server on loopback for the time of a measurement, and a client of it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

READY_S = 180.0


@dataclass(frozen=True)
class Served:
    """A server: its address, its process, the address of its database, and a key with every right."""

    address: str
    process: subprocess.Popen[bytes]
    url: str
    key: str

    def client(self) -> httpx2.Client:
        """Return a client that has signed in."""
        return httpx2.Client(base_url=f"{self.address}/api/v1", headers={"X-API-Key": self.key}, timeout=300)

    def most_memory_mb(self) -> float:
        """Return the most memory that the web process has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


@contextmanager
def served(url: str, log: Path, *, workers: int = 0, cores: int = 2, key: str = "") -> Iterator[Served]:
    """Serve a database; sign in, unless a key of it is known."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    password = secrets.token_urlsafe(16)
    settings = {"DATABASE_URL": url, "ADMIN_PASSWORD": password, "CORES": str(cores)}
    environment = {**os.environ, **{f"SEATWISE_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "seatwise", "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process, log)
            yield Served(address, process, url, key or _key(address, password))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < READY_S and process.poll() is None:
        try:
            if httpx2.get(f"{address}/api/v1/ready", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")


def _key(address: str, password: str) -> str:
    client = httpx2.Client(base_url=f"{address}/api/v1", timeout=60)
    told = client.post("/token", data={"username": "admin", "password": password}).json()
    client.headers["Authorization"] = f"Bearer {told['access_token']}"
    return str(client.post("/keys", json={"name": "bench", "role": "admin"}).json()["key"])

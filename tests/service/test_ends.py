"""A server that ends, however it ends, leaves no worker behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.service.live import served

pytestmark = pytest.mark.slow


def workers_of(pid: int) -> set[int]:
    """Return the processes that a server has started."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[1] == str(pid):
            found.add(int(place.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_server(sqlite_url: str, tmp_path: Path, how: signal.Signals) -> None:
    log = tmp_path / "log"
    with served(sqlite_url, log, workers=1) as (_, process):
        begun = time.monotonic()
        while "worker begins" not in log.read_text() and time.monotonic() - begun < 60:
            time.sleep(0.2)
        children = workers_of(process.pid)
        assert children
        os.kill(process.pid, how)
        process.wait(40)
        begun = time.monotonic()
        while any(map(alive, children)) and time.monotonic() - begun < 30:
            time.sleep(0.2)
        assert not any(map(alive, children))

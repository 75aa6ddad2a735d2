"""A real PostgreSQL of Debian's package, for the time of a run, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

USER = "postgres"


def programs() -> Path | None:
    """Return where initdb and pg_ctl are; None where there is no server."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    found = shutil.which("initdb")
    places += [Path(found).parent] if found else []
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Run a server that listens on a socket alone; hand out the address of an empty database.

    Parameters
    ----------
    durable : bool
        Wait for the disk at every commit, as a server in use does.
    """
    place = programs()
    assert place is not None, "PostgreSQL is not installed"
    base = Path(tempfile.mkdtemp(prefix="swpg-", dir="/tmp"))
    if os.geteuid() == 0:
        # the server refuses to run as root
        base.chmod(0o755)
        shutil.chown(base, USER)
    data = base / "data"
    try:
        _as_server([place / "initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"])
        sync = "on" if durable else "off"
        where = f"-c listen_addresses='' -c unix_socket_directories={base}"
        options = f"{where} -c fsync={sync} -c max_connections=200"
        _as_server([place / "pg_ctl", "-D", data, "-w", "-o", options, "-l", base / "log", "start"])
        try:
            yield f"postgresql://{USER}@/postgres?host={quote(str(base))}"
        finally:
            _as_server([place / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _as_server(command: list[object]) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", USER, "--", *words]
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", timeout=120)
    assert done.returncode == 0, f"{words[-1]}: {done.stdout}\n{done.stderr}"

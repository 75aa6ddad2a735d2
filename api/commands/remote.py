"""Verbs that a server does: the planning folder goes there, the job is followed from here, its files come back."""

from __future__ import annotations

import io
import json
import os
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.terminal import err
from domain.errors import Conflict, ConflictError, InputError, Problem, StoppedError

ServerUrl = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar="SEATWISE_SERVER",
        help="Do it on this server, such as http://127.0.0.1:8000; SEATWISE_API_KEY signs in.",
    ),
]

Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="With --server: send the folder though the centre has changed there.")
]

NOTE = ".served"
"""File of a folder that was fetched or sent: on which server it lives, as what."""

TIMEOUT_S = 120.0
LONGEST_NAME = 63


class Server:
    """A server that does verbs.

    Parameters
    ----------
    url : str
    key : str, optional
        An API key; `SEATWISE_API_KEY` where it is absent.

    Raises
    ------
    InputError
        If there is no key, or no server answers.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        import httpx2

        key = key or os.environ.get("SEATWISE_API_KEY", "")
        if not key:
            expected = "a key of the server: an administrator makes one at POST /api/v1/keys"
            raise InputError([Problem("environment", column="SEATWISE_API_KEY", expected=expected)])
        self.url = url.rstrip("/")
        self.client = httpx2.Client(base_url=f"{self.url}/api/v1", headers={"X-API-Key": key}, timeout=TIMEOUT_S)

    def send(self, folder: Path, *, overwrite: bool = False) -> str:
        """Let a planning folder be a centre of the server, under the folder's name; return that name.

        Raises
        ------
        InputError
            If the centre there has changed since it was last sent from here, and that is not to be written over.
        """
        name = centre_name(folder)
        found = self.client_get(f"/centres/{name}", missing=True)
        content, note = packed(folder), {"note": "sent by the command line"}
        if found is None:
            made = self.ask("POST", f"/centres/{name}", content=content, params=note)
        else:
            seen = {"If-Match": f'"{found["version"]}"'}
            if not overwrite and _noted(folder) != {"server": self.url, "centre": name, "version": found["version"]}:
                self._check_same(name, content, seen)
            made = self.ask("PUT", f"/centres/{name}/folder", content=content, headers=seen, params=note)
        with suppress(OSError):
            told = {"server": self.url, "centre": name, "version": made["version"]}
            (folder / NOTE).write_text(json.dumps(told) + "\n", encoding="utf-8")
        return name

    def _check_same(self, name: str, content: bytes, seen: Mapping[str, str]) -> None:
        dry = self.ask("PUT", f"/centres/{name}/folder", content=content, headers=seen, params={"dry_run": True})
        if not dry["difference"]:
            return
        last = self.ask("GET", f"/centres/{name}/versions?limit=1")["items"][0]
        why = f" ({last['note']})" if last["note"] else ""
        expected = (
            f"the centre {name} as it is on the server: version {last['number']} there, by {last['by']}{why}, differs "
            f"in {', '.join(sorted(dry['difference']))}; --overwrite sends this folder all the same"
        )
        raise InputError([Problem("command line", column="CENTRE", value=name, expected=expected)])

    def do(self, centre: str, kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do a job and wait for it, saying how far it is; Ctrl-C stops it and keeps its best. Return the job."""
        job = self.ask("POST", f"/centres/{centre}/jobs", json={"kind": kind, "asked": dict(asked)})
        try:
            return self._ended(job["id"])
        except KeyboardInterrupt:
            err.print("stopping: the best found so far is kept (once more to leave the job alone)")
            self.ask("DELETE", f"/jobs/{job['id']}")
            return self._ended(job["id"])

    def fetch(self, centre: str, result: str, place: Path) -> list[str]:
        """Write a result's files into a folder, and where they live; return those that the key may not read."""
        base = f"/centres/{centre}/results/{result}/files"
        left = []
        for file in self.ask("GET", base):
            path = place / file["name"]
            if not path.resolve().is_relative_to(place.resolve()):
                raise InputError([Problem("server", value=file["name"], expected="names inside the folder")])
            answer = self._request("GET", f"{base}/{file['name']}", passing=403)
            if answer.status_code == 403:
                left.append(str(file["name"]))
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(answer.content)
        note = {"server": self.url, "centre": centre, "result": result}
        (place / NOTE).write_text(json.dumps(note) + "\n", encoding="utf-8")
        return left

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Return what the server answers; its refusals are raised as the command line's own errors."""
        answer = self._request(method, path, **more)
        return answer.json() if answer.content else None

    def client_get(self, path: str, *, missing: bool = False) -> Any:
        """Return what is there; None where nothing is and that may be."""
        answer = self._request("GET", path, passing=404 if missing else 0)
        return None if answer.status_code == 404 else answer.json()

    def _ended(self, job_id: str) -> dict[str, Any]:
        """Follow a job to its end.

        Raises
        ------
        SeatwiseError
            As the same work would raise it here.
        """
        begun, said = time.monotonic(), ""
        for kind, data in self._events(job_id):
            step = f"{data.get('step', '')} {data.get('note', '')}".strip() if kind == "progress" else kind
            if step and step != said:
                said = step
                err.print(f"{time.monotonic() - begun:5.0f} s  {step}")
        job: dict[str, Any] = self.ask("GET", f"/jobs/{job_id}")
        if job["state"] == "failed":
            raise error_of(job["problem"] or {})
        if job["state"] == "cancelled":
            raise StoppedError("stopped before anything was found; nothing was written")
        return job

    def _events(self, job_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
        import httpx2

        last = ""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            with (
                suppress(httpx2.TransportError),
                self.client.stream("GET", f"/jobs/{job_id}/events", headers=headers) as stream,
            ):
                if stream.status_code >= 400:
                    stream.read()
                    raise error_of(_problem(stream))
                kind = ""
                for line in stream.iter_lines():
                    name, _, value = line.partition(": ")
                    if name == "id":
                        last = value
                    elif name == "event":
                        kind = value
                    elif name == "data":
                        yield kind, json.loads(value)
                return
            # the line broke: go on after the last event that was heard
            time.sleep(1.0)

    def _request(self, method: str, path: str, *, passing: int = 0, **more: Any) -> Any:
        import httpx2

        try:
            answer = self.client.request(method, path, **more)
        except httpx2.TransportError as fault:
            expected = f"a seatwise server that answers; {fault}"
            raise InputError([Problem("command line", column="--server", value=self.url, expected=expected)]) from None
        if answer.status_code < 400 or answer.status_code == passing:
            return answer
        raise error_of(_problem(answer))


def error_of(problem: Mapping[str, Any]) -> Exception:
    """Return problem details as the error that the same work would raise here."""
    detail = str(problem.get("detail", "the server refused"))
    conflicts = problem.get("conflicts")
    if conflicts:
        return ConflictError(
            Conflict(tuple(each["who"]), tuple(each["days"]), tuple(each["rules"]), each["change"])
            for each in conflicts
        )
    if str(problem.get("type", "")).endswith(":stopped"):
        return StoppedError(detail)
    found = [
        Problem(
            str(each.get("file") or each.get("field") or "request"),
            int(each.get("line") or 0),
            str(each.get("column") or ""),
            str(each.get("value") or ""),
            str(each.get("expected") or ""),
            "" if each.get("expected") else str(each.get("text", "")),
        )
        for each in problem.get("errors", [])
    ]
    return InputError(found or [Problem("server", remark=detail)])


def centre_name(folder: Path) -> str:
    """Return a folder's name as the server takes names: small letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.casefold()).strip("-")
    return plain[:LONGEST_NAME].strip("-") or "centre"


def packed(folder: Path) -> bytes:
    """Return a planning folder as an archive of the files that belong to one."""
    from api.store.centres import NAMES

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir() if folder.is_dir() else []):
            if path.is_file() and path.name.casefold() in NAMES:
                archive.write(path, path.name)
    return held.getvalue()


def served(folder: Path, server: Server) -> tuple[str, str]:
    """Return centre and result of a folder that was fetched from a server.

    Raises
    ------
    InputError
        If it was not fetched from this one.
    """
    note = _noted(folder)
    if note.get("server") == server.url and "result" in note:
        return str(note["centre"]), str(note["result"])
    expected = f"a plan that was made with --server {server.url}"
    raise InputError([Problem("command line", column="--plan", value=str(folder), expected=expected)])


def _noted(folder: Path) -> dict[str, Any]:
    """Return what is noted of a folder and a server; nothing where that cannot be read."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _problem(answer: Any) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"detail": f"the server answered {answer.status_code}"}
    return found if isinstance(found, dict) else {}

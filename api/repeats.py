"""A POST under an idempotency key is done once: sent again it is answered as the first time.

The row that holds a key is made before the work and filled after it. While it is empty a second request is refused;
should the process have died meanwhile, the key is free again after some minutes. A body that differs from the first
one is refused: a key names one request.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import delete, select, update
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.callers import KEY_HEADER, known
from api.access.tokens import digest
from api.jobs.states import KEY_HOLDS
from api.problems import MEDIA, Refusal, document
from api.service import Service
from api.store.columns import insert_new, now
from api.store.tables import Repeat

HEADER = "Idempotency-Key"
BEARER = "bearer "
LONGEST = 200
STALE = timedelta(minutes=10)
"""After this long a request without an answer is taken for dead."""

PASSING = frozenset({401, 403, 404, 409, 412, 425, 428, 429})
"""Refusals that may be none the next time: they are not kept."""

MOST = 4_000_000
"""Bytes of an answer that is kept; a larger one is not repeated."""

PRIVATE = ("/api/v1/token", "/api/v1/token/refresh")
"""Signing in is no work that has to be done once."""

TOLD_ONCE = re.compile(r"/api/v1/(keys|me/feed|centres/[^/]+/agents/[^/]+/feed)/?")
"""Answers that hold a key or a token, of which nothing but a digest is kept: that they were given is all that is."""


class Repeats:
    """Answers a repeated POST as the first time.

    Parameters
    ----------
    app : ASGIApp
    service : Service
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get(HEADER)
        if scope["type"] != "http" or scope["method"] != "POST" or key is None or scope["path"] in PRIVATE:
            await self.app(scope, receive, send)
            return
        if not 0 < len(key) <= LONGEST:
            await _refuse(send, scope, 400, f"{HEADER} has to be 1 to {LONGEST} characters", "request")
            return
        by = await run_in_threadpool(self._who, headers)
        if by is None:
            # the gate says so; nothing is kept for nobody
            await self.app(scope, receive, send)
            return
        taken = await run_in_threadpool(self._take, by, key)
        if taken is not None:
            await self._again(taken, scope, receive, send)
            return
        await self._first(by, key, scope, receive, send)

    def _who(self, headers: Headers) -> str | None:
        """Return who asks, the same through all tokens of a person; None for nobody, or who is nobody any more."""
        token = headers.get("authorization", "")
        key = headers.get(KEY_HEADER)
        try:
            caller = known(self.service, key, token[len(BEARER) :] if token.casefold().startswith(BEARER) else None)
        except Refusal:
            return None
        return digest(f"person {caller.user_id}" if caller.user_id else f"key {key}")

    def _take(self, by: str, key: str) -> Repeat | None:
        """Take a key; return the row that holds it where it is taken already."""
        with self.service.database.writing() as session:
            moment = now()
            session.execute(delete(Repeat).where(Repeat.at < moment - KEY_HOLDS))
            session.execute(
                delete(Repeat).where(
                    Repeat.by == by, Repeat.key == key, Repeat.status.is_(None), Repeat.at < moment - STALE
                )
            )
            fresh = {"by": by, "key": key, "asked": "", "at": moment}
            taken = insert_new(session, Repeat).values(**fresh).on_conflict_do_nothing().returning(Repeat.key)
            if session.execute(taken).first() is not None:
                return None
            return session.scalars(select(Repeat).where(Repeat.by == by, Repeat.key == key)).one()

    async def _again(self, kept: Repeat, scope: Scope, receive: Receive, send: Send) -> None:
        if kept.status is None:
            await _refuse(send, scope, 409, "the first request under this key is still being answered", "in-progress")
            return
        asked = _Asked(scope, receive)
        await asked.read()
        if asked.sha != kept.asked:
            detail = f"this {HEADER} was used for another request; a key names one request"
            await _refuse(send, scope, 422, detail, "key-reused")
            return
        if kept.status < 300 and TOLD_ONCE.fullmatch(scope["path"]):
            detail = "this was done under this key before; its answer held a secret, which is told once"
            await _refuse(send, scope, 409, detail, "told-once")
            return
        lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (kept.headers or {}).items()]
        lines.append((b"idempotent-replayed", b"true"))
        await send({"type": "http.response.start", "status": kept.status, "headers": lines})
        await send({"type": "http.response.body", "body": kept.body or b""})

    async def _first(self, by: str, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _Asked(scope, receive)
        scope.setdefault("state", {})["repeat_id"] = digest(f"{by}\n{key}")
        start: Message | None = None
        body = bytearray()

        async def heard(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif len(body) <= MOST:
                body.extend(message.get("body", b""))
            await send(message)

        keep = False
        try:
            await self.app(scope, asked.receive, heard)
            whole = start is not None and start["status"] < 500 and start["status"] not in PASSING
            keep = whole and len(body) <= MOST and not asked.cut
        finally:
            status = start["status"] if keep and start else None
            lines = {n.decode("latin-1"): v.decode("latin-1") for n, v in start["headers"]} if keep and start else {}
            await asked.read()
            secret = status is not None and status < 300 and TOLD_ONCE.fullmatch(scope["path"])
            content = b"" if secret else bytes(body)
            await run_in_threadpool(self._keep, by, key, asked.sha, status, lines, content)

    def _keep(self, by: str, key: str, sha: str, status: int | None, headers: dict[str, str], body: bytes) -> None:
        mine = (Repeat.by == by, Repeat.key == key)
        with self.service.database.writing() as session:
            if status is None:
                session.execute(delete(Repeat).where(*mine))
            else:
                filled = {"asked": sha, "status": status, "headers": headers, "body": body}
                session.execute(update(Repeat).where(*mine).values(**filled))


class _Asked:
    """What a request asks, as a digest that is taken while its body goes by."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        seen = Headers(scope=scope).get("if-match", "")
        line = f"{scope['path']}?{scope['query_string'].decode('latin-1')}\n{seen}\n"
        self._digest = hashlib.sha256(line.encode())
        self._done = False
        self.cut = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._digest.update(message.get("body", b""))
            self._done = not message.get("more_body", False)
        else:
            # the line broke before all of it was there
            self.cut = self.cut or not self._done
            self._done = True
        return message

    async def read(self) -> None:
        """Let the rest of the body go by."""
        while not self._done:
            await self.receive()

    @property
    def sha(self) -> str:
        return self._digest.hexdigest()


async def _refuse(send: Send, scope: Scope, status: int, detail: str, kind: str) -> None:
    more = {"instance": scope["path"], "request_id": scope.get("state", {}).get("request_id", "")}
    body = json.dumps(document(status, detail, kind, **more)).encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", MEDIA.encode())]})
    await send({"type": "http.response.body", "body": body})

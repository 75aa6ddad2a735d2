"""Webhooks: a job's end is told to an address, signed, a few times until it is heard.

The signature is HMAC-SHA256 over ``timestamp.body`` under the service's webhook secret, in hexadecimal, so that whoever
is told can check who tells, and when. Addresses of this machine and of private networks are refused, unless the
settings allow them.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
import time
from urllib.parse import urlsplit

import httpx2
import structlog
from sqlalchemy import select, update

from api.jobs.states import ENDED
from api.problems import Refusal
from api.service import Service
from api.store.columns import now
from api.store.tables import Job

log = structlog.get_logger()

TIMEOUT_S = 5.0
SIGNATURE, MOMENT = "X-Seatwise-Signature", "X-Seatwise-Timestamp"


def check_address(service: Service, url: str) -> None:
    """Refuse a webhook that cannot be sent.

    Raises
    ------
    Refusal
        422.
    """
    if service.settings.webhook_secret is None:
        raise Refusal(422, "webhooks are off: SEATWISE_WEBHOOK_SECRET signs them and is not set")
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(url) > 2000 or parts.username:
        raise Refusal(422, "a webhook needs an http or https address without a password in it")
    if not service.settings.webhook_private and not _public(parts.hostname):
        raise Refusal(422, f"{parts.hostname} is not a public address; SEATWISE_WEBHOOK_PRIVATE allows others")


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return what proves that a body comes from us."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def tell_ended(service: Service, job_id: str | None = None) -> None:
    """Tell the ends of jobs (or of one) that nobody has been told of yet."""
    secret = service.settings.webhook_secret
    if secret is None:
        return
    waiting = select(Job).where(
        Job.webhook.is_not(None), Job.told_at.is_(None), Job.tries_left > 0, Job.state.in_([s.value for s in ENDED])
    )
    with service.database.reading() as session:
        jobs = session.scalars(waiting.where(Job.id == job_id) if job_id else waiting.limit(20)).all()
    for job in jobs:
        heard = _tell(job, secret.get_secret_value(), service)
        with service.database.writing() as session:
            told = {"told_at": now()} if heard else {"tries_left": Job.tries_left - 1}
            session.execute(update(Job).where(Job.id == job.id).values(**told))


def _tell(job: Job, secret: str, service: Service) -> bool:
    assert job.webhook is not None
    body = json.dumps(
        {"job": job.id, "kind": job.kind, "state": job.state, "centre": job.centre_id, "result": job.result_id}
    ).encode()
    moment = int(time.time())
    headers = {
        "Content-Type": "application/json",
        MOMENT: str(moment),
        SIGNATURE: f"sha256={signature(secret, moment, body)}",
    }
    host = urlsplit(job.webhook).hostname or ""
    if not service.settings.webhook_private and not _public(host):
        return False
    try:
        answer = httpx2.post(job.webhook, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False)
    except httpx2.HTTPError as error:
        log.warning("a webhook was not heard", job_id=job.id, host=host, error=type(error).__name__)
        return False
    if answer.status_code >= 300:
        log.warning("a webhook was refused", job_id=job.id, host=host, status=answer.status_code)
    return answer.status_code < 300


def _public(host: str) -> bool:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(address).partition("%")[0]).is_global for address in found)

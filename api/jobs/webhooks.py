"""Webhooks: a job's end is told to an address, signed, a few times until it is heard.

The signature is HMAC-SHA256 over ``timestamp.body`` under the service's webhook secret, in hexadecimal, so that whoever
is told can check who tells, and when. Addresses of this machine and of private networks are refused, unless the
settings allow them.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import json
import socket
import threading
import time
from datetime import timedelta
from urllib.parse import urlsplit

import httpx2
import structlog
from sqlalchemy import and_, or_, select, update

from api.jobs.states import ENDED, TRIES, WAITS_S, changed
from api.problems import Refusal
from api.service import Service
from api.store.columns import now
from api.store.tables import Job

log = structlog.get_logger()

TIMEOUT_S = 5.0
"""For all of one telling."""

ROUND_S = 10.0
"""Between two looks for what is due."""

LAST_S = 2 * TIMEOUT_S
"""What an ending worker gives what is still to be told."""

AT_ONCE = 20
NAT64 = ipaddress.ip_network("64:ff9b::/96")
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
    try:
        parts = urlsplit(url)
        right = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0 and not parts.username
        httpx2.URL(url)
    except (ValueError, httpx2.InvalidURL):
        right = False
    if not right or len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        raise Refusal(422, "a webhook needs an http or https address without a password in it")
    assert parts.hostname is not None
    if not service.settings.webhook_private and not _all_public(_addresses(parts.hostname)):
        raise Refusal(422, f"{parts.hostname} is not a public address; SEATWISE_WEBHOOK_PRIVATE allows others")


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return what proves that a body comes from us."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


class Teller:
    """Tells ends of jobs beside the work, as long as the block lasts: a slow receiver holds up nobody's job.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._wake, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Teller:
        if self.service.settings.webhook_secret is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(LAST_S)

    def hurry(self) -> None:
        """Look now: a job has ended."""
        self._wake.set()

    def _tell(self) -> None:
        last = False
        while not last:
            self._wake.wait(ROUND_S)
            self._wake.clear()
            last = self._over.is_set()
            try:
                tell_ended(self.service)
            except Exception as error:
                # the database may be away for a moment; the next round tells
                log.warning("webhooks were not told", exc_info=error)


def tell_ended(service: Service) -> None:
    """Tell the ends of jobs that nobody has been told of yet."""
    secret = service.settings.webhook_secret
    if secret is None:
        return
    moment = now()
    due = [
        and_(Job.tries_left == TRIES - k, Job.ended_at <= moment - timedelta(seconds=wait))
        for k, wait in enumerate(WAITS_S)
    ]
    waiting = select(Job).where(
        Job.webhook.is_not(None), Job.told_at.is_(None), Job.state.in_([s.value for s in ENDED]), or_(*due)
    )
    with service.database.reading() as session:
        jobs = session.scalars(waiting.order_by(Job.ended_at).limit(AT_ONCE)).all()
    for job in jobs:
        # of many workers one tells; it is counted before, so that an address that ends its worker ends few
        mine = (Job.id == job.id, Job.tries_left == job.tries_left, Job.told_at.is_(None))
        with service.database.writing() as session:
            if not changed(session.execute(update(Job).where(*mine).values(tries_left=Job.tries_left - 1))):
                continue
        try:
            heard = _tell(job, secret.get_secret_value(), service)
        except Exception as error:
            # whatever an address does, it is no reason for a worker to end
            log.warning("a webhook could not be told", job_id=job.id, exc_info=error)
            heard = False
        if heard:
            with service.database.writing() as session:
                session.execute(update(Job).where(Job.id == job.id).values(told_at=now()))


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
    url = httpx2.URL(job.webhook)
    host = url.host
    found = _addresses(host)
    if not found or not (service.settings.webhook_private or _all_public(found)):
        log.warning("a webhook's host is unknown or not public", job_id=job.id, host=host)
        return False
    # to the address that was looked at: a name may mean another one a moment later
    headers["Host"] = url.netloc.decode("ascii")
    there = url.copy_with(host=found[0])
    try:
        status = asyncio.run(_posted(there, host, headers, body))
    except (httpx2.HTTPError, TimeoutError) as error:
        log.warning("a webhook was not heard", job_id=job.id, host=host, error=type(error).__name__)
        return False
    if status >= 300:
        log.warning("a webhook was refused", job_id=job.id, host=host, status=status)
    return status < 300


async def _posted(there: httpx2.URL, host: str, headers: dict[str, str], body: bytes) -> int:
    """Return how a receiver answers; what it says beside that is not listened to, and it has to be quick."""
    async with (
        asyncio.timeout(TIMEOUT_S),
        httpx2.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", there, content=body, headers=headers, extensions={"sni_hostname": host}) as answer,
    ):
        return int(answer.status_code)


def _addresses(host: str) -> list[str]:
    """Return the addresses of a host, none where it is not known."""
    try:
        return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(host, None)))
    except (OSError, UnicodeError):
        return []


def _all_public(addresses: list[str]) -> bool:
    return bool(addresses) and all(_is_public(ipaddress.ip_address(address)) for address in addresses)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether an address, and the one that it may stand for, is public."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if within is None and address in NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None and not _is_public(within):
            return False
    return address.is_global and not address.is_multicast

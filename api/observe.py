"""What is seen from outside: a log line and a timing for every request, under an id that its jobs carry on."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

import structlog
from prometheus_client import CollectorRegistry, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

ID_HEADER = "X-Request-ID"
_SAFE = re.compile(r"[A-Za-z0-9._-]{1,64}")

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer that does not set its own."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def log_lines(level: int = logging.INFO) -> None:
    """Write logs as JSON lines on the error stream, with the ids of the request or job they belong to."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def timing(registry: CollectorRegistry) -> Histogram:
    """Return the metric of requests by route, method and status."""
    return Histogram(
        "seatwise_request_seconds",
        "Time to answer a request.",
        ("route", "method", "status"),
        buckets=BUCKETS,
        registry=registry,
    )


class Observed:
    """Gives each request an id, the security headers, a log line and a timing.

    Parameters
    ----------
    app : ASGIApp
    metric : Histogram
    """

    def __init__(self, app: ASGIApp, metric: Histogram) -> None:
        self.app = app
        self.metric = metric

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get(ID_HEADER, "")
        request_id = asked if _SAFE.fullmatch(asked) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status, begun = 500, time.perf_counter()

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[ID_HEADER] = request_id
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, marked)
        finally:
            took = time.perf_counter() - begun
            route = getattr(scope.get("route"), "path", "none")
            self.metric.labels(route, scope["method"], str(status)).observe(took)
            caller = scope["state"].get("caller")
            log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                ms=round(1000 * took, 1),
                by=caller.name if caller else None,
            )
            structlog.contextvars.unbind_contextvars("request_id")

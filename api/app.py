"""The application: its routes behind one gate, its errors in one form, its document with examples."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry
from starlette.requests import Request

from api import problems
from api.access.callers import Gate
from api.observe import Observed, timing
from api.openapi import make_document
from api.repeats import Repeats
from api.routes import (
    agents,
    asking,
    audit,
    centres,
    comparing,
    exports,
    health,
    history,
    interactions,
    jobs,
    keys,
    people,
    publishing,
    result_files,
    result_tables,
    results,
    routing,
    sign_in,
    tables,
    today,
    upkeep,
    whatif,
    why,
)
from api.service import Service
from api.uploads import MEGA
from seatwise import __version__

PREFIX = "/api/v1"
DOCUMENT = f"{PREFIX}/openapi.json"
PAGE = "/docs"
ASSETS = "/docs/assets"

PUBLIC = frozenset(
    {
        ("GET", f"{PREFIX}/health"),
        ("GET", f"{PREFIX}/ready"),
        ("POST", f"{PREFIX}/token"),
        ("POST", f"{PREFIX}/token/refresh"),
        ("GET", f"{PREFIX}/feeds/{{token}}.ics"),
        ("GET", DOCUMENT),
        ("GET", PAGE),
    }
)
"""All that is answered without signing in, the files under ``ASSETS`` beside it."""

ROUTERS = (
    sign_in.router,
    people.router,
    keys.router,
    audit.router,
    centres.router,
    tables.router,
    history.router,
    interactions.router,
    jobs.router,
    results.router,
    publishing.router,
    result_files.router,
    result_tables.router,
    exports.router,
    asking.router,
    today.router,
    why.router,
    comparing.router,
    whatif.router,
    routing.router,
    agents.router,
    agents.mine,
    agents.feeds,
    upkeep.router,
    health.router,
)

ABOUT = (
    "Forecasts, requirements, rosters with a proof, and what-if answers of customer-service centres. Sign in at "
    "`/api/v1/token`, or send a key in `X-API-Key`. Errors are problem details (RFC 9457). What two people may edit "
    "has an ETag, and its changes an If-Match. Every POST but signing in takes an `Idempotency-Key`; what is answered "
    "again under it carries `Idempotent-Replayed: true`. Every answer has an `X-Request-ID`, which log and audit have "
    "as well. Times carry their offset."
)


def make_app(service: Service) -> FastAPI:
    """Return the application of a service.

    Raises
    ------
    RuntimeError
        If an operation is neither public nor behind the gate: a fault of ours.
    """
    app = FastAPI(
        title="seatwise",
        version=__version__,
        description=ABOUT,
        openapi_url=DOCUMENT,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name_of,
        max_body_size=int(service.settings.upload_mb * MEGA),
    )
    app.state.service = service
    app.state.registry = CollectorRegistry()
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX, responses=problems.RESPONSES)
    problems.install(app)
    _documentation(app)
    app.openapi = cache(lambda: make_document(app))  # type: ignore[method-assign]
    app.add_middleware(Repeats, service=service)
    app.add_middleware(Observed, metric=timing(app.state.registry))
    for method, path, route in operations():
        gated = any(isinstance(each.call, Gate) for each in route.dependant.dependencies)
        if gated == ((method, path) in PUBLIC):
            raise RuntimeError(f"{method} {path} is {'public and gated' if gated else 'behind no gate'}")
    return app


def operations() -> Iterator[tuple[str, str, APIRoute]]:
    """Yield every operation: method, path and route."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in sorted(route.methods or ()):
                    yield method, PREFIX + route.path, route


def _name_of(route: APIRoute) -> str:
    """Return an operation's name in generated clients."""
    return f"{route.tags[0]}_{route.name}".replace("-", "_") if route.tags else route.name


def _documentation(app: FastAPI) -> None:
    """Serve the page of the document from the files of this machine: a closed network sees it as well."""
    files = Path(fastapi_offline.__file__).parent / "static"
    app.mount(ASSETS, StaticFiles(directory=files), name="docs-assets")

    @app.get(PAGE, include_in_schema=False)
    def page(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        found = get_swagger_ui_html(
            openapi_url=f"{root}{DOCUMENT}",
            title="seatwise API",
            swagger_js_url=f"{root}{ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{root}{ASSETS}/favicon.png",
        )
        found.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
            "script-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
        )
        return found

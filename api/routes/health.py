"""Whether the service lives, whether it is ready, and its metrics."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, text

from api.access.callers import Here, needs
from api.access.roles import Role
from api.jobs.states import State
from api.problems import Refusal
from api.store.tables import Job
from seatwise import __version__

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """How the service is."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "ok", "version": "0.1.0"}})

    status: str = Field(description="`ok` or `ready`.")
    version: str = Field(description="Of the code.")


@router.get("/health", summary="Is it alive", openapi_extra={"security": []})
def health() -> Health:
    """Answer while the process lives."""
    return Health(status="ok", version=__version__)


@router.get("/ready", summary="Is it ready", openapi_extra={"security": []})
def ready(service: Here) -> Health:
    """Answer 200 where the database answers, 503 where it does not."""
    try:
        with service.database.reading() as session:
            session.execute(text("SELECT 1"))
    except Exception:
        raise Refusal(503, "the database does not answer", headers={"Retry-After": "5"}) from None
    return Health(status="ready", version=__version__)


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
    **needs(Role.VIEWER),
)
def metrics(request: Request, service: Here) -> Response:
    """Tell requests by route, jobs by state and the age of the oldest job that waits."""
    registry: CollectorRegistry = request.app.state.registry
    counted = CollectorRegistry()
    jobs = Gauge("seatwise_jobs", "Jobs by state.", ("state",), registry=counted)
    for each in State:
        jobs.labels(each.value).set(0)
    oldest = Gauge("seatwise_oldest_job_seconds", "How long the oldest queued job has waited.", registry=counted)
    from api.store.columns import now

    with service.database.reading() as session:
        for state, count in session.execute(select(Job.state, func.count()).group_by(Job.state)):
            jobs.labels(state).set(count)
        first = session.scalar(select(func.min(Job.created_at)).where(Job.state == "queued"))
    oldest.set((now() - first).total_seconds() if first else 0.0)
    return Response(generate_latest(registry) + generate_latest(counted), media_type=CONTENT_TYPE_LATEST)

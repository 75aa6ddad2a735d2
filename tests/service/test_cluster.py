"""A worker with a Dask cluster beside it: the same answers, and the heavy parts are done there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from distributed import Client as Cluster
from distributed import LocalCluster

from api.jobs.worker import Worker
from api.service import Service
from planning.executors import SCHEDULER
from tests.integration.repair_case import WEEK
from tests.service.ground import Client

pytestmark = pytest.mark.slow

SWEEP = [{"name": f"s{k}", "volume": 0.8 + 0.1 * k} for k in range(6)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes behind a scheduler."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def answers(service: Service, client: Client, kind: str, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Ask for a job and do it; return its answer and the table that it kept."""
    job = client.post("/api/v1/centres/north/jobs", json={"kind": kind, "asked": asked}).json()
    Worker(service, "w").run(1)
    told = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert told["state"] == "done", told
    path = f"/api/v1/centres/north/results/{told['result']}/files/{kind}.csv"
    return told["answer"], client.get(path).content


def test_sweeps_and_queues_are_done_on_the_cluster_with_the_figures_of_here(
    service: Service, planner: Client, plan: str, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = {"plan": plan, "scenarios": SWEEP, "replications": 8}
    forecast = {"week": WEEK.isoformat()}
    here = [answers(service, planner, "whatif", sweep), answers(service, planner, "forecast", forecast)]
    monkeypatch.setenv(SCHEDULER, cluster.scheduler_address)
    there = [answers(service, planner, "whatif", sweep), answers(service, planner, "forecast", forecast)]
    assert there == here
    with Cluster(cluster) as client:
        done = client.run_on_scheduler(lambda dask_scheduler: [str(row) for row in dask_scheduler.transition_log])
    assert sum("_simulated" in row for row in done) >= len(SWEEP) and any("_studied" in row for row in done)

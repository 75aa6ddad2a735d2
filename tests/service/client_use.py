"""The generated client at work, in its own environment: from a folder to a published roster.

``python client_use.py ADDRESS KEY ARCHIVE WEEK`` prints what it found as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from io import BytesIO
from pathlib import Path

from httpx import Timeout
from seatwise_client import AuthenticatedClient
from seatwise_client.api.centres import centres_create
from seatwise_client.api.exports import exports_table_of_result
from seatwise_client.api.jobs import jobs_create, jobs_read
from seatwise_client.api.results import results_publish, results_read
from seatwise_client.api.what_if import what_if_whatif
from seatwise_client.models import (
    Changed,
    JobOut,
    PlanAsked,
    PlanJob,
    ProblemDetails,
    PublishedOut,
    ResultOut,
    Scope,
    State,
    WhatIfIn,
    WhatIfInScenariosItem,
    WhatIfOut,
)
from seatwise_client.types import File


def main(address: str, key: str, archive: str, week: str) -> None:
    """Make a centre, plan a week, publish it, ask what if."""
    client = AuthenticatedClient(address, token=key, prefix="", auth_header_name="X-API-Key", timeout=Timeout(60))
    file = File(payload=BytesIO(Path(archive).read_bytes()))
    made = centres_create.sync("north", client=client, body=file, note="first")
    assert isinstance(made, Changed), made
    again = centres_create.sync("north", client=client, body=File(payload=BytesIO(Path(archive).read_bytes())))
    assert isinstance(again, ProblemDetails) and again.status == 409, again
    wanted = PlanJob(kind="plan", asked=PlanAsked(week=date.fromisoformat(week), work=0.05, replications=8))
    job = jobs_create.sync("north", client=client, body=wanted)
    assert isinstance(job, JobOut), job
    while job.state in {State.QUEUED, State.RUNNING}:
        time.sleep(0.5)
        job = jobs_read.sync(job.id, client=client)
        assert isinstance(job, JobOut), job
    assert job.state is State.DONE and job.result, job.problem
    plan = results_read.sync("north", job.result, client=client)
    assert isinstance(plan, ResultOut), plan
    published = results_publish.sync("north", plan.id, client=client, if_match=f'"{plan.version}"')
    assert isinstance(published, PublishedOut), published
    scenario = WhatIfInScenariosItem.from_dict({"name": "more", "volume": 1.3})
    asked = WhatIfIn(centre="north", plan=plan.id, scenarios=[scenario], measures=["mean_wait_s"], scope=Scope.WEEK)
    answer = what_if_whatif.sync(client=client, body=asked)
    assert isinstance(answer, WhatIfOut), answer
    roster = exports_table_of_result.sync_detailed("north", plan.id, "roster", client=client, masked=True)
    print(json.dumps({"state": published.state, "rows": len(answer.rows), "roster": len(roster.content)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Path and query parameters that several resources share, and how a change of a centre is kept and told."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import record
from api.access.roles import Caller, Right
from api.conditions import outdated
from api.problems import Refusal
from api.service import Service
from api.store.centres import Draft, apply, centre_of, changed_since, contents_of
from api.store.differences import between, counted, of_history
from api.store.history import load

MOST_VERSIONS = 2**31 - 1
"""Versions are counted in 32 bits."""

CentreId = Annotated[
    str,
    Path(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="Small letters, digits and hyphens.", examples=["north"]),
]
ABOUT_SCORES = frozenset({"performance.csv", "performance.parquet"})
"""Files of a centre that tell how people do."""

VersionNumber = Annotated[int | None, Query(ge=1, le=MOST_VERSIONS, description="Default: the current one.")]
DryRun = Annotated[bool, Query(description="Only tell what would change.")]
Note = Annotated[str, Query(max_length=500, description="Why; kept with the version.")]


class Changed(BaseModel):
    """What a change does, or would do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "version": 4,
                "applied": True,
                "difference": {"agents.csv": {"added": [{"agent_id": "a51"}], "removed": [], "changed": []}},
                "notices": [],
                "left": [],
            }
        }
    )

    version: int = Field(description="The version made; where nothing was applied, the current one.")
    applied: bool = Field(
        description="Whether it was done; not where only the difference was asked for, or nothing differs."
    )
    difference: dict[str, Any] = Field(description="By file; of a new centre only how much there is.")
    notices: list[str] = Field(description="What was accepted but is worth a look.")
    left: list[str] = Field(default=[], description="Files of an archive that were not read.")


class FileOut(BaseModel):
    """A file of a centre or of a result."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "roster.csv", "sha": "51c...", "bytes": 81034}})

    name: str = Field(description="As a path inside the folder.")
    sha: str = Field(description="SHA-256 of its content.")
    bytes: int = Field(description="How long it is.")


def check_seen(service: Service, centre_id: str, seen: int) -> None:
    """Refuse a change to a version that is not the current one, telling what has changed since.

    Raises
    ------
    Refusal
        412, or 404 where there is no such centre.
    """
    with service.database.reading() as session:
        current = centre_of(session, centre_id).version
        if seen != current:
            raise outdated(seen, current, changed_since(session, centre_id, seen))


def difference_of(service: Service, draft: Draft) -> dict[str, Any]:
    """Return what a change does, by file."""
    with service.database.reading() as session:
        # of a new centre all is new: how much is enough
        found = (
            between(contents_of(session, draft.centre_id), draft.files)
            if draft.seen
            else counted(between({}, draft.files))
        )
        if draft.history is not None:
            told = of_history(load(session, draft.centre_id), draft.history)
            if told:
                found["history.csv"] = told
    return found


def keep(
    request: Request, service: Service, caller: Caller, draft: Draft, *, note: str = "", dry_run: bool = False
) -> Changed:
    """Keep a change that was read and found good, unless only its difference is asked for."""
    found = difference_of(service, draft)
    if draft.seen and Right.SCORES not in caller.rights and (hidden := sorted(ABOUT_SCORES & found.keys())):
        raise Refusal(
            403, f"this changes {hidden[0]}, which tells how people do: that needs the right {Right.SCORES.value!r}"
        )
    notices = [str(each) for each in draft.folder.notices]
    if dry_run or (draft.seen and not found):
        return Changed(version=draft.seen, applied=False, difference=found, notices=notices)
    with service.database.writing() as session:
        version = apply(session, draft, caller.name, note)
        action = "centre.change" if draft.seen else "centre.create"
        detail = {"version": version, "files": sorted(found)}
        record(session, caller.name, action, f"centres/{draft.centre_id}", request.state.request_id, **detail)
    return Changed(version=version, applied=True, difference=found, notices=notices)

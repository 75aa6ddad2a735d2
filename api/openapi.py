"""The OpenAPI document: beside what the routes declare, the headers that hold for many operations at once."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems, repeats
from api.access.callers import ANSWERS

TAGS = {
    "sign-in": "Tokens for people, and who one is.",
    "people": "Who may sign in, keys of other systems, and the audit of what both did.",
    "centres": "Planning folders, in versions: made from an archive, changed file by file or row by row.",
    "history": "Counts of contacts by queue and interval, which systems add to.",
    "jobs": "Long work: asked for, followed, cancelled.",
    "results": "What jobs made: forecasts, requirements, plans; plans are published and withdrawn.",
    "exports": "Tables as CSV or XLSX and whole folders, people under pseudonyms where asked.",
    "plans": "Questions about a plan: what an edit would do, the rest of today, why a number, two plans compared.",
    "what-if": "Scenarios beside a plan whose roster stays.",
    "routing": "Levels and weights for the ACD, who takes a contact now, and the scores behind both.",
    "agents": "What an agent reads: roster, score, calendar.",
    "upkeep": "Deleting what is old.",
    "health": "Whether the service lives and is ready, and its metrics.",
}

PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": repeats.HEADER,
        "in": "header",
        "required": False,
        "description": "A word of your own for this request: sent again under it, it is answered as the first time "
        "and not done twice. Kept for two days.",
        "schema": {"type": "string", "minLength": 1, "maxLength": repeats.LONGEST},
        "example": "plan-2026-11-23-try-1",
    }
}

HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "The version told of; it goes into the If-Match of a change.",
        "schema": {"type": "string"},
        "example": '"7"',
    },
    "Location": {
        "description": "Where what was made is told of.",
        "schema": {"type": "string"},
        "example": "/api/v1/jobs/0651f2a7b3c4d5e6f708",
    },
    "RetryAfter": {
        "description": "Of 429 and 503: seconds to wait.",
        "schema": {"type": "string"},
        "example": "30",
    },
}

CONDITIONAL = {
    "412": "Somebody else has changed it since: `seen`, `current` and the `difference` are told.",
    "428": "If-Match is missing.",
}


def make_document(app: FastAPI) -> dict[str, Any]:
    """Return the document of an application."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": words} for name, words in TAGS.items()],
    )
    parts = made["components"]
    parts["schemas"]["ProblemDetails"] = problems.ProblemDetails.model_json_schema()
    for schema in parts["schemas"].values():
        _with_nulls(schema.get("example"), schema, parts["schemas"])
    parts["parameters"], parts["headers"] = PARAMETERS, HEADERS
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            if method == "post" and path not in repeats.PRIVATE:
                operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
            _with_headers(operation)
            _with_conditions(operation)
    return made


def _with_nulls(example: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give an example back the nulls that are lost on the way."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if isinstance(example, list):
        for each in example:
            _with_nulls(each, schema.get("items", {}), schemas)
    if isinstance(example, dict):
        for name, part in schema.get("properties", {}).items():
            if name in example:
                _with_nulls(example[name], part, schemas)
            elif name in schema.get("required", ()) and {"type": "null"} in part.get("anyOf", ()):
                example[name] = None


def _with_headers(operation: dict[str, Any]) -> None:
    """Tell of the headers of answers."""
    answers = operation["responses"]
    for name in operation.pop(ANSWERS, ()):
        for code, answer in answers.items():
            if code in {"201", "202"} or (code == "200" and name != "Location"):
                answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}
    for code in ("4XX", "5XX"):
        answers[code] = {**answers[code], "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}}


def _with_conditions(operation: dict[str, Any]) -> None:
    """Say where If-Match is needed: it is no fault of form to leave it out, so the routes do not say so."""
    for parameter in operation.get("parameters", ()):
        if parameter.get("name", "").casefold() == "if-match":
            parameter.update(name="If-Match", required=True, schema={"type": "string"}, example='"7"')
            for code, words in CONDITIONAL.items():
                operation["responses"][code] = {**operation["responses"]["4XX"], "description": words}

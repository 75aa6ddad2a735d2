"""The document: each operation with a summary, an example, its problems; calls made up from it break nothing."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema_rs import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from api.access.callers import ANSWERS
from api.access.first_admin import first_admin
from api.app import PREFIX, make_app, operations
from api.observe import log_lines
from api.service import Service
from api.settings import Settings
from tests.service.ground import PASSWORD, Client, packed, sign_in


@pytest.fixture
def document(anyone: Client) -> dict[str, Any]:
    found: dict[str, Any] = anyone.get("/api/v1/openapi.json").json()
    return found


def example_in(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Tell whether a schema shows an example, itself, in each of its kinds, or in what it is a list or a page of."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "example" in schema or "examples" in schema:
        return True
    if "oneOf" in schema:
        return all(example_in(document, kind) for kind in schema["oneOf"])
    parts = [schema.get("items"), schema.get("properties", {}).get("items"), schema.get("additionalProperties")]
    return any(isinstance(part, dict) and (example_in(document, part) or part.get("type")) for part in parts)


def test_every_operation_says_what_it_does_and_shows_how(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    names, dumb = [], []
    for method, path, _ in operations():
        told = document["paths"][re.sub(r":path}", "}", path)][method.lower()]
        names.append(told["operationId"])
        assert told["summary"] and told["description"].endswith((".", ".)"))
        assert {"4XX", "5XX"} <= set(told["responses"]) and "422" not in told["responses"]
        forms = list(told.get("requestBody", {}).get("content", {}).items())
        good = next(answer for code, answer in told["responses"].items() if code.startswith("2"))
        forms += list(good.get("content", {}).items())
        for media, part in forms:
            if media == "application/json" and not example_in(document, part["schema"]):
                dumb.append((method, path, media))
    assert len(names) == len(set(names)) and dumb == []


def test_every_parameter_and_field_says_what_it_is(document: dict[str, Any]) -> None:
    dumb = [
        f"{method} {path} {parameter['name']}"
        for path, told in document["paths"].items()
        for method, operation in told.items()
        for parameter in operation.get("parameters", [])
        if "$ref" not in parameter and not parameter.get("description")
    ]
    dumb += [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        if name != "Body_sign_in_sign_in"  # the form of OAuth2
        for field, told in schema.get("properties", {}).items()
        if not told.get("description")
    ]
    assert dumb == []
    assert {tag["name"] for tag in document["tags"]} == {
        tag for told in document["paths"].values() for operation in told.values() for tag in operation["tags"]
    }


def test_examples_are_of_their_forms(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if "example" in schema:
            whole = {**schema, "components": document["components"]}
            faults = [fault.message for fault in Draft202012Validator(whole).iter_errors(schema["example"])]
            assert faults == [], name


def test_headers_stand_at_each_operation(document: dict[str, Any], planner: Client, north: str) -> None:
    for method, path, route in operations():
        told = document["paths"][re.sub(r":path}", "}", path)][method.lower()]
        parameters = [parameter.get("$ref", parameter.get("name")) for parameter in told.get("parameters", [])]
        assert ("#/components/parameters/IdempotencyKey" in parameters) == (method == "POST" and "/token" not in path)
        assert ("If-Match" in parameters) == ("428" in told["responses"])
        queries = {each["name"] for each in told.get("parameters", []) if each.get("in") == "query"}
        assert queries == {each.alias for each in route.dependant.query_params}
        good = told["responses"].get("202") or next(a for code, a in told["responses"].items() if code.startswith("2"))
        source = inspect.getsource(route.endpoint)
        tagged = "tag(response" in source or '"ETag": f\'"{number}' in source
        assert ("ETag" in good.get("headers", {})) == tagged, path
        assert ("Location" in good.get("headers", {})) == ("Location" in source or "asked_for(" in source), path
        assert not [key for key in told if key == ANSWERS]
    assert planner.get(f"/api/v1/centres/{north}").headers["ETag"] == '"1"'


def test_faults_of_form_are_told_in_words(planner: Client, north: str) -> None:
    def faults(path: str, **what: Any) -> list[str]:
        answer = planner.post(path, **what)
        assert answer.status_code == 422
        return [each["text"] for each in answer.json()["errors"]]

    jobs = f"/api/v1/centres/{north}/jobs"
    (fault,) = faults(jobs, json={"kind": "plam"})
    assert fault.startswith("the body: expected 'kind' to be one of 'plan', 'forecast'")
    assert faults(jobs, json={"asked": {}}) == ["the body: expected a value for 'kind', which says what it is"]
    plan = {"kind": "plan", "asked": {"week": "2026-13-01", "gapp": 1, "weeks": 0}}
    assert set(faults(jobs, json=plan)) == {
        "asked.week: expected a day such as 2026-11-23, not '2026-13-01'",
        "asked.weeks: expected greater than or equal to 1, not '0'",
        "asked.gapp: expected a name that is known here",
    }
    for body in ({"kind": "plan", "webhok": "x", "asked": {"week": "2026-03-02"}}, {"kind": "plan", "plan": 1}):
        assert any("a name that is known here" in fault for fault in faults(jobs, json=body))
    assert faults("/api/v1/whatif", json={"centre": "north", "plan": "x", "scenarios": [{}], "exact": True}) == [
        "exact: expected a name that is known here"
    ]
    secret = planner.put(
        "/api/v1/me/password",
        content=b'{"old": "\\ud800 mine", "new": "short"}',
        headers={"Content-Type": "application/json"},
    )
    assert secret.status_code == 422 and "short" not in secret.text and "mine" not in secret.text
    twice = planner.get("/api/v1/jobs?limit=2&limit=1")
    assert twice.status_code == 422 and "2 times" in twice.json()["detail"]
    mistyped = planner.get("/api/v1/jobs?centr=north")
    assert mistyped.status_code == 422 and "centre" in mistyped.json()["allowed"]
    (fault,) = faults(jobs, content=b"{", headers={"Content-Type": "application/json"})
    assert fault.startswith("the body: expected JSON that can be read")
    (fault,) = faults(jobs, content=b"{}", headers={"Content-Type": "text/plain"})
    assert fault == "the body: expected JSON, with the header Content-Type: application/json"
    (fault,) = faults("/api/v1/centres/north/plans/abc/questions", json={})
    assert fault == "result_id: expected an identifier of 20 digits and letters a to f, not 'abc'"


def test_the_page_needs_no_other_machine(anyone: Client) -> None:
    page = anyone.get("/docs").text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses and not [address for address in addresses if "//" in address]
    assert {anyone.get(address).status_code for address in addresses} == {200}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, folder) -> Client:  # type: ignore[no-untyped-def]
    """A service with a centre, and its administrator."""
    place = tmp_path_factory.mktemp("busy")
    log_lines(50)
    given = {"database_url": f"sqlite:///{place / 'x.db'}", "admin_password": PASSWORD, "workers": 0, "cores": 1}
    service = Service.start(Settings.of({}, **given))
    first_admin(service, "127.0.0.1")
    client = sign_in(Client(make_app(service), raise_server_exceptions=False), "admin")
    assert client.post("/api/v1/centres/north", content=packed(folder)).status_code == 201
    return client


CALLS = 12
"""Requests made up for each operation."""


@schemathesis.serializer("application/zip")
def archive(context: Any, value: Any) -> Any:
    """Send what was made up as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


UNTRIED = {("DELETE", f"{PREFIX}/token"), ("PUT", f"{PREFIX}/me/password"), ("PUT", f"{PREFIX}/people/{{name}}")}
"""Operations that would end the only administrator's sign-in."""


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_requests_made_up_from_the_document_never_break_the_service(busy: Client, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", busy.app)
    headers = {"Authorization": busy.headers["Authorization"]}
    checks = [not_a_server_error, content_type_conformance, response_schema_conformance]
    broken: list[str] = []
    operations_ = [each.ok() for each in schema.get_all_operations()]
    for operation in operations_:
        if (operation.method.upper(), operation.path) in UNTRIED:
            continue

        @settings(
            max_examples=CALLS, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=checks)

        try:
            call()
        except Unsatisfiable:
            continue  # nothing to get wrong
        except Exception as fault:
            broken.append(f"{operation.method.upper()} {operation.path}: {str(fault)[:400]}")
    assert broken == [], chr(10).join(broken)
    assert len(operations_) > 50

"""Every operation without credentials, and with every role: a matrix made from the document itself."""

from __future__ import annotations

import re

import pytest

from api.access.roles import Right, Role
from api.app import PREFIX, PUBLIC, operations
from tests.service.ground import Client, Signed

PUBLIC_ONES = {
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/ready"),
    ("POST", "/api/v1/token"),
    ("POST", "/api/v1/token/refresh"),
    ("GET", "/api/v1/feeds/{token}.ics"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/docs"),
}


def asked(path: str) -> str:
    """Return a path with names in the place of its parameters that nothing is called by."""
    known = {"result_id": "0" * 20, "job_id": "0" * 20}
    return re.sub(r"{(\w+)(?::path)?}", lambda found: known.get(found[1], "nothing-there"), path)


def test_the_list_of_public_operations_is_closed() -> None:
    assert PUBLIC == PUBLIC_ONES


def test_every_operation_names_its_role_in_the_document(anyone: Client) -> None:
    document = anyone.get("/api/v1/openapi.json").json()
    for method, path, _ in operations():
        told = document["paths"][re.sub(r":path}", "}", path)][method.lower()]
        if (method, path) in PUBLIC:
            assert "x-required-role" not in told and told["security"] == []
        else:
            assert told["x-required-role"] in set(Role)
            assert told["security"]


def test_nobody_passes_the_gate_without_credentials(anyone: Client) -> None:
    found = {
        (method, path): anyone.request(method, asked(path)).status_code
        for method, path, _ in operations()
        if (method, path) not in PUBLIC
    }
    assert found and set(found.values()) == {401}, found


@pytest.mark.parametrize("role", list(Role))
def test_a_role_passes_where_it_is_enough_and_nowhere_else(signed: Signed, anyone: Client, role: Role) -> None:
    document = anyone.get("/api/v1/openapi.json").json()
    client = signed(role)
    wrong = []
    for method, path, _ in operations():
        if (method, path) in PUBLIC or path in {f"{PREFIX}/token", f"{PREFIX}/me/password"}:
            continue
        told = document["paths"][re.sub(r":path}", "}", path)][method.lower()]
        right = told.get("x-required-right")
        has = right is None or role in {Role.MANAGER, Role.ADMIN}
        enough = role.rank >= Role(told["x-required-role"]).rank and has
        status = client.request(method, asked(path)).status_code
        if (status == 403) == enough or status >= 500:
            wrong.append((method, path, status))
    assert wrong == []


def test_a_right_is_given_beside_a_role(signed: Signed) -> None:
    path = f"/api/v1/centres/nothing/results/{'0' * 20}/publish"
    assert signed(Role.PLANNER).post(path, headers={"If-Match": '"1"'}).status_code == 403
    assert signed(Role.PLANNER, Right.PUBLISH).post(path, headers={"If-Match": '"1"'}).status_code == 404
    assert signed(Role.VIEWER, Right.PUBLISH).post(path, headers={"If-Match": '"1"'}).status_code == 403

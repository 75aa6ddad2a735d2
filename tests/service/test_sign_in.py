"""Signing in: tokens that end, refresh tokens used once, a throttle, keys, and a first administrator."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.access.first_admin import first_admin, loopback
from api.access.roles import Right, Role
from api.access.throttle import BY_NAME, WINDOW
from api.app import make_app
from api.service import Service
from api.settings import Settings
from api.store.columns import now
from api.store.tables import ApiKey, Attempt, Refresh, User
from domain.errors import InputError
from tests.service.ground import PASSWORD, Client, Signed, sign_in


def test_a_token_tells_who_one_is_and_its_key_is_the_services(anyone: Client, service: Service, signed: Signed) -> None:
    planner = signed(Role.PLANNER, Right.PUBLISH)
    found = planner.get("/api/v1/me").json()
    assert (found["role"], found["rights"]) == ("planner", ["publish"])
    with service.database.reading() as session:
        user = session.scalars(select(User).where(User.role == "planner")).one()
    forged = jwt.encode({"sub": user.id, "epoch": 0, "exp": now() + timedelta(hours=1)}, "k" * 40, algorithm="HS256")
    unsigned = jwt.encode({"sub": user.id, "epoch": 0, "exp": now() + timedelta(hours=1)}, "", algorithm="none")
    for token in (forged, unsigned, "nonsense", ""):
        answer = anyone.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


def test_tokens_end(service: Service, anyone: Client) -> None:
    short = Service(service.settings.model_copy(update={"token_minutes": 1e-9}), service.database)
    client = sign_in(TestClient(make_app(short)), "admin")
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401 and "refresh" in answer.json()["detail"]


def test_a_refresh_token_is_used_once_and_one_that_comes_back_ends_its_sign_in(anyone: Client) -> None:
    first = anyone.post("/api/v1/token", data={"username": "admin", "password": PASSWORD}).json()
    second = anyone.post("/api/v1/token/refresh", data={"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    stolen = anyone.post("/api/v1/token/refresh", data={"refresh_token": first["refresh_token"]})
    assert stolen.status_code == 401
    ended = anyone.post("/api/v1/token/refresh", data={"refresh_token": second.json()["refresh_token"]})
    assert ended.status_code == 401


def test_what_is_kept_of_tokens_keys_and_passwords_is_none_of_them(service: Service, admin: Client) -> None:
    key = admin.post("/api/v1/keys", json={"name": "acd", "role": "viewer"}).json()["key"]
    refresh = admin.post("/api/v1/token", data={"username": "admin", "password": PASSWORD}).json()["refresh_token"]
    with service.database.reading() as session:
        kept = [row.secret for row in session.scalars(select(User))]
        kept += [row.sha for row in session.scalars(select(ApiKey))] + [r.sha for r in session.scalars(select(Refresh))]
    assert not any(secret in text for text in kept for secret in (key, refresh, PASSWORD))
    assert admin.get("/api/v1/keys").json()["items"][0]["key"] is None


def test_signing_out_changing_a_password_and_being_changed_end_all_tokens(admin: Client, signed: Signed) -> None:
    planner = signed(Role.PLANNER)
    assert planner.delete("/api/v1/token").status_code == 204
    assert planner.get("/api/v1/me").status_code == 401
    sign_in(planner, "planner-0-")
    wrong = planner.put("/api/v1/me/password", json={"old": "x", "new": "a longer one than that"})
    assert wrong.status_code == 403
    right = planner.put("/api/v1/me/password", json={"old": PASSWORD, "new": "a longer one than that"})
    assert right.status_code == 204 and planner.get("/api/v1/me").status_code == 401
    sign_in(planner, "planner-0-", "a longer one than that")
    assert admin.put("/api/v1/people/planner-0-", json={"role": "viewer"}).status_code == 200
    assert planner.get("/api/v1/me").status_code == 401
    sign_in(planner, "planner-0-", "a longer one than that")
    assert planner.get("/api/v1/me").json()["role"] == "viewer"
    assert admin.put("/api/v1/people/planner-0-", json={"role": "viewer", "active": False}).status_code == 200
    answer = planner.post("/api/v1/token", data={"username": "planner-0-", "password": "a longer one than that"})
    assert answer.status_code == 401


def test_failures_are_throttled_by_name_and_forgotten_in_time(service: Service, anyone: Client) -> None:
    def attempt(name: str, password: str = "wrong"):  # type: ignore[no-untyped-def]
        return anyone.post("/api/v1/token", data={"username": name, "password": password})

    assert {attempt("admin").status_code for _ in range(BY_NAME)} == {401}
    refused = attempt("admin", PASSWORD)
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= WINDOW.total_seconds()
    assert attempt("somebody else").status_code == 401
    with service.database.writing() as session:
        session.execute(update(Attempt).values(at=now() - WINDOW))
    assert attempt("admin", PASSWORD).status_code == 200


def test_a_name_that_is_not_there_is_told_like_a_wrong_password(anyone: Client) -> None:
    answers = [
        anyone.post("/api/v1/token", data={"username": name, "password": "wrong"}).json() for name in ("admin", "eve")
    ]
    assert answers[0]["detail"] == answers[1]["detail"]


def test_keys_have_a_role_and_rights_of_their_own_and_are_revoked(admin: Client, anyone: Client) -> None:
    made = admin.post("/api/v1/keys", json={"name": "acd", "role": "viewer", "rights": ["scores"], "days": 30}).json()
    headers = {"X-API-Key": made["key"]}
    found = anyone.get("/api/v1/me", headers=headers).json()
    assert (found["name"], found["role"], found["rights"]) == ("key:acd", "viewer", ["scores"])
    assert anyone.get("/api/v1/audit", headers=headers).status_code == 403
    assert admin.get("/api/v1/keys").json()["items"][0]["used_at"] is not None
    assert admin.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    assert anyone.get("/api/v1/me", headers=headers).status_code == 401
    assert admin.delete("/api/v1/keys/nothing").status_code == 404


def test_the_last_administrator_stays(admin: Client) -> None:
    assert admin.delete("/api/v1/people/admin").status_code == 409
    assert admin.put("/api/v1/people/admin", json={"role": "viewer"}).status_code == 409
    made = admin.put("/api/v1/people/second", json={"role": "admin"})
    assert made.status_code == 201 and made.json()["password"]
    assert admin.delete("/api/v1/people/admin").status_code == 204


def test_an_agent_is_somebody_of_a_centre(admin: Client) -> None:
    refused = admin.put("/api/v1/people/ann", json={"role": "agent"})
    assert refused.status_code == 422 and "centre" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.4", False), ("x", False)],
)
def test_which_addresses_are_this_machine_alone(host: str, inside: bool) -> None:
    assert loopback(host) is inside


def test_without_a_password_the_first_administrator_gets_one_on_loopback_alone(sqlite_url: str) -> None:
    service = Service.start(Settings.of({}, database_url=sqlite_url))
    with pytest.raises(InputError, match="SEATWISE_ADMIN_PASSWORD"):
        first_admin(service, "0.0.0.0")
    password = first_admin(service, "127.0.0.1")
    assert password is not None and first_admin(service, "0.0.0.0") is None
    sign_in(TestClient(make_app(service)), "admin", password)
    service.database.close()


def test_settings_that_are_wrong_are_told_by_their_variable() -> None:
    with pytest.raises(InputError) as told:
        Settings.of({"SEATWISE_WORKERS": "many", "SEATWISE_TOKEN_MINUTES": "0"})
    assert {problem.column for problem in told.value.problems} == {"SEATWISE_WORKERS", "SEATWISE_TOKEN_MINUTES"}
    short = Settings.of({"SEATWISE_ADMIN_PASSWORD": "short", "SEATWISE_DATABASE_URL": "sqlite://"})
    with pytest.raises(InputError) as told:
        first_admin(Service.start(short), "127.0.0.1")
    assert "short" not in str(told.value)

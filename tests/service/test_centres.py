"""Centres: made from an archive, changed as a whole, by file or by row; two editors never overwrite each other."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from api.access.roles import Right, Role
from tests.service.ground import Client, Signed, packed


def seen(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def test_of_a_new_centre_is_told_how_much_there_is(planner: Client, folder: Path) -> None:
    told = planner.post("/api/v1/centres/north", content=packed(folder)).json()
    rows = len((folder / "agents.csv").read_text().splitlines()) - 1
    assert told["difference"]["agents.csv"] == {"counts": {"added": rows, "removed": 0, "changed": 0}}
    assert told["difference"]["centre.toml"]["more"] == len((folder / "centre.toml").read_text().splitlines()) + 3
    assert told["difference"]["history.csv"]["counts"]["added"] > 0 and told["version"] == 1


def test_a_centre_comes_back_as_it_was_sent(planner: Client, signed: Signed, north: str, folder: Path) -> None:
    found = planner.get("/api/v1/centres/north")
    assert found.json()["version"] == 1 and found.headers["ETag"] == '"1"'
    assert [row["id"] for row in planner.get("/api/v1/centres").json()["items"]] == ["north"]
    archive = signed(Role.MANAGER).get("/api/v1/centres/north/folder")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        names = set(opened.namelist())
        assert opened.read("agents.csv") == (folder / "agents.csv").read_bytes()
        lines = opened.read("history.csv").decode().splitlines()
    assert names == {"centre.toml", "agents.csv", "skills.csv", "history.csv"}
    assert len(lines) == len((folder / "history.csv").read_text().splitlines())
    again = planner.put("/api/v1/centres/north/folder", content=archive.content, headers=seen(1))
    assert again.json()["difference"] == {} and again.json()["applied"] is False
    assert planner.post("/api/v1/centres/north", content=packed(folder)).status_code == 409


def test_every_fault_of_a_folder_is_told_at_once_and_nothing_is_kept(planner: Client, folder: Path) -> None:
    agents = (folder / "agents.csv").read_text().replace("full,22,", "full,many,", 1).encode() + b"a99,part,20,\n"
    answer = planner.post("/api/v1/centres/north", content=packed(folder, **{"agents.csv": agents}))
    assert answer.status_code == 422 and answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert {(fault["line"], fault["column"]) for fault in told["errors"]} == {(2, "hourly_cost"), (10, "contract")}
    assert planner.get("/api/v1/centres/north").status_code == 404


def test_a_change_is_shown_before_it_is_applied(planner: Client, north: str) -> None:
    path, change = "/api/v1/centres/north/tables/agents", {"upsert": [{"agent_id": "a00", "hourly_cost": "25"}]}
    dry = planner.patch(f"{path}?dry_run=true", json=change, headers=seen(1)).json()
    assert dry["applied"] is False and dry["version"] == 1
    assert dry["difference"]["agents.csv"]["changed"] == [
        {"key": {"agent_id": "a00"}, "cells": {"hourly_cost": ["22", "25"]}}
    ]
    done = planner.patch(f"{path}?note=a%20rise", json=change, headers=seen(1))
    assert done.json()["applied"] is True and done.headers["ETag"] == '"2"'
    assert done.json()["difference"] == dry["difference"]
    versions = planner.get("/api/v1/centres/north/versions").json()["items"]
    assert [(v["number"], v["by"], v["note"]) for v in versions] == [(2, "planner-0-", "a rise"), (1, "planner-0-", "")]
    assert planner.get(f"{path}?version=1").json()["items"][0]["hourly_cost"] == "22"
    assert planner.get(path).json()["items"][0]["hourly_cost"] == "25"


def test_two_editors_never_overwrite_each_other(planner: Client, north: str) -> None:
    path, change = "/api/v1/centres/north/tables/agents", {"upsert": [{"agent_id": "a00", "hourly_cost": "25"}]}
    assert planner.patch(path, json=change).status_code == 428
    assert planner.patch(path, json=change, headers={"If-Match": "one"}).status_code == 400
    assert planner.patch(path, json=change, headers=seen(1)).status_code == 200
    late = planner.patch(path, json={"delete": [{"agent_id": "a01"}]}, headers=seen(1))
    assert late.status_code == 412 and late.headers["ETag"] == '"2"'
    told = late.json()
    assert (told["seen"], told["current"]) == (1, 2)
    assert told["difference"]["versions"][0]["by"] == "planner-0-"
    assert told["difference"]["files"]["agents.csv"]["changed"][0]["cells"] == {"hourly_cost": ["22", "25"]}


def test_rows_are_paged_filtered_added_and_deleted_all_or_none(planner: Client, north: str) -> None:
    path = "/api/v1/centres/north/tables/skills"
    first = planner.get(f"{path}?limit=5").json()
    rest = planner.get(f"{path}?limit=1000&after={first['next']}").json()
    assert len(first["items"]) == 5 and len(rest["items"]) == 7 and rest["next"] is None
    assert len(planner.get(f"{path}?where=queue%3Dmail").json()["items"]) == 4
    assert planner.get(f"{path}?where=colour%3Dred").status_code == 422
    assert planner.get("/api/v1/centres/north/tables/secrets").status_code == 404
    bad = {"upsert": [{"agent_id": "a00", "queue": "mail"}], "delete": [{"agent_id": "nobody", "queue": "mail"}]}
    assert planner.patch(path, json=bad, headers=seen(1)).status_code == 422
    assert planner.patch(path, json={"upsert": [{"agent": "a00"}]}, headers=seen(1)).status_code == 422
    unknown = planner.patch(path, json={"upsert": [{"agent_id": "nobody", "queue": "mail"}]}, headers=seen(1))
    assert unknown.status_code == 422 and "nobody" in unknown.json()["errors"][0]["text"]
    good = {"upsert": [{"agent_id": "a00", "queue": "mail"}], "delete": [{"agent_id": "a01", "queue": "mail"}]}
    assert planner.patch(path, json=good, headers=seen(1)).json()["version"] == 2
    held = planner.get(f"{path}?where=queue%3Dmail").json()["items"]
    assert {row["agent_id"] for row in held} == {"a00", "a03", "a05", "a07"}


def test_files_are_written_and_taken_out(planner: Client, north: str) -> None:
    off = b"agent_id,start,end\na01,2026-03-03T00:00,2026-03-04T00:00\n"
    path = "/api/v1/centres/north/files/time_off.csv"
    assert planner.put(path, content=off, headers=seen(1)).json()["version"] == 2
    assert planner.get(path).content == off
    assert "time_off.csv" in {file["name"] for file in planner.get("/api/v1/centres/north/files").json()}
    assert planner.put(path, content=off.replace(b"a01", b"zz"), headers=seen(2)).status_code == 422
    assert planner.delete(path, headers=seen(2)).json()["difference"]["time_off.csv"]["counts"]["removed"] == 1
    assert planner.get(path).status_code == 404 and planner.get(f"{path}?version=2").content == off
    assert planner.put("/api/v1/centres/north/files/evil.sh", content=b"x", headers=seen(3)).status_code == 404
    settings = "/api/v1/centres/north/files/centre.toml"
    assert planner.delete(settings, headers=seen(3)).status_code == 404
    changed = planner.get(settings).content.replace(b"mean_wait_s = 60", b"mean_wait_s = 50")
    told = planner.put(f"{settings}?dry_run=true", content=changed, headers=seen(3)).json()["difference"]
    assert "+mean_wait_s = 50" in told["centre.toml"]["lines"]


def test_history_is_written_over_with_its_difference_told(planner: Client, north: str, folder: Path) -> None:
    lines = (folder / "history.csv").read_text().splitlines()
    changed = "\n".join([*lines[:-1], "2026-03-01T12:00,phone,3,300"]).encode() + b"\n"
    path = "/api/v1/centres/north/files/history.csv"
    told = planner.put(f"{path}?dry_run=true", content=changed, headers=seen(1)).json()
    counts = told["difference"]["history.csv"]["counts"]
    assert (counts["added"], counts["removed"], counts["changed"]) == (1, 1, 0)
    assert planner.put(path, content=changed, headers=seen(1)).json()["version"] == 2


def test_scores_need_their_right_and_deleting_a_centre_the_administrator(
    signed: Signed, admin: Client, planner: Client, north: str
) -> None:
    assert planner.get("/api/v1/centres/north/tables/performance").status_code == 403
    assert signed(Role.PLANNER, Right.SCORES).get("/api/v1/centres/north/tables/performance").status_code == 200
    assert planner.delete("/api/v1/centres/north", headers=seen(1)).status_code == 403
    assert admin.delete("/api/v1/centres/north", headers=seen(1)).status_code == 204
    assert admin.get("/api/v1/centres/north").status_code == 404
    actions = [row["action"] for row in admin.get("/api/v1/audit?target=centres/north").json()["items"]]
    assert actions == ["centre.delete", "centre.create"]


@pytest.mark.parametrize("name", ["North", "-north", "n" * 64, "a.b", "%2e%2e"])
def test_names_of_centres_are_plain(planner: Client, folder: Path, name: str) -> None:
    assert planner.post(f"/api/v1/centres/{name}", content=packed(folder)).status_code in {404, 422}


def test_a_centre_goes_back_to_a_version(planner: Client, north: str, folder: Path) -> None:
    path = "/api/v1/centres/north/tables/agents"
    change = {"upsert": [{"agent_id": "a00", "hourly_cost": "25"}]}
    assert planner.patch(path, json=change, headers=seen(1)).json()["version"] == 2
    lines = (folder / "history.csv").read_text().splitlines()[:-5]
    short = "\n".join(lines).encode() + b"\n"
    assert planner.put("/api/v1/centres/north/files/history.csv", content=short, headers=seen(2)).json()["version"] == 3
    back = "/api/v1/centres/north/versions/1/restore"
    told = planner.post(f"{back}?dry_run=true", headers=seen(3)).json()
    assert set(told["difference"]) == {"agents.csv", "history.csv"} and told["applied"] is False
    assert planner.post(back, headers=seen(3)).json()["version"] == 4
    assert planner.get(path).json()["items"][0]["hourly_cost"] == "22"
    assert planner.post(back, headers=seen(4)).json()["applied"] is False
    shas = {row["number"]: row["sha"] for row in planner.get("/api/v1/centres/north/versions").json()["items"]}
    assert shas[4] == shas[1] != shas[2]
    assert planner.post("/api/v1/centres/north/versions/9/restore", headers=seen(4)).status_code == 404


def test_conditions_say_what_is_wrong_with_them(planner: Client, north: str) -> None:
    path = "/api/v1/centres/north/tables/agents"
    unknown = planner.get(path, params={"where": "teem=x"})
    assert unknown.status_code == 422 and "hourly_cost" in unknown.json()["allowed"]
    for text in ("hourly_cost>=57", "team"):
        assert "such as team=red" in planner.get(path, params={"where": text}).json()["detail"]


def test_a_part_of_history_is_not_judged_as_the_whole(planner: Client, north: str) -> None:
    row = {"upsert": [{"agent_id": "a01", "start": "2026-03-03", "end": "2026-03-04"}]}
    told = planner.patch("/api/v1/centres/north/tables/time_off?dry_run=true", json=row, headers=seen(1)).json()
    assert not [each for each in told["notices"] if "history" in each]
    whole = planner.post("/api/v1/centres/south", content=b"PK")
    assert whole.status_code == 422

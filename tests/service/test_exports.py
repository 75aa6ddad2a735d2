"""Exports: tables as CSV and XLSX that never run, people under pseudonyms that are the same everywhere."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import openpyxl

from api.access.roles import Right, Role
from api.pseudonyms import Pseudonyms
from tests.service.ground import Client, Signed

NORTH = "/api/v1/centres/north"
EVIL = '=HYPERLINK("http://example.com")'


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def column_of(rows: list[tuple[object, ...]], name: str) -> list[object]:
    return [row[rows[0].index(name)] for row in rows[1:]]


def sheet(content: bytes) -> list[tuple[object, ...]]:
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    return [tuple(cell.value for cell in row) for row in page.rows]


def rename(client: Client, name: str) -> None:
    body = {"upsert": [{"agent_id": "a01", "name": name}]}
    answer = client.patch(f"{NORTH}/tables/agents", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text


def test_a_table_is_a_file_in_which_no_text_runs(planner: Client, north: str) -> None:
    rename(planner, EVIL)
    text = planner.get(f"{NORTH}/exports/agents")
    assert text.headers["Content-Disposition"] == 'attachment; filename="north-agents.csv"'
    assert next(row for row in lines(text.content) if row["agent_id"] == "a01")["name"] == "'" + EVIL
    rows = sheet(planner.get(f"{NORTH}/exports/agents?format=xlsx").content)
    assert {type(cell) for cell in column_of(rows, "hourly_cost")} <= {int, float, type(None)}
    assert {type(cell) for cell in column_of(rows, "agent_id")} == {str}
    history = planner.get(f"{NORTH}/exports/history")
    assert history.status_code == 404 and "own operations" in history.json()["detail"]
    place = rows[0].index("name")
    assert [row[place] for row in rows if row[0] == "a01"] == [EVIL]
    book = planner.get(f"{NORTH}/exports/agents?format=xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert "<f>" not in packed.read("xl/worksheets/sheet1.xml").decode()
    assert planner.get(f"{NORTH}/exports/nothing").status_code == 404
    assert planner.get(f"{NORTH}/exports/agents?format=pdf").status_code == 422


def test_rows_of_a_result_are_exported_as_they_are_asked_for(planner: Client, plan: str) -> None:
    path = f"{NORTH}/results/{plan}/exports/roster"
    rows = lines(planner.get(path, params={"where": ["agent_id=a01", "activity=work"]}).content)
    assert rows and {row["agent_id"] for row in rows} == {"a01"} and {row["activity"] for row in rows} == {"work"}
    whole = planner.get(path).content
    assert lines(whole) == lines(planner.get(f"{NORTH}/results/{plan}/files/roster.csv").content)
    counts = sheet(planner.get(f"{NORTH}/results/{plan}/exports/requirement?format=xlsx").content)
    assert counts[0][:3] == ("interval_start", "queue", "volume") and isinstance(counts[30][2], int | float)
    assert planner.get(f"{NORTH}/results/{plan}/exports/scores").status_code == 403


def test_masked_rows_tell_people_apart_and_not_who_they_are(planner: Client, signed: Signed, plan: str) -> None:
    open_, hidden = (lines(planner.get(f"{NORTH}/results/{plan}/exports/roster?masked={m}").content) for m in (0, 1))
    manager = signed(Role.MANAGER, Right.SCORES)
    known = {row["agent_id"]: row["pseudonym"] for row in manager.get(f"{NORTH}/pseudonyms").json()}
    assert len(set(known.values())) == len(known) == 8
    for one, other in zip(open_, hidden, strict=True):
        if one["pool"] == "elastic":
            assert one == other
        else:
            assert other["agent_id"] == known[one["agent_id"]]
            assert other["shift_id"] == one["shift_id"].replace(one["agent_id"], other["agent_id"])
            assert {c: v for c, v in one.items() if c not in {"agent_id", "shift_id"}} == {
                c: v for c, v in other.items() if c not in {"agent_id", "shift_id"}
            }
    people = lines(planner.get(f"{NORTH}/exports/agents?masked=true").content)
    assert {row["agent_id"] for row in people} == set(known.values()) and {row["name"] for row in people} == {""}
    assert planner.get(f"{NORTH}/pseudonyms").status_code == 403


def test_a_masked_folder_is_whole_and_names_nobody(planner: Client, signed: Signed, north: str) -> None:
    rename(planner, "Ann Example")
    manager = signed(Role.MANAGER, Right.SCORES)
    archive = manager.get(f"{NORTH}/folder?masked=true").content
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert {"agents.csv", "skills.csv", "history.csv", "centre.toml"} <= set(texts)
    told = re.compile(r"\b(Ann Example|a01|Agent 3)\b")
    assert not any(told.search(text) for text in texts.values())
    again = planner.post("/api/v1/centres/south", content=archive)
    assert again.status_code == 201, again.text
    audit = [row["action"] for row in signed(Role.ADMIN).get("/api/v1/audit").json()["items"]]
    assert "centre.export" in audit


def test_pseudonyms_are_of_one_centre_and_one_key() -> None:
    here, there, other = Pseudonyms("k", "north"), Pseudonyms("k", "south"), Pseudonyms("l", "north")
    assert here.of("a01") == Pseudonyms("k", "north").of("a01")
    assert len({here.of("a01"), there.of("a01"), other.of("a01"), here.of("a02")}) == 4
    seat = {"agent_id": "elastic-001", "pool": "elastic", "shift_id": "elastic-001-x"}
    assert here.masked("roster", seat) == seat
    assert here.masked("events", {"name": "fair"}) == {"name": "fair"}
    assert here.masked("changes", {"agent_id": "a01", "why": "Ann is ill"})["why"] is None

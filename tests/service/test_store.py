"""The store: migrations both ways on both databases, blobs, versions, histories, the sealed audit."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import DBAPIError

from api.access.audit import record
from api.jobs.work import files_of_result
from api.service import Service
from api.settings import Settings
from api.store.blobs import fetch, keep, sweep
from api.store.columns import new_id
from api.store.database import Database
from api.store.history import load, merged, split, store
from api.store.migrate import differences, migrate, revisions
from api.store.sealed import forget_audit
from api.store.tables import Audit, Base, Blob, Centre, Result, Setting
from domain.errors import InputError


def test_tables_are_made_and_taken_down_again(url: str) -> None:
    database = Database(url)
    migrate(database)
    migrate(database)
    assert differences(database) == []
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    migrate(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrate(database)
    assert differences(database) == []
    database.close()


def test_moments_keep_their_instant_and_need_a_zone(service: Service) -> None:
    from zoneinfo import ZoneInfo

    berlin = datetime(2026, 11, 26, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    with service.database.writing() as session:
        session.add(Centre(id="x", name="x", version=1, created_by="me", created_at=berlin))
    with service.database.reading() as session:
        found = session.get_one(Centre, "x").created_at
    assert found == berlin and found.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="zone"), service.database.writing() as session:
        session.add(Centre(id="y", name="y", version=1, created_by="me", created_at=datetime(2026, 1, 1)))


def test_identifiers_sort_by_age() -> None:
    made = [new_id() for _ in range(200)]
    assert len(set(made)) == 200 and {len(name) for name in made} == {20}
    assert [name[:14] for name in made] == sorted(name[:14] for name in made)


def test_the_same_bytes_are_kept_once_and_swept_when_nobody_needs_them(service: Service) -> None:
    with service.database.writing() as session:
        first, second, again = keep(session, [b"one" * 1000, b"", b"one" * 1000])
        assert first == again != second
    with service.database.writing() as session:
        assert keep(session, [b""]) == [second]
        assert len(session.scalars(select(Blob)).all()) == 2
        assert fetch(session, [first, second, "0" * 64]) == {first: b"one" * 1000, second: b""}
        assert sweep(session) == 2 and fetch(session, [first]) == {}


def test_a_block_that_fails_keeps_nothing(service: Service) -> None:
    with pytest.raises(ZeroDivisionError), service.database.writing() as session:
        session.add(Setting(name="a", value="b"))
        session.flush()
        _ = 1 / 0
    with service.database.reading() as session:
        assert session.get(Setting, "a") is None


@pytest.mark.parametrize("statement", [update(Audit).values(by="nobody"), delete(Audit)], ids=["update", "delete"])
def test_the_database_refuses_to_change_the_audit(service: Service, statement) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DBAPIError, match="sealed"), service.database.writing() as session:
        session.execute(statement)
    with service.database.reading() as session:
        assert [row.by for row in session.scalars(select(Audit))] == ["service"]


def test_retention_takes_old_rows_out_and_leaves_the_seal(service: Service) -> None:
    with service.database.writing() as session:
        record(session, "me", "try", "x", "r1", figure=1)
        assert forget_audit(session, datetime(2020, 1, 1, tzinfo=UTC)) == 0
    with service.database.writing() as session:
        assert forget_audit(session, datetime.now(UTC) + timedelta(seconds=1)) == 2
    with service.database.writing() as session:
        record(session, "me", "try")
    with pytest.raises(DBAPIError, match="sealed"), service.database.writing() as session:
        session.execute(delete(Audit))


def history(rows: list[tuple[str, str, float]]) -> pa.Table:
    """Return a history of (time, queue, offered)."""
    names = sorted({queue for _, queue, _ in rows})
    codes = pa.array([names.index(queue) for _, queue, _ in rows], pa.int32())
    figures = ("handled", "abandoned", "aht_s", "mean_wait_s", "answered_in_target", "backlog")
    return pa.table(
        {
            "interval_start": pa.array(
                np.array([time for time, _, _ in rows], "datetime64[s]"), pa.timestamp("s")
            ).cast(pa.timestamp("s", tz="UTC")),
            "queue": pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string())),
            "offered": pa.array([n for *_, n in rows], pa.float64()),
            **{name: pa.nulls(len(rows), pa.float64()) for name in figures},
        }
    )


def told(table: pa.Table) -> list[tuple[str, str, float]]:
    times = table["interval_start"].to_numpy().astype("datetime64[m]").astype(str).tolist()
    return list(zip(times, table["queue"].cast(pa.string()).to_pylist(), table["offered"].to_pylist(), strict=True))


OCTOBER, NOVEMBER = ("2026-10-31T23:30", "a", 4.0), ("2026-11-01T00:00", "a", 5.0)


def test_a_history_has_its_versions_and_a_day_more_rewrites_one_part(service: Service) -> None:
    other = ("2026-11-01T00:00", "b", 7.0)
    with service.database.writing() as session:
        session.add(Centre(id="north", name="n", version=1, created_by="me"))
        session.flush()
        assert store(session, "north", 1, history([NOVEMBER, OCTOBER, other]), whole=True) == 3
        assert store(session, "north", 2, history([("2026-11-01T00:30", "a", 6.0)]), whole=False) == 1
        assert store(session, "north", 3, history([("2026-11-01T00:30", "a", 6.0)]), whole=False) == 0
        assert store(session, "north", 4, history([("2026-11-01T00:30", "a", 6.5), other]), whole=True) == 2
    with service.database.reading() as session:
        assert told(load(session, "north", 1)) == [OCTOBER, NOVEMBER, other]
        assert told(load(session, "north", 2)) == [OCTOBER, NOVEMBER, ("2026-11-01T00:30", "a", 6.0), other]
        assert told(load(session, "north")) == [("2026-11-01T00:30", "a", 6.5), other]
        assert told(load(session, "north", 2, queue="a", last=datetime(2026, 10, 31).date())) == [OCTOBER]
        assert told(load(session, "north", 2, first=datetime(2026, 11, 5).date(), queue="b")) == [other]
        assert load(session, "nowhere").num_rows == 0


ROWS = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from("abc"), st.integers(0, 99)),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:2],
)


@given(ROWS, ROWS)
def test_parts_hold_what_the_whole_held_and_new_rows_win(first, second) -> None:  # type: ignore[no-untyped-def]
    def rows(found):  # type: ignore[no-untyped-def]
        start = np.datetime64("2026-01-30T00:00", "s")
        return history([(str(start + np.timedelta64(30 * k, "m")), q, float(n)) for k, q, n in found])

    old, new = dict(split(rows(first))), dict(split(rows(second)))
    assert sum(part.num_rows for part in old.values()) == len(first)
    for part in old.keys() & new.keys():
        both = merged(old[part], new[part])
        times = both["interval_start"].to_numpy()
        assert (np.diff(times) > np.timedelta64(0)).all()
        expected = dict(zip(old[part]["interval_start"].to_pylist(), old[part]["offered"].to_pylist(), strict=True))
        expected |= dict(zip(new[part]["interval_start"].to_pylist(), new[part]["offered"].to_pylist(), strict=True))
        assert dict(zip(both["interval_start"].to_pylist(), both["offered"].to_pylist(), strict=True)) == expected


def test_a_published_roster_is_the_same_bytes_after_every_migration(service: Service, north: str, plan: str) -> None:
    """Down to each older revision and up again, with a centre, a published plan and its audit in the tables."""

    def rosters() -> dict[str, bytes]:
        with service.database.reading() as session:
            result = session.scalars(select(Result)).one()
            assert result.state == "published"
            names = files_of_result(session, result.id)
            held = fetch(session, names.values())
            return {name: held[sha] for name, sha in names.items()}

    with service.database.writing() as session:
        session.execute(update(Result).values(state="published"))
        record(session, "me", "plan.publish", f"centres/north/results/{plan}")
        rows = len(session.scalars(select(Audit)).all())
    before = rosters()
    assert len(before) > 10 and before["roster.csv"].startswith(b"agent_id,")
    known = revisions()
    assert known[0] == "0001" and len(known) >= 2
    for revision in [*reversed(known[:-1]), *known[1:]]:
        migrate(service.database, revision)
        assert rosters() == before
        with service.database.reading() as session:
            assert len(session.scalars(select(Audit)).all()) == rows
        with pytest.raises(DBAPIError, match="sealed"), service.database.writing() as session:
            session.execute(update(Audit).values(by="nobody"))
    assert differences(service.database) == []


@pytest.mark.parametrize(
    "address",
    ["mysql://x", "foo", "/tmp/x.db", "sqlite:////proc/none/x.db", "postgresql://u:secret@127.0.0.1:1/x"],
)
def test_what_is_no_database_is_told_in_words(address: str) -> None:
    with pytest.raises(InputError, match="SEATWISE_DATABASE_URL") as told:
        Service.start(Settings.of({}, database_url=address))
    assert "secret" not in str(told.value)


def test_a_file_that_is_no_database_is_told_in_words_and_a_new_one_is_its_owners(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("a letter, not a database" * 100)
    with pytest.raises(InputError, match="not a database"):
        Service.start(Settings.of({}, database_url=f"sqlite:///{tmp_path / 'x.db'}"))
    Service.start(Settings.of({}, database_url=f"sqlite:///{tmp_path / 'y.db'}")).database.close()
    assert stat.S_IMODE((tmp_path / "y.db").stat().st_mode) == 0o600

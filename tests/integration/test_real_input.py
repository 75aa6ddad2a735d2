"""The benchmark on a real log: its parts tell what the log tells, and the past is kept from the future."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks import real
from benchmarks.real_hours import presence, ready_hours
from benchmarks.real_replay import ALL, Replay, invalid, observed
from benchmarks.real_text import table
from benchmarks.real_week import (
    centre_of,
    common_contract,
    earlier_history,
    in_one_queue,
    known_before,
    last_full_week,
    own_contracts,
    write_centre,
)
from planning.call_log.mapping import read_mapping
from planning.call_log.observed import read_observed
from planning.files import read_folder

WEEK = date(1999, 2, 21)

needs_data = pytest.mark.skipif(
    not (real.LOG.is_file() and real.EARLIER.is_file()), reason="the Anonymous Bank log is not there (SEATWISE_DATA)"
)


@pytest.fixture(scope="module")
def mapping():
    return read_mapping(real.MAP)


@pytest.fixture(scope="module")
def seen(mapping):
    return read_observed(real.LOG, mapping)


@pytest.fixture(scope="module")
def known(mapping):
    return known_before(real.LOG, in_one_queue(mapping), WEEK, 0.2)


@pytest.fixture(scope="module")
def history(known):
    told = known.made.tables["history"]
    return pd.concat([earlier_history(real.EARLIER, told, centre_of(known.made), WEEK), told])


def test_without_the_data_it_says_so_and_ends_well(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(real, "LOG", tmp_path / "calls.csv")
    monkeypatch.setattr("sys.argv", ["real", "--out", str(tmp_path / "out")])
    real.main()
    assert capsys.readouterr().out.startswith("skipped: calls.csv")
    assert not (tmp_path / "out").exists()


def test_a_day_is_invalid_beyond_three_points_or_a_tenth_of_the_wait():
    columns = ["offered", "service_level", "mean_wait_s", "abandonment"]

    def replay(share, wait, lost):
        return Replay.of(pd.DataFrame([[100.0, share, wait, lost]], index=["day"], columns=columns))

    seen = replay(0.50, 40.0, 0.10)
    assert invalid(seen, replay(0.52, 43.0, 0.12), "day") == ()
    assert invalid(seen, replay(0.46, 43.0, 0.12), "day") == ("share",)
    assert invalid(seen, replay(0.50, 45.0, 0.14), "day") == ("abandonment", "wait")


def test_the_whole_span_is_weighted_by_contacts():
    by_day = pd.DataFrame({"offered": [100.0, 300.0], "service_level": [0.2, 0.6]}, index=["a", "b"])
    whole = Replay.of(by_day)
    assert whole.get(ALL, "offered") == 400
    assert whole.get(ALL, "service_level") == pytest.approx(0.5)
    assert whole.of_days(["b"]).get(ALL, "service_level") == pytest.approx(0.6)


def test_a_table_is_aligned_markdown():
    assert table(["", "n"], [["a", "10"], ["bb", "9"]]) == ["|    |  n |", "| -- | -: |", "| a  | 10 |", "| bb |  9 |"]


@needs_data
@pytest.mark.data
def test_the_last_whole_week_of_the_log_is_planned(seen):
    assert last_full_week(seen.calls) == WEEK


@needs_data
@pytest.mark.data
def test_hours_ready_lie_within_hours_present(seen):
    present = presence(seen.calls).groupby("day")["hours"].sum()
    ready = ready_hours(seen.calls, seen.spells)
    assert list(ready.index) == list(present.index)
    assert (ready < present).all()
    served = np.nansum(seen.calls.handle_s[seen.calls.answered & (seen.calls.agent >= 0)]) / 3600
    assert served < ready.sum() < present.sum() < 24 * 28 * 24


@needs_data
@pytest.mark.data
def test_january_is_split_without_losing_or_inventing_calls(history):
    """Every day up to the eve of the week is there, and contacts are as large a part of calls in both months."""
    local = pd.to_datetime(history["interval_start"].str[:10])
    offered = history.groupby(local)["offered"].sum()
    assert offered.index.min() == pd.Timestamp("1999-01-01")
    assert offered.index.max() == pd.Timestamp("1999-02-20")
    assert len(offered) == 51
    calls = pd.read_csv(real.EARLIER, parse_dates=["datetime"])
    counted = calls.groupby(calls["datetime"].dt.normalize())["calls"].sum().loc[offered.index]
    part = offered / counted
    assert part.between(0.65, 1.0).all()
    log, earlier = part.index >= "1999-02-01", part.index < "1999-02-01"
    assert part[earlier].mean() == pytest.approx(part[log].mean(), abs=0.03)


@needs_data
@pytest.mark.data
def test_nothing_of_the_week_reaches_the_planning_folder(known, history, seen, tmp_path):
    shifts = presence(seen.calls)
    worked = shifts[shifts["day"].between("1999-02-21", "1999-02-27")]
    names = sorted(set(worked["agent"]))
    place = write_centre(tmp_path / "centre", known, history, names, own_contracts(worked))
    folder = read_folder(place)
    assert folder.history.start.max() < np.datetime64("1999-02-20T22:00")
    assert folder.performance.date.max() < np.datetime64("1999-02-21")
    hours = worked.groupby("agent")["hours"].sum()
    limits = {contract.id: contract.weekly_hours.max for contract in folder.centre.contracts}
    assert all(hours[agent.id] - 0.5 < limits[agent.contract] <= hours[agent.id] for agent in folder.agents)
    free = read_folder(write_centre(tmp_path / "free", known, history, names, common_contract()))
    assert {agent.contract for agent in free.agents} == {"assumed"}
    assert len(free.agents) == len(names)


@needs_data
@pytest.mark.data
def test_the_inferred_staff_gives_back_the_bank_s_service(seen, known):
    """Over four weeks, what the engine's own simulator finds is what the customers got."""
    types = real.call_tables(real.LOG, seen.mapping)
    calls, bank, again = real.reproduce(seen, centre_of(types))
    assert bank.get(ALL, "offered") == again.get(ALL, "offered") == len(calls)
    assert observed(calls).get(ALL, "service_level") == bank.get(ALL, "service_level")
    off = (again.table - bank.table).drop(index=ALL)
    assert off["service_level"].abs().mean() < 0.03
    assert abs(off["service_level"].mean()) < 0.015
    assert off["abandonment"].abs().mean() < 0.015

"""Two years of half hours with the stated level, shape and accidents."""

import numpy as np
import pandas as pd
import pytest

from planning.reference import history
from planning.reference import parameters as case
from planning.reference.write import reference_tables


@pytest.fixture(scope="module")
def table():
    return history.history_table(np.random.default_rng(5))


@pytest.fixture(scope="module")
def daily(table):
    return table.groupby(table["interval_start"].str[:10])["offered"].sum()


def ordinary(daily):
    return daily.drop([str(day) for day, _, _ in history.CAMPAIGNS if str(day) in daily.index])


def test_the_last_eight_weeks_bring_3500_contacts_a_day(daily):
    assert ordinary(daily.iloc[-56:]).mean() == pytest.approx(3500, rel=0.01)


def test_history_is_104_weeks_to_the_day_before_the_demo_week(daily):
    assert daily.index[0] == "2024-11-25"
    assert daily.index[-1] == "2026-11-22"
    assert len(daily) == 728
    assert case.DEMO_WEEK.weekday() == 0


def test_growth_is_eight_per_cent_a_year(daily):
    year = ordinary(daily)
    assert year.iloc[-364:].mean() / year.iloc[:364].mean() == pytest.approx(1.08, abs=0.04)


def test_queues_have_their_shares(table):
    share = table.groupby("queue")["offered"].sum() / table["offered"].sum()
    for cell, expected in case.SHARES.items():
        assert share[case.queue_id(*cell)] == pytest.approx(expected, abs=0.002)
    assert sum(case.SHARES.values()) == pytest.approx(1.0)


def test_channels_and_posts_have_their_margins():
    """20, 20, 15, 10, 30 and 5 % by channel; 40, 30, 20 and 10 % by post."""
    cells = pd.Series(case.SHARES)
    channels = cells.groupby(level=1).sum().round(6).to_dict()
    expected = {"phone": 0.20, "web": 0.20, "wechat": 0.15, "mini": 0.10, "shop": 0.30, "video": 0.05}
    assert channels == expected
    posts = cells.groupby(level=0).sum().round(6).to_dict()
    assert posts == {"pre-sales": 0.4, "in-sale": 0.3, "after-sale": 0.2, "complaints": 0.1}
    assert sum(cells * [case.aht_s(channel) for _, channel in case.SHARES]) == pytest.approx(480)


def test_hours_and_weekdays_have_their_shape(table):
    hour = table["interval_start"].str[11:13].astype(int)
    share = 100 * table.groupby(hour)["offered"].sum() / table["offered"].sum()
    assert share.to_numpy() == pytest.approx(case.HOUR_PERCENT, abs=0.25)
    weekday = pd.to_datetime(table["interval_start"].str[:10]).dt.day_of_week
    by_day = table.groupby(weekday)["offered"].sum()
    assert (by_day / by_day.mean()).to_numpy() == pytest.approx(case.WEEKDAY_FACTORS, abs=0.06)


def test_busyness_is_correlated_from_day_to_day():
    factor = np.concatenate([history.busyness(np.random.default_rng(k)) for k in range(20)])
    assert factor.std() / factor.mean() == pytest.approx(0.10, abs=0.01)
    log = np.log(history.busyness(np.random.default_rng(3), days=7000))
    assert np.corrcoef(log[1:], log[:-1])[0, 1] == pytest.approx(0.6, abs=0.04)


def test_campaigns_multiply_their_day(daily):
    for day, _, lift in history.CAMPAIGNS:
        around = daily.loc[str(day - pd.Timedelta(days=14)) : str(day + pd.Timedelta(days=11))]
        assert daily[str(day)] / ordinary(around).mean() == pytest.approx(lift, rel=0.3)


def test_the_outage_leaves_few_contacts(table):
    day, first, last = history.OUTAGE
    rows = table[table["interval_start"].str.startswith(str(day))]
    hour = rows["interval_start"].str[11:13].astype(int)
    down = rows[(hour >= first) & (hour < last)]["offered"].sum()
    assert down < 0.2 * rows["offered"].sum() / 16 * (last - first)


def test_lost_rows_are_absent_and_not_zero(table):
    full = 728 * 32 * 15
    assert 0.99 * full < len(table) < full
    day, first, last = history.LOST_AFTERNOON
    lost = table[table["interval_start"].between(f"{day}T{first:02d}:00", f"{day}T{last - 1:02d}:59")]
    assert lost.empty
    assert not table.duplicated(["interval_start", "queue"]).any()


def test_counts_add_up_and_waits_are_those_of_a_flat_roster(table):
    """The case's four minutes; the impatient leave with probability wait / patience."""
    assert (table["handled"] + table["abandoned"] == table["offered"]).all()
    assert (table["aht_s"].isna() == (table["handled"] == 0)).all()
    campaign = table["interval_start"].str[:10].isin([str(day) for day, _, _ in history.CAMPAIGNS])
    usual = table[~campaign]
    wait = (usual["mean_wait_s"] * usual["offered"]).sum() / usual["offered"].sum()
    assert wait == pytest.approx(240, rel=0.03)
    assert usual["abandoned"].sum() / usual["offered"].sum() == pytest.approx(wait / 1500, abs=0.005)


def test_handle_times_are_the_channels(table):
    phone = table["queue"].str.endswith("phone")
    for rows, mean in ((table[phone], 360), (table[~phone], 510)):
        aht = (rows["aht_s"] * rows["handled"]).sum() / rows["handled"].sum()
        assert aht == pytest.approx(mean, rel=0.005)


def test_the_same_seed_gives_the_same_tables():
    one, two, other = (reference_tables(seed=seed) for seed in (3, 3, 4))
    for name, frame in one.tables().items():
        pd.testing.assert_frame_equal(frame, two.tables()[name])
    assert not one.history["offered"].equals(other.history["offered"])

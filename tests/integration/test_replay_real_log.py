"""A real log replayed contact by contact by the staff that it shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import real
from domain.progress import Control
from domain.roster import Roster, Stretch
from planning.call_log.mapping import read_mapping
from planning.call_log.observed import read_observed
from planning.call_log.write import call_tables
from planning.files import read_folder, write_folder
from planning.replay import read_logged_days, replay_days

pytestmark = pytest.mark.skipif(not real.LOG.is_file(), reason="the Anonymous Bank log is not there (SEATWISE_DATA)")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Return observed and simulated figures of all queues together, by day."""
    mapping = read_mapping(real.MAP)
    made = call_tables(real.LOG, mapping)
    # The roster is of the time on contact duty itself, so nothing of it is lost.
    keys = made.centre | {"shrinkage": {"absence": 0.0, "in_shift": 0.0}}
    folder = read_folder(write_folder(Path(tmp_path_factory.mktemp("bank")) / "centre", keys, made.tables))
    known = {agent.id for agent in folder.agents}
    spells = [spell for spell in read_observed(real.LOG, mapping).spells if spell.agent in known]
    roster = Roster.of(
        Stretch(spell.agent, spell.start, spell.end, queues=spell.queues, shift_id=str(k))
        for k, spell in enumerate(spells)
        if spell.end > spell.start
    )
    begins = [np.datetime64("1999-02-01").item(), np.datetime64("1999-02-28").item()]
    actual = read_logged_days(real.LOG, real.MAP, folder.centre, begins)
    rows = replay_days(folder, roster, actual, Control(), replications=40).rows
    assert (
        sum(row.observed for row in rows if (row.scope, row.measure, row.queue) == ("all", "offered", "all")) == 31125
    )
    mine = [row for row in rows if row.queue == "all" and row.scope == "day"]
    return pd.DataFrame([(r.measure, r.observed, r.simulated, r.inside) for r in mine]).set_axis(
        ["measure", "observed", "simulated", "inside"], axis=1
    )


@pytest.mark.parametrize(
    ("measure", "bias", "error", "inside"),
    [("service_level", 0.01, 0.025, 0.85), ("abandonment", 0.01, 0.015, 0.80), ("mean_wait_s", 8.0, 8.0, 0.65)],
)
def test_the_bank_is_reproduced_as_well_as_the_page_says(
    days: pd.DataFrame, measure: str, bias: float, error: float, inside: float
) -> None:
    mine = days[days["measure"] == measure]
    off = mine["simulated"] - mine["observed"]
    assert len(mine) == 28
    assert abs(off.mean()) < bias and off.abs().mean() < error
    assert mine["inside"].mean() > inside

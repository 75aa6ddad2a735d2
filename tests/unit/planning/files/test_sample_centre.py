"""The sample settings read without a word, and hold every key there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain import centre, contracts, fairness, queues, sites, tiers
from planning.files.faults import Faults
from planning.files.settings import read_settings
from planning.files.unplanned import NOT_YET

SAMPLE = Path(__file__).parents[4] / "docs" / "reference" / "centre.toml"
ELSEWHERE = {
    "from_minute": "from",
    "start": "from",
    "to_minute": "to",
    "targets": "target",
    "window": "days",
    "before_minute": "before",
    "after_minute": "after",
}
"""Fields that the file calls otherwise."""

ENTITIES = (
    queues.Queue,
    queues.Target,
    queues.Growth,
    contracts.Contract,
    contracts.BreakRule,
    contracts.StartWindow,
    contracts.WeekendRule,
    contracts.NightWindow,
    contracts.Limits,
    tiers.Tier,
    tiers.TierTarget,
    sites.Site,
    centre.MinimumStaff,
    centre.Shrinkage,
    centre.Planning,
    centre.Premium,
    centre.Overtime,
    centre.Pay,
    centre.ElasticPool,
    centre.Experts,
    centre.Scorecard,
    centre.Supervision,
    centre.Priorities,
    fairness.Fairness,
    fairness.FairnessWeights,
    fairness.UnpopularHours,
    centre.Centre,
)


def test_the_sample_reads_without_fault_and_keys_without_effect_are_said():
    faults = Faults()
    settings = read_settings(SAMPLE.read_bytes(), faults)
    assert settings.centre is not None
    assert not faults.wrong
    assert [n.column for n in faults.notices] == ["pay.overtime.rates[2]"]
    assert all(NOT_YET in n.remark for n in faults.notices)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_every_key_is_in_the_sample(entity):
    text = SAMPLE.read_text(encoding="utf-8")
    for field in entity.model_fields:
        key = ELSEWHERE.get(field, field)
        assert re.search(rf"(?m)(^|[\[{{,\s#]){key}( =|\]|\]\]|  )", text), key


def test_a_line_says_what_each_key_is():
    """Every key of its own line has its comment there, or is explained below."""
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        if re.match(r"[a-z_]+ = [^\[{]", line) and "[[queues]]" not in line:
            told = "#" in line or line.split(" =")[0] in {"id", "channel", "aht_s", "patience_s", "concurrency"}
            assert told, line

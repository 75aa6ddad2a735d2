"""Models of the day's revision, learned once and kept for the next answer of the week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.progress import Control
from domain.roster import Roster
from planning.today import learned
from tests.unit.planning.today_case import WEEK, folder_of, models_of, rows_of, world_of


@pytest.fixture
def asked(monkeypatch):
    """Count how often anything is learned."""
    calls: list[object] = []
    made = models_of(world_of(folder_of(), Roster.of(rows_of())))
    monkeypatch.setattr(learned, "learn_intraday", lambda *given: calls.append(given) or made)
    return calls


def test_models_are_kept_to_the_letter(tmp_path, asked):
    folder = folder_of()
    first = learned.models_for(folder, WEEK, Control(), tmp_path)
    path = learned.write_models(first, folder, WEEK, tmp_path)
    before = path.read_bytes()
    again = learned.models_for(folder, WEEK, Control(), tmp_path)
    assert len(asked) == 1
    for one, other in zip(first, again, strict=True):
        assert (one.queue, one.step_minutes, one.carry, one.days) == (
            other.queue,
            other.step_minutes,
            other.carry,
            other.days,
        )
        np.testing.assert_array_equal(one.covariance, other.covariance)
        np.testing.assert_array_equal(one.strength, other.strength)
        np.testing.assert_array_equal(one.carry_strength, other.carry_strength)
    assert learned.write_models(again, folder, WEEK, tmp_path).read_bytes() == before


def test_another_week_or_history_is_learned_anew(tmp_path, asked):
    folder = folder_of()
    learned.write_models(learned.models_for(folder, WEEK, Control()), folder, WEEK, tmp_path)
    learned.models_for(folder, WEEK.replace(day=30), Control(), tmp_path)
    longer = replace(folder, history=replace(folder.history, queues=("phone", "chat", "mail")))
    learned.models_for(longer, WEEK, Control(), tmp_path)
    assert len(asked) == 3


def test_a_file_that_is_none_of_ours_is_not_taken(tmp_path, asked):
    (tmp_path / learned.FILE).write_bytes(b"something else")
    learned.models_for(folder_of(), WEEK, Control(), tmp_path)
    assert len(asked) == 1

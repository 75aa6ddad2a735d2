"""No member, band or choice looks past its origin: what comes later may be anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from domain.people import Event
from forecasting.calibration import lead_calibration
from forecasting.days import queue_days
from forecasting.selection import choose
from forecasting.study import queue_study

FIRST, DAYS, ORIGIN = date(2022, 1, 3), 700, 630


def test_wild_later_days_change_no_member_no_band_and_no_choice(make_centre, make_history, weekly_total):
    """Two years of history, the last ten weeks of it times seven or unknown, seen from before those weeks."""
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, weekly_total)
    later = history.start >= np.datetime64("2023-09-24T22:00:00")
    wild = replace(history, offered=np.where(later, 7 * history.offered + 3, history.offered))
    absent = history.select(~later)
    campaign = Event.model_validate(
        {"name": "sale", "start": "2023-03-07T00:00+01:00", "end": "2023-03-08T00:00+01:00", "kind": "campaign"}
    )
    seen = []
    for known in (history, wild, absent):
        (days,) = queue_days(known, centre, FIRST, DAYS + 14, date(2024, 1, 1))
        study = queue_study(days, (campaign,), centre, span=14)
        choice = choose(study, ORIGIN, 0, 7)
        seen.append((study.paths(ORIGIN), choice, lead_calibration(study, choice.member, ORIGIN, 0, 7)))
    paths, choice, calibration = seen[0]
    assert len(paths) >= 8
    for other, its_choice, its_calibration in seen[1:]:
        assert set(other) == set(paths) and its_choice == choice
        for name, path in paths.items():
            assert np.array_equal(path, other[name]), name
        assert str(its_calibration) == str(calibration)

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Event
from domain.progress import Control
from domain.queues import Channel
from forecasting.calibration import lead_calibration
from forecasting.explanation import stretches
from forecasting.forecast import LEVELS
from forecasting.forecaster import make_forecast
from forecasting.members import FLOOR
from forecasting.selection import Choice


def forecast(history, centre, first, days=7, events=(), control=None):
    return make_forecast(history, centre, events, first, days, seed=1, control=control or Control())


def of_day(found, queue=0):
    return np.bincount(found.grid.day_of, weights=found.mean[queue])


def moment(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Paris"))


FIRST, AHEAD = date(2023, 10, 2), date(2024, 2, 5)
DAYS = (AHEAD - FIRST).days


def test_a_usual_week_is_forecast_with_its_shape_and_bands(make_centre, make_history, weekly_total):
    centre = make_centre()
    found, (choice,) = forecast(make_history(centre, FIRST, DAYS, weekly_total), centre, AHEAD)
    truth = np.array([weekly_total(AHEAD + timedelta(days=k)) for k in range(7)])
    assert np.abs(of_day(found) / truth - 1).max() < 0.08
    assert found.grid.size == 7 * 48
    assert not found.mean[0][~found.open[0]].any()
    assert np.all(np.diff(found.bands, axis=0) >= 0)
    assert np.all((found.bands[0] <= found.mean) & (found.mean <= found.bands[-1]))
    assert choice.error <= choice.floor_error
    assert set(choice.errors) >= {FLOOR, choice.member}
    assert not found.known


@pytest.mark.parametrize(
    ("first", "step", "size"),
    [(date(2024, 3, 25), 15, 668), (date(2024, 10, 21), 15, 676), (date(2024, 3, 25), 60, 167)],
)
def test_weeks_of_a_clock_change(make_centre, make_history, weekly_total, first, step, size):
    centre = make_centre(step=step)
    history = make_history(centre, first - timedelta(days=70), 70, weekly_total)
    found, _ = forecast(history, centre, first)
    assert found.grid.size == size
    sunday = weekly_total(first + timedelta(days=6))
    assert of_day(found)[6] == pytest.approx(sunday, rel=0.15)
    peak = found.grid.minute_of_day[found.grid.day_of == 6][np.argmax(found.mean[0][found.grid.day_of == 6])]
    assert abs(peak - 780) <= 90


def test_nothing_from_the_first_day_on_is_looked_at(make_centre, make_history, weekly_total):
    centre = make_centre()
    longer = make_history(centre, FIRST, DAYS + 14, weekly_total)
    cut = longer.select(longer.start < np.datetime64(moment(AHEAD).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)))
    longer.offered[longer.start >= cut.start.max() + np.timedelta64(1, "h")] = 1e6
    a, _ = forecast(longer, centre, AHEAD)
    b, _ = forecast(cut, centre, AHEAD)
    assert np.array_equal(a.mean, b.mean)
    assert np.array_equal(a.bands, b.bands)


def test_the_same_input_gives_the_same_forecast(make_centre, make_history, weekly_total):
    centre = make_centre("a", "b")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    (a, notes_a), (b, notes_b) = (forecast(history, centre, AHEAD) for _ in range(2))
    assert np.array_equal(a.bands, b.bands)
    assert notes_a == notes_b


def test_a_queue_without_history_is_zero_and_says_so_loudly(make_centre, make_history, weekly_total):
    centre = make_centre("old", "new")
    history = make_history(centre, FIRST, DAYS, weekly_total)
    only_old = history.select(history.queue == 0)
    found, choices = forecast(only_old, centre, AHEAD)
    assert found.mean[0].sum() > 0
    assert not found.mean[1].any()
    assert not found.bands[:, 1].any()
    assert any("NO HISTORY" in note for note in choices[1].notes)


def test_no_rows_at_all(make_centre):
    centre = make_centre()
    blank = np.zeros(0)
    history = History(("phone",), blank.astype("datetime64[s]"), blank.astype(np.int64), *(blank for _ in range(7)))
    found, (choice,) = forecast(history, centre, AHEAD)
    assert not found.mean.any()
    assert "NO HISTORY" in choice.notes[0]


def test_three_days_give_their_level_with_wide_bands_and_a_note(make_centre, make_history):
    centre = make_centre()
    found, (choice,) = forecast(make_history(centre, AHEAD - timedelta(days=3), 3), centre, AHEAD)
    assert np.abs(of_day(found) / 500 - 1).max() < 0.1
    busy = np.argmax(found.mean[0])
    width = found.bands[:, 0, busy] / found.mean[0, busy]
    assert width[0] < 0.5
    assert width[-1] > 1.5
    assert any("too short" in note for note in choice.notes)


def test_a_handful_of_rows_is_borne(make_centre, make_history):
    centre = make_centre()
    history = make_history(centre, AHEAD - timedelta(days=1), 1)
    few = history.select(np.arange(len(history)) < 5)
    found, (choice,) = forecast(few, centre, AHEAD)
    assert np.isfinite(found.mean).all()
    assert found.mean[0, found.open[0]].min() > 0
    assert choice.notes


def test_zeros_are_learned_as_zeros(make_centre, make_history, weekly_total):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS, lambda day: 0.0 if day.weekday() == 6 else weekly_total(day))
    found, _ = forecast(history, centre, AHEAD)
    assert of_day(found)[6] < 3
    assert of_day(found)[0] > 600


def test_a_weekday_that_was_never_logged_is_closed_only_if_hours_are_not_stated(
    make_centre, make_history, weekly_total
):
    for hours, wanted in ((None, 400.0), ((), 0.0)):
        centre = make_centre() if hours is None else make_centre(open=hours)
        history = make_history(centre, FIRST, DAYS, weekly_total, keep=lambda grid: grid.weekday != 6)
        found, (choice,) = forecast(history, centre, AHEAD)
        sunday = of_day(found)[6]
        assert (sunday > wanted) if wanted else (sunday == 0), choice
        assert any("Sun" in note or "taken as closed" in note for note in choice.notes)


def test_missing_rows_and_weeks_do_not_pull_the_level_down(make_centre, make_history, weekly_total):
    centre = make_centre()
    rng = np.random.default_rng(0)

    def keep(grid):
        week = grid.day_of // 7
        return (rng.random(grid.size) > 0.1) & (week % 5 != 3)

    history = make_history(centre, FIRST, DAYS, weekly_total, keep=keep)
    found, _ = forecast(history, centre, AHEAD)
    truth = np.array([weekly_total(AHEAD + timedelta(days=k)) for k in range(7)])
    assert of_day(found).sum() == pytest.approx(truth.sum(), rel=0.04)


def test_a_missing_last_week_makes_the_lead_longer_and_is_said(make_centre, make_history, weekly_total):
    centre = make_centre()
    history = make_history(centre, FIRST, DAYS - 7, weekly_total)
    found, (choice,) = forecast(history, centre, AHEAD)
    assert found.grid.size == 336
    assert any("7 days before" in note for note in choice.notes)


def test_a_lasting_level_shift_is_followed(make_centre, make_history, weekly_total):
    centre = make_centre()
    shift = AHEAD - timedelta(days=28)
    history = make_history(centre, FIRST, DAYS, lambda d: weekly_total(d) * (1.6 if d >= shift else 1.0))
    found, _ = forecast(history, centre, AHEAD)
    truth = 1.6 * sum(weekly_total(AHEAD + timedelta(days=k)) for k in range(7))
    assert of_day(found).sum() == pytest.approx(truth, rel=0.15)


def test_closed_events_close_and_deferred_work_arrives_all_the_same(make_centre, make_history, weekly_total):
    wednesday = AHEAD + timedelta(days=2)
    event = Event(start=moment(wednesday), end=moment(wednesday + timedelta(days=1)), name="Move", kind="closed")
    for channel in (Channel.VOICE, Channel.DEFERRED):
        centre = make_centre(channel=channel)
        found, _ = forecast(make_history(centre, FIRST, DAYS, weekly_total), centre, AHEAD, events=[event])
        mine = found.grid.day_of == 2
        if channel is Channel.VOICE:
            assert not found.mean[0, mine].any()
            assert not found.bands[:, 0, mine].any()
            assert not found.open[0, mine].any()
        else:
            assert of_day(found)[2] > 400
            assert found.open.all()


def test_a_given_lift_is_applied_beyond_the_gate_and_named(make_centre, make_history, weekly_total):
    centre = make_centre()
    friday = AHEAD + timedelta(days=4)
    event = Event(start=moment(friday), end=moment(friday + timedelta(days=1)), name="Sale", lift=3.0)
    history = make_history(centre, FIRST, DAYS, weekly_total)
    plain, _ = forecast(history, centre, AHEAD)
    lifted, (choice,) = forecast(history, centre, AHEAD, events=[event])
    assert of_day(lifted)[4] == pytest.approx(3 * of_day(plain)[4], rel=1e-6)
    assert of_day(lifted)[3] == pytest.approx(of_day(plain)[3], rel=1e-6)
    assert any("Sale" in note and "3.00" in note for note in choice.notes)


def test_a_lift_is_learned_from_a_namesake(make_centre, make_history, weekly_total):
    centre = make_centre()
    past, ahead = date(2023, 12, 14), date(2024, 2, 8)
    history = make_history(centre, FIRST, DAYS, lambda d: weekly_total(d) * (2.5 if d == past else 1.0))
    events = [Event(start=moment(d), end=moment(d + timedelta(days=1)), name=f"Sale {d.year}") for d in (past, ahead)]
    found, (choice,) = forecast(history, centre, AHEAD, events=events)
    assert of_day(found)[3] == pytest.approx(2.5 * weekly_total(ahead), rel=0.12)
    assert any("learned" in note for note in choice.notes)


def test_long_horizons_are_forecast_with_bands_that_do_not_narrow(make_centre, make_history, weekly_total):
    centre = make_centre()
    found, _ = forecast(make_history(centre, FIRST, DAYS, weekly_total), centre, AHEAD, days=100)
    assert found.grid.days[-1] == AHEAD + timedelta(days=99)
    noon = (found.grid.minute_of_day == 780) & (found.grid.weekday == 2)
    width = (found.bands[-1] - found.bands[0])[0, noon] / found.mean[0, noon]
    assert width[-1] > width[0]


def test_hours_past_midnight(make_centre, weekly_total):
    night = WeeklyWindow(frozenset(range(7)), 20 * 60, 2 * 60)
    centre = make_centre(open=(night,))
    from domain.grid import IntervalGrid

    grid = IntervalGrid.of_days(FIRST, DAYS, centre.timezone, 30)
    open_ = (grid.minute_of_day >= 1200) | (grid.minute_of_day < 120)
    blank = np.full(int(open_.sum()), np.nan)
    offered = np.random.default_rng(0).poisson(20, int(open_.sum())).astype(float)
    zero = np.zeros(len(blank), dtype=np.int64)
    history = History(("phone",), grid.starts[open_], zero, offered, blank, blank, blank, blank, blank, blank)
    found, _ = forecast(history, centre, AHEAD)
    assert np.abs(found.mean[0, found.open[0]] / 20 - 1).max() < 0.25
    assert found.open[0].sum() == 7 * 12


def test_low_volume_keeps_its_level(make_centre, make_history):
    centre = make_centre()
    found, _ = forecast(make_history(centre, FIRST, DAYS, lambda d: 6.0), centre, AHEAD)
    assert of_day(found).sum() == pytest.approx(42, rel=0.15)
    assert found.bands[LEVELS.index(0.975)].max() >= 1


def test_when_stopped_the_rest_gets_the_floor(make_centre, make_history, weekly_total):
    centre = make_centre()
    control = Control()
    control.cancel.set()
    found, (choice,) = forecast(make_history(centre, FIRST, DAYS, weekly_total), centre, AHEAD, control=control)
    assert choice.member == FLOOR
    assert found.mean.sum() > 0


def test_progress_is_reported(make_centre, make_history, weekly_total):
    centre = make_centre("a", "b")
    seen = []
    control = Control(report=lambda step, share, note: seen.append((step, share, note)))
    forecast(make_history(centre, AHEAD - timedelta(days=20), 20, weekly_total), centre, AHEAD, control=control)
    assert [share for _, share, _ in seen] == [0.0, 0.5, 1.0]


def test_a_shorter_lead_than_the_forecasts_is_said(make_centre, make_history):
    centre = make_centre()
    _, (choice,) = forecast(make_history(centre, AHEAD - timedelta(days=120), 80), centre, AHEAD)
    assert any("begins 40 days after" in note and "begin 19 days after it" in note for note in choice.notes)
    assert any("at a lead of 19 days, not 40" in note for note in choice.notes)
    _, (near,) = forecast(make_history(centre, AHEAD - timedelta(days=80), 80), centre, AHEAD)
    assert not any("days after the end of history" in note for note in near.notes)


def test_why_there_was_no_back_test_is_said(make_centre, make_history):
    centre = make_centre()
    _, (young,) = forecast(make_history(centre, AHEAD - timedelta(days=38), 38), centre, AHEAD)
    assert any("38 days of history are too short for a back-test of 7 days" in note for note in young.notes)
    control = Control()
    control.cancel.set()
    _, (stopped,) = forecast(make_history(centre, FIRST, DAYS), centre, AHEAD, control=control)
    assert any("stopped before its back-test" in note for note in stopped.notes)


def test_a_sparse_queue_is_staffed_and_says_why(make_centre, make_history):
    centre = make_centre()
    found, (choice,) = forecast(make_history(centre, FIRST, DAYS, lambda d: 0.5, seed=3), centre, AHEAD)
    assert found.mean.sum() > 1.5
    assert any("errs less" in note and "off by -100%" in note for note in choice.notes)


def test_bands_of_a_last_short_week_rest_on_whole_weeks(make_centre, make_history, weekly_total, monkeypatch):
    import forecasting.forecaster as module

    asked = []

    def watched(study, member, end, low, high):
        asked.append(len(study.paths(end - 60)[member]) - high)
        return lead_calibration(study, member, end, low, high)

    monkeypatch.setattr(module, "lead_calibration", watched)
    centre = make_centre()
    forecast(make_history(centre, FIRST, DAYS - 5, weekly_total), centre, AHEAD, days=8)
    assert len(asked) == 2
    assert min(asked) >= 0


def test_each_week_ahead_takes_its_own_member_and_says_which():
    choices = [Choice(name, {}, 0, False) for name in ("a", "b", "b", "c")]
    assert [when for _, when in stretches(choices)] == [" (week 1)", " (weeks 2 to 3)", " (week 4)"]
    assert [(first.member, when) for first, when in stretches(choices[1:3])] == [("b", "")]

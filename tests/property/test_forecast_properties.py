"""What must hold of a forecast whatever the history."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.centre import Centre
from domain.grid import IntervalGrid
from domain.history import History
from domain.hours import WeeklyWindow
from domain.people import Event
from domain.progress import Control
from domain.queues import Queue
from forecasting.bands import PastErrors, bands, calibrate
from forecasting.forecast import LEVELS
from forecasting.forecaster import make_forecast
from forecasting.members import FLOOR
from forecasting.scenarios import scenarios


@st.composite
def histories(draw):
    """Histories of any length, volume, step and completeness, zeros and bursts among them."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    step = draw(st.sampled_from((15, 30, 60)))
    zone = draw(st.sampled_from(("Asia/Shanghai", "Europe/Paris", "America/New_York")))
    hours = draw(st.sampled_from((None, (480, 1200), (1260, 360))))
    opening = () if hours is None else (WeeklyWindow(frozenset(range(7)), *hours),)
    queue = Queue(id="q", open=opening, aht_s=draw(st.sampled_from((None, 300.0))))
    centre = Centre(
        name="c",
        timezone=zone,
        country=draw(st.sampled_from(("", "CN", "FR"))),
        interval_minutes=step,
        queues=(queue,),
        contracts=(),
    )
    days = draw(st.sampled_from((1, 3, 9, 40, 75)))
    first = date(2024, 3, 1) + timedelta(days=draw(st.integers(0, 300)))
    grid = IntervalGrid.of_days(first - timedelta(days=days), days, zone, step)
    level = draw(st.sampled_from((0.0, 0.05, 3.0, 200.0)))
    volume = level * np.exp(draw(st.sampled_from((0.0, 0.5))) * rng.normal(size=days))[grid.day_of]
    volume = volume * (1 + 0.5 * np.sin(grid.minute_of_day / 250)) * draw(st.sampled_from((1.0, 30.0)))
    keep = rng.random(grid.size) < draw(st.sampled_from((0.02, 0.7, 1.0)))
    offered = rng.poisson(volume).astype(float)[keep]
    blank = np.full(len(offered), np.nan)
    queue_of = np.zeros(len(offered), dtype=np.int64)
    history = History(("q",), grid.starts[keep], queue_of, offered, blank, blank, blank, blank, blank, blank)
    return centre, history, first, draw(st.sampled_from((1, 7, 10)))


@settings(max_examples=25, deadline=None)
@given(histories())
def test_every_forecast_is_finite_ordered_and_no_worse_than_the_median_in_its_back_test(case):
    centre, history, first, days = case
    found, (choice,) = make_forecast(history, centre, (), first, days, seed=1, control=Control())
    assert np.isfinite(found.mean).all()
    assert (found.mean >= 0).all()
    assert np.isfinite(found.bands).all()
    assert (found.bands >= 0).all()
    assert (np.diff(found.bands, axis=0) >= 0).all()
    assert (found.bands[0] <= found.mean).all()
    assert (found.mean <= found.bands[-1]).all()
    assert not found.mean[~found.open].any()
    if choice.errors:
        assert choice.error <= choice.errors[FLOOR]
    drawn = scenarios(found, 3, np.random.default_rng(0))
    assert np.isfinite(drawn).all()
    assert (drawn >= 0).all()
    assert (drawn[:, found.mean == 0] == 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.01, 500),
    st.lists(st.floats(0, 1e5), min_size=1, max_size=20),
)
def test_bands_are_ordered_hold_the_mean_and_grow_with_it(seed, mean, expected):
    rng = np.random.default_rng(seed)
    volume = mean * rng.uniform(0.1, 2, 600)
    errors = PastErrors(volume, rng.poisson(volume).astype(float), rng.uniform(0.1, 1, 600), np.arange(600) // 20)
    values = np.sort(np.array(expected))
    band = bands(values, calibrate(errors), np.zeros(len(values)))
    assert band.shape == (len(LEVELS), len(values))
    assert (np.diff(band, axis=0) >= 0).all()
    assert ((band[0] <= values) & (values <= band[-1])).all()


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 60), st.sampled_from((0.0, 0.2, 30.0))), min_size=2, max_size=3
    ),
    st.sampled_from((None, 0.0, 50.0)),
    st.lists(
        st.tuples(st.integers(-60, 9), st.integers(1, 3), st.sampled_from(("campaign", "outage", "closed", "holiday"))),
        max_size=3,
    ),
)
def test_short_dead_and_empty_queues_with_any_events_never_give_a_forecast_below_zero_or_absent(
    seed, queues, planned, spans
):
    """Each queue logs some days and then falls silent for some."""
    rng = np.random.default_rng(seed)
    first = date(2024, 6, 3)
    hours = (WeeklyWindow(frozenset(range(7)), 480, 1200),)
    centre = Centre(
        name="c",
        timezone="Europe/Paris",
        country="FR",
        interval_minutes=60,
        queues=tuple(Queue(id=f"q{k}", open=hours, expected_per_day=planned) for k in range(len(queues))),
        contracts=(),
    )
    parts = []
    for k, (days, silent, level) in enumerate(queues):
        grid = IntervalGrid.of_days(first - timedelta(days=days + silent), days, "Europe/Paris", 60)
        keep = (grid.minute_of_day >= 480) & (grid.minute_of_day < 1200) if days else np.zeros(0, bool)
        parts.append(
            (grid.starts[keep], np.full(int(keep.sum()), k), rng.poisson(level, int(keep.sum())).astype(float))
        )
    start, queue, offered = (np.concatenate(column) for column in zip(*parts, strict=True))
    blank = np.full(len(start), np.nan)
    history = History(centre.queue_ids, start, queue, offered, blank, blank, blank, blank, blank, blank)
    midnight = datetime(2024, 6, 3, tzinfo=ZoneInfo("Europe/Paris"))
    events = [
        Event(
            start=midnight + timedelta(days=at), end=midnight + timedelta(days=at + length), name=f"e{kind}", kind=kind
        )
        for at, length, kind in spans
    ]
    found, choices = make_forecast(history, centre, events, first, 7, seed=1, control=Control())
    for values in (found.mean, found.bands):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (np.diff(found.bands, axis=0) >= 0).all()
    assert (found.bands[0] <= found.mean).all()
    assert (found.mean <= found.bands[-1]).all()
    assert not found.mean[~found.open].any()
    assert all(choice.notes for choice in choices)

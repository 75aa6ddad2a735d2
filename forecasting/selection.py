"""The choice of a member for each queue, by rolling back-test at the lead that is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from domain.history import Floats
from forecasting.members import COMBINATION, FLOOR, MEANS, WITH_TREES
from forecasting.study import ORIGINS, QueueStudy

LEAST_ORIGINS = 3
"""With fewer of them at a lead, members are compared at a shorter one."""

MANY_ORIGINS = 2 * ORIGINS
"""From so many on every second week is judged: neighbouring ones share most of what they forecast."""

HALF_LIFE_WEEKS = 4.0
"""After so many weeks an origin's errors count half, one week ahead; see ``_patience`` for more."""

PREFERENCE = 0.04
"""A member must beat the combination by this share of its error to be taken instead, more with few origins."""

TREES_PREFERENCE = 0.25
"""Of that share, what the combination must beat the one with trees by: they are alike, and differ less by chance."""

PLAIN = frozenset({FLOOR, MEANS})
"""Members without a model; one must beat the model taken by twice the preference."""

SPARSE = 2.0
"""Below this many contacts an interval, members are judged on day totals: slot errors reward zeros."""


BIAS = 0.15
"""On sparse queues a member whose total lies further off is biased, unless chance explains it."""

WORST_BIAS = 0.5
"""A total so far off is biased however few contacts there were: nobody would be staffed, or far too many."""


@dataclass(frozen=True)
class Choice:
    """Which member was chosen, and on what evidence.

    Attributes
    ----------
    member : str
    errors : mapping of str to float
        Back-test error of every candidate: absolute error over contacts, recent origins weighing more;
        empty without a back-test.
    origins : int
        Past origins it rests on.
    by_day : bool
        Whether errors are those of day totals (sparse queues) and not of intervals.
    lead, judged_lead : int
        Days between the end of what is known and the first day wanted, and of the past forecasts that were
        judged: fewer where history does not reach.
    bias : mapping of str to float
        Error of every candidate's total over contacts; positive is too many.
    passed_over : str
        The member of least error where it was passed over for its bias, else empty.
    stopped : bool
        Whether there was no time for a back-test.
    """

    member: str
    errors: Mapping[str, float]
    origins: int
    by_day: bool
    lead: int = 0
    judged_lead: int = 0
    bias: Mapping[str, float] = field(default_factory=dict)
    passed_over: str = ""
    stopped: bool = False


def choose(study: QueueStudy, end: int, low: int, high: int) -> Choice:
    """Choose the member for days ``low`` to ``high`` (exclusive) after ``end``, by data before ``end``.

    Notes
    -----
    The combination is preferred; another member is taken where its error is lower by a margin. Nothing
    is taken whose error is above that of the 8-week median, save on sparse queues: see `unbiased`. Only
    origins count at which history was long enough for what is preferred today; where there is none, that
    is taken unproven.
    """
    past = study.days.before(end)
    recent = slice(max(end - 56, 0), end)
    open_cells = np.isfinite(past.counts[recent]) & past.live[past.weekday[recent]]
    mean = float(past.counts[recent][open_cells].mean()) if np.any(open_cells) else 0.0
    by_day = mean < SPARSE
    today = set(study.paths(end))
    wanted = next(name for name in (COMBINATION, MEANS, FLOOR) if name in today)
    origins, reach = _evidence(study, wanted, end, low, high)
    if not origins:
        return Choice(wanted, {}, 0, by_day, low, low)
    actual = [past.counts[origin + reach : origin + reach + high - low] for origin in origins]
    weight = [0.5 ** ((origins[0] - origin) / (7 * HALF_LIFE_WEEKS * _patience(low))) for origin in origins]
    errors: dict[str, float] = {}
    bias: dict[str, float] = {}
    for name in sorted(today.intersection(*(study.paths(origin) for origin in origins))):
        miss = surplus = volume = 0.0
        for origin, came, force in zip(origins, actual, weight, strict=True):
            path = study.paths(origin)[name][reach : reach + high - low]
            miss += force * absolute_error(came, path, by_day)
            surplus += force * float(np.where(np.isfinite(came), path - np.nan_to_num(came), 0.0).sum())
            volume += force * float(np.nansum(came))
        errors[name] = miss / volume if volume > 0 else (np.inf if miss > 0 else 0.0)
        bias[name] = surplus / volume if volume > 0 else 0.0
    least = preferred(errors, PREFERENCE * max(1.0, ORIGINS / len(origins)))
    taken = unbiased(least, errors, bias, sum(float(np.nansum(came)) for came in actual)) if by_day else least
    return Choice(taken, errors, len(origins), by_day, low, reach, bias, least if taken != least else "")


def _evidence(study: QueueStudy, wanted: str, end: int, low: int, high: int) -> tuple[list[int], int]:
    """Return past origins at which a member forecast, and the days ahead at which it is judged.

    Where too few reach days ``low`` on, the furthest lead with enough of them serves.
    """
    for reach in range(low, -1, -7):
        found = study.past_origins(end, reach + high - low, round(ORIGINS * _patience(low)))
        if len(found) >= MANY_ORIGINS:
            found = [origin for origin in found if (end - origin) // 7 % 2 == 0]
        found = [origin for origin in found if wanted in study.paths(origin)]
        if len(found) >= LEAST_ORIGINS or (reach < 7 and found):
            return found, reach
    return [], low


def _patience(low: int) -> float:
    """Return how much longer a memory errors ``low`` days ahead need: neighbouring ones share most days."""
    return 1.0 + 2.25 * min(low, 21) / 21.0


def absolute_error(actual: Floats, path: Floats, by_day: bool) -> float:
    """Return the summed absolute error over known cells, of intervals or of day totals."""
    known = np.isfinite(actual)
    error = np.where(known, path - np.nan_to_num(actual), 0.0)
    return float(np.abs(error.sum(axis=1)).sum() if by_day else np.abs(error).sum())


def preferred(errors: Mapping[str, float], preference: float = PREFERENCE) -> str:
    """Return the member to take: never one with a greater error than the floor.

    Among those no worse than the floor the combination stands unless another is better by a margin; with trees
    in it where there are some, unless it is clearly better without. A model stands against plain means and medians
    likewise: a few weeks of back-test tell small differences from chance badly.
    """
    allowed = {name: errors[name] for name in sorted(errors) if errors[name] <= errors[FLOOR]}
    models = {name: error for name, error in allowed.items() if name not in PLAIN}
    if not models:
        return min(allowed, key=lambda name: allowed[name])
    best = min(models, key=lambda name: models[name])
    stands = COMBINATION
    if WITH_TREES in models and models[WITH_TREES] <= (1 + TREES_PREFERENCE * preference) * models.get(stands, np.inf):
        stands = WITH_TREES
    if stands in models and models[best] > (1 - preference) * models[stands]:
        best = stands
    plain = [name for name in allowed if name in PLAIN and allowed[name] < (1 - 2 * preference) * models[best]]
    return min([best, *plain], key=lambda name: allowed[name])


def unbiased(taken: str, errors: Mapping[str, float], bias: Mapping[str, float], contacts: float) -> str:
    """Return the member to take on a sparse queue: another where the one of least error leaves contacts out.

    Parameters
    ----------
    taken : str
        The member preferred by its error.
    errors, bias : mapping of str to float
        Of every candidate.
    contacts : float
        What came in the time judged: of few, chance alone moves a total by two in the square root.

    Notes
    -----
    Absolute error is least at the median, and where under 0.7 contacts a day come, that is nothing: nobody
    would be staffed. So a member whose total is off by more than 15 %, and more than chance, gives way to one
    whose total is not, if that errs more by no more than the volume it puts right (as a mere change of level
    does: errors of two forecasts differ by no more than the forecasts).
    """
    if contacts <= 0:
        return taken
    room = min(max(BIAS, 2.0 / float(np.sqrt(contacts))), WORST_BIAS)
    if abs(bias[taken]) <= room:
        return taken
    level = [
        name
        for name in sorted(errors)
        if abs(bias[name]) <= room and errors[name] - errors[taken] <= abs(bias[name] - bias[taken]) + 1e-9
    ]
    return min(level, key=lambda name: errors[name], default=taken)

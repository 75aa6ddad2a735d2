"""Weights suggested from data: which KPI moves satisfaction when the same person does better or worse.

Compared within a person and queue, so that neither easy queues nor born charmers decide. Suggested, never applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from capacity.record import performance_record
from capacity.within_person import Weeks, within_weeks
from domain.folder import PlanningFolder
from domain.history import Floats

OUTCOME = "csat"
RATED = ("quality", "resolution", "teamwork")
"""KPIs of the scorecard that may move satisfaction, on 0..100."""

TIMES = ("handle_time", "first_response")
"""Not in the scorecard: their effect is told, no weight is suggested. On a log scale, times 100: per cent."""

DRAWS = 400
"""Bootstrap samples of people."""

FEWEST_PEOPLE, FEWEST_WEEKS = 5, 60
"""Less than this, and nothing is said."""


@dataclass(frozen=True)
class Effect:
    """What one KPI does to satisfaction, within a person and queue.

    Attributes
    ----------
    kpi : str
    effect, low, high : float
        Points of satisfaction for one more point of the KPI (for one per cent more time), the others held, with the
        95 % interval over samples of people.
    weight, weight_low, weight_high : float
        Suggested for the scorecard; NaN for times.
    current : float
        Today's weight, all adding to 1; NaN for times.
    """

    kpi: str
    effect: float
    low: float
    high: float
    weight: float
    weight_low: float
    weight_high: float
    current: float


@dataclass(frozen=True)
class Advice:
    """What the data say of the weights.

    Attributes
    ----------
    effects : tuple of Effect
        Empty where the data cannot tell.
    people, weeks : int
        People, and their weeks on a queue, that were compared.
    why_not : str
        Why nothing is said; empty where something is.
    """

    effects: tuple[Effect, ...]
    people: int
    weeks: int
    why_not: str = ""


def suggest_weights(folder: PlanningFolder, before: date, *, seed: int = 1, draws: int = DRAWS) -> Advice:
    """Suggest the scorecard's weights from what moves satisfaction.

    Parameters
    ----------
    folder : PlanningFolder
    before : date
        Only performance dated before it counts.
    seed, draws : int
        Of the bootstrap.

    Notes
    -----
    1. A week's mean satisfaction of a person on a queue, less the person's mean there, is regressed on the same
       deviations of the KPIs (weighted least squares with statsmodels, by ratings): the within estimator [1]_.
    2. Quality is checked on a few other contacts, which would flatten its effect: its deviations are first drawn to
       zero by their reliability (regression calibration [2]_). Resolution is taken as of the rated contacts themselves.
    3. The satisfaction KPI keeps its weight; the others of the scorecard share theirs in proportion to their effects,
       negative ones counting as none. KPIs without data keep their weights too.
    4. Intervals are percentiles over samples of people, drawn whole.

    References
    ----------
    .. [1] Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 10.
    .. [2] Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear Models, ch. 4.
    """
    weeks = within_weeks(performance_record(folder, before))
    people = len(np.unique(weeks.person))
    if people < FEWEST_PEOPLE or len(weeks.person) < FEWEST_WEEKS or not weeks.kpis:
        reason = "no KPI varies" if people and not weeks.kpis else "too few weeks with satisfaction and another KPI"
        return Advice((), people, len(weeks.person), reason)
    card = folder.centre.scorecard.weights
    total = sum(card.values()) or 1.0
    current = {name: value / total for name, value in card.items()}
    effect = _fitted(weeks)
    samples = _resampled(weeks, np.random.default_rng(seed), draws)
    shares = _shares(effect, weeks.kpis, current)
    share_samples = np.array([_shares(sample, weeks.kpis, current) for sample in samples])
    low, high = np.quantile(samples, [0.025, 0.975], axis=0)
    share_low, share_high = np.quantile(share_samples, [0.025, 0.975], axis=0)
    found = [
        Effect(
            kpi=name,
            effect=float(effect[k]),
            low=float(low[k]),
            high=float(high[k]),
            weight=float(shares[k]),
            weight_low=float(share_low[k]),
            weight_high=float(share_high[k]),
            current=current.get(name, 0.0) if name in RATED else np.nan,
        )
        for k, name in enumerate(weeks.kpis)
    ]
    return Advice(tuple(found), people, len(weeks.person))


def advice_text(advice: Advice) -> list[str]:
    """Say the advice, a line each."""
    if not advice.effects:
        return [f"Weights: nothing can be suggested ({advice.why_not})."]
    lines = [
        f"What moves satisfaction, within {advice.people} people over {advice.weeks} of their weeks on a queue "
        "(95 % intervals over samples of people):"
    ]
    for e in advice.effects:
        unit = "one per cent more" if e.kpi in TIMES else "one point more"
        told = "" if e.low > 0 or e.high < 0 else "; no effect is shown"
        lines.append(
            f"  {e.kpi.replace('_', ' ')}: {e.effect:+.2f} points for {unit} ({e.low:+.2f} to {e.high:+.2f}){told}."
        )
    rated = [e for e in advice.effects if np.isfinite(e.weight)]
    if rated and not any(e.low > 0 for e in rated):
        lines.append("No weights follow: no KPI of the scorecard is shown to move it.")
    elif rated:
        lines.append("Weights that follow; csat and what has no data keep theirs. They are not applied:")
        for e in rated:
            lines.append(
                f"  {e.kpi}: {e.weight:.2f} ({e.weight_low:.2f} to {e.weight_high:.2f}), today {e.current:.2f}."
            )
    return lines


def _fitted(weeks: Weeks) -> Floats:
    """Return the effects."""
    from statsmodels.regression.linear_model import WLS  # slow to import

    return np.asarray(WLS(weeks.outcome, weeks.value, weights=weeks.weight).fit().params, dtype=np.float64)


def _resampled(weeks: Weeks, rng: np.random.Generator, draws: int) -> Floats:
    """Return the effects over samples of people, shape (draws, KPIs), from each person's sums of products."""
    people, who = np.unique(weeks.person, return_inverse=True)
    size = weeks.value.shape[1]
    square, right = np.zeros((len(people), size, size)), np.zeros((len(people), size))
    weighed = weeks.weight[:, None] * weeks.value
    np.add.at(square, who, weighed[:, :, None] * weeks.value[:, None, :])
    np.add.at(right, who, weighed * weeks.outcome[:, None])
    times = rng.multinomial(len(people), np.full(len(people), 1 / len(people)), size=draws).astype(np.float64)
    squares, rights = np.einsum("dp,pab->dab", times, square), times @ right
    return np.asarray(np.linalg.pinv(squares, hermitian=True) @ rights[:, :, None])[:, :, 0]


def _shares(effect: Floats, kpis: tuple[str, ...], current: dict[str, float]) -> Floats:
    """Return the weights: what the measured KPIs have today, shared by their effects; NaN for times."""
    rated = np.array([name in RATED for name in kpis])
    today = np.array([current.get(name, 0.0) if name in RATED else 0.0 for name in kpis])
    strength = np.where(rated, np.maximum(effect, 0.0), 0.0)
    if strength.sum() <= 0:
        return np.where(rated, today, np.nan)
    return np.where(rated, today.sum() * strength / strength.sum(), np.nan)

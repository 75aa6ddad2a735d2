"""What the agents of the reference centre are really like, and what their records show of it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from domain.history import Floats
from planning.reference import parameters as case
from planning.reference.handling import mean_handle_time
from planning.reference.people import Person

TOP_MARK = 100.0
_CSAT_ANSWERED = 0.25
_QUALITY_CHECKED = 0.05
_HOURS = {"full-time": 8.0, "four-tens": 10.0, "part-time": 5.0, "expert": 4.0}
_DAYS = {"full-time": 5, "four-tens": 4, "part-time": 5, "expert": 2}


def truth_table(staff: tuple[Person, ...], rng: np.random.Generator) -> pd.DataFrame:
    """Draw each person's handle-time factor and FCR per queue.

    Returns
    -------
    DataFrame
        agent_id, queue, matched, aht_factor (above 1 is slower), fcr, csat, quality.

    Notes
    -----
    The draws over the fifty agents are rescaled to have exactly the stated means, standard deviations and
    correlation, so that the centre's averages (an FCR of .55 under random routing) don't hang on the seed.
    """
    core = sum(not person.expert for person in staff)
    z = rng.standard_normal((core, 2))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(z.T @ z / core)).T
    r = case.SPEED_FCR_CORRELATION
    speed = 1 + case.SPEED_SD * z[:, 0]
    deviation = case.FCR_SD * (r * z[:, 0] + np.sqrt(1 - r * r) * z[:, 1])
    factor = 1 / np.clip(speed, 0.55, 1.6)
    factor = np.concatenate([factor / factor.mean(), np.ones(len(staff) - core)])
    deviation = np.concatenate([deviation, np.zeros(len(staff) - core)])
    csat = np.clip(78 + 60 * deviation + rng.normal(0, 4, len(staff)), 40, 98)
    quality = np.clip(82 + 40 * deviation + rng.normal(0, 5, len(staff)), 40, 98)
    rows = []
    for i, person in enumerate(staff):
        for post, channel in case.SHARES:
            matched = person.matched(post)
            fcr = case.LEVEL_FCR[person.level] + deviation[i] + (0.0 if matched else case.UNMATCHED_FCR)
            rows.append((person.id, case.queue_id(post, channel), matched, factor[i], fcr, csat[i], quality[i]))
    table = pd.DataFrame(rows, columns=["agent_id", "queue", "matched", "aht_factor", "fcr", "csat", "quality"])
    table["fcr"] = table["fcr"].clip(0.05, 0.97)
    return table.round({"aht_factor": 6, "fcr": 6, "csat": 3, "quality": 3})


def days_worked(staff: tuple[Person, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw who worked on which day of the last 26 weeks, shape (people, days): contract days, less absence."""
    weeks = case.PERFORMANCE_WEEKS
    rank = rng.random((len(staff), weeks, 7)).argsort(axis=2).argsort(axis=2)
    wanted = np.array([_DAYS[person.contract] for person in staff])
    came = rng.random((len(staff), weeks, 7)) >= case.ABSENCE
    return ((rank < wanted[:, None, None]) & came).reshape(len(staff), -1)


def performance_table(staff: tuple[Person, ...], truth: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return `performance.csv`: what 26 weeks of random routing showed of each agent.

    Contacts fall on queues by their share whatever the agent's trade; handle times have the stated
    spread, outcomes are binomial. Only contacts whose outcome is known are counted.
    """
    person, day = np.nonzero(days_worked(staff, rng))
    hours = np.array([_HOURS[p.contract] for p in staff])
    shares = np.array(list(case.SHARES.values()))
    mean = case.SCORED_CONTACTS * hours[person] / 8.0
    counts = rng.poisson(mean[:, None] * shares[None, :] / shares.sum())
    row, queue = np.nonzero(counts)
    handled = counts[row, queue]
    person, day = person[row], day[row]

    true: dict[str, Floats] = {
        name: truth[name].to_numpy(dtype=np.float64).reshape(len(staff), len(shares))[person, queue]
        for name in ("aht_factor", "fcr", "csat", "quality")
    }
    aht = np.array([case.aht_s(channel) for _, channel in case.SHARES])[queue] * true["aht_factor"]
    handle_time = mean_handle_time(aht, handled, rng) * handled
    csat_count = rng.binomial(handled, _CSAT_ANSWERED)
    quality_count = rng.binomial(handled, _QUALITY_CHECKED)

    first = case.LAST_DAY - timedelta(days=7 * case.PERFORMANCE_WEEKS - 1)
    labels = np.array([str(first + timedelta(days=k)) for k in range(7 * case.PERFORMANCE_WEEKS)])
    ids = np.array([p.id for p in staff])
    table = pd.DataFrame(
        {
            "date": labels[day],
            "agent_id": ids[person],
            "queue": np.array(case.QUEUES)[queue],
            "handled": handled,
            "handle_time_s": np.round(handle_time, 1),
            "resolved": rng.binomial(handled, true["fcr"]),
            "csat_sum": _rated(csat_count, true["csat"], 18.0, rng),
            "csat_count": csat_count,
            "quality_sum": _rated(quality_count, true["quality"], 9.0, rng),
            "quality_count": quality_count,
        }
    )
    return table.sort_values(["date", "agent_id", "queue"], kind="stable").reset_index(drop=True)


def _rated(count: np.ndarray, mean: Floats, sd: float, rng: np.random.Generator) -> Floats:
    """Draw the sum of so many ratings on 0..100."""
    total = count * mean + rng.normal(0.0, 1.0, len(count)) * sd * np.sqrt(count)
    return np.asarray(np.round(np.clip(total, 0.0, TOP_MARK * count), 1), dtype=np.float64)

"""What cannot be simulated is refused, with the name of the argument."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from capacity.requirement import Requirement
from capacity.simulation.arrivals import FixedArrivals
from domain.history import Floats


def _numbers(name: str, values: ArrayLike, least: float, most: float, *, gaps: bool = False) -> None:
    """Refuse what is not a number (unless it is a gap), infinite, or out of bounds."""
    found = np.asarray(values, dtype=np.float64)
    wrong = ~(np.isfinite(found) & (found >= least) & (found <= most))
    if gaps:
        wrong &= ~np.isnan(found)
    if wrong.any():
        bounds = f"at least {least:g}" if most == np.inf else f"from {least:g} to {most:g}"
        if least == -np.inf:
            bounds = "finite"
        raise ValueError(f"{name} must be {bounds}, and one is {float(found[wrong].flat[0])}")


def check_amounts(
    *,
    replications: int | None,
    half_width: float,
    uncertain_half_width: float | None,
    max_replications: int,
    backlog: Mapping[str, float],
) -> None:
    """Refuse what says how much is to be done.

    Raises
    ------
    ValueError
    """
    if replications is not None and replications < 1:
        raise ValueError(f"replications must be at least 1, not {replications}")
    if max_replications < 1:
        raise ValueError(f"max_replications must be at least 1, not {max_replications}")
    if not half_width > 0.0:
        raise ValueError(f"half_width must be above 0, not {half_width}")
    if uncertain_half_width is not None and not uncertain_half_width > 0.0:
        raise ValueError(f"uncertain_half_width must be above 0, not {uncertain_half_width}")
    for queue, count in backlog.items():
        _numbers(f"backlog of {queue}", count, 0.0, np.inf)


def check_volumes(requirement: Requirement, scenarios: Floats | None) -> None:
    """Refuse volumes that are negative, infinite or not a number; what is below 0 in a scenario counts as 0.

    Raises
    ------
    ValueError
    """
    _numbers("volume of the requirement", requirement.volume, 0.0, np.inf)
    if scenarios is None or not len(scenarios):
        return
    if np.shape(scenarios)[1:] != requirement.volume.shape:
        raise ValueError(
            f"scenarios must have the shape (scenarios, {', '.join(map(str, requirement.volume.shape))}), "
            f"not {np.shape(scenarios)}"
        )
    _numbers("scenarios", scenarios, -np.inf, np.inf)


def check_customers(
    queues: int,
    *,
    arrivals: FixedArrivals | None,
    handle_times: Mapping[str, Floats],
    cv: Mapping[str, float],
    balking: Mapping[str, float],
    reserve: Mapping[str, int],
) -> None:
    """Refuse customers who cannot be: of a queue that is not there, or with handle times below 0.

    Raises
    ------
    ValueError
    """
    for queue, seconds in handle_times.items():
        _numbers(f"handle_times of {queue}", seconds, 0.0, np.inf)
    for queue, spread in cv.items():
        _numbers(f"cv of {queue}", spread, 0.0, np.inf)
    for queue, share in balking.items():
        _numbers(f"balking of {queue}", share, 0.0, 1.0)
    for queue, people in reserve.items():
        _numbers(f"reserve of {queue}", people, 0, np.inf)
    if arrivals is None:
        return
    minute, queue_of = np.asarray(arrivals.minute), np.asarray(arrivals.queue)
    shapes = [minute.shape, queue_of.shape]
    if arrivals.handle_s is not None:
        shapes.append(np.asarray(arrivals.handle_s).shape)
    if len(set(shapes)) > 1 or minute.ndim != 1:
        raise ValueError(f"the columns of arrivals must be of one length, not of the shapes {shapes}")
    _numbers("minute of arrivals", minute, -np.inf, np.inf)
    _numbers("queue of arrivals", queue_of, 0, queues - 1)
    if not np.issubdtype(queue_of.dtype, np.integer) and (queue_of % 1 != 0).any():
        raise ValueError("queue of arrivals must be whole numbers")
    if arrivals.handle_s is not None:
        _numbers("handle_s of arrivals", arrivals.handle_s, 0.0, np.inf, gaps=True)

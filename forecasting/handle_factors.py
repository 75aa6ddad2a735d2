"""What weekday and time of day do to handle time, drawn together as far as chance explains the differences."""

from __future__ import annotations

import numpy as np

from domain.history import Floats, Ints

SMOOTH_MINUTES = 90.0
"""Standard deviation of the kernel that lends neighbouring times of day to each other."""


def handle_factors(ratio: Floats, weight: Floats, slot: Ints, day: Ints, first_weekday: int, slots: int) -> Floats:
    """Return the factor of each weekday and slot on handle time.

    Parameters
    ----------
    ratio : float array, shape (rows,)
        Handle time over its level.
    weight : float array, shape (rows,)
        Contacts, recent ones counting more.
    slot, day : int arrays, shape (rows,)
        Days are counted from one of weekday ``first_weekday``, Monday 0.
    first_weekday : int
    slots : int
        Slots of a day.

    Returns
    -------
    float array, shape (7, slots)

    Notes
    -----
    Empirical Bayes in steps, each drawn towards the one before by the noise of its means (Efron and Morris 1975):

    1. the time of day, smoothed over neighbouring slots, towards 1;
    2. each slot towards the smooth curve;
    3. the weekday, over what its slots explain, towards 1; contacts of one day go together (a hard case in the news, a
       slow system), so that days count here and not contacts alone;
    4. time of day within working days and weekend towards those before.
    """
    weekday = (first_weekday + day) % 7
    noise = _noise(ratio, weight, slot, slots)
    mean, mass = _cell_means(ratio, weight, slot, slots)
    curve = _shrunk(*_smoothed(mean, mass), np.ones(slots), noise)
    main = _shrunk(mean, mass, curve, noise)
    of_day = _weekdays(ratio / main[slot], weight, day, first_weekday, noise)
    weekend = (weekday >= 5).astype(np.int64)
    cell, cell_mass = _cell_means(ratio / of_day[weekday], weight, weekend * slots + slot, 2 * slots)
    halves = _shrunk(cell, cell_mass, np.tile(main, 2), noise).reshape(2, slots)
    return np.asarray(of_day[:, None] * halves[(np.arange(7) >= 5).astype(np.int64)])


def _weekdays(ratio: Floats, weight: Floats, day: Ints, first_weekday: int, noise: float) -> Floats:
    """Return the factor of each weekday, shape (7,), days being drawn at random around it."""
    days, where = np.unique(day, return_inverse=True)
    mean, mass = _cell_means(ratio, weight, where, len(days))
    of_day = (first_weekday + days) % 7
    seen = np.bincount(of_day, minlength=7)
    centre, _ = _cell_means(mean, np.ones(len(days)), of_day, 7)
    free = len(days) - int((seen > 0).sum())
    if free < 5:
        return np.ones(7)  # under a fortnight a weekday cannot be told from its days
    scatter = float(np.sum((mean - centre[of_day]) ** 2) / free)
    between_days = max(scatter - noise * float(np.mean(1 / np.maximum(mass, 1e-9))), 0.0)
    # A weekday's mean over its days, each weighed by how well it is known.
    trust = 1 / (between_days + noise / np.maximum(mass, 1e-9))
    centre, certain = _cell_means(mean, trust, of_day, 7)
    return _shrunk(centre, certain, np.ones(7), 1.0)


def _noise(ratio: Floats, weight: Floats, slot: Ints, slots: int) -> float:
    """Return the variance of one contact's ratio: rows are means of many, so their scatter times their contacts."""
    if len(ratio) <= slots:
        return 1.0
    of_slot, _ = _cell_means(ratio, weight, slot, slots)
    return float(np.clip(np.average(weight * (ratio - of_slot[slot]) ** 2), 0.1, 4.0))


def _cell_means(ratio: Floats, weight: Floats, cell: Ints, cells: int) -> tuple[Floats, Floats]:
    mass: Floats = np.bincount(cell, weights=weight, minlength=cells).astype(np.float64)
    sums = np.bincount(cell, weights=weight * ratio, minlength=cells)
    return np.divide(sums, mass, out=np.ones(cells), where=mass > 0), mass


def _smoothed(mean: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """Return means over neighbouring slots, the day closed to a ring, and the contacts behind each."""
    width = SMOOTH_MINUTES * len(mean) / 1440
    reach = min(int(np.ceil(3 * width)), (len(mean) - 1) // 2)
    offsets = np.arange(-reach, reach + 1)
    kernel = np.exp(-0.5 * (offsets / width) ** 2)
    near = np.array([np.roll(mass, k) * v for k, v in zip(offsets, kernel, strict=True)])
    values = np.array([np.roll(mean, k) for k in offsets])
    total = near.sum(axis=0)
    smooth = np.divide((near * values).sum(axis=0), total, out=np.ones_like(total), where=total > 0)
    # The variance of a weighted mean of means is noise * sum(kernel^2 mass) / total^2.
    squares = np.array([np.roll(mass, k) * v**2 for k, v in zip(offsets, kernel, strict=True)]).sum(axis=0)
    # Times of day that were never seen stay without a factor.
    return smooth, np.divide(total**2, squares, out=np.zeros_like(total), where=mass > 0)


def _shrunk(mean: Floats, mass: Floats, centre: Floats, noise: float) -> Floats:
    """Draw cell means towards a centre as far as their noise explains their distance from it."""
    seen = mass > 0
    if not np.any(seen):
        return centre
    excess = np.sum(mass[seen] * (mean[seen] - centre[seen]) ** 2) - noise * seen.sum()
    between = max(float(excess / mass[seen].sum()), 0.0)
    trust = np.where(seen, between * mass / (between * mass + noise), 0.0)
    return np.asarray(centre + trust * (mean - centre))

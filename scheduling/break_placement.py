"""Where the breaks of one shift may lie, by plain search over the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.contracts import BreakRule


def minutes_bits(low: int, high: int) -> int:
    """Return the set of minutes ``low..high-1`` as the bits of an integer."""
    return ((1 << (high - low)) - 1) << low if high > low else 0


def place_breaks(
    rules: Sequence[BreakRule],
    elapsed: int,
    step: int,
    *,
    must: int = 0,
    never: int = 0,
    pinned: Mapping[str, int] | None = None,
) -> tuple[int, ...] | None:
    """Return a start for every break, minutes from the shift's start, or None where no placement is legal.

    Breaks start inside their windows and on the grid, and touch neither the shift's ends nor each other.

    Parameters
    ----------
    rules : sequence of BreakRule
        The breaks that belong to the shift.
    elapsed : int
        Minutes from the shift's start to its end.
    step : int
        Grid of the break starts, minutes.
    must, never : int
        Minutes of the shift, as bits, that some break has to cover (nothing is open then), or none may.
    pinned : mapping of kind to bits, optional
        Minutes that breaks of one kind have to cover.

    Returns
    -------
    tuple of int or None
        In the order of ``rules``. The first found, earliest starts first.
    """
    held = dict(pinned or {})
    if not set(held) <= {rule.kind for rule in rules}:
        return None
    order = sorted(range(len(rules)), key=lambda i: (rules[i].after_minutes, rules[i].before_minutes))
    # The most that the breaks still to come can cover ends hopeless branches early.
    left = [sum(rules[i].minutes for i in order[k:]) for k in range(len(order) + 1)]
    starts = [0] * len(rules)

    def search(k: int, taken: int, by_kind: dict[str, int]) -> bool:
        if (must & ~taken).bit_count() > left[k]:
            return False
        if k == len(order):
            return all(not bits & ~by_kind.get(kind, 0) for kind, bits in held.items())
        rule = rules[order[k]]
        low = max(-(-rule.after_minutes // step) * step, step)
        for start in range(low, min(rule.before_minutes, elapsed - rule.minutes - 1) + 1, step):
            bits = minutes_bits(start, start + rule.minutes)
            with_edges = minutes_bits(start - 1, start + rule.minutes + 1)
            if with_edges & taken or bits & never:
                continue
            starts[order[k]] = start
            if search(k + 1, taken | bits, by_kind | {rule.kind: by_kind.get(rule.kind, 0) | bits}):
                return True
        return False

    return tuple(starts) if search(0, 0, {}) else None

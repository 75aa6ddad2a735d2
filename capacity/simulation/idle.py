"""Free agents in lists, so that a contact finds the one it prefers without a look at the others.

A cell (see ``classes``) holds its agents by how long they are idle. Each queue has a bit for every cell that it may
take, in the order of its preference, set while the cell holds somebody; and a bit for every word of those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core.extending import intrinsic

from capacity.simulation.heap import part
from capacity.simulation.world import Floor, World

_ONE, _NONE = np.uint64(1), np.uint64(0)


def _lowest(typing_context: Any, word: Any) -> Any:
    """Return the place of the lowest bit that is set; 64 where none is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


lowest: Callable[[np.uint64], int] = cast(Callable[[np.uint64], int], intrinsic(_lowest))


@part
def enter(w: World, f: Floor, a: int, cell: int) -> None:
    """Put an agent into a cell: behind those who are idle for longer, or as long and listed before."""
    agent = f.agents[a]
    after, before = -1, f.tails[cell]
    while before >= 0:
        other = f.agents[before]
        if other.since < agent.since or (other.since == agent.since and before < a):
            break
        after, before = before, other.before
    agent.cell, agent.before, agent.after = cell, before, after
    if after >= 0:
        f.agents[after].before = a
    else:
        f.tails[cell] = a
    if before >= 0:
        f.agents[before].after = a
        return
    f.heads[cell] = a
    if after < 0:
        for q in range(f.queues.size):
            at = w.position[cell, q]
            if at >= 0:
                word = at >> 6
                f.bits[q, word] |= _ONE << np.uint64(at & 63)
                f.tops[q, word >> 6] |= _ONE << np.uint64(word & 63)


@part
def leave(w: World, f: Floor, a: int) -> None:
    """Take an agent out of its cell."""
    agent = f.agents[a]
    cell = agent.cell
    before, after = agent.before, agent.after
    agent.cell = -1
    if after >= 0:
        f.agents[after].before = before
    else:
        f.tails[cell] = before
    if before >= 0:
        f.agents[before].after = after
        return
    f.heads[cell] = after
    if after < 0:
        for q in range(f.queues.size):
            at = w.position[cell, q]
            if at >= 0:
                word = at >> 6
                f.bits[q, word] ^= _ONE << np.uint64(at & 63)
                if f.bits[q, word] == _NONE:
                    f.tops[q, word >> 6] ^= _ONE << np.uint64(word & 63)


@part
def first_listed(w: World, f: Floor, q: int) -> int:
    """Return the agent whom a queue prefers, -1 where no cell that it may take holds anybody."""
    for top in range(f.tops.shape[1]):
        if f.tops[q, top] == _NONE:
            continue
        word = (top << 6) + lowest(f.tops[q, top])
        bits = f.bits[q, word]
        at = (word << 6) + lowest(bits)
        found: int = f.heads[w.cell_at[q, at]]
        until = w.alike_until[q, at]
        if at + 1 == until:
            return found
        bits &= bits - _ONE
        while True:
            while bits == _NONE:
                word += 1
                if word << 6 >= until:
                    return found
                bits = f.bits[q, word]
            at = (word << 6) + lowest(bits)
            if at >= until:
                return found
            rival = f.heads[w.cell_at[q, at]]
            since, best = f.agents[rival].since, f.agents[found].since
            if since < best or (since == best and rival < found):
                found = rival
            bits &= bits - _ONE
    return -1

"""Names of queues and of groups of queues, as sentences take them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.centre import Centre
from domain.queues import Channel

MOST_NAMED = 3
"""Queues of a group that are still named one by one."""

KINDS: dict[frozenset[Channel], str] = {
    frozenset({Channel.VOICE}): "voice",
    frozenset({Channel.CHAT}): "chat",
    frozenset({Channel.MESSAGING}): "messaging",
    frozenset({Channel.CHAT, Channel.MESSAGING}): "text",
    frozenset({Channel.DEFERRED}): "deferred",
}


def listed(words: Sequence[str], most: int = 4) -> str:
    """Join words as a sentence does: ``a, b and c``; beyond ``most`` the rest is counted."""
    if not words:
        return ""
    shown = list(words[:most])
    if len(words) > most:
        shown.append(f"{len(words) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def group_name(centre: Centre, queues: Sequence[str]) -> str:
    """Name a group of queues: ``a, b and c``, or by their channel and number, ``text queues (12)``."""
    if len(queues) <= MOST_NAMED:
        return listed(queues)
    kind = KINDS.get(frozenset(centre.queue(queue).channel for queue in queues if queue in centre.queue_ids), "")
    return f"{kind} queues ({len(queues)})".strip()

"""Roles in their order, and rights of their own beside them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is; each role may do what those before it may.

    An agent reads the own roster and score alone, whatever else others at or above that role may read.
    """

    AGENT = "agent"
    VIEWER = "viewer"
    PLANNER = "planner"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Place in the order of roles."""
        return list(Role).index(self)


class Right(StrEnum):
    """What is given beside a role: publishing rosters, reading and using scores."""

    PUBLISH = "publish"
    SCORES = "scores"


BY_ROLE: dict[Role, frozenset[Right]] = {
    Role.MANAGER: frozenset(Right),
    Role.ADMIN: frozenset(Right),
}
"""Rights that come with a role; everybody else is given them one by one."""


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes
    ----------
    name : str
        As audited: a person's name, or ``key:`` and that of a system's key.
    role : Role
    rights : frozenset of Right
        Those of the role included.
    user_id : str or None
        None for systems.
    centre_id, agent_id : str or None
        Whose roster and score an agent may read.
    """

    name: str
    role: Role
    rights: frozenset[Right]
    user_id: str | None = None
    centre_id: str | None = None
    agent_id: str | None = None

    def may(self, role: Role, right: Right | None = None) -> bool:
        """Tell whether a role, and a right, are reached."""
        return self.role.rank >= role.rank and (right is None or right in self.rights)


def rights_of(role: Role, given: list[str]) -> frozenset[Right]:
    """Return the rights of a role together with those given one by one."""
    return BY_ROLE.get(role, frozenset()) | {Right(name) for name in given if name in set(Right)}

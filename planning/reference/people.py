"""Who works in the reference centre: agents, experts, their skills and their leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from planning.reference import parameters as case


@dataclass(frozen=True)
class Person:
    """One agent or expert.

    Attributes
    ----------
    id, contract, level : str
    home : str
        The post whose skill is matched; empty for experts, who match all.
    expert : bool
    """

    id: str
    contract: str
    level: str
    home: str
    expert: bool

    def matched(self, post: str) -> bool:
        """Whether the post is the person's own trade."""
        return self.expert or post == self.home


def people(rng: np.random.Generator) -> tuple[Person, ...]:
    """Draw the fifty agents and five experts: levels and contracts fall on posts at random."""
    levels = [level for level, count in case.LEVELS.items() for _ in range(count)]
    contracts = [name for name, count in case.CONTRACTS.items() for _ in range(count)]
    homes = [post for post, count in case.POSTS.items() for _ in range(count)]
    level_order, contract_order = rng.permutation(len(levels)), rng.permutation(len(contracts))
    agents = [
        Person(f"A{i + 1:03d}", contracts[contract_order[i]], levels[level_order[i]], homes[i], False)
        for i in range(len(homes))
    ]
    experts = [Person(f"E{i + 1:03d}", "expert", "expert", "", True) for i in range(case.EXPERTS)]
    return (*agents, *experts)


def agents_table(staff: tuple[Person, ...], rng: np.random.Generator) -> pd.DataFrame:
    """Return `agents.csv`; people were hired between one half and five years ago."""
    days = rng.integers(200, 5 * 365, size=len(staff))
    return pd.DataFrame(
        {
            "agent_id": [person.id for person in staff],
            "name": [f"{'Expert' if person.expert else 'Agent'} {person.id[1:]}" for person in staff],
            "contract": [person.contract for person in staff],
            "hourly_cost": [case.EXPERT_COST if person.expert else case.HOURLY_COST for person in staff],
            "team": [person.home or "second line" for person in staff],
            "pool": ["expert" if person.expert else "core" for person in staff],
            "hired_on": [str(case.LAST_DAY - timedelta(days=int(back))) for back in days],
            "level": [person.level for person in staff],
        }
    )


def skills_table(staff: tuple[Person, ...]) -> pd.DataFrame:
    """Return `skills.csv`: everyone may serve every queue, matched or not."""
    rows = [(person.id, queue) for person in staff for queue in case.QUEUES]
    return pd.DataFrame(rows, columns=["agent_id", "queue"])


def time_off_table(staff: tuple[Person, ...], rng: np.random.Generator) -> pd.DataFrame:
    """Return `time_off.csv`: a week of leave, single days and one appointment about the demo week."""
    chosen = [staff[i].id for i in rng.choice(sum(case.POSTS.values()), size=6, replace=False)]
    first = case.DEMO_WEEK

    def day(offset: int) -> str:
        return str(first + timedelta(days=offset))

    rows = [
        (chosen[0], day(0), day(7), "paid"),
        (chosen[1], day(1), day(2), "paid"),
        (chosen[2], day(3), day(5), "paid"),
        (chosen[3], f"{day(2)}T13:00", f"{day(2)}T17:00", "unavailable"),
        (chosen[4], day(7), day(14), "paid"),
        (chosen[5], day(5), day(7), "unavailable"),
    ]
    return pd.DataFrame(rows, columns=["agent_id", "start", "end", "kind"])

"""Everything due in a week placed: what is held together first, then what has least choice, then better places."""

from __future__ import annotations

from collections.abc import Sequence

from scheduling.pauses.due import Due
from scheduling.pauses.sessions import Session, meet, other_times
from scheduling.pauses.singles import choice, place_better, place_one
from scheduling.pauses.week import Week

ROUNDS = 2
"""Times that a better place is sought for everything."""


def place_all(week: Week, todo: Sequence[Due]) -> dict[Due, int]:
    """Place what is due, and let breaks answer.

    Parameters
    ----------
    week : Week
        Its shifts get the activities.
    todo : sequence of Due

    Returns
    -------
    dict of Due to int
        How often each found a time.
    """
    done = dict.fromkeys(todo, 0)
    held: dict[int, list[Session]] = {}
    together = [k for k in dict.fromkeys(due.item for due in todo) if week.folder.activities[k].together]
    # the largest groups first: they have the fewest common times
    for k in sorted(together, key=lambda k: (-sum(due.item == k for due in todo), k)):
        times, held[k] = meet(week, k, [due for due in todo if due.item == k])
        done.update(times)
    alone = [due for due in todo if due.item not in held]
    for due in sorted(alone, key=lambda due: (choice(week, due), due.item, due.who)):
        done[due] = sum(place_one(week, due) for _ in range(due.times))
    for _ in range(ROUNDS):
        gained = [place_better(week, due) for due in alone if done[due]]
        gained += [other_times(week, k, sessions) for k, sessions in held.items()]
        gained.append(week.desk.settle(week.duties, 1) > 0)
        if not any(gained):
            break
    week.desk.settle(week.duties)
    return done

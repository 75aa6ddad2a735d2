"""Sites: the buildings that the people of one centre sit in."""

from __future__ import annotations

from pydantic import Field

from domain.entity import Entity
from domain.hours import WeeklyWindow


class Site(Entity):
    """One building; the people of every site serve the same queues.

    Attributes
    ----------
    id : str
    desks : int or None
        Core people on duty at once at most; None where there are enough for all.
    open : tuple of WeeklyWindow
        When its people may be there; always, where there is no window.
    country : str
        Whose public holidays count for its people's premiums; the centre's where empty.
    """

    id: str = Field(min_length=1)
    desks: int | None = Field(default=None, ge=1)
    open: tuple[WeeklyWindow, ...] = ()
    country: str = ""

"""Longer hours of one person's site, the smallest change first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from domain.folder import PlanningFolder
from domain.hours import DAY_MINUTES, WEEKDAYS, WeeklyWindow, clock
from domain.people import Agent

Longer = tuple[str, PlanningFolder]
"""A change in words, and the folder with it made."""


def longer_hours(folder: PlanningFolder, agent: Agent) -> Iterator[list[list[Longer]]]:
    """Yield ways to open a person's site at more hours: later or earlier, all of a weekday, always.

    Parameters
    ----------
    folder : PlanningFolder
    agent : Agent
        Nothing is yielded where their site has no hours.
    """
    site = folder.centre.site(agent.site)
    if site is None or not site.open:
        return
    step, windows = folder.centre.schedule_minutes, site.open

    def opened(said: str, hours: tuple[WeeklyWindow, ...]) -> Longer:
        sites = tuple(
            other.model_copy(update={"open": hours}) if other is site else other for other in folder.centre.sites
        )
        return f"open site {site.id} {said}", replace(folder, centre=folder.centre.model_copy(update={"sites": sites}))

    # as long as no window is longer than a day round
    room = range(step, min(DAY_MINUTES - _minutes(window) for window in windows) + 1, step)
    yield [
        [
            opened(f"until {_told(windows, more, _end)}", tuple(_later(window, more) for window in windows))
            for more in room
        ],
        [
            opened(f"from {_told(windows, -more, _start)}", tuple(_earlier(window, more) for window in windows))
            for more in room
        ],
    ]
    yield [
        [opened(f"all of {name}", (*windows, WeeklyWindow(frozenset({weekday}), 0, DAY_MINUTES)))]
        for weekday, name in enumerate(WEEKDAYS)
    ]
    yield [[opened("at all hours", ())]]


def _minutes(window: WeeklyWindow) -> int:
    return (window.to_minute - window.from_minute) % DAY_MINUTES or DAY_MINUTES


def _later(window: WeeklyWindow, more: int) -> WeeklyWindow:
    return replace(window, to_minute=(window.to_minute + more) % DAY_MINUTES)


def _earlier(window: WeeklyWindow, more: int) -> WeeklyWindow:
    # the window begins on the day before where it would begin before midnight
    back = window.from_minute < more
    days = frozenset((day - back) % len(WEEKDAYS) for day in window.days)
    return replace(
        window,
        days=days,
        from_minute=(window.from_minute - more) % DAY_MINUTES,
        to_minute=window.to_minute % DAY_MINUTES,
    )


def _start(window: WeeklyWindow) -> int:
    return window.from_minute


def _end(window: WeeklyWindow) -> int:
    return window.to_minute


def _told(windows: tuple[WeeklyWindow, ...], more: int, edge: Callable[[WeeklyWindow], int]) -> str:
    """Write the new edge of hours as a time of day, or where they differ how far it moves."""
    edges = {(edge(window) + more) % DAY_MINUTES for window in windows}
    if len(edges) == 1:
        return clock(edges.pop())
    return f"{abs(more)} minutes {'later' if more > 0 else 'earlier'}"

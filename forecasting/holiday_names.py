"""The names of public and lesser holidays by date, country by country."""

from __future__ import annotations

from datetime import date

import holidays

MINOR = frozenset({"optional", "half_day"})
"""Kinds of days that many keep without their being public holidays: the days between two feasts, half days."""


def public_holidays(country: str, years: range) -> tuple[dict[date, str], frozenset[date], frozenset[int]] | None:
    """Return a country's holidays by date, make-up working days and weekend; None where it is unknown.

    Parameters
    ----------
    country : str
        ISO 3166 code, such as ``CN``; empty is unknown.
    years : range
    """
    if not country:
        return None
    try:
        found = holidays.country_holidays(country.upper(), years=years, language="en_US")
    except (NotImplementedError, KeyError):
        return None
    names = {day: _plain_name(name) for day, name in sorted(found.items())}
    return names, frozenset(getattr(found, "weekend_workdays", ())), frozenset(found.weekend)


def minor_holidays(country: str, years: range) -> dict[date, str]:
    """Return the days by name that a country's calendar calls optional or half holidays; empty where unknown."""
    kinds = getattr(holidays, country.upper(), None)
    known = MINOR.intersection(getattr(kinds, "supported_categories", ()))
    if not known:
        return {}
    found = holidays.country_holidays(country.upper(), years=years, language="en_US", categories=sorted(known))
    return {day: _plain_name(name) for day, name in sorted(found.items())}


def _plain_name(name: str) -> str:
    """Drop what stands in brackets, so that a moved or observed holiday keeps its name."""
    return name.split("(")[0].split("（")[0].strip() or name

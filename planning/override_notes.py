"""Planners' overrides in plain words: who changed what of the forecast, when, why, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.overrides import Override
from forecasting.forecast import Forecast
from forecasting.overrides import OVERRIDE_VARIATION, apply_overrides, covered
from planning.files.overrides_file import FILE


def override_notes(model: Forecast, overrides: Sequence[Override], lines: Sequence[int] = ()) -> list[str]:
    """Say what every override inside the horizon did, in the order in which they are applied.

    Parameters
    ----------
    model : Forecast
        Before any override.
    overrides : sequence of Override
        In the order of their file.
    lines : sequence of int, optional
        Where each stands in its file.

    Returns
    -------
    list of str
        One an override. Those that lie outside the horizon are left out: `overrides_outside` warns of them.
    """
    rows = zip(overrides, lines or (0,) * len(overrides), strict=True)
    notes = []
    current = model
    for row, line in sorted(rows, key=lambda pair: pair[0].kind == "interval"):  # as they are applied
        inside = covered(row, model.grid) > 0
        if not inside.any():
            continue
        found = apply_overrides(current, [row])
        before, after = (float(made.mean[found.changed].sum()) for made in (current, found.forecast))
        comes_to = f"{before:,.0f} contacts become {after:,.0f}."
        if not found.changed.any():
            comes_to = "It changes nothing: nothing is open then."
        why = f"Reason: {row.reason.rstrip('.')}." if row.reason else "No reason is given."
        notes.append(
            f"{row.queue or 'All queues'}: {_did(row, model.grid.step_minutes)} {_span(row, model.grid.zone)}"
            f"{_source(row, line)}. {why} {comes_to}"
        )
        current = found.forecast
    return notes


def _did(row: Override, step_minutes: int) -> str:
    """Say who did what."""
    if row.kind == "interval":
        verb, what = "set", f" to {row.value:g} contacts in each {step_minutes} minutes"
    elif row.value == 1:
        verb, what = "kept", " as it was"
    elif row.value == 0:
        verb, what = "set", " to nothing"
    else:
        verb, what = "raised" if row.value > 1 else "lowered", f" by {100 * abs(row.value - 1):.3g} %"
    if row.kind == "event":
        what += f" for an event, bands {OVERRIDE_VARIATION:.0%} wider,"
    return f"{row.author} {verb} the forecast{what}" if row.author else f"the forecast was {verb}{what}"


def _span(row: Override, zone: str) -> str:
    """Say when: days where the span is of whole ones, else times."""
    here = ZoneInfo(zone)
    start, end = row.start.astimezone(here), row.end.astimezone(here)
    if start.time() == end.time() == time():
        last = end.date() - timedelta(days=1)
        return f"on {last}" if start.date() == last else f"from {start.date()} to {last}"
    return f"from {_moment(start)} to {_moment(end)}"


def _moment(moment: datetime) -> str:
    """Write a local time, with its offset where the clock shows that time twice."""
    twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    return f"{moment:%Y-%m-%d %H:%M}" + (moment.isoformat()[-6:] if twice else "")


def _source(row: Override, line: int) -> str:
    """Say where the row stands, and when it was made."""
    parts = [f"{FILE}:{line}"] if line else []
    parts += [f"made on {row.made_on}"] if row.made_on else []
    parts += [] if row.author else ["no author is named"]
    return f" ({', '.join(parts)})" if parts else ""

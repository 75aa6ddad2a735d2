"""The two pictures of the frontier page: cost against mean wait, and against FCR, as plain SVG."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

WIDTH, HEIGHT = 600, 330
LEFT, RIGHT, TOP, BOTTOM = 62, 34, 26, 44
LABEL_GAP = 15


@dataclass(frozen=True)
class Dot:
    """One point of a picture, with the interval of its height and what is written beside it."""

    across: float
    up: float
    low: float
    high: float
    label: str
    chosen: bool = False


def picture(dots: Sequence[Dot], across: str, up: str, scale: float = 1.0) -> str:
    """Return a picture of dots joined by a line, as an SVG element.

    Parameters
    ----------
    dots : sequence of Dot
        In the order in which the line runs.
    across, up : str
        What the axes measure.
    scale : float
        By which heights are multiplied: 100 for shares that are shown in per cent.
    """
    known = _together([dot for dot in dots if math.isfinite(dot.across) and math.isfinite(dot.up)])
    if not known:
        return ""
    ends = [value * scale for dot in known for value in (dot.up, dot.low, dot.high) if math.isfinite(value)]
    (left, right), (low, high) = _ends([dot.across for dot in known]), _ends(ends)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * (x - left) / (right - left),
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - low) / (high - low),
        )

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(up)} by {html.escape(across)}">']
    for tick in _ticks(left, right):
        x, y = place(tick, low)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{y:.1f}"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 17:.1f}" text-anchor="middle">{_tick(tick, right - left)}</text>')
    for tick in _ticks(low, high):
        x, y = place(left, tick)
        parts.append(f'<path class="grid" d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{x - 7:.1f}" y="{y + 4:.1f}" text-anchor="end">{_tick(tick, high - low)}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{html.escape(across)}</text>')
    parts.append(f'<text x="4" y="14">{html.escape(up)}</text>')
    places = [place(dot.across, dot.up * scale) for dot in known]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    parts.append(f'<path class="mean" d="M{line}"/>')
    taken: list[tuple[float, float]] = []
    for dot, (x, y) in zip(known, places, strict=True):
        if math.isfinite(dot.low) and math.isfinite(dot.high):
            foot, top = place(dot.across, dot.low * scale)[1], place(dot.across, dot.high * scale)[1]
            parts.append(f'<path class="mean" d="M{x:.1f} {foot:.1f}V{top:.1f}"/>')
        kind = "chosen" if dot.chosen else "dot"
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{6 if dot.chosen else 4}"/>')
        at = y - 9
        while any(abs(x - other) < 60 and abs(at - height) < LABEL_GAP for other, height in taken):
            at -= LABEL_GAP
        taken.append((x, at))
        anchor = "end" if x > WIDTH - 110 else "start"
        shift = -8 if anchor == "end" else 8
        parts.append(f'<text x="{x + shift:.1f}" y="{at:.1f}" text-anchor="{anchor}">{html.escape(dot.label)}</text>')
    return "".join([*parts, "</svg>"])


def _together(dots: Sequence[Dot]) -> list[Dot]:
    """Give dots that lie on each other one label: caps that make no difference."""
    found: dict[tuple[float, float], Dot] = {}
    for dot in dots:
        there = found.get((dot.across, dot.up))
        if there is not None:
            dot = replace(dot, label=f"{there.label}, {dot.label}", chosen=dot.chosen or there.chosen)
        found[dot.across, dot.up] = dot
    return list(found.values())


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers from one end of an axis to the other, six at most."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1.0, 2.0, 2.5, 5.0, 10.0) if power * part >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds all values with some air."""
    low, high = min(values), max(values)
    air = max(0.1 * (high - low), 0.005 * abs(high), 1e-6)
    return low - air if low - air >= 0 or low < 0 else 0.0, high + air


def _tick(value: float, span: float) -> str:
    digits = 0 if span >= 8 else 1 if span >= 0.8 else 2
    return f"{value:,.{digits}f}"

"""What `route --compare` writes: policies and tiers as tables, the frontier of wait, FCR and evenness as a picture."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from capacity.service import TIER_MEASURES
from planning.files.lines_out import number, text, write_csv
from planning.files.tiers_file import MEASURES as TIER_COLUMNS
from planning.policy_comparison import PolicyResult
from planning.tier_comparison import TierPolicy

MEASURES = ("mean_wait_s", "service_level", "abandonment", "fcr")

WIDTH, HEIGHT, MARGIN = 720, 440, 70


def write_policies(results: Sequence[PolicyResult], folder: Path) -> Path:
    """Write `policies.csv`: each policy's measures with their intervals, and the spread of occupancy."""
    header = ["policy", *(f"{m}{end}" for m in MEASURES for end in ("", "_low", "_high")), "occupancy_sd"]
    rows = [
        [
            text(result.policy),
            *(number(value) for measure in MEASURES for value in result.figures[measure]),
            number(result.occupancy_sd),
        ]
        for result in results
    ]
    return write_csv(folder / "policies.csv", header, list(zip(*rows, strict=True)))


def write_tier_policies(results: Sequence[TierPolicy], folder: Path) -> Path:
    """Write each way to treat tiers: what every tier gets, and the people set apart for it with their pay."""
    header = ["policy", "tier", *TIER_COLUMNS, "people", "paid_h", "cost", "occupancy", "weighted_wait_s"]
    rows = []
    for result in results:
        for row in result.rows:
            figures = [number(value) for measure in TIER_MEASURES for value in row.simulated(measure)]
            team = result.teams.get(row.tier)
            own = ["", "", "", ""] if team is None else [str(team.people), *map(number, team[1:])]
            rows.append([result.policy, text(row.tier), *figures, *own, number(result.weighted_wait_s)])
    return write_csv(folder / "tier_policies.csv", header, list(zip(*rows, strict=True)))


def write_frontier(results: Sequence[PolicyResult], folder: Path) -> Path:
    """Write `policies.svg`: mean wait across, FCR upwards, a larger ring for a more uneven load."""
    path = folder / "policies.svg"
    path.write_text(frontier(results), encoding="utf-8", newline="\n")
    return path


def frontier(results: Sequence[PolicyResult]) -> str:
    """Return the picture as SVG."""
    wait = np.array([r.figures["mean_wait_s"][0] for r in results])
    fcr = 100 * np.array([r.figures["fcr"][0] for r in results])
    uneven = 100 * np.array([r.occupancy_sd for r in results])
    (left, right), (low, high) = (_ends(values) for values in (wait, fcr))
    inner = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (x - left) / (right - left), (y - low) / (high - low)
        return MARGIN + inner[0] * across, HEIGHT - MARGIN - inner[1] * up

    digits = 0 if right - left > 8 else 1
    for tick in np.linspace(left, right, 5):
        x, y = place(float(tick), low)
        parts.append(f'<path d="M{x:.1f} {MARGIN}V{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{tick:.{digits}f}</text>')
    for tick in np.linspace(low, high, 5):
        x, y = place(left, float(tick))
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:.1f}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 22}" text-anchor="middle">mean wait of all offered, s</text>')
    parts.append(f'<text x="16" y="{MARGIN - 24}">resolved at first contact, %; ring: spread of occupancy</text>')
    points: dict[tuple[float, float, float], list[str]] = {}
    for result, across, up, spread in zip(results, wait, fcr, uneven, strict=True):
        if np.isfinite(across) and np.isfinite(up):
            ring = 4 + (1.5 * float(spread) if np.isfinite(spread) else 0.0)
            points.setdefault((*place(float(across), float(up)), ring), []).append(f"{result.policy} ({spread:.1f})")
    taken: list[float] = []
    for (x, y, ring), names in sorted(points.items(), key=lambda item: item[0][1]):
        end = x > WIDTH / 2
        down = y + 4
        while any(abs(down - other) < 14 for other in taken):
            down += 14
        taken.append(down)
        at = x - ring - 4 if end else x + ring + 4
        label = html.escape(", ".join(names))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{ring:.1f}" fill="#2a6fb0" fill-opacity="0.25"/>')
        parts.append(f'<text x="{at:.1f}" y="{down:.1f}" text-anchor="{"end" if end else "start"}">{label}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _ends(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return the ends of an axis that holds all values with some air."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    air = max(0.12 * float(np.ptp(known)), 0.02 * abs(float(known.max())), 0.1)
    return float(known.min()) - air, float(known.max()) + air

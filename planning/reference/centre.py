"""What the reference centre's `centre.toml` says."""

from __future__ import annotations

from typing import Any

from planning.reference import parameters as case

_OPEN = [{"days": "Mon-Sun", "from": "08:00", "to": "24:00"}]


def centre_toml() -> dict[str, Any]:
    """Return the centre as the tables of `centre.toml`."""
    return {
        "centre": {
            "name": "Reference centre (synthetic)",
            "timezone": case.TIMEZONE,
            "country": "CN",
            "currency": "CNY",
            "interval_minutes": case.INTERVAL_MINUTES,
            "schedule_minutes": 15,
        },
        "queues": [_queue(post, channel) for post, channel in case.SHARES],
        "contracts": [_full_time(), _four_tens(), _part_time(), _expert()],
        "shrinkage": {"absence": case.ABSENCE, "in_shift": case.IN_SHIFT},
        "elastic": {
            "share": 0.20,
            "emergency_share": 0.30,
            "block_hours": [3, 4, 5],
            "hourly_cost": case.ELASTIC_COST,
            "queues": list(case.QUEUES),
            "aht_factor": 1.15,
            "fcr": 0.50,
        },
        "experts": {"share": 0.10, "weekly_hours_max": 10},
        "supervision": {"span": 8},
    }


def _queue(post: str, channel: str) -> dict[str, Any]:
    text = channel != "phone"
    return {
        "id": case.queue_id(post, channel),
        "channel": case.CHANNELS[channel],
        "aht_s": case.aht_s(channel),
        "patience_s": case.PATIENCE_S,
        "concurrency": case.TEXT_CONCURRENCY if text else 1,
        "slowdown": list(case.TEXT_SLOWDOWN) if text else [1.0],
        "repeat_probability": case.REPEAT_PROBABILITY,
        "repeat_delay_h": case.REPEAT_DELAY_H,
        "fcr": case.FCR_TODAY,
        "open": _OPEN,
        "target": [
            {"scope": "day", "mean_wait_s": 90, "abandonment": 0.05, "occupancy": 0.90},
            {"scope": "week", "fcr": 0.70},
        ],
    }


def _break(after: int, before: int, kind: str = "break", minutes: int = 15) -> dict[str, Any]:
    paid = kind != "meal"
    return {
        "kind": kind,
        "minutes": minutes,
        "paid": paid,
        "after_minutes": after,
        "before_minutes": before,
    }


def _contract(
    name: str,
    hours: tuple[float, float],
    days: tuple[int, int],
    shift: tuple[float, float],
    last_start: str,
    breaks: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "id": name,
        "weekly_hours": {"min": hours[0], "max": hours[1]},
        "days_per_week": {"min": days[0], "max": days[1]},
        "shift_hours": {"min": shift[0], "max": shift[1]},
        "start": {"from": "08:00", "to": last_start, "step_minutes": 30},
        "rest_h": 11,
        "max_consecutive_days": 6,
        "weekends_off": {"at_least": 1, "in_weeks": 4},
        "breaks": breaks,
    }


def _full_time() -> dict[str, Any]:
    breaks = [_break(60, 150), _break(180, 300, "meal", 60), _break(375, 480)]
    return _contract("full-time", (40, 40), (5, 5), (8, 8), "15:00", breaks)


def _four_tens() -> dict[str, Any]:
    breaks = [_break(75, 180), _break(210, 330, "meal", 60), _break(405, 570)]
    return _contract("four-tens", (40, 40), (4, 4), (10, 10), "13:00", breaks)


def _part_time() -> dict[str, Any]:
    return _contract("part-time", (25, 25), (5, 5), (5, 5), "19:00", [_break(90, 210)])


def _expert() -> dict[str, Any]:
    return _contract("expert", (0, 10), (0, 3), (3, 5), "19:00", [_break(60, 120)])

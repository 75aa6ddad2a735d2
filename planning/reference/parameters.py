"""The numbers of the reference centre, each with the mark of where it comes from.

The centre is synthetic. ``doc`` is stated in the case description the centre follows, ``derived`` is
arithmetic from such figures, ``assumed`` is ours, ``calibrated`` was set so that a stated figure comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Mark = Literal["doc", "derived", "assumed", "calibrated"]

TIMEZONE = "Asia/Shanghai"
INTERVAL_MINUTES = 30
OPENS, CLOSES = 8, 24
"""Hours of the local day, every day of the week."""

LAST_DAY = date(2026, 11, 22)
DEMO_WEEK = date(2026, 11, 23)
HISTORY_WEEKS = 104
PERFORMANCE_WEEKS = 26
LEVEL_WEEKS = 8
"""The stated daily volume is the level of the last so many weeks, events left out."""

CONTACTS_A_DAY = 3500.0
GROWTH_A_YEAR = 0.08
BUSYNESS_CV = 0.10
BUSYNESS_MEMORY = 0.6
"""Correlation of one day's busyness with the next day's, on the log scale."""

WEEKDAY_FACTORS = (1.10, 1.05, 1.00, 0.98, 0.97, 0.95, 0.95)
HOUR_PERCENT = (2.5, 5.0, 8.0, 8.0, 6.0, 6.5, 7.5, 7.5, 6.5, 5.5, 5.0, 6.0, 8.5, 8.5, 6.0, 3.0)

POSTS = {"pre-sales": 20, "in-sale": 15, "after-sale": 10, "complaints": 5}
"""Base agents by home post."""

SHARES = {
    ("pre-sales", "web"): 0.16,
    ("pre-sales", "shop"): 0.12,
    ("pre-sales", "video"): 0.05,
    ("pre-sales", "wechat"): 0.05,
    ("pre-sales", "phone"): 0.02,
    ("in-sale", "shop"): 0.12,
    ("in-sale", "mini"): 0.08,
    ("in-sale", "wechat"): 0.06,
    ("in-sale", "web"): 0.04,
    ("after-sale", "phone"): 0.10,
    ("after-sale", "shop"): 0.06,
    ("after-sale", "wechat"): 0.02,
    ("after-sale", "mini"): 0.02,
    ("complaints", "phone"): 0.08,
    ("complaints", "wechat"): 0.02,
}
"""Share of all contacts by post and channel."""

CHANNELS = {"phone": "voice", "web": "chat", "wechat": "messaging", "mini": "messaging"} | {
    "shop": "messaging",
    "video": "messaging",
}

AHT_S = {"phone": 360.0}
TEXT_AHT_S = 510.0
HANDLE_CV = 0.95
TEXT_CONCURRENCY = 3
TEXT_SLOWDOWN = (0.6, 0.8, 1.0)
PATIENCE_S = 1500.0
FLAT_WAIT_S = 240.0
WAIT_LIMIT_S = 1200.0

FCR_TODAY = 0.55
REPEAT_PROBABILITY = 0.711
REPEAT_DELAY_H = 24.0

LEVELS = {"novice": 10, "specialist": 23, "senior": 12, "expert": 5}
LEVEL_FCR = {"novice": 0.58, "specialist": 0.66, "senior": 0.74, "expert": 0.82}
UNMATCHED_FCR = -0.185
SPEED_SD = 0.20
FCR_SD = 0.08
SPEED_FCR_CORRELATION = -0.3
"""Of speed (1 / handle-time factor) with FCR: who is quick resolves a little less."""

HOURLY_COST = 57.7
EXPERT_COST = 80.78
ELASTIC_COST = 75.0
CONTRACTS = {"full-time": 40, "four-tens": 6, "part-time": 4}
EXPERTS = 5

ABSENCE = 0.06
IN_SHIFT = 0.0426
SCORED_CONTACTS = 70.0
"""Contacts with a known outcome in an eight-hour day of one agent."""


def queue_id(post: str, channel: str) -> str:
    """Return the id of the queue of a post and a channel."""
    return f"{post}-{channel}"


QUEUES: tuple[str, ...] = tuple(queue_id(post, channel) for post, channel in SHARES)
"""The fifteen queues, in the centre's order."""


def aht_s(channel: str) -> float:
    """Return the mean elapsed handle time of a contact of a channel, in seconds."""
    return AHT_S.get(channel, TEXT_AHT_S)


@dataclass(frozen=True)
class Parameter:
    """One figure of the case as people read it."""

    name: str
    value: str
    mark: str


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("base agents", "50", "doc"),
    Parameter("customers", "33,333 (15 agents per 10,000)", "derived"),
    Parameter("agents by home post", "pre-sales 20, in-sale 15, after-sale 10, complaints 5", "doc"),
    Parameter("elastic seats", "at most 10 at once (share .20)", "doc"),
    Parameter("elastic blocks", "3, 4 or 5 hours", "assumed"),
    Parameter("elastic queues", "all fifteen", "assumed"),
    Parameter("experts", "5, part time, second line", "doc"),
    Parameter("supervisors", "7 (50 agents at a span of 8); not rostered, no contact work", "derived"),
    Parameter("pay of an agent", "57.7 an hour (120,000 a year of 2,080 hours)", "doc"),
    Parameter("pay of an expert", "80.78 an hour (+40 %)", "doc"),
    Parameter("pay of an elastic seat", "75 an hour (x1.3; x1.0 is the sensitivity)", "assumed"),
    Parameter("opening", "08:00-24:00 every day; no tier round the clock", "assumed"),
    Parameter("contacts by post", "40, 30, 20 and 10 %", "doc"),
    Parameter("contacts by channel", "phone 20, web 20, WeChat 15, mini-program 10, shops 30, video 5 %", "assumed"),
    Parameter("contacts by queue", "fifteen cells of post and channel", "assumed"),
    Parameter("skills", "one home post (matched), every other queue unmatched; experts matched to all", "assumed"),
    Parameter("contracts", "40 full-time (5 x 8 h), 6 of 4 x 10 h, 4 part-time (5 x 5 h)", "assumed"),
    Parameter("breaks", "unpaid meal of 60 and two paid 15 from 8 h on, one paid 15 below", "assumed"),
    Parameter("weekends", "one free in four", "assumed"),
    Parameter("mean wait target", "90 s a day", "doc"),
    Parameter("abandonment target", "5 % a day", "assumed"),
    Parameter("occupancy target", ".90 a day, at most", "doc"),
    Parameter("FCR target", ".70 over the week", "doc"),
    Parameter("handle time", "phone 360 s, text 510 s elapsed (mean 480 s)", "doc (mean), assumed (split)"),
    Parameter("spread of handle times", "coefficient of variation .95", "assumed"),
    Parameter("concurrency", "phone 1, text 3", "assumed"),
    Parameter("text slowdown", ".6 / .8 / 1.0 of the handle time while 1 / 2 / 3 are carried", "assumed"),
    Parameter("patience", "25 min", "assumed"),
    Parameter("volume", "3,500 contacts a day over the last 8 weeks, events left out", "derived"),
    Parameter("growth", "8 % a year", "assumed"),
    Parameter("weekday factors", "1.10 1.05 1.00 .98 .97 .95 .95 (Monday to Sunday)", "assumed"),
    Parameter("hours", "2.5 5 8 8 6 6.5 7.5 7.5 6.5 5.5 5 6 8.5 8.5 6 3 % from 08 to 23", "assumed"),
    Parameter("busyness of a day", "cv 10 %, correlation .6 from day to day", "assumed"),
    Parameter("events", "Double 11 x3, 618 x2, one day each; one outage", "assumed"),
    Parameter("FCR today", ".55", "doc"),
    Parameter("return probability; delay", ".711; 24 h", "derived; assumed"),
    Parameter("FCR by level, matched", "novice .58, specialist .66, senior .74, expert .82", "calibrated"),
    Parameter("FCR of an unmatched skill", ".185 less", "calibrated"),
    Parameter("mix of levels", "20 / 45 / 25 / 10 % (10, 23, 12 and 5 agents)", "assumed"),
    Parameter("agents' speed; FCR", "sd 20 %; sd .08 around the level; correlation -.3", "assumed"),
    Parameter("contacts with a known outcome", "70 in an eight-hour day", "assumed"),
    Parameter("shrinkage", ".10 = absence .06 and in-shift .0426", "assumed"),
    Parameter("elastic handle-time factor; FCR", "1.15; .50", "assumed"),
    Parameter("history", "104 weeks of half hours to 2026-11-22", "assumed"),
    Parameter("wait of today's flat roster", "240 s, in the history's mean_wait_s", "doc"),
)
"""The table of the reference page, in its order."""
